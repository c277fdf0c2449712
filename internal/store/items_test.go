package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest/fixture"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/store"
)

// general keeps the notes, or their revisions, that are GENERAL.
func (d threeDistricts) general(t *testing.T, entity string) func([]uuid.UUID) []uuid.UUID {
	t.Helper()
	of := map[string]string{"Note": "n.id", "NoteRevision": "r.id"}[entity]
	var ids []uuid.UUID
	fixture.InScope(t, d.owner, d.a.District, func(ctx context.Context, tx *postgres.Tx) {
		rows, err := tx.SQL().QueryContext(ctx, "SELECT "+of+` FROM note n JOIN note_revision r ON r.district_id = n.district_id AND r.note_id = n.id
			WHERE n.district_id = $1 AND n.visibility = 'GENERAL'`, d.a.District)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var id uuid.UUID
			if err := rows.Scan(&id); err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
		}
	})
	return func(own []uuid.UUID) []uuid.UUID {
		return slices.DeleteFunc(slices.Clone(own), func(id uuid.UUID) bool { return !slices.Contains(ids, id) })
	}
}

// leader is a context in which the person leads the school.
func (d threeDistricts) leader(t *testing.T, person, school uuid.UUID) context.Context {
	t.Helper()
	return reach.WithReader(t.Context(), access.NewReader(access.Principal{
		Kind: access.Staff, PersonID: access.ID(person), DistrictID: access.ID(d.a.District), Engagement: access.Employee,
		Roles: []access.RoleAssignment{{Role: access.SchoolLeader, SchoolID: access.ID(school), StartsOn: fixture.Today}},
	}, fixture.Today))
}

// sees counts the circumstances, the notes and their revisions that a reader gets.
func (d threeDistricts) sees(ctx context.Context, t *testing.T) (found [3]int) {
	t.Helper()
	undone(ctx, t, d.withoutRLS, func(tx *postgres.Tx) {
		for i, name := range []string{"StudentCharacteristic", "Note", "NoteRevision"} {
			n, err := entities[name].query(store.Client(tx)).Count(ctx)
			if err != nil {
				t.Error(err)
			}
			found[i] = n
		}
	})
	return found
}

// TestWithoutRLSItemsAreReadByWhomTheyWereGranted: the colleague was granted HOMELESS
// and wrote the restricted note; both only while their reach lasts.
func TestWithoutRLSItemsAreReadByWhomTheyWereGranted(t *testing.T) {
	t.Parallel()
	d := newThreeDistricts(t)
	at := func(person, school uuid.UUID) func() context.Context {
		return func() context.Context { return d.leader(t, person, school) }
	}
	as := func(role access.Role, school uuid.UUID) func() context.Context {
		return func() context.Context { return d.as(t, role, school) }
	}
	by := func(role access.Role) func() context.Context {
		return func() context.Context { return preview(t, d, role) }
	}
	for name, one := range map[string]struct {
		reader func() context.Context
		want   [3]int
	}{
		"whom it was granted to":     {at(d.a.Colleague, d.a.School), [3]int{1, 2, 2}},
		"somebody else":              {at(d.a.Staff, d.a.School), [3]int{0, 1, 1}},
		"of the other school":        {at(d.a.Colleague, d.a.OtherSchool), [3]int{0, 0, 0}},
		"who reads the whole class":  {as(access.Counselor, d.a.School), [3]int{1, 1, 1}},
		"who reads neither of them":  {as(access.Registrar, d.a.School), [3]int{0, 0, 0}},
		"who reads no restricted":    {as(access.DataSteward, uuid.Nil), [3]int{0, 0, 0}},
		"through somebody's eyes":    {by(access.DistrictCoordinator), [3]int{1, 1, 1}},
		"through them, by a steward": {by(access.DataSteward), [3]int{0, 0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if found := d.sees(one.reader(), t); found != one.want {
				t.Errorf("circumstances, notes and revisions: %v, not %v", found, one.want)
			}
		})
	}
}

// preview is a context in which somebody of the role looks through the colleague's
// eyes: the colleague's restricted note was not granted to them.
func preview(t *testing.T, d threeDistricts, role access.Role) context.Context {
	t.Helper()
	colleague := access.NewReader(access.Principal{
		Kind: access.Staff, PersonID: access.ID(d.a.Colleague), DistrictID: access.ID(d.a.District), Engagement: access.Employee,
		Roles: []access.RoleAssignment{{Role: access.SchoolLeader, SchoolID: access.ID(d.a.School), StartsOn: fixture.Today}},
	}, fixture.Today)
	return reach.WithReader(t.Context(), colleague.SeenBy(d.reader(role, uuid.Nil)))
}

// TestWithoutRLSAGrantHoldsOnItsDays: both days included, for its student and its
// kind alone, until it is revoked.
func TestWithoutRLSAGrantHoldsOnItsDays(t *testing.T) {
	t.Parallel()
	d := newThreeDistricts(t)
	other := fixture.Enroll(t, d.owner, d.a, fixture.Stay{School: d.a.School, From: -10})
	yesterday, tomorrow := fixture.Today.AddDate(0, 0, -1), fixture.Today.AddDate(0, 0, 1)
	ctx := d.leader(t, d.a.Staff, d.a.School)
	for name, one := range map[string]struct {
		kind         string
		student      uuid.UUID
		starts, ends any
		revoked      any
		sees         int
	}{
		"today":           {"HOMELESS", d.a.Student, fixture.Today, fixture.Today, nil, 1},
		"ends today":      {"HOMELESS", d.a.Student, yesterday, fixture.Today, nil, 1},
		"starts today":    {"HOMELESS", d.a.Student, fixture.Today, tomorrow, nil, 1},
		"ended yesterday": {"HOMELESS", d.a.Student, yesterday, yesterday, nil, 0},
		"starts tomorrow": {"HOMELESS", d.a.Student, tomorrow, tomorrow, nil, 0},
		"revoked":         {"HOMELESS", d.a.Student, yesterday, tomorrow, fixture.Today, 0},
		"another kind":    {"JUSTICE_INVOLVED", d.a.Student, yesterday, tomorrow, nil, 0},
		"another student": {"HOMELESS", other, yesterday, tomorrow, nil, 1}, // that student's own, and no other's
	} {
		undone(ctx, t, d.withoutRLS, func(tx *postgres.Tx) {
			_, err := tx.SQL().ExecContext(ctx, `INSERT INTO need_to_know_grant
				(district_id, id, staff_id, granted_by, student_id, characteristic_kind, reason, starts_on, ends_on, revoked_at)
				VALUES ($1, gen_random_uuid(), $2, $3, $4, $5, 'the test', $6, $7, $8)`,
				d.a.District, d.a.Staff, d.a.Colleague, one.student, one.kind, one.starts, one.ends, one.revoked)
			if err != nil {
				t.Fatal(err)
			}
			found, err := store.Client(tx).StudentCharacteristic.Query().All(ctx)
			if err != nil || len(found) != one.sees || (one.sees == 1 && found[0].StudentID != one.student) {
				t.Errorf("%s: %s: %v", name, fmt.Sprint(found), err)
			}
		})
	}
}
