package postgres_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// ownDistrict is the policy that each table of a district has.
const ownDistrict = "(%s = current_district())"

// extraPolicies are the policies beside own_district, each with its reason.
var extraPolicies = map[string]string{
	// The owner's find_district() looks a district up by its code, before there is
	// a scope; it tells no more than that a code exists.
	"district.found_by_owner": "SELECT true",
}

// lookupIndexes are unique indexes of a district's table that do not begin with
// its district, each with its reason.
var lookupIndexes = map[string]string{
	// A district is its own district: its key is its id. Its code is unique among
	// districts, and only the owner writes the table.
	"district.district_local_id_key": "local_id",
}

// tellsOfStudents are names of columns that only a district's table may have.
var tellsOfStudents = []string{
	"first_name", "middle_name", "last_name", "preferred_first_name", "preferred_last_name", "student_id", "state_id", "birth_date",
	"sex", "race_ethnicity", "grade_level", "cohort_year", "search_text", "relation", "value", "detail", "summary",
}

// relation is a table as the catalog has it.
type relation struct {
	Name     string        `json:"name"`
	Parent   string        `json:"parent"` // of a partition; empty: none
	Enabled  bool          `json:"enabled"`
	Forced   bool          `json:"forced"`
	Granted  bool          `json:"granted"` // to somebody beside its owner
	Columns  []string      `json:"columns"`
	Policies []tablePolicy `json:"policies"`
	Indexes  []uniqueIndex `json:"indexes"`
	Triggers []string      `json:"triggers"`
}

// tablePolicy is a row-level security policy.
type tablePolicy struct {
	Name        string `json:"name"`
	Permissive  bool   `json:"permissive"`
	Everything  bool   `json:"everything"` // for all commands
	Everybody   bool   `json:"everybody"`  // for all roles
	Command     string `json:"command"`
	Using       string `json:"using"`
	Check       string `json:"check"`
	HasSubquery bool   `json:"hasSubquery"`
}

// uniqueIndex is a unique index or primary key.
type uniqueIndex struct {
	Name    string `json:"name"`
	Primary bool   `json:"primary"`
	First   string `json:"first"` // its first column; empty: an expression
}

const relationsQuery = `SELECT json_build_object('name', replace(n.nspname || '.', 'public.', '') || c.relname, 'enabled', c.relrowsecurity, 'forced', c.relforcerowsecurity,
	'parent', coalesce((SELECT p.relname FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent WHERE i.inhrelid = c.oid AND c.relispartition), ''),
	'granted', EXISTS (SELECT FROM aclexplode(c.relacl) g WHERE g.grantee <> c.relowner)
		OR EXISTS (SELECT FROM pg_attribute a, aclexplode(a.attacl) g WHERE a.attrelid = c.oid AND g.grantee <> c.relowner),
	'columns', (SELECT json_agg(a.attname) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
	'policies', (SELECT json_agg(json_build_object('name', p.polname, 'permissive', p.polpermissive, 'everything', p.polcmd = '*',
			'everybody', p.polroles = '{0}', 'command', CASE p.polcmd WHEN 'r' THEN 'SELECT' ELSE p.polcmd::text END,
			'using', coalesce(pg_get_expr(p.polqual, p.polrelid), ''), 'check', coalesce(pg_get_expr(p.polwithcheck, p.polrelid), ''),
			'hasSubquery', concat(p.polqual, p.polwithcheck) LIKE '%{SUBLINK%') ORDER BY p.polname)
		FROM pg_policy p WHERE p.polrelid = c.oid),
	'indexes', (SELECT json_agg(json_build_object('name', n.relname, 'primary', x.indisprimary, 'first', coalesce(a.attname, '')) ORDER BY n.relname)
		FROM pg_index x JOIN pg_class n ON n.oid = x.indexrelid LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[0]
		WHERE x.indrelid = c.oid AND x.indisunique),
	'triggers', (SELECT json_agg(g.tgname) FROM pg_trigger g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal))
	FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'f', 'v', 'm') ORDER BY c.relname`

// catalogFaults holds the database's catalog to the rule of each table's scope,
// and the functions that run with their owner's rights to theirs. It gives what is
// wrong, one line each.
func catalogFaults(ctx context.Context, db *postgres.DB, scopes map[string]postgres.TableScope) ([]string, error) {
	relations, err := readRelations(ctx, db)
	if err != nil {
		return nil, err
	}
	var faults []string
	seen := map[string]bool{}
	for _, r := range relations {
		name := r.Name
		if r.Parent != "" {
			name = r.Parent
		}
		seen[name] = true
		faults = append(faults, r.faults(scopes[name])...)
	}
	for _, table := range slices.Sorted(maps.Keys(scopes)) {
		if !seen[table] {
			faults = append(faults, table+": has a scope and does not exist")
		}
	}
	functions, err := functionFaults(ctx, db)
	return append(faults, functions...), err
}

