package api_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/tenant"
	"github.com/holdfast-edu/holdfast/test/permissions"
)

// stage is a world of the permission matrix's own: a student for each place, about
// whom everything is known, and everybody who asks.
type stage struct {
	*world

	matrix   *permissions.Matrix
	students map[string]string    // the id, by place
	schools  []string             // the ids of figurePlaces
	granted  map[string]uuid.UUID // the note that is granted, by place
	doubles  map[string]uuid.UUID // a second record of the student, by place
	spare    uuid.UUID            // a record that is nobody's second
	cedar    map[string]uuid.UUID // the staff of a district that nobody coordinates, by local id
}

// placed is what makes a student one of a place.
type placed struct {
	school   string
	enrolled span
	link     span   // no first day: none
	grant    string // as grantSpans has it; empty: none
}

var (
	enrolled = span{"2022-07-11", ""}
	linked   = span{longAgo, "2030-06-30"} // of several who are responsible all but one have a last day
)

// stagePlaces are the places of places.yaml.
var stagePlaces = map[string]placed{
	"own":               {alderHigh, enrolled, linked, ""},
	"own away":          {alderMiddle, enrolled, linked, ""},
	"same school":       {alderHigh, enrolled, span{}, ""},
	"other school":      {alderMiddle, enrolled, span{}, ""},
	"link ended":        {alderHigh, enrolled, span{longAgo, yesterday}, ""},
	"link to come":      {alderHigh, enrolled, span{tomorrow, "2030-06-30"}, ""},
	"link ended away":   {alderMiddle, enrolled, span{longAgo, yesterday}, ""},
	"link to come away": {alderMiddle, enrolled, span{tomorrow, "2030-06-30"}, ""},
	"starts today":      {alderHigh, span{today, ""}, span{today, "2030-06-30"}, ""},
	"ends today":        {alderHigh, span{"2022-07-11", today}, span{longAgo, today}, ""},
	"ended yesterday":   {alderHigh, span{"2022-07-11", yesterday}, span{longAgo, yesterday}, ""},
	"starts tomorrow":   {alderHigh, span{tomorrow, ""}, span{tomorrow, "2030-06-30"}, ""},
	"wrote":             {alderHigh, enrolled, linked, ""},
	"granted":           {alderHigh, enrolled, linked, "stands"},
	"grant ends today":  {alderHigh, enrolled, linked, "ends today"},
	"grant expired":     {alderHigh, enrolled, linked, "ended yesterday"},
	"grant to come":     {alderHigh, enrolled, linked, "starts tomorrow"},
	"grant revoked":     {alderHigh, enrolled, linked, "revoked"},
}

// stageName is the last name of every student of a place.
const stageName = "Placeman"

// localIDOf gives the district's own id of the student of a place.
func localIDOf(place string) string { return "P " + place }

// newStage makes the districts, the students and the readers.
func newStage(t *testing.T) *stage {
	t.Helper()
	matrix, err := permissions.Read()
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{
		world: newWorkplace(t), matrix: matrix, students: map[string]string{},
		granted: map[string]uuid.UUID{}, doubles: map[string]uuid.UUID{}, cedar: map[string]uuid.UUID{},
	}
	s.schools, s.spare = s.figureIDs(t), s.addRecord(t, "spare")
	s.write(t, s.birch, `UPDATE student SET last_name = $2 WHERE district_id = $1 AND local_id = 'A-01'`, stageName)
	coordinator := s.as(t, "DISTRICT_COORDINATOR")
	for _, place := range matrix.Places {
		one, made := stagePlaces[place]
		switch {
		case permissions.RoleIsOver(place):
			continue
		case place == "other district":
			s.students[place] = s.as(t, "birch coordinator").studentID("A-01")
			continue
		case !made:
			t.Fatalf("nobody stands at the place %q", place)
		}
		s.addStudent(t, place, one)
		s.students[place] = coordinator.studentID(localIDOf(place))
	}
	s.addCedar(t)
	for name, one := range matrix.Readers {
		s.addReader(t, name, one)
	}
	s.addMarks(t)
	return s
}

