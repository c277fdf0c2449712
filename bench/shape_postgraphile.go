package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-edu/holdfast/internal/earlywarning"
)

// PostGraphile gives columns; what Holdfast works out of them its client works out
// here, at no cost to it.

type named struct{ FirstName, LastName, PreferredFirstName, PreferredLastName string }

func (n *named) display() any {
	if n == nil {
		return nil
	}
	first, last := n.FirstName, n.LastName
	if n.PreferredFirstName != "" {
		first = n.PreferredFirstName
	}
	if n.PreferredLastName != "" {
		last = n.PreferredLastName
	}
	return first + " " + last
}

// bigint is a number that GraphQL has no type for: it comes as a string.
type bigint int64

// UnmarshalJSON reads the string.
func (b *bigint) UnmarshalJSON(text []byte) error {
	n, err := strconv.ParseInt(strings.Trim(string(text), `"`), 10, 64)
	*b = bigint(n)
	return err
}

func (b bigint) days() float64 { return earlywarning.Days(int64(b)) }

type rawSchool struct{ RowID, Name string }

type rawEnrollment struct {
	RowID, EntryDate, EntryType, GradeLevel string
	ExitDate, ExitType                      *string
	School                                  rawSchool
}

type rawFigures struct {
	Measured, Chronic                     bool
	EnrolledDays, Tardies, CurrentStreak  int
	Absent, Excused, Unexcused, Suspended bigint
	AsOf                                  string
}

type rawFlag struct {
	RowID, Domain, Severity, Rule, Since, Status, AsOf string
	Numerator, Denominator, Threshold                  bigint
	PolicyVersion                                      int
}

type rawRisk struct {
	Level, AsOf   string
	PolicyVersion int
	NotMeasured   []string
}

type rawContact struct {
	RowID, Relation            string
	LivesWith, EducationRights *bool
	Person                     struct {
		named

		RowID                                     string
		Language, BestWayToReach, LastConfirmedOn *string
		Channels                                  []any
	}
}

type rawStudent struct {
	named

	Typename                   string `json:"__typename"` //nolint:tagliatelle // GraphQL's own
	RowID, LocalID, GradeLevel string
	StateID, BirthDate         *string
	Languages                  []string
	Enrollments                []rawEnrollment
	Contacts                   []rawContact
	Characteristics            []map[string]any
	Attendance                 []rawFigures
	Risk                       []rawRisk
	Flags                      []rawFlag
	Advocates                  []struct {
		StartsOn string
		EndsOn   *string
		Staff    named
	}
	ContactLogs []struct {
		RowID, OccurredAt, Method, Outcome, Summary string
		Person                                      *named
	}
}

type rawAnswer struct {
	Errors []any
	Data   struct {
		Student  *rawStudent
		Students struct {
			TotalCount int
			PageInfo   any
			Edges      []struct {
				Cursor string
				Node   rawStudent
			}
		}
		LogContact struct {
			ContactLog struct {
				RowID, OccurredAt, Method, Outcome, Summary string
				Student                                     rawStudent
			}
		}
	}
}

