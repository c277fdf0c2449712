package oracle_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/test/oracle/model"
)

// row is a row of a table, by its columns.
type row map[string]any

// rows are a table's rows.
type rows struct {
	table string
	key   string // the columns of its key
	rows  []row
}

// put writes rows as they stand: new ones, and what changed of old ones. It writes
// as the superuser, whom no wall binds, by plain SQL.
func (w *world) put(tables ...rows) {
	w.t.Helper()
	for _, one := range tables {
		if len(one.rows) == 0 {
			continue
		}
		columns := slices.Sorted(maps.Keys(one.rows[0]))
		sets := make([]string, len(columns))
		for i, column := range columns {
			sets[i] = column + " = excluded." + column
		}
		values, err := json.Marshal(one.rows)
		if err != nil {
			w.t.Fatal(err)
		}
		names := strings.Join(columns, ", ")
		//nolint:gosec // names of the tests' own tables and columns
		_, err = w.root.ExecContext(w.t.Context(), "INSERT INTO "+one.table+" ("+names+") SELECT "+names+
			" FROM jsonb_populate_recordset(NULL::"+one.table+", $1) ON CONFLICT ("+one.key+") DO UPDATE SET "+strings.Join(sets, ", "), values)
		if err != nil {
			w.t.Fatalf("%s: %v\n%s", one.table, err, values)
		}
	}
}

// tablesInOrder are the tables, what is pointed at before what points at it.
var tablesInOrder = strings.Fields(`school school_year calendar calendar_date staff identity role_assignment course section
	staff_section_association mentor_pairing student student_school_association student_section_association grade advocate_assignment
	dropout_case student_characteristic person student_contact contact_log student_attendance student_risk risk_flag note note_revision
	need_to_know_grant`)

// gathered brings the rows of each table together, and the tables into their order.
func gathered(tables []rows) []rows {
	together := make([]rows, len(tablesInOrder))
	for _, one := range tables {
		place := slices.Index(tablesInOrder, one.table)
		together[place].table, together[place].key = one.table, one.key
		together[place].rows = append(together[place].rows, one.rows...)
	}
	return together
}

const ownKey = "district_id, id"

// day gives a date as a value of a row.
func day(d model.Date) any {
	if d == "" {
		return nil
	}
	return string(d)
}

// gone is when a row that an import no longer found was withdrawn.
func gone(withdrawn bool) any {
	if withdrawn {
		return "2025-07-01T00:00:00Z"
	}
	return nil
}

func idOfSchool(s *model.School) any {
	if s == nil {
		return nil
	}
	return s.ID
}

// load writes a whole district.
func (w *world) load(d *model.District) {
	w.t.Helper()
	w.put(
		rows{"region", "id", regionRows(d)},
		rows{"district", "id", []row{{"id": d.ID, "local_id": d.Code, "name": "District " + d.Code, "time_zone": d.Zone.String(), "region_id": idOrNone(d.Region)}}},
	)
	for _, p := range d.Policies {
		w.put(policyRow(d, p))
	}
	w.put(w.besideOf(d)...)
	tables := append(w.placesOf(d), w.staffOf(d)...)
	for _, section := range d.Sections {
		tables = append(tables, sectionRows(d, section)...)
	}
	for _, pairing := range d.Pairings {
		tables = append(tables, pairingRow(d, pairing))
	}
	for _, student := range d.Students {
		tables = append(tables, studentRows(d, student)...)
	}
	w.put(gathered(tables)...)
	w.districts = append(w.districts, d)
}

func policyRow(d *model.District, p *model.Policy) rows {
	return rows{"district_policy", ownKey, []row{{
		"district_id": d.ID, "id": p.ID, "version": slices.Index(d.Policies, p) + 1, "starts_on": p.Starts, "document": policyDocument(p),
	}}}
}

func regionRows(d *model.District) []row {
	if d.Region == "" {
		return nil
	}
	return []row{{"id": d.Region, "local_id": d.Region, "name": "Region of " + d.Code}}
}

func idOrNone(id string) any {
	if id == "" {
		return nil
	}
	return id
}

func (w *world) placesOf(d *model.District) []rows {
	schools, years := rows{"school", ownKey, nil}, rows{"school_year", ownKey, nil}
	calendars, dates := rows{"calendar", ownKey, nil}, rows{"calendar_date", ownKey, nil}
	for _, year := range d.Years {
		years.rows = append(years.rows, row{
			"district_id": d.ID, "id": year.ID, "school_year": year.Number, "starts_on": year.Days.Starts, "ends_on": year.Days.Ends,
		})
	}
	for _, school := range d.Schools {
		schools.rows = append(schools.rows, row{"district_id": d.ID, "id": school.ID, "local_id": school.Code, "name": school.Name, "level": "HIGH"})
		for _, c := range school.Calendars {
			calendar := row{"district_id": d.ID, "id": c.ID, "school_id": school.ID, "school_year": c.Year, "local_id": "C", "kind": "SCHOOL"}
			calendars.rows = append(calendars.rows, calendar)
			dates.rows = append(dates.rows, daysOf(d, c)...)
		}
	}
	return []rows{schools, years, calendars, dates}
}

