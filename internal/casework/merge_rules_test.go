package casework

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
)

// TestEveryTableOfStudentsHasAMergeRule: each column that points at a student, by a
// foreign key or by its name, has one line, and each rule names columns that are there.
func TestEveryTableOfStudentsHasAMergeRule(t *testing.T) {
	t.Parallel()
	owner := pgtest.New(t).Open(t, postgres.OwnerLogin, postgres.Options{})
	missing := func() []string { return ruleFaults(t, owner) }
	if faults := missing(); len(faults) > 0 {
		t.Errorf("%v", faults)
	}
	for _, change := range []string{
		"CREATE TABLE planted (district_id uuid, id uuid, pupil uuid, FOREIGN KEY (district_id, pupil) REFERENCES student (district_id, id))",
		"CREATE TABLE planted_too (district_id uuid, student_id uuid)",
		"ALTER TABLE student_characteristic ADD COLUMN planted text",
		"ALTER TABLE contact_log ADD CONSTRAINT planted_key UNIQUE (district_id, student_id, occurred_at)",
		"CREATE UNIQUE INDEX planted_index ON contact_log (district_id, student_id) WHERE positive",
	} {
		if _, err := owner.Pool().ExecContext(t.Context(), change); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		"contact_log.student_id: the unique index planted_index, and no rule for two rows that say the same",
		"contact_log.student_id: the unique index planted_key, and no rule for two rows that say the same",
		"planted.pupil: has no rule", "planted_too.student_id: has no rule",
		"student_characteristic.planted: is in no key and no content",
	}
	if diff := cmp.Diff(want, missing()); diff != "" {
		t.Error(diff)
	}
}

// ruleFaults compares the rules with the database.
func ruleFaults(t *testing.T, owner *postgres.DB) []string {
	t.Helper()
	var faults []string
	listed := map[string]mergeRule{}
	for _, rule := range mergeRules {
		listed[rule.table+"."+rule.student()] = rule
	}
	found := map[string]bool{}
	for _, name := range lines(t, owner, `SELECT DISTINCT c.relname || '.' || a.attname FROM pg_class c
			JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped AND a.attname <> 'district_id'
			LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.confrelid = 'student'::regclass AND a.attnum = ANY (k.conkey)
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND (k.oid IS NOT NULL OR a.attname = 'student_id')`) {
		found[name] = true
		if _, ok := listed[name]; !ok {
			faults = append(faults, name+": has no rule")
		}
	}
	for name, rule := range listed {
		if !found[name] {
			faults = append(faults, name+": has a rule and is not there")
		}
		if rule.stays == "" {
			faults = append(faults, rule.faults(t, owner)...)
		}
	}
	slices.Sort(faults)
	return faults
}

// faults are unique indexes that a moved row could run into, and columns that a folded
// row would not carry.
func (r mergeRule) faults(t *testing.T, owner *postgres.DB) []string {
	t.Helper()
	var faults []string
	if r.same == "" {
		for _, index := range lines(t, owner, `SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
			WHERE i.indrelid = '`+r.table+`'::regclass AND i.indisunique AND a.attname = '`+r.student()+`'`) {
			faults = append(faults, r.table+"."+r.student()+": the unique index "+index+", and no rule for two rows that say the same")
		}
	}
	if r.content == nil {
		return faults
	}
	for _, column := range lines(t, owner, `SELECT attname FROM pg_attribute WHERE attrelid = '`+r.table+`'::regclass AND attnum > 0 AND NOT attisdropped`) {
		known := []string{"district_id", "id", "withdrawn_at", r.student()}
		if _, carried := r.content[column]; !carried && !slices.Contains(known, column) && !strings.Contains(r.same, "k."+column+" = d."+column) {
			faults = append(faults, r.table+"."+column+": is in no key and no content")
		}
	}
	return faults
}

func lines(t *testing.T, owner *postgres.DB, query string) []string {
	t.Helper()
	rows, err := owner.Pool().QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var found []string
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			t.Fatal(err)
		}
		found = append(found, one)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return found
}
