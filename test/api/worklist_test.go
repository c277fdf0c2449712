package api_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

const worklistDocument = `query($kind: WorklistKind!, $within: Within) { worklist(kind: $kind, within: $within, first: 100) {
	totalCount nodes { student { localId } reason since dueOn } } }`

// waiting gives a worklist as its lines: who, since when, and why.
func (c *client) waiting(kind string) []string {
	c.t.Helper()
	got := c.ask(worklistDocument, vars{"kind": kind}).fine()
	lines := []string{}
	for _, node := range got.list("worklist.nodes") {
		lines = append(lines, fmt.Sprint(text(node, "student.localId"), " ", text(node, "since"), " ", text(node, "reason")))
	}
	if got.at("worklist.totalCount") != float64(len(lines)) {
		c.t.Errorf("%v are counted of %v", got.at("worklist.totalCount"), lines)
	}
	return lines
}

// isWaiting holds the worklist to its lines.
func (c *client) isWaiting(kind string, want ...string) {
	c.t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), c.waiting(kind)); diff != "" {
		c.t.Errorf("%s (-want +got):\n%s", kind, diff)
	}
}

// newOffice is a workplace with nobody off track but those whom a test makes so.
func newOffice(t *testing.T) (*world, *client) {
	t.Helper()
	w := newWorkplace(t)
	for _, table := range []string{"risk_flag_history", "risk_flag", "student_risk_history", "student_risk", "contact_log", "student_behavior", "student_academics"} {
		w.write(t, w.alder, `DELETE FROM `+table+` WHERE district_id = $1`)
	}
	return w, w.as(t, "DISTRICT_COORDINATOR")
}

// stands gives a student of Alder a level, since a day.
func (w *world) stands(t testing.TB, local, level, since string) {
	t.Helper()
	w.write(t, w.alder, `INSERT INTO student_risk (district_id, student_id, school_year, level, not_measured, as_of, policy_version)
		SELECT $1, s.id, 2023, $3, '{}', '2022-08-31', 1 FROM student s WHERE s.district_id = $1 AND s.local_id = $2
		ON CONFLICT (district_id, school_year, student_id) DO UPDATE SET level = excluded.level`, local, level)
	w.write(t, w.alder, `INSERT INTO student_risk_history (district_id, school_year, student_id, as_of, level, enrolled_days, absent, incidents, core_failures, policy_version)
		SELECT $1, 2023, s.id, $4, $3, 25, 25000, 1, 0, 1 FROM student s WHERE s.district_id = $1 AND s.local_id = $2`, local, level, since)
}

// flags gives a student of Alder a flag, since a day.
func (w *world) flags(t testing.TB, local, domain, status, since string) {
	t.Helper()
	w.write(t, w.alder, `INSERT INTO risk_flag
			(district_id, student_id, school_year, domain, rule, severity, status, since, as_of, numerator, denominator, threshold, policy_version)
		SELECT $1, s.id, 2023, $3, $3, 'AT_RISK', $4, $5, '2022-08-31', 60000, 10000, 60000, 1 FROM student s WHERE s.district_id = $1 AND s.local_id = $2`,
		local, domain, status, since)
}

// plans gives a student of Alder a plan with an item.
func (w *world) plans(t testing.TB, local, status string, item span) {
	t.Helper()
	plan := uuid.Must(uuid.NewV7())
	w.write(t, w.alder, `INSERT INTO plan (district_id, id, student_id, status, starts_on) SELECT $1, $2, s.id, $4, '2022-08-01'
		FROM student s WHERE s.district_id = $1 AND s.local_id = $3`, plan, local, status)
	w.write(t, w.alder, `INSERT INTO plan_item (district_id, id, student_id, plan_id, title, domain, starts_on, ends_on)
		SELECT $1, gen_random_uuid(), p.student_id, p.id, 'Tutoring', 'ATTENDANCE', $3, nullif($4, '')::date FROM plan p WHERE p.district_id = $1 AND p.id = $2`,
		plan, item.starts, item.ends)
}

