package api_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/holdfast-edu/holdfast/test/permissions"
)

// onePart runs the cases of one reader at places that the same subject asks about.
type onePart struct {
	*stage

	t       testing.TB
	schema  *ast.Schema
	name    string
	reader  *permissions.Reader
	subject string // who asks
	as      *client
	places  []string
	lines   []permissions.Line
}

// studentOf gives the student's id of a place.
func (p *onePart) studentOf(place string) string {
	return p.students[ownOf(place)]
}

// of gives the lines of an action.
func (p *onePart) of(action string) []permissions.Line {
	var lines []permissions.Line
	for _, line := range p.lines {
		if line.Action == action {
			lines = append(lines, line)
		}
	}
	return lines
}

// fieldPaths are the ways from a student to what lies deeper; restricted notes are
// not a field of their own.
var fieldPaths = map[string]string{
	"ContactLog.withWhom": "contactLogs.nodes.withWhom",
	"restricted notes":    "notes",
}

// flagsOf begins the name of the flags of a domain, which are no field of their own.
const flagsOf = "flags of "

// pathOfField gives the way from a student to the field.
func (p *onePart) pathOfField(name string) string {
	if path := fieldPaths[name]; path != "" {
		return path
	}
	if strings.HasPrefix(name, flagsOf) {
		return "risk.flags"
	}
	if field, ofPoint := strings.CutPrefix(name, "RiskPoint."); ofPoint {
		return "riskHistory.nodes." + field
	}
	field, ofStudent := strings.CutPrefix(name, "Student.")
	if !ofStudent {
		p.t.Fatalf("no way to %s: say it in fieldPaths", name)
	}
	return field
}

// belows are what is selected below a field.
var belows = map[string]string{
	"contactLogs":     "(first: 1) { nodes { withWhom } }",
	"notes":           "(first: 100) { totalCount nodes { body visibility } }",
	"risk":            "{ level flags { domain } }",
	"riskHistory":     "(first: 1) { nodes { attendanceRate absentDays incidents coreFailures gpa } }",
	"grades":          "(first: 100) { totalCount nodes { letter } }",
	"characteristics": "{ kind }",
	"viewers":         "(first: 1) { totalCount }",
}

// selection selects every field of the type that has a case.
func (p *onePart) selection(typeName string) string {
	selected := []string{"id"}
	if typeName == "Student" {
		selected = append(selected, "access { dataClasses { dataClass read needToKnow write } }")
	}
	for _, line := range p.lines {
		field, own := strings.CutPrefix(line.Subject, typeName+".")
		if !own {
			continue
		}
		below := belows[field]
		returned := p.schema.Types[typeName].Fields.ForName(field).Type.Name()
		if kind := p.schema.Types[returned].Kind; below == "" && kind != ast.Scalar && kind != ast.Enum {
			below = "{ __typename }"
		}
		selected = append(selected, field+below)
	}
	return strings.Join(selected, " ")
}

// studentReads reads the students of the places, each by its id and all in a list, and
// holds every field of each to its case.
func (p *onePart) studentReads() {
	p.t.Helper()
	fields := p.selection("Student")
	var ids []string
	for _, place := range p.places {
		ids = append(ids, p.studentOf(place))
	}
	byID := p.as.ask(`query($ids: [ID!]!) { nodes(ids: $ids) { ... on Student { `+fields+` } } }`, vars{"ids": ids}).fine()
	inList := p.as.ask(`{ district { students(first: 100) { totalCount nodes { `+fields+` } } } }`, nil).fine()
	nodes := inList.list("district.students.nodes")
	if total := inList.at("district.students.totalCount"); inList.at("district") != nil && total != float64(len(nodes)) {
		p.t.Errorf("%v are counted of %d", total, len(nodes))
	}
	for i, place := range p.places {
		row := slices.IndexFunc(nodes, func(node any) bool { return text(node, "id") == ids[i] })
		p.studentAt(place, looked{byID, fmt.Sprintf("nodes.%d", i), "nodes", i})
		p.studentAt(place, looked{inList, fmt.Sprintf("district.students.nodes.%d", row), "district.students.nodes", row})
	}
	for _, entry := range byID.redactions() {
		if len(entry.Indexes) == 0 {
			p.t.Errorf("listed of nobody: %v", entry)
		}
	}
}

// looked is an object in an answer: where it lies, by which path it is listed when
// something of it is not shown, and its place in the list; -1: it is in none.
type looked struct {
	answer *answer
	object string
	path   string
	row    int
}

// studentAt holds one student in an answer to the cases of a place.
func (p *onePart) studentAt(place string, of looked) {
	p.t.Helper()
	node, listed := of.answer.at(of.object), 0
	for _, line := range p.of(permissions.Holding) {
		if got, want := holds(node, line.Subject), line.Answers[place]; node != nil && got != want {
			p.t.Errorf("%s: access to %s: expected %s, and it is %s", place, line.Subject, want, got)
		}
	}
	for _, line := range p.of(permissions.Reading) {
		want := line.Answers[place]
		if (node != nil) != (want != permissions.Absent) {
			p.t.Errorf("%s: %s of %s: expected %s, and the student is %v", place, line.Subject, of.path, want, node)
			return
		}
		if node == nil {
			continue
		}
		got, entries := p.saw(line.Subject, place, node, of)
		listed += entries
		if got != want {
			p.t.Errorf("%s: %s of %s: expected %s, and it is %s", place, line.Subject, of.path, want, got)
		}
	}
	if n := len(of.entries("")); of.row >= 0 && n != listed {
		p.t.Errorf("%s: %d entries are about %s, and %d were expected", place, n, of.path, listed)
	}
}

