package load

import (
	"context"
	"errors"
	"fmt"

	"github.com/holdfast-edu/holdfast/ent"
	"github.com/holdfast-edu/holdfast/ent/importrun"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/store"
)

// begin writes down that the load has begun, so that one that dies is seen.
func (l *load) begin(ctx context.Context) error {
	return l.db.Write(ctx, func(tx *postgres.Tx) error { return l.createRun(ctx, tx) })
}

func (l *load) createRun(ctx context.Context, tx *postgres.Tx) error {
	err := store.Client(tx).ImportRun.Create().SetID(l.summary.RunID).SetDistrictID(l.district.ID).SetSource(l.source.Name).
		SetStartedAt(l.now().UTC()).SetStatus(importrun.StatusRUNNING).Exec(ctx)
	if err != nil {
		return fmt.Errorf("write down the import: %w", err)
	}
	return nil
}

// finish writes down what was done, in the load's own transaction. It holds the
// district's lock, so any other run that still says RUNNING has died.
func (l *load) finish(ctx context.Context, tx *postgres.Tx) error {
	client := store.Client(tx)
	_, err := client.ImportRun.Update().Where(importrun.StatusEQ(importrun.StatusRUNNING), importrun.IDNEQ(l.summary.RunID)).
		SetStatus(importrun.StatusINTERRUPTED).SetProblem("the import's process ended; nothing of it was loaded").Save(ctx)
	if err != nil {
		return fmt.Errorf("write down what died: %w", err)
	}
	err = client.ImportRun.Update().Where(importrun.ID(l.summary.RunID)).
		SetStatus(importrun.StatusSUCCEEDED).SetProblem("").SetFinishedAt(l.now().UTC()).Exec(ctx)
	if err != nil {
		return fmt.Errorf("write down the import's end: %w", err)
	}
	counts := make([]*ent.ImportRunCountCreate, len(l.summary.Counts))
	for i, c := range l.summary.Counts {
		counts[i] = client.ImportRunCount.Create().SetDistrictID(l.district.ID).SetRunID(l.summary.RunID).SetPosition(i).SetKind(c.Kind).
			SetRead(c.Read).SetCreated(c.Created).SetUpdated(c.Updated).SetUnchanged(c.Unchanged).SetRemoved(c.Removed).
			SetQuarantined(c.Quarantined).SetPassedOver(c.PassedOver).SetMerged(c.Merged)
	}
	if err := client.ImportRunCount.CreateBulk(counts...).Exec(ctx); err != nil {
		return fmt.Errorf("write down the import's counts: %w", err)
	}
	return l.keepIssues(ctx, tx)
}

// keepIssues keeps the rows in quarantine, and what there is to say of rows.
func (l *load) keepIssues(ctx context.Context, tx *postgres.Tx) error {
	if err := l.settle(ctx, tx); err != nil {
		return err
	}
	for _, text := range []string{
		`INSERT INTO quarantined_row (district_id, id, run_id, kind, file, line, content)
			SELECT $1, id, $2, kind, file, line, content FROM stage_quarantine
			ON CONFLICT (district_id, id) DO UPDATE SET content = excluded.content`,
		`INSERT INTO import_issue (district_id, id, run_id, outcome, row_id, kind, file, line, field, value, problem, hint, occurrences)
			SELECT $1, id, $2, outcome, row_id, kind, file, line, field, value, problem, hint, occurrences FROM stage_issue`,
	} {
		if _, err := tx.SQL().ExecContext(ctx, text, l.district.ID, l.summary.RunID); err != nil {
			return fmt.Errorf("write down the import's issues: %w", err)
		}
	}
	return nil
}

// mostProblems bounds what a summary lists.
const mostProblems = 50

// listProblems puts what there is to say of rows into the summary.
func (l *load) listProblems(ctx context.Context, tx *postgres.Tx) error {
	rows, err := tx.SQL().QueryContext(ctx, `SELECT i.outcome, i.kind, i.field, i.problem, min(i.hint), sum(i.occurrences),
			(array_agg(i.file ORDER BY i.file, i.line))[1], (array_agg(i.line ORDER BY i.file, i.line))[1]
		FROM stage_issue i GROUP BY 1, 2, 3, 4 ORDER BY 1, 6 DESC, 2, 3, 4 LIMIT $1`, mostProblems)
	if err != nil {
		return fmt.Errorf("list the import's problems: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var p Problem
		if err := rows.Scan(&p.Outcome, &p.Kind, &p.Field, &p.Problem, &p.Hint, &p.Rows, &p.File, &p.Line); err != nil {
			return fmt.Errorf("list the import's problems: %w", err)
		}
		l.summary.Problems = append(l.summary.Problems, p)
	}
	return rows.Err()
}

// fail writes down that the load failed, as well as it can.
func (l *load) fail(ctx context.Context, why error) {
	status := importrun.StatusFAILED
	if _, refused := errors.AsType[*RefusedError](why); refused {
		status = importrun.StatusREFUSED
	} else if Stopped(why) {
		status = importrun.StatusINTERRUPTED
	}
	_ = l.db.Write(ctx, func(tx *postgres.Tx) error {
		return store.Client(tx).ImportRun.Update().Where(importrun.ID(l.summary.RunID)).
			SetStatus(status).SetProblem(Explain(why)).SetFinishedAt(l.now().UTC()).Exec(ctx)
	})
}