// TestFlaggedAndNobodyHasActed: a flag is off the list when it was acknowledged, a contact
// was logged since, or a plan's item is under way; nothing that something is called does
// that (trap 9 of the design: a list that is cleared by relabelling).
func TestFlaggedAndNobodyHasActed(t *testing.T) {
	t.Parallel()
	w, c := newOffice(t)
	author := w.staffID(t, w.alder, "no role")
	w.flags(t, "A-01", "ATTENDANCE", "OPEN", "2022-08-20")
	w.flags(t, "A-01", "BEHAVIOR", "OPEN", "2022-08-25")
	w.flags(t, "A-02", "ATTENDANCE", "OPEN", "2022-08-20")
	w.flags(t, "A-03", "ATTENDANCE", "ACKNOWLEDGED", "2022-08-20")
	w.flags(t, "A-04", "ATTENDANCE", "OPEN", "2022-08-31")
	w.flags(t, "M-01", "OVERAGE", "OPEN", "2022-08-31")
	w.flags(t, "M-02", "ATTENDANCE", "OPEN", "2022-08-20")
	w.flags(t, "M-03", "ATTENDANCE", "DISMISSED", "2022-08-20")
	w.stands(t, "A-04", "CRITICAL", "2022-08-31")
	w.addLog(t, w.alder, "A-02", author, now.Add(-10*24*60*60*1e9))   // 22 August
	w.addLog(t, w.alder, "A-04", author, now.Add(-2*24*60*60*1e9))    // before its flag
	w.plans(t, "M-02", "ACTIVE", span{"2022-08-01", today})           // under way
	w.plans(t, "M-01", "ACTIVE", span{"2022-08-01", yesterday})       // over
	w.plans(t, "A-01", "DRAFT", span{"2022-08-01", ""})               // not begun
	w.note(t, "no role", "A-01", "GENERAL", "Resolved: acknowledged") // a label
	c.isWaiting("FLAGGED_NO_ACTION",
		"A-04 2022-08-31 Flagged, and nobody has acted: attendance.",
		"A-01 2022-08-20 Flagged, and nobody has acted: attendance, behavior.",
		"M-01 2022-08-31 Flagged, and nobody has acted: overage.")
	w.addLog(t, w.alder, "A-01", author, now)
	c.isWaiting("FLAGGED_NO_ACTION",
		"A-04 2022-08-31 Flagged, and nobody has acted: attendance.",
		"M-01 2022-08-31 Flagged, and nobody has acted: overage.")
}

// TestNewThisWeek: seven days, today included, and of what the reader reads of a student.
func TestNewThisWeek(t *testing.T) {
	t.Parallel()
	w, c := newOffice(t)
	w.flags(t, "A-01", "ATTENDANCE", "OPEN", "2022-08-25")
	w.flags(t, "A-02", "BEHAVIOR", "ACKNOWLEDGED", "2022-08-26")
	w.flags(t, "A-02", "OVERAGE", "OPEN", "2022-08-27")
	w.flags(t, "A-03", "ATTENDANCE", "OPEN", today)
	w.flags(t, "A-04", "ATTENDANCE", "RESOLVED", today)
	c.isWaiting("NEW_THIS_WEEK",
		"A-02 2022-08-26 Flagged within the last seven days: behavior, overage.", "A-03 2022-09-01 Flagged within the last seven days: attendance.")
	w.addService(t, "reads attendance", []string{"DIRECTORY", "RISK", "ATTENDANCE"}, nil)
	w.as(t, "reads attendance").isWaiting("NEW_THIS_WEEK", "A-03 2022-09-01 Flagged within the last seven days: attendance.")
	w.addService(t, "reads discipline", []string{"DIRECTORY", "RISK", "DISCIPLINE"}, nil)
	w.as(t, "reads discipline").isWaiting("NEW_THIS_WEEK", "A-02 2022-08-26 Flagged within the last seven days: behavior.")
}

