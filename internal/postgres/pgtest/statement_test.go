package pgtest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
)

func TestStatementFaults(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, statement string
		want            []string
	}{
		{"one table with its district", "SELECT id FROM student WHERE district_id = $1", nil},
		{"under an alias", "SELECT s.id FROM student s WHERE s.district_id = $1 AND s.id = $2", nil},
		{"as ent writes it", `SELECT "student"."id" FROM "student" WHERE "student"."district_id" = $1`, nil},
		{"a placeholder for the district", "SELECT 1 FROM student s WHERE s.district_id = {district}", nil},
		{"a join by both", "SELECT 1 FROM student s JOIN school c ON c.district_id = s.district_id AND c.id = $2 WHERE s.district_id = $1", nil},
		{"a district by its id", "SELECT d.name FROM district d WHERE d.id = $1", nil},
		{"a row that is written", "INSERT INTO school AS t (district_id, id) VALUES ($1, $2)", nil},
		{"a row that is written over", "INSERT INTO school (district_id, id) VALUES ($1, $2) ON CONFLICT (district_id, id) DO UPDATE SET name = $3", nil},
		{"a change", "UPDATE student SET first_name = $2 WHERE district_id = $1", nil},
		{"a lock", "SELECT 1 FROM student s WHERE s.district_id = $1 FOR UPDATE OF s", nil},
		{"a table of no district", "SELECT name FROM region WHERE id = $1", nil},
		{"a table of another name", "SELECT 1 FROM stage_student s", nil},
		{"a name in a text", "SELECT 'from student s'", nil},
		{"a name in a comment", "SELECT 1 -- from student s", nil},
		{"a comparison", "SELECT a IS DISTINCT FROM b", nil},

		{"planted: no district", "SELECT id FROM student WHERE id = $1", []string{"student"}},
		{"planted: the district in a comment", "SELECT s.id FROM student s WHERE s.id = $1 -- s.district_id", []string{"student s"}},
		{"planted: a join by the id alone", "SELECT 1 FROM student s JOIN school c ON c.id = $2 WHERE s.district_id = $1", []string{"school c"}},
		{"planted: a list of tables", "SELECT 1 FROM student s, school AS c WHERE s.district_id = $1", []string{"school c"}},
		{"planted: a subquery", "SELECT 1 FROM student s WHERE s.district_id = $1 AND EXISTS (SELECT FROM risk_flag f WHERE f.student_id = s.id)", []string{"risk_flag f"}},
		{"planted: an alias used twice", "SELECT (SELECT count(*) FROM school c WHERE c.district_id = $1), (SELECT count(*) FROM school c)", []string{"school c"}},
		{"planted: a change", "UPDATE student SET first_name = $1", []string{"student"}},
		{"planted: a change of one by another", "UPDATE student s SET sex = '' FROM school c WHERE s.district_id = $1", []string{"school c"}},
		{"planted: a removal", "DELETE FROM student_risk t USING student s WHERE s.district_id = $1", []string{"student_risk t"}},
		{"planted: a row that is written", "INSERT INTO school (id, name) VALUES ($1, $2)", []string{"school"}},
		{"planted: a partition", "SELECT 1 FROM attendance_event_2026", []string{"attendance_event_2026"}},
		{"planted: a schema before the table", "SELECT 1 FROM public.student", []string{"student"}},
		{"planted: as ent would write it", `SELECT "student"."id" FROM "student" WHERE "student"."id" = $1`, []string{"student"}},
		{"planted: a district by its code", "SELECT d.name FROM district d WHERE d.local_id = $1", []string{"district d"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, pgtest.StatementFaults(c.statement)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
