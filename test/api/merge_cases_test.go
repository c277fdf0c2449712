package api_test

import (
	"maps"
	"slices"
	"testing"
)

// mergeCases are the cases of merges, as test/permissions/merge.yaml holds them.
type mergeCases struct {
	Fields  map[string]string                 `yaml:"fields"`
	Payload outcomes                          `yaml:"payload"`
	Changes map[string]map[string]*changeCase `yaml:"changes"` // by operation and role
}

// changeCase is for what a role may make a change.
type changeCase struct {
	Done      []string `yaml:"done"`
	Forbidden []string `yaml:"forbidden"`
	NotFound  []string `yaml:"notFound"`
}

// outcome gives the code that the case expects of a pair; empty: done.
func (c *changeCase) outcome(pair string) string {
	switch {
	case slices.Contains(c.Forbidden, pair):
		return "FORBIDDEN"
	case slices.Contains(c.NotFound, pair):
		return "NOT_FOUND"
	}
	return ""
}

func readMerges(t *testing.T) *mergeCases {
	t.Helper()
	read := &mergeCases{}
	decodeCases(t, "merge.yaml", read)
	return read
}

// mergePairs are the records that the cases name.
func (w *world) mergePairs(t *testing.T) map[string][2]string {
	t.Helper()
	steward, foreign := w.as(t, "DATA_STEWARD"), w.as(t, "birch steward").studentID("A-01")
	kept := steward.studentID("A-01")
	return map[string][2]string{
		"one school": {kept, steward.studentID("A-02")}, "two schools": {kept, steward.studentID("M-01")},
		"the kept of another district": {foreign, kept}, "the dropped of another district": {kept, foreign}, "nobody": {kept, likeIt(kept)},
	}
}

// coverRole checks that each operation has one outcome of the role for each pair.
func (m *mergeCases) coverRole(t *testing.T, role string, pairs int) {
	t.Helper()
	for operation, most := range map[string]int{"mergeStudents": pairs, "unmergeStudents": pairs - 1} {
		one := m.Changes[operation][role]
		if one == nil {
			t.Errorf("%s has no case of %s", operation, role)
			continue
		}
		all := slices.Concat(one.Done, one.Forbidden, one.NotFound)
		if slices.Sort(all); len(slices.Compact(all)) != most || len(one.Done)+len(one.Forbidden)+len(one.NotFound) != most {
			t.Errorf("%s, %s: not one outcome for each of %d: %v", operation, role, most, all)
		}
	}
}

// TestMergePermissions runs every case. What is refused leaves no trace, and tells
// nothing of whether what was named exists.
func TestMergePermissions(t *testing.T) {
	t.Parallel()
	read, schema := readMerges(t), loadSchema(t)
	w := newWorkplace(t)
	for name, dates := range map[string]span{"until today": {longAgo, today}, "until yesterday": {longAgo, yesterday}, "from tomorrow": {tomorrow, ""}} {
		w.addMember(t, w.alder, "DATA_STEWARD "+name, member{roles: []held{{"DATA_STEWARD", "", dates.starts, dates.ends}}})
	}
	pairs, steward := w.mergePairs(t), w.as(t, "DATA_STEWARD")
	for _, value := range schema.Types["Role"].EnumValues {
		read.coverRole(t, value.Name, len(pairs))
	}
	read.coverRole(t, "OPERATOR", len(pairs))
	for role, one := range read.Changes["mergeStudents"] {
		c := w.as(t, subjectOf(role))
		for place, pair := range pairs {
			code := one.outcome(place)
			got := c.merge(pair[0], pair[1], nil)
			if got.refusedWith(code, c.merge(pair[0], likeIt(pair[0]), nil)) {
				continue
			}
			got.done("mergeStudents", pair[0])
			steward.unmerge(pair[1]).done("unmergeStudents", pair[1])
		}
	}
	for role, one := range read.Changes["unmergeStudents"] {
		c := w.as(t, subjectOf(role))
		for _, place := range slices.Concat(one.Done, one.Forbidden, one.NotFound) {
			pair := pairs[place]
			code := one.outcome(place)
			merged := slices.Contains([]string{"one school", "two schools"}, place)
			if merged {
				steward.merge(pair[0], pair[1], nil).done("mergeStudents", pair[0])
			}
			got := c.unmerge(pair[1])
			switch refused := got.refusedWith(code, c.unmerge(likeIt(pair[1]))); {
			case !refused:
				got.done("unmergeStudents", pair[1])
			case merged:
				steward.unmerge(pair[1]).done("unmergeStudents", pair[1])
			}
		}
	}
	if n := w.count(t, `SELECT count(*) FROM audit_log WHERE district_id = $1 AND operation <> 'import' AND principal_id NOT IN (
		SELECT person_id FROM identity WHERE district_id = $1 AND subject IN ('DATA_STEWARD', 'DATA_STEWARD until today'))`); n != 0 {
		t.Errorf("%d lines of those who may merge nobody", n)
	}
}

// refusedWith checks that the answer is refused with the code, exactly as for somebody
// who does not exist; it is false when the code is empty.
func (a *answer) refusedWith(code string, nobody *answer) bool {
	a.t.Helper()
	if code == "" {
		return false
	}
	a.refused(code)
	if string(a.body) != string(nobody.body) {
		a.t.Errorf("refused otherwise than nobody:\n%s\n%s", a.body, nobody.body)
	}
	return true
}

// TestMergePayload: the answer shows what the steward's classes show, of the kept student
// who has rows of every class by now.
func TestMergePayload(t *testing.T) {
	t.Parallel()
	read, fields, schema := readMerges(t), readCases(t), loadSchema(t)
	w := newWorkplace(t)
	steward := w.as(t, "DATA_STEWARD")
	kept, dropped := steward.studentID("A-02"), steward.studentID("A-01")
	r := &permissionRun{t: t, cases: fields, schema: schema, client: steward}
	document := `mutation($input: MergeStudentsInput!) { mergeStudents(input: $input) { student { id ` + r.selection("Student") + ` } userErrors { code } } }`
	got := steward.ask(document, vars{"input": vars{"keepId": kept, "dropId": dropped, "reason": "One child."}}).done("mergeStudents", kept)
	reasons := map[string]string{}
	for _, one := range got.redactions() {
		reasons[one.Path] = one.Reason
	}
	want := map[string]string{}
	for name, class := range fields.Fields {
		path := "mergeStudents.student." + pathOf(name)
		if name[:min(len(name), len("Student."))] != "Student." {
			continue
		}
		hidden := slices.Contains(read.Payload.Role, class)
		if hidden {
			want[path] = "ROLE"
		}
		if hidden == slices.Contains(read.Payload.Shown, class) || (hidden && got.at(path) != nil) {
			t.Errorf("%s of %s: %v", path, class, got.at(path))
		}
	}
	if !maps.Equal(reasons, want) {
		t.Errorf("listed as not shown: %v, not %v", reasons, want)
	}
	coordinator := w.as(t, "DISTRICT_COORDINATOR")
	moved := coordinator.ask(`query($id: ID!) { node(id: $id) { ... on Student { contactLogs { totalCount } characteristics { kind } } } }`, vars{"id": kept}).fine()
	if number(moved.Data, "node.contactLogs.totalCount") != 70_000 || len(moved.list("node.characteristics")) == 0 {
		t.Errorf("what the steward does not see did not move: %s", moved.body)
	}
}
