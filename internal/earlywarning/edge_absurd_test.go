package earlywarning_test

import (
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/policy"
	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// TestAbsurdDatesAreCountedLikeOthers: a source writes 9999-12-31 for a day that never
// comes, and clerks mistype centuries.
func TestAbsurdDatesAreCountedLikeOthers(t *testing.T) {
	t.Parallel()
	bench := newBench(t)
	w := oneOfWide(30)
	w.ruled, w.lines, w.last, w.days = map[flagAt]*flag{}, map[studentYear]map[time.Time]line{}, map[studentYear]*line{}, map[string]string{}
	w.laws[0] = generousLaw()
	student, year := w.students[0], presentYear
	w.needs[presentYear+3] = 240_000
	w.born[student] = time.Date(1899, time.December, 31, 0, 0, 0, 0, time.UTC)
	w.enrollments[0].entry, w.enrollments[0].exit, w.enrollments[0].exitType = date(1900, 2, 1), date(2100, 2, 1), "TRANSFERRED"
	c := &course{uuid.New(), true}
	w.courses = append(w.courses, c)
	for i, on := range []time.Time{date(1900, 1, 2), date(2100, 1, 1), date(9999, 12, 31)} {
		one := &incident{id: uuid.New(), school: w.schools[0], year: year, on: on}
		w.incidents = append(w.incidents, one)
		w.parts = append(w.parts, &participation{student: student, incident: one, as: "PERPETRATOR"})
		w.actions = append(w.actions, &action{student: student, year: year, kind: "IN_SCHOOL_SUSPENSION", on: on, days: int64(10_000)})
		w.credits = append(w.credits, &credit{student: student, on: on, earned: 5_000, attempted: 10_000})
		w.results = append(w.results, &result{student: student, year: year, on: on, below: true})
		w.items = append(w.items, &item{id: uuid.New(), student: student, domain: "ATTENDANCE", plan: "ACTIVE", starts: on})
		w.events[eventKey{student, w.schools[0], year, on, "EXCUSED_ABSENCE"}] = &event{fraction: 10_000}
		w.marks = append(w.marks, &mark{student: student, course: c, year: year, kind: "FINAL", period: strconv.Itoa(i), on: on, letter: "D"})
	}
	w.calendars[0].dates = append(w.calendars[0].dates, calendarDate{on: date(1900, 1, 2), instructional: true}, calendarDate{on: date(2100, 1, 1), instructional: true})
	w.terms = append(w.terms,
		&termRow{year: year, kind: "SEMESTER", starts: date(1900, 1, 2), ends: date(2100, 1, 1)},
		&termRow{year: year, kind: "SEMESTER", starts: date(2100, 1, 1), ends: date(2100, 1, 2)})
	bench.write(t, w.model, func(tx *postgres.Tx) error { return w.store(bench.ctx, tx) })
	bench.holds(t, w, w.students)
	w.today = date(2025, 12, 1)
	bench.holds(t, w, w.students)
}

// TestRowsWithoutADay: a source that knows no day writes one of the year 1; and a mark
// may be of one so far ahead that it is 2^20 days on.
func TestRowsWithoutADay(t *testing.T) {
	t.Parallel()
	mark := func(on time.Time) func(*wide) {
		return func(w *wide) {
			w.good()
			w.markIn(true, "FINAL", "F")
			w.marks[len(w.marks)-1].on = on
		}
	}
	edges(t, []edge{
		{name: "a mark of the year 1", days: 30, with: mark(date(1, 1, 1)), want: []string{"CORE_FS AT_RISK 10000 / 10000"}, level: "AT_RISK"},
		{name: "a mark of the year 9999", days: 30, with: mark(date(9999, 12, 31)), level: "ON_TRACK"},
		{name: "a mark of the year 4771", days: 30, with: mark(date(4771, 1, 1)), level: "ON_TRACK"},
		{name: "an incident and an action of the year 1", days: 30, with: func(w *wide) {
			w.offends(4, "PERPETRATOR")
			w.punished(1, "EXPULSION")
			w.incidents[0].on, w.actions[0].on = date(1, 1, 1), date(1, 1, 1)
		}, want: []string{"EXCLUSIONS AT_RISK 10000 / 10000", "INCIDENTS EARLY_WARNING 40000 / 10000"}},
		{name: "an assessment of the year 1", days: 30, with: func(w *wide) {
			w.results = []*result{{student: w.students[0], year: presentYear, on: date(1, 1, 1), below: true}}
		}, tables: map[string]string{"academics": "below 1 ninth"}},
		{name: "an absence of the year 1", days: 30, level: "ON_TRACK", with: func(w *wide) {
			w.events[eventKey{w.students[0], w.schools[0], presentYear, date(1, 1, 1), "EXCUSED_ABSENCE"}] = &event{fraction: 10_000}
		}},
		{
			name: "a birth in the year 1", days: 30, level: "AT_RISK", want: []string{"AGE_FOR_GRADE AT_RISK 20100000 / 10000"},
			with: func(w *wide) { w.born[w.students[0]] = date(1, 1, 2) },
		},
	})
}

// TestFiguresAsLargeAsTheTablesTakeThem do not turn over.
func TestFiguresAsLargeAsTheTablesTakeThem(t *testing.T) {
	t.Parallel()
	edges(t, []edge{
		{
			name: "credits", days: 40, level: "AT_RISK", want: []string{"CREDITS_BEHIND AT_RISK 8589934588 / 2147483647"},
			with: func(w *wide) { needing(0, "TWELFTH", presentYear)(w); w.needs[presentYear] = math.MaxInt32 },
		},
		{name: "a number", days: 30, level: "ON_TRACK", with: func(w *wide) { w.good(); w.markIn(true, "FINAL", math.MaxInt32) }},
		{
			name: "days of suspension", days: 30, level: "AT_RISK", want: []string{"EXCLUSIONS AT_RISK 10000 / 10000"},
			with: func(w *wide) { w.punished(1, "OUT_OF_SCHOOL_SUSPENSION"); w.actions[0].days = int64(math.MaxInt32) },
		},
		{name: "minutes", days: 30, level: "ON_TRACK", with: func(w *wide) { w.happens(1, "TARDY", event{minutes: math.MaxInt32}) }},
		{
			name: "a line", days: 30, level: "ON_TRACK", with: func(w *wide) { w.offends(3, "PERPETRATOR") },
			policy: map[string]any{"rules": map[string]any{"INCIDENTS": map[string]any{"warning": int64(math.MaxInt64), "atRisk": int64(math.MaxInt64)}}},
		},
	})
}

// TestStudentOfAThousandRows of each kind is counted like any.
func TestStudentOfAThousandRows(t *testing.T) {
	t.Parallel()
	bench := newBench(t)
	w := oneOfWide(300)
	w.laws[0].document = map[string]any{}
	for i := range 1000 {
		w.happens(1+i%300, []string{"EXCUSED_ABSENCE", "TARDY", "PARTIAL", "EARLY_DEPARTURE"}[i/300], event{fraction: 10_000})
		w.markIn(true, "FINAL", "F")
		w.credits = append(w.credits, &credit{student: w.students[0], on: dayOfYear(1), earned: math.MaxInt32, attempted: math.MaxInt32})
	}
	w.offends(1000, "PERPETRATOR")
	w.today = dayOfYear(290)
	bench.write(t, w.model, func(tx *postgres.Tx) error { return w.store(bench.ctx, tx) })
	if did := bench.once(t, w.model); did.Flags != 4 {
		t.Errorf("%d flags were raised: %+v", did.Flags, did)
	}
	edge{
		days: 300, want: []string{
			"ABSENCE_SHARE AT_RISK 2900000 / 2900000", "CORE_FS AT_RISK 10000000 / 10000", "GRADE_POINT_AVERAGE AT_RISK 0 / 10000000", "INCIDENTS AT_RISK 2900000 / 10000",
		}, level: "CRITICAL",
		tables: map[string]string{
			"attendance": "290 2900000 2900000 0 0 290 290 true true 2026-06-17",
			"academics":  "courses 1000 points 0 core 1000 ds 0 fs 1000 earned 2147483647000",
		},
	}.compare(t, w, bench.readAll(t, w))
}

// TestFigureOfALargeShareIsWorse: the products of two of them are larger than a number of
// 64 bits.
func TestFigureOfALargeShareIsWorse(t *testing.T) {
	t.Parallel()
	large := int64(math.MaxInt64 / 4)
	yearsBehind := policy.Default().Indicators.Rules[policy.CreditsBehind]
	if grave, _ := earlywarning.Verdict("CREDITS_BEHIND", yearsBehind, large, large); grave != earlywarning.AtRisk {
		t.Errorf("a whole year behind is %q", grave)
	}
	if grave, _ := earlywarning.Verdict("CREDITS_BEHIND", yearsBehind, large-1, large); grave != earlywarning.Warning {
		t.Errorf("less than a year behind is %q", grave)
	}
	for _, test := range []struct {
		is, was [2]int64
		want    bool
	}{
		{[2]int64{large, large}, [2]int64{large - 1, large}, true},
		{[2]int64{large - 1, large}, [2]int64{large, large}, false},
		{[2]int64{large, large}, [2]int64{large, large}, false},
	} {
		if got := earlywarning.Worse("CREDITS_BEHIND", test.is, test.was); got != test.want {
			t.Errorf("%d is worse than %d: %t", test.is, test.was, got)
		}
	}
}

func date(year, month, day int) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

// generousLaw has each rule on, over the year.
func generousLaw() *law {
	l := &law{version: 1, starts: yearStarts(previousYear), rules: map[string]ruleLines{}, minimum: 20, requestAt: "AT_RISK"}
	for _, r := range ruleDomains {
		low, high := int64(unit), int64(2*unit)
		if r.domain == "ATTENDANCE" || r.rule == "TRUANT_SHARE" {
			low, high = 500, 1000
		}
		if r.rule == "CREDITS_BEHIND" {
			low, high = 1, unit
		}
		if r.rule == "GRADE_POINT_AVERAGE" {
			low, high = high, low
		}
		l.rules[r.rule] = ruleLines{Window: "YEAR_TO_DATE", Warning: &low, AtRisk: &high}
	}
	return l
}
