package operator

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
)

// Entry is an object in a list, with what its kind has of these.
type Entry struct {
	ID       string   `json:"id"`
	LocalID  string   `json:"localId,omitempty"`
	Name     string   `json:"name"`
	Region   string   `json:"region,omitempty"`
	TimeZone string   `json:"timeZone,omitempty"`
	Role     string   `json:"role,omitempty"`
	School   string   `json:"school,omitempty"`
	StartsOn string   `json:"startsOn,omitempty"`
	EndsOn   string   `json:"endsOn,omitempty"`
	Read     []string `json:"read,omitempty"`
	Write    []string `json:"write,omitempty"`
	Issuer   string   `json:"issuer,omitempty"`
	Subject  string   `json:"subject,omitempty"`
}

// List is something that an operator can list.
type List struct {
	Of    string // the institution that it is within: district, region or agency; empty: none
	query string
}

// The lists. They take the owner's login: no other may read who is who.
var (
	Regions = List{"", `SELECT jsonb_build_object('id', 'reg_' || replace(r.id::text, '-', ''), 'localId', r.local_id, 'name', r.name)
		FROM region r WHERE {operator} ORDER BY r.local_id`}
	Agencies = List{"", `SELECT jsonb_build_object('id', 'agc_' || replace(a.id::text, '-', ''), 'localId', a.local_id, 'name', a.name)
		FROM agency a WHERE {operator} ORDER BY a.local_id`}
	Districts = List{"", `SELECT jsonb_build_object('id', 'dst_' || replace(d.id::text, '-', ''), 'localId', d.local_id, 'name', d.name,
			'region', r.local_id, 'timeZone', d.time_zone)
		FROM district d LEFT JOIN region r ON r.id = d.region_id WHERE {operator} ORDER BY d.local_id`}
	Staff = List{"district", `SELECT jsonb_build_object('id', 'stf_' || replace(s.id::text, '-', ''), 'localId', s.local_id,
			'name', s.first_name || ' ' || s.last_name, 'issuer', i.issuer, 'subject', i.subject)
		FROM staff s LEFT JOIN identity i ON i.district_id = s.district_id AND i.person_id = s.id AND i.kind = 'STAFF'
		WHERE s.district_id = {home}::uuid AND s.withdrawn_at IS NULL AND {operator} ORDER BY s.local_id, i.issuer, i.subject`}
	Roles = List{"district", `SELECT jsonb_build_object('id', 'rol_' || replace(a.id::text, '-', ''), 'localId', s.local_id,
			'name', s.first_name || ' ' || s.last_name, 'role', a.role, 'school', c.local_id, 'startsOn', a.starts_on, 'endsOn', a.ends_on)
		FROM role_assignment a JOIN staff s ON s.district_id = a.district_id AND s.id = a.staff_id
		LEFT JOIN school c ON c.district_id = a.district_id AND c.id = a.school_id
		WHERE a.district_id = {home}::uuid AND {operator} ORDER BY a.role, s.local_id, a.starts_on, a.id`}
	ServiceClients = List{"district", `SELECT jsonb_build_object('id', 'svc_' || replace(c.id::text, '-', ''), 'localId', c.local_id,
			'name', c.display_name, 'read', c.read_classes, 'write', c.write_classes, 'issuer', i.issuer, 'subject', i.subject)
		FROM service_client c LEFT JOIN identity i ON i.district_id = c.district_id AND i.person_id = c.id AND i.kind = 'SERVICE'
		WHERE c.district_id = {home}::uuid AND c.withdrawn_at IS NULL AND {operator} ORDER BY c.local_id, i.issuer, i.subject`}
	RegionalAnalysts = List{"region", `SELECT jsonb_build_object('id', 'ana_' || replace(a.id::text, '-', ''), 'localId', a.local_id,
			'name', a.display_name, 'issuer', i.issuer, 'subject', i.subject)
		FROM regional_analyst a LEFT JOIN identity i ON i.region_id = a.region_id AND i.person_id = a.id
		WHERE a.region_id = {home}::uuid AND a.withdrawn_at IS NULL AND {operator} ORDER BY a.local_id, i.issuer, i.subject`}
	AgencyStaff = List{"agency", `SELECT jsonb_build_object('id', 'ags_' || replace(s.id::text, '-', ''), 'localId', s.local_id,
			'name', s.display_name, 'issuer', i.issuer, 'subject', i.subject)
		FROM agency_staff s LEFT JOIN identity i ON i.agency_id = s.agency_id AND i.person_id = s.id
		WHERE s.agency_id = {home}::uuid AND s.withdrawn_at IS NULL AND {operator} ORDER BY s.local_id, i.issuer, i.subject`}
	Operators = List{"", `SELECT jsonb_build_object('id', 'opr_' || replace(o.id::text, '-', ''), 'name', o.display_name, 'issuer', i.issuer, 'subject', i.subject)
		FROM operator o LEFT JOIN identity i ON i.person_id = o.id AND i.kind = 'OPERATOR' WHERE {operator} ORDER BY o.display_name, o.id`}
)

// Read gives the list; within is the code of the institution that it is of. It tells
// of no student.
func (l List) Read(ctx context.Context, op *operation.Operation, within string) ([]Entry, []*operation.Problem, error) {
	if !op.Reader.May(access.Operate) {
		return nil, nil, ErrForbidden
	}
	var home *string
	if l.Of != "" {
		if problems := trim(code(l.Of, &within)); problems != nil {
			return nil, problems, nil
		}
		// The function sets the scope of the operation's one transaction.
		if err := one(ctx, op, "to_json(enter({what}, {code}))", reach.Values{"what": l.Of, "code": within}, &home); err != nil {
			return nil, nil, err
		}
		if home == nil {
			return nil, []*operation.Problem{unknown(l.Of, l.Of, within)}, nil
		}
	}
	entries := []Entry{}
	st := reach.NewStatement(op.Reader).Write(l.query, reach.Values{"home": home, "operator": func(st *reach.Statement) { st.ByOperator() }})
	err := op.Run(ctx, st, func(rows *sql.Rows) error {
		var raw []byte
		if err := rows.Scan(&raw); err != nil {
			return err
		}
		var entry Entry
		err := json.Unmarshal(raw, &entry)
		entries = append(entries, entry)
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("list: %w", err)
	}
	return entries, nil, nil
}
