package earlywarning

import (
	"cmp"
	"slices"
)

// counting is the days of a student that count, and the events on them.
type counting struct {
	days    days // distinct days enrolled
	whole   days // of these, those absent as a whole
	figures Figures
	asOf    Day // the last day known, of the stays that count
	any     bool
}

// anySchool counts the days of all schools.
const anySchool = -1

// count works out a student's attendance in one school, or in any, from the day on.
// The events are in the order of their days.
func (y *Year) count(r *Record, school int, from Day, into *counting) {
	into.days.clear()
	into.whole.clear()
	into.figures, into.asOf, into.any = Figures{}, 0, false
	for _, stay := range r.Stays {
		if school == anySchool || stay.School == school {
			into.days.addAll(y.calendars[stay.Calendar], stay.From, stay.Through)
			into.asOf, into.any = max(into.asOf, stay.AsOf), true
		}
	}
	if from > 0 {
		into.days.keepFrom(from)
	}
	into.figures.Enrolled = into.days.count()
	for at := 0; at < len(r.Events); {
		day := r.Events[at].On
		var one dayCount
		for ; at < len(r.Events) && r.Events[at].On == day; at++ {
			event := &r.Events[at]
			if (school == anySchool || event.School == school) && into.days.has(day) && y.present(r, event) {
				one.add(event, y.longTardy)
			}
		}
		if one.counts {
			into.take(day, &one)
		}
	}
	into.figures.Streak = into.streak()
}

// present tells whether the student was enrolled in the event's school on its day.
func (y *Year) present(r *Record, event *Event) bool {
	for _, stay := range r.Stays {
		if stay.School == event.School && stay.From <= event.On && event.On <= stay.Through && y.calendars[stay.Calendar].has(event.On) {
			return true
		}
	}
	return false
}

// dayCount is what the events of one day come to.
type dayCount struct {
	counts                      bool
	absent                      int64
	has                         [EarlyDeparture + 1]bool
	unexcusedPart, unexcusedLag bool
}

func (d *dayCount) add(event *Event, longTardy int) {
	d.counts = true
	d.has[event.Category] = true
	switch event.Category {
	case ExcusedAbsence, UnexcusedAbsence, OutOfSchoolSuspension:
		d.absent += event.Fraction
	case Partial:
		d.absent += event.Fraction
		d.unexcusedPart = d.unexcusedPart || !event.Excused
	case Tardy:
		d.unexcusedLag = d.unexcusedLag || (!event.Excused && event.Minutes > longTardy)
	case InSchoolSuspension, EarlyDeparture:
	}
}

// take adds a day: the sum of its absent parts, at most one day, in one bucket by
// suspension, then unexcused, then excused, then partial by its reason.
func (c *counting) take(on Day, d *dayCount) {
	absent := min(d.absent, WholeDay)
	f := &c.figures
	f.Absent += absent
	switch {
	case d.has[OutOfSchoolSuspension]:
		f.Suspended += absent
	case d.unexcused():
		f.Unexcused += absent
	default:
		f.Excused += absent
	}
	if d.has[Tardy] {
		f.Tardies++
	}
	if d.truant() {
		f.Truant++
	}
	if absent == WholeDay {
		c.whole.add(on)
	}
}

// unexcused tells whether what was missed of the day goes for unexcused.
func (d *dayCount) unexcused() bool {
	return !d.has[OutOfSchoolSuspension] && (d.has[UnexcusedAbsence] || (!d.has[ExcusedAbsence] && d.unexcusedPart))
}

// truant tells whether the day counts for truancy: absent as a whole without excuse, or
// long tardy.
func (d *dayCount) truant() bool {
	return (d.unexcused() && d.absent >= WholeDay) || d.unexcusedLag
}

// streak counts the days absent as a whole back from the last day enrolled.
func (c *counting) streak() int {
	n := 0
	for day := range c.days.backwards {
		if !c.whole.has(day) {
			break
		}
		n++
	}
	return n
}

// sortEvents puts events into the order of their days.
func sortEvents(events []Event) {
	slices.SortFunc(events, func(a, b Event) int { return cmp.Compare(a.On, b.On) })
}

// chronicShare of the enrolled days absent is chronic absence, in ten-thousandths: the
// federal definition and CALPADS'. A district's policy moves its flags, not this.
const chronicShare = 1_000

// judge says whether there is a verdict on the share of days absent, and whether it
// is chronic absence.
func (y *Year) judge(f *Figures) {
	f.Measured = f.Enrolled >= y.indicators.MinEnrolledDays
	f.Chronic = f.Measured && basisPoints*f.Absent >= chronicShare*int64(f.Enrolled)*WholeDay
}
