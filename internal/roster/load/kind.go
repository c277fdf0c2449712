package load

import (
	"fmt"
	"slices"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/roster/form"
)

// check is a condition under which a resolved row is quarantined. The first check
// of its kind that holds is the row's problem.
type check struct {
	when    string // SQL over the resolved row r
	field   string // the source's field
	value   string // SQL over r: the value to quote; empty: none
	problem string
	hint    string
}

// merged is a column of the target.
type merged struct {
	name       string
	from       string // SQL over the resolved row r; empty: the column of the same name
	update     string // SQL for an existing row t and excluded; empty: excluded's; keep: t's own stays
	insertOnly bool
}

// kind is one kind of row: all that a load needs to know of it beside its form.
type kind struct {
	name    string
	form    form.Form
	resolve string // FROM and JOINs of the staged rows s; with columns that follow s.*
	adds    string // columns that resolve adds, as SQL
	key     []string
	keyName string // the source's field that says which row it is
	// ofStudent says that adds has rank: 0 under the student's own code, more under the
	// code of one who was merged into the student.
	ofStudent bool
	checks    []check
	// aside are the fields in which rows of one key may differ without contradicting
	// each other: the first is taken.
	aside  []string
	target string
	id     string // SQL over r: the id of a new row; empty: the staged row's
	merge  []merged
	// merges is a merge of the kind's own; empty: mergeStatement's.
	merges string
	// folds says that merges makes one row of several of a key, instead of their being
	// quarantined as contradictory.
	folds bool
	// prepare writes what the rows of the kind point to and no row of the source is, and
	// complete what follows from them, before and after the merge; $1 is the district,
	// $2 today.
	prepare, complete string
	// differs lists where the rows and what stands do not agree, before the merge.
	differs string
	// supersede takes out rows that the export contradicts, after the merge, and gives
	// how many; empty: there are none such.
	supersede string
	// touches gives, as SQL over the rows "written", whose figures hang on them: ids of
	// students, or NULL for all of the district; empty: nobody's do.
	touches string
	// unlined rows have no line of their own in the audit log: there are too many of
	// them, or the line would tell of a circumstance.
	unlined bool
	author  Author // whom those lines name
	// removal is how rows are taken out that a source of all of the kind does not have;
	// nil: they never are.
	removal *removal
}

// Whose figures hang on a row.
const (
	ofItsStudent = "SELECT DISTINCT w.student_id FROM written w"
	ofItself     = "SELECT w.id FROM written w"
	ofEveryone   = "SELECT NULL::uuid FROM written w LIMIT 1"
	// ofThoseUnder is of a row that matters through others, which a new one does not have.
	ofThoseUnder = "SELECT NULL::uuid FROM written w WHERE NOT w.created LIMIT 1"
)

func (k kind) stageTable() string    { return "stage_" + strings.ToLower(k.name) }
func (k kind) resolvedTable() string { return "resolved_" + strings.ToLower(k.name) }

