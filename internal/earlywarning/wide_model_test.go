package earlywarning_test

import (
	"time"

	"github.com/google/uuid"
)

// wide is a small district in memory with all that rules look at, and the slowest way
// to each figure. It knows nothing of the engine but the words of its tables.
type wide struct {
	*model // schools, students, calendars, enrollments and attendance

	laws          []*law // oldest version first
	grade         map[uuid.UUID]string
	born          map[uuid.UUID]time.Time
	cohort        map[uuid.UUID]int
	discipline    map[int]time.Time // known through, by school year
	incidents     []*incident
	parts         []*participation
	actions       []*action
	courses       []*course
	marks         []*mark
	credits       []*credit
	needs         map[int]int64 // credits to graduate, by cohort
	terms         []*termRow
	results       []*result
	items         []*item
	circumstances []*circumstance
	advocates     []*advocate

	ruled    map[flagAt]*flag
	lines    map[studentYear]map[time.Time]line
	last     map[studentYear]*line
	requests []*wideRequest
	days     map[string]string
}

// law is a version of the policy.
type law struct {
	version    int
	starts     time.Time
	minimum    int
	rules      map[string]ruleLines
	requestAt  string
	requestFor []string
	document   any // instead of all that; nil: all that
}

// ruleLines are a rule's lines as the policy's document has them.
type ruleLines struct {
	Off     bool   `json:"off"`
	Window  string `json:"window"`
	Warning *int64 `json:"warning"`
	AtRisk  *int64 `json:"atRisk"`
}

type incident struct {
	id, school uuid.UUID
	year       int
	on         time.Time
	withdrawn  bool
}

type participation struct {
	student   uuid.UUID
	incident  *incident
	as        string
	behavior  string
	withdrawn bool
}

type action struct {
	student   uuid.UUID
	year      int
	kind      string
	on        time.Time
	days      any // int64; nil: not said
	withdrawn bool
}

type course struct {
	id   uuid.UUID
	core bool
}

type mark struct {
	student   uuid.UUID
	course    *course
	year      int
	kind      string
	period    string
	on        time.Time
	number    any // int64; nil: none
	letter    string
	withdrawn bool
}

type credit struct {
	student           uuid.UUID
	on                time.Time
	earned, attempted int64
	withdrawn         bool
}

type termRow struct {
	school       uuid.UUID // Nil: all
	year         int
	kind         string
	starts, ends time.Time
	withdrawn    bool
}

type result struct {
	student   uuid.UUID
	year      int
	on        time.Time
	below     any // bool; nil: not said
	withdrawn bool
}

type item struct {
	id, student              uuid.UUID
	domain, plan             string // plan: its status
	starts                   time.Time
	ends                     time.Time // zero: open
	withdrawn, planWithdrawn bool
}

type circumstance struct {
	student      uuid.UUID
	kind         string
	starts, ends time.Time // ends zero: open
	withdrawn    bool
}

type advocate struct {
	student      uuid.UUID
	role         string
	starts, ends time.Time // ends zero: open
}

type flagAt struct {
	studentYear

	rule string
}

// yearEnds is the last day of a school year.
func yearEnds(year int) time.Time { return time.Date(year, time.June, 30, 0, 0, 0, 0, time.UTC) }

func yearStarts(year int) time.Time { return time.Date(year-1, time.July, 1, 0, 0, 0, 0, time.UTC) }

// through is the last day of the year that can be judged.
func (w *wide) through(year int) time.Time { return earlier(w.today, yearEnds(year)) }

// lawOf is the policy by which the year is judged: the one that began last by its last
// day, or today, of two of one day the later version; the first for days before all.
func (w *wide) lawOf(year int) *law {
	found := w.laws[0]
	for _, one := range w.laws {
		if !one.starts.After(w.through(year)) && !one.starts.Before(found.starts) {
			found = one
		}
	}
	return found
}

// home is the student's latest enrollment of the year; nil: is no student of it.
func (w *wide) home(s studentYear) *enrollment {
	var latest *enrollment
	for _, e := range w.enrollments {
		if e.student == s.student && e.calendar.year == s.year && w.enrolls(e) && (latest == nil || e.after(latest)) {
			latest = e
		}
	}
	return latest
}

func (e *enrollment) after(other *enrollment) bool {
	ends, others := e.exit, other.exit
	if ends.IsZero() {
		ends = never
	}
	if others.IsZero() {
		others = never
	}
	switch {
	case !ends.Equal(others):
		return ends.After(others)
	case !e.entry.Equal(other.entry):
		return e.entry.After(other.entry)
	}
	return e.id.String() < other.id.String()
}

var never = time.Date(9999, time.January, 1, 0, 0, 0, 0, time.UTC)

// within tells whether a day lies between two, both included; a zero one is no bound.
func within(day, from, through time.Time) bool {
	return !day.Before(from) && (through.IsZero() || !day.After(through))
}

func later(one, other time.Time) time.Time {
	if other.After(one) {
		return other
	}
	return one
}