// addStudent makes the student of a place, of whom as much is known as of A-01.
func (s *stage) addStudent(t *testing.T, place string, one placed) {
	t.Helper()
	local := localIDOf(place)
	s.write(t, s.alder, `INSERT INTO student (district_id, id, local_id, state_id, first_name, last_name, birth_date, grade_level, sex, race_ethnicity, languages, community)
		VALUES ($1, gen_random_uuid(), $2, 'state ' || $2, 'Student', $3, '2008-02-03', 'NINTH', 'Female', '{WHITE}', '{eng}', 'Riverside')`, local, stageName)
	s.doubles[place] = s.addRecord(t, "D "+place)
	exit := ""
	if one.enrolled.ends != "" {
		exit = "TRANSFERRED"
	}
	s.enroll(t, local, one.school, 2023, one.enrolled, exit)
	for _, table := range []string{"student_contact", "student_characteristic", "student_attendance", "student_risk", "risk_flag"} {
		s.copyRows(t, table, local)
	}
	s.addABC(t, s.alder, local)
	s.addFlags(t, local)
	s.addWaiting(t, local)
	author := s.staffID(t, s.alder, "no role")
	s.addLog(t, s.alder, local, author, now.Add(-48*time.Hour)) // before there was a flag
	s.assign(t, "no role", "PRIMARY", local, span{longAgo, ""})
	s.note(t, "no role", local, "GENERAL", "general")
	s.note(t, "no role", local, "RESTRICTED", "hidden")
	s.granted[place] = s.note(t, "no role", local, "RESTRICTED", "granted")
}

// addRecord makes a record of a student of whom nothing is known.
func (s *stage) addRecord(t *testing.T, localID string) uuid.UUID {
	t.Helper()
	id := uuid.Must(uuid.NewV7())
	s.write(t, s.alder, `INSERT INTO student (district_id, id, local_id, first_name, last_name) VALUES ($1, $2, $3, 'Double', 'Double')`, id, localID)
	return id
}

// copyRows gives a student the rows that A-01 has in a table.
func (s *stage) copyRows(t *testing.T, table, local string) {
	t.Helper()
	columns := s.texts(t, `SELECT column_name FROM information_schema.columns
		WHERE $1::uuid IS NOT NULL AND table_name = $2 AND column_name NOT IN ('id', 'student_id')`, table)
	s.write(t, s.alder, `INSERT INTO `+table+` (id, student_id, `+strings.Join(columns, ", ")+`)
		SELECT gen_random_uuid(), s.id, r.`+strings.Join(columns, ", r.")+` FROM `+table+` r
		JOIN student a ON a.district_id = r.district_id AND a.id = r.student_id AND a.local_id = 'A-01'
		JOIN student s ON s.district_id = r.district_id AND s.local_id = $2 WHERE r.district_id = $1`, local)
}

// texts gives the first column of what the statement finds in Alder, which is its
// first argument.
func (w *world) texts(t testing.TB, statement string, args ...any) []string {
	t.Helper()
	return w.textsIn(t, w.alder, statement, args...)
}

