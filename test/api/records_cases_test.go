package api_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/relay"
)

// recordsCases are who reads the records of access, as test/permissions/records.yaml
// holds them.
type recordsCases struct {
	Reads map[string]struct {
		Shown     []string `yaml:"shown"`
		Forbidden []string `yaml:"forbidden"`
	} `yaml:"reads"`
	Days map[string]string `yaml:"days"`
}

// recordDocuments ask for each of the records about a student, and say where its
// lines are.
var recordDocuments = map[string]string{"accessLog": accessLogDocument, "auditLog": auditLogDocument}

// TestWhoReadsTheRecords runs every case, and fails on a role or a log without one.
func TestWhoReadsTheRecords(t *testing.T) {
	t.Parallel()
	read := &recordsCases{}
	decodeCases(t, "records.yaml", read)
	w := newWorkplace(t)
	coordinator := w.as(t, "DISTRICT_COORDINATOR")
	student, foreign := coordinator.studentID("A-01"), w.as(t, "birch coordinator").studentID("A-01")
	nobody := relay.NewID(relay.Student, uuid.New()).String()
	coordinator.logContact(student, nil).fine()
	w.as(t, "birch coordinator").logContact(foreign, nil).fine()
	if err := w.keeper.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	roles := []string{"OPERATOR"}
	for _, value := range loadSchema(t).Types["Role"].EnumValues {
		roles = append(roles, value.Name)
	}
	for log, document := range recordDocuments {
		cases := read.Reads[log]
		for _, role := range roles {
			shown, forbidden := slices.Contains(cases.Shown, role), slices.Contains(cases.Forbidden, role)
			if shown == forbidden {
				t.Errorf("%s has not one case of %s", log, role)
			}
			t.Run(log+"/"+role, func(t *testing.T) {
				t.Parallel()
				as := w.as(t, subjectOf(role))
				got := as.ask(document, recordVars(log, student))
				if !shown {
					got.refused("FORBIDDEN")
					for _, other := range []string{foreign, nobody} {
						if alike := as.ask(document, recordVars(log, other)); string(alike.body) != string(got.body) {
							t.Errorf("refused otherwise:\n%s\n%s", alike.body, got.body)
						}
					}
					return
				}
				if n, _ := got.fine().at(log + ".totalCount").(float64); n == 0 || len(got.statements) != 2 {
					t.Errorf("%v lines, by %d statements: %s", n, len(got.statements), got.body)
				}
				theirs, none := as.ask(document, recordVars(log, foreign)).fine(), as.ask(document, recordVars(log, nobody)).fine()
				if log == "accessLog" && (string(theirs.body) != string(none.body) || theirs.at(log+".totalCount") != 0.0) {
					t.Errorf("another district's: %s", theirs.body)
				}
			})
		}
	}
	for days, want := range read.Days {
		w.addMember(t, w.alder, "officer whose "+days, member{roles: []held{officerDays[days]}})
		got := w.as(t, "officer whose "+days).ask(accessLogDocument, vars{"id": student})
		if shown := got.code() == ""; shown != (want == "shown") || !shown && got.code() != "FORBIDDEN" {
			t.Errorf("whose %s: %s", days, got.body)
		}
	}
}

// officerDays are the days of a privacy officer's role, by their name in the cases.
var officerDays = map[string]held{
	"role ended yesterday": {"PRIVACY_OFFICER", "", longAgo, yesterday},
	"role ends today":      {"PRIVACY_OFFICER", "", longAgo, today},
	"role starts today":    {"PRIVACY_OFFICER", "", today, ""},
	"role starts tomorrow": {"PRIVACY_OFFICER", "", tomorrow, ""},
}

// recordVars ask for a log of the student: the audit log's is of the changes, whoever
// they are about.
func recordVars(log, student string) vars {
	if log == "accessLog" {
		return vars{"id": student}
	}
	return vars{}
}

// TestTheAuditLogIsTheDistrictsOwn: another district's changes are not in it, nor
// found by their id.
func TestTheAuditLogIsTheDistrictsOwn(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	birch, officer := w.as(t, "birch coordinator"), w.as(t, "PRIVACY_OFFICER")
	made := text(birch.logContact(birch.studentID("A-01"), nil).fine().Data, "logContact.contactLog.id")
	none := officer.ask(auditLogDocument, vars{"filter": vars{"subjectId": relay.NewID(relay.ContactLog, uuid.New()).String()}}).fine()
	theirs := officer.ask(auditLogDocument, vars{"filter": vars{"subjectId": made}}).fine()
	if string(none.body) != string(theirs.body) || theirs.at("auditLog.totalCount") != 0.0 {
		t.Errorf("%s", theirs.body)
	}
	all := officer.ask(auditLogDocument, nil).fine()
	for _, line := range all.list("auditLog.nodes") {
		if text(line, "operation") != "import" { // that made the district
			t.Errorf("%s", all.body)
		}
	}
}
