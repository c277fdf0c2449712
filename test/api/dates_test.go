package api_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/server"
)

// highSchool are the students whom the high school's leader reaches now: A-07 left
// yesterday, A-08 leaves today, A-10 comes tomorrow, A-11 is in both schools.
var highSchool = []string{"A-01", "A-02", "A-03", "A-04", "A-05", "A-08", "A-09", "A-11", "A_06"}

const listEveryone = `{ district { students(first: 100) { totalCount nodes { localId } } } }`

// localIDs gives the local ids that the list holds, sorted.
func (c *client) localIDs() []string {
	c.t.Helper()
	got := c.ask(listEveryone, nil).fine()
	ids := []string{}
	for _, node := range got.list("district.students.nodes") {
		ids = append(ids, text(node, "localId"))
	}
	if got.at("district.students.totalCount") != float64(len(ids)) {
		c.t.Errorf("%d are listed, %v counted", len(ids), got.at("district.students.totalCount"))
	}
	slices.Sort(ids)
	return ids
}

// TestRolesHoldFromTheirFirstDayThroughTheirLast holds access to its dates: both
// ends included, and nothing before or after.
func TestRolesHoldFromTheirFirstDayThroughTheirLast(t *testing.T) {
	t.Parallel()
	w := shared(t)
	nobody := []string{}
	for subject, want := range map[string][]string{
		"no role":                      nobody,
		"role ended yesterday":         nobody,
		"role ends today":              highSchool,
		"role starts today":            highSchool,
		"role starts tomorrow":         nobody,
		"unsigned volunteer":           nobody,
		"unsigned contractor":          nobody,
		"signed volunteer":             highSchool,
		"volunteer who signs tomorrow": nobody,
		"leader without a school":      nobody,
		"role nobody knows":            nobody,
	} {
		t.Run(subject, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(want, w.as(t, subject).localIDs()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestStaffWhoReachNobodyAreRefusedNothing holds that somebody without a role in
// force gets empty answers and not errors, and no figure.
func TestStaffWhoReachNobodyAreRefusedNothing(t *testing.T) {
	t.Parallel()
	w := shared(t)
	student := w.as(t, "DISTRICT_COORDINATOR").studentID("A-01")
	for _, subject := range []string{"role ended yesterday", "role starts tomorrow", "unsigned volunteer"} {
		c := w.as(t, subject)
		got := c.ask(`query($id: ID!) { node(id: $id) { id } district { riskSummary { atRisk } importRuns { totalCount } schools { nodes { studentCount } } } }`,
			vars{"id": student}).fine()
		want := map[string]any{"riskSummary": nil, "importRuns": nil, "schools": map[string]any{"nodes": []any{
			map[string]any{"studentCount": nil}, map[string]any{"studentCount": nil}, map[string]any{"studentCount": nil},
		}}}
		if diff := cmp.Diff(want, got.at("district")); diff != "" || got.at("node") != nil {
			t.Errorf("%s: %s\n%s", subject, diff, got.body)
		}
	}
}

// TestDaysAreTheDistricts holds a role's last day to the district's own clock: in
// Texas the first of September lasts until 05:00 of the second in Greenwich.
func TestDaysAreTheDistricts(t *testing.T) {
	t.Parallel()
	w := shared(t)
	for name, one := range map[string]struct {
		at   time.Time
		want int
	}{
		"its last minute":   {time.Date(2022, time.September, 2, 4, 59, 59, 0, time.UTC), len(highSchool)},
		"a minute later":    {time.Date(2022, time.September, 2, 5, 0, 0, 0, time.UTC), 0},
		"its first minute":  {time.Date(2022, time.September, 1, 5, 0, 0, 0, time.UTC), len(highSchool)},
		"the minute before": {time.Date(2022, time.September, 1, 4, 59, 59, 0, time.UTC), len(highSchool) + 1}, // A-07's last day
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := listen(t, w.newHandler(t, server.Config{Now: func() time.Time { return one.at }}))
			if got := w.at(t, url, "role ends today").localIDs(); len(got) != one.want {
				t.Errorf("%v are reached, not %d students", got, one.want)
			}
		})
	}
}

// TestLeaversAndComers holds a school's reach to the days of an enrollment.
func TestLeaversAndComers(t *testing.T) {
	t.Parallel()
	w := shared(t)
	coordinator, leader := w.as(t, "DISTRICT_COORDINATOR"), w.as(t, "SCHOOL_LEADER")
	for localID, reached := range map[string]bool{"A-01": true, "A-07": false, "A-08": true, "A-10": false, "A-11": true, "M-01": false, "Z-01": false} {
		id := coordinator.studentID(localID)
		got := leader.ask(`query($id: ID!) { node(id: $id) { id } }`, vars{"id": id}).fine()
		if (got.at("node") != nil) != reached {
			t.Errorf("%s: %s", localID, got.body)
		}
	}
	both := w.as(t, "leads both schools").localIDs()
	if want := append(slices.Clone(highSchool), "M-01", "M-02", "M-03", "M-04", "M-05"); len(both) != len(want) {
		t.Errorf("who leads both schools reaches %v", both)
	}
}

// TestStaffWhoLeftAreUnknown holds that a withdrawn staff record ends all access.
func TestStaffWhoLeftAreUnknown(t *testing.T) {
	t.Parallel()
	w := shared(t)
	got := w.as(t, "withdrawn").ask(listEveryone, nil)
	if got.status != http.StatusUnauthorized {
		t.Errorf("status %d: %s", got.status, got.body)
	}
	got.refused("UNAUTHENTICATED")
}
