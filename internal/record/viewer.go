package record

import (
	"strings"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// StudentViewer is a member of staff who can see a student by a role.
type StudentViewer struct {
	Staff           *Staff
	Role            string
	Because         string
	DataClasses     []string
	NeedToKnow      []string
	RoleAssignments []*RoleAssignment
}

// Person is who it is.
func (v *StudentViewer) Person() Actor { return v.Staff }

// StudentViewerConnection is a page of those who can see a student.
type StudentViewerConnection struct {
	relay.Connection[*StudentViewer]
}

// StudentViewerEdge is one who can see a student, in a page.
type StudentViewerEdge = relay.Edge[*StudentViewer]

// RoleAssignment is a role that somebody holds between days.
type RoleAssignment struct {
	ID       relay.ID
	Role     string
	School   *SchoolName
	StartsOn relay.Date
	EndsOn   *relay.Date
	Staff    *Staff
}

// Holder is who holds the role.
func (r *RoleAssignment) Holder() Actor { return r.Staff }

// foundViewer is a viewer as the database assembles one: by which reaches they see
// the student.
type foundViewer struct {
	Person      *Staff
	Role        access.Role
	Engagement  access.Engagement
	Assignments []*RoleAssignment
	Ways        []struct {
		Way   access.Reach
		Since *string
	}
}

var roleSQL = `jsonb_build_object('id', ` + relay.SQL(relay.RoleHeld, "r.id") + `, 'role', r.role, 'startsOn', r.starts_on, 'endsOn', r.ends_on,
	'school', CASE WHEN c.id IS NOT NULL THEN jsonb_build_object('id', ` + relay.SQL(relay.School, "c.id") + `, 'name', c.name) END)`

// viewersSQL is a page of who sees the student s today. Whose every way to the
// student lacks DIRECTORY does not find them, and so sees nothing.
var viewersSQL = `(WITH v AS (SELECT g.* FROM (
		SELECT t.id, t.last_name, t.first_name, r.role, t.engagement, ` + DisplayName("t") + ` AS name,
			json_agg(json_build_object('way', w.way, 'since', w.since) ORDER BY w.way, w.since) AS ways,
			jsonb_agg(DISTINCT ` + roleSQL + `) AS assignments,
			bool_or(bool_or(w.finds)) OVER (PARTITION BY t.id) AS finds
		FROM role_assignment r
		JOIN staff t ON t.district_id = r.district_id AND t.id = r.staff_id
		LEFT JOIN school c ON c.district_id = r.district_id AND c.id = r.school_id
		CROSS JOIN LATERAL ({ways}) w
		WHERE r.district_id = {district} AND r.starts_on <= {today} AND coalesce(r.ends_on, 'infinity') >= {today}
			AND t.withdrawn_at IS NULL AND (t.engagement = 'EMPLOYEE' OR t.agreement_signed_on <= {today})
		GROUP BY t.district_id, t.id, r.role) g WHERE g.finds)
	SELECT json_build_object('total', (SELECT count(*) FROM v), 'rows', (SELECT coalesce(json_agg(x.item), '[]') FROM (
		SELECT json_build_object('keys', json_build_array(v.last_name, v.first_name, v.id::text, v.role), 'node', json_build_object(
			'person', json_build_object('id', ` + relay.SQL(relay.Staff, "v.id") + `, 'displayName', v.name, 'kind', 'STAFF'),
			'role', v.role, 'engagement', v.engagement, 'ways', v.ways, 'assignments', v.assignments)) AS item
		FROM v WHERE true {after}
		ORDER BY {order}
		LIMIT {limit}) x)))`

// viewerQuery names the list that its cursors are bound to.
const viewerQuery = "Student.viewers"

var viewersByName = placing{keys: []sortKey{{"v.last_name", "text"}, {"v.first_name", "text"}, {"v.id", "uuid"}, {"v.role", "text"}}}

// viewers is the field viewers: the same reach builder that decides what each sees
// says here who does.
func viewers() studentField {
	return studentField{
		by: access.ReadViewers,
		write: func(st *reach.Statement, s Selected, op *operation.Operation) error {
			page, keys, err := openPage(op, bound(op, viewerQuery), s.Page)
			if err != nil {
				return err
			}
			st.Write(viewersSQL, reach.Values{
				"ways":  func(st *reach.Statement) { st.Ways("r", "s") },
				"after": beyond(page, keys, viewersByName),
				"order": ordered(page, viewersByName),
				"limit": page.Limit + 1,
			})
			return nil
		},
		into: func(student *Student, s Selected, op *operation.Operation) (any, func() error) {
			keep := func(student *Student, key string, page relay.Connection[*foundViewer]) {
				student.viewers = put(student.viewers, key, explained(page, op.Reader.Principal.Policy))
			}
			return intoPage(viewerQuery, keep)(student, s, op)
		},
	}
}

// explained says of each viewer which classes they see, and how.
func explained(page relay.Connection[*foundViewer], policy access.Policy) *StudentViewerConnection {
	told := &StudentViewerConnection{relay.Connection[*StudentViewer]{TotalCount: page.TotalCount, PageInfo: page.PageInfo}}
	for _, edge := range page.Edges {
		told.Edges = append(told.Edges, StudentViewerEdge{Cursor: edge.Cursor, Node: edge.Node.explain(policy)})
	}
	return told
}

func (f *foundViewer) explain(policy access.Policy) *StudentViewer {
	var texts []string
	var whole, items access.Classes
	for _, one := range f.Ways {
		since := ""
		if one.Since != nil {
			since = *one.Since
		}
		texts = append(texts, because(f.Role, one.Way, since, "their"))
		for _, span := range policy.SpansOf(f.Role, f.Engagement) {
			if span.Reach == one.Way {
				whole |= span.Rights.Read
				items |= span.Rights.NeedToKnow
			}
		}
	}
	for _, held := range f.Assignments {
		held.Staff = f.Person
	}
	return &StudentViewer{
		Staff: f.Person, Role: string(f.Role), Because: strings.Join(distinctTexts(texts), "; "),
		DataClasses: classNames(whole), NeedToKnow: classNames(items &^ whole), RoleAssignments: f.Assignments,
	}
}

// Viewers gives the page, as it was selected.
func (s *Student) Viewers(first *int, after *string, last *int, before *string) *StudentViewerConnection {
	return s.viewers[pageKey(relay.PageArgs{First: first, After: after, Last: last, Before: before})]
}
