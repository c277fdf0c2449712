package load

import (
	"fmt"
	"slices"
	"strings"
)

// column is a column of a staging table.
type column struct{ name, sqlType string }

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

// kind is one kind of row: all that a load needs to know of it.
type kind struct {
	name    string
	stage   []column // after id, file and line, which every kind has
	values  func(row any) []any
	resolve string // FROM and JOINs of the staged rows s; with columns that follow s.*
	adds    string // columns that resolve adds, as SQL
	key     []string
	keyName string // the source's field that says which row it is
	// ofStudent says that adds has rank: 0 under the student's own code, more under the
	// code of one who was merged into the student.
	ofStudent bool
	checks    []check
	target    string
	merge     []merged
	// merges is a merge of the kind's own, which makes one row of several of a key
	// instead of quarantining them as contradictory; empty: mergeStatement's.
	merges string
	// supersede takes out rows that the export contradicts, after the merge, and gives
	// how many; empty: there are none such.
	supersede string
}

func (k kind) stageTable() string    { return "stage_" + strings.ToLower(k.name) }
func (k kind) resolvedTable() string { return "resolved_" + strings.ToLower(k.name) }

// of makes a kind's values of a function of its row.
func of[T any](values func(T) []any) func(row any) []any {
	return func(row any) []any {
		typed, ok := row.(T)
		if !ok {
			panic(fmt.Sprintf("load: a %T was staged as another kind", row))
		}
		return values(typed)
	}
}

// createStage is the staging table, of the connection's own.
func (k kind) createStage() string {
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE TEMP TABLE %s (id uuid, file text, line integer", k.stageTable())
	for _, c := range k.stage {
		fmt.Fprintf(&b, ", %s %s", c.name, c.sqlType)
	}
	b.WriteString(") ON COMMIT DROP")
	return b.String()
}

// copyIn is the COPY statement that fills the staging table.
func (k kind) copyIn() string {
	names := []string{"id", "file", "line"}
	for _, c := range k.stage {
		names = append(names, c.name)
	}
	return fmt.Sprintf("COPY %s (%s) FROM STDIN", k.stageTable(), strings.Join(names, ", "))
}

// createResolved is the resolved table: the staged rows with their references, the
// number of their problem if any, and their place among rows of the same key.
func (k kind) createResolved() string {
	var problems strings.Builder
	problems.WriteString("CASE")
	for i, c := range k.allChecks() {
		fmt.Fprintf(&problems, " WHEN %s THEN %d", c.when, i+1)
	}
	problems.WriteString(" END")
	content := make([]string, len(k.stage))
	for i, c := range k.stage {
		content[i] = "s." + c.name
	}
	return fmt.Sprintf(`CREATE TEMP TABLE %[1]s ON COMMIT DROP AS
		SELECT r.*, %[2]s AS bad FROM (
			SELECT x.*, row_number() OVER (PARTITION BY %[7]s ORDER BY %[8]sx.file, x.line) AS copy, min(x.content) OVER w <> max(x.content) OVER w AS contradictory FROM (
				SELECT s.*, md5(ROW(%[3]s)::text) AS content%[4]s FROM %[5]s s %[6]s
			) x WINDOW w AS (PARTITION BY %[7]s%[9]s)
		) r`, k.resolvedTable(), problems.String(), strings.Join(content, ", "), k.adds, k.stageTable(), k.resolve,
		strings.Join(k.key, ", "), k.ownFirst(), k.eachCode())
}

// ownFirst puts the rows under the student's own code before those under the codes of
// who was merged into the student: where several tell of one key, the first is taken.
func (k kind) ownFirst() string {
	if !k.ofStudent || k.merges != "" {
		return ""
	}
	return "x.rank, "
}

// eachCode tells the codes of one student apart: rows contradict each other under one
// code, not under two.
func (k kind) eachCode() string {
	if !k.ofStudent || k.merges != "" {
		return ""
	}
	return ", x.rank"
}

// mergedStatement counts the good rows that name a merged student.
func (k kind) mergedStatement() string {
	return "SELECT count(*) FROM " + k.resolvedTable() + " r WHERE " + good + " AND r.rank > 0"
}

// allChecks are the kind's own and, unless rows of one key are folded, the one
// that no two rows of a key contradict each other.
func (k kind) allChecks() []check {
	if k.merges != "" {
		return k.checks
	}
	return append(slices.Clip(k.checks), check{
		when: "r.contradictory", field: k.keyName,
		problem: "stands more than once with different content",
		hint:    "find out at the source which of the rows is right, and export it alone",
	})
}

// good says which resolved rows are merged.
const good = "r.bad IS NULL"

// mergeStatement merges the good rows and gives how many were created and updated.
func (k kind) mergeStatement() string {
	names, selects, sets, before, after := k.mergeColumns()
	rows := "SELECT $1::uuid, r.id, " + strings.Join(selects, ", ") + " FROM " + k.resolvedTable() + " r WHERE " + good + " AND r.copy = 1"
	return fmt.Sprintf(`WITH written AS (
		INSERT INTO %s AS t (district_id, id, %s) %s
		ON CONFLICT (district_id, %s) DO UPDATE SET %s, withdrawn_at = NULL
		WHERE (%s) IS DISTINCT FROM (%s) OR t.withdrawn_at IS NOT NULL
		RETURNING (xmax = 0) AS created)
		SELECT count(*) FILTER (WHERE created), count(*) FILTER (WHERE NOT created) FROM written`,
		k.target, strings.Join(names, ", "), rows, strings.Join(k.targetKey(), ", "), strings.Join(sets, ", "), before, after)
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
