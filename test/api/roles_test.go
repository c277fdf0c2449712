package api_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/relay"
)

const (
	assignRoleDocument = `mutation($input: AssignRoleInput!) { assignRole(input: $input) {
		roleAssignment { id role school { name } startsOn endsOn holder { displayName } } userErrors { code field message } } }`
	endRoleDocument = `mutation($input: EndRoleInput!) { endRole(input: $input) { roleAssignment { id endsOn } userErrors { code field message } } }`
)

func (c *client) assignRole(staff, role string, beside vars) *answer {
	c.t.Helper()
	input := vars{"staffId": staff, "role": role}
	maps.Copy(input, beside)
	return c.ask(assignRoleDocument, vars{"input": input})
}

func (c *client) endRole(id string, endsOn any) *answer {
	c.t.Helper()
	return c.ask(endRoleDocument, vars{"input": vars{"roleAssignmentId": id, "endsOn": endsOn, "reason": "moved on"}})
}

// counts gives how many students the client lists.
func (c *client) counts() float64 {
	c.t.Helper()
	n, _ := c.ask(`{ district { students { totalCount } } }`, nil).fine().at("district.students.totalCount").(float64)
	return n
}

// TestRolesActOnTheNextRequest follows a role from its first request to its last.
func TestRolesActOnTheNextRequest(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	w.addMember(t, w.alder, "colleague", member{})
	coordinator, colleague, staff := w.as(t, "DISTRICT_COORDINATOR"), w.as(t, "colleague"), w.staffNode(t, "colleague")
	school := vars{"schoolId": coordinator.schoolID(alderHigh)}
	holds := func(when string, want float64) {
		t.Helper()
		if n := colleague.counts(); n != want {
			t.Errorf("%s: %v students, not %v", when, n, want)
		}
	}
	holds("before", 0)
	made := coordinator.assignRole(staff, "SCHOOL_LEADER", school).fine()
	id := text(made.Data, "assignRole.roleAssignment.id")
	if text(made.Data, "assignRole.roleAssignment.startsOn") != today || made.at("assignRole.roleAssignment.endsOn") != nil ||
		text(made.Data, "assignRole.roleAssignment.school.name") == "" || text(made.Data, "assignRole.roleAssignment.holder.displayName") != "Staff colleague" {
		t.Errorf("%s", made.body)
	}
	holds("given", 9)
	again := coordinator.assignRole(staff, "SCHOOL_LEADER", school)
	if code, field := again.problemOf("assignRole"); code != "CONFLICT" || field != "role" || text(again.Data, "assignRole.roleAssignment.id") != id {
		t.Errorf("given twice: %s", again.body)
	}
	if got := coordinator.endRole(id, today).fine(); text(got.Data, "endRole.roleAssignment.endsOn") != today {
		t.Errorf("%s", got.body)
	}
	holds("on the last day", 9)
	if code, field := coordinator.endRole(id, tomorrow).problemOf("endRole"); code != "CONFLICT" || field != "endsOn" {
		t.Errorf("an end was moved away: %s of %s", code, field)
	}
	for range 2 {
		if got := coordinator.endRole(id, nil).fine(); text(got.Data, "endRole.roleAssignment.endsOn") != yesterday || len(got.list("endRole.userErrors")) > 0 {
			t.Errorf("at once: %s", got.body)
		}
		holds("ended", 0)
	}
	if got := coordinator.assignRole(staff, "SCHOOL_LEADER", school).fine(); got.at("assignRole.roleAssignment") == nil {
		t.Errorf("after its end the role cannot be given anew: %s", got.body)
	}
	for operation, want := range map[string]int{"assignRole": 2, "endRole": 2} {
		if n := w.count(t, `SELECT count(*) FROM audit_log WHERE district_id = $1 AND operation = $2 AND subject = 'ROLE_ASSIGNMENT'
			AND after ->> 'staff_id' = $3 AND (reason = 'moved on') = ($2 = 'endRole')`, operation, w.staffID(t, w.alder, "colleague").String()); n != want {
			t.Errorf("%s: %d lines in the audit log, not %d", operation, n, want)
		}
	}
}

// TestARoleEndedBeforeItBeginsNeverHolds: its last day is the one before its first.
func TestARoleEndedBeforeItBeginsNeverHolds(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	w.addMember(t, w.alder, "colleague", member{})
	coordinator, staff := w.as(t, "DISTRICT_COORDINATOR"), w.staffNode(t, "colleague")
	for role, days := range map[string][2]string{"DATA_STEWARD": {today, yesterday}, "PRIVACY_OFFICER": {"2022-09-20", "2022-09-19"}} {
		starts, ends := days[0], days[1]
		made := coordinator.assignRole(staff, role, vars{"startsOn": starts, "endsOn": "2022-09-30"}).fine()
		id := text(made.Data, "assignRole.roleAssignment.id")
		if got := coordinator.endRole(id, nil).fine(); text(got.Data, "endRole.roleAssignment.endsOn") != ends {
			t.Errorf("from %s: %s", starts, got.body)
		}
		if again := coordinator.assignRole(staff, role, vars{"startsOn": starts, "endsOn": starts}).fine(); again.at("assignRole.roleAssignment") == nil {
			t.Errorf("one that never held stands in the way: %s", again.body)
		}
	}
	if n := w.as(t, "colleague").counts(); n != 17 {
		t.Errorf("%v students on the day that was given anew", n)
	}
}