// textsIn is texts of another district.
func (w *world) textsIn(t testing.TB, in *district, statement string, args ...any) []string {
	t.Helper()
	var found []string
	ctx := tenant.With(t.Context(), tenant.Scope{District: in.ID})
	err := w.owner.Write(ctx, func(tx *postgres.Tx) error {
		rows, err := tx.SQL().QueryContext(ctx, statement, slices.Insert(args, 0, any(in.ID))...)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var one string
			if err := rows.Scan(&one); err != nil {
				return err
			}
			found = append(found, one)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	return found
}

// The names under which a reader asks: with the role, and with one that is over or not
// yet theirs.
func subjectOfReader(reader string) string { return "reader " + reader }
func endedSubject(reader string) string    { return reader + ", until yesterday" }
func toComeSubject(reader string) string   { return reader + ", from tomorrow" }

// addReader makes the reader, with all links and grants, and twice more with the link
// that gives the most and a role that does not hold today.
func (s *stage) addReader(t *testing.T, name string, one *permissions.Reader) {
	t.Helper()
	s.addColleagues(t, name)
	if one.Kind == "SERVICE" {
		s.addClient(t, name, one)
	}
	if one.Kind != "" {
		return // the others are made with the world
	}
	asks := subjectOfReader(name)
	s.join(t, asks, one, span{longAgo, ""})
	for place, at := range stagePlaces {
		s.tieTo(t, asks, one, at.link, place)
		if at.grant != "" {
			s.allow(t, asks, localIDOf(place), "HOMELESS", uuid.Nil, at.grant)
			s.allow(t, asks, localIDOf(place), "", s.granted[place], at.grant)
		}
	}
	s.note(t, asks, localIDOf("wrote"), "RESTRICTED", "wrote")
	if !one.HasRole() {
		return
	}
	for subject, dates := range map[string]span{endedSubject(name): {longAgo, yesterday}, toComeSubject(name): {tomorrow, ""}} {
		s.join(t, subject, one, dates)
		s.tieTo(t, subject, one, linked, "own")
		s.allow(t, subject, localIDOf("own"), "HOMELESS", uuid.Nil, "stands")
	}
}

// addClient makes a machine client by the classes of its row.
func (s *stage) addClient(t *testing.T, name string, one *permissions.Reader) {
	t.Helper()
	var reads, writes []string
	for i, cell := range s.matrix.Table[one.Named] {
		switch cell {
		case "R":
			reads = append(reads, s.matrix.Classes[i])
		case "W": // what is written is read too, named or not
			writes = append(writes, s.matrix.Classes[i])
		}
		if cell == "W" && one.Named != one.Row {
			reads = append(reads, s.matrix.Classes[i])
		}
	}
	s.addService(t, subjectOfReader(name), reads, writes)
}

// join makes somebody with the reader's role between the days.
func (s *stage) join(t *testing.T, subject string, one *permissions.Reader, dates span) {
	t.Helper()
	who := member{subject: subject, engagement: one.Engagement}
	if one.Signed {
		who.signed = longAgo
	}
	if one.HasRole() {
		school := alderHigh
		if slices.Contains(districtRoles, one.Holds) {
			school = ""
		}
		who.roles = []held{{one.Holds, school, dates.starts, dates.ends}}
	}
	s.addMember(t, s.alder, subject, who)
}

// pairings are the links through a colleague: whether the subject mentors the one who
// has the caseload or shadows them, and the days of that.
var pairings = map[string]struct {
	mentors     bool
	pair        span
	shadowUntil string
}{
	"mentors":                         {true, span{longAgo, ""}, ""},
	"mentors through today":           {true, span{longAgo, today}, ""},
	"mentored through yesterday":      {true, span{longAgo, yesterday}, ""},
	"mentors from tomorrow":           {true, span{tomorrow, ""}, ""},
	"shadows":                         {false, span{longAgo, ""}, tomorrow},
	"shadows through today":           {false, span{longAgo, ""}, today},
	"shadowed through yesterday":      {false, span{longAgo, ""}, yesterday},
	"shadows, pairing ended":          {false, span{longAgo, yesterday}, tomorrow},
	"shadows, pairing to come":        {false, span{tomorrow, ""}, "2022-12-24"},
	"is mentored and does not shadow": {false, span{longAgo, ""}, ""},
}

// tieTo links the subject to the student of the place, in the reader's way.
func (s *stage) tieTo(t *testing.T, subject string, one *permissions.Reader, dates span, place string) {
	t.Helper()
	if one.Link == "" || dates.starts == "" {
		return
	}
	through, paired := pairings[one.Link]
	if !paired {
		s.link(t, subject, one.Link, dates, localIDOf(place))
		return
	}
	other := "beside " + subject + " at " + place
	s.addMember(t, s.alder, other, member{})
	s.link(t, other, "BACKUP", dates, localIDOf(place))
	if through.mentors {
		s.pair(t, subject, other, through.pair, "")
		return
	}
	s.pair(t, other, subject, through.pair, through.shadowUntil)
}

// subjectAt gives who asks as the reader about a place.
func subjectAt(name string, one *permissions.Reader, place string) string {
	switch {
	case one.Kind != "" && one.Kind != "SERVICE":
		return kindSubjects[one.Kind]
	case place == "role ended yesterday":
		return endedSubject(name)
	case place == "role starts tomorrow":
		return toComeSubject(name)
	}
	return subjectOfReader(name)
}
