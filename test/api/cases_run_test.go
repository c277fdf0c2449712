package api_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

// permissionRun runs the cases of one role as somebody who holds it. It knows the
// schema and the answers alone, nothing of how the product decides.
type permissionRun struct {
	t      *testing.T
	cases  *cases
	schema *ast.Schema
	client *client
}

// selection selects every field of the type that has a class, and of what it
// gives no more than its type's name.
func (r *permissionRun) selection(typeName string) string {
	var fields []string
	for name := range r.cases.Fields {
		if owner, field, _ := strings.Cut(name, "."); owner == typeName {
			fields = append(fields, field+r.below(typeName, field))
		}
	}
	slices.Sort(fields)
	return strings.Join(fields, " ")
}

func (r *permissionRun) below(typeName, field string) string {
	if typeName+"."+field == "Student.contactLogs" {
		return "(first: 1) { nodes { withWhom } }"
	}
	returned := r.schema.Types[typeName].Fields.ForName(field).Type.Name()
	if kind := r.schema.Types[returned].Kind; kind == ast.Scalar || kind == ast.Enum {
		return ""
	}
	return " { __typename }"
}

// pathOf is where a field lies below an object of the type.
func pathOf(name string) string {
	if name == "ContactLog.withWhom" {
		return "contactLogs.nodes.withWhom"
	}
	if name == "ImportRun.issues" {
		return "importRuns.nodes.issues"
	}
	_, field, _ := strings.Cut(name, ".")
	return field
}

// student runs a case of a student, read by id and in a list.
func (r *permissionRun) student(place, id string, want outcomes) {
	r.t.Helper()
	fields := r.selection("Student")
	byID := r.client.ask(`query($id: ID!) { node(id: $id) { __typename ... on Student { id `+fields+` } } }`, vars{"id": id}).fine()
	inList := r.client.ask(`{ district { students(first: 100) { edges { node { id `+fields+` } } } } }`, nil).fine()
	edges := inList.list("district.students.edges")
	row := slices.IndexFunc(edges, func(edge any) bool { return text(edge, "node.id") == id })
	if want.Absent {
		if byID.at("node") != nil || len(byID.redactions()) > 0 || row >= 0 {
			r.t.Errorf("%s: the student is there: %s", place, byID.body)
		}
		return
	}
	if byID.at("node.id") != id || row < 0 {
		r.t.Errorf("%s: the student is not there: %s", place, byID.body)
		return
	}
	r.fields([]string{"Student", "ContactLog"}, want, seen{byID, "node", "node", -1})
	r.fields([]string{"Student", "ContactLog"}, want, seen{inList, fmt.Sprintf("district.students.edges.%d.node", row), "district.students.edges.node", row})
}

// school runs a case of a school's figures, read by id and in a list.
func (r *permissionRun) school(place, id string, want outcomes) {
	r.t.Helper()
	fields := r.selection("School")
	byID := r.client.ask(`query($id: ID!) { node(id: $id) { ... on School { id name `+fields+` } } }`, vars{"id": id}).fine()
	inList := r.client.ask(`{ district { schools(first: 100) { nodes { id `+fields+` } } } }`, nil).fine()
	nodes := inList.list("district.schools.nodes")
	row := slices.IndexFunc(nodes, func(node any) bool { return text(node, "id") == id })
	if want.Absent {
		if byID.at("node") != nil || len(byID.redactions()) > 0 || row >= 0 {
			r.t.Errorf("%s: the school is there: %s", place, byID.body)
		}
		return
	}
	if byID.at("node.id") != id || row < 0 {
		r.t.Errorf("%s: the school is not there: %s", place, byID.body)
		return
	}
	r.fields([]string{"School"}, want, seen{byID, "node", "node", -1})
	r.fields([]string{"School"}, want, seen{inList, fmt.Sprintf("district.schools.nodes.%d", row), "district.schools.nodes", row})
}

