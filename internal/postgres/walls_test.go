package postgres_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

func TestWithoutAScopeTheApplicationSeesNoRowOfAnyDistrict(t *testing.T) {
	t.Parallel()
	district := newTwoDistricts(t)
	application := district.Open(t, postgres.ApplicationLogin, postgres.Options{})
	for _, table := range districtTables() {
		if seen := districtsSeen(t.Context(), t, application, table); len(seen) > 0 {
			t.Errorf("%s: saw rows of %v", table, seen)
		}
	}
}

func TestWithAScopeTheApplicationSeesThatDistrictAlone(t *testing.T) {
	t.Parallel()
	district := newTwoDistricts(t)
	application := district.Open(t, postgres.ApplicationLogin, postgres.Options{})
	for _, own := range []uuid.UUID{district.a.District, district.b.District} {
		for _, table := range districtTables() {
			if seen := districtsSeen(inScope(t, own), t, application, table); !slices.Equal(seen, []string{own.String()}) {
				t.Errorf("%s: in the scope of %s saw rows of %v", table, own, seen)
			}
		}
	}
}

func TestASettingLeftEmptyShowsNoRow(t *testing.T) {
	t.Parallel()
	district := newTwoDistricts(t)
	application := district.Open(t, postgres.ApplicationLogin, postgres.Options{MaxConnections: 1})
	mustExec(t.Context(), t, application, "SELECT set_config('holdfast.district_id', '', false)")
	for _, table := range districtTables() {
		if seen := column(t.Context(), t, application.Pool(), "SELECT "+districtColumn(table)+"::text FROM "+table); len(seen) > 0 {
			t.Errorf("%s: saw rows of %v", table, seen)
		}
	}
}

// TestTheOwnerIsBoundToo: forced row-level security leaves the owner one thing,
// to find a district by its code.
func TestTheOwnerIsBoundToo(t *testing.T) {
	t.Parallel()
	district := newTwoDistricts(t)
	for _, table := range districtTables() {
		if table == "district" {
			continue
		}
		if seen := districtsSeen(t.Context(), t, district.owner, table); len(seen) > 0 {
			t.Errorf("%s: the owner saw rows of %v without a scope", table, seen)
		}
	}
}

func TestARowOfAnotherDistrictCannotBeWritten(t *testing.T) {
	t.Parallel()
	district := newTwoDistricts(t)
	application := district.Open(t, postgres.ApplicationLogin, postgres.Options{})
	foreign := foreignRows(t, district)
	scopes := map[string]context.Context{"no scope": t.Context(), "the other district's scope": inScope(t, district.a.District)}
	for name, ctx := range scopes {
		for _, table := range districtTables() {
			if _, err := exec(ctx, application, insertOf(table, foreign[table].columns), foreign[table].row); sqlState(err) != refusedByPolicyOrGrant {
				t.Errorf("%s: INSERT INTO %s gave %v", name, table, err)
			}
		}
	}
}

func TestARowOfAnotherDistrictCannotBeChanged(t *testing.T) {
	t.Parallel()
	district := newTwoDistricts(t)
	application := district.Open(t, postgres.ApplicationLogin, postgres.Options{})
	scopes := map[string]context.Context{"no scope": t.Context(), "the other district's scope": inScope(t, district.a.District)}
	for name, ctx := range scopes {
		for _, table := range districtTables() {
			key := districtColumn(table)
			touched, err := exec(ctx, application, "UPDATE "+table+" SET "+key+" = "+key+" WHERE "+key+" = $1", district.b.District)
			if touched != 0 || (err != nil && sqlState(err) != refusedByPolicyOrGrant) {
				t.Errorf("%s: UPDATE %s touched %d rows: %v", name, table, touched, err)
			}
		}
	}
}

func TestARowCannotBeGivenToAnotherDistrict(t *testing.T) {
	t.Parallel()
	district := newTwoDistricts(t)
	application := district.Open(t, postgres.ApplicationLogin, postgres.Options{})
	for _, table := range districtTables() {
		_, err := exec(inScope(t, district.a.District), application,
			"UPDATE "+table+" SET "+districtColumn(table)+" = $1", district.b.District)
		if sqlState(err) != refusedByPolicyOrGrant {
			t.Errorf("UPDATE %s: %v", table, err)
		}
	}
}

func TestDerivedRowsOfAnotherDistrictCannotBeDeleted(t *testing.T) {
	t.Parallel()
	district := newTwoDistricts(t)
	application := district.Open(t, postgres.ApplicationLogin, postgres.Options{})
	for _, table := range derivedTables {
		if touched, err := exec(t.Context(), application, "DELETE FROM "+table); touched != 0 || err != nil {
			t.Errorf("DELETE FROM %s without a scope touched %d rows: %v", table, touched, err)
		}
		if _, err := exec(inScope(t, district.a.District), application, "DELETE FROM "+table); err != nil {
			t.Errorf("DELETE FROM %s in its own scope: %v", table, err)
		}
		if seen := districtsSeen(inScope(t, district.b.District), t, application, table); len(seen) != 1 {
			t.Errorf("DELETE FROM %s in the scope of A took B's rows", table)
		}
	}
}

