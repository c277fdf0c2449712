package access_test

import (
	"testing"
	"time"

	"github.com/holdfast-edu/holdfast/internal/access"
)

var (
	today  = time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC)
	school = access.ID{1}
	other  = access.ID{2}
)

func days(n int) time.Time { return today.AddDate(0, 0, n) }

func staff(engagement access.Engagement, roles ...access.RoleAssignment) access.Reader {
	return access.NewReader(access.Principal{Kind: access.Staff, Engagement: engagement, Roles: roles}, today)
}

// TestRolesHoldOnTheirDays: the first and the last day are both included.
func TestRolesHoldOnTheirDays(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		starts, ends time.Time
		holds        bool
	}{
		"open":           {days(-10), time.Time{}, true},
		"starts today":   {today, time.Time{}, true},
		"starts later":   {days(1), time.Time{}, false},
		"ends today":     {days(-10), today, true},
		"ended":          {days(-10), days(-1), false},
		"one day, today": {today, today, true},
	} {
		reader := staff(access.Employee, access.RoleAssignment{Role: access.DataSteward, StartsOn: test.starts, EndsOn: test.ends})
		if got := len(reader.Spans) > 0; got != test.holds {
			t.Errorf("%s: holds is %v", name, got)
		}
	}
}

// TestNobodyElseReachesAStudent: kinds without a role table, outsiders without an
// agreement, roles by school without a school, and roles nobody knows.
func TestNobodyElseReachesAStudent(t *testing.T) {
	t.Parallel()
	steward := access.RoleAssignment{Role: access.DataSteward, StartsOn: today}
	for name, reader := range map[string]access.Reader{
		"an operator":         access.NewReader(access.Principal{Kind: access.Operator, Engagement: access.Employee, Roles: []access.RoleAssignment{steward}}, today),
		"a regional analyst":  access.NewReader(access.Principal{Kind: access.Regional, Engagement: access.Employee, Roles: []access.RoleAssignment{steward}}, today),
		"an unsigned one":     staff(access.Volunteer, steward),
		"a made-up role":      staff(access.Employee, access.RoleAssignment{Role: "SUPERINTENDENT", StartsOn: today}),
		"the zero reader":     {},
		"an engagement of no": staff("", steward),
	} {
		if reader.OverDistrict() != 0 || len(reader.Spans) > 0 {
			t.Errorf("%s reaches by %v", name, reader.Spans)
		}
	}
}

// TestAnAdvocateFromOutsideStartsWithFour classes.
func TestAnAdvocateFromOutsideStartsWithFour(t *testing.T) {
	t.Parallel()
	reader := access.NewReader(access.Principal{
		Kind: access.Staff, Engagement: access.Contractor, AgreementSignedOn: today,
		Roles: []access.RoleAssignment{{Role: access.Advocate, SchoolID: school, StartsOn: today}},
	}, today)
	for _, span := range reader.Spans {
		if span.Reach == access.OwnCaseload && span.Rights.Read.String() != "DIRECTORY,CONTACT,ATTENDANCE,CASEWORK" {
			t.Errorf("the caseload is read by %s", span.Rights.Read)
		}
	}
}

// TestAFilterNeedsItsClassEverywhere, unless a span over the whole district has it.
func TestAFilterNeedsItsClassEverywhere(t *testing.T) {
	t.Parallel()
	leader := access.RoleAssignment{Role: access.SchoolLeader, SchoolID: school, StartsOn: today}
	privacy := access.RoleAssignment{Role: access.PrivacyOfficer, StartsOn: today}
	steward := access.RoleAssignment{Role: access.DataSteward, StartsOn: today}
	if access.EverywhereIn(staff(access.Employee, leader, privacy).Spans, access.Attendance) {
		t.Error("a privacy officer's district has no attendance")
	}
	if !access.EverywhereIn(staff(access.Employee, steward, privacy).Spans, access.Attendance) {
		t.Error("a steward has attendance of everybody")
	}
	if !access.EverywhereIn(nil, access.Attendance) {
		t.Error("nobody is ranged over")
	}
}

