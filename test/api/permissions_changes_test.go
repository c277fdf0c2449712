package api_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/relay"
	"github.com/holdfast-edu/holdfast/test/permissions"
)

// changed is how the matrix asks for a change: what it gives back, and an input that
// has nothing to correct. about is the student, or the note, grant or flag about them.
type changed struct {
	made  string
	about relay.Prefix // of what the input names
	input func(p *onePart, about string) vars
}

// domains are those of the flags that the changes are about.
var domains = map[string]string{"acknowledgeFlag": "BEHAVIOR", "dismissFlag": "COURSE_PERFORMANCE"}

// changesOf are the changes of changes.yaml.
var changesOf = map[string]changed{
	"logContact": {"contactLog { id student { id } }", relay.Student, func(_ *onePart, about string) vars {
		return vars{"studentId": about, "occurredAt": "2022-09-01T15:00:00Z", "method": "PHONE", "outcome": "NO_ANSWER"}
	}},
	"addNote GENERAL": {"note { id }", relay.Student, func(_ *onePart, about string) vars {
		return vars{"studentId": about, "body": "Walks an hour to school.", "visibility": "GENERAL"}
	}},
	"addNote RESTRICTED": {"note { id }", relay.Student, func(_ *onePart, about string) vars {
		return vars{"studentId": about, "body": "Walks an hour to school.", "visibility": "RESTRICTED"}
	}},
	"reviseNote": {"note { id }", relay.Note, func(_ *onePart, about string) vars {
		return vars{"noteId": about, "revision": 1, "body": "Takes the bus by now."}
	}},
	"assignAdvocate": {"assignment { id }", relay.Student, func(p *onePart, about string) vars {
		return vars{"studentId": about, "advocateId": p.staffNode(p.t, receives(p.name)), "role": "BACKUP", "overrideReason": "the test"}
	}},
	"grantNeedToKnow": {"grant { id }", relay.Student, func(p *onePart, about string) vars {
		return vars{
			"studentId": about, "staffId": p.staffNode(p.t, learns(p.name)), "characteristicKind": "FOSTER_CARE",
			"reason": "drives the student home", "endsOn": tomorrow,
		}
	}},
	"revokeNeedToKnow": {"grant { id }", relay.Grant, func(_ *onePart, about string) vars {
		return vars{"grantId": about, "reason": "changed schools"}
	}},
	"mergeStudents": {"student { id }", relay.Student, func(p *onePart, about string) vars {
		return vars{"keepId": about, "dropId": p.doubleOf(about, relay.NewID(relay.Student, p.spare).String()), "reason": "one student twice"}
	}},
	"unmergeStudents": {"student { id }", relay.Student, func(p *onePart, about string) vars {
		return vars{"studentId": p.doubleOf(about, about), "reason": "two students after all"}
	}},
	"acknowledgeFlag": {"flag { id }", relay.RiskFlag, func(_ *onePart, about string) vars {
		return vars{"flagId": about, "comment": "called home"}
	}},
	"dismissFlag": {"flag { id }", relay.RiskFlag, func(_ *onePart, about string) vars {
		return vars{"flagId": about, "reason": "the course was dropped"}
	}},
	"setIndicatorPolicy": {"policy { id: startsOn }", "", func(*onePart, string) vars {
		return vars{"rules": []vars{{"name": "INCIDENTS", "warning": 3, "atRisk": 5}}, "reason": "the board decided so"}
	}},
	"setCodes": {"policy { id: startsOn }", "", func(*onePart, string) vars {
		return vars{"map": "EXIT", "codes": []vars{{"code": "the test", "meaning": "TRANSFERRED"}}, "reason": "a new code"}
	}},
	"replayQuarantine": {"importRun { id }", "", func(p *onePart, _ string) vars {
		run, row := p.keptBack()
		return vars{"importRunId": run, "corrections": []vars{corrected(row, "code", "Tardy")}}
	}},
	"assignRole": {"roleAssignment { id }", relay.Staff, func(p *onePart, _ string) vars {
		return vars{"staffId": p.staffNode(p.t, receives(p.name)), "role": "DATA_STEWARD"}
	}},
	"endRole": {"roleAssignment { id }", relay.RoleHeld, func(p *onePart, _ string) vars {
		held := p.texts(p.t, `SELECT a.id FROM role_assignment a WHERE a.district_id = $1 AND a.staff_id = $2`, p.staffID(p.t, p.alder, leaves(p.name)))
		return vars{"roleAssignmentId": relay.NewID(relay.RoleHeld, uuid.MustParse(held[0])).String()}
	}},
}

