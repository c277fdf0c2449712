package store_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/ent"
	"github.com/holdfast-edu/holdfast/ent/privacy"
	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/store"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// TestWithoutTheRowPolicyRLSReachesTheDistrictAlone takes the second wall away: the
// third stands alone.
func TestWithoutTheRowPolicyRLSReachesTheDistrictAlone(t *testing.T) {
	t.Parallel()
	d := newThreeDistricts(t)
	application := d.Open(t, postgres.ApplicationLogin, postgres.Options{})
	unbound := privacy.DecisionContext(t.Context(), privacy.Allow)
	scoped := tenant.With(unbound, tenant.Scope{District: d.a.District})
	for name, e := range entities {
		err := application.Read(scoped, func(tx *postgres.Tx) error {
			ids, err := e.query(store.Client(tx)).IDs(scoped)
			if own := rowsOf(scoped, t, tx, e.table, d.a.District); len(own) == 0 || !sameIDs(ids, own) {
				t.Errorf("%s: reads %v, not %v", name, ids, own)
			}
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		err = application.Read(unbound, func(tx *postgres.Tx) error {
			ids, err := e.query(store.Client(tx)).IDs(unbound)
			if len(ids) > 0 {
				t.Errorf("%s: reads %v without a scope", name, ids)
			}
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// fixed are the entities that the application may not change at all: the district is
// the owner's, and what a note said stays.
var fixed = []string{"District", "Note", "NoteRevision"}

func TestWithoutTheRowPolicyRLSChangesTheDistrictAlone(t *testing.T) {
	t.Parallel()
	d := newThreeDistricts(t)
	application, root := d.Open(t, postgres.ApplicationLogin, postgres.Options{}), d.withoutRLS
	ctx := tenant.With(privacy.DecisionContext(t.Context(), privacy.Allow), tenant.Scope{District: d.a.District})
	state := func(table string) (state string) {
		undone(t.Context(), t, root, func(tx *postgres.Tx) { state = foreignState(t.Context(), t, tx, table, d.a.District) })
		return state
	}
	for name, e := range entities {
		before := state(e.table)
		err := application.Write(ctx, func(tx *postgres.Tx) error {
			own := rowsOf(ctx, t, tx, e.table, d.a.District)
			n, err := e.change(store.Client(tx)).Save(ctx)
			if err == nil && n != len(own) {
				t.Errorf("%s: changes %d rows of %d", name, n, len(own))
			}
			return err
		})
		if slices.Contains(fixed, name) {
			if err == nil {
				t.Errorf("%s: the application changed one", name)
			}
			continue
		}
		if err != nil || state(e.table) != before {
			t.Errorf("%s: changed another district's row: %v", name, err)
		}
	}
}

// TestEveryStatementOfEntCarriesTheDistrict, for a reader and for a job: then a plan
// goes by it, and no wall stands alone.
func TestEveryStatementOfEntCarriesTheDistrict(t *testing.T) {
	t.Parallel()
	d := newThreeDistricts(t)
	var statements []string
	db := superuser(t, d.Database, func(_ context.Context, statement string) { statements = append(statements, statement) })
	for _, ctx := range []context.Context{d.as(t, access.DistrictCoordinator, uuid.Nil), d.as(t, access.SchoolLeader, d.a.School), reach.AsJob(t.Context(), d.a.District)} {
		undone(ctx, t, db, func(tx *postgres.Tx) { useEverything(ctx, t, tx) })
	}
	if len(statements) < 3*len(entities) {
		t.Errorf("observed only %d statements", len(statements))
	}
	for _, statement := range statements {
		for _, fault := range pgtest.StatementFaults(statement) {
			t.Errorf("%s: does not ask for the district in %s", fault, statement)
		}
	}
}

// useEverything reads, follows edges, changes and removes.
func useEverything(ctx context.Context, t *testing.T, tx *postgres.Tx) {
	t.Helper()
	client := store.Client(tx)
	_, err := client.Student.Query().WithEnrollments(func(q *ent.StudentSchoolAssociationQuery) { q.WithSchool() }).WithContacts().All(ctx)
	errs := []error{err}
	for _, e := range entities {
		_, read := e.query(client).IDs(ctx)
		_, counted := e.query(client).Count(ctx)
		_, changed := e.change(client).Save(ctx)
		errs = append(errs, read, counted, changed)
	}
	for _, e := range entities {
		_, removed := e.remove(client).Exec(ctx)
		errs = append(errs, removed)
	}
	if err := errors.Join(errs...); err != nil && !within(0, 0, err) {
		t.Error(err)
	}
}
