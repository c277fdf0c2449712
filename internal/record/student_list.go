package record

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// ErrForbidden is a list that would tell, by its rows or their order, what the
// reader may not see.
var ErrForbidden = errors.New("forbidden")

// Within is which of the students within reach a list ranges over.
type Within string

// The ways of being within reach.
const (
	All        Within = "ALL"
	MySchools  Within = "MY_SCHOOLS"
	MySections Within = "MY_SECTIONS"
	MyCaseload Within = "MY_CASELOAD"
)

var reachesWithin = map[Within][]access.Reach{
	MySchools: {access.OwnSchools, access.OwnLeavers}, MySections: {access.OwnSections}, MyCaseload: {access.OwnCaseload},
}

// bridges are the reaches that keep a leaver in sight, with few classes. A list
// that needs another class does not range over them.
var bridges = []access.Reach{access.OwnLeavers, access.OwnRecoveries}

// StudentFilter is which students to list; all conditions hold together.
type StudentFilter struct {
	Within            *string
	SchoolIDs         []relay.ID
	GradeLevels       []string
	ChronicallyAbsent *bool
	RiskLevels        []string
	Search            *string
}

// StudentOrder is the order of a list of students.
type StudentOrder struct {
	Field     string
	Direction string
}

// studentOrder says how a list is ordered: the sort keys before the id, each with
// the type that its cursor's text is read as, and the class that the order tells.
type studentOrder struct {
	keys  []sortKey
	class access.Class
}

type sortKey struct{ expression, kind string }

var byName = []sortKey{{"s.last_name", "text"}, {"s.first_name", "text"}}

var studentOrders = map[string]studentOrder{
	"LAST_NAME":   {keys: byName, class: access.Directory},
	"GRADE_LEVEL": {keys: append([]sortKey{{gradeRankSQL, "integer"}}, byName...), class: access.Directory},
	"ABSENT_DAYS": {keys: append([]sortKey{{absentSQL, "bigint"}}, byName...), class: access.Attendance},
}

const (
	gradeRankSQL = `coalesce(array_position(ARRAY['PREKINDERGARTEN', 'KINDERGARTEN', 'FIRST', 'SECOND', 'THIRD', 'FOURTH', 'FIFTH',
		'SIXTH', 'SEVENTH', 'EIGHTH', 'NINTH', 'TENTH', 'ELEVENTH', 'TWELFTH'], s.grade_level), 99)`
	absentSQL = `coalesce((SELECT o.absent FROM student_attendance o
		WHERE o.district_id = {district} AND o.student_id = s.id AND o.school_year = ` + currentYearSQL + `), -1)`
)

// checkSearch refuses a search that is longer than any name, or no text.
func (f StudentFilter) checkSearch() error {
	if f.Search == nil {
		return nil
	}
	if len(*f.Search) > maxSearch || strings.ContainsRune(*f.Search, 0) {
		return &relay.InputError{Expected: "search takes words of a name or a local id, at most 200 characters in all"}
	}
	return nil
}

// maxSearch is how long a search may be, in bytes.
const maxSearch = 200

// studentList is one list under way.
type studentList struct {
	op     *operation.Operation
	filter StudentFilter
	order  studentOrder
	desc   bool
	spans  []access.Span
	told   []access.Class // by which rows are there, and in which order
	page   relay.Page
	after  []string
	query  string
}

// Students lists students within the reader's reach: the page, with its count
// when that was selected, in one statement. ErrForbidden when the filter or order
// needs a class that the reader may not read of every student ranged over.
func Students(ctx context.Context, op *operation.Operation, filter *StudentFilter, order *StudentOrder, selected Selected) (*StudentConnection, error) {
	l, err := newStudentList(op, filter, order, selected.Page)
	if err != nil {
		return nil, err
	}
	nodes := rowSelections(selected)
	columns := distinct(nodes, isStudentField)
	st, err := l.statement(columns, selected)
	if err != nil {
		return nil, err
	}
	var total int
	var rows []relay.Row[*Student]
	err = op.Run(ctx, st, func(r *sql.Rows) error {
		keys := make(pq.StringArray, 0)
		student, err := scanStudent(r, columns, op, []any{&total, &keys})
		if err != nil || student == nil {
			return err
		}
		rows = append(rows, relay.Row[*Student]{Node: student, Keys: append(keys, student.ID.UUID.String())})
		return nil
	})
	if err != nil {
		return nil, err
	}
	connection := relay.Connect(rows, l.page, total, func(keys []string) string { return op.Cursors.Seal(l.query, keys) })
	for i, edge := range connection.Edges {
		redact(op, edge.Node, nodes, i, l.told...)
	}
	if _, counted := selected.field("totalCount"); counted {
		op.ShowFigures(access.Of(l.told...), l.spans)
	}
	return &StudentConnection{*connection}, attachStudents(ctx, op, connection.Nodes(), nodes)
}

