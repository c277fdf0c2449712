package load

import (
	"context"
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
	_, err = tx.SQL().ExecContext(ctx, `INSERT INTO import_issue (district_id, id, run_id, kind, file, line, field, value, problem, hint)
		SELECT $1, id, $2, kind, file, line, field, value, problem, hint FROM stage_issue`, l.district.ID, l.summary.RunID)
	if err != nil {
		return fmt.Errorf("write down the import's issues: %w", err)
	}
	return nil
}

// fail writes down that the load failed, as well as it can.
func (l *load) fail(ctx context.Context, why error) {
	status := importrun.StatusFAILED
	if Stopped(why) {
		status = importrun.StatusINTERRUPTED
	}
	_ = l.db.Write(ctx, func(tx *postgres.Tx) error {
		return store.Client(tx).ImportRun.Update().Where(importrun.ID(l.summary.RunID)).
			SetStatus(status).SetProblem(Explain(why)).SetFinishedAt(l.now().UTC()).Exec(ctx)
	})
}
