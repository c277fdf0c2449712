package export

import (
	"context"
	"database/sql"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/roster/oneroster"
)

// enrolled are the students of the year: those with an enrollment in it.
const enrolled = `EXISTS (SELECT FROM student_school_association e WHERE e.district_id = $1 AND e.student_id = s.id AND e.school_year = $2
	AND e.withdrawn_at IS NULL) AND s.withdrawn_at IS NULL`

// contacted are links of students to people who may be contacted: that somebody may
// not be, OneRoster cannot say.
const contacted = `k.withdrawn_at IS NULL AND NOT k.no_contact AND p.withdrawn_at IS NULL`

func (e *export) putStudents(ctx context.Context) error {
	return e.each(ctx, `SELECT s.id, s.local_id, coalesce(s.state_id, ''), s.first_name, s.middle_name, s.last_name, s.preferred_first_name,
			s.preferred_last_name, s.grade_level,
			array(SELECT k.person_id FROM student_contact k JOIN person p ON p.district_id = $1 AND p.id = k.person_id
				WHERE k.district_id = $1 AND k.student_id = s.id AND `+contacted+` ORDER BY k.person_id),
			coalesce((SELECT n.school_id::text FROM student_school_association n WHERE n.district_id = $1 AND n.student_id = s.id
				AND n.school_year = $2 AND n.withdrawn_at IS NULL ORDER BY n.entry_date DESC, n.id LIMIT 1), '')
		FROM student s WHERE s.district_id = $1 AND `+enrolled+` ORDER BY s.id`, []any{e.year.number}, func(scan func(...any) error) error {
		var id uuid.UUID
		var agents pq.StringArray
		u := oneroster.User{}
		err := scan(&id, &u.Identifier, &u.StateCode, &u.FirstName, &u.MiddleName, &u.LastName, &u.PreferredFirstName, &u.PreferredLastName,
			&u.GradeLevel, &agents, &u.School)
		if err != nil {
			return err
		}
		u.ID, u.AgentIDs = id.String(), agents
		e.students = append(e.students, id)
		return e.out.Put(u)
	})
}

func (e *export) staff(ctx context.Context) error {
	return e.each(ctx, `SELECT t.id, t.local_id, t.login, t.first_name, t.last_name, t.preferred_first_name, t.preferred_last_name, t.email
		FROM staff t WHERE t.district_id = $1 AND t.withdrawn_at IS NULL ORDER BY t.id`, nil, func(scan func(...any) error) error {
		var u oneroster.User
		if err := scan(&u.ID, &u.Identifier, &u.Login, &u.FirstName, &u.LastName, &u.PreferredFirstName, &u.PreferredLastName, &u.Email); err != nil {
			return err
		}
		return e.out.Put(u)
	})
}

// contactsOfYear are the people who can be contacted about the year's students.
const contactsOfYear = `FROM person p JOIN LATERAL (SELECT array_agg(k.student_id ORDER BY k.student_id) AS ids, array_agg(k.relation) AS relations
		FROM student_contact k JOIN student s ON s.district_id = $1 AND s.id = k.student_id
		WHERE k.district_id = $1 AND k.person_id = p.id AND ` + contacted + ` AND ` + enrolled + `) children ON children.ids IS NOT NULL
	WHERE p.district_id = $1`

// channel is the first way of a kind to reach a person; numbers of a fax are none.
const channel = `coalesce((SELECT h.value FROM contact_channel h WHERE h.district_id = $1 AND h.person_id = p.id AND h.withdrawn_at IS NULL
	AND NOT h.opted_out AND h.label !~* 'fax' AND `

const firstOfThem = ` ORDER BY nullif(h.priority, 0), h.value LIMIT 1), '')`

func (e *export) contacts(ctx context.Context) error {
	err := e.tx.SQL().QueryRowContext(ctx, `SELECT count(*) FROM student_contact k JOIN student s ON s.district_id = $1 AND s.id = k.student_id
		WHERE k.district_id = $1 AND k.withdrawn_at IS NULL AND k.no_contact AND `+enrolled, e.options.District, e.year.number).Scan(&e.did.NoContact)
	if err != nil {
		return err
	}
	return e.each(ctx, `SELECT p.id, p.local_id, p.first_name, p.last_name, p.preferred_first_name, p.preferred_last_name,
			`+channel+`h.kind = 'EMAIL'`+firstOfThem+`,
			`+channel+`h.kind = 'PHONE' AND h.label !~* 'mobile|cell|text'`+firstOfThem+`,
			`+channel+`h.kind = 'PHONE' AND h.label ~* 'mobile|cell|text'`+firstOfThem+`, children.ids
		`+contactsOfYear+` ORDER BY p.id`, []any{e.year.number}, func(scan func(...any) error) error {
		var u oneroster.User
		var children pq.StringArray
		err := scan(&u.ID, &u.Identifier, &u.FirstName, &u.LastName, &u.PreferredFirstName, &u.PreferredLastName, &u.Email, &u.Phone, &u.Mobile, &children)
		if err != nil {
			return err
		}
		u.AgentIDs = children
		return e.out.Put(u)
	})
}

func (e *export) demographics(ctx context.Context) error {
	return e.each(ctx, `SELECT s.id, s.birth_date, s.sex, s.race_ethnicity FROM student s WHERE s.district_id = $1 AND `+enrolled+` ORDER BY s.id`,
		[]any{e.year.number}, func(scan func(...any) error) error {
			var told oneroster.Told
			var born sql.NullTime
			var races pq.StringArray
			if err := scan(&told.UserID, &born, &told.Sex, &races); err != nil {
				return err
			}
			told.BirthDate, told.RaceEthnicity = dayOf(born), races
			return e.out.Put(told)
		})
}