// keptBack gives an import of Alder, and a row of nobody that it kept back.
func (p *onePart) keptBack() (run, row string) {
	p.t.Helper()
	id, first := uuid.Must(uuid.NewV7()), p.texts(p.t, "SELECT r.id FROM import_run r WHERE r.district_id = $1 ORDER BY r.started_at, r.id LIMIT 1")[0]
	p.write(p.t, p.alder, `INSERT INTO quarantined_row (district_id, id, run_id, kind, file, line, content)
		VALUES ($1, $2, $3, 'AttendanceEvent', 'attendance.csv', 2, '{"studentId": "nobody", "schoolId": "8801", "date": "2022-08-24", "code": "?"}')`, id, first)
	return relay.NewID(relay.ImportRun, uuid.MustParse(first)).String(), relay.NewID(relay.Quarantined, id).String()
}

// changesOfOperators are the platform's: each makes something new, in a district that
// nobody coordinates.
var changesOfOperators = map[string]changed{
	"createRegion": {"region { id }", "", func(p *onePart, _ string) vars { return vars{"localId": p.subject, "name": "Region Twenty"} }},
	"createAgency": {"agency { id }", "", func(p *onePart, _ string) vars { return vars{"localId": p.subject, "name": "North Shelter"} }},
	"createDistrict": {"district { id }", "", func(p *onePart, _ string) vars {
		return vars{"localId": p.subject, "name": "Elm ISD", "timeZone": "America/Chicago"}
	}},
	"createStaff": {"principal { id }", "", func(*onePart, string) vars {
		return vars{"district": cedarCode, "localId": "new", "firstName": "Cora", "lastName": "Cedar"}
	}},
	"createRegionalAnalyst": {"principal { id }", "", func(*onePart, string) vars {
		return vars{"region": regionCode, "localId": "new", "name": "Ana Lyst"}
	}},
	"createAgencyStaff": {"principal { id }", "", func(*onePart, string) vars {
		return vars{"agency": agencyCode, "localId": "new", "name": "Pat Ner"}
	}},
	"createServiceClient": {"serviceClient { id }", "", func(*onePart, string) vars {
		return vars{"district": cedarCode, "localId": "new", "name": "Sync", "read": []string{"DIRECTORY"}, "write": []string{}}
	}},
	"appointCoordinator": {"appointment { id }", "", func(p *onePart, _ string) vars {
		return vars{"district": cedarCode, "staffId": p.cedarStaff(cedarLeads)}
	}},
	"linkIdentity": {"identity { id: principalId }", "", func(p *onePart, _ string) vars {
		return vars{"principalId": p.cedarStaff(cedarNameless), "belongsTo": cedarCode, "issuer": "https://id.example.org", "subject": "cora"}
	}},
	"unlinkIdentity": {"identity { id: principalId }", "", func(p *onePart, _ string) vars {
		return vars{"principalId": p.cedarStaff(cedarNamed), "belongsTo": cedarCode}
	}},
}

// The district that nobody coordinates, and its staff: one to coordinate it, one whom
// no token names, one whom a token names.
const (
	cedarCode     = "880003"
	cedarLeads    = "leads"
	cedarNameless = "nameless"
	cedarNamed    = "named"
)

// cedarStaff gives the opaque id of a member of Cedar's staff.
func (p *onePart) cedarStaff(localID string) string {
	return relay.NewID(relay.Staff, p.cedar[localID]).String()
}

// addCedar makes the district that nobody coordinates.
func (s *stage) addCedar(t testing.TB) {
	t.Helper()
	cedar := &district{Code: cedarCode, ID: uuid.Must(uuid.NewV7())}
	s.write(t, cedar, `INSERT INTO district (id, local_id, name, time_zone) VALUES ($1, $2, 'Cedar ISD', 'America/Chicago')`, cedarCode)
	for _, localID := range []string{cedarLeads, cedarNameless, cedarNamed} {
		s.cedar[localID] = uuid.Must(uuid.NewV7())
		s.write(t, cedar, `INSERT INTO staff (district_id, id, local_id, first_name, last_name) VALUES ($1, $2, $3, 'Staff', $3)`, s.cedar[localID], localID)
	}
	s.write(t, cedar, `INSERT INTO identity (issuer, subject, kind, district_id, person_id) VALUES ('https://id.example.org', 'named', 'STAFF', $1, $2)`, s.cedar[cedarNamed])
}

// Whom the reader's changes are about, beside the student: a colleague to be assigned,
// one to be let know, and one whose role is to be ended.
func receives(reader string) string { return "receives from " + reader }
func learns(reader string) string   { return "learns from " + reader }
func leaves(reader string) string   { return "leaves with " + reader }