// daysOf gives the days of a calendar, and before them two that do not count: one
// without instruction and one that was withdrawn.
func daysOf(d *model.District, c *model.Calendar) []row {
	made := func(on model.Date, instructional, withdrawn bool) row {
		return row{
			"district_id": d.ID, "id": newID(), "calendar_id": c.ID, "on_date": on, "instructional": instructional,
			"event": "", "withdrawn_at": gone(withdrawn),
		}
	}
	days := []row{made(c.Instructional[0].Plus(-2), false, false), made(c.Instructional[0].Plus(-1), true, true)}
	for _, on := range c.Instructional {
		days = append(days, made(on, true, false))
	}
	return days
}

func (w *world) staffOf(d *model.District) []rows {
	var tables []rows
	for _, s := range d.Staff {
		tables = append(tables, staffRow(d, s), rows{"identity", "issuer, subject, person_id", []row{{
			"issuer": identity.DevIssuerName, "subject": s.Subject, "kind": "STAFF", "district_id": d.ID, "person_id": s.ID,
		}}})
		for _, held := range s.Roles {
			tables = append(tables, roleRow(d, s, held))
		}
	}
	return tables
}

func staffRow(d *model.District, s *model.Staff) rows {
	first, last, _ := strings.Cut(s.Name, " ")
	return rows{"staff", ownKey, []row{{
		"district_id": d.ID, "id": s.ID, "local_id": s.ID, "first_name": first, "last_name": last, "preferred_first_name": "",
		"preferred_last_name": "", "email": "", "login": "", "engagement": s.Engagement, "agreement_signed_on": day(s.Signed),
		"languages": []string{}, "qualifications": []string{}, "communities": []string{}, "withdrawn_at": gone(s.Withdrawn),
	}}}
}

func roleRow(d *model.District, s *model.Staff, held *model.Assignment) rows {
	return rows{"role_assignment", ownKey, []row{{
		"district_id": d.ID, "id": held.ID, "staff_id": s.ID, "role": held.Role, "school_id": idOfSchool(held.School),
		"starts_on": held.Days.Starts, "ends_on": day(held.Days.Ends),
	}}}
}

func sectionRows(d *model.District, s *model.Section) []rows {
	tables := []rows{
		{"course", ownKey, []row{{"district_id": d.ID, "id": s.ID, "local_id": s.Code, "title": s.Code}}},
		{"section", ownKey, []row{{
			"district_id": d.ID, "id": s.ID, "school_id": s.School.ID, "course_id": s.ID, "school_year": s.Year, "local_id": s.Code,
			"starts_on": s.Days.Starts, "ends_on": s.Days.Ends, "withdrawn_at": gone(s.Withdrawn),
		}}},
	}
	for _, link := range s.Teachers {
		tables = append(tables, teacherRow(d, s, link))
	}
	return tables
}

func teacherRow(d *model.District, s *model.Section, link *model.Link) rows {
	return rows{"staff_section_association", ownKey, []row{{
		"district_id": d.ID, "id": link.ID, "staff_id": link.Staff.ID, "section_id": s.ID,
		"starts_on": link.Days.Starts, "ends_on": day(link.Days.Ends), "withdrawn_at": gone(link.Withdrawn),
	}}}
}

func pairingRow(d *model.District, p *model.Pairing) rows {
	return rows{"mentor_pairing", ownKey, []row{{
		"district_id": d.ID, "id": p.ID, "mentor_id": p.Mentor.ID, "advocate_id": p.Advocate.ID,
		"starts_on": p.Days.Starts, "ends_on": day(p.Days.Ends), "shadow_until": day(p.ShadowUntil),
	}}}
}