// rowSelections gives what is selected of a connection's rows themselves, by edges
// and by nodes.
func rowSelections(selected Selected) []Selected {
	var fields []Selected
	if nodes, ok := selected.field("nodes"); ok {
		fields = append(fields, nodes.Fields...)
	}
	if edges, ok := selected.field("edges"); ok {
		if node, ok := edges.field("node"); ok {
			fields = append(fields, node.Fields...)
		}
	}
	return fields
}

func newStudentList(op *operation.Operation, filter *StudentFilter, order *StudentOrder, page relay.PageArgs) (*studentList, error) {
	l := &studentList{op: op, order: studentOrders["LAST_NAME"]}
	if filter != nil {
		l.filter = *filter
	}
	if err := l.filter.checkSearch(); err != nil {
		return nil, err
	}
	if order != nil {
		l.order, l.desc = studentOrders[order.Field], order.Direction == "DESC"
	}
	l.told = l.classesTold(order)
	var lacking *access.Class
	if l.spans, lacking = rangeOver(spansWithin(op.Reader.Spans, l.filter.Within), l.classesNeeded()); lacking != nil {
		return nil, fmt.Errorf("%w: filtering or ordering by %s needs it for every student that the list ranges over; narrow filter.within", ErrForbidden, *lacking)
	}
	binding, err := json.Marshal([]any{"District.students", op.Reader.Principal.PersonID, l.filter, order})
	if err != nil {
		return nil, fmt.Errorf("bind the cursors to the list: %w", err)
	}
	l.query = string(binding)
	l.page, l.after, err = openPage(op, l.query, page)
	return l, err
}

// rangeOver gives the spans that a list ranges over which tells of the classes: bridges
// that lack one are left out. lacking is a class that one of the others lacks: then the
// list would tell of students what may not be seen of them.
func rangeOver(spans []access.Span, classes []access.Class) (ranged []access.Span, lacking *access.Class) {
	for _, class := range classes {
		spans = slices.DeleteFunc(slices.Clone(spans), func(s access.Span) bool {
			return slices.Contains(bridges, s.Reach) && !s.Rights.Read.Has(class)
		})
		if !access.EverywhereIn(spans, class) {
			return nil, &class
		}
	}
	return spans, nil
}

// spansWithin gives those of the spans that a list ranges over.
func spansWithin(spans []access.Span, within *string) []access.Span {
	if within == nil || *within == string(All) {
		return spans
	}
	var kept []access.Span
	for _, span := range spans {
		if slices.Contains(reachesWithin[Within(*within)], span.Reach) {
			kept = append(kept, span)
		}
	}
	return kept
}

// classesNeeded gives the classes that the list needs of every student it ranges
// over.
func (l *studentList) classesNeeded() []access.Class {
	return append([]access.Class{access.Directory, l.order.class}, l.classesFiltered()...)
}

// classesTold gives the classes that the filter and the order tell something of, by
// which students are there and where. That a student exists is no class.
func (l *studentList) classesTold(order *StudentOrder) []access.Class {
	classes := l.classesFiltered()
	if order != nil {
		classes = append(classes, l.order.class)
	}
	if l.filter.SchoolIDs != nil || l.filter.GradeLevels != nil || l.filter.Search != nil {
		classes = append(classes, access.Directory)
	}
	return classes
}

// classesFiltered gives the classes beside DIRECTORY that the filter goes by.
func (l *studentList) classesFiltered() []access.Class {
	var classes []access.Class
	if l.filter.ChronicallyAbsent != nil {
		classes = append(classes, access.Attendance)
	}
	if l.filter.RiskLevels != nil {
		classes = append(classes, access.Risk)
	}
	return classes
}

// statement reads the page and its count. The columns are assembled for the rows
// of the page alone, and each row's sort keys worked out once.
func (l *studentList) statement(columns []Selected, selected Selected) (*reach.Statement, error) {
	st := startYearly(l.op.Reader)
	_, counted := selected.field("totalCount")
	inOne := counted && l.after == nil // from the first row on, the page's own rows are all that there are to count
	if inOne {
		st.Text("SELECT coalesce(s.n, 0)")
	} else {
		st.Text("SELECT total.n")
	}
	st.Text(", CASE WHEN s.id IS NOT NULL THEN ARRAY[")
	l.keys(st, func(name string, _ sortKey) { st.Text("s." + name + "::text") })
	st.Text("] END, s.id, s.mask")
	if err := writeColumns(st, columns, l.op); err != nil {
		return nil, err
	}
	st.Text(" FROM (SELECT ")
	if counted && !inOne {
		st.Text("(SELECT count(*) FROM student s WHERE ")
		l.conditions(st)
		st.Text(")")
	} else {
		st.Text("0")
	}
	st.Text(" AS n) total LEFT JOIN (SELECT s.*, ").Mask("s").Text(" AS mask, ")
	l.keys(st, func(name string, k sortKey) { st.Write(k.expression, nil).Text(" AS " + name) })
	if inOne {
		st.Text(", count(*) OVER () AS n")
	}
	st.Text(" FROM student s WHERE ")
	l.conditions(st)
	l.afterCursor(st)
	st.Text(" ORDER BY ")
	l.orderBy(st, "")
	st.Text(" LIMIT ").Arg(l.page.Limit + 1).Text(") s ON true ORDER BY ")
	l.orderBy(st, "s.")
	return st, nil
}

