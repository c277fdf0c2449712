package earlywarning_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// lifeStep is a moment of a flag's life: so many days absent in a year of 40, as of a day of it.
type lifeStep struct {
	name     string
	answer   string // what a person makes of the flag before the recompute; empty: nothing
	absent   int    // whole days, from the first day on
	through  int    // the last day that is known, counted from 1
	warning  int64  // the policy's line, in basis points; 0: 500
	want     string // status and severity; empty: no flag
	since    int    // the day
	recorded int    // lines of history
}

// TestFlagLifecycle walks flags through their states, one student a case.
func TestFlagLifecycle(t *testing.T) {
	t.Parallel()
	bench := newBench(t)
	const warning, atRisk = "OPEN EARLY_WARNING", "OPEN AT_RISK"
	for name, steps := range map[string][]lifeStep{
		"under the line there is no flag": {
			{name: "one day of 40", absent: 1, through: 40},
		},
		"exactly the line is a flag": {
			{name: "two days of 40", absent: 2, through: 40, want: warning, since: 40, recorded: 1},
		},
		"fewer days than the minimum give no verdict": {
			{name: "19 days, all absent", absent: 19, through: 19},
			{name: "20 days", absent: 19, through: 20, want: atRisk, since: 20, recorded: 1},
		},
		"an open flag changes in place": {
			{name: "raised", absent: 2, through: 20, want: atRisk, since: 20, recorded: 1},
			{name: "eased", absent: 2, through: 30, want: warning, since: 20, recorded: 2},
			{name: "a day later, the same absences", absent: 2, through: 31, want: warning, since: 20, recorded: 2},
		},
		"a flag that is no longer true is resolved, and opens anew": {
			{name: "raised", absent: 1, through: 20, want: warning, since: 20, recorded: 1},
			{name: "no longer true", absent: 1, through: 21, want: "RESOLVED EARLY_WARNING", since: 20, recorded: 2},
			{name: "still not true", absent: 1, through: 30, want: "RESOLVED EARLY_WARNING", since: 20, recorded: 2},
			{name: "true again", absent: 2, through: 35, want: warning, since: 35, recorded: 3},
		},
		"a dismissed flag stays until the share worsens": {
			{name: "raised", absent: 3, through: 40, want: warning, since: 40, recorded: 1},
			{name: "dismissed", answer: "DISMISSED", absent: 3, through: 40, want: "DISMISSED EARLY_WARNING", since: 40, recorded: 1},
			{name: "another line, the same share", absent: 3, through: 40, warning: 400, want: "DISMISSED EARLY_WARNING", since: 40, recorded: 1},
			{name: "worse by a day", absent: 4, through: 40, want: atRisk, since: 40, recorded: 2},
		},
		"a dismissed flag that is no longer true is resolved": {
			{name: "raised", absent: 2, through: 40, want: warning, since: 40, recorded: 1},
			{name: "no longer true", answer: "DISMISSED", absent: 1, through: 40, want: "RESOLVED EARLY_WARNING", since: 40, recorded: 2},
		},
		"an acknowledged warning opens again when it becomes at risk": {
			{name: "raised", absent: 2, through: 40, want: warning, since: 40, recorded: 1},
			{name: "worse, still a warning", answer: "ACKNOWLEDGED", absent: 3, through: 40, want: "ACKNOWLEDGED EARLY_WARNING", since: 40, recorded: 2},
			{name: "at risk", absent: 4, through: 40, want: atRisk, since: 40, recorded: 3},
			{name: "worse, still at risk", answer: "ACKNOWLEDGED", absent: 5, through: 40, want: "ACKNOWLEDGED AT_RISK", since: 40, recorded: 4},
			{name: "eased to a warning", absent: 3, through: 40, want: "ACKNOWLEDGED EARLY_WARNING", since: 40, recorded: 5},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			live(t, bench, steps)
		})
	}
}

func live(t *testing.T, b *bench, steps []lifeStep) {
	t.Helper()
	m := oneStudent()
	b.write(t, m, func(tx *postgres.Tx) error { return m.store(b.ctx, tx) })
	for _, step := range steps {
		b.take(t, m, step)
		b.recompute(t, m)
		b.write(t, m, func(tx *postgres.Tx) error { return m.check(b.ctx, t, tx, step) })
	}
}

// oneStudent is a district of one student, on a calendar of 40 days.
func oneStudent() *model {
	school, student := uuid.New(), uuid.New()
	year := &calendar{id: uuid.New(), school: school, year: presentYear}
	for day := 1; day <= 40; day++ {
		year.dates = append(year.dates, calendarDate{on: dayOfYear(day), instructional: true})
	}
	m := &model{
		id: uuid.New(), version: 1, today: dayOfYear(0), schools: []uuid.UUID{school}, students: []uuid.UUID{student}, calendars: []*calendar{year},
		enrollments: []*enrollment{{id: uuid.New(), student: student, calendar: year, entry: dayOfYear(1)}},
		policy:      lines{500, 1000, 20}, known: map[schoolYear]time.Time{{school, presentYear}: dayOfYear(40)},
		events: map[eventKey]*event{}, flags: map[studentYear]*flag{},
	}
	for day := 1; day <= 40; day++ {
		m.events[eventKey{student, school, presentYear, dayOfYear(day), "UNEXCUSED_ABSENCE"}] = &event{fraction: 10_000, withdrawn: true}
	}
	return m
}

// dayOfYear gives a day of the calendar, counted from 1.
func dayOfYear(day int) time.Time { return monday.AddDate(0, 0, day-1) }

// take brings about what the step says.
func (b *bench) take(t *testing.T, m *model, step lifeStep) {
	t.Helper()
	m.today = dayOfYear(step.through)
	for key, e := range m.events {
		e.withdrawn = key.on.After(dayOfYear(step.absent))
	}
	b.execute(t, m, "UPDATE attendance_event SET withdrawn_at = CASE WHEN on_date > $2 THEN now() END WHERE district_id = $1", dayOfYear(step.absent))
	if step.answer != "" {
		kept := m.flags[studentYear{m.students[0], presentYear}]
		kept.Status, kept.Answered = step.answer, [2]int64{kept.Numerator, kept.Denominator}
		b.execute(t, m, "UPDATE risk_flag SET status = $2, answered_numerator = numerator, answered_denominator = denominator WHERE district_id = $1", step.answer)
	}
	if step.warning != 0 {
		m.policy.warning = step.warning
		m.version++
		b.write(t, m, func(tx *postgres.Tx) error { return insert(b.ctx, tx, "district_policy", []row{m.policyRow()}) })
	}
}

func (m *model) check(ctx context.Context, t *testing.T, tx *postgres.Tx, step lifeStep) error {
	t.Helper()
	flags, err := m.readFlags(ctx, tx)
	if err != nil {
		return err
	}
	found := flags[studentYear{m.students[0], presentYear}]
	if found == nil {
		found = &flag{Since: dayOfYear(0)}
	}
	status, since := found.Status, dayOfYear(step.since)
	if status != "" {
		status += " " + found.Severity
	}
	if status != step.want || !found.Since.Equal(since) || len(found.History) != step.recorded {
		t.Errorf("%s: %q since %s with %d lines of history; want %q since %s with %d", step.name, status, found.Since.Format(time.DateOnly),
			len(found.History), step.want, since.Format(time.DateOnly), step.recorded)
	}
	return nil
}
