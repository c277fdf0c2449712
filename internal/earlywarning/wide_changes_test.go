package earlywarning_test

import (
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// wideChanges are what happens to a district between two recomputes. Each tells whose
// rows it changed; nil: everybody's.
var wideChanges = []func(t *rapid.T, b *bench, w *wide) []uuid.UUID{
	addRows, addRows, withdrawRows, withdrawRows, withdrawIncident, rewriteRows, moveStudent, attendanceChanges, changeLaw, changeLaw, answerRuled, answerRuled,
	acceptRequests, daysPass, daysPass, learnDiscipline,
}

// addRows gives a student more of everything.
func addRows(t *rapid.T, b *bench, w *wide) []uuid.UUID {
	student := rapid.SampledFrom(w.students).Draw(t, "student")
	parts, actions, marks, credits, results := len(w.parts), len(w.actions), len(w.marks), len(w.credits), len(w.results)
	items, circumstances, advocates := len(w.items), len(w.circumstances), len(w.advocates)
	w.drawRows(t, student, 3)
	added := *w
	added.parts, added.actions, added.marks, added.credits, added.results = w.parts[parts:], w.actions[actions:], w.marks[marks:], w.credits[credits:], w.results[results:]
	added.items, added.circumstances, added.advocates = w.items[items:], w.circumstances[circumstances:], w.advocates[advocates:]
	b.write(t, w.model, func(tx *postgres.Tx) error { return insertAll(b.ctx, tx, added.studentsRows()) })
	return []uuid.UUID{student}
}

// withdrawRows withdraws a student's rows of one kind.
func withdrawRows(t *rapid.T, b *bench, w *wide) []uuid.UUID {
	student := rapid.SampledFrom(w.students).Draw(t, "student")
	kinds := map[string]func(){
		"discipline_participation": func() {
			withdrawOf(w.parts, student, func(p *participation) (uuid.UUID, *bool) { return p.student, &p.withdrawn })
		},
		"discipline_action": func() {
			withdrawOf(w.actions, student, func(a *action) (uuid.UUID, *bool) { return a.student, &a.withdrawn })
		},
		"grade": func() {
			withdrawOf(w.marks, student, func(m *mark) (uuid.UUID, *bool) { return m.student, &m.withdrawn })
		},
		"course_transcript": func() {
			withdrawOf(w.credits, student, func(c *credit) (uuid.UUID, *bool) { return c.student, &c.withdrawn })
		},
		"assessment_result": func() {
			withdrawOf(w.results, student, func(r *result) (uuid.UUID, *bool) { return r.student, &r.withdrawn })
		},
		"plan_item": func() {
			withdrawOf(w.items, student, func(i *item) (uuid.UUID, *bool) { return i.student, &i.withdrawn })
		},
		"student_characteristic": func() {
			withdrawOf(w.circumstances, student, func(c *circumstance) (uuid.UUID, *bool) { return c.student, &c.withdrawn })
		},
		"student_school_association": func() {
			withdrawOf(w.enrollments, student, func(e *enrollment) (uuid.UUID, *bool) { return e.student, &e.withdrawn })
		},
	}
	table := rapid.SampledFrom([]string{
		"discipline_participation", "discipline_action", "grade", "course_transcript", "assessment_result", "plan_item", "student_characteristic",
		"student_school_association",
	}).Draw(t, "table")
	kinds[table]()
	b.execute(t, w.model, "UPDATE "+table+" SET withdrawn_at = now() WHERE district_id = $1 AND student_id = $2", student)
	return []uuid.UUID{student}
}

func withdrawOf[T any](things []T, student uuid.UUID, of func(T) (uuid.UUID, *bool)) {
	for _, thing := range things {
		if owner, withdrawn := of(thing); owner == student {
			*withdrawn = true
		}
	}
}

func withdrawIncident(t *rapid.T, b *bench, w *wide) []uuid.UUID {
	if len(w.incidents) == 0 {
		return []uuid.UUID{}
	}
	one := rapid.SampledFrom(w.incidents).Draw(t, "incident")
	one.withdrawn = true
	b.execute(t, w.model, "UPDATE discipline_incident SET withdrawn_at = now() WHERE district_id = $1 AND id = $2", one.id)
	touched := []uuid.UUID{}
	for _, p := range w.parts {
		if p.incident == one {
			touched = append(touched, p.student)
		}
	}
	return touched
}

// rewriteRows writes some marks anew as they are: where a row lies must not matter.
func rewriteRows(t *rapid.T, b *bench, w *wide) []uuid.UUID {
	b.execute(t, w.model, "UPDATE grade SET period = period WHERE district_id = $1 AND period = $2", rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "period"))
	return []uuid.UUID{}
}

