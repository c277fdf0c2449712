package api_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/internal/persona"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// held is a role that somebody holds; no school is the whole district.
type held struct{ role, school, starts, ends string }

// member is somebody on a district's staff who asks under the subject.
type member struct {
	subject    string
	roles      []held
	engagement string // empty: EMPLOYEE
	signed     string // the day of the agreement; empty: none
	withdrawn  bool
}

// Roles of one school and of the whole district.
var (
	schoolRoles   = []string{"SCHOOL_LEADER", "FACILITATOR", "COUNSELOR", "ADVOCATE", "CASE_MANAGER", "MENTOR", "SHADOW", "TEACHER", "REGISTRAR"}
	districtRoles = []string{"DISTRICT_COORDINATOR", "PRIVACY_OFFICER", "DATA_STEWARD"}
)

// alderStaff holds each role once, and the odd cases.
func alderStaff() []member {
	leads := func(starts, ends string) []held { return []held{{"SCHOOL_LEADER", alderHigh, starts, ends}} }
	staff := []member{
		{subject: "no role"},
		{subject: "role ended yesterday", roles: leads(longAgo, yesterday)},
		{subject: "role ends today", roles: leads(longAgo, today)},
		{subject: "role starts today", roles: leads(today, "")},
		{subject: "role starts tomorrow", roles: leads(tomorrow, "")},
		{subject: "unsigned volunteer", roles: leads(longAgo, ""), engagement: "VOLUNTEER"},
		{subject: "unsigned contractor", roles: leads(longAgo, ""), engagement: "CONTRACTOR"},
		{subject: "signed volunteer", roles: leads(longAgo, ""), engagement: "VOLUNTEER", signed: today},
		{subject: "volunteer who signs tomorrow", roles: leads(longAgo, ""), engagement: "VOLUNTEER", signed: tomorrow},
		{subject: "withdrawn", roles: leads(longAgo, ""), withdrawn: true},
		{subject: "leads both schools", roles: append(leads(longAgo, ""), held{"SCHOOL_LEADER", alderMiddle, longAgo, ""})},
		{subject: "leader and privacy officer", roles: append(leads(longAgo, ""), held{"PRIVACY_OFFICER", "", longAgo, ""})},
		{subject: "leader without a school", roles: []held{{"SCHOOL_LEADER", "", longAgo, ""}}},
		{subject: "role nobody knows", roles: []held{{"SUPERINTENDENT", "", longAgo, ""}}},
	}
	for _, role := range schoolRoles {
		staff = append(staff, member{subject: role, roles: []held{{role, alderHigh, longAgo, ""}}})
	}
	for _, role := range districtRoles {
		staff = append(staff, member{subject: role, roles: []held{{role, "", longAgo, ""}}})
	}
	return staff
}

// addPeople makes everybody who asks.
func (w *world) addPeople(t testing.TB) {
	t.Helper()
	for _, one := range alderStaff() {
		w.addMember(t, w.alder, one.subject, one)
	}
	coordinator := []held{{"DISTRICT_COORDINATOR", "", longAgo, ""}}
	for _, one := range []member{
		{subject: "birch coordinator", roles: coordinator},
		{subject: "birch steward", roles: []held{{"DATA_STEWARD", "", longAgo, ""}}},
		{subject: "birch leader", roles: []held{{"SCHOOL_LEADER", birchHigh, longAgo, ""}}},
	} {
		w.addMember(t, w.birch, one.subject, one)
	}
	// One person with a principal in each of two districts.
	w.addMember(t, w.alder, "two districts", member{roles: coordinator})
	w.addMember(t, w.birch, "two districts", member{roles: coordinator})
	w.addPersonas(t)
	w.addBeside(t)
}

// addPersonas makes the personas that holdfast token makes.
func (w *world) addPersonas(t testing.TB) {
	t.Helper()
	type asked struct {
		kind, school string
		in           *district
	}
	personas := []asked{{"operator", "", w.alder}}
	for in, school := range map[*district]string{w.alder: alderHigh, w.grandBend: grandBendHigh} {
		if in != nil {
			personas = append(personas, asked{"coordinator", "", in}, asked{"steward", "", in}, asked{"school-leader", school, in})
		}
	}
	for _, one := range personas {
		who, err := persona.Find(one.kind)
		if err != nil {
			t.Fatal(err)
		}
		begins := time.Date(2022, time.July, 1, 0, 0, 0, 0, time.UTC)
		if _, err := who.Ensure(t.Context(), w.owner, one.in.ID, one.in.Code, one.school, begins); err != nil {
			t.Fatal(err)
		}
	}
}

