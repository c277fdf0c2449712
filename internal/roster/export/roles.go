package export

import (
	"context"
	"database/sql"
	"slices"

	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/oneroster"
)

// memberships writes the year's enrollments, those that ended too.
func (e *export) memberships(ctx context.Context) error {
	return e.each(ctx, `SELECT n.id, n.student_id, n.school_id, n.entry_date, n.exit_date FROM student_school_association n
		JOIN student s ON s.district_id = $1 AND s.id = n.student_id AND s.withdrawn_at IS NULL
		WHERE n.district_id = $1 AND n.school_year = $2 AND n.withdrawn_at IS NULL ORDER BY n.student_id, n.entry_date, n.id`,
		[]any{e.year.number}, func(scan func(...any) error) error {
			role := oneroster.Role{Role: "student"}
			var begins, ends sql.NullTime
			if err := scan(&role.ID, &role.UserID, &role.OrgID, &begins, &ends); err != nil {
				return err
			}
			role.Begins, role.Ends = dayOf(begins), dayOf(ends)
			return e.out.Put(role)
		})
}

// posts writes what staff are: teachers where they teach, leaders and counselors where
// they are, and the others somebody who helps. Holdfast's own roles are rights in
// Holdfast, and mean nothing elsewhere.
func (e *export) posts(ctx context.Context) error {
	return e.each(ctx, `WITH posts AS (
			SELECT DISTINCT a.staff_id, 'teacher' AS post, c.school_id AS org FROM staff_section_association a
				JOIN section c ON c.district_id = $1 AND c.id = a.section_id AND c.school_year = $2 AND c.withdrawn_at IS NULL
				WHERE a.district_id = $1 AND a.withdrawn_at IS NULL
			UNION SELECT r.staff_id, CASE r.role WHEN 'SCHOOL_LEADER' THEN 'principal' WHEN 'COUNSELOR' THEN 'counselor'
					WHEN 'TEACHER' THEN 'teacher' WHEN 'DISTRICT_COORDINATOR' THEN 'districtAdministrator' END, coalesce(r.school_id, $1)
				FROM role_assignment r WHERE r.district_id = $1 AND r.role IN ('SCHOOL_LEADER', 'COUNSELOR', 'TEACHER', 'DISTRICT_COORDINATOR')
				AND r.starts_on <= $3::date AND (r.ends_on IS NULL OR r.ends_on >= $3::date))
		SELECT t.id, coalesce(posts.post, 'aide'), coalesce(posts.org, $1) FROM staff t LEFT JOIN posts ON posts.staff_id = t.id
		WHERE t.district_id = $1 AND t.withdrawn_at IS NULL ORDER BY t.id, posts.org, posts.post`,
		[]any{e.year.number, e.options.Today}, func(scan func(...any) error) error {
			var role oneroster.Role
			if err := scan(&role.UserID, &role.Role, &role.OrgID); err != nil {
				return err
			}
			role.ID = role.UserID + "-" + role.Role + "-" + role.OrgID
			return e.out.Put(role)
		})
}

// relations are the words for contacts, in the order in which they count for somebody
// who is several.
var relations = []struct {
	word string
	of   []string
}{
	{"parent", []string{roster.RelationMother, roster.RelationFather, roster.RelationParent, roster.RelationStepparent}},
	{"guardian", []string{roster.RelationGuardian, roster.RelationFosterParent}},
}

func (e *export) contactRoles(ctx context.Context) error {
	return e.each(ctx, `SELECT p.id, children.relations `+contactsOfYear+` ORDER BY p.id`, []any{e.year.number}, func(scan func(...any) error) error {
		var of pq.StringArray
		role := oneroster.Role{Role: "relative", OrgID: e.options.District.String()}
		if err := scan(&role.UserID, &of); err != nil {
			return err
		}
		for _, one := range relations {
			if slices.ContainsFunc(of, func(relation string) bool { return slices.Contains(one.of, relation) }) {
				role.Role = one.word
				break
			}
		}
		role.ID = role.UserID + "-" + role.Role
		return e.out.Put(role)
	})
}

func (e *export) seats(ctx context.Context) error {
	return e.places(ctx, false, sectionsOfYear+` SELECT a.id, classes.code, classes.school_id, a.student_id, a.starts_on, a.ends_on
		FROM student_section_association a JOIN classes ON classes.id = a.section_id JOIN student s ON s.district_id = $1 AND s.id = a.student_id
		WHERE a.district_id = $1 AND a.withdrawn_at IS NULL AND `+enrolled+` ORDER BY a.id`)
}

func (e *export) teachers(ctx context.Context) error {
	return e.places(ctx, true, sectionsOfYear+` SELECT a.id, classes.code, classes.school_id, a.staff_id, a.starts_on, a.ends_on
		FROM staff_section_association a JOIN classes ON classes.id = a.section_id JOIN staff t ON t.district_id = $1 AND t.id = a.staff_id
		WHERE a.district_id = $1 AND a.withdrawn_at IS NULL AND t.withdrawn_at IS NULL ORDER BY a.id`)
}

func (e *export) places(ctx context.Context, teach bool, statement string) error {
	return e.each(ctx, statement, []any{e.year.number}, func(scan func(...any) error) error {
		place := oneroster.Place{Teaches: teach}
		var begins, ends sql.NullTime
		if err := scan(&place.ID, &place.ClassID, &place.SchoolID, &place.UserID, &begins, &ends); err != nil {
			return err
		}
		place.Begins, place.Ends = dayOf(begins), dayOf(ends)
		return e.out.Put(place)
	})
}
