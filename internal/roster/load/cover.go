package load

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/roster"
)

// removal is how rows of a kind are taken out that stand in the database and not in a
// source that holds all of them. Nothing is deleted.
type removal struct {
	// year gives, as SQL over r, the school year that a row of the source is of; empty:
	// rows of the kind are of none.
	year string
	// within says, as SQL over the row t, that it lies in what the source covers, c:
	// school_year (NULL where the kind has none), from_on and through_on.
	within string
	stands string // SQL over t: it is not over already; empty: it is not
	sets   string // assignments; empty: the row is withdrawn
	same   string // SQL over t and r: they are one row; empty: by the kind's key
	// meant says, as SQL over t and r, that a row of which the source says that it is gone
	// may mean it; empty: they are one row.
	meant string
	// named says, as SQL over t, that the row in quarantine q (content, student_id) may be
	// meant by it; empty: it is of the same student.
	named string
}

// mostCovers bounds what a source may say that it covers.
const mostCovers = 10_000

// Cover keeps of what the source holds everything.
func (s *stage) Cover(covered roster.Coverage) error {
	if slices.Contains(s.covers, covered) {
		return nil
	}
	if len(s.covers) >= mostCovers {
		return fmt.Errorf("the source says of more than %d kinds, years and days apart that it covers them", mostCovers)
	}
	s.covers = append(s.covers, covered)
	return nil
}

// cover puts what the source covers where the statements can see it: a cover of every
// school year is one of each that the kind's good rows name.
func (l *load) cover(ctx context.Context, tx *postgres.Tx) error {
	if _, err := tx.SQL().ExecContext(ctx, `CREATE TEMP TABLE stage_cover (kind text, school_year integer, from_on date, through_on date) ON COMMIT DROP`); err != nil {
		return fmt.Errorf("make the table of what is covered: %w", err)
	}
	for _, c := range l.stage.covers {
		i, known := l.stage.byType[c.Kind]
		if !known || l.stage.kinds[i].removal == nil {
			continue // such rows are never taken out
		}
		k := l.stage.kinds[i]
		years := "SELECT nullif($2::integer, 0)"
		if k.removal.year != "" && c.SchoolYear == 0 {
			years = "SELECT DISTINCT " + k.removal.year + " + $2::integer FROM " + k.resolvedTable() + " r WHERE " + good
		}
		if k.removal.year == "" {
			years = "SELECT NULL::integer FROM (SELECT $2::integer) said"
		}
		_, err := tx.SQL().ExecContext(ctx, `INSERT INTO stage_cover (kind, school_year, from_on, through_on)
			SELECT $1::text, y.year, coalesce($3::date, '-infinity'), coalesce($4::date, 'infinity') FROM (`+years+`) y (year)`,
			c.Kind, c.SchoolYear, day(c.From), day(c.Through))
		if err != nil {
			return fmt.Errorf("write down what is covered: %w", err)
		}
	}
	return nil
}

// takeOut takes out what is covered and no longer in the source, children after their
// parents, and counts it.
func (l *load) takeOut(ctx context.Context, tx *postgres.Tx) error {
	if len(l.stage.covers) == 0 {
		return nil
	}
	if err := l.nameQuarantined(ctx, tx); err != nil {
		return err
	}
	for i, k := range l.stage.kinds {
		if !l.stage.covered(k.name) || k.removal == nil {
			continue
		}
		text := k.removeStatement()
		args := []any{l.district.ID}
		if strings.Contains(text, "$2") {
			args = append(args, l.today)
		}
		var removed int64
		if err := hashing(ctx, tx, func() error { return tx.SQL().QueryRowContext(ctx, text, args...).Scan(&removed) }); err != nil {
			return fmt.Errorf("take out %s rows that the source does not have: %w", k.name, err)
		}
		l.summary.Counts[i].Removed += removed
	}
	return nil
}

