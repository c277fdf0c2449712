package earlywarning_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/policy"
	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// row is a table's row by column.
type row map[string]any

// insert puts rows into a table, in one statement.
func insert(ctx context.Context, tx *postgres.Tx, table string, rows []row) error {
	if len(rows) == 0 {
		return nil
	}
	columns := strings.Join(slices.Sorted(maps.Keys(rows[0])), ", ")
	content, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	_, err = tx.SQL().ExecContext(ctx, fmt.Sprintf("INSERT INTO %[1]s (%[2]s) SELECT %[2]s FROM jsonb_populate_recordset(NULL::%[1]s, $1::jsonb)",
		table, columns), string(content))
	if err != nil {
		return fmt.Errorf("insert into %s: %w", table, err)
	}
	return nil
}

// store puts the whole district into its tables.
func (m *model) store(ctx context.Context, tx *postgres.Tx) error {
	years := []row{}
	for _, year := range []int{previousYear, presentYear} {
		years = append(years, row{
			"district_id": m.id, "id": uuid.New(), "school_year": year,
			"starts_on": fmt.Sprintf("%d-07-01", year-1), "ends_on": fmt.Sprintf("%d-06-30", year),
		})
	}
	for _, step := range []struct {
		table string
		rows  []row
	}{
		{"district", []row{{"id": m.id, "local_id": m.id, "name": "Made-up", "time_zone": "America/Chicago"}}},
		{"school_year", years},
		{"district_policy", []row{m.policyRow()}},
		{"school", m.rowsOf(m.schools, row{"name": "Made-up", "level": "OTHER"})},
		{"student", m.rowsOf(m.students, row{"first_name": "Made", "last_name": "Up"})},
		{"calendar", m.calendarRows()},
		{"calendar_date", m.dateRows()},
		{"student_school_association", m.enrollmentRows()},
		{"attendance_completeness", m.knownRows()},
		{"attendance_event", m.eventRows(func(eventKey) bool { return true })},
	} {
		if err := insert(ctx, tx, step.table, step.rows); err != nil {
			return err
		}
	}
	return nil
}

// document is a district's policy of those lines.
func (l lines) document() map[string]any {
	return map[string]any{"indicators": map[string]any{
		"minEnrolledDays": l.minimum, "rules": map[string]any{policy.AbsenceShare: map[string]any{"warning": l.warning, "atRisk": l.atRisk}},
	}}
}

func (m *model) policyRow() row {
	return row{"district_id": m.id, "id": uuid.New(), "version": m.version, "starts_on": "2000-01-01", "document": m.policy.document()}
}

// rowsOf gives rows of things that are nothing but an id, with what else is needed.
func (m *model) rowsOf(ids []uuid.UUID, with row) []row {
	rows := make([]row, 0, len(ids))
	for _, id := range ids {
		one := row{"district_id": m.id, "id": id, "local_id": id}
		maps.Copy(one, with)
		rows = append(rows, one)
	}
	return rows
}

func (m *model) calendarRows() []row {
	rows := make([]row, 0, len(m.calendars))
	for _, c := range m.calendars {
		rows = append(rows, row{
			"district_id": m.id, "id": c.id, "school_id": c.school, "school_year": c.year, "local_id": c.id,
			"kind": "SCHOOL", "withdrawn_at": moment(c.withdrawn),
		})
	}
	return rows
}

func (m *model) dateRows() []row {
	var rows []row
	for _, c := range m.calendars {
		for _, date := range c.dates {
			rows = append(rows, row{
				"district_id": m.id, "id": uuid.New(), "calendar_id": c.id, "on_date": date.on,
				"instructional": date.instructional, "withdrawn_at": moment(date.withdrawn),
			})
		}
	}
	return rows
}

func (m *model) enrollmentRows() []row {
	rows := make([]row, 0, len(m.enrollments))
	for _, e := range m.enrollments {
		one := row{
			"district_id": m.id, "id": e.id, "student_id": e.student, "school_id": e.calendar.school, "school_year": e.calendar.year,
			"calendar_id": e.calendar.id, "entry_date": e.entry, "grade_level": "NINTH", "recorded_on": e.entry,
			"withdrawn_at": moment(e.withdrawn), "exit_date": nil, "exit_type": nil,
		}
		if !e.exit.IsZero() {
			one["exit_date"], one["exit_type"] = e.exit, e.exitType
		}
		rows = append(rows, one)
	}
	return rows
}

