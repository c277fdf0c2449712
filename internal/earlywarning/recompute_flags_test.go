package earlywarning_test

import (
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/earlywarning"
)

// flag is a flag as it should be, with the states it has been in.
type flag struct {
	Severity, Status       string
	Since, AsOf            time.Time
	Numerator, Denominator int64
	Threshold              int64
	Version                int
	History                []state
	Answered               [2]int64 // what somebody saw who answered it
}

// state is what a line of a flag's history keeps.
type state struct {
	Status, Severity       string
	AsOf                   time.Time
	Numerator, Denominator int64
	Threshold              int64
	Version                int
}

// judge moves each flag on, as its figure demands.
func (m *model) judge(figures map[group]figure) {
	for g, f := range figures {
		grave := m.verdict(f)
		if g.school != uuid.Nil || grave == "" {
			continue
		}
		key := studentYear{g.student, g.year}
		if m.flags[key] == nil {
			m.flags[key] = &flag{}
		}
		m.flags[key].raise(m, f, grave)
	}
	for key, kept := range m.flags {
		f, counted := figures[group{key.student, uuid.Nil, key.year}]
		if m.hasStudents(key.year) && kept.Status != "RESOLVED" && (!counted || m.verdict(f) == "") {
			kept.resolve(m, f, counted)
		}
	}
}

// hasStudents tells whether anybody is enrolled in the year at all.
func (m *model) hasStudents(year int) bool {
	for _, e := range m.enrollments {
		if e.calendar.year == year {
			return true
		}
	}
	return false
}

// raise takes a figure that is over a line.
func (f *flag) raise(m *model, found figure, grave earlywarning.Severity) {
	before := *f
	part, whole := found.Absent, int64(found.Enrolled)*earlywarning.WholeDay
	worse := part*before.Answered[1] > before.Answered[0]*whole
	switch {
	case before.Status == "", before.Status == "RESOLVED", before.Status == "DISMISSED" && worse:
		f.Status, f.Since, f.Answered = "OPEN", found.asOf, [2]int64{}
	case before.Status == "ACKNOWLEDGED" && before.Severity == string(earlywarning.Warning) && grave == earlywarning.AtRisk:
		f.Status, f.Answered = "OPEN", [2]int64{}
	}
	f.Threshold = m.policy.warning
	if grave == earlywarning.AtRisk {
		f.Threshold = m.policy.atRisk
	}
	f.Severity, f.AsOf, f.Numerator, f.Denominator, f.Version = string(grave), found.asOf, part, whole, m.version
	f.remember(before)
}

// resolve takes a figure that is under the lines, or the loss of any figure.
func (f *flag) resolve(m *model, found figure, counted bool) {
	before := *f
	f.Status, f.Version, f.Answered = "RESOLVED", m.version, [2]int64{}
	if counted && found.Enrolled > 0 {
		f.AsOf, f.Numerator, f.Denominator = found.asOf, found.Absent, int64(found.Enrolled)*earlywarning.WholeDay
	}
	f.remember(before)
}

// remember puts the state into the history when something that a person would
// notice has changed.
func (f *flag) remember(before flag) {
	if f.Status == before.Status && f.Severity == before.Severity && f.Numerator == before.Numerator {
		return
	}
	f.History = append(f.History, state{
		Status: f.Status, Severity: f.Severity, AsOf: f.AsOf, Numerator: f.Numerator, Denominator: f.Denominator,
		Threshold: f.Threshold, Version: f.Version,
	})
}