// createStage is the staging table, of the connection's own.
func (k kind) createStage() string {
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE TEMP TABLE %s (id uuid, file text, line integer, gone boolean", k.stageTable())
	for i := range k.form.Fields {
		fmt.Fprintf(&b, ", %s %s", k.form.Fields[i].Column, k.form.Fields[i].SQLType())
	}
	b.WriteString(") ON COMMIT DROP")
	return b.String()
}

// copyIn is the COPY statement that fills the staging table.
func (k kind) copyIn() string {
	names := []string{"id", "file", "line", "gone"}
	for i := range k.form.Fields {
		names = append(names, k.form.Fields[i].Column)
	}
	return fmt.Sprintf("COPY %s (%s) FROM STDIN", k.stageTable(), strings.Join(names, ", "))
}

// createResolved is the resolved table: the staged rows with their references, the
// number of their problem if any (0: the source says that they are gone), and their
// place among rows of the same key.
func (k kind) createResolved() string {
	var problems strings.Builder
	problems.WriteString("CASE WHEN r.gone THEN 0")
	for i, c := range k.allChecks() {
		fmt.Fprintf(&problems, " WHEN %s THEN %d", c.when, i+1)
	}
	problems.WriteString(" END")
	return fmt.Sprintf(`CREATE TEMP TABLE %[1]s ON COMMIT DROP AS
		SELECT r.*, %[2]s AS bad FROM (
			SELECT x.*%[7]s FROM (
				SELECT s.*%[3]s%[4]s FROM %[5]s s %[6]s
			) x%[8]s
		) r`, k.resolvedTable(), problems.String(), k.content(), k.adds, k.stageTable(), k.resolve, k.places(), k.window())
}

// content is what rows of one key are compared by.
func (k kind) content() string {
	if k.folds {
		return ""
	}
	var columns []string
	for _, f := range k.form.Fields {
		if !slices.Contains(k.aside, f.Column) {
			columns = append(columns, "s."+f.Column)
		}
	}
	return ", md5(ROW(" + strings.Join(columns, ", ") + ")::text) AS content"
}

// places is a row's place among rows of its key, and whether they contradict each other.
func (k kind) places() string {
	if k.folds {
		return ""
	}
	return fmt.Sprintf(", row_number() OVER (PARTITION BY %s, x.gone ORDER BY %sx.file, x.line) AS copy, min(x.content) OVER w <> max(x.content) OVER w AS contradictory",
		strings.Join(k.key, ", "), k.ownFirst())
}

func (k kind) window() string {
	if k.folds {
		return ""
	}
	return fmt.Sprintf(" WINDOW w AS (PARTITION BY %s, x.gone%s)", strings.Join(k.key, ", "), k.eachCode())
}

// ownFirst puts the rows under the student's own code before those under the codes of
// who was merged into the student: where several tell of one key, the first is taken.
func (k kind) ownFirst() string {
	if !k.ofStudent {
		return ""
	}
	return "x.rank, "
}

// eachCode tells the codes of one student apart: rows contradict each other under one
// code, not under two.
func (k kind) eachCode() string {
	if !k.ofStudent {
		return ""
	}
	return ", x.rank"
}

// mergedStatement counts the good rows that name a merged student.
func (k kind) mergedStatement() string {
	return "SELECT count(*) FROM " + k.resolvedTable() + " r WHERE " + good + " AND r.rank > 0"
}

// allChecks are that what is needed is said, the kind's own and, unless rows of one key
// are folded, the one that no two rows of a key contradict each other.
func (k kind) allChecks() []check {
	var all []check
	for _, f := range k.form.Fields {
		if when := missing(f); f.Needed {
			all = append(all, check{when: when, field: f.Name, problem: "is missing", hint: "give it: " + f.About})
		}
		if f.Column == "school_year" {
			all = append(all, check{
				when: "r.school_year NOT BETWEEN 1900 AND 2999", field: f.Name, value: "r.school_year::text",
				problem: "is no school year", hint: "write the calendar year in which it ends, with four digits",
			})
		}
	}
	all = append(all, k.checks...)
	if k.folds {
		return all
	}
	return append(all, check{
		when: "r.contradictory", field: k.keyName,
		problem: "stands more than once with different content",
		hint:    "find out at the source which of the rows is right, and export it alone",
	})
}

func missing(f form.Field) string {
	if f.Type == form.Text || f.Type == form.Word {
		return "r." + f.Column + " = ''"
	}
	return "r." + f.Column + " IS NULL"
}

// good says which resolved rows are merged.
const good = "r.bad IS NULL"

// mergeStatement merges the good rows, notes whose figures that touches, writes the
// audit lines of what it changed, and gives how many were created and updated.
func (k kind) mergeStatement() string {
	names, selects, sets, before, after := k.mergeColumns()
	id := k.id
	if id == "" {
		id = "r.id"
	}
	rows := "SELECT $1::uuid, " + id + ", " + strings.Join(selects, ", ") + " FROM " + k.resolvedTable() + " r WHERE " + good + " AND r.copy = 1"
	return fmt.Sprintf(`WITH written AS (
		INSERT INTO %s AS t (district_id, id, %s) %s
		ON CONFLICT (district_id, %s) DO UPDATE SET %s, withdrawn_at = NULL
		WHERE (%s) IS DISTINCT FROM (%s) OR t.withdrawn_at IS NOT NULL
		RETURNING (xmax = 0) AS created, t.*)%s
		SELECT count(*) FILTER (WHERE created), count(*) FILTER (WHERE NOT created) FROM written`,
		k.target, strings.Join(names, ", "), rows, strings.Join(k.targetKey(), ", "), strings.Join(sets, ", "), before, after, k.follows("NOT w.created"))
}

// targetKey are the columns of the target's unique key after district_id.
func (k kind) targetKey() []string {
	key := make([]string, len(k.key))
	for i, column := range k.key {
		key[i] = strings.TrimPrefix(column, "x.")
		for _, m := range k.merge {
			if m.from == "r."+key[i] {
				key[i] = m.name
			}
		}
	}
	return key
}

func (k kind) mergeColumns() (names, selects, sets []string, before, after string) {
	var befores, afters []string
	for _, m := range k.merge {
		from := m.from
		if from == "" {
			from = "r." + m.name
		}
		names, selects = append(names, m.name), append(selects, from)
		if m.insertOnly {
			continue
		}
		update := m.update
		if update == "" {
			update = "excluded." + m.name
		}
		sets = append(sets, m.name+" = "+update)
		befores, afters = append(befores, "t."+m.name), append(afters, update)
	}
	return names, selects, sets, strings.Join(befores, ", "), strings.Join(afters, ", ")
}

// follows is what is written in the statement that wrote the rows "written": whose
// figures they touch, and the audit lines of those of them for which changed holds.
func (k kind) follows(changed string) string {
	return k.touch() + k.audit(changed)
}

// touch notes whose figures hang on the rows.
func (k kind) touch() string {
	if k.touches == "" {
		return ""
	}
	return ", touching AS (INSERT INTO load_touched " + k.touches + ")"
}