// studentRows gives all that hangs on a student.
func studentRows(d *model.District, s *model.Student) []rows {
	tables := []rows{studentRow(d, s)}
	for _, e := range s.Enrollments {
		tables = append(tables, enrollmentRow(d, s, e))
	}
	for _, seat := range s.Seats {
		tables = append(tables, seatRow(d, s, seat))
	}
	for _, mark := range s.Marks {
		tables = append(tables, markRow(d, s, mark))
	}
	for _, a := range s.Advocates {
		tables = append(tables, advocacyRow(d, s, a))
	}
	for _, c := range s.Cases {
		tables = append(tables, caseRow(d, s, c))
	}
	for _, c := range s.Circumstances {
		tables = append(tables, circumstanceRow(d, s, c))
	}
	for _, c := range s.Contacts {
		tables = append(tables, contactRows(d, s, c)...)
	}
	for _, l := range s.Logs {
		tables = append(tables, logRow(d, s, l))
	}
	for _, a := range s.Attendance {
		tables = append(tables, attendanceRow(d, s, a))
	}
	for _, r := range s.Risks {
		tables = append(tables, riskRows(d, s, r)...)
	}
	return append(tables, itemRows(d, s)...)
}

func studentRow(d *model.District, s *model.Student) rows {
	return rows{"student", ownKey, []row{{
		"district_id": d.ID, "id": s.ID, "local_id": s.Code, "first_name": s.First, "middle_name": s.Middle, "last_name": s.Last, "suffix": "",
		"preferred_first_name": s.PreferredFirst, "preferred_last_name": "", "birth_date": day(s.BirthDate), "grade_level": s.Grade,
		"sex": "", "race_ethnicity": []string{}, "languages": []string{}, "community": "", "withdrawn_at": gone(s.Withdrawn),
	}}}
}

func enrollmentRow(d *model.District, s *model.Student, e *model.Enrollment) rows {
	var exitType any
	if e.ExitType != "" {
		exitType = e.ExitType
	}
	return rows{"student_school_association", ownKey, []row{{
		"district_id": d.ID, "id": e.ID, "student_id": s.ID, "school_id": e.School.ID, "school_year": e.Year, "entry_type": "OTHER",
		"entry_date": e.Days.Starts, "exit_date": day(e.Days.Ends), "exit_type": exitType, "exit_code": "", "grade_level": e.Grade,
		"recorded_on": e.Days.Starts, "withdrawn_at": gone(e.Withdrawn),
	}}}
}

func seatRow(d *model.District, s *model.Student, seat *model.Link) rows {
	return rows{"student_section_association", ownKey, []row{{
		"district_id": d.ID, "id": seat.ID, "student_id": s.ID, "section_id": seat.Section.ID,
		"starts_on": seat.Days.Starts, "ends_on": day(seat.Days.Ends), "withdrawn_at": gone(seat.Withdrawn),
	}}}
}

// markYear is the school year of every section, and so of every mark.
const markYear = 2026

func markRow(d *model.District, s *model.Student, mark *model.Mark) rows {
	var section any
	if mark.Section != nil {
		section = mark.Section.ID
	}
	return rows{"grade", "district_id, school_year, student_id, course_id, section_id, kind, period", []row{{
		"district_id": d.ID, "school_year": markYear, "student_id": s.ID, "course_id": mark.Course.ID, "section_id": section,
		"kind": "PROGRESS", "period": "First weeks", "given_on": "2025-09-01", "letter": mark.Letter,
	}}}
}

func advocacyRow(d *model.District, s *model.Student, a *model.Advocacy) rows {
	return rows{"advocate_assignment", ownKey, []row{{
		"district_id": d.ID, "id": a.ID, "student_id": s.ID, "staff_id": a.Staff.ID, "role": a.Role, "intensity": "LIGHT",
		"starts_on": a.Days.Starts, "ends_on": day(a.Days.Ends), "override_reason": "",
	}}}
}

func caseRow(d *model.District, s *model.Student, c *model.Case) rows {
	var owner any
	if c.Owner != nil {
		owner = c.Owner.ID
	}
	return rows{"dropout_case", ownKey, []row{{
		"district_id": d.ID, "id": c.ID, "student_id": s.ID, "school_id": c.School.ID, "owner_id": owner, "opened_because": "DROPOUT",
		"left_on": c.LeftOn, "recorded_on": c.LeftOn, "determination": "SUSPECTED", "status": "OPEN", "closed_on": day(c.Closed),
	}}}
}

func circumstanceRow(d *model.District, s *model.Student, c *model.Circumstance) rows {
	return rows{"student_characteristic", ownKey, []row{{
		"district_id": d.ID, "id": c.ID, "student_id": s.ID, "kind": c.Kind, "detail": c.Detail,
		"starts_on": c.Days.Starts, "ends_on": day(c.Days.Ends), "withdrawn_at": gone(c.Withdrawn),
	}}}
}

