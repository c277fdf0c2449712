package earlywarning_test

import (
	"slices"
	"time"
)

// studied is what marks, credits and assessments say of a student over some days.
type studied struct {
	asOf                  time.Time // zero: nothing is known
	courses, core, ds, fs int
	points                int64
	earned, attempted     int64
	required, expected    int64
	assessed, below       int
	onTrack               any // bool; nil: no verdict
}

func (w *wide) study(s studentYear, from time.Time) studied {
	through := w.through(s.year)
	found := w.marked(s, from, through)
	for _, m := range w.marks {
		if m.student == s.student && m.year == s.year && !m.withdrawn && !m.on.After(through) {
			found.asOf = later(found.asOf, m.on)
		}
	}
	for _, c := range w.credits {
		if c.student == s.student && !c.withdrawn && !c.on.After(through) {
			found.asOf = later(found.asOf, c.on)
			found.earned += c.earned
			found.attempted += c.attempted
		}
	}
	for _, r := range w.results {
		below, said := r.below.(bool)
		if r.student != s.student || r.year != s.year || r.withdrawn || !said || r.on.After(through) {
			continue
		}
		found.asOf = later(found.asOf, r.on)
		if within(r.on, from, through) {
			found.assessed++
			if below {
				found.below++
			}
		}
	}
	found.required, found.expected = w.creditsExpected(s, through)
	if found.required > 0 || !found.asOf.IsZero() {
		found.asOf = later(found.asOf, w.lastTermEnd(s, through))
	}
	found.onTrack = w.onTrackNinth(s, through)
	return found
}

// marked counts the latest mark of each course between the days.
func (w *wide) marked(s studentYear, from, through time.Time) studied {
	var found studied
	for _, c := range w.courses {
		latest := w.latestMark(s, c, "", from, through)
		if latest == nil {
			continue
		}
		m := worthOf(latest)
		if !m.counts {
			continue
		}
		found.courses++
		found.points += m.points
		if !c.core {
			continue
		}
		found.core++
		if m.d {
			found.ds++
		}
		if m.f {
			found.fs++
		}
	}
	return found
}

// latestMark is the course's latest mark, of one kind or of any: of a day the most
// final; of two alike one that counts, and the one worth less.
func (w *wide) latestMark(s studentYear, c *course, kind string, from, through time.Time) *mark {
	var of []*mark
	for _, m := range w.marks {
		if m.student == s.student && m.course == c && m.year == s.year && !m.withdrawn && within(m.on, from, through) && (kind == "" || kind == m.kind) {
			of = append(of, m)
		}
	}
	if len(of) == 0 {
		return nil
	}
	return slices.MaxFunc(of, func(a, b *mark) int {
		x, y := worthOf(a), worthOf(b)
		for _, pair := range [][2]int64{
			{a.on.Unix(), b.on.Unix()},
			{finality(a.kind), finality(b.kind)},
			{one(x.counts), one(y.counts)},
			{-x.points, -y.points},
			{one(x.f), one(y.f)},
			{one(x.d), one(y.d)},
		} {
			if pair[0] != pair[1] {
				return int(min(max(pair[0]-pair[1], -1), 1))
			}
		}
		return 0
	})
}

func finality(kind string) int64 {
	return int64(slices.Index([]string{"OTHER", "PROGRESS", "GRADING_PERIOD", "SEMESTER", "FINAL"}, kind))
}