func shapePostgraphile(operation string, body []byte) (any, error) {
	var answer rawAnswer
	if err := json.Unmarshal(body, &answer); err != nil { //nolint:musttag // the names are the fields' own, in either case
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	if len(answer.Errors) > 0 {
		return nil, fmt.Errorf("%w: %v", errAnswer, answer.Errors)
	}
	var data any
	switch operation {
	case studentPage:
		if answer.Data.Student == nil {
			return nil, errAnswer
		}
		data = map[string]any{"node": answer.Data.Student.page()}
	case studentList:
		data = answer.list()
	default:
		l := answer.Data.LogContact.ContactLog
		data = map[string]any{"logContact": map[string]any{"userErrors": []any{}, "contactLog": map[string]any{
			"id": l.RowID, "occurredAt": l.OccurredAt, "method": l.Method, "outcome": l.Outcome, "summary": l.Summary,
			"student": map[string]any{"id": l.Student.RowID, "displayName": l.Student.display()},
		}}}
	}
	// Once through JSON, so that the values are of the same types as the others'.
	var plain map[string]any
	if err := json.Unmarshal(encode(data), &plain); err != nil {
		return nil, fmt.Errorf("shape the answer: %w", err)
	}
	return shaped(operation, plain), nil
}

func (a *rawAnswer) list() any {
	list := a.Data.Students
	edges := make([]any, len(list.Edges))
	for i, edge := range list.Edges {
		s := edge.Node
		edges[i] = map[string]any{"cursor": edge.Cursor, "node": map[string]any{
			"id": s.RowID, "localId": s.LocalID, "displayName": s.display(), "gradeLevel": s.GradeLevel, "school": s.school(),
			"attendance": only(s.attendance(), "enrolledDays", "absentDays", "attendanceRate", "chronicallyAbsent"),
			"risk":       only(s.risk(), "level"),
		}}
	}
	return map[string]any{"district": map[string]any{"students": map[string]any{
		"totalCount": list.TotalCount, "pageInfo": list.PageInfo, "edges": edges,
	}}}
}

func only(fields map[string]any, names ...string) map[string]any {
	if fields == nil {
		return nil
	}
	kept := make(map[string]any, len(names))
	for _, name := range names {
		kept[name] = fields[name]
	}
	return kept
}

func (s *rawStudent) page() map[string]any {
	page := map[string]any{
		"__typename": s.Typename, "id": s.RowID, "localId": s.LocalID, "stateId": s.StateID, "displayName": s.display(), "gradeLevel": s.GradeLevel,
		"birthDate": s.BirthDate, "languages": s.Languages, "school": s.school(), "attendance": s.attendance(), "risk": s.risk(),
		"primaryAdvocate": s.advocate(),
	}
	enrollments, contacts, logs := []any{}, []any{}, []any{}
	for _, e := range s.Enrollments {
		enrollments = append(enrollments, map[string]any{
			"id": e.RowID, "school": map[string]any{"name": e.School.Name}, "entryDate": e.EntryDate, "entryType": e.EntryType,
			"exitDate": e.ExitDate, "exitType": e.ExitType, "gradeLevel": e.GradeLevel,
		})
	}
	for _, c := range s.Contacts {
		contacts = append(contacts, map[string]any{
			"id": c.RowID, "relation": c.Relation, "livesWith": c.LivesWith, "educationRights": c.EducationRights, "person": map[string]any{
				"id": c.Person.RowID, "displayName": c.Person.display(), "language": c.Person.Language,
				"bestWayToReach": c.Person.BestWayToReach, "lastConfirmedOn": c.Person.LastConfirmedOn, "channels": c.Person.Channels,
			},
		})
	}
	for _, l := range s.ContactLogs {
		logs = append(logs, map[string]any{
			"id": l.RowID, "occurredAt": l.OccurredAt, "method": l.Method, "outcome": l.Outcome, "withWhom": l.Person.display(), "summary": l.Summary,
		})
	}
	for _, c := range s.Characteristics {
		if c["detail"] == "" {
			c["detail"] = nil
		}
	}
	page["enrollments"], page["contacts"], page["characteristics"] = enrollments, contacts, s.Characteristics
	page["contactLogs"] = map[string]any{"nodes": logs}
	return page
}

// school is the school of the latest enrollment that the student was really in.
func (s *rawStudent) school() any {
	for _, e := range s.Enrollments {
		if e.ExitType == nil || (*e.ExitType != "NO_SHOW" && *e.ExitType != "INVALID_ENROLLMENT") {
			return map[string]any{"id": e.School.RowID, "name": e.School.Name}
		}
	}
	return nil
}

func (s *rawStudent) attendance() map[string]any {
	if len(s.Attendance) == 0 {
		return nil
	}
	a := s.Attendance[0]
	f := earlywarning.Figures{Enrolled: a.EnrolledDays, Absent: int64(a.Absent), Measured: a.Measured, Chronic: a.Chronic}
	return map[string]any{
		"measured": a.Measured, "enrolledDays": a.EnrolledDays, "absentDays": a.Absent.days(),
		"excusedDays": a.Excused.days(), "unexcusedDays": a.Unexcused.days(), "suspendedDays": a.Suspended.days(),
		"tardies": a.Tardies, "attendanceRate": f.AttendanceRate(), "chronicallyAbsent": f.ChronicallyAbsent(), "currentStreak": a.CurrentStreak,
		"knownThrough": a.AsOf,
	}
}

func (s *rawStudent) risk() map[string]any {
	if len(s.Risk) == 0 {
		return nil
	}
	r := s.Risk[0]
	flags := []any{}
	for _, f := range s.Flags {
		if f.Status == "RESOLVED" {
			continue
		}
		found := earlywarning.Finding{
			Domain: f.Domain, Rule: f.Rule, Grave: earlywarning.Severity(f.Severity), Part: int64(f.Numerator), Whole: int64(f.Denominator),
			Line: int64(f.Threshold), AsOf: f.AsOf, PolicyVersion: f.PolicyVersion,
		}
		flags = append(flags, map[string]any{
			"id": f.RowID, "domain": f.Domain, "severity": f.Severity, "rule": f.Rule, "figure": found.Figure(), "threshold": found.Threshold(),
			"numerator": found.Numerator(), "denominator": found.Denominator(), "since": f.Since, "status": f.Status, "explanation": found.Explanation(),
		})
	}
	return map[string]any{"level": r.Level, "asOf": r.AsOf, "policyVersion": r.PolicyVersion, "notMeasured": r.NotMeasured, "flags": flags}
}

// advocate is who is responsible for the student today.
func (s *rawStudent) advocate() any {
	today := time.Now().UTC().Format(time.DateOnly)
	for _, a := range s.Advocates {
		if a.StartsOn <= today && (a.EndsOn == nil || *a.EndsOn >= today) {
			return map[string]any{"displayName": a.Staff.display()}
		}
	}
	return nil
}