func contactRows(d *model.District, s *model.Student, c *model.Contact) []rows {
	first, last, _ := strings.Cut(c.Name, " ")
	return []rows{
		{"person", ownKey, []row{{
			"district_id": d.ID, "id": c.PersonID, "local_id": c.PersonID, "first_name": first, "last_name": last,
			"preferred_first_name": "", "preferred_last_name": "",
		}}},
		{"student_contact", ownKey, []row{{
			"district_id": d.ID, "id": c.ID, "student_id": s.ID, "person_id": c.PersonID, "relation": c.Relation, "no_contact": false,
			"withdrawn_at": gone(c.Withdrawn),
		}}},
	}
}

func logRow(d *model.District, s *model.Student, l *model.Log) rows {
	var person any
	if l.With != nil {
		person = l.With.PersonID
	}
	return rows{"contact_log", ownKey, []row{{
		"district_id": d.ID, "id": l.ID, "student_id": s.ID, "staff_id": l.By.ID, "person_id": person, "occurred_at": l.At,
		"method": "PHONE", "outcome": "REACHED", "summary": l.Summary, "positive": false, "recorded_at": l.At,
	}}}
}

// wholeDay is a day in the database's parts of a day.
const wholeDay = 10_000

func attendanceRow(d *model.District, s *model.Student, a *model.Attendance) rows {
	absent := a.Absent * wholeDay
	return rows{"student_attendance", ownKey, []row{{
		"district_id": d.ID, "id": a.ID, "student_id": s.ID, "school_year": a.Year, "enrolled_days": a.Enrolled, "absent": absent,
		"excused": 0, "unexcused": absent, "suspended": 0, "tardies": 0, "current_streak": 0, "measured": a.Measured, "chronic": a.Chronic,
		"as_of": "2025-06-01",
	}}}
}

func riskRows(d *model.District, s *model.Student, r *model.Risk) []rows {
	status := "RESOLVED"
	if r.Flagged {
		status = "OPEN"
	}
	return []rows{
		{"student_risk", ownKey, []row{{
			"district_id": d.ID, "id": r.ID, "student_id": s.ID, "school_year": r.Year, "level": r.Level, "not_measured": []string{},
			"as_of": "2025-06-01", "policy_version": 1,
		}}},
		{"risk_flag", ownKey, []row{{
			"district_id": d.ID, "id": r.FlagID, "student_id": s.ID, "school_year": r.Year, "domain": r.Domain, "rule": flagRule,
			"severity": "AT_RISK", "status": status, "since": "2025-06-01", "as_of": "2025-06-01", "numerator": wholeDay,
			"denominator": wholeDay, "threshold": 1, "policy_version": 1,
		}}},
	}
}

// flagRule is the rule of every flag.
const flagRule = "ABSENCE_SHARE"

// itemRows gives what is granted item by item, and the notes.
func itemRows(d *model.District, s *model.Student) []rows {
	notes, said, grants := rows{"note", ownKey, nil}, rows{"note_revision", "district_id, note_id, revision", nil}, rows{"need_to_know_grant", ownKey, nil}
	for _, n := range s.Notes {
		visibility := "GENERAL"
		if n.Restricted {
			visibility = "RESTRICTED"
		}
		notes.rows = append(notes.rows, row{
			"district_id": d.ID, "id": n.ID, "student_id": s.ID, "staff_id": n.Author.ID, "visibility": visibility, "written_at": n.At,
		})
		said.rows = append(said.rows, row{"district_id": d.ID, "id": n.ID, "note_id": n.ID, "revision": 1, "body": n.Body, "written_at": n.At})
	}
	for _, g := range s.Grants {
		grants.rows = append(grants.rows, grantRow(d, s, g))
	}
	return []rows{notes, said, grants}
}

func grantRow(d *model.District, s *model.Student, g *model.Grant) row {
	var kind, note any
	if g.Kind != "" {
		kind = g.Kind
	}
	if g.Note != nil {
		note = g.Note.ID
	}
	return row{
		"district_id": d.ID, "id": g.ID, "staff_id": g.Staff.ID, "granted_by": g.By.ID, "student_id": s.ID, "characteristic_kind": kind,
		"note_id": note, "reason": "a test's", "starts_on": g.Days.Starts, "ends_on": g.Days.Ends, "revoked_at": gone(g.Revoked),
	}
}

// policyDocument is a version of the district's policy as its document.
func policyDocument(p *model.Policy) map[string]any {
	roles := map[model.Role]map[model.Class]string{}
	for role, cells := range p.Narrowed {
		roles[role] = map[model.Class]string{}
		for class, cell := range cells {
			roles[role][class] = cell.String()
		}
	}
	return map[string]any{"access": map[string]any{"roles": roles, "outsideAdvocates": p.Outsiders}}
}
