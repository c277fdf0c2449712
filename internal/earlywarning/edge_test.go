package earlywarning_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// edge is a student on the edge of a rule, by the default policy unless it says more.
type edge struct {
	name   string
	days   int // of the calendar, all known; today is the last
	policy map[string]any
	with   func(*wide)
	want   []string          // every flag: rule, severity, numerator / denominator
	level  string            // empty: not looked at
	tables map[string]string // what stands of the student in a table begins so; empty: nothing stands
}

// edges runs each in a district of its own. The evidence of each flag must give its
// figure.
func edges(t *testing.T, cases []edge) {
	t.Helper()
	bench := newBench(t)
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := oneOfWide(test.days)
			w.laws[0].document = map[string]any{"indicators": test.policy}
			if test.policy == nil {
				w.laws[0].document = map[string]any{}
			}
			if test.with != nil {
				test.with(w)
			}
			bench.write(t, w.model, func(tx *postgres.Tx) error { return w.store(bench.ctx, tx) })
			bench.once(t, w.model)
			test.compare(t, w, bench.readAll(t, w))
			bench.evidenceHolds(t, w)
		})
	}
}

func (e edge) compare(t *testing.T, w *wide, found standing) {
	t.Helper()
	key := fmt.Sprint(presentYear, " ", w.students[0])
	var flags []string
	for at, text := range found["flags"] {
		words := strings.Fields(text)
		flags = append(flags, fmt.Sprintf("%s %s %s", strings.TrimPrefix(at, key+" "), words[1], strings.Join(words[8:11], " ")))
	}
	slices.Sort(flags)
	if diff := cmp.Diff(e.want, flags, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("flags (- want, + got):\n%s", diff)
	}
	if got, _, _ := strings.Cut(found["levels"][key], " "); e.level != "" && got != e.level {
		t.Errorf("the level is %q, not %q: %s", got, e.level, found["levels"][key])
	}
	for table, want := range e.tables {
		got := found[table][key]
		if want == "" && got != "" || !strings.HasPrefix(got, want) && (table != "academics" || !strings.Contains(got, want)) {
			t.Errorf("%s: %q, not %q", table, got, want)
		}
	}
}

// oneOfWide is a district of one ninth grader in one school, on a calendar of so many
// days from 1 September on, all known.
func oneOfWide(days int) *wide {
	m := oneStudent()
	m.calendars[0].dates, m.events = nil, map[eventKey]*event{}
	for day := 1; day <= days; day++ {
		m.calendars[0].dates = append(m.calendars[0].dates, calendarDate{on: dayOfYear(day), instructional: true})
	}
	m.today, m.known[schoolYear{m.schools[0], presentYear}] = dayOfYear(days), dayOfYear(days)
	w := &wide{
		model: m, grade: map[uuid.UUID]string{m.enrollments[0].id: "NINTH"}, born: map[uuid.UUID]time.Time{}, cohort: map[uuid.UUID]int{},
		discipline: map[int]time.Time{}, needs: map[int]int64{}, laws: []*law{{version: 1, starts: yearStarts(previousYear)}},
	}
	return w
}

// happens adds an attendance event in the student's school.
func (w *wide) happens(day int, category string, e event) {
	w.events[eventKey{w.students[0], w.schools[0], presentYear, dayOfYear(day), category}] = &e
}

// absent adds whole days of unexcused absence, from the first day on.
func (w *wide) absent(days int) {
	for day := 1; day <= days; day++ {
		w.happens(day, "UNEXCUSED_ABSENCE", event{fraction: 10_000})
	}
}

// offends adds incidents in which the student had the part.
func (w *wide) offends(incidents int, as string) {
	for day := 1; day <= incidents; day++ {
		one := &incident{id: uuid.New(), school: w.schools[0], year: presentYear, on: dayOfYear(day)}
		w.incidents = append(w.incidents, one)
		w.parts = append(w.parts, &participation{student: w.students[0], incident: one, as: as})
	}
}

func (w *wide) punished(day int, kind string) {
	w.actions = append(w.actions, &action{student: w.students[0], year: presentYear, kind: kind, on: dayOfYear(day)})
}

// markIn adds a course with one mark, a letter or a number in ten-thousandths.
func (w *wide) markIn(core bool, kind string, mark any) *course {
	c := &course{id: uuid.New(), core: core}
	w.courses = append(w.courses, c)
	w.markOf(c, kind, 5, mark)
	return c
}

func (w *wide) markOf(c *course, kind string, day int, of any) {
	one := &mark{student: w.students[0], course: c, year: presentYear, kind: kind, period: strconv.Itoa(len(w.marks)), on: dayOfYear(day)}
	switch of := of.(type) {
	case string:
		one.letter = of
	case int:
		one.number = int64(of)
	}
	w.marks = append(w.marks, one)
}