// TestGettingWorse compares with the row in force a fortnight ago, of what the reader reads.
func TestGettingWorse(t *testing.T) {
	t.Parallel()
	w, c := newOffice(t)
	for local, level := range map[string]string{
		"A-01": "AT_RISK", "A-02": "EARLY_WARNING", "A-03": "ON_TRACK", "A-04": "EARLY_WARNING", "M-01": "EARLY_WARNING", "M-02": "AT_RISK", "M-03": "NOT_MEASURED",
	} {
		w.stands(t, local, level, "2022-08-18") // 10 % absent, one incident
	}
	w.write(t, w.alder, `UPDATE student_attendance SET enrolled_days = 50, excused = 0, unexcused = absent, suspended = 0 WHERE district_id = $1`)
	absent := func(local string, parts int) {
		w.write(t, w.alder, `UPDATE student_attendance a SET absent = $3, unexcused = $3, excused = 0, suspended = 0 FROM student s
			WHERE a.district_id = $1 AND s.district_id = $1 AND s.id = a.student_id AND s.local_id = $2`, local, parts)
	}
	for _, local := range []string{"A-01", "A-02", "A-03", "A-04", "M-01", "M-02", "M-03"} {
		absent(local, 50_000)
	}
	absent("A-02", 55_000) // 11 %: higher by a hundredth
	absent("A-04", 54_999) // by less
	absent("A-03", 99_999) // on track
	w.stands(t, "A-01", "CRITICAL", "2022-08-30")
	w.stands(t, "M-03", "AT_RISK", "2022-08-30") // not measured before
	w.write(t, w.alder, `INSERT INTO student_behavior (district_id, student_id, school_year, incidents, in_school, exclusions, suspension_days, as_of)
		SELECT $1, s.id, 2023, CASE s.local_id WHEN 'M-01' THEN 2 ELSE 1 END, 0, 0, 0, '2022-08-31' FROM student s
		WHERE s.district_id = $1 AND s.local_id IN ('M-01', 'M-02')`)
	c.isWaiting("GETTING_WORSE",
		"A-01 2022-08-18 Worse than two weeks ago: level.",
		"A-02 2022-08-18 Worse than two weeks ago: absences.",
		"M-01 2022-08-18 Worse than two weeks ago: incidents.")
	w.addService(t, "reads attendance", []string{"DIRECTORY", "RISK", "ATTENDANCE"}, nil)
	w.as(t, "reads attendance").isWaiting("GETTING_WORSE",
		"A-01 2022-08-18 Worse than two weeks ago: level.", "A-02 2022-08-18 Worse than two weeks ago: absences.")
}

