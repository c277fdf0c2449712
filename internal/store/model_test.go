package store_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/ent/migrate"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
)

// withoutEntity are the tables that are no entity, each with its reason.
var withoutEntity = map[string]string{
	"agency":             "the operator's functions and identify() alone",
	"agency_staff":       "the operator's functions and identify() alone",
	"regional_analyst":   "the operator's functions and identify() alone",
	"service_client":     "the operator's functions and identify() alone",
	"operator_log":       "the operator's functions alone",
	"audit_log":          "has a key by time, and is only ever added to: hand-written SQL alone",
	"access_log":         "has a key by time, and is only ever added to: hand-written SQL alone",
	"access_log_student": "is the access log by student, written with it",
	"disclosure":         "has a key by time, and is only ever added to: hand-written SQL alone",
	"seal":               "is the chain over the logs, and is only ever added to: hand-written SQL alone",
	"idempotency":        "has a key of its own and no id: hand-written SQL alone",
	"attendance_event":   "has no id, and millions of rows: set-based SQL alone",

	"grade":                      "has no id, and millions of rows: set-based SQL alone",
	"student_risk_history":       "has no id, and millions of rows: set-based SQL alone",
	"risk_day":                   "has no id: drawn by one statement, read by another",
	"discipline_completeness":    "is written by imports and read by the recompute: hand-written SQL alone",
	"discipline_action_incident": "is a link that imports write: hand-written SQL alone",
	"quarantined_row":            "is written by imports and replayed by them: hand-written SQL alone",

	"identity":          "identify() alone reads it",
	"issuer":            "internal/identity alone reads it",
	"goose_db_version":  "goose's own",
	"student_merge":     "is written and undone by the merge's own statements: hand-written SQL alone",
	"student_merge_row": "names rows of any table by their keys: hand-written SQL alone",
}

// writtenByDatabase are columns that the database fills: ent must not ask for them.
var writtenByDatabase = map[string]string{
	"student.search_text": "a generated column, searched and never written",
}

// typesOf are the types of PostgreSQL that hold ent's, where the model does not
// name one itself.
var typesOf = map[field.Type][]string{
	field.TypeUUID:   {"uuid"},
	field.TypeString: {"text", "character varying"},
	field.TypeEnum:   {"text", "character varying"},
	field.TypeBool:   {"boolean"},
	field.TypeInt:    {"bigint"},
	field.TypeInt64:  {"bigint"},
	field.TypeTime:   {"timestamp with time zone"},
	field.TypeJSON:   {"jsonb"},
}

// column is a column as the database has it.
type column struct {
	kind     string
	nullable bool
	allowed  []string // what a CHECK of the column alone lets it be; nil: anything
}