// holds gives what the reader is told of their own right to the class, as the table
// has it.
func holds(node any, class string) string {
	list, _ := dig(node, "access.dataClasses").([]any)
	i := slices.IndexFunc(list, func(one any) bool { return text(one, "dataClass") == class })
	if i < 0 {
		return "not told"
	}
	is := func(right string) bool { return dig(list[i], right) == true }
	switch {
	case is("needToKnow") && !is("read"):
		return "N" // what is read item by item is written so
	case is("write") && is("read"):
		return "W"
	case is("read"):
		return "R"
	case is("write"):
		return "write alone"
	}
	return permissions.None
}

// entries gives what is listed of the object at the path, or of it as a whole. The
// places that an entry gives are those in the innermost list: what lies in a list of
// the object is known by its path alone, and is no part of the whole.
func (a looked) entries(path string) []redaction {
	var found []redaction
	for _, entry := range a.answer.Extensions.Redactions {
		below, here := strings.CutPrefix(entry.Path, a.path+".")
		deeper := strings.Contains(below, ".")
		if here && (path == below || path == "" && !deeper) && (a.row < 0 || deeper || slices.Contains(entry.Indexes, a.row)) {
			found = append(found, entry)
		}
	}
	return found
}

// classOf gives the class by which a field is listed; empty: it is a role's.
func (p *onePart) classOf(field string) string {
	needs := p.matrix.Fields[field]
	if needs == nil {
		return ""
	}
	return needs[len(needs)-1]
}

// saw says of a field what the answer is, in the words of the cases, and how many
// entries list it.
func (p *onePart) saw(field, place string, node any, of looked) (string, int) {
	path, class := p.pathOfField(field), p.classOf(field)
	reasons := []string{}
	for _, entry := range of.entries(path) {
		if entry.DataClass == class {
			reasons = append(reasons, entry.Reason)
		}
	}
	items, isList := p.items(field, node, path)
	if above, _, deeper := strings.Cut(path, "."); deeper {
		if dig(node, above) == nil {
			reasons = nil // another row's
		}
		return verdict(items, isList, reasons, nil), 0
	}
	return verdict(items, isList, reasons, itemsAt(field, place)), len(reasons)
}

// itemsAt gives the items that were granted to the reader, or that they wrote.
func itemsAt(field, place string) []any {
	switch {
	case field == "Student.characteristics":
		return []any{"HOMELESS"}
	case field == "Student.grades":
		return []any{"theirs"}
	case place == "wrote":
		return []any{"wrote"}
	}
	return []any{"granted"}
}

// items gives what there is of a field: its items where it is read item by item, else
// the value alone. isList is whether there is a list at all.
func (p *onePart) items(field string, node any, path string) (items []any, isList bool) {
	switch field {
	case "Student.characteristics":
		list, isList := dig(node, path).([]any)
		for _, one := range list {
			items = append(items, text(one, "kind"))
		}
		return items, isList
	case "Student.grades":
		return p.letters(node)
	case "restricted notes":
		list, isList := dig(node, "notes.nodes").([]any)
		for _, one := range list {
			if text(one, "visibility") == "RESTRICTED" {
				items = append(items, text(one, "body"))
			}
		}
		if total := dig(node, "notes.totalCount"); isList && total != float64(len(list)) {
			p.t.Errorf("%v notes are counted of %d", total, len(list))
		}
		return items, isList
	}
	if domain, isFlag := strings.CutPrefix(field, flagsOf); isFlag {
		list, _ := dig(node, path).([]any)
		for _, one := range list {
			if text(one, "domain") == domain {
				items = append(items, domain)
			}
		}
		return items, false
	}
	if value := first(dig(node, strings.ReplaceAll(path, ".nodes.", ".nodes.0."))); value != nil {
		items = []any{value}
	}
	return items, false
}

// letters gives the marks of a student as whose they are: those of the sections that the
// reader teaches, and others.
func (p *onePart) letters(node any) (items []any, isList bool) {
	list, isList := dig(node, "grades.nodes").([]any)
	for _, one := range list {
		whose := "another's"
		if text(one, "letter") == p.subject {
			whose = "theirs"
		}
		items = append(items, whose)
	}
	if total := dig(node, "grades.totalCount"); isList && total != float64(len(list)) {
		p.t.Errorf("%v grades are counted of %d", total, len(list))
	}
	return items, isList
}

// verdict says in the words of the cases what was seen.
func verdict(items []any, isList bool, reasons []string, theirs []any) string {
	switch reason := strings.Join(reasons, " and "); {
	case reason == "" && len(items) > 0:
		return permissions.Shown
	case reason == "":
		return permissions.Beneath
	case reason == "ROLE" && len(items) == 0:
		return permissions.Role
	case reason == "NEED_TO_KNOW" && isList && len(items) == 0:
		return permissions.NeedToKnow
	case reason == "NEED_TO_KNOW" && len(items) == 0:
		return permissions.InWhole
	case reason == "NEED_TO_KNOW" && cmp.Equal(items, theirs):
		return permissions.Items
	default:
		return fmt.Sprintf("%v, listed as %q", items, reason)
	}
}
