package access_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/holdfast-edu/holdfast/internal/access"
)

// readPolicy reads a policy as a district's document has it.
func readPolicy(t interface{ Fatal(args ...any) }, text string) access.Policy {
	var policy access.Policy
	if err := json.Unmarshal([]byte(text), &policy); err != nil {
		t.Fatal(err)
	}
	return policy
}

// own gives the rights of a role's own reach under the policy.
func own(policy access.Policy, role access.Role, engagement access.Engagement) access.Rights {
	return policy.SpansOf(role, engagement)[0].Rights
}

// TestAPolicyNarrows cell by cell, and leaves the others.
func TestAPolicyNarrows(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		policy           string
		role             access.Role
		engagement       access.Engagement
		read, write, ntk string
	}{
		"nothing said": {
			`{}`, access.Advocate, access.Employee,
			"DIRECTORY,DEMOGRAPHIC,CONTACT,ENROLLMENT,ATTENDANCE,DISCIPLINE,ACADEMIC,RISK,CASEWORK,REFERRAL", "CONTACT,CASEWORK,REFERRAL", "CIRCUMSTANCE,RESTRICTED",
		},
		"W to R, R to N, R to nothing, N to nothing": {
			`{"roles": {"ADVOCATE": {"CASEWORK": "R", "DISCIPLINE": "N", "ACADEMIC": "-", "RESTRICTED": "-"}}}`, access.Advocate, access.Employee,
			"DIRECTORY,DEMOGRAPHIC,CONTACT,ENROLLMENT,ATTENDANCE,RISK,CASEWORK,REFERRAL", "CONTACT,REFERRAL", "DISCIPLINE,CIRCUMSTANCE",
		},
		"W to N and to nothing": {
			`{"roles": {"COUNSELOR": {"CIRCUMSTANCE": "N", "REFERRAL": "-"}}}`, access.Counselor, access.Employee,
			"DIRECTORY,DEMOGRAPHIC,CONTACT,ENROLLMENT,ATTENDANCE,DISCIPLINE,ACADEMIC,RISK,CASEWORK", "CONTACT,CASEWORK", "CIRCUMSTANCE,RESTRICTED",
		},
		"another role's": {
			`{"roles": {"COUNSELOR": {"DIRECTORY": "-"}}}`, access.Teacher, access.Employee, "DIRECTORY,CONTACT,ATTENDANCE", "", "ACADEMIC,CIRCUMSTANCE",
		},
		"what would widen": {
			`{"roles": {"TEACHER": {"RISK": "R", "CIRCUMSTANCE": "W", "DIRECTORY": "W", "DISCIPLINE": "N"}}}`, access.Teacher, access.Employee,
			"DIRECTORY,CONTACT,ATTENDANCE", "", "ACADEMIC,CIRCUMSTANCE",
		},
		"a mark that there is not": {
			`{"roles": {"TEACHER": {"CONTACT": "X", "ATTENDANCE": "", "ACADEMIC": "RW"}}}`, access.Teacher, access.Employee, "DIRECTORY", "", "CIRCUMSTANCE",
		},
		"a class that there is not": {
			`{"roles": {"TEACHER": {"GRADES": "-"}}}`, access.Teacher, access.Employee, "DIRECTORY,CONTACT,ATTENDANCE", "", "ACADEMIC,CIRCUMSTANCE",
		},
		"one that cannot be read": {`{"rolls": {}}`, access.DistrictCoordinator, access.Employee, "", "", ""},
		"of another shape":        {`[1]`, access.DistrictCoordinator, access.Employee, "", "", ""},
		"a volunteer":             {`{}`, access.Advocate, access.Volunteer, "DIRECTORY,CONTACT,ATTENDANCE,CASEWORK", "CONTACT,CASEWORK", ""},
		"a volunteer with more": {
			`{"outsideAdvocates": ["RISK", "CIRCUMSTANCE", "REFERRAL", "GRADES"]}`, access.Advocate, access.Volunteer,
			"DIRECTORY,CONTACT,ATTENDANCE,RISK,CASEWORK,REFERRAL", "CONTACT,CASEWORK,REFERRAL", "CIRCUMSTANCE",
		},
		"a volunteer with more of a role with less": {
			`{"roles": {"ADVOCATE": {"RISK": "-", "CASEWORK": "R"}}, "outsideAdvocates": ["RISK"]}`, access.Advocate, access.Contractor,
			"DIRECTORY,CONTACT,ATTENDANCE,CASEWORK", "CONTACT", "",
		},
		"more for another role from outside": {
			`{"outsideAdvocates": ["RISK"]}`, access.Teacher, access.Contractor, "DIRECTORY,CONTACT,ATTENDANCE", "", "ACADEMIC,CIRCUMSTANCE",
		},
	} {
		rights := own(readPolicy(t, one.policy), one.role, one.engagement)
		got := []string{rights.Read.String(), rights.Write.String(), rights.NeedToKnow.String()}
		if diff := cmp.Diff([]string{one.read, one.write, one.ntk}, got); diff != "" {
			t.Errorf("%s: read, written, needed to know (-want +got)\n%s", name, diff)
		}
	}
}

