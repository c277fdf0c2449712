package api_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-edu/holdfast/internal/job"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// stateOf are the tables whose rows a merge may touch, each with the columns that say
// nothing: what the database makes anew with a derived row.
var stateOf = map[string][]string{
	"student": nil, "student_school_association": nil, "student_contact": nil, "student_characteristic": nil, "student_section_association": nil,
	"attendance_event": nil, "advocate_assignment": nil, "dropout_case": nil, "contact_log": nil, "person": nil, "contact_channel": nil,
	"student_attendance": {"id"}, "student_school_attendance": {"id"}, "student_risk": {"id"}, "risk_flag": {"version"},
	"discipline_participation": nil, "discipline_action": nil, "discipline_action_incident": nil, "grade": nil, "course_transcript": nil,
	"assessment_result": nil, "plan": nil, "plan_item": nil, "session_log": nil, "student_behavior": {"id"}, "student_academics": {"id"},
}

// redraw recomputes Alder, so that its figures are those of the rows that tests wrote.
func (w *world) redraw(t testing.TB) {
	t.Helper()
	if _, err := job.Recompute(t.Context(), w.owner, w.alder.ID, clock(), func(int, int) {}); err != nil {
		t.Fatal(err)
	}
}

// state gives every row of Alder in those tables, as JSON. A flag that is resolved and
// that nobody has ever said anything of is left out: a merge may leave one behind.
func (w *world) state(t testing.TB) []string {
	t.Helper()
	var rows []string
	ctx := tenant.With(t.Context(), tenant.Scope{District: w.alder.ID})
	err := w.owner.Write(ctx, func(tx *postgres.Tx) error {
		for _, table := range slices.Sorted(maps.Keys(stateOf)) {
			var raw []byte
			err := tx.SQL().QueryRowContext(ctx, `SELECT coalesce(jsonb_agg(to_jsonb(x.*) - $2::text[]), '[]') FROM `+table+` x WHERE x.district_id = $1`,
				w.alder.ID, "{"+strings.Join(stateOf[table], ",")+"}").Scan(&raw)
			if err != nil {
				return err
			}
			var list []json.RawMessage
			if err := json.Unmarshal(raw, &list); err != nil {
				return err
			}
			for _, row := range list {
				if table != "risk_flag" || !strings.Contains(string(row), `"RESOLVED"`) {
					rows = append(rows, table+" "+string(row))
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(rows)
	return rows
}