func readRelations(ctx context.Context, db *postgres.DB) ([]relation, error) {
	lines, err := lines(ctx, db, relationsQuery)
	if err != nil {
		return nil, err
	}
	relations := make([]relation, len(lines))
	for i, line := range lines {
		if err := json.Unmarshal([]byte(line), &relations[i]); err != nil {
			return nil, err
		}
	}
	return relations, nil
}

func lines(ctx context.Context, db *postgres.DB, query string) ([]string, error) {
	rows, err := db.Pool().QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var found []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return nil, err
		}
		found = append(found, line)
	}
	return found, rows.Err()
}

func (r relation) faults(scope postgres.TableScope) []string {
	switch scope {
	case postgres.OfDistrict:
		return slices.Concat(r.wallFaults(), r.policyFaults(), r.indexFaults(), r.triggerFaults())
	case postgres.Shared, postgres.System:
		return r.tellFaults()
	}
	return []string{r.Name + ": has no scope"}
}

func (r relation) wallFaults() []string {
	var faults []string
	if !r.Enabled {
		faults = append(faults, r.Name+": row-level security is not enabled")
	}
	if !r.Forced {
		faults = append(faults, r.Name+": row-level security is not forced")
	}
	if r.Parent != "" && r.Granted {
		faults = append(faults, r.Name+": a partition has a direct grant")
	}
	return faults
}

func (r relation) policyFaults() []string {
	var faults []string
	want := fmt.Sprintf(ownDistrict, districtColumn(r.Name))
	walled := false
	for _, p := range r.Policies {
		reason, listed := extraPolicies[r.Name+"."+p.Name]
		switch {
		case p.HasSubquery:
			faults = append(faults, r.Name+": the policy "+p.Name+" has a subquery")
		case p.Permissive && p.Everything && p.Everybody && p.Using == want && p.Check == want:
			walled = true
		case !listed || reason != p.Command+" "+p.Using || p.Everybody:
			faults = append(faults, r.Name+": the policy "+p.Name+" is not the district's own")
		}
	}
	if !walled {
		faults = append(faults, r.Name+": has no policy on current_district()")
	}
	return faults
}

func (r relation) indexFaults() []string {
	var faults []string
	primary := false
	for _, index := range r.Indexes {
		primary = primary || index.Primary
		lookup, listed := lookupIndexes[r.Name+"."+index.Name]
		if index.First != districtColumn(r.Name) && (!listed || index.First != lookup) {
			faults = append(faults, r.Name+": the unique index "+index.Name+" does not begin with the district")
		}
	}
	if !primary {
		faults = append(faults, r.Name+": has no primary key")
	}
	return faults
}

func (r relation) triggerFaults() []string {
	var faults []string
	for _, trigger := range r.Triggers {
		faults = append(faults, r.Name+": has the trigger "+trigger)
	}
	return faults
}

func (r relation) tellFaults() []string {
	var faults []string
	for _, column := range r.Columns {
		if slices.Contains(tellsOfStudents, column) {
			faults = append(faults, r.Name+": belongs to no district and has the column "+column)
		}
	}
	return faults
}

// functionFaults: a function that runs with its owner's rights looks its names up
// where it says, and not everybody may run it.
func functionFaults(ctx context.Context, db *postgres.DB) ([]string, error) {
	found, err := lines(ctx, db, `SELECT concat_ws('|', p.proname,
			CASE WHEN NOT EXISTS (SELECT FROM unnest(p.proconfig) c WHERE c LIKE 'search_path=pg_catalog, %pg_temp') THEN 'has no pinned search_path' END,
			CASE WHEN p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) g WHERE g.grantee = 0) THEN 'may be run by everybody' END)
		FROM pg_proc p WHERE p.pronamespace <> 'pg_catalog'::regnamespace AND p.prosecdef ORDER BY p.proname`)
	if err != nil {
		return nil, err
	}
	var faults []string
	for _, line := range found {
		name, problems, _ := strings.Cut(line, "|")
		for problem := range strings.SplitSeq(problems, "|") {
			if problem != "" {
				faults = append(faults, name+"(): runs with its owner's rights and "+problem)
			}
		}
	}
	return faults, nil
}