func (m *model) knownRows() []row {
	var rows []row
	for at, day := range m.known {
		rows = append(rows, row{"district_id": m.id, "id": uuid.New(), "school_id": at.school, "school_year": at.year, "known_through": day})
	}
	return rows
}

func (m *model) eventRows(which func(eventKey) bool) []row {
	var rows []row
	for key, e := range m.events {
		if which(key) {
			rows = append(rows, row{
				"district_id": m.id, "school_year": key.year, "student_id": key.student, "on_date": key.on,
				"school_id": key.school, "category": key.category, "fraction": e.fraction, "excused": e.excused, "minutes": e.minutes, "withdrawn_at": moment(e.withdrawn),
			})
		}
	}
	return rows
}

// moment is a withdrawn_at.
func moment(withdrawn bool) any {
	if withdrawn {
		return monday
	}
	return nil
}

// readFigures reads both grains.
func (m *model) readFigures(ctx context.Context, tx *postgres.Tx) (map[group]figure, error) {
	found := map[group]figure{}
	const columns = "school_year, enrolled_days, absent, excused, unexcused, suspended, tardies, current_streak, measured, chronic, as_of"
	rows, err := tx.SQL().QueryContext(ctx, `SELECT student_id, school_id, `+columns+`, 0 FROM student_school_attendance WHERE district_id = $1
		UNION ALL SELECT student_id, $2, `+columns+`, truant_days FROM student_attendance WHERE district_id = $1`, m.id, uuid.Nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var g group
		var f figure
		if err := rows.Scan(&g.student, &g.school, &g.year, &f.Enrolled, &f.Absent, &f.Excused, &f.Unexcused, &f.Suspended, &f.Tardies,
			&f.Streak, &f.Measured, &f.Chronic, &f.asOf, &f.Truant); err != nil {
			return nil, err
		}
		f.asOf = f.asOf.UTC()
		found[g] = f
	}
	return found, rows.Err()
}

// readLevels reads the levels, and holds the list of what was not measured to them.
func (m *model) readLevels(ctx context.Context, tx *postgres.Tx) (map[studentYear]string, error) {
	found := map[studentYear]string{}
	rows, err := tx.SQL().QueryContext(ctx, `SELECT student_id, school_year, level, $2 = ANY (not_measured), policy_version FROM student_risk
		WHERE district_id = $1`, m.id, string(earlywarning.Attendance))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var at studentYear
		var level string
		var unmeasured bool
		var version int
		if err := rows.Scan(&at.student, &at.year, &level, &unmeasured, &version); err != nil {
			return nil, err
		}
		if unmeasured != (level == "NOT_MEASURED") || version != m.version {
			level = fmt.Sprintf("%s, attendance not measured: %t, policy version %d", level, unmeasured, version)
		}
		found[at] = level
	}
	return found, rows.Err()
}

// readFlags reads the flags with their history in order.
func (m *model) readFlags(ctx context.Context, tx *postgres.Tx) (map[studentYear]*flag, error) {
	found := map[studentYear]*flag{}
	rows, err := tx.SQL().QueryContext(ctx, `SELECT f.student_id, f.school_year, f.severity, f.status, f.since, f.as_of, f.numerator,
			f.denominator, f.threshold, f.policy_version, coalesce(f.answered_numerator, 0), coalesce(f.answered_denominator, 0),
			h.status, h.severity, h.as_of, h.numerator, h.denominator, h.threshold, h.policy_version
		FROM risk_flag f JOIN risk_flag_history h ON h.district_id = f.district_id AND h.risk_flag_id = f.id
		WHERE f.district_id = $1 AND f.rule = $2 AND f.domain = $3 ORDER BY h.recorded_at`,
		m.id, policy.AbsenceShare, string(earlywarning.Attendance))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var at studentYear
		var f flag
		var h state
		if err := rows.Scan(&at.student, &at.year, &f.Severity, &f.Status, &f.Since, &f.AsOf, &f.Numerator, &f.Denominator, &f.Threshold,
			&f.Version, &f.Answered[0], &f.Answered[1], &h.Status, &h.Severity, &h.AsOf, &h.Numerator, &h.Denominator, &h.Threshold, &h.Version); err != nil {
			return nil, err
		}
		f.Since, f.AsOf, h.AsOf = f.Since.UTC(), f.AsOf.UTC(), h.AsOf.UTC()
		if found[at] == nil {
			found[at] = &f
		}
		found[at].History = append(found[at].History, h)
	}
	return found, rows.Err()
}
