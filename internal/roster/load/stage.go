package load

import (
	"context"
	"fmt"
	"reflect"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/form"
)

// What waits in memory before it is copied, so that memory is bounded whatever the
// size of the export and of its rows.
const (
	batchRows  = 5_000   // of one kind
	batchBytes = 4 << 20 // of all kinds
)

// stage is the sink that copies rows into staging tables, a batch at a time.
type stage struct {
	tx         *postgres.Tx
	kinds      []kind
	byType     map[string]int // from the row's type to its kind
	waiting    [][][]any
	weight     int // bytes that wait, about
	staged     []int64
	read       []int64
	issues     issues
	corrects   [][]any // staged rows that correct one in quarantine, to be copied
	covers     []roster.Coverage
	quarantine map[string]int64 // rejected rows by kind
	passedOver map[string]int64
	roles      map[string]int64 // proposed roles
	years      map[int]bool
}

func newStage(ctx context.Context, tx *postgres.Tx, by Author) (*stage, error) {
	all := kinds(by)
	s := &stage{
		tx: tx, kinds: all, byType: make(map[string]int, len(all)), waiting: make([][][]any, len(all)), staged: make([]int64, len(all)),
		read: make([]int64, len(all)), issues: issues{tolerated: map[tolerance]*tolerated{}},
		quarantine: map[string]int64{}, passedOver: map[string]int64{}, roles: map[string]int64{}, years: map[int]bool{},
	}
	for i, k := range all {
		s.byType[k.name] = i
		if _, err := tx.SQL().ExecContext(ctx, k.createStage()); err != nil {
			return nil, fmt.Errorf("make the staging table of %s rows: %w", k.name, err)
		}
	}
	for _, create := range []string{createIssues, createQuarantine, createCorrections, createTouched} {
		if _, err := tx.SQL().ExecContext(ctx, create); err != nil {
			return nil, fmt.Errorf("make the load's own tables: %w", err)
		}
	}
	return s, nil
}

// Put stages a row.
func (s *stage) Put(ctx context.Context, row any) error {
	said, gone := row.(roster.Gone)
	if gone {
		row = said.Row
	}
	switch r := row.(type) {
	case roster.Region, roster.District:
		return nil // read before, when the district was made
	case roster.StaffAssignment:
		s.roles[proposedRole(r.Classification)]++
		return nil
	}
	i, known := s.byType[reflect.TypeOf(row).Name()]
	if !known {
		return fmt.Errorf("no kind of row takes a %T", row)
	}
	if gone && s.kinds[i].removal == nil {
		return s.PassOver(s.kinds[i].name + " to be deleted") // such rows are never taken out
	}
	s.noteYear(s.kinds[i], row)
	origin := originOf(row)
	s.read[i]++
	s.staged[i]++
	id := newID()
	s.correct(id, s.kinds[i].name, origin)
	values := append([]any{id, origin.File, origin.Line, gone}, s.kinds[i].form.Values(row)...)
	s.waiting[i] = append(s.waiting[i], values)
	s.weight += weigh(values)
	switch {
	case s.weight >= batchBytes || len(s.corrects) >= batchRows:
		return s.flushAll(ctx)
	case len(s.waiting[i]) >= batchRows:
		return s.flush(ctx, i)
	}
	return nil
}

// ofYears are the kinds whose rows stand in a school year of the district.
var ofYears = map[string]bool{
	"Calendar": true, "Term": true, "Enrollment": true, "Section": true, "AttendanceEvent": true, "Incident": true, "Action": true, "Grade": true,
}

// noteYear keeps the school year of a row, to be added.
func (s *stage) noteYear(k kind, row any) {
	if !ofYears[k.name] {
		return
	}
	const first, last = 1900, 2999 // others are quarantined
	if year := k.form.Year(row); year >= first && year <= last {
		s.years[year] = true
	}
}

// weigh gives about how many bytes a row takes while it waits.
func weigh(values []any) int {
	const ofValue = 32
	weight := ofValue * len(values)
	for _, value := range values {
		switch v := value.(type) {
		case string:
			weight += len(v)
		case fmt.Stringer:
		default:
			if list := reflect.ValueOf(value); list.Kind() == reflect.Pointer && list.Elem().Kind() == reflect.Slice {
				for i := range list.Elem().Len() {
					weight += list.Elem().Index(i).Len()
				}
			}
		}
	}
	return weight
}