// TestNoForeignKeyLeadsIntoAnotherDistrict walks the catalog: between two tables of
// a district, a foreign key pairs the district with the district.
func TestNoForeignKeyLeadsIntoAnotherDistrict(t *testing.T) {
	t.Parallel()
	district := newTwoDistricts(t)
	keys := foreignKeys(t, superuser(t, district.Database))
	if len(keys) < len(districtTables()) {
		t.Fatalf("found only %d foreign keys", len(keys))
	}
	for _, key := range keys {
		place := slices.Index(key.Columns, "district_id")
		if place < 0 || key.Referenced[place] != districtColumn(key.Parent) {
			t.Errorf("%s of %s pairs %v with %v of %s", key.Name, key.Child, key.Columns, key.Referenced, key.Parent)
		}
	}
}

// TestAForeignKeyIntoAnotherDistrictIsRefused tries each of them, with row-level
// security out of the way.
func TestAForeignKeyIntoAnotherDistrictIsRefused(t *testing.T) {
	t.Parallel()
	district := newTwoDistricts(t)
	root := superuser(t, district.Database)
	tried := 0
	for _, key := range foreignKeys(t, root) {
		column, referenced, ok := key.names()
		if !ok {
			continue
		}
		tried++
		_, err := exec(t.Context(), root, "UPDATE "+key.Child+" SET "+column+
			" = (SELECT p."+referenced+" FROM "+key.Parent+" p WHERE p.district_id = $2 LIMIT 1) WHERE district_id = $1",
			district.a.District, district.b.District)
		if sqlState(err) != refusedByForeignKey {
			t.Errorf("%s.%s was pointed at another district's %s: %v", key.Child, column, key.Parent, err)
		}
	}
	if tried == 0 {
		t.Error("no foreign key names a row by its id")
	}
}

// foreignKey is a foreign key between two tables of a district.
type foreignKey struct {
	Name       string   `json:"name"`
	Child      string   `json:"child"`
	Parent     string   `json:"parent"`
	Columns    []string `json:"columns"`
	Referenced []string `json:"referenced"`
}

// names gives the column that names the parent's row; ok is false when it is named
// by the district alone, or by a year, which every district has its own of.
func (k foreignKey) names() (column, referenced string, ok bool) {
	for i, column := range k.Columns {
		if column != "district_id" && k.Referenced[i] != "school_year" {
			return column, k.Referenced[i], true
		}
	}
	return "", "", false
}

// foreignKeys lists the foreign keys between tables of a district. Partitions have
// their parent's.
func foreignKeys(t *testing.T, db *postgres.DB) []foreignKey {
	t.Helper()
	const query = `SELECT json_build_object('name', k.conname, 'child', c.relname, 'parent', p.relname,
			'columns', (SELECT json_agg(a.attname ORDER BY n) FROM unnest(k.conkey) WITH ORDINALITY u(num, n)
				JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num),
			'referenced', (SELECT json_agg(a.attname ORDER BY n) FROM unnest(k.confkey) WITH ORDINALITY u(num, n)
				JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.num))
		FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid
		WHERE k.contype = 'f' AND NOT c.relispartition ORDER BY c.relname, k.conname`
	var keys []foreignKey
	for _, raw := range column(t.Context(), t, db.Pool(), query) {
		var key foreignKey
		if err := json.Unmarshal([]byte(raw), &key); err != nil {
			t.Fatal(err)
		}
		if slices.Contains(districtTables(), key.Child) && slices.Contains(districtTables(), key.Parent) {
			keys = append(keys, key)
		}
	}
	return keys
}

// writableRow is a row as JSON, with the columns that a statement may write.
type writableRow struct{ row, columns string }

// foreignRows gives one row of district B of each table.
func foreignRows(t *testing.T, district twoDistricts) map[string]writableRow {
	t.Helper()
	root := superuser(t, district.Database)
	found := map[string]writableRow{}
	for _, table := range districtTables() {
		row := column(t.Context(), t, root.Pool(), "SELECT to_jsonb(t)::text FROM "+table+" t WHERE "+districtColumn(table)+" = $1 LIMIT 1", district.b.District)
		columns := column(t.Context(), t, root.Pool(), `SELECT quote_ident(attname) FROM pg_attribute
			WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`, table)
		found[table] = writableRow{row[0], strings.Join(columns, ", ")}
	}
	return found
}

// insertOf writes a row, $1 as JSON, anew.
func insertOf(table, columns string) string {
	return "INSERT INTO " + table + " (" + columns + ") SELECT " + columns + " FROM jsonb_populate_record(NULL::" + table + ", $1)"
}
