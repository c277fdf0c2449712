package api_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/holdfast-edu/holdfast/test/permissions"
)

// figures holds what is told of schools and of the district to its cases: read by id
// and in a list.
func (p *onePart) figures() {
	p.t.Helper()
	ofSchool, ofDistrict := p.selection("School"), p.selection("District")
	ofDistrict = strings.Replace(ofDistrict, "importRuns{ __typename }",
		"importRuns(first: 1) { nodes { id issues(first: 1) { nodes { line } } quarantine(first: 1) { nodes { line } } } }", 1)
	ofDistrict = strings.Replace(ofDistrict, "indicatorTrend{ __typename }", "indicatorTrend { on chronic measured attendanceRate }", 1)
	got := p.as.ask(`query($ids: [ID!]!) { nodes(ids: $ids) { ... on School { `+ofSchool+` } ... on District { birch: name } }
		district { `+ofDistrict+` schools(first: 100) { nodes { `+ofSchool+` } } } }`, vars{"ids": p.schools}).fine()
	for _, place := range p.places {
		for _, line := range p.of(permissions.Figure) {
			if want := line.Answers[place]; want != permissions.Nothing {
				p.figure(line.Subject, place, want, got)
			}
		}
	}
}

// The ids of the schools and the other district, by place.
var figurePlaces = []string{"own", "other school", "other district", "district"}

// figureIDs finds their ids, in the order of figurePlaces.
func (s *stage) figureIDs(t *testing.T) []string {
	t.Helper()
	coordinator, birch := s.as(t, "DISTRICT_COORDINATOR"), s.as(t, "birch coordinator")
	district := text(birch.ask(`{ district { id } }`, nil).fine().Data, "district.id")
	return []string{coordinator.schoolID(alderHigh), coordinator.schoolID(alderMiddle), birch.schoolID(birchHigh), district}
}

// figure holds one thing at one place to its case, wherever it is read.
func (p *onePart) figure(subject, place, want string, got *answer) {
	p.t.Helper()
	field, ofSchool := strings.CutPrefix(subject, "School.")
	scope := place
	if permissions.RoleIsOver(place) {
		scope = "own"
	}
	var found []string
	switch {
	case ofSchool:
		i := slices.Index(figurePlaces, scope)
		row := slices.IndexFunc(got.list("district.schools.nodes"), func(node any) bool { return text(node, "id") == p.schools[i] })
		found = append(found, told(field, looked{got, fmt.Sprintf("nodes.%d", i), "nodes", i}))
		found = append(found, told(field, looked{got, fmt.Sprintf("district.schools.nodes.%d", row), "district.schools.nodes", row}))
	case scope == "other district":
		found = append(found, told("birch", looked{got, "nodes.3", "nodes", 3}))
	case strings.HasPrefix(subject, "ImportRun."):
		found = append(found, told(strings.Replace(subject, "ImportRun.", "importRuns.nodes.", 1), looked{got, "district", "district", -1}))
	case strings.HasPrefix(subject, "IndicatorPoint."):
		found = append(found, told(strings.Replace(subject, "IndicatorPoint.", "indicatorTrend.0.", 1), looked{got, "district", "district", -1}))
	default:
		found = append(found, told(strings.TrimPrefix(subject, "District."), looked{got, "district", "district", -1}))
	}
	for _, one := range found {
		if one != want {
			p.t.Errorf("%s: %s: expected %s, and it is %s", place, subject, want, one)
		}
	}
}

// told says of a figure what the answer is, in the words of the cases.
func told(field string, of looked) string {
	if of.answer.at(of.object) == nil {
		return permissions.Absent
	}
	var items []any
	if value := dig(of.answer.at(of.object), strings.ReplaceAll(field, ".nodes.", ".nodes.0.")); value != nil {
		items = []any{value}
	}
	var reasons []string
	for _, entry := range of.entries(strings.ReplaceAll(field, ".0.", ".")) {
		reasons = append(reasons, entry.Reason)
	}
	return verdict(items, false, reasons, nil)
}

// questions holds what is refused whole to its cases.
func (p *onePart) questions() {
	p.t.Helper()
	for _, place := range p.places {
		for _, line := range p.of(permissions.Asking) {
			want := line.Answers[place]
			if want == permissions.Nothing {
				continue
			}
			document, known := questionDocuments[line.Subject]
			if !known {
				p.t.Fatalf("no document asks %s", line.Subject)
			}
			got := p.as.ask(document, vars{"student": p.studentOf(place), "staff": p.staffNode(p.t, "REGISTRAR")})
			found := map[string]string{"": permissions.Shown, "FORBIDDEN": permissions.Forbidden}[got.code()]
			if answered := whole(dig(got.Data, line.Subject)); found != want || answered != (want == permissions.Shown) {
				p.t.Errorf("%s: %s: expected %s: %s", place, line.Subject, want, got.body)
			}
		}
	}
}

// whole tells whether there is an object of which nothing that was asked for is null.
func whole(object any) bool {
	fields, isObject := object.(map[string]any)
	if !isObject {
		return object != nil
	}
	for _, field := range fields {
		if !whole(field) {
			return false
		}
	}
	return true
}

// questionDocuments ask each question that is refused whole.
var questionDocuments = map[string]string{
	"accessLog":              `query($student: ID!) { accessLog(studentId: $student) { totalCount } }`,
	"auditLog":               `{ auditLog { totalCount } }`,
	"previewIndicatorPolicy": `{ previewIndicatorPolicy(input: {reason: "the test"}) { now { onTrack critical } then { onTrack notMeasured } } }`,
	"viewAs":                 `query($staff: ID!) { viewAs(staffId: $staff) { staff { displayName } } }`,
}