// TestFiguresOverASchoolNeedTheSchool.
func TestFiguresOverASchoolNeedTheSchool(t *testing.T) {
	t.Parallel()
	reader := staff(access.Employee,
		access.RoleAssignment{Role: access.SchoolLeader, SchoolID: school, StartsOn: today},
		access.RoleAssignment{Role: access.SchoolLeader, SchoolID: school, StartsOn: days(-5)})
	if !reader.OverSchool(school).Has(access.Attendance) || reader.OverSchool(other).Has(access.Attendance) {
		t.Error("a leader reads attendance over the own school alone")
	}
	if schools := reader.SchoolsWith(access.Attendance); len(schools) != 1 {
		t.Errorf("%d schools, not one", len(schools))
	}
}

// TestWhatIsWrittenIsRead: no cell of the table lets somebody write what they may
// not read, and each class has a name that leads back to it.
func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	for _, role := range access.Roles() {
		rights := access.RuleOf(role).Rights
		if rights.Write&^rights.Read != 0 || rights.NeedToKnow&rights.Read != 0 {
			t.Errorf("%s: %+v", role, rights)
		}
		for _, class := range rights.Read.List() {
			if back, ok := access.ParseClass(class.String()); !ok || back != class {
				t.Errorf("%s leads to %s", class, back)
			}
		}
	}
}

// TestAServiceHasWhatWasNamed, at most what a data steward has, whatever was named;
// what it writes it reads.
func TestAServiceHasWhatWasNamed(t *testing.T) {
	t.Parallel()
	const everything = ^access.Classes(0)
	steward := access.RuleOf(access.DataSteward).Rights
	for name, test := range map[string]struct{ named, want access.Rights }{
		"nothing": {},
		"reads":   {access.Rights{Read: access.Of(access.Directory)}, access.Rights{Read: access.Of(access.Directory)}},
		"writes": {
			access.Rights{Write: access.Of(access.Attendance)},
			access.Rights{Read: access.Of(access.Attendance), Write: access.Of(access.Attendance)},
		},
		"reads what nobody writes": {access.Rights{Write: access.Of(access.Risk)}, access.Rights{}},
		"need to know":             {access.Rights{NeedToKnow: everything}, access.Rights{}},
		"casework":                 {access.Rights{Read: access.Of(access.Casework), Write: access.Of(access.Casework)}, access.Rights{}},
		"everything":               {access.Rights{Read: everything, Write: everything, NeedToKnow: everything}, access.Rights{Read: steward.Read, Write: steward.Write}},
	} {
		reader := access.NewReader(access.Principal{Kind: access.Service, Named: test.named}, today)
		var got access.Rights
		for _, span := range reader.Spans {
			if span.Reach != access.WholeDistrict || len(reader.Spans) != 1 {
				t.Errorf("%s: the spans are %v", name, reader.Spans)
			}
			got = span.Rights
		}
		if got != test.want {
			t.Errorf("%s: %+v, not %+v", name, got, test.want)
		}
		for _, operation := range []access.Operation{access.ReadImportRuns, access.ReadImportIssues, access.ReadAuditLog, access.AssignAdvocates, access.Operate} {
			if reader.May(operation) {
				t.Errorf("%s: may %s", name, operation)
			}
		}
	}
}

// TestOnlyStaffAndServicesHaveAReach, whatever else is said of the others.
func TestOnlyStaffAndServicesHaveAReach(t *testing.T) {
	t.Parallel()
	for _, kind := range []access.Kind{access.Regional, access.Partner, access.Operator, ""} {
		reader := access.NewReader(access.Principal{
			Kind: kind, Engagement: access.Employee, Named: access.Rights{Read: ^access.Classes(0)},
			Roles: []access.RoleAssignment{{Role: access.DistrictCoordinator, StartsOn: today}},
		}, today)
		if len(reader.Spans) > 0 {
			t.Errorf("%q reaches by %v", kind, reader.Spans)
		}
		if reader.May(access.Operate) != (kind == access.Operator) {
			t.Errorf("%q operates: %v", kind, reader.May(access.Operate))
		}
	}
}