// district runs the cases of the district's own fields.
func (r *permissionRun) district(want outcomes) {
	r.t.Helper()
	got := r.client.ask(`{ district { id riskSummary { asOf } indicatorTrend { on } jobs { totalCount }
		importRuns(first: 1) { nodes { id issues(first: 1) { nodes { line } } } } } }`, nil).fine()
	if want.Absent {
		if got.at("district") != nil || len(got.redactions()) > 0 {
			r.t.Errorf("a district is there: %s", got.body)
		}
		return
	}
	r.fields([]string{"District", "ImportRun"}, want, seen{got, "district", "district", -1})
}

// listed checks how many students the role lists and counts.
func (r *permissionRun) listed(want int) {
	r.t.Helper()
	got := r.client.ask(`{ district { students(first: 100) { totalCount nodes { id } } } }`, nil).fine()
	if want == 0 && got.at("district") == nil {
		return
	}
	if n := len(got.list("district.students.nodes")); n != want || got.at("district.students.totalCount") != float64(want) {
		r.t.Errorf("%d students are listed and %v counted, not %d", n, got.at("district.students.totalCount"), want)
	}
}

// seen is an object in an answer: where it is, by which path it is listed when
// something of it is not shown, and at which place of its list.
type seen struct {
	answer *answer
	object string
	path   string
	row    int
}

// fields holds each field of the types to the outcome of its class.
func (r *permissionRun) fields(types []string, want outcomes, s seen) {
	r.t.Helper()
	for name, class := range r.cases.Fields {
		if owner, _, _ := strings.Cut(name, "."); slices.Contains(types, owner) {
			if fault := r.field(name, class, want, s); fault != "" {
				r.t.Errorf("%s (%s): %s; %s", s.path+"."+pathOf(name), class, fault, s.answer.body)
			}
		}
	}
}

// field gives what is wrong with one field; empty: nothing.
func (r *permissionRun) field(name, class string, want outcomes, s seen) string {
	value := first(dig(s.answer.at(s.object), strings.ReplaceAll(pathOf(name), ".nodes.", ".nodes.0.")))
	reason := r.reason(s, pathOf(name), class)
	switch {
	case name == "ContactLog.withWhom" && !slices.Contains(want.Shown, "CASEWORK"), slices.Contains(want.Beneath, class):
		return fault(value == nil && reason == "", "it lies below what is not shown", value, reason)
	case slices.Contains(want.Shown, class):
		return fault(value != nil && reason == "", "it is shown", value, reason)
	case slices.Contains(want.NeedToKnow, class):
		list, isList := s.answer.at(s.object + "." + pathOf(name)).([]any)
		return fault(isList && len(list) == 0 && reason == "NEED_TO_KNOW", "an empty list, item by item", list, reason)
	}
	return fault(value == nil && reason == "ROLE", "null, and listed for want of a role", value, reason)
}

func fault(ok bool, want string, value any, reason string) string {
	if ok {
		return ""
	}
	return fmt.Sprintf("the value is %v and the reason %q; expected: %s", value, reason, want)
}

// first gives the value, or nil for a list that is empty.
func first(value any) any {
	if list, isList := value.([]any); isList && len(list) == 0 {
		return nil
	}
	return value
}

// reason gives why the field of the object is listed as not shown; empty when it
// is not.
func (r *permissionRun) reason(s seen, field, class string) string {
	reason := ""
	for _, entry := range s.answer.Extensions.Redactions {
		listed := s.row < 0 || slices.Contains(entry.Indexes, s.row)
		if entry.Path != s.path+"."+field || !listed {
			continue
		}
		if operation := strings.HasPrefix(class, "IMPORT_"); reason != "" || (operation && entry.DataClass != "") || (!operation && entry.DataClass != class) {
			return "listed wrongly: " + fmt.Sprint(s.answer.Extensions.Redactions)
		}
		reason = entry.Reason
	}
	return reason
}