// Reject keeps a row and its problems for quarantine.
func (s *stage) Reject(ctx context.Context, row any, problems []roster.Issue) error {
	kind := problems[0].Kind
	s.quarantine[kind]++
	i, known := s.byType[kind]
	if known {
		s.read[i]++
	}
	var content map[string]string
	id := newID()
	if known && row != nil {
		content = contentOf(s.kinds[i].form, row, problems)
		s.correct(id, kind, originOf(row))
	}
	if err := s.issues.reject(id, kind, known, content, problems); err != nil {
		return err
	}
	return s.issues.flushFull(ctx, s.tx)
}

// contentOf gives what could be read of the row, and what could not as it was written:
// a person corrects what they see.
func contentOf(f form.Form, row any, problems []roster.Issue) map[string]string {
	content := f.Content(row)
	for _, problem := range problems {
		if f.Has(problem.Field) && problem.Value != "" {
			content[problem.Field] = problem.Value
		}
	}
	return content
}

// correct ties a staged or rejected row to the one in quarantine that it corrects.
func (s *stage) correct(id, kind string, origin roster.Origin) {
	if origin.Corrects != "" {
		s.corrects = append(s.corrects, []any{id, origin.Corrects, kind})
	}
}

// Tolerate keeps what was put up with for the record of the run.
func (s *stage) Tolerate(_ context.Context, issue roster.Issue) error {
	s.issues.tolerate(issue)
	return nil
}

// mostPassedOver bounds the names of elements that are counted one by one.
const mostPassedOver = 1_000

// PassOver counts an element that the model has no place for.
func (s *stage) PassOver(kind string) error {
	if _, counted := s.passedOver[kind]; !counted && len(s.passedOver) >= mostPassedOver {
		kind = "others"
	}
	s.passedOver[kind]++
	return nil
}

// finish copies what still waits and lets the planner know the sizes.
func (s *stage) finish(ctx context.Context) error {
	if err := s.flushAll(ctx); err != nil {
		return err
	}
	if err := s.issues.flushAll(ctx, s.tx); err != nil {
		return err
	}
	_, err := s.tx.SQL().ExecContext(ctx, "CREATE INDEX ON stage_person (ref)")
	if err != nil {
		return fmt.Errorf("index the staged persons: %w", err)
	}
	for i, k := range s.kinds {
		if s.staged[i] == 0 {
			continue
		}
		if _, err := s.tx.SQL().ExecContext(ctx, "ANALYZE "+k.stageTable()); err != nil {
			return fmt.Errorf("analyze the staged %s rows: %w", k.name, err)
		}
	}
	return nil
}

func (s *stage) flushAll(ctx context.Context) error {
	for i := range s.kinds {
		if err := s.flush(ctx, i); err != nil {
			return err
		}
	}
	s.weight = 0
	if err := copyRows(ctx, s.tx, copyCorrections, s.corrects); err != nil {
		return fmt.Errorf("stage which rows correct others: %w", err)
	}
	s.corrects = s.corrects[:0]
	return nil
}

func (s *stage) flush(ctx context.Context, i int) error {
	rows := s.waiting[i]
	s.waiting[i] = rows[:0]
	if err := copyRows(ctx, s.tx, s.kinds[i].copyIn(), rows); err != nil {
		return fmt.Errorf("stage %s rows: %w", s.kinds[i].name, err)
	}
	clear(rows)
	return nil
}

func copyRows(ctx context.Context, tx *postgres.Tx, statement string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	in, err := tx.SQL().PrepareContext(ctx, statement)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	for _, row := range rows {
		if _, err := in.ExecContext(ctx, row...); err != nil {
			return err
		}
	}
	_, err = in.ExecContext(ctx)
	return err
}

// originOf gives where a row was read; every row struct embeds it.
func originOf(row any) roster.Origin {
	origin, _ := reflect.TypeAssert[roster.Origin](reflect.ValueOf(row).FieldByName("Origin"))
	return origin
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// proposedRole is the role that a post suggests; a person assigns roles, an import
// never does.
func proposedRole(classification string) string {
	if role, known := proposals[classification]; known {
		return role
	}
	return "none"
}

var proposals = map[string]string{
	"Principal": "SCHOOL_LEADER", "Assistant Principal": "SCHOOL_LEADER", "School Administrator": "SCHOOL_LEADER",
	"Counselor": "COUNSELOR", "Teacher": "TEACHER", "Superintendent": "DISTRICT_COORDINATOR", "LEA System Administrator": "DATA_STEWARD",
}
