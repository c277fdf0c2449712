package earlywarning_test

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// tableRows are rows that go into a table.
type tableRows struct {
	table string
	rows  []row
}

// store puts the whole district into its tables.
func (w *wide) store(ctx context.Context, tx *postgres.Tx) error {
	years := []row{}
	for _, year := range []int{previousYear, presentYear} {
		years = append(years, row{"district_id": w.id, "id": uuid.New(), "school_year": year, "starts_on": yearStarts(year), "ends_on": yearEnds(year)})
	}
	steps := []tableRows{
		{"district", []row{{"id": w.id, "local_id": w.id, "name": "Made-up", "time_zone": "America/Chicago"}}},
		{"school_year", years},
		{"district_policy", rowsFor(w.laws, w.lawRow)},
		{"school", w.rowsOf(w.schools, row{"name": "Made-up", "level": "OTHER"})},
		{"staff", []row{w.staffRow()}},
		{"student", rowsFor(w.students, w.studentRow)},
		{"calendar", w.calendarRows()},
		{"calendar_date", w.dateRows()},
		{"student_school_association", w.gradedRows(w.enrollmentRows())},
		{"attendance_completeness", w.knownRows()},
		{"attendance_event", w.eventRows(func(eventKey) bool { return true })},
		{"term", rowsFor(w.terms, w.termRow)},
		{"course", rowsFor(w.courses, w.courseRow)},
		{"discipline_incident", rowsFor(w.incidents, w.incidentRow)},
	}
	for year, known := range w.discipline {
		steps = append(steps, tableRows{"discipline_completeness", []row{{"district_id": w.id, "id": uuid.New(), "school_year": year, "known_through": known}}})
	}
	for cohort, credits := range w.needs { // in two subjects, and one that was withdrawn
		steps = append(steps, tableRows{"graduation_requirement", []row{
			w.needRow(cohort, "ENGLISH", credits/3, false), w.needRow(cohort, "SCIENCE", credits-credits/3, false), w.needRow(cohort, "ARTS", 10_000, true),
		}})
	}
	return insertAll(ctx, tx, append(steps, w.studentsRows()...))
}

// studentsRows are the rows of students' own that changes add to.
func (w *wide) studentsRows() []tableRows {
	steps := []tableRows{
		{"discipline_participation", rowsFor(w.parts, w.partRow)},
		{"discipline_action", rowsFor(w.actions, w.actionRow)},
		{"grade", rowsFor(w.marks, w.markRow)},
		{"course_transcript", rowsFor(w.credits, w.creditRow)},
		{"assessment_result", rowsFor(w.results, w.resultRow)},
		{"student_characteristic", rowsFor(w.circumstances, w.circumstanceRow)},
		{"advocate_assignment", rowsFor(w.advocates, w.advocateRow)},
	}
	for _, i := range w.items {
		plan := uuid.New()
		steps = append(steps,
			tableRows{"plan", []row{{
				"district_id": w.id, "id": plan, "student_id": i.student, "status": i.plan, "starts_on": i.starts, "version": 1,
				"withdrawn_at": moment(i.planWithdrawn),
			}}},
			tableRows{"plan_item", []row{{
				"district_id": w.id, "id": i.id, "student_id": i.student, "plan_id": plan, "title": "Made-up", "domain": i.domain, "starts_on": i.starts,
				"ends_on": orNull(i.ends), "result_reason": "", "withdrawn_at": moment(i.withdrawn),
			}}})
	}
	return steps
}

func insertAll(ctx context.Context, tx *postgres.Tx, steps []tableRows) error {
	for _, step := range steps {
		if err := insert(ctx, tx, step.table, step.rows); err != nil {
			return err
		}
	}
	return nil
}

func rowsFor[T any](things []T, rowOf func(T) row) []row {
	rows := make([]row, 0, len(things))
	for _, thing := range things {
		rows = append(rows, rowOf(thing))
	}
	return rows
}

func orNull(day time.Time) any {
	if day.IsZero() {
		return nil
	}
	return day
}

func (w *wide) own(with row) row {
	with["district_id"], with["id"] = w.id, uuid.New()
	return with
}

func (w *wide) lawRow(l *law) row {
	if l.document != nil {
		return w.own(row{"version": l.version, "starts_on": l.starts, "document": l.document})
	}
	return w.own(row{"version": l.version, "starts_on": l.starts, "document": map[string]any{"indicators": map[string]any{
		"minEnrolledDays": l.minimum, "rules": l.rules, "requestAt": l.requestAt, "requestFor": l.requestFor,
	}}})
}

