package store_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest"
	"github.com/holdfast-edu/holdfast/internal/postgres/pgtest/fixture"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/store"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// schoolOf says in which of the two schools a stay is.
type schoolOf func(fixture.IDs) uuid.UUID

func own(ids fixture.IDs) uuid.UUID   { return ids.School }
func other(ids fixture.IDs) uuid.UUID { return ids.OtherSchool }

// stay is an enrollment from a day through a day, counted from today.
func stay(school schoolOf, from int, through ...int) func(fixture.IDs) fixture.Stay {
	return func(ids fixture.IDs) fixture.Stay {
		made := fixture.Stay{School: school(ids), From: from}
		if len(through) > 0 {
			made.Through = &through[0]
		}
		return made
	}
}

func withdrawn(ids fixture.IDs) fixture.Stay {
	made := stay(own, -100)(ids)
	made.Withdrawn = true
	return made
}

func exited(exitType string) func(fixture.IDs) fixture.Stay {
	return func(ids fixture.IDs) fixture.Stay {
		made := stay(own, -100, 100)(ids)
		made.ExitType = exitType
		return made
	}
}

// schoolCases say whether the leader of the own school reaches a student with
// those enrollments today.
var schoolCases = []struct {
	name  string
	stays []func(fixture.IDs) fixture.Stay
	sees  bool
}{
	{"enrolled, open", stays(stay(own, -100)), true},
	{"entry today", stays(stay(own, 0)), true},
	{"entry tomorrow", stays(stay(own, 1)), false},
	{"exit tomorrow", stays(stay(own, -100, 1)), true},
	{"exit today", stays(stay(own, -100, 0)), true},
	{"exit yesterday", stays(stay(own, -100, -1)), false},
	{"entry and exit today", stays(stay(own, 0, 0)), true},
	{"never came", stays(exited("NO_SHOW")), false},
	{"enrolled by mistake", stays(exited("INVALID_ENROLLMENT")), false},
	{"an exit that is planned", stays(exited("TRANSFERRED")), true},
	{"an enrollment that was withdrawn", stays(withdrawn), false},
	{"in the other school", stays(stay(other, -100)), false},
	{"in both schools", stays(stay(other, -100), stay(own, -100)), true},
	{"moved to the other school yesterday", stays(stay(own, -100, -1), stay(other, 0)), false},
	{"left and came back", stays(stay(own, -100, -50), stay(own, -10)), true},
	{"left, and the return was withdrawn", stays(stay(own, -200, -150), withdrawn), false},
	{"no enrollment at all", nil, false},
}

func stays(list ...func(fixture.IDs) fixture.Stay) []func(fixture.IDs) fixture.Stay { return list }

// enrollCases makes the student of each case, and gives the ids by the case's name.
func enrollCases(t *testing.T, owner *postgres.DB, ids fixture.IDs) map[string]uuid.UUID {
	t.Helper()
	made := map[string]uuid.UUID{}
	for _, c := range schoolCases {
		list := make([]fixture.Stay, len(c.stays))
		for i, stay := range c.stays {
			list[i] = stay(ids)
		}
		made[c.name] = fixture.Enroll(t, owner, ids, list...)
	}
	return made
}

// TestASchoolLeaderReachesWhoIsEnrolledToday, with all three walls up.
func TestASchoolLeaderReachesWhoIsEnrolledToday(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	owner := database.Open(t, postgres.OwnerLogin, postgres.Options{})
	application := database.Open(t, postgres.ApplicationLogin, postgres.Options{})
	ids := fixture.District(t, owner, "A")
	leader := access.NewReader(access.Principal{
		Kind: access.Staff, DistrictID: access.ID(ids.District), Engagement: access.Employee,
		Roles: []access.RoleAssignment{{Role: access.SchoolLeader, SchoolID: access.ID(ids.School), StartsOn: fixture.Today}},
	}, fixture.Today)
	made := enrollCases(t, owner, ids)
	ctx := tenant.With(reach.WithReader(t.Context(), leader), tenant.Scope{District: ids.District})
	for _, c := range schoolCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := application.Read(ctx, func(tx *postgres.Tx) error {
				found, err := store.Client(tx).Student.Query().IDs(ctx)
				if err != nil {
					return err
				}
				if sees := slices.Contains(found, made[c.name]); sees != c.sees {
					t.Errorf("the leader sees the student: %t", sees)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}
