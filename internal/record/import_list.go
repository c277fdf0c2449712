package record

import (
	"slices"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// runList is a list of what an import run kept of its rows, given by pages in the order
// of files and lines. In its texts l is a row of the table, and r the run.
type runList struct {
	table    string            // read as l
	narrowed map[string]string // what follows the conditions, by the value of the list's argument
	node     string            // one row as JSON
	values   func(op *operation.Operation, s Selected) reach.Values
	keep     func(run *ImportRun, raw []byte, s Selected, op *operation.Operation) error
	note     func(run *ImportRun, s Selected, op *operation.Operation) // what of it is not shown
}

// runLists are the lists, by the fields of ImportRun.
var runLists = map[string]runList{"issues": importIssues, "quarantine": quarantinedRows}

const runListSQL = `json_build_object('total', {total}, 'rows', (SELECT coalesce(json_agg(x.item), '[]') FROM (
	SELECT json_build_object('keys', json_build_array(l.file, l.line::text, l.id::text), 'node', {node}) AS item
	FROM {from} {after} ORDER BY {order} LIMIT {limit}) x))`

// listSelections gives the pages of a run's lists that are selected.
func listSelections(selected []Selected) []Selected {
	return distinct(selected, func(name string) bool { _, is := runLists[name]; return is })
}

func runListKey(narrowed *string, page relay.PageArgs) string {
	if narrowed == nil {
		return pageKey(page)
	}
	return *narrowed + pageKey(page)
}

// runListBound binds the cursors of a list to its argument and reader.
func runListBound(op *operation.Operation, s Selected) string {
	return bound(op, "ImportRun."+s.Name+s.Narrowed)
}

// writeRunList writes a page of one of the lists, where the reader may read it.
func writeRunList(st *reach.Statement, op *operation.Operation, s Selected) error {
	l := runLists[s.Name]
	page, keys, err := openPage(op, runListBound(op, s), s.Page)
	if err != nil {
		return err
	}
	if !op.Reader.May(access.ReadImportIssues) {
		st.Text("NULL")
		return nil
	}
	direction, than := "", ">"
	if page.Backward {
		direction, than = " DESC", "<"
	}
	from := func(st *reach.Statement) {
		st.Write(l.table+" l WHERE l.district_id = {district} AND l.run_id = r.id AND {reach} "+l.narrowed[s.Narrowed], reach.Values{
			"reach": func(st *reach.Statement) { st.Rows(l.table, "l") },
		})
	}
	st.Write(runListSQL, reach.Values{
		"total": ifSelected(s, "totalCount", func(st *reach.Statement) { st.Text("(SELECT count(*) FROM "); from(st); st.Text(")") }, "0"),
		"node":  func(st *reach.Statement) { st.Write(l.node, l.values(op, s)) },
		"from":  from,
		"after": func(st *reach.Statement) {
			if keys != nil {
				st.Text("AND (l.file, l.line, l.id) " + than + " (").Arg(keys[0]).Text(", ").Arg(keys[1]).Text("::integer, ").Arg(keys[2]).Text("::uuid)")
			}
		},
		"order": func(st *reach.Statement) {
			st.Text("l.file" + direction + ", l.line" + direction + ", l.id" + direction)
		},
		"limit": page.Limit + 1,
	})
	return nil
}

// ownerKey is the place of the run's id among the keys of a list's cursor.
const ownerKey = 3

// runPage reads a page of one of the run's lists. A cursor of another run's list gives
// nothing.
func runPage[T any](run *ImportRun, raw []byte, s Selected, op *operation.Operation) (*relay.Connection[T], error) {
	var read struct {
		Total int
		Rows  []relay.Row[T]
	}
	if err := fromJSON(raw, &read); err != nil {
		return nil, err
	}
	page, keys, err := openPage(op, runListBound(op, s), s.Page)
	if err != nil {
		return nil, err
	}
	owner := run.ID.String()
	if keys != nil && keys[ownerKey] != owner {
		read.Rows, read.Total = nil, 0
	}
	seal := func(keys []string) string { return op.Cursors.Seal(runListBound(op, s), append(keys, owner)) }
	return relay.Connect(read.Rows, page, read.Total, seal), nil
}

// checkOwners refuses a cursor that belongs to none of the runs.
func (r runRead) checkOwners(runs []relay.Row[*ImportRun]) error {
	for _, s := range r.lists {
		_, keys, err := openPage(r.op, runListBound(r.op, s), s.Page)
		if err != nil {
			return err
		}
		if keys != nil && !slices.ContainsFunc(runs, func(run relay.Row[*ImportRun]) bool { return run.Node.ID.String() == keys[ownerKey] }) {
			return relay.ErrCursor
		}
	}
	return nil
}

// note writes down what of the run's lists is shown, and what is not.
func (r runRead) note(run *ImportRun, index int) {
	if len(r.lists) == 0 {
		return
	}
	if r.op.Reader.May(access.ReadImportIssues) {
		r.op.ShowRecords(access.ReadImportIssues)
	}
	for _, s := range r.lists {
		if !r.op.Reader.May(access.ReadImportIssues) {
			r.op.Redact(s.Path, nil, operation.NoRole, index)
			continue
		}
		runLists[s.Name].note(run, s, r.op)
	}
}

// kindClasses says which classes a row tells of a student, by its kind: who does not read
// them all of every student is not shown what the row says. A kind that is not here is
// shown to nobody.
var kindClasses = map[string]access.Classes{
	"": 0, "Region": 0, "District": 0, "School": 0, "Calendar": 0, "CalendarDate": 0, "Term": 0, "Course": 0, "Section": 0, "SectionTeacher": 0,
	"Staff": 0, "StaffAssignment": 0, "GraduationRequirement": 0, "MenuEntry": 0,

	"Student":          access.Of(access.Directory, access.Demographic, access.Enrollment), // the cohort is ENROLLMENT
	"Demographics":     access.Of(access.Directory, access.Demographic),
	"Enrollment":       access.Of(access.Directory, access.Enrollment),
	"Exit":             access.Of(access.Directory, access.Enrollment),
	"Person":           access.Of(access.Contact),
	"Channel":          access.Of(access.Contact),
	"StudentContact":   access.Of(access.Directory, access.Contact),
	"Characteristic":   access.Of(access.Directory, access.Circumstance),
	"Seat":             access.Of(access.Directory, access.Academic),
	"AttendanceEvent":  access.Of(access.Directory, access.Attendance),
	"Incident":         access.Of(access.Discipline),
	"Participation":    access.Of(access.Directory, access.Discipline),
	"Action":           access.Of(access.Directory, access.Discipline),
	"ActionIncident":   access.Of(access.Directory, access.Discipline),
	"Grade":            access.Of(access.Directory, access.Academic),
	"CourseTranscript": access.Of(access.Directory, access.Academic),
	"AssessmentResult": access.Of(access.Directory, access.Academic),
	"PlanItem":         access.Of(access.Directory, access.Casework),
	"SupportSession":   access.Of(access.Directory, access.Casework),
}

// WritesKind tells whether the reader may write what a row of the kind tells, of every
// student of the district.
func WritesKind(reader access.Reader, kind string) bool {
	classes, known := kindClasses[kind]
	var writes access.Classes
	for _, span := range reader.Spans {
		if span.Reach == access.WholeDistrict {
			writes |= span.Rights.Write
		}
	}
	return known && classes&^writes == 0
}

// unread gives the first class that the kind tells and the reader does not read of every
// student; hidden is false when there is none.
func unread(reader access.Reader, kind string) (class *access.Class, hidden bool) {
	classes, known := kindClasses[kind]
	if !known {
		return nil, true
	}
	if missing := (classes &^ reader.OverDistrict()).List(); len(missing) > 0 {
		return &missing[0], true
	}
	return nil, false
}

// shownKinds writes the condition under which what a row of the kind says is shown.
func shownKinds(reader access.Reader, kind string) func(*reach.Statement) {
	var shown []string
	for name := range kindClasses {
		if _, hidden := unread(reader, name); !hidden {
			shown = append(shown, "'"+name+"'")
		}
	}
	slices.Sort(shown)
	return func(st *reach.Statement) { st.Text(kind + " IN (" + strings.Join(shown, ", ") + ")") }
}

// pathsOf gives the paths by which a field of a list's rows is selected.
func pathsOf(selected []Selected, name string) []string {
	var paths []string
	for _, s := range selected {
		if s.Name == name && !slices.Contains(paths, s.Path) {
			paths = append(paths, s.Path)
		}
	}
	return paths
}

// hide notes that what a row of the kind says is not shown, where it was asked for.
func hide(op *operation.Operation, selected []Selected, name, kind string, index int) {
	class, hidden := unread(op.Reader, kind)
	if !hidden {
		return
	}
	for _, path := range pathsOf(selected, name) {
		op.Redact(path, class, operation.NoRole, index)
	}
}
