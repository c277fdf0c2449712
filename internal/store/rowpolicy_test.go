package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/ent"
	"github.com/holdfast-edu/holdfast/ent/student"
	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest/fixture"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/store"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

func TestWithoutRLSACoordinatorReachesTheDistrictAlone(t *testing.T) {
	t.Parallel()
	d := newThreeDistricts(t)
	for name := range entities {
		want := all
		switch name {
		case "ImportIssue":
			want = none // it quotes values: DATA_STEWARD alone
		case "Note", "NoteRevision":
			want = d.general(t, name) // the restricted one is somebody else's
		}
		assertReaches(d.as(t, access.DistrictCoordinator, uuid.Nil), t, d, name, want)
	}
}

func TestWithoutRLSAStewardReachesTheDistrictAlone(t *testing.T) {
	t.Parallel()
	d := newThreeDistricts(t)
	beyond := []string{"ContactLog", "Note", "NoteRevision", "StudentCharacteristic", "NeedToKnowGrant", // CASEWORK, CIRCUMSTANCE and grants
		"Plan", "PlanItem", "SessionLog", "SupportRequest"}
	for name := range entities {
		want := all
		if slices.Contains(beyond, name) {
			want = none
		}
		assertReaches(d.as(t, access.DataSteward, uuid.Nil), t, d, name, want)
	}
}

// TestWithoutRLSASchoolLeaderReachesTheOwnSchool: a second student, of the other
// school, has a row in each table too.
func TestWithoutRLSASchoolLeaderReachesTheOwnSchool(t *testing.T) {
	t.Parallel()
	d := newThreeDistricts(t)
	elsewhere := fixture.Enroll(t, d.owner, d.a, fixture.Stay{School: d.a.OtherSchool, From: -100})
	ofDistrict := []string{
		"District", "DistrictPolicy", "School", "SchoolYear", "Calendar", "CalendarDate", "AttendanceCompleteness", "Staff", "RoleAssignment",
		"Course", "Section", "StaffSectionAssociation", "MentorPairing", "Term", "GraduationRequirement", "SupportMenuEntry",
	}
	notTheirs := []string{"StudentCharacteristic", "NeedToKnowGrant"} // item by item, and nothing was granted to them
	for name, e := range entities {
		want := func(own []uuid.UUID) []uuid.UUID { return d.ofStudent(t, e.table, d.a.Student, own) }
		switch {
		case slices.Contains(ofDistrict, name):
			want = all
		case strings.HasPrefix(name, "Import"), name == "Job", slices.Contains(notTheirs, name):
			want = none
		case strings.HasPrefix(name, "Note"):
			want = func(own []uuid.UUID) []uuid.UUID {
				return d.general(t, name)(d.ofStudent(t, e.table, d.a.Student, own))
			}
		}
		assertReaches(d.as(t, access.SchoolLeader, d.a.School), t, d, name, want)
		if name == "Student" {
			assertReaches(d.as(t, access.SchoolLeader, d.a.OtherSchool), t, d, name, only(elsewhere))
		}
	}
}

func TestWithoutRLSNobodyReachesNothing(t *testing.T) {
	t.Parallel()
	d := newThreeDistricts(t)
	ended := d.reader(access.DistrictCoordinator, uuid.Nil)
	ended.Spans = nil
	regional := access.NewReader(access.Principal{Kind: access.Regional, DistrictID: access.ID(d.a.District)}, fixture.Today)
	nobody := map[string]context.Context{
		"no reader":                t.Context(),
		"the zero reader":          reach.WithReader(t.Context(), access.Reader{}),
		"a regional analyst":       reach.WithReader(t.Context(), regional),
		"a scope without a reader": tenant.With(t.Context(), tenant.Scope{District: d.a.District}),
	}
	for who, ctx := range nobody {
		t.Run(who, func(t *testing.T) {
			t.Parallel()
			for name := range entities {
				assertReaches(ctx, t, d, name, none)
			}
		})
	}
}

func TestWithoutRLSAJobReachesItsDistrictAlone(t *testing.T) {
	t.Parallel()
	d := newThreeDistricts(t)
	for name := range entities {
		assertReaches(reach.AsJob(t.Context(), d.a.District), t, d, name, all)
	}
	for name := range entities {
		assertReaches(reach.AsJob(t.Context(), uuid.Nil), t, d, name, none)
	}
}

// TestAJobWorksOnTheWholeDistrict: the tests above would hold if nothing could ever
// be changed.
func TestAJobWorksOnTheWholeDistrict(t *testing.T) {
	t.Parallel()
	d := newThreeDistricts(t)
	ctx := reach.AsJob(t.Context(), d.a.District)
	for name, e := range entities {
		undone(ctx, t, d.withoutRLS, func(tx *postgres.Tx) {
			own := len(rowsOf(ctx, t, tx, e.table, d.a.District))
			if n, err := e.change(store.Client(tx)).Save(ctx); err != nil || n != own {
				t.Errorf("%s: changes %d rows of %d: %v", name, n, own, err)
			}
			if n, err := e.remove(store.Client(tx)).Exec(ctx); err != nil || n != own {
				t.Errorf("%s: removes %d rows of %d: %v", name, n, own, err)
			}
		})
	}
}