func one(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

// worth is what a mark is worth by the default scale.
type worth struct {
	counts, d, f bool
	points       int64
}

// letters are the letters of the default scale; D− and D+ are Ds too.
var letters = map[string]worth{
	"A+": {points: 40_000}, "A": {points: 40_000}, "A-": {points: 37_000}, "B+": {points: 33_000}, "B": {points: 30_000}, "B-": {points: 27_000},
	"C+": {points: 23_000}, "C": {points: 20_000}, "C-": {points: 17_000}, "D+": {points: 13_000, d: true}, "D": {points: 10_000, d: true},
	"D-": {points: 7_000, d: true}, "F": {f: true},
}

// worthOf reads a letter, which wins, else a number on the scale of a hundred.
func worthOf(m *mark) worth {
	if m.letter != "" {
		found, known := letters[m.letter]
		found.counts = known
		return found
	}
	number, said := m.number.(int64)
	switch {
	case !said:
		return worth{}
	case number < 60_0000:
		return worth{counts: true, f: true}
	case number < 70_0000:
		return worth{counts: true, d: true, points: 10_000}
	case number < 80_0000:
		return worth{counts: true, points: 20_000}
	case number < 90_0000:
		return worth{counts: true, points: 30_000}
	}
	return worth{counts: true, points: 40_000}
}

// highGrades are the grades of high school, each with how many years of it are over
// when it begins.
var highGrades = []string{"NINTH", "TENTH", "ELEVENTH", "TWELFTH"}

// termsOver counts the terms of the year, and those over by the day; a year without any
// is one.
func (w *wide) termsOver(s studentYear, on time.Time) (over, all int64) {
	for _, t := range w.termsOf(s) {
		all++
		over += one(!t.ends.After(on))
	}
	if all == 0 {
		return one(!yearEnds(s.year).After(on)), 1
	}
	return over, all
}

// lastTermEnd is the end of the latest term that is over: of the year before where none
// of this one is.
func (w *wide) lastTermEnd(s studentYear, on time.Time) time.Time {
	last := earlier(yearStarts(s.year).AddDate(0, 0, -1), on)
	for _, t := range w.termsOf(s) {
		if !t.ends.After(on) {
			last = later(last, t.ends)
		}
	}
	if !yearEnds(s.year).After(on) {
		last = later(last, yearEnds(s.year))
	}
	return last
}

// creditsExpected gives an even share of the requirement for each term of the four
// years that is over, cut; nothing before the year before is over.
func (w *wide) creditsExpected(s studentYear, on time.Time) (required, expected int64) {
	if !slices.Contains(highGrades, w.grade[w.home(s).id]) {
		return 0, 0
	}
	cohort := w.cohortOf(s)
	if on.Before(yearStarts(s.year).AddDate(0, 0, -1)) {
		return w.needs[cohort], 0
	}
	over, all := w.termsOver(s, on)
	terms := int64(s.year-(cohort-3))*all + over
	for terms > 4*all {
		terms--
	}
	for terms < 0 {
		terms++
	}
	return w.needs[cohort], w.needs[cohort] * terms / (4 * all)
}

// cohortOf is the year in which the student should graduate: as said, else by the grade.
func (w *wide) cohortOf(s studentYear) int {
	if cohort := w.cohort[s.student]; cohort != 0 {
		return cohort
	}
	return s.year + 3 - slices.Index(highGrades, w.grade[w.home(s).id])
}

// onTrackNinth is the Chicago test at the end of grade 9: five credits of the year, and
// no more than one F of a semester in a core course.
func (w *wide) onTrackNinth(s studentYear, on time.Time) any {
	over, all := w.termsOver(s, on)
	if w.grade[w.home(s).id] != "NINTH" || over < all {
		return nil
	}
	known, earned := false, int64(0)
	for _, c := range w.credits {
		if c.student == s.student && !c.withdrawn && within(c.on, yearStarts(s.year), on) {
			known = true
			earned += c.earned
		}
	}
	if !known {
		return nil
	}
	failed := 0
	for _, c := range w.courses {
		failed += w.failedSemesters(s, c, on)
	}
	return earned >= 50_000 && failed <= 1
}

func (w *wide) failedSemesters(s studentYear, c *course, on time.Time) int {
	if !c.core {
		return 0
	}
	semesters, failed := 0, 0
	for _, m := range w.marks {
		if m.student == s.student && m.course == c && m.year == s.year && !m.withdrawn && !m.on.After(on) && m.kind == "SEMESTER" && worthOf(m).counts {
			semesters++
			failed += int(one(worthOf(m).f))
		}
	}
	if final := w.latestMark(s, c, "FINAL", time.Time{}, on); semesters == 0 && final != nil && worthOf(final).f {
		failed = 2
	}
	return failed
}
