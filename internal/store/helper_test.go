package store_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest/fixture"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/store"
)

// threeDistricts is a database with a district, another, and one whose rows have
// the very ids of the first's.
type threeDistricts struct {
	*pgtest.Database

	owner          *postgres.DB
	withoutRLS     *postgres.DB // row-level security does not bind it: the row policy stands alone
	a, other, twin fixture.IDs
}

func newThreeDistricts(t *testing.T) threeDistricts {
	t.Helper()
	database := pgtest.New(t)
	owner := database.Open(t, postgres.OwnerLogin, postgres.Options{})
	a := fixture.District(t, owner, "A")
	return threeDistricts{
		Database: database, owner: owner, withoutRLS: superuser(t, database, nil),
		a: a, other: fixture.District(t, owner, "B"), twin: fixture.Twin(t, owner, a, "C"),
	}
}

// superuser opens a pool that row-level security does not bind.
func superuser(t *testing.T, database *pgtest.Database, observe func(context.Context, string)) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), database.SuperuserURL(), postgres.Options{Observe: observe})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// as is a context in which the member of A's staff reads who holds the role; a
// zero school is the whole district.
func (d threeDistricts) as(t *testing.T, role access.Role, school uuid.UUID) context.Context {
	t.Helper()
	return reach.WithReader(t.Context(), d.reader(role, school))
}

func (d threeDistricts) reader(role access.Role, school uuid.UUID) access.Reader {
	return access.NewReader(access.Principal{
		Kind: access.Staff, PersonID: access.ID(d.a.Staff), DistrictID: access.ID(d.a.District), Engagement: access.Employee,
		Roles: []access.RoleAssignment{{Role: role, SchoolID: access.ID(school), StartsOn: fixture.Today}},
	}, fixture.Today)
}

// errUndo takes back what a test did.
var errUndo = errors.New("undo")