// modelFaults compares ent's tables with the database, column by column. It gives
// what differs, one line each.
func modelFaults(ctx context.Context, db *postgres.DB, tables []*schema.Table) ([]string, error) {
	columns, err := readColumns(ctx, db)
	if err != nil {
		return nil, err
	}
	var faults []string
	for _, table := range tables {
		faults = append(faults, tableFaults(table, columns[table.Name])...)
		delete(columns, table.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(columns)) {
		if _, listed := withoutEntity[name]; !listed {
			faults = append(faults, name+": is no entity of ent")
		}
	}
	return faults, nil
}

func tableFaults(table *schema.Table, columns map[string]column) []string {
	if columns == nil {
		return []string{table.Name + ": is not in the database"}
	}
	var faults []string
	missing := maps.Clone(columns)
	for _, c := range table.Columns {
		name := table.Name + "." + c.Name
		in, known := columns[c.Name]
		delete(missing, c.Name)
		if !known {
			faults = append(faults, name+": is not in the database")
			continue
		}
		faults = append(faults, columnFaults(name, c, in)...)
	}
	for _, name := range slices.Sorted(maps.Keys(missing)) {
		faults = append(faults, table.Name+"."+name+": ent does not know it")
	}
	return faults
}

func columnFaults(name string, c *schema.Column, in column) []string {
	var faults []string
	want := typesOf[c.Type]
	if named := c.SchemaType[dialect.Postgres]; named != "" {
		want = []string{named}
	}
	if !slices.Contains(want, in.kind) {
		faults = append(faults, fmt.Sprintf("%s: is %s, ent takes it for %s", name, in.kind, strings.Join(want, " or ")))
	}
	if _, written := writtenByDatabase[name]; !written && c.Nullable != in.nullable {
		faults = append(faults, fmt.Sprintf("%s: may be NULL: %t, in ent: %t", name, in.nullable, c.Nullable))
	}
	if c.Type == field.TypeEnum && !sameWords(c.Enums, in.allowed) {
		faults = append(faults, fmt.Sprintf("%s: may be one of %v, in ent of %v", name, in.allowed, c.Enums))
	}
	return faults
}

func sameWords(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// readColumns gives the columns of every table of the database but partitions.
func readColumns(ctx context.Context, db *postgres.DB) (map[string]map[string]column, error) {
	rows, err := db.Pool().QueryContext(ctx, `SELECT c.relname, a.attname, format_type(a.atttypid, NULL), NOT a.attnotnull,
			coalesce((SELECT string_agg(m[1], ',') FROM pg_constraint k, regexp_matches(pg_get_constraintdef(k.oid), '''([^'']*)''::text', 'g') m
				WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.conkey = ARRAY[a.attnum]), '')
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
			AND a.attnum > 0 AND NOT a.attisdropped`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	found := map[string]map[string]column{}
	for rows.Next() {
		var table, name, allowed string
		var c column
		if err := rows.Scan(&table, &name, &c.kind, &c.nullable, &allowed); err != nil {
			return nil, err
		}
		if allowed != "" {
			c.allowed = strings.Split(allowed, ",")
		}
		if found[table] == nil {
			found[table] = map[string]column{}
		}
		found[table][name] = c
	}
	return found, rows.Err()
}

func TestTheModelIsTheDatabases(t *testing.T) {
	t.Parallel()
	owner := pgtest.New(t).Open(t, postgres.OwnerLogin, postgres.Options{})
	faults, err := modelFaults(t.Context(), owner, migrate.Tables)
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range faults {
		t.Error(fault)
	}
}

func TestTheModelWalkFindsEachDifference(t *testing.T) {
	t.Parallel()
	planted := []struct{ name, change, want string }{
		{"a column that ent does not know", "ALTER TABLE school ADD COLUMN motto text", "school.motto: ent does not know it"},
		{"a column that is gone", "ALTER TABLE school DROP COLUMN alternative", "school.alternative: is not in the database"},
		{"another type", "ALTER TABLE school ALTER COLUMN name TYPE jsonb USING to_jsonb(name)", "school.name: is jsonb, ent takes it for text or character varying"},
		{"a narrower number", "ALTER TABLE import_run_count ALTER COLUMN read TYPE integer", "import_run_count.read: is integer, ent takes it for bigint"},
		{"a column that may be NULL", "ALTER TABLE school ALTER COLUMN name DROP NOT NULL", "school.name: may be NULL: true, in ent: false"},
		{"a column that may not be NULL", "ALTER TABLE student ALTER COLUMN birth_date SET NOT NULL", "student.birth_date: may be NULL: false, in ent: true"},
		{
			"a word less", "ALTER TABLE calendar DROP CONSTRAINT calendar_kind_check, ADD CHECK (kind IN ('SCHOOL', 'OTHER'))",
			"calendar.kind: may be one of [SCHOOL OTHER], in ent of [SCHOOL STUDENT_SPECIFIC OTHER]",
		},
		{"a table that is no entity", "CREATE TABLE planted (id uuid PRIMARY KEY)", "planted: is no entity of ent"},
		{"an entity without a table", "DROP TABLE import_issue", "import_issue: is not in the database"},
	}
	for _, p := range planted {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			owner := pgtest.New(t).Open(t, postgres.OwnerLogin, postgres.Options{})
			if _, err := owner.Pool().ExecContext(t.Context(), p.change); err != nil {
				t.Fatal(err)
			}
			faults, err := modelFaults(t.Context(), owner, migrate.Tables)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{p.want}, faults); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestTheExceptionsAreStillThere: an exception for something that is gone hides
// the next thing of its name.
func TestTheExceptionsAreStillThere(t *testing.T) {
	t.Parallel()
	owner := pgtest.New(t).Open(t, postgres.OwnerLogin, postgres.Options{})
	columns, err := readColumns(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	for table := range withoutEntity {
		if columns[table] == nil {
			t.Errorf("%s: is excepted and does not exist", table)
		}
	}
	for name := range writtenByDatabase {
		table, column, _ := strings.Cut(name, ".")
		if _, known := columns[table][column]; !known {
			t.Errorf("%s: is excepted and does not exist", name)
		}
	}
}