func (w *wide) staffRow() row {
	one := row{"district_id": w.id, "id": w.id, "local_id": "1", "first_name": "Made", "last_name": "Up"}
	for _, name := range []string{"preferred_first_name", "preferred_last_name", "email", "login"} {
		one[name] = ""
	}
	for _, name := range []string{"languages", "qualifications", "communities"} {
		one[name] = []string{}
	}
	one["engagement"] = "EMPLOYEE"
	return one
}

func (w *wide) studentRow(id uuid.UUID) row {
	one := row{"district_id": w.id, "id": id, "local_id": id, "first_name": "Made", "last_name": "Up", "birth_date": orNull(w.born[id]), "cohort_year": nil}
	if cohort := w.cohort[id]; cohort != 0 {
		one["cohort_year"] = cohort
	}
	return one
}

func (w *wide) gradedRows(rows []row) []row {
	for _, one := range rows {
		one["grade_level"] = w.grade[one["id"].(uuid.UUID)]
	}
	return rows
}

func (w *wide) termRow(t *termRow) row {
	one := w.own(row{
		"school_id": nil, "school_year": t.year, "local_id": uuid.New(), "name": "Made-up", "kind": t.kind, "starts_on": t.starts, "ends_on": t.ends,
		"withdrawn_at": moment(t.withdrawn),
	})
	if t.school != uuid.Nil {
		one["school_id"] = t.school
	}
	return one
}

func (w *wide) courseRow(c *course) row {
	one := row{"district_id": w.id, "id": c.id, "local_id": c.id, "title": "Made-up", "core_subject": nil}
	if c.core {
		one["core_subject"] = "SCIENCE"
	}
	return one
}

func (w *wide) incidentRow(i *incident) row {
	return row{
		"district_id": w.id, "id": i.id, "school_id": i.school, "school_year": i.year, "local_id": i.id, "occurred_on": i.on, "behavior": "Made-up",
		"location": "", "withdrawn_at": moment(i.withdrawn),
	}
}

func (w *wide) partRow(p *participation) row {
	return w.own(row{"student_id": p.student, "incident_id": p.incident.id, "participation": p.as, "behavior": p.behavior, "withdrawn_at": moment(p.withdrawn)})
}

func (w *wide) actionRow(a *action) row {
	return w.own(row{
		"student_id": a.student, "school_id": nil, "school_year": a.year, "local_id": uuid.New(), "kind": a.kind, "taken_on": a.on, "days": a.days,
		"withdrawn_at": moment(a.withdrawn),
	})
}

func (w *wide) markRow(m *mark) row {
	return row{
		"district_id": w.id, "school_year": m.year, "student_id": m.student, "course_id": m.course.id, "section_id": nil, "kind": m.kind, "period": m.period,
		"given_on": m.on, "numeric": m.number, "letter": m.letter, "withdrawn_at": moment(m.withdrawn),
	}
}

func (w *wide) creditRow(c *credit) row {
	return w.own(row{
		"student_id": c.student, "school_year": c.on.Year(), "term": "", "course_code": uuid.New(), "course_title": "Made-up", "subject": "ARTS", "grade_level": "",
		"attempted": c.attempted, "earned": c.earned, "result": "PASS", "method": "REGULAR", "letter": "", "earned_on": c.on, "withdrawn_at": moment(c.withdrawn),
	})
}

func (w *wide) resultRow(r *result) row {
	return w.own(row{
		"student_id": r.student, "school_year": r.year, "local_id": uuid.New(), "title": "Made-up", "subject": "", "taken_on": r.on, "score": "", "level": "",
		"below_level": r.below, "withdrawn_at": moment(r.withdrawn),
	})
}

func (w *wide) needRow(cohort int, subject string, credits int64, withdrawn bool) row {
	return w.own(row{"cohort_year": cohort, "subject": subject, "credits": credits, "withdrawn_at": moment(withdrawn)})
}

func (w *wide) circumstanceRow(c *circumstance) row {
	return w.own(row{"student_id": c.student, "kind": c.kind, "starts_on": c.starts, "ends_on": orNull(c.ends), "detail": uuid.New(), "withdrawn_at": moment(c.withdrawn)})
}

func (w *wide) advocateRow(a *advocate) row {
	return w.own(row{
		"student_id": a.student, "staff_id": w.id, "role": a.role, "intensity": "STANDARD", "starts_on": a.starts, "ends_on": orNull(a.ends), "override_reason": "",
	})
}

// day writes a day as the tables do.
func day(t time.Time) string { return t.Format(time.DateOnly) }

// zero is no bound.
var zero time.Time
