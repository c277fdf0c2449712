package earlywarning

// stalled finds, among the supports that run on the day, the one that has run longest
// without improvement of what it is meant to mend: since it began, the share of days
// absent, or the incidents a day enrolled, is not lower than before; or there are no
// fewer courses with a D or an F than when it began. Where nothing was wrong since, or
// nothing was known before, nothing is said.
func (y *Year) stalled(r *Record, on Day) Stalled {
	var found Stalled
	for i := range r.Items {
		item := &r.Items[i]
		if item.From > on || (item.Through != 0 && item.Through < on) {
			continue
		}
		if ran := int(on - item.From); ran > found.Days && y.unimproved(r, item, on) {
			found = Stalled{Found: true, Days: ran, Name: item.Name}
		}
	}
	return found
}

func (y *Year) unimproved(r *Record, item *Item, on Day) bool {
	switch item.Domain {
	case Attendance:
		before, since := y.attendedAround(r, item.From)
		return since.Absent > 0 && before.Enrolled > 0 &&
			since.Absent*int64(before.Enrolled) >= before.Absent*int64(since.Enrolled)
	case Behavior:
		before, since := y.attendedAround(r, item.From)
		was, is := incidentsAround(r, item.From, on)
		return is > 0 && before.Enrolled > 0 && since.Enrolled > 0 && is*before.Enrolled >= was*since.Enrolled
	case CoursePerformance:
		was, is := y.marksOf(r, 0, item.From-1), y.marksOf(r, 0, on)
		marked := y.marksOf(r, item.From, on)
		failing := is.CoreDs + is.CoreFs
		return was.CoreCourses > 0 && marked.CoreCourses > 0 && failing > 0 && failing >= was.CoreDs+was.CoreFs && is.CoreFs >= was.CoreFs
	case Overage, Truancy, NotResponding, Tardiness, Assessments:
	}
	return false
}

// attendedAround gives the figures of the days before the day, and from it on.
func (y *Year) attendedAround(r *Record, day Day) (before, since Figures) {
	scratch := y.newCounting()
	y.count(r, anySchool, 0, scratch)
	all := scratch.figures
	y.count(r, anySchool, day, scratch)
	since = scratch.figures
	return Figures{Enrolled: all.Enrolled - since.Enrolled, Absent: all.Absent - since.Absent}, since
}

func incidentsAround(r *Record, day, on Day) (before, since int) {
	for _, incident := range r.Incidents {
		switch {
		case incident.On < day:
			before++
		case incident.On <= on:
			since++
		}
	}
	return before, since
}

// newCounting makes room for counting a student's days.
func (y *Year) newCounting() *counting {
	return &counting{days: newDays(y.first, y.last), whole: newDays(y.first, y.last)}
}