// TestNearThreshold: one whole day absent tomorrow, or one incident, would reach a line of
// the policy, and does not yet.
func TestNearThreshold(t *testing.T) {
	t.Parallel()
	w, c := newOffice(t)
	figures := func(local string, enrolled, parts int) {
		w.write(t, w.alder, `UPDATE student_attendance a SET enrolled_days = $3, absent = $4, unexcused = $4, excused = 0, suspended = 0 FROM student s
			WHERE a.district_id = $1 AND s.district_id = $1 AND s.id = a.student_id AND s.local_id = $2`, local, enrolled, parts)
	}
	w.write(t, w.alder, `UPDATE student_attendance SET enrolled_days = 100, absent = 0, unexcused = 0, excused = 0, suspended = 0 WHERE district_id = $1`)
	figures("A-01", 39, 10_000)  // 2 of 40: 5 %
	figures("A-02", 39, 9_999)   // a hair less
	figures("A-03", 39, 30_000)  // 4 of 40: 10 %
	figures("A-04", 39, 40_000)  // over both already
	figures("M-01", 18, 10_000)  // not long enough, even tomorrow
	figures("M-02", 19, 10_000)  // 2 of 20 from tomorrow on
	figures("M-03", 100, 49_999) // 5.9999 of 101
	w.write(t, w.alder, `INSERT INTO student_behavior (district_id, student_id, school_year, incidents, in_school, exclusions, suspension_days, as_of)
		SELECT $1, s.id, 2023, CASE s.local_id WHEN 'A-05' THEN 3 WHEN 'A-08' THEN 5 ELSE 4 END, 0, 0, 0, '2022-08-31' FROM student s
		WHERE s.district_id = $1 AND s.local_id IN ('A-05', 'A-08', 'A-09')`)
	got := c.waiting("NEAR_THRESHOLD")
	slices.Sort(got)
	want := []string{}
	for _, line := range []string{"A-01: absences", "A-03: absences", "A-05: incidents", "A-08: incidents", "M-02: absences", "M-03: absences"} {
		want = append(want, line[:4]+" 2022-08-31 One step from a line"+line[4:]+".")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestNoAdvocateAndNoPlan: from AT_RISK on, until somebody is responsible and a plan is
// under way; since the level was reached for good.
func TestNoAdvocateAndNoPlan(t *testing.T) {
	t.Parallel()
	w, c := newOffice(t)
	w.write(t, w.alder, `DELETE FROM advocate_assignment WHERE district_id = $1`)
	for _, one := range [][3]string{
		{"A-01", "AT_RISK", "2022-08-10"},
		{"A-01", "EARLY_WARNING", "2022-08-12"},
		{"A-01", "AT_RISK", "2022-08-15"},
		{"A-01", "AT_RISK", "2022-08-20"},
		{"A-02", "CRITICAL", "2022-08-25"},
		{"A-03", "EARLY_WARNING", "2022-08-10"},
		{"M-01", "AT_RISK", "2022-08-10"},
		{"M-02", "AT_RISK", "2022-08-11"},
	} {
		w.stands(t, one[0], one[1], one[2])
	}
	w.assign(t, "no role", "PRIMARY", "M-01", span{longAgo, today})
	w.assign(t, "no role", "PRIMARY", "M-02", span{longAgo, yesterday})
	w.assign(t, "no role", "BACKUP", "A-01", span{longAgo, ""})
	w.plans(t, "M-01", "ACTIVE", span{"2022-08-01", ""})
	w.plans(t, "M-02", "DRAFT", span{"2022-08-01", ""})
	c.isWaiting("NO_ADVOCATE", "A-02 2022-08-25 No primary advocate: critical.", "M-02 2022-08-11 No primary advocate: at risk.", "A-01 2022-08-15 No primary advocate: at risk.")
	c.isWaiting("NO_PLAN", "A-02 2022-08-25 No active plan: critical.", "M-02 2022-08-11 No active plan: at risk.", "A-01 2022-08-15 No active plan: at risk.")
}

// asks writes down a request for support.
func (w *world) asks(t testing.TB, local, circumstance, reasons, urgency, status, on string) {
	t.Helper()
	w.write(t, w.alder, `INSERT INTO support_request (district_id, id, student_id, origin, circumstance, reasons, urgency, status, school_year, raised_on)
		SELECT $1, gen_random_uuid(), s.id, 'STAFF', nullif($3, ''), $4::text[], $5, $6, 2023, $7 FROM student s WHERE s.district_id = $1 AND s.local_id = $2`,
		local, circumstance, reasons, urgency, status, on)
}

// TestRequestsToTriage: the most urgent first; one that names a circumstance only for who
// reads that circumstance of that student, and another that it tells of for who reads that.
func TestRequestsToTriage(t *testing.T) {
	t.Parallel()
	w, c := newOffice(t)
	w.asks(t, "A-01", "", "{ATTENDANCE,DISCIPLINE}", "ROUTINE", "NEW", "2022-08-20")
	w.asks(t, "A-01", "HOMELESS", "{HOMELESS}", "SOON", "NEW", "2022-08-21")
	w.asks(t, "A-02", "HOMELESS", "{HOMELESS,TEEN_PARENT}", "CRISIS", "NEW", "2022-08-30")
	w.asks(t, "A-03", "", "{ATTENDANCE}", "ROUTINE", "TRIAGED", "2022-08-20")
	w.asks(t, "M-01", "", "{}", "ROUTINE", "NEW", "2022-08-19")
	c.isWaiting("REQUESTS_TO_TRIAGE",
		"A-02 2022-08-30 Support was asked for: homeless, teen parent.", "A-01 2022-08-21 Support was asked for: homeless.",
		"M-01 2022-08-19 Support was asked for.", "A-01 2022-08-20 Support was asked for: attendance, discipline.")
	facilitator := w.as(t, "FACILITATOR") // reads circumstances item by item
	facilitator.isWaiting("REQUESTS_TO_TRIAGE", "A-01 2022-08-20 Support was asked for: attendance, discipline.")
	w.allow(t, "FACILITATOR", "A-02", "HOMELESS", uuid.Nil, "stands")
	facilitator.isWaiting("REQUESTS_TO_TRIAGE", "A-02 2022-08-30 Support was asked for: homeless.", "A-01 2022-08-20 Support was asked for: attendance, discipline.")
	for _, subject := range []string{"DATA_STEWARD", "ADVOCATE", "SCHOOL_LEADER"} {
		w.as(t, subject).ask(worklistDocument, vars{"kind": "REQUESTS_TO_TRIAGE"}).refused("FORBIDDEN")
	}
}
