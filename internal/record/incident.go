package record

import (
	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// IncidentPart is a student's part in an incident, with what was done about it to this
// student. Of others who had a part in it nothing is told.
type IncidentPart struct {
	OccurredOn    relay.Date
	Participation string
	Behavior      *string
	Actions       []*DisciplineAction
}

// DisciplineAction is what was done about an incident.
type DisciplineAction struct {
	Kind  string
	Parts *int64 // ten-thousandths of days; nil: not said
}

// Days is how many days it lasted; nil: not said.
func (a DisciplineAction) Days() *float64 { return daysOf(a.Parts) }

// daysOf gives ten-thousandths as what they are parts of; nil of nil.
func daysOf(parts *int64) *float64 {
	if parts == nil {
		return nil
	}
	days := earlywarning.Days(*parts)
	return &days
}

// IncidentPartConnection is a page of a student's parts in incidents.
type IncidentPartConnection struct {
	relay.Connection[*IncidentPart]
}

// IncidentPartEdge is a student's part in an incident in a page.
type IncidentPartEdge = relay.Edge[*IncidentPart]

// maxActions is how many actions one incident may have of a student.
const maxActions = 50

// A part is a row for each behavior in the source; here it is one.
const incidentsSQL = `(SELECT i.id, i.occurred_on, p.participation,
		string_agg(DISTINCT nullif(coalesce(nullif(p.behavior, ''), i.behavior), ''), '; ') AS behavior
	FROM discipline_participation p JOIN discipline_incident i ON i.district_id = p.district_id AND i.id = p.incident_id
	WHERE p.district_id = {district} AND p.student_id = s.id AND p.withdrawn_at IS NULL AND i.withdrawn_at IS NULL AND i.school_year = {year}
	GROUP BY i.id, i.occurred_on, p.participation) i WHERE true`

const incidentSQL = `json_build_object('occurredOn', i.occurred_on, 'participation', i.participation, 'behavior', i.behavior,
	'actions', (SELECT coalesce(json_agg(json_build_object('kind', a.kind, 'parts', a.days) ORDER BY a.taken_on, a.kind, a.id), '[]') FROM (
		SELECT a.id, a.taken_on, a.kind, a.days
		FROM discipline_action_incident x
		JOIN discipline_action a ON a.district_id = x.district_id AND a.id = x.action_id AND a.student_id = x.student_id
		WHERE x.district_id = {district} AND x.student_id = s.id AND x.incident_id = i.id AND x.withdrawn_at IS NULL AND a.withdrawn_at IS NULL
		LIMIT {actionLimit}) a))`

// incidents is the field incidents: those of a school year that the student had a part
// in, latest first.
func incidents() studentField {
	field := ownPages(ownList{
		name: "Student.incidents", class: access.Discipline, from: incidentsSQL, node: incidentSQL,
		by:     placing{[]sortKey{{"i.occurred_on", "date"}, {"i.id", "uuid"}, {"i.participation", "text"}}, true},
		values: reach.Values{"actionLimit": maxActions + 1},
	}, func(student *Student, key string, page relay.Connection[*IncidentPart]) {
		student.incidents = put(student.incidents, key, &IncidentPartConnection{page})
	})
	scan := field.into
	field.into = func(student *Student, s Selected, op *operation.Operation) (any, func() error) {
		destination, decode := scan(student, s, op)
		return destination, func() error {
			if err := decode(); err != nil {
				return err
			}
			return student.incidents[listKey(s.SchoolYear, s.Page)].check(s.Path)
		}
	}
	return field
}

// check refuses a part with more actions than it may have.
func (c *IncidentPartConnection) check(path string) error {
	if c == nil {
		return nil
	}
	for _, edge := range c.Edges {
		if len(edge.Node.Actions) > maxActions {
			return &LimitError{Path: path + ".actions", Limit: maxActions}
		}
	}
	return nil
}

// Incidents gives the page, as it was selected.
func (s *Student) Incidents(schoolYear, first *int, after *string, last *int, before *string) *IncidentPartConnection {
	return s.incidents[listKey(schoolYear, relay.PageArgs{First: first, After: after, Last: last, Before: before})]
}

// BehaviorFigures are a student's incidents and suspensions of a school year.
type BehaviorFigures struct {
	Measured            bool
	Incidents           *int
	InSchoolSuspensions *int
	Exclusions          *int
	Suspended           *int64 // ten-thousandths of days
	AsOf                *relay.Date
}

// SuspensionDays is how many days the suspensions lasted; nil when not measured.
func (f BehaviorFigures) SuspensionDays() *float64 { return daysOf(f.Suspended) }

// behaviorSQL is measured where the year's discipline was loaded: then a student
// without a row had no part in anything.
const behaviorSQL = `(SELECT json_build_object('measured', k.known_through IS NOT NULL,
		'incidents', CASE WHEN k.known_through IS NOT NULL THEN coalesce(b.incidents, 0) END,
		'inSchoolSuspensions', CASE WHEN k.known_through IS NOT NULL THEN coalesce(b.in_school, 0) END,
		'exclusions', CASE WHEN k.known_through IS NOT NULL THEN coalesce(b.exclusions, 0) END,
		'suspended', CASE WHEN k.known_through IS NOT NULL THEN coalesce(b.suspension_days, 0) END,
		'asOf', coalesce(b.as_of, CASE WHEN k.known_through IS NOT NULL THEN least(k.known_through, {today}) END))
	FROM (SELECT {year} AS school_year) y
	LEFT JOIN discipline_completeness k ON k.district_id = {district} AND k.school_year = y.school_year
	LEFT JOIN student_behavior b ON b.district_id = {district} AND b.student_id = s.id AND b.school_year = y.school_year AND k.known_through IS NOT NULL)`

// Behavior gives the figures of the school year, as they were selected.
func (s *Student) Behavior(schoolYear *int) *BehaviorFigures { return s.behavior[yearKey(schoolYear)] }
