package api_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/relay"
)

// abcRecord is what a coordinator is told of A-01 by StudentAbcRecord, attendance
// events aside: of the incidents their own part and what was done to them alone.
const abcRecord = `{
	"incidents": {"nodes": [
		{"occurredOn": "2022-08-30", "behavior": "Shoving; Threats", "participation": "PERPETRATOR", "actions": [{"kind": "IN_SCHOOL_SUSPENSION", "days": 0.5}]},
		{"occurredOn": "2022-08-29", "behavior": "Fighting", "participation": "WITNESS", "actions": []},
		{"occurredOn": "2022-08-28", "behavior": "Shouting", "participation": "PERPETRATOR", "actions": []}]},
	"grades": {"nodes": [
		{"course": {"title": "Algebra", "coreSubject": "MATHEMATICS"}, "gradingPeriod": "Third weeks", "numeric": 88, "letter": null},
		{"course": {"title": "Algebra", "coreSubject": "MATHEMATICS"}, "gradingPeriod": "Second weeks", "numeric": null, "letter": "C"},
		{"course": {"title": "Algebra", "coreSubject": "MATHEMATICS"}, "gradingPeriod": "First weeks", "numeric": 65.5, "letter": "D"}]},
	"credits": {"earned": 15, "attempted": 16, "required": 40, "expectedByNow": 17.5, "behind": 2.5, "bySubject": [
		{"subject": "ARTS", "earned": 0, "required": 10},
		{"subject": "MATHEMATICS", "earned": 10, "required": 30},
		{"subject": "SCIENCE", "earned": 5, "required": null}]},
	"riskHistory": {"nodes": [
		{"asOf": "2022-08-31", "level": "AT_RISK", "attendanceRate": 0.8648648648648649, "absentDays": 5, "incidents": 2, "coreFailures": 0, "gpa": 1.5},
		{"asOf": "2022-08-15", "level": "EARLY_WARNING", "attendanceRate": 0.9, "absentDays": 2.5, "incidents": 0, "coreFailures": 0, "gpa": 1.5},
		{"asOf": "2022-08-12", "level": "NOT_MEASURED", "attendanceRate": null, "absentDays": 0, "incidents": null, "coreFailures": 0, "gpa": 1.5}]}
}`

// TestStudentAbcRecord holds the whole record of a student to what was written.
func TestStudentAbcRecord(t *testing.T) {
	t.Parallel()
	c := shared(t).as(t, "DISTRICT_COORDINATOR")
	got := c.askNamed(contract(t), "StudentAbcRecord", vars{"id": c.studentID("A-01"), "schoolYear": 2023}).fine()
	record, _ := got.at("node").(map[string]any)
	events, _ := record["attendanceEvents"].(map[string]any)
	delete(record, "attendanceEvents")
	var want map[string]any
	if err := json.Unmarshal([]byte(abcRecord), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, record); diff != "" || len(got.redactions()) > 0 {
		t.Errorf("(-want +got)\n%s%v", diff, got.redactions())
	}
	absent, nodes := 0.0, events["nodes"].([]any)
	for _, one := range nodes {
		if dig(one, "category") != "TARDY" {
			fraction, _ := dig(one, "fraction").(float64)
			absent += fraction
		}
	}
	if absent != 5 || events["totalCount"] != float64(len(nodes)) {
		t.Errorf("%v of the days absent, in %v events: %v", absent, events["totalCount"], nodes)
	}
}

