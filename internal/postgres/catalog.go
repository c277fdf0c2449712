package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// CatalogRule is what a fault of the catalog is against.
type CatalogRule string

// The rules of the catalog.
const (
	RuleScope     CatalogRule = "scope"              // each table is declared, and each declared table is there
	RuleWall      CatalogRule = "row-level security" // enabled, forced, and by the district's own policy alone
	RulePartition CatalogRule = "partitions"         // reached through their parent alone
	RuleKeys      CatalogRule = "keys"               // keys and unique indexes begin with the district
	RuleTriggers  CatalogRule = "triggers"           // none on a district's table
	RuleColumns   CatalogRule = "columns"            // a table of no district tells of no student
	RuleFunctions CatalogRule = "functions"          // what runs with its owner's rights is pinned and granted by name
)

// CatalogFault is one thing in the database's catalog that is against its rule.
type CatalogFault struct {
	About   string // the table, the partition, or the function with ()
	Rule    CatalogRule
	Problem string
}

func (f CatalogFault) String() string { return f.About + ": " + f.Problem }

// CatalogFaults holds the database's catalog to the rule of each table's scope,
// and the functions that run with their owner's rights to theirs. Any login may
// ask. What an extension brought along is the extension's own.
func CatalogFaults(ctx context.Context, db *DB, scopes map[string]TableScope) ([]CatalogFault, error) {
	relations, err := catalogLines[relation](ctx, db, relationsQuery)
	if err != nil {
		return nil, fmt.Errorf("read the catalog's tables: %w", err)
	}
	var faults []CatalogFault
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
			faults = append(faults, CatalogFault{table, RuleScope, "has a scope and does not exist"})
		}
	}
	functions, err := catalogLines[definer](ctx, db, definersQuery)
	if err != nil {
		return nil, fmt.Errorf("read the catalog's functions: %w", err)
	}
	for _, f := range functions {
		faults = append(faults, f.faults()...)
	}
	return faults, nil
}

// catalogLines reads a query that gives one JSON object a row. An empty
// search_path makes the catalog write every name out in full, whatever the
// login's own path hides.
func catalogLines[T any](ctx context.Context, db *DB, query string) ([]T, error) {
	var all []T
	err := db.Read(ctx, func(tx *Tx) error {
		if _, err := tx.SQL().ExecContext(ctx, "SET LOCAL search_path = ''"); err != nil {
			return err
		}
		rows, err := tx.SQL().QueryContext(ctx, query)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var line []byte
			var one T
			if err := rows.Scan(&line); err != nil {
				return err
			}
			if err := json.Unmarshal(line, &one); err != nil {
				return err
			}
			all = append(all, one)
		}
		return rows.Err()
	})
	return all, err
}

// extraPolicies are the policies beside own_district, each with its reason, its
// command and its condition.
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
	Primary bool   `json:"primary"` // or a key one of whose columns may be NULL, all NULLs being one
	First   string `json:"first"`   // its first column; empty: an expression
}

const relationsQuery = `SELECT json_build_object('name', CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname,
	'enabled', c.relrowsecurity, 'forced', c.relforcerowsecurity,
	'parent', coalesce((SELECT p.relname FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent WHERE i.inhrelid = c.oid AND c.relispartition), ''),
	'granted', EXISTS (SELECT FROM aclexplode(c.relacl) g WHERE g.grantee <> c.relowner)
		OR EXISTS (SELECT FROM pg_attribute a, aclexplode(a.attacl) g WHERE a.attrelid = c.oid AND g.grantee <> c.relowner),
	'columns', (SELECT json_agg(a.attname) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
	'policies', (SELECT json_agg(json_build_object('name', p.polname, 'permissive', p.polpermissive, 'everything', p.polcmd = '*',
			'everybody', p.polroles = '{0}', 'command', CASE p.polcmd WHEN 'r' THEN 'SELECT' ELSE p.polcmd::text END,
			'using', coalesce(pg_get_expr(p.polqual, p.polrelid), ''), 'check', coalesce(pg_get_expr(p.polwithcheck, p.polrelid), ''),
			'hasSubquery', concat(p.polqual, p.polwithcheck) LIKE '%{SUBLINK%') ORDER BY p.polname)
		FROM pg_policy p WHERE p.polrelid = c.oid),
	'indexes', (SELECT json_agg(json_build_object('name', n.relname,
		'primary', x.indisprimary OR (x.indnullsnotdistinct AND x.indpred IS NULL), 'first', coalesce(a.attname, '')) ORDER BY n.relname)
		FROM pg_index x JOIN pg_class n ON n.oid = x.indexrelid LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[0]
		WHERE x.indrelid = c.oid AND x.indisunique),
	'triggers', (SELECT json_agg(g.tgname) FROM pg_trigger g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal))
	FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
		AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
	ORDER BY c.relname`