func TestAReaderCreatesNothing(t *testing.T) {
	t.Parallel()
	d := newThreeDistricts(t)
	readers := map[string]context.Context{
		"nobody": t.Context(), "a coordinator": d.as(t, access.DistrictCoordinator, uuid.Nil), "a steward": d.as(t, access.DataSteward, uuid.Nil),
	}
	for who, ctx := range readers {
		undone(ctx, t, d.withoutRLS, func(tx *postgres.Tx) {
			for name, e := range entities {
				if err := e.create(store.Client(tx)).Exec(ctx); err == nil || !strings.Contains(err.Error(), "no rule lets a reader create") {
					t.Errorf("%s: creating a %s gave %v", who, name, err)
				}
			}
		})
	}
}

// TestAJobCreatesRowsOfItsDistrictAlone, one by one and many at once.
func TestAJobCreatesRowsOfItsDistrictAlone(t *testing.T) {
	t.Parallel()
	d := newThreeDistricts(t)
	ctx := reach.AsJob(t.Context(), d.a.District)
	undone(ctx, t, d.withoutRLS, func(tx *postgres.Tx) {
		school := func(district uuid.UUID, code string) *ent.SchoolCreate {
			return store.Client(tx).School.Create().SetDistrictID(district).SetLocalID(code).SetName("Third School").SetLevel("HIGH")
		}
		if err := school(d.a.District, "S3").Exec(ctx); err != nil {
			t.Errorf("its own: %v", err)
		}
		if err := school(d.other.District, "S3").Exec(ctx); err == nil {
			t.Error("created a school of another district")
		}
		if err := store.Client(tx).School.CreateBulk(school(d.a.District, "S4"), school(d.other.District, "S4")).Exec(ctx); err == nil {
			t.Error("created a school of another district among its own")
		}
		for name, e := range entities {
			if err := e.create(store.Client(tx)).Exec(ctx); err == nil {
				t.Errorf("%s: created a row of no district", name)
			}
		}
	})
}

// TestWithoutRLSAnEdgeLeadsIntoTheDistrictAlone: ent follows an edge by the id
// alone, and the twin's rows have the same ids.
func TestWithoutRLSAnEdgeLeadsIntoTheDistrictAlone(t *testing.T) {
	t.Parallel()
	d := newThreeDistricts(t)
	ctx := d.as(t, access.DistrictCoordinator, uuid.Nil)
	undone(ctx, t, d.withoutRLS, func(tx *postgres.Tx) {
		found, err := store.Client(tx).Student.Query().WithEnrollments(func(q *ent.StudentSchoolAssociationQuery) { q.WithSchool() }).
			WithContacts().WithCharacteristics().All(ctx)
		if err != nil || len(found) != 1 {
			t.Fatalf("found %d students: %v", len(found), err)
		}
		edges := found[0].Edges
		if len(edges.Enrollments) != 1 || len(edges.Contacts) != 1 || len(edges.Characteristics) != 1 {
			t.Errorf("loaded %d enrollments, %d contacts, %d characteristics", len(edges.Enrollments), len(edges.Contacts), len(edges.Characteristics))
		}
		if school := edges.Enrollments[0].Edges.School; school == nil || school.DistrictID != d.a.District {
			t.Errorf("loaded the school %v", school)
		}
		if n, err := found[0].QueryEnrollments().QuerySchool().Count(ctx); err != nil || n != 1 {
			t.Errorf("an edge of an edge counts %d: %v", n, err)
		}
		if n, err := found[0].QueryContacts().QueryPerson().QueryChannels().Count(ctx); err != nil || n != 1 {
			t.Errorf("three edges in a row count %d: %v", n, err)
		}
	})
}

// TestAForeignIDIsLikeOneThatNeverWas, for reading, changing and removing by id.
func TestAForeignIDIsLikeOneThatNeverWas(t *testing.T) {
	t.Parallel()
	d := newThreeDistricts(t)
	ctx := d.as(t, access.DistrictCoordinator, uuid.Nil)
	undone(ctx, t, d.withoutRLS, func(tx *postgres.Tx) {
		students := store.Client(tx).Student
		answers := func(id uuid.UUID) string {
			_, read := students.Get(ctx, id)
			_, changed := students.UpdateOneID(id).SetFirstName("changed").Save(ctx)
			removed := students.DeleteOneID(id).Exec(ctx)
			exists, err := students.Query().Where(student.ID(id)).Exist(ctx)
			return fmt.Sprint(read, changed, removed, exists, err)
		}
		foreign, missing := answers(d.other.Student), answers(uuid.New())
		if foreign != missing || !strings.Contains(foreign, "not found") {
			t.Errorf("a foreign id gives %s, a missing one %s", foreign, missing)
		}
	})
}