// addColleagues makes the colleagues whom a reader's changes are about: one has every
// student on the caseload, and was granted something of each.
func (s *stage) addColleagues(t testing.TB, reader string) {
	t.Helper()
	s.addMember(t, s.alder, receives(reader), member{roles: []held{{"ADVOCATE", alderHigh, longAgo, ""}}})
	s.addMember(t, s.alder, learns(reader), member{roles: []held{{"CASE_MANAGER", alderHigh, longAgo, ""}}})
	s.addMember(t, s.alder, leaves(reader), member{roles: []held{{"TEACHER", alderHigh, longAgo, ""}}})
	learner := s.staffID(t, s.alder, learns(reader))
	s.write(t, s.alder, `INSERT INTO advocate_assignment (district_id, id, student_id, staff_id, role, starts_on)
		SELECT $1, gen_random_uuid(), s.id, $2, 'CASE_MANAGER', '2020-07-01' FROM student s WHERE s.district_id = $1 AND s.last_name = $3`, learner, stageName)
	s.write(t, s.alder, `INSERT INTO need_to_know_grant (district_id, id, staff_id, granted_by, student_id, characteristic_kind, reason, starts_on, ends_on)
		SELECT $1, gen_random_uuid(), $2, $3, s.id, 'MIGRANT', 'the test', '2020-07-01', '2030-06-30' FROM student s WHERE s.district_id = $1 AND s.last_name = $4`,
		learner, s.staffID(t, s.alder, "withdrawn"), stageName)
}

// doubleOf gives the record that is to be merged into a student's; of who has none, the
// other record.
func (p *onePart) doubleOf(student, other string) string {
	for place, id := range p.students {
		if id == student && p.doubles[place] != uuid.Nil {
			return relay.NewID(relay.Student, p.doubles[place]).String()
		}
	}
	return other
}

// addNotes gives a reader a note of their own about every student.
func (s *stage) addNotes(t testing.TB, subject string) {
	t.Helper()
	staff := s.staffID(t, s.alder, subject)
	s.write(t, s.alder, `INSERT INTO note (district_id, id, student_id, staff_id, visibility)
		SELECT $1, gen_random_uuid(), s.id, $2, 'GENERAL' FROM student s WHERE s.district_id = $1 AND s.last_name = $3`, staff, stageName)
	s.write(t, s.alder, `INSERT INTO note_revision (district_id, id, note_id, revision, body)
		SELECT $1, n.id, n.id, 1, 'general' FROM note n WHERE n.district_id = $1 AND n.staff_id = $2 AND n.visibility = 'GENERAL'`, staff)
}

// addFlagsOf gives every student a flag of each change for the reader to make: of a year
// that nothing draws anew, whatever else happens to the student.
func (s *stage) addFlagsOf(t testing.TB, subject string) {
	t.Helper()
	for _, domain := range domains {
		s.write(t, s.alder, `INSERT INTO risk_flag (district_id, id, student_id, school_year, domain, rule, severity, status, since, as_of,
				numerator, denominator, threshold, policy_version)
			SELECT $1, gen_random_uuid(), s.id, 2022, $2, $3, 'EARLY_WARNING', 'OPEN', '2022-05-31', '2022-05-31', 40000, 10000, 40000, 1
			FROM student s WHERE s.district_id = $1 AND s.last_name = $4`, domain, domain+" of "+subject, stageName)
	}
}

// changes makes every change about the student of every place: all that are to be done
// in one request, and all that are to be refused in another.
func (p *onePart) changes() {
	p.t.Helper()
	done := 0
	for _, line := range p.of(permissions.Changing) {
		var granted, refused []string
		for _, place := range p.places {
			switch line.Answers[place] {
			case permissions.Nothing:
			case permissions.Done:
				granted = append(granted, place)
			default:
				refused = append(refused, place)
			}
		}
		done += len(granted)
		p.change(line, granted)
		p.change(line, refused)
	}
	if p.reader.Kind != "" {
		return
	}
	// By transaction: a merge writes a line for each of both records.
	n := p.count(p.t, `SELECT count(DISTINCT xmin::text) FROM audit_log WHERE district_id = $1 AND principal_id = $2 AND operation <> 'viewAs'`, p.staffID(p.t, p.alder, p.subject))
	if n != done {
		p.t.Errorf("%d changes are in the audit log, and %d changes were to be done", n, done)
	}
}

// changeOf gives how a change is asked for.
func changeOf(subject string) (one changed, known bool) {
	if one, known = changesOf[subject]; !known {
		one, known = changesOfOperators[subject]
	}
	return one, known
}

