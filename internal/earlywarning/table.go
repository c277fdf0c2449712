package earlywarning

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/lib/pq"
)

// column is a column of figures: how it is read as an integer, and made of one, {x}.
type column struct{ name, read, write string }

func whole(name string) column { return column{name, name, "{x}"} }
func yesNo(name string) column { return column{name, name + "::integer", "{x} = 1"} }
func asOf() column {
	return column{"as_of", "as_of - '1900-01-01'::date", "'1900-01-01'::date + {x}::integer"}
}

func orNull(name string) column { return column{name, "coalesce(" + name + ", -1)", "nullif({x}, -1)"} }

func yesNoOrNull(name string) column {
	return column{name, "coalesce(" + name + "::integer, -1)", "CASE WHEN {x} >= 0 THEN {x} = 1 END"}
}

// none stands for NULL among the integers of a row.
const none = -1

// figureTable is a table of a row a student and school year, or a student, school and
// school year.
type figureTable struct {
	name     string
	bySchool bool
	columns  []column
}

var (
	attendanceColumns = []column{
		whole("enrolled_days"), whole("absent"), whole("excused"), whole("unexcused"), whole("suspended"), whole("tardies"),
		whole("current_streak"), yesNo("measured"), yesNo("chronic"), asOf(),
	}
	attendanceBySchool = figureTable{name: "student_school_attendance", bySchool: true, columns: attendanceColumns}
	attendanceTable    = figureTable{name: "student_attendance", columns: append(slices.Clip(attendanceColumns), whole("truant_days"))}
	behaviorTable      = figureTable{name: "student_behavior", columns: []column{
		whole("incidents"), whole("in_school"), whole("exclusions"), whole("suspension_days"), asOf(),
	}}
	academicsTable = figureTable{name: "student_academics", columns: []column{
		whole("courses"), whole("grade_points"), whole("core_courses"), whole("core_ds"), whole("core_fs"), whole("earned"), whole("attempted"),
		orNull("required"), orNull("expected"), whole("below_level"), yesNoOrNull("on_track_ninth"), asOf(),
	}}
	riskTable = figureTable{name: "student_risk", columns: []column{levelColumn(), notMeasuredColumn(), asOf(), whole("policy_version")}}
)

// levelColumn is the level by its place in the order of gravity.
func levelColumn() column {
	var words []string
	for _, level := range levels {
		words = append(words, "'"+string(level)+"'")
	}
	list := "(ARRAY[" + strings.Join(words, ", ") + "])"
	return column{"level", "array_position(" + list + ", level) - 1", list + "[{x} + 1]"}
}

// notMeasuredColumn is a list of domains, a bit a domain.
func notMeasuredColumn() column {
	var read, write []string
	for i, domain := range Domains() {
		read = append(read, fmt.Sprintf("(not_measured @> '{%s}')::integer << %d", domain, i))
		write = append(write, fmt.Sprintf("CASE WHEN {x} & %d <> 0 THEN '%s' END", 1<<i, domain))
	}
	return column{"not_measured", "(" + strings.Join(read, ") | (") + ")", "array_remove(ARRAY[" + strings.Join(write, ", ") + "], NULL)"}
}

// key is which row of a table it is.
type key struct{ student, school uuid.UUID }

// contents is the rows of a table of some students.
type contents map[key][]int64

// contents reads the rows of the chosen students as they stand.
func (r reader) contents(ctx context.Context, t figureTable, schoolYear int, who chosen) (contents, error) {
	var reads []string
	for _, c := range t.columns {
		reads = append(reads, "("+c.read+")::bigint")
	}
	school := "''"
	if t.bySchool {
		school = "t.school_id::text"
	}
	text, args := who.narrow(`SELECT t.student_id, `+school+`, ARRAY[`+strings.Join(reads, ", ")+`] FROM `+t.name+` t
		WHERE t.district_id = $1 AND t.school_year = $2{of t}`, []any{schoolYear})
	found := contents{}
	var id, in, raw sql.RawBytes
	err := r.each(ctx, "what stands in "+t.name, text, args, func(rows *sql.Rows) error {
		if err := rows.Scan(&id, &in, &raw); err != nil {
			return err
		}
		var k key
		var err error
		if k.student, err = uuid.ParseBytes(id); err != nil {
			return err
		}
		if len(in) > 0 {
			if k.school, err = uuid.ParseBytes(in); err != nil {
				return err
			}
		}
		found[k], err = ints(raw, make([]int64, 0, len(t.columns)))
		return err
	})
	return found, err
}