// keys writes something of the sort keys, with commas between: each has a name of its
// own as a column.
func (l *studentList) keys(st *reach.Statement, write func(name string, key sortKey)) {
	for i, key := range l.order.keys {
		if i > 0 {
			st.Text(", ")
		}
		write("sort_key_"+strconv.Itoa(i), key)
	}
}

// orderBy writes the order of the page, by the sort keys' columns of the alias:
// backward pages run the other way.
func (l *studentList) orderBy(st *reach.Statement, alias string) {
	direction := ""
	if l.desc != l.page.Backward {
		direction = " DESC"
	}
	l.keys(st, func(name string, _ sortKey) { st.Text(alias + name + direction) })
	st.Text(", s.id" + direction)
}

// afterCursor writes that a row lies beyond the cursor.
func (l *studentList) afterCursor(st *reach.Statement) {
	if l.after == nil {
		return
	}
	than := " > ("
	if l.desc != l.page.Backward {
		than = " < ("
	}
	st.Text(" AND (")
	l.keys(st, func(_ string, k sortKey) { st.Write(k.expression, nil) })
	st.Text(", s.id)" + than)
	for i, key := range l.order.keys {
		st.Arg(l.after[i]).Text("::" + key.kind + ", ")
	}
	st.Arg(l.after[len(l.order.keys)]).Text("::uuid)")
}

// conditions writes which students the list holds.
func (l *studentList) conditions(st *reach.Statement) {
	st.Students("s", l.spans).Text(" AND s.withdrawn_at IS NULL")
	f := l.filter
	if f.SchoolIDs != nil {
		st.Write(` AND EXISTS (SELECT 1 FROM student_school_association e WHERE e.district_id = {district} AND e.student_id = s.id
			AND e.school_id = ANY({schools}::uuid[]) AND e.entry_date <= {today} AND coalesce(e.exit_date, 'infinity') >= {today} AND `+lived+`)`,
			reach.Values{"schools": pq.Array(uuidsOf(f.SchoolIDs, relay.School))})
	}
	if f.GradeLevels != nil {
		st.Write(" AND s.grade_level = ANY({grades}::text[])", reach.Values{"grades": pq.Array(f.GradeLevels)})
	}
	if f.ChronicallyAbsent != nil {
		st.Write(` AND EXISTS (SELECT 1 FROM student_attendance a WHERE a.district_id = {district} AND a.student_id = s.id
			AND a.school_year = `+currentYearSQL+` AND a.measured AND `+chronicSQL[*f.ChronicallyAbsent]+`)`, nil)
	}
	if f.RiskLevels != nil {
		st.Write(` AND EXISTS (SELECT 1 FROM student_risk r WHERE r.district_id = {district} AND r.student_id = s.id
			AND r.school_year = `+currentYearSQL+` AND r.level = ANY({levels}::text[]))`,
			reach.Values{"levels": pq.Array(f.RiskLevels)})
	}
	if words := f.words(); len(words) > 0 {
		st.Text(" AND (")
		searchWords(st, "s", words)
		st.Write(" OR s.id IN (SELECT m.merged_into FROM student m WHERE m.district_id = {district} AND m.merged_into IS NOT NULL AND ", nil)
		searchWords(st, "m", words)
		st.Text("))")
	}
}

// words are what a search looks for, in lower case.
func (f StudentFilter) words() []string {
	if f.Search == nil {
		return nil
	}
	return strings.Fields(strings.ToLower(*f.Search))
}

// searchWords writes that each word stands in the names or the local id of the row:
// of a student's own, or of a record that was merged into the student's.
func searchWords(st *reach.Statement, alias string, words []string) {
	for i, word := range words {
		if i > 0 {
			st.Text(" AND ")
		}
		st.Text(alias + ".search_text LIKE ").Arg("%" + likeEscaper.Replace(word) + "%")
	}
}

// chronicSQL is written out, so that the partial index on chronic serves it.
var chronicSQL = map[bool]string{true: "a.chronic", false: "NOT a.chronic"}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// uuidsOf gives the ids that name that kind of object; others name nothing.
func uuidsOf(ids []relay.ID, prefix relay.Prefix) []uuid.UUID {
	kept := make([]uuid.UUID, 0, len(ids))
	for _, id := range ids {
		if id.Prefix == prefix {
			kept = append(kept, id.UUID)
		}
	}
	return slices.Clip(kept)
}