// change asks for the change at all of the places at once, and for nobody: who is out
// of reach is refused exactly as who never was.
func (p *onePart) change(line permissions.Line, places []string) {
	p.t.Helper()
	one, known := changeOf(line.Subject)
	if !known {
		p.t.Fatalf("no document makes the change %s", line.Subject)
	}
	if len(places) == 0 {
		return
	}
	mutation, _, _ := strings.Cut(line.Subject, " ")
	kind := strings.ToUpper(mutation[:1]) + mutation[1:] + "Input!"
	asked := &batch{variables: vars{}}
	ask := func(alias, about string) {
		input := asked.variable(alias, kind, one.input(p, about))
		fmt.Fprintf(&asked.body, " %s: %s(input: %s) { %s userErrors { code field } }", alias, mutation, input, one.made)
	}
	for i, place := range places {
		ask(fmt.Sprintf("c%d", i), p.about(one.about, domains[line.Subject], place))
	}
	if one.about != "" && line.Answers[places[0]] != permissions.Done {
		ask("nobody", relay.NewID(one.about, uuid.New()).String())
	}
	got := asked.ask("mutation", p.as)
	for i, place := range places {
		p.outcome(line, place, fmt.Sprintf("c%d", i), got)
	}
}

// about gives the id of what the change of a place is about.
func (p *onePart) about(prefix relay.Prefix, domain, place string) string {
	student := p.studentOf(place)
	var found []string
	switch {
	case prefix == relay.Note && p.reader.Kind == "":
		found = p.texts(p.t, `SELECT n.id FROM note n JOIN student s ON s.district_id = n.district_id AND s.id = n.student_id
			WHERE n.district_id = $1 AND n.staff_id = $2 AND n.visibility = 'GENERAL' AND s.local_id = $3`, p.staffID(p.t, p.alder, p.subject), localIDOf(ownOf(place)))
	case prefix == relay.Grant:
		found = p.texts(p.t, `SELECT g.id FROM need_to_know_grant g JOIN student s ON s.district_id = g.district_id AND s.id = g.student_id
			WHERE g.district_id = $1 AND g.staff_id = $2 AND g.characteristic_kind = 'MIGRANT' AND s.local_id = $3`,
			p.staffID(p.t, p.alder, learns(p.name)), localIDOf(ownOf(place)))
	case prefix == relay.RiskFlag:
		found = p.texts(p.t, `SELECT f.id FROM risk_flag f JOIN student s ON s.district_id = f.district_id AND s.id = f.student_id
			WHERE f.district_id = $1 AND f.rule = $2 AND s.local_id = $3`, domain+" of "+p.subject, localIDOf(ownOf(place)))
	case prefix != relay.Note:
		return student
	}
	if len(found) == 0 { // of another district, or of nobody's own: of one that is not there
		return relay.NewID(prefix, uuid.New()).String()
	}
	return relay.NewID(prefix, uuid.MustParse(found[0])).String()
}

// ownOf gives the place whose student the case is about.
func ownOf(place string) string {
	if permissions.RoleIsOver(place) {
		return "own"
	}
	return place
}

// outcome holds what became of one change to its case.
func (p *onePart) outcome(line permissions.Line, place, alias string, got *answer) {
	p.t.Helper()
	code, want := got.codeOf(alias), line.Answers[place]
	expected := map[string]string{permissions.Forbidden: "FORBIDDEN", permissions.NotFound: "NOT_FOUND"}[want]
	switch {
	case code != expected:
		p.t.Errorf("%s: %s: expected %s, and it is %q: %s", place, line.Subject, want, code, got.body)
	case want == permissions.NotFound && got.messageOf(alias) != got.messageOf("nobody"):
		p.t.Errorf("%s: %s: refused otherwise than who never was: %s", place, line.Subject, got.body)
	case want == permissions.Done:
		one, _ := changeOf(line.Subject)
		made, _, _ := strings.Cut(one.made, " ")
		if text(got.Data, alias+"."+made+".id") == "" || len(got.list(alias+".userErrors")) > 0 {
			p.t.Errorf("%s: %s: it was not done: %s", place, line.Subject, got.body)
		}
		if line.Subject == "logContact" && text(got.Data, alias+".contactLog.student.id") != p.studentOf(place) {
			p.t.Errorf("%s: another student's: %s", place, got.body)
		}
	}
}

// messageOf gives the message of the error of a field at the root.
func (a *answer) messageOf(alias string) string {
	i := slices.IndexFunc(a.Errors, func(one failure) bool { return len(one.Path) > 0 && one.Path[0] == alias })
	if i < 0 {
		return ""
	}
	return a.Errors[i].Message
}