// persona gives the subject under which a persona asks.
func (d *district) persona(kind string) string {
	switch kind {
	case "operator":
		return kind
	case "regional":
		return kindSubjects["REGIONAL"]
	case "partner":
		return kindSubjects["PARTNER"]
	case "school-leader":
		return kind + ":" + d.Code + ":" + map[string]string{alderCode: alderHigh, grandBendCode: grandBendHigh}[d.Code]
	}
	return kind + ":" + d.Code
}

// addMember makes a member of staff with roles and an identity.
func (w *world) addMember(t testing.TB, in *district, subject string, one member) {
	t.Helper()
	id := uuid.Must(uuid.NewV7())
	engagement := one.engagement
	if engagement == "" {
		engagement = "EMPLOYEE"
	}
	w.write(t, in, `INSERT INTO staff (district_id, id, local_id, first_name, last_name, engagement, agreement_signed_on, withdrawn_at)
		VALUES ($1, $2, $3, 'Staff', $3, $4, nullif($5, '')::date, CASE WHEN $6 THEN now() END)`, id, subject, engagement, one.signed, one.withdrawn)
	w.write(t, in, `INSERT INTO identity (issuer, subject, kind, district_id, person_id) VALUES ($2, $3, 'STAFF', $1, $4)`,
		identity.DevIssuerName, subject, id)
	for _, role := range one.roles {
		w.write(t, in, `INSERT INTO role_assignment (district_id, id, staff_id, role, school_id, starts_on, ends_on)
			VALUES ($1, $2, $3, $4, (SELECT c.id FROM school c WHERE c.district_id = $1 AND c.local_id = $5), $6, nullif($7, '')::date)`,
			uuid.Must(uuid.NewV7()), id, role.role, role.school, role.starts, role.ends)
	}
}

// write runs a statement as the owner in the scope of the district, which is its
// first argument.
func (w *world) write(t testing.TB, in *district, statement string, args ...any) {
	t.Helper()
	ctx := tenant.With(t.Context(), tenant.Scope{District: in.ID})
	err := w.owner.Write(ctx, func(tx *postgres.Tx) error {
		_, err := tx.SQL().ExecContext(ctx, statement, slices.Insert(args, 0, any(in.ID))...)
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// staffID gives the id of a subject's staff record in a district.
func (w *world) staffID(t testing.TB, in *district, subject string) uuid.UUID {
	t.Helper()
	var id uuid.UUID
	ctx := context.Background()
	err := w.owner.Pool().QueryRowContext(ctx, `SELECT person_id FROM identity WHERE subject = $1 AND district_id = $2`, subject, in.ID).Scan(&id)
	if err != nil {
		t.Fatalf("the staff record of %s: %v", subject, err)
	}
	return id
}

// addWork gives students what no export carries: an advocate, contacts made, a
// community.
func (w *world) addWork(t testing.TB) {
	t.Helper()
	for _, one := range []struct {
		in      *district
		student string
		logs    int
	}{{w.alder, "A-01", 7}, {w.alder, "M-01", 2}, {w.birch, "A-01", 3}} {
		author := map[*district]string{w.alder: "no role", w.birch: "birch leader"}[one.in]
		staff := w.staffID(t, one.in, author)
		w.write(t, one.in, `UPDATE student SET community = 'Riverside' WHERE district_id = $1 AND local_id = $2`, one.student)
		w.write(t, one.in, `INSERT INTO advocate_assignment (district_id, id, student_id, staff_id, role, starts_on)
			SELECT $1, $2, s.id, $3, 'PRIMARY', $4 FROM student s WHERE s.district_id = $1 AND s.local_id = $5`,
			uuid.Must(uuid.NewV7()), staff, longAgo, one.student)
		for i := range one.logs {
			w.addLog(t, one.in, one.student, staff, now.Add(-time.Duration(i/2)*time.Hour))
		}
	}
	w.addABCs(t)
	w.write(t, w.alder, `INSERT INTO advocate_assignment (district_id, id, student_id, staff_id, role, starts_on, ends_on)
		SELECT $1, $2, s.id, $3, 'PRIMARY', $4, $5 FROM student s WHERE s.district_id = $1 AND s.local_id = 'A-02'`,
		uuid.Must(uuid.NewV7()), w.staffID(t, w.alder, "no role"), longAgo, yesterday)
}

func (w *world) addLog(t testing.TB, in *district, student string, staff uuid.UUID, at time.Time) {
	t.Helper()
	w.write(t, in, `INSERT INTO contact_log (district_id, id, student_id, staff_id, person_id, occurred_at, method, outcome, summary)
		SELECT $1, $2, s.id, $3, (SELECT k.person_id FROM student_contact k WHERE k.district_id = $1 AND k.student_id = s.id ORDER BY k.id LIMIT 1),
			$4, 'PHONE', 'REACHED', 'Spoke about mornings.' FROM student s WHERE s.district_id = $1 AND s.local_id = $5`,
		uuid.Must(uuid.NewV7()), staff, at, student)
}