// TestAPolicyNarrowsTheBridgesToo: what a role may not see of its students, it may not
// see of leavers, nor of whom it only finds.
func TestAPolicyNarrowsTheBridgesToo(t *testing.T) {
	t.Parallel()
	policy := readPolicy(t, `{"roles": {"ADVOCATE": {"DIRECTORY": "-"}, "SCHOOL_LEADER": {"CONTACT": "-"}}}`)
	for _, role := range []access.Role{access.Advocate, access.SchoolLeader} {
		lost := map[access.Role]access.Class{access.Advocate: access.Directory, access.SchoolLeader: access.Contact}[role]
		for _, span := range policy.SpansOf(role, access.Employee) {
			if (span.Rights.Read | span.Rights.Write | span.Rights.NeedToKnow).Has(lost) {
				t.Errorf("%s: reach %d has %s", role, span.Reach, lost)
			}
		}
	}
}

// TestCheckRefuses what a policy may not say, and names the place.
func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"roles": {"ADVOCATE": {"CASEWORK": "R", "RISK": "-", "CIRCUMSTANCE": "N", "REFERRAL": "W"}}, "outsideAdvocates": ["RISK"]}`: "",
		`{}`:                                               "",
		`{"roles": {"TEACHER": {"RISK": "R"}}}`:            "access.roles.TEACHER.RISK has the mark R where the table of roles has -",
		`{"roles": {"TEACHER": {"RISK": "N"}}}`:            "access.roles.TEACHER.RISK has the mark N where the table of roles has -",
		`{"roles": {"TEACHER": {"CONTACT": "W"}}}`:         "access.roles.TEACHER.CONTACT has the mark W where the table of roles has R",
		`{"roles": {"SCHOOL_LEADER": {"RESTRICTED":"R"}}}`: "access.roles.SCHOOL_LEADER.RESTRICTED has the mark R where the table of roles has N",
		`{"roles": {"TEACHER": {"CONTACT": "X"}}}`:         `access.roles.TEACHER.CONTACT has the mark "X"`,
		`{"roles": {"TEACHER": {"CONTACT": ""}}}`:          `access.roles.TEACHER.CONTACT has the mark ""`,
		`{"roles": {"TEACHER": {"GRADES": "-"}}}`:          `access.roles.TEACHER names the class "GRADES"`,
		`{"roles": {"SUPERINTENDENT": {"RISK": "-"}}}`:     `access.roles names the role "SUPERINTENDENT"`,
		`{"outsideAdvocates": ["GRADES"]}`:                 `access.outsideAdvocates names the class "GRADES"`,
		`{"rolls": {}}`:                                    `access cannot be read`,
		`"nobody"`:                                         `access cannot be read`,
	} {
		err := readPolicy(t, text).Check()
		if (err == nil) != (want == "") || (err != nil && !strings.HasPrefix(err.Error(), want)) {
			t.Errorf("%s: %v, not %q", text, err, want)
		}
	}
}

// TestNoPolicyWidens draws policies of any words: none gives a role more than its row,
// and one that passes the check gives exactly its marks.
func TestNoPolicyWidens(t *testing.T) {
	t.Parallel()
	marks := rapid.SampledFrom([]string{"W", "R", "N", "-", "X", ""})
	classes := make([]string, 0, len(access.AllClasses()))
	for _, class := range access.AllClasses() {
		classes = append(classes, class.String())
	}
	rapid.Check(t, func(t *rapid.T) {
		policy := access.Policy{
			Roles:            rapid.MapOf(rapid.SampledFrom(access.Roles()), rapid.MapOf(rapid.SampledFrom(classes), marks)).Draw(t, "roles"),
			OutsideAdvocates: rapid.SliceOf(rapid.SampledFrom(classes)).Draw(t, "outside"),
		}
		for _, role := range access.Roles() {
			for _, engagement := range []access.Engagement{access.Employee, access.Contractor, access.Volunteer} {
				rule, rights := access.RuleOf(role).Rights, own(policy, role, engagement)
				sees := rights.Read | rights.NeedToKnow
				if rights.Write&^rule.Write != 0 || rights.Read&^rule.Read != 0 || sees&^(rule.Read|rule.NeedToKnow) != 0 ||
					rights.Write&^rights.Read != 0 || rights.Read&rights.NeedToKnow != 0 {
					t.Fatalf("%s, %s: %+v of %+v under %+v", role, engagement, rights, rule, policy)
				}
			}
		}
	})
}

// TestSeenByIsWhatBothSee draws two readers: a preview has no class that either has
// not, and writes nothing.
func TestSeenByIsWhatBothSee(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) access.Reader {
			var roles []access.RoleAssignment
			for _, role := range rapid.SliceOfN(rapid.SampledFrom(access.Roles()), 1, 3).Draw(t, name) {
				roles = append(roles, access.RoleAssignment{Role: role, SchoolID: school, StartsOn: today})
			}
			return staff(access.Employee, roles...)
		}
		eyes, looks := draw("eyes"), draw("looks")
		var whole, some access.Classes
		for _, span := range looks.Spans {
			if span.Reach == access.WholeDistrict {
				whole |= span.Rights.Read
				some |= span.Rights.Read | span.Rights.NeedToKnow
			}
		}
		seen := eyes.SeenBy(looks)
		for i, span := range seen.Spans {
			theirs := eyes.Spans[i].Rights
			if span.Rights.Write != 0 || span.Rights.Read != theirs.Read&whole || span.Rights.Read|span.Rights.NeedToKnow != (theirs.Read|theirs.NeedToKnow)&some {
				t.Fatalf("%+v of %+v, by one who sees %s", span.Rights, theirs, some)
			}
		}
		if seen.Principal.PersonID != eyes.Principal.PersonID || seen.Preview.NeedToKnow&whole != 0 {
			t.Fatalf("%+v", seen.Preview)
		}
	})
}