// undone runs the function in a transaction, whose foreign keys are asleep, and
// takes back what it did.
func undone(ctx context.Context, t *testing.T, db *postgres.DB, do func(*postgres.Tx)) {
	t.Helper()
	err := db.Write(ctx, func(tx *postgres.Tx) error {
		if _, err := tx.SQL().ExecContext(ctx, "SET LOCAL session_replication_role = replica"); err != nil {
			return err
		}
		do(tx)
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		t.Fatal(err)
	}
}

// rowsOf gives the ids of the district's rows of the table.
func rowsOf(ctx context.Context, t *testing.T, tx *postgres.Tx, table string, district uuid.UUID) []uuid.UUID {
	t.Helper()
	rows, err := tx.SQL().QueryContext(ctx, "SELECT id FROM "+table+" WHERE "+keyOf(table)+" = $1", district)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var ids []uuid.UUID
	for rows.Next() {
		var id uuid.UUID
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

func keyOf(table string) string {
	if table == "district" {
		return "id"
	}
	return "district_id"
}

// foreignState sums up the rows of all districts but the one.
func foreignState(ctx context.Context, t *testing.T, tx *postgres.Tx, table string, district uuid.UUID) string {
	t.Helper()
	var state string
	err := tx.SQL().QueryRowContext(ctx, "SELECT coalesce(string_agg(r::text, ' ' ORDER BY r::text), '') FROM "+table+" r WHERE r."+keyOf(table)+" <> $1",
		district).Scan(&state)
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// assertReaches holds what the context's reader or job does with an entity to the
// rows that it should reach: it reads and counts these, and changes and removes no
// other.
func assertReaches(ctx context.Context, t *testing.T, d threeDistricts, name string, want func(own []uuid.UUID) []uuid.UUID) {
	t.Helper()
	e := entities[name]
	undone(ctx, t, d.withoutRLS, func(tx *postgres.Tx) {
		client := store.Client(tx)
		expected := want(rowsOf(ctx, t, tx, e.table, d.a.District))
		ids, err := e.query(client).IDs(ctx)
		if err != nil || !sameIDs(ids, expected) {
			t.Errorf("%s: reads %d rows %v, not %v: %v", name, len(ids), ids, expected, err)
		}
		if n, err := e.query(client).Count(ctx); err != nil || n != len(expected) {
			t.Errorf("%s: counts %d, not %d: %v", name, n, len(expected), err)
		}
		before := foreignState(ctx, t, tx, e.table, d.a.District)
		if n, err := e.change(client).Save(ctx); !within(n, len(expected), err) {
			t.Errorf("%s: changes %d rows of %d: %v", name, n, len(expected), err)
		}
		if foreignState(ctx, t, tx, e.table, d.a.District) != before {
			t.Errorf("%s: changed another district's row", name)
		}
		if n, err := e.remove(client).Exec(ctx); !within(n, len(expected), err) {
			t.Errorf("%s: removes %d rows of %d: %v", name, n, len(expected), err)
		}
		if foreignState(ctx, t, tx, e.table, d.a.District) != before {
			t.Errorf("%s: removed another district's row", name)
		}
	})
}

// within tells whether a mutation touched no more rows than are reached, or was
// refused whole by the row policy. To be reached is to be read: what may be written
// is decided by class.
func within(touched, reached int, err error) bool {
	if err != nil {
		return strings.Contains(err.Error(), "reach:")
	}
	return touched <= reached
}

func sameIDs(a, b []uuid.UUID) bool {
	compare := func(x, y uuid.UUID) int { return strings.Compare(x.String(), y.String()) }
	return slices.Equal(slices.SortedFunc(slices.Values(a), compare), slices.SortedFunc(slices.Values(b), compare))
}

func all(own []uuid.UUID) []uuid.UUID { return own }
func none(_ []uuid.UUID) []uuid.UUID  { return nil }
func only(id uuid.UUID) func([]uuid.UUID) []uuid.UUID {
	return func([]uuid.UUID) []uuid.UUID { return []uuid.UUID{id} }
}

// ofStudent keeps the rows that tell of the student, by the way that each table
// leads to one.
func (d threeDistricts) ofStudent(t *testing.T, table string, id uuid.UUID, own []uuid.UUID) []uuid.UUID {
	t.Helper()
	ways := map[string]string{
		"student":             "id = $2",
		"person":              "id IN (SELECT k.person_id FROM student_contact k WHERE k.district_id = $1 AND k.student_id = $2)",
		"contact_channel":     "person_id IN (SELECT k.person_id FROM student_contact k WHERE k.district_id = $1 AND k.student_id = $2)",
		"discipline_incident": "EXISTS (SELECT FROM discipline_participation p WHERE p.district_id = $1 AND p.incident_id = discipline_incident.id AND p.student_id = $2)",
		"note_revision":       "note_id IN (SELECT n.id FROM note n WHERE n.district_id = $1 AND n.student_id = $2)",
		"risk_flag_history":   "risk_flag_id IN (SELECT f.id FROM risk_flag f WHERE f.district_id = $1 AND f.student_id = $2)",
	}
	way, known := ways[table]
	if !known {
		way = "student_id = $2"
	}
	var kept []uuid.UUID
	fixture.InScope(t, d.owner, d.a.District, func(ctx context.Context, tx *postgres.Tx) {
		for _, row := range own {
			var keep bool
			err := tx.SQL().QueryRowContext(ctx, "SELECT EXISTS (SELECT FROM "+table+" WHERE district_id = $1 AND id = $3 AND "+way+")", d.a.District, id, row).Scan(&keep)
			if err != nil {
				t.Fatal(err)
			}
			if keep {
				kept = append(kept, row)
			}
		}
	})
	if len(kept) == 0 || len(kept) == len(own) {
		t.Fatalf("%s: %d of %d rows tell of the one student: the case tells nothing", table, len(kept), len(own))
	}
	return kept
}
