package load

import (
	"context"
	"fmt"
	"reflect"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/roster"
)

// batchRows is how many rows of one kind wait in memory before they are copied.
const batchRows = 5_000

// stage is the sink that copies rows into staging tables, a batch of one kind at a
// time, so that memory is bounded whatever the size of the export.
type stage struct {
	tx         *postgres.Tx
	kinds      []kind
	byType     map[string]int // from the row's type to its kind
	waiting    [][][]any
	read       []int64
	issues     [][]any
	quarantine map[string]int64 // rejected rows by kind
	passedOver map[string]int64
	roles      map[string]int64 // proposed roles
	years      map[int]bool
}

func newStage(ctx context.Context, tx *postgres.Tx) (*stage, error) {
	all := kinds()
	s := &stage{
		tx: tx, kinds: all, byType: make(map[string]int, len(all)), waiting: make([][][]any, len(all)), read: make([]int64, len(all)),
		quarantine: map[string]int64{}, passedOver: map[string]int64{}, roles: map[string]int64{}, years: map[int]bool{},
	}
	for i, k := range all {
		s.byType[k.name] = i
		if _, err := tx.SQL().ExecContext(ctx, k.createStage()); err != nil {
			return nil, fmt.Errorf("make the staging table of %s rows: %w", k.name, err)
		}
	}
	_, err := tx.SQL().ExecContext(ctx, `CREATE TEMP TABLE stage_issue (id uuid, kind text, file text, line integer, field text,
		value text, problem text, hint text) ON COMMIT DROP`)
	if err != nil {
		return nil, fmt.Errorf("make the staging table of issues: %w", err)
	}
	return s, nil
}

// Put stages a row.
func (s *stage) Put(ctx context.Context, row any) error {
	switch r := row.(type) {
	case roster.Region, roster.District:
		return nil // read before, when the district was made
	case roster.StaffAssignment:
		s.roles[proposedRole(r.Classification)]++
		return nil
	case roster.Calendar:
		s.years[r.SchoolYear] = true
	case roster.Enrollment:
		s.years[yearOf(r.SchoolYear, r.EntryDate)] = true
	case roster.AttendanceEvent:
		s.years[yearOf(r.SchoolYear, r.Date)] = true
	}
	i, known := s.byType[reflect.TypeOf(row).Name()]
	if !known {
		return fmt.Errorf("no kind of row takes a %T", row)
	}
	origin := originOf(row)
	s.read[i]++
	s.waiting[i] = append(s.waiting[i], append([]any{newID(), origin.File, origin.Line}, s.kinds[i].values(row)...))
	if len(s.waiting[i]) >= batchRows {
		return s.flush(ctx, i)
	}
	return nil
}

// Reject keeps a row's problems for quarantine.
func (s *stage) Reject(_ context.Context, _ any, problems []roster.Issue) error {
	kind := problems[0].Kind
	s.quarantine[kind]++
	if i, known := s.byType[kind]; known {
		s.read[i]++
	}
	for _, issue := range problems {
		s.issues = append(s.issues, []any{newID(), issue.Kind, issue.File, issue.Line, issue.Field, issue.Value, issue.Problem, issue.Hint})
	}
	return nil
}

// Tolerate keeps what was put up with for the record of the run.
func (s *stage) Tolerate(context.Context, roster.Issue) error { return nil }

// Cover keeps of what the source holds everything.
func (s *stage) Cover(roster.Coverage) error { return nil }

// PassOver counts an element that the model has no place for.
func (s *stage) PassOver(kind string) error {
	s.passedOver[kind]++
	return nil
}

// finish copies what still waits and lets the planner know the sizes.
func (s *stage) finish(ctx context.Context) error {
	for i := range s.kinds {
		if err := s.flush(ctx, i); err != nil {
			return err
		}
	}
	if err := s.copy(ctx, "COPY stage_issue (id, kind, file, line, field, value, problem, hint) FROM STDIN", s.issues); err != nil {
		return fmt.Errorf("stage the issues: %w", err)
	}
	_, err := s.tx.SQL().ExecContext(ctx, "CREATE INDEX ON stage_person (ref)")
	if err != nil {
		return fmt.Errorf("index the staged persons: %w", err)
	}
	for _, k := range s.kinds {
		if _, err := s.tx.SQL().ExecContext(ctx, "ANALYZE "+k.stageTable()); err != nil {
			return fmt.Errorf("analyze the staged %s rows: %w", k.name, err)
		}
	}
	return nil
}

func (s *stage) flush(ctx context.Context, i int) error {
	rows := s.waiting[i]
	s.waiting[i] = rows[:0]
	if err := s.copy(ctx, s.kinds[i].copyIn(), rows); err != nil {
		return fmt.Errorf("stage %s rows: %w", s.kinds[i].name, err)
	}
	return nil
}

func (s *stage) copy(ctx context.Context, statement string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	in, err := s.tx.SQL().PrepareContext(ctx, statement)
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
	proposals := map[string]string{
		"Principal": "SCHOOL_LEADER", "Assistant Principal": "SCHOOL_LEADER", "School Administrator": "SCHOOL_LEADER",
		"Counselor": "COUNSELOR", "Teacher": "TEACHER", "Superintendent": "DISTRICT_COORDINATOR", "LEA System Administrator": "DATA_STEWARD",
	}
	if role, known := proposals[classification]; known {
		return role
	}
	return "none"
}