// moveStudent ends an enrollment, or gives its student another grade in it.
func moveStudent(t *rapid.T, b *bench, w *wide) []uuid.UUID {
	if len(w.enrollments) == 0 {
		return []uuid.UUID{}
	}
	one := rapid.SampledFrom(w.enrollments).Draw(t, "moved")
	w.grade[one.id] = rapid.SampledFrom([]string{"NINTH", "TENTH", "FIRST", "TWELFTH"}).Draw(t, "grade")
	if often(t, 2, "leaves") {
		one.leave(t)
	}
	b.execute(t, w.model, "UPDATE student_school_association SET grade_level = $3, exit_date = $4, exit_type = $5 WHERE district_id = $1 AND id = $2",
		one.id, w.grade[one.id], orNull(one.exit), orNothing(one.exitType))
	return []uuid.UUID{one.student}
}

func orNothing(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// attendanceChanges are those of the narrow model.
func attendanceChanges(t *rapid.T, b *bench, w *wide) []uuid.UUID {
	rapid.SampledFrom([]func(*rapid.T, *bench, *model){addEvents, withdrawEvents, knowMore}).Draw(t, "change of attendance")(t, b, w.model)
	return w.students
}

// changeLaw gives the district a new policy, from a day around today on.
func changeLaw(t *rapid.T, b *bench, w *wide) []uuid.UUID {
	starts := w.today.AddDate(0, 0, rapid.SampledFrom([]int{0, -3, 3, 30, -400}).Draw(t, "from"))
	one := drawLaw(t, len(w.laws)+1, starts)
	w.laws = append(w.laws, one)
	b.write(t, w.model, func(tx *postgres.Tx) error { return insert(b.ctx, tx, "district_policy", []row{w.lawRow(one)}) })
	return w.students
}

// answerRuled is what people do with the flags of a student.
func answerRuled(t *rapid.T, b *bench, w *wide) []uuid.UUID {
	student := rapid.SampledFrom(w.students).Draw(t, "student")
	status := rapid.SampledFrom([]string{"ACKNOWLEDGED", "DISMISSED", "DISMISSED"}).Draw(t, "answer")
	for at, kept := range w.ruled {
		if at.student == student && kept.Status == "OPEN" {
			kept.Status, kept.Answered = status, [2]int64{kept.Numerator, kept.Denominator}
		}
	}
	b.execute(t, w.model, `UPDATE risk_flag SET status = $3, answered_numerator = numerator, answered_denominator = denominator
		WHERE district_id = $1 AND student_id = $2 AND status = 'OPEN'`, student, status)
	return []uuid.UUID{student}
}

func acceptRequests(t *rapid.T, b *bench, w *wide) []uuid.UUID {
	for _, r := range w.requests {
		r.waiting = false
	}
	b.execute(t, w.model, "UPDATE support_request SET status = 'ACCEPTED' WHERE district_id = $1")
	return []uuid.UUID{}
}

func daysPass(t *rapid.T, _ *bench, w *wide) []uuid.UUID {
	w.today = w.today.AddDate(0, 0, rapid.SampledFrom([]int{1, 1, 3, 10, 60, 364}).Draw(t, "days later"))
	return w.students
}

func learnDiscipline(t *rapid.T, b *bench, w *wide) []uuid.UUID {
	for year := range w.discipline {
		w.discipline[year] = w.discipline[year].AddDate(0, 0, 5)
	}
	b.execute(t, w.model, "UPDATE discipline_completeness SET known_through = known_through + 5 WHERE district_id = $1")
	return w.students
}