// change is what a recompute makes of a table's rows of some students.
type change struct {
	table  figureTable
	before contents
	keys   []key
	rows   [][]int64
	seen   map[key]bool
}

// put gives a row; one that stands already is left alone.
func (c *change) put(k key, row []int64) {
	if c.seen == nil {
		c.seen = map[key]bool{}
	}
	c.seen[k] = true
	if !slices.Equal(c.before[k], row) {
		c.keys, c.rows = append(c.keys, k), append(c.rows, row)
	}
}

// write writes the rows that were put and differ, and takes out those that were not
// put. It gives how many rows changed.
func (w writer) write(ctx context.Context, c *change) (int64, error) {
	var gone []key
	for k := range c.before {
		if !c.seen[k] {
			gone = append(gone, k)
		}
	}
	if len(gone) > 0 {
		if err := w.remove(ctx, c.table, gone); err != nil {
			return 0, err
		}
	}
	if len(c.keys) > 0 {
		if err := w.upsert(ctx, c); err != nil {
			return 0, err
		}
	}
	return int64(len(gone) + len(c.keys)), nil
}

func (w writer) remove(ctx context.Context, t figureTable, gone []key) error {
	students, schools := split(gone)
	text := `DELETE FROM ` + t.name + ` t USING unnest($3::uuid[], $4::uuid[]) u (student_id, school_id)
		WHERE t.district_id = $1 AND t.school_year = $2 AND t.student_id = u.student_id`
	if t.bySchool {
		text += " AND t.school_id = u.school_id"
	}
	if _, err := w.tx.SQL().ExecContext(ctx, text, w.district, w.year, pq.Array(students), pq.Array(schools)); err != nil {
		return fmt.Errorf("take rows out of %s: %w", t.name, err)
	}
	return nil
}

func (w writer) upsert(ctx context.Context, c *change) error {
	students, schools := split(c.keys)
	args := []any{w.district, w.year, pq.Array(students), pq.Array(schools)}
	var names, writes, sets, lists, aliases []string
	for i, column := range c.table.columns {
		values := make([]int64, len(c.rows))
		for at, row := range c.rows {
			values[at] = row[i]
		}
		args = append(args, pq.Array(values))
		alias := fmt.Sprintf("c%d", i)
		names, aliases = append(names, column.name), append(aliases, alias)
		writes = append(writes, strings.ReplaceAll(column.write, "{x}", "u."+alias))
		sets = append(sets, column.name+" = excluded."+column.name)
		lists = append(lists, fmt.Sprintf("$%d::bigint[]", len(args)))
	}
	schoolName, schoolValue := "", ""
	if c.table.bySchool {
		schoolName, schoolValue = "school_id, ", "u.school_id, "
	}
	text := fmt.Sprintf(`INSERT INTO %[1]s (district_id, student_id, %[2]sschool_year, %[3]s)
		SELECT $1, u.student_id, %[4]s$2::integer, %[5]s FROM unnest($3::uuid[], $4::uuid[], %[6]s) u (student_id, school_id, %[7]s)
		ON CONFLICT (district_id, school_year, %[2]sstudent_id) DO UPDATE SET %[8]s`,
		c.table.name, schoolName, strings.Join(names, ", "), schoolValue, strings.Join(writes, ", "), strings.Join(lists, ", "),
		strings.Join(aliases, ", "), strings.Join(sets, ", "))
	if _, err := w.tx.SQL().ExecContext(ctx, text, args...); err != nil {
		return fmt.Errorf("write %s: %w", c.table.name, err)
	}
	return nil
}

func split(keys []key) (students, schools []uuid.UUID) {
	for _, k := range keys {
		students, schools = append(students, k.student), append(schools, k.school)
	}
	return students, schools
}
