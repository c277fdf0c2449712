package api_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/holdfast-edu/holdfast/test/permissions"
)

// Values that every student of the places meets: see addStudent.
func (p *onePart) argumentValue(argument string) (filter, order vars) {
	p.t.Helper()
	values := map[string]any{
		"search": stageName, "schoolIds": p.schools[:3], "gradeLevels": []string{"NINTH"},
		"chronicallyAbsent": true, "riskLevels": []string{"ON_TRACK", "EARLY_WARNING", "AT_RISK", "CRITICAL", "NOT_MEASURED"},
	}
	if field, isOrder := strings.CutPrefix(argument, "orderBy.field "); isOrder {
		return vars{}, vars{"field": field, "direction": "DESC"}
	}
	if argument == "totalCount" {
		return vars{}, nil
	}
	name := strings.TrimPrefix(argument, "filter.")
	if values[name] == nil {
		p.t.Fatalf("no value for %s", argument)
	}
	return vars{name: values[name]}, nil
}

// kindOf begins the name of a worklist of a kind.
const kindOf = "kind "

// lists asks for the list of students by every argument, and for every worklist, within
// every part of the reach: all of one part in one request, each for itself.
func (p *onePart) lists() {
	p.t.Helper()
	for _, within := range p.matrix.Withins() {
		for _, worklists := range []bool{false, true} { // what one operation may cost
			p.listsWithin(within, worklists)
		}
	}
}

func (p *onePart) listsWithin(within string, worklists bool) {
	p.t.Helper()
	asked := &batch{variables: vars{}}
	var lines []permissions.Line
	for _, line := range p.of(permissions.Ranging) {
		argument, here := strings.CutSuffix(line.Subject, " within "+within)
		kind, isWorklist := strings.CutPrefix(argument, kindOf)
		if !here || isWorklist != worklists {
			continue
		}
		alias := fmt.Sprintf("a%d", len(lines))
		lines = append(lines, line)
		if isWorklist {
			fmt.Fprintf(&asked.body, " %s: worklist(kind: %s, within: $within, first: 100) { totalCount nodes { student { id } } }", alias, kind)
			continue
		}
		filter, order := p.argumentValue(argument)
		filter["within"] = within
		f, o := asked.variable("f"+alias, "StudentFilter", filter), asked.variable("o"+alias, "StudentOrder", order)
		fmt.Fprintf(&asked.body, " %s: district { students(first: 100, filter: %s, orderBy: %s) { totalCount nodes { id } } }", alias, f, o)
	}
	if worklists {
		asked.variable("within", "Within", within)
	}
	got := asked.ask("query", p.as)
	for i, line := range lines {
		p.list(line, fmt.Sprintf("a%d", i), got)
	}
}

// batch is a request of many fields at the root, each with its own variables.
type batch struct {
	head, body strings.Builder
	variables  vars
}

// variable adds a variable and gives it as the document names it.
func (b *batch) variable(name, kind string, value any) string {
	fmt.Fprintf(&b.head, " $%s: %s", name, kind)
	b.variables[name] = value
	return "$" + name
}

// ask runs what was put together.
func (b *batch) ask(operation string, as *client) *answer {
	as.t.Helper()
	got := as.ask(operation+"("+b.head.String()+") {"+b.body.String()+" }", b.variables)
	if len(got.Errors) > 0 && len(got.Errors[0].Path) == 0 {
		as.t.Fatalf("refused as a whole: %d %.300s", got.status, got.body)
	}
	return got
}

// list holds one list to its case at every place.
func (p *onePart) list(line permissions.Line, alias string, got *answer) {
	p.t.Helper()
	code := got.codeOf(alias)
	connection, id := alias+".students", "id"
	if strings.HasPrefix(line.Subject, kindOf) {
		connection, id = alias, "student.id"
	}
	nodes := got.list(connection + ".nodes")
	if total := got.at(connection + ".totalCount"); got.at(alias) != nil && total != float64(len(nodes)) {
		p.t.Errorf("%s: %v are counted of %d", line.Subject, total, len(nodes))
	}
	for _, place := range p.places {
		found := permissions.Absent
		if slices.ContainsFunc(nodes, func(node any) bool { return text(node, id) == p.studentOf(place) }) {
			found = permissions.Listed
		}
		if code != "" {
			found = map[string]string{"FORBIDDEN": permissions.Forbidden}[code]
		}
		if want := line.Answers[place]; found != want {
			p.t.Errorf("%s: %s: expected %s, and it is %q (%s)", place, line.Subject, want, found, code)
		}
	}
}

// codeOf gives the code of the error of a field at the root; empty: there is none.
func (a *answer) codeOf(alias string) string {
	code := ""
	for _, one := range a.Errors {
		if len(one.Path) > 0 && one.Path[0] == alias {
			code, _ = one.Extensions["code"].(string)
		}
	}
	return code
}