func (r relation) faults(scope TableScope) []CatalogFault {
	switch scope {
	case OfDistrict:
		return r.tenantFaults("district")
	case OfRegion:
		return append(r.tenantFaults("region"), r.tellFaults()...)
	case OfAgency:
		return append(r.tenantFaults("agency"), r.tellFaults()...)
	case Shared, System:
		return r.tellFaults()
	}
	return []CatalogFault{{r.Name, RuleScope, "has no scope"}}
}

// tenantFaults holds a table to the walls around a district's, region's or agency's.
func (r relation) tenantFaults(tenant string) []CatalogFault {
	return slices.Concat(r.wallFaults(), r.policyFaults(tenant), r.indexFaults(tenant), r.triggerFaults())
}

func (r relation) wallFaults() []CatalogFault {
	var faults []CatalogFault
	if !r.Enabled {
		faults = append(faults, CatalogFault{r.Name, RuleWall, "row-level security is not enabled"})
	}
	if !r.Forced {
		faults = append(faults, CatalogFault{r.Name, RuleWall, "row-level security is not forced"})
	}
	if r.Parent != "" && r.Granted {
		faults = append(faults, CatalogFault{r.Name, RulePartition, "a partition has a direct grant"})
	}
	return faults
}

func (r relation) policyFaults(tenant string) []CatalogFault {
	var faults []CatalogFault
	want := "(" + r.tenantColumn(tenant) + " = public.current_" + tenant + "())"
	walled := false
	for _, p := range r.Policies {
		reason, listed := extraPolicies[r.Name+"."+p.Name]
		switch {
		case p.HasSubquery:
			faults = append(faults, CatalogFault{r.Name, RuleWall, "the policy " + p.Name + " has a subquery"})
		case p.Permissive && p.Everything && p.Everybody && p.Using == want && p.Check == want:
			walled = true
		case !listed || reason != p.Command+" "+p.Using || p.Everybody:
			faults = append(faults, CatalogFault{r.Name, RuleWall, "the policy " + p.Name + " is not the " + tenant + "'s own"})
		}
	}
	if !walled {
		faults = append(faults, CatalogFault{r.Name, RuleWall, "has no policy on current_" + tenant + "()"})
	}
	return faults
}

func (r relation) indexFaults(tenant string) []CatalogFault {
	var faults []CatalogFault
	primary := false
	for _, index := range r.Indexes {
		primary = primary || index.Primary
		lookup, listed := lookupIndexes[r.Name+"."+index.Name]
		if index.First != r.tenantColumn(tenant) && (!listed || index.First != lookup) {
			faults = append(faults, CatalogFault{r.Name, RuleKeys, "the unique index " + index.Name + " does not begin with the " + tenant})
		}
	}
	if !primary {
		faults = append(faults, CatalogFault{r.Name, RuleKeys, "has no primary key"})
	}
	return faults
}

func (r relation) triggerFaults() []CatalogFault {
	var faults []CatalogFault
	for _, trigger := range r.Triggers {
		faults = append(faults, CatalogFault{r.Name, RuleTriggers, "has the trigger " + trigger})
	}
	return faults
}

func (r relation) tellFaults() []CatalogFault {
	var faults []CatalogFault
	for _, column := range r.Columns {
		if slices.Contains(tellsOfStudents, column) {
			faults = append(faults, CatalogFault{r.Name, RuleColumns, "belongs to no district and has the column " + column})
		}
	}
	return faults
}

// tenantColumn is the column that says whose row it is.
func (r relation) tenantColumn(tenant string) string {
	if r.Name == tenant {
		return "id"
	}
	return tenant + "_id"
}

// definer is a function that runs with its owner's rights.
type definer struct {
	Name     string   `json:"name"`
	Settings []string `json:"settings"`
	Public   bool     `json:"public"` // everybody may run it
}

const definersQuery = `SELECT json_build_object('name', p.proname, 'settings', p.proconfig,
	'public', p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) g WHERE g.grantee = 0))
	FROM pg_proc p WHERE p.pronamespace <> 'pg_catalog'::regnamespace AND p.prosecdef
		AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
	ORDER BY p.proname`

// faults: a function that runs with its owner's rights looks its names up where it
// says, the caller's temporary ones last, and not everybody may run it.
func (f definer) faults() []CatalogFault {
	var faults []CatalogFault
	pinned := slices.ContainsFunc(f.Settings, func(setting string) bool {
		return strings.HasPrefix(setting, "search_path=pg_catalog, ") && strings.HasSuffix(setting, "pg_temp")
	})
	if !pinned {
		faults = append(faults, CatalogFault{f.Name + "()", RuleFunctions, "runs with its owner's rights and has no pinned search_path"})
	}
	if f.Public {
		faults = append(faults, CatalogFault{f.Name + "()", RuleFunctions, "runs with its owner's rights and may be run by everybody"})
	}
	return faults
}