// TestAnotherYearHasItsOwn: nothing of one school year is in another's.
func TestAnotherYearHasItsOwn(t *testing.T) {
	t.Parallel()
	c := shared(t).as(t, "DISTRICT_COORDINATOR")
	const document = `query($id: ID!) { node(id: $id) { ... on Student { attendanceEvents(schoolYear: 2022) { totalCount } incidents(schoolYear: 2022) { totalCount }
		grades(schoolYear: 2022) { totalCount } behavior(schoolYear: 2022) { measured incidents suspensionDays asOf } coursePerformance(schoolYear: 2022) { courses } } } }`
	got := c.ask(document, vars{"id": c.studentID("A-01")}).fine()
	want := map[string]any{
		"attendanceEvents": vars{"totalCount": 0.0}, "incidents": vars{"totalCount": 0.0}, "grades": vars{"totalCount": 0.0},
		"behavior": vars{"measured": false, "incidents": nil, "suspensionDays": nil, "asOf": nil}, "coursePerformance": nil,
	}
	if diff := cmp.Diff(want, got.at("node")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestFiguresOfBehaviorAndCourses: where the year's discipline is known, a student of
// whom nothing was sent had no incident.
func TestFiguresOfBehaviorAndCourses(t *testing.T) {
	t.Parallel()
	c := shared(t).as(t, "DISTRICT_COORDINATOR")
	const document = `query($id: ID!) { node(id: $id) { ... on Student { behavior { measured incidents inSchoolSuspensions exclusions suspensionDays asOf }
		coursePerformance { measured courses gpa coreCourses coreDs coreFs creditsEarned creditsAttempted creditsRequired creditsExpected onTrackNinth belowLevelAssessments asOf }
		credits { earned } attendance { truantDays } } } }`
	for local, want := range map[string]map[string]any{
		"A-01": {
			"behavior": vars{"measured": true, "incidents": 2.0, "inSchoolSuspensions": 1.0, "exclusions": 0.0, "suspensionDays": 0.5, "asOf": "2022-08-30"},
			"coursePerformance": vars{
				"measured": true, "courses": 2.0, "gpa": 1.5, "coreCourses": 2.0, "coreDs": 1.0, "coreFs": 0.0, "creditsEarned": 15.0, "creditsAttempted": 16.0,
				"creditsRequired": 40.0, "creditsExpected": 17.5, "onTrackNinth": nil, "belowLevelAssessments": 1.0, "asOf": "2022-08-31",
			},
			"credits": vars{"earned": 15.0}, "attendance": vars{"truantDays": 5.0},
		},
		"A-03": {
			"behavior":          vars{"measured": true, "incidents": 0.0, "inSchoolSuspensions": 0.0, "exclusions": 0.0, "suspensionDays": 0.0, "asOf": "2022-08-31"},
			"coursePerformance": nil, "credits": nil, "attendance": vars{"truantDays": 0.0},
		},
	} {
		got := c.ask(document, vars{"id": c.studentID(local)}).fine()
		if diff := cmp.Diff(want, got.at("node")); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", local, diff)
		}
	}
}

const flagDocument = `query($id: ID!) { node(id: $id) { __typename id ... on RiskFlag { domain severity rule figure threshold numerator denominator since status
	version answeredBy { displayName } answeredAt answerReason history(first: 1) { totalCount
		nodes { status severity figure asOf recordedAt changedBy { displayName kind } reason } } } } }`

// TestAFlagIsANode: it is read by its id by who reads RISK and what it is drawn from, and
// to everybody else is as one that never was.
func TestAFlagIsANode(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.write(t, s.alder, `UPDATE risk_flag f SET status = 'DISMISSED', version = 3, answered_at = '2022-08-31T10:00Z', answer_reason = 'Counted twice.',
		answered_by = (SELECT i.person_id FROM identity i WHERE i.subject = 'COUNSELOR' AND i.district_id = $1)
		FROM student s WHERE f.district_id = $1 AND s.district_id = $1 AND s.id = f.student_id AND s.local_id = $2 AND f.domain = 'BEHAVIOR'`, localIDOf("own"))
	s.write(t, s.alder, `INSERT INTO risk_flag_history
			(district_id, risk_flag_id, recorded_at, status, severity, as_of, numerator, denominator, threshold, policy_version, changed_by, reason)
		SELECT $1, f.id, h.at::timestamptz, h.status, 'EARLY_WARNING', '2022-08-31', 40000, 10000, 40000, 1, CASE WHEN h.reason <> '' THEN f.answered_by END, h.reason
		FROM risk_flag f JOIN student s ON s.district_id = f.district_id AND s.id = f.student_id, (VALUES ('2022-08-31T01:00Z', 'OPEN', ''),
			('2022-08-31T10:00Z', 'DISMISSED', 'Counted twice.')) h (at, status, reason)
		WHERE f.district_id = $1 AND s.local_id = $2 AND f.domain = 'BEHAVIOR'`, localIDOf("own"))
	flag := relay.NewID(relay.RiskFlag, s.flagID(t, localIDOf("own"), "BEHAVIOR")).String()
	got := s.as(t, "DISTRICT_COORDINATOR").ask(flagDocument, vars{"id": flag}).fine()
	counselor := vars{"displayName": "Staff COUNSELOR"}
	want := vars{
		"__typename": "RiskFlag", "id": flag, "domain": "BEHAVIOR", "severity": "EARLY_WARNING", "rule": "INCIDENTS", "figure": 4.0, "threshold": 4.0,
		"numerator": 4.0, "denominator": 1.0, "since": "2022-08-31", "status": "DISMISSED", "version": 3.0, "answeredBy": counselor,
		"answeredAt": "2022-08-31T10:00:00Z", "answerReason": "Counted twice.",
		"history": vars{"totalCount": 2.0, "nodes": []any{vars{
			"status": "DISMISSED", "severity": "EARLY_WARNING", "figure": 4.0, "asOf": "2022-08-31", "recordedAt": "2022-08-31T10:00:00Z",
			"changedBy": vars{"displayName": "Staff COUNSELOR", "kind": "STAFF"}, "reason": "Counted twice.",
		}}},
	}
	if diff := cmp.Diff(want, got.at("node")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for _, domain := range []string{"ATTENDANCE", "BEHAVIOR", "COURSE_PERFORMANCE", "OVERAGE", "TRUANCY", "NOT_RESPONDING", "TARDY", "ASSESSMENT"} {
		for name, lines := range s.linesOf("flags of " + domain) {
			s.flagIsShownTo(t, name, domain, lines)
		}
	}
}

// linesOf gives what is expected of each reader for one subject, by place.
func (s *stage) linesOf(subject string) map[string]map[string]string {
	answers := map[string]map[string]string{}
	for name := range s.matrix.Readers {
		for _, line := range s.matrix.Expand(name) {
			if line.Subject == subject {
				answers[name] = line.Answers
			}
		}
	}
	return answers
}

// flagIsShownTo holds that the reader sees the flag by its id where they see it with the
// student.
func (s *stage) flagIsShownTo(t *testing.T, name, domain string, answers map[string]string) {
	t.Helper()
	for _, place := range []string{"own", "same school", "other school", "ended yesterday"} {
		id := relay.NewID(relay.RiskFlag, s.flagID(t, localIDOf(place), domain)).String()
		got := s.as(t, subjectAt(name, s.matrix.Readers[name], place)).ask(flagDocument, vars{"id": id}).fine()
		never := s.as(t, subjectAt(name, s.matrix.Readers[name], place)).ask(flagDocument, vars{"id": likeIt(id)}).fine()
		switch shown := answers[place] == "shown"; {
		case shown && got.at("node.domain") != domain:
			t.Errorf("%s: the flag of %s at %s: %s", name, domain, place, got.body)
		case !shown && string(got.body) != string(never.body):
			t.Errorf("%s: the flag of %s at %s is told from one that never was: %s", name, domain, place, got.body)
		}
	}
}
