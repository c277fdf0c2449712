package api_test

import (
	"fmt"
	"slices"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/relay"
	"github.com/holdfast-edu/holdfast/test/permissions"
)

// previews holds what a coordinator sees through the reader's eyes to the reader's own
// cases: the intersection of both. The coordinator reads every class in whole but the
// restricted notes, of which those are left that are both's: granted to both, and of
// those that one of them wrote none.
func (p *onePart) previews() {
	p.t.Helper()
	if p.reader.Kind != "" || p.reader.Holds == "DISTRICT_COORDINATOR" || permissions.RoleIsOver(p.places[0]) {
		return
	}
	for places := range slices.Chunk(p.places, 7) { // what one operation may cost
		p.previewAt(places)
	}
}

// previewAt looks at the students of the places in one request.
func (p *onePart) previewAt(places []string) {
	p.t.Helper()
	asked := &batch{variables: vars{}}
	staff := asked.variable("staff", "ID!", relay.NewID(relay.Staff, p.staffID(p.t, p.alder, p.subject)).String())
	fmt.Fprintf(&asked.body, " viewAs(staffId: %s) {", staff)
	for i, place := range places {
		id := asked.variable(fmt.Sprintf("i%d", i), "ID!", p.studentOf(place))
		fmt.Fprintf(&asked.body, " s%d: student(id: %s) { ...fields }", i, id)
	}
	fmt.Fprintf(&asked.body, " } } fragment fields on Student { %s", p.selection("Student"))
	got := asked.ask("query", p.world.as(p.t, subjectOfReader("DISTRICT_COORDINATOR"))).fine()
	listed := map[string]int{}
	for i, place := range places {
		entries := map[string]int{}
		for _, line := range p.of(permissions.Reading) {
			if entry := p.preview(line, place, got.at(fmt.Sprintf("viewAs.s%d", i))); entry != "" {
				entries[entry] = 1 // flags of several domains are listed once a class
			}
		}
		for entry := range entries {
			listed[entry]++
		}
	}
	told := map[string]int{}
	for _, entry := range got.redactions() {
		told[fmt.Sprint(entry.Path, " ", entry.DataClass, " ", entry.Reason)] += entry.Count
	}
	if diff := cmp.Diff(listed, told); diff != "" {
		p.t.Errorf("what is listed in the previews differs (-cases +told):\n%s", diff)
	}
}

// preview holds one field of one student, seen through the reader's eyes, to its case,
// and gives how it is to be listed; empty: not at all.
func (p *onePart) preview(line permissions.Line, place string, node any) string {
	p.t.Helper()
	want, found := line.Answers[place], permissions.Absent
	if line.Subject == "restricted notes" && place == "wrote" && want == permissions.Items {
		want = permissions.NeedToKnow
	}
	reason := map[string]string{permissions.Role: "ROLE", permissions.NeedToKnow: "NEED_TO_KNOW", permissions.Items: "NEED_TO_KNOW", permissions.InWhole: "NEED_TO_KNOW"}[want]
	var reasons []string
	if reason != "" {
		reasons = []string{reason}
	}
	path := p.pathOfField(line.Subject)
	if node != nil {
		items, isList := p.items(line.Subject, node, path)
		found = verdict(items, isList, reasons, itemsAt(line.Subject, place))
	}
	if found != want {
		p.t.Errorf("%s: %s in a preview: expected %s, and it is %s", place, line.Subject, want, found)
	}
	if reason == "" {
		return ""
	}
	return fmt.Sprint("viewAs.student.", path, " ", p.classOf(line.Subject), " ", reason)
}
