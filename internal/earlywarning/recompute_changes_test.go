package earlywarning_test

import (
	"pgregory.net/rapid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// changes are what happens to a district between two recomputes.
var changes = []func(t *rapid.T, b *bench, m *model){
	addEvents, withdrawEvents, endEnrollments, changePolicy, answerFlags, knowMore, passDays,
}

func addEvents(t *rapid.T, b *bench, m *model) {
	before := map[eventKey]bool{}
	for key := range m.events {
		before[key] = true
	}
	saved := m.events
	m.events = map[eventKey]*event{}
	for range rapid.IntRange(1, 8).Draw(t, "more events") {
		m.drawEvent(t, rapid.SampledFrom(m.students).Draw(t, "student"))
	}
	for key, e := range m.events {
		if !before[key] {
			saved[key] = e
		}
	}
	m.events = saved
	b.write(t, m, func(tx *postgres.Tx) error {
		return insert(b.ctx, tx, "attendance_event", m.eventRows(func(key eventKey) bool { return !before[key] }))
	})
}

func withdrawEvents(t *rapid.T, b *bench, m *model) {
	student := rapid.SampledFrom(m.students).Draw(t, "student")
	for key, e := range m.events {
		e.withdrawn = e.withdrawn || key.student == student
	}
	b.execute(t, m, "UPDATE attendance_event SET withdrawn_at = now() WHERE district_id = $1 AND student_id = $2", student)
}

func endEnrollments(t *rapid.T, b *bench, m *model) {
	if len(m.enrollments) == 0 {
		return
	}
	one := rapid.SampledFrom(m.enrollments).Draw(t, "ended")
	one.leave(t)
	b.execute(t, m, "UPDATE student_school_association SET exit_date = $3, exit_type = $4 WHERE district_id = $1 AND id = $2",
		one.id, one.exit, one.exitType)
}

func changePolicy(t *rapid.T, b *bench, m *model) {
	m.policy = drawPolicy(t)
	m.version++
	b.write(t, m, func(tx *postgres.Tx) error { return insert(b.ctx, tx, "district_policy", []row{m.policyRow()}) })
}

// answerFlags is what people do with flags.
func answerFlags(t *rapid.T, b *bench, m *model) {
	for _, student := range m.students {
		status := rapid.SampledFrom([]string{"OPEN", "ACKNOWLEDGED", "DISMISSED"}).Draw(t, "answer")
		for at, kept := range m.flags {
			if at.student == student && kept.Status == "OPEN" {
				kept.Status, kept.Answered = status, [2]int64{kept.Numerator, kept.Denominator}
			}
		}
		b.execute(t, m, `UPDATE risk_flag SET status = $3, answered_numerator = numerator, answered_denominator = denominator
			WHERE district_id = $1 AND student_id = $2 AND status = 'OPEN'`, student, status)
	}
}

func knowMore(t *rapid.T, b *bench, m *model) {
	days := rapid.IntRange(1, mostDates).Draw(t, "days more")
	for at := range m.known {
		m.known[at] = m.known[at].AddDate(0, 0, days)
	}
	b.execute(t, m, "UPDATE attendance_completeness SET known_through = known_through + $2::integer WHERE district_id = $1", days)
}

func passDays(t *rapid.T, _ *bench, m *model) {
	m.today = m.today.AddDate(0, 0, rapid.IntRange(1, mostDates).Draw(t, "days later"))
}