// TestAssignRoleRefusesWhatCanBeCorrected holds each fault to its field.
func TestAssignRoleRefusesWhatCanBeCorrected(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	w.addMember(t, w.alder, "colleague", member{roles: []held{{"ADVOCATE", "", "2022-10-01", "2022-10-31"}}})
	coordinator, staff := w.as(t, "DISTRICT_COORDINATOR"), w.staffNode(t, "colleague")
	high, foreign := coordinator.schoolID(alderHigh), w.as(t, "birch coordinator").schoolID(birchHigh)
	for name, one := range map[string]struct {
		staff, role string
		beside      vars
		code, field string
	}{
		"oneself":                       {w.staffNode(t, "DISTRICT_COORDINATOR"), "DATA_STEWARD", nil, "INVALID", "staffId"},
		"who left":                      {w.staffNode(t, "withdrawn"), "DATA_STEWARD", nil, "INVALID", "staffId"},
		"another district's":            {relay.NewID(relay.Staff, w.staffID(t, w.birch, "birch leader")).String(), "DATA_STEWARD", nil, "INVALID", "staffId"},
		"nobody":                        {relay.NewID(relay.Staff, uuid.Must(uuid.NewV7())).String(), "DATA_STEWARD", nil, "INVALID", "staffId"},
		"a school's role without one":   {staff, "SCHOOL_LEADER", nil, "REQUIRED", "schoolId"},
		"a registrar without one":       {staff, "REGISTRAR", nil, "REQUIRED", "schoolId"},
		"a district's role with one":    {staff, "PRIVACY_OFFICER", vars{"schoolId": high}, "INVALID", "schoolId"},
		"another district's school":     {staff, "COUNSELOR", vars{"schoolId": foreign}, "INVALID", "schoolId"},
		"a school that never was":       {staff, "COUNSELOR", vars{"schoolId": likeIt(high)}, "INVALID", "schoolId"},
		"a student for a school":        {staff, "COUNSELOR", vars{"schoolId": coordinator.studentID("A-01")}, "INVALID", "schoolId"},
		"from yesterday":                {staff, "DATA_STEWARD", vars{"startsOn": yesterday}, "INVALID", "startsOn"},
		"an end before it begins":       {staff, "DATA_STEWARD", vars{"startsOn": "2022-10-02", "endsOn": "2022-10-01"}, "INVALID", "endsOn"},
		"a reason too long":             {staff, "DATA_STEWARD", vars{"reason": strings.Repeat("a", 1001)}, "INVALID", "reason"},
		"over one that is to come":      {staff, "ADVOCATE", nil, "CONFLICT", "role"},
		"on the last day of one":        {staff, "ADVOCATE", vars{"startsOn": "2022-10-31"}, "CONFLICT", "role"},
		"through the first day of one":  {staff, "ADVOCATE", vars{"endsOn": "2022-10-01"}, "CONFLICT", "role"},
		"until the day before one":      {staff, "ADVOCATE", vars{"endsOn": "2022-09-30"}, "", ""},
		"from the day after one":        {staff, "ADVOCATE", vars{"startsOn": "2022-11-01"}, "", ""},
		"the same role, of a school":    {staff, "ADVOCATE", vars{"schoolId": high}, "", ""},
		"another role of the same days": {staff, "CASE_MANAGER", vars{"schoolId": high}, "", ""},
	} {
		got := coordinator.assignRole(one.staff, one.role, one.beside)
		if code, field := got.problemOf("assignRole"); code != one.code || field != one.field ||
			(one.code != "CONFLICT" && (got.at("assignRole.roleAssignment") == nil) != (one.code != "")) {
			t.Errorf("%s: not %s of %s: %s", name, one.code, one.field, got.body)
		}
	}
	if n := w.countAudit(t, "assignRole", "DISTRICT_COORDINATOR"); n != 4 {
		t.Errorf("%d lines in the audit log, 4 were done", n)
	}
	if code, field := coordinator.endRole(relay.NewID(relay.RoleHeld, uuid.New()).String(), yesterday).problemOf("endRole"); code != "INVALID" || field != "endsOn" {
		t.Errorf("an end in the past: %s of %s", code, field)
	}
}

// TestEndRoleOfAnotherDistrict is as of a role that never was.
func TestEndRoleOfAnotherDistrict(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	w.addMember(t, w.alder, "colleague", member{})
	made := w.as(t, "DISTRICT_COORDINATOR").assignRole(w.staffNode(t, "colleague"), "DATA_STEWARD", nil).fine()
	id := text(made.Data, "assignRole.roleAssignment.id")
	birch := w.as(t, "birch coordinator")
	birch.endRole(likeIt(id), nil) // makes room in the audit log, once a month
	nothing := likeIt(id)
	got, want := birch.endRole(id, nil), birch.endRole(nothing, nil)
	got.refused("NOT_FOUND")
	if diff := cmp.Diff(traceOf(want, nothing), traceOf(got, id)); diff != "" {
		t.Errorf("(-never was +another district's)\n%s", diff)
	}
	if n := w.as(t, "colleague").counts(); n != 17 {
		t.Errorf("it was ended: %v students", n)
	}
}

// TestRoleGivenTwiceAtOnce holds that of many equal roles at once one is given.
func TestRoleGivenTwiceAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	w.addMember(t, w.alder, "colleague", member{})
	staff, clients := w.staffNode(t, "colleague"), []*client{w.as(t, "DISTRICT_COORDINATOR"), w.at(t, w.secondServer(t), "DISTRICT_COORDINATOR")}
	given := 0
	for _, got := range atOnce(20, func(i int) *answer { return clients[i%2].assignRole(staff, "DATA_STEWARD", nil) }) {
		if code, _ := got.problemOf("assignRole"); code == "" {
			given++
		}
	}
	if n := w.count(t, `SELECT count(*) FROM role_assignment WHERE district_id = $1 AND staff_id = $2`, w.staffID(t, w.alder, "colleague")); given != 1 || n != 1 {
		t.Errorf("%d were given, %d stand", given, n)
	}
}