// takeGone takes out the rows of which the source says, one by one, that they are gone,
// unless it has them under another name.
func (l *load) takeGone(ctx context.Context, tx *postgres.Tx) error {
	for i, k := range l.stage.kinds {
		if k.removal == nil || l.stage.staged[i] == 0 {
			continue
		}
		text := k.goneStatement()
		args := []any{l.district.ID}
		if strings.Contains(text, "$2") {
			args = append(args, l.today)
		}
		var removed int64
		if err := tx.SQL().QueryRowContext(ctx, text, args...).Scan(&removed); err != nil {
			return fmt.Errorf("take out %s rows that the source says are gone: %w", k.name, err)
		}
		l.summary.Counts[i].Removed += removed
		l.summary.Counts[i].Unchanged = max(0, l.summary.Counts[i].Unchanged-removed)
	}
	return nil
}

func (k kind) goneStatement() string {
	r := k.removal
	stands, sets, same := cmp.Or(r.stands, "true"), cmp.Or(r.sets, "withdrawn_at = now()"), cmp.Or(r.same, k.sameRow())
	return fmt.Sprintf(`WITH written AS (
		UPDATE %[1]s t SET %[2]s
		WHERE t.district_id = $1 AND t.withdrawn_at IS NULL AND %[3]s
			AND EXISTS (SELECT 1 FROM %[4]s r WHERE r.gone AND %[5]s)
			AND NOT EXISTS (SELECT 1 FROM %[4]s r WHERE r.bad IS NULL AND %[6]s)
		RETURNING false AS created, t.*)%[7]s SELECT count(*) FROM written`,
		k.target, sets, stands, k.resolvedTable(), cmp.Or(r.meant, same), same, k.follows("true"))
}

func (s *stage) covered(kind string) bool {
	return slices.ContainsFunc(s.covers, func(c roster.Coverage) bool { return c.Kind == kind })
}

// nameQuarantined finds the students whom rows in quarantine name: what stands of them
// is not taken for missing.
func (l *load) nameQuarantined(ctx context.Context, tx *postgres.Tx) error {
	_, err := tx.SQL().ExecContext(ctx, `CREATE TEMP TABLE load_named ON COMMIT DROP AS
		SELECT q.kind, q.content, coalesce(n.merged_into, n.id) AS student_id
		FROM stage_quarantine q LEFT JOIN student n ON n.district_id = `+literal(l.district.ID.String())+`::uuid AND n.local_id = q.content ->> 'studentId'`)
	if err != nil {
		return fmt.Errorf("find whom rows in quarantine name: %w", err)
	}
	return nil
}

func (k kind) removeStatement() string {
	r := k.removal
	stands, sets, same := cmp.Or(r.stands, "true"), cmp.Or(r.sets, "withdrawn_at = now()"), cmp.Or(r.same, k.sameRow())
	named := cmp.Or(r.named, "q.student_id = t.student_id")
	return fmt.Sprintf(`WITH written AS (
		UPDATE %[1]s t SET %[2]s
		WHERE t.district_id = $1 AND t.withdrawn_at IS NULL AND %[3]s
			AND EXISTS (SELECT 1 FROM stage_cover c WHERE c.kind = '%[4]s' AND %[5]s)
			AND NOT EXISTS (SELECT 1 FROM %[6]s r WHERE NOT r.gone AND %[7]s)
			AND NOT EXISTS (SELECT 1 FROM load_named q WHERE q.kind = '%[4]s' AND %[8]s)
		RETURNING false AS created, t.*)%[9]s SELECT count(*) FROM written`,
		k.target, sets, stands, k.name, r.within, k.resolvedTable(), same, named, k.follows("true"))
}

func (k kind) sameRow() string {
	columns := k.targetKey()
	same := make([]string, len(columns))
	for i, column := range columns {
		same[i] = "r." + strings.TrimPrefix(k.key[i], "x.") + " = t." + column
	}
	return strings.Join(same, " AND ")
}

// hashing runs a statement whose sizes the planner does not know; by nested loops a
// large one would take hours.
func hashing(ctx context.Context, tx *postgres.Tx, do func() error) error {
	if _, err := tx.SQL().ExecContext(ctx, "SET LOCAL enable_nestloop = off"); err != nil {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	_, err := tx.SQL().ExecContext(ctx, "SET LOCAL enable_nestloop = on")
	return err
}

// day gives a date as the database takes it; nil when there is none.
func day(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Format(time.DateOnly)
}
