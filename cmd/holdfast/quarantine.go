package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/holdfast-edu/holdfast/internal/operator"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/form"
	"github.com/holdfast-edu/holdfast/internal/roster/load"
	"github.com/holdfast-edu/holdfast/internal/roster/sheet"
)

func newQuarantine(s *settings) *cobra.Command {
	parent := &cobra.Command{
		Use: "quarantine", Short: "look after the rows that imports could not trust", Args: exactly("list|export|replay"),
		RunE: func(_ *cobra.Command, args []string) error {
			return usageError{fmt.Errorf("there is no quarantine %s: use list, export or replay", args[0])}
		},
	}
	parent.AddCommand(newQuarantineList(s), newQuarantineExport(s), newQuarantineReplay(s))
	return parent
}

// waitingOptions say whose rows are meant.
type waitingOptions struct{ district, run string }

func (o *waitingOptions) register(command *cobra.Command, run string) {
	command.Flags().StringVar(&o.district, "district", "", "the district's code, such as an LEA id (needed)")
	command.Flags().StringVar(&o.run, "run", "", run)
}

func newQuarantineList(s *settings) *cobra.Command {
	var o waitingOptions
	command := &cobra.Command{
		Use: "list", Short: "say what is wrong with the rows that wait, how often, and what to do", Args: exactly(),
		Long: `Lists each import of which rows wait, with their problems. It quotes no value of a
row but a code that the district's map lacks: a terminal may be looked at, and kept.
The rows themselves are written by "holdfast quarantine export".`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withWaiting(cmd.Context(), s, o, false, func(db *postgres.DB, district load.District, run uuid.UUID) error {
				runs, err := load.Waiting(cmd.Context(), db, district, run)
				if err != nil {
					return err
				}
				return printWaiting(os.Stdout, runs)
			})
		},
	}
	o.register(command, "of this import alone; unset: of all")
	return command
}

func newQuarantineExport(s *settings) *cobra.Command {
	var o waitingOptions
	command := &cobra.Command{
		Use: "export FOLDER", Short: "write the rows that wait as CSV files, to be corrected and loaded by import csv", Args: exactly("FOLDER"),
		Long: `Writes a file a kind of row, with the row's id and its problem in front. Correct the
rows, leave the ids, and load the folder by "holdfast import csv". The files hold
records of children: they are written for this user alone, into a folder that is not
there yet or is empty.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return withWaiting(cmd.Context(), s, o, true, func(db *postgres.DB, district load.District, run uuid.UUID) error {
				return exportWaiting(cmd.Context(), db, district, run, args[0])
			})
		},
	}
	o.register(command, "the import whose rows are meant (needed); holdfast quarantine list names it")
	return command
}

func newQuarantineReplay(s *settings) *cobra.Command {
	var o waitingOptions
	var removals, dryRun bool
	command := &cobra.Command{
		Use: "replay", Short: "load the rows that wait as they stand, when what they lacked is there", Args: exactly(),
		Long: `Loads the rows again that an import kept back: after a code was added to the
district's map, say. A row that is good now waits no longer; another goes on waiting,
with what is wrong with it now, and the exit status is 3.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withWaiting(cmd.Context(), s, o, true, func(db *postgres.DB, district load.District, run uuid.UUID) error {
				bar := newProgress(os.Stderr)
				began := time.Now()
				summary, err := load.Replay(cmd.Context(), db, district, run, nil, load.Options{Now: time.Now, Progress: bar.tell, AllowRemovals: removals, DryRun: dryRun})
				bar.end()
				return tellOutcome(outcome{summary: summary, err: err, dryRun: dryRun, run: run, took: time.Since(began)})
			})
		},
	}
	o.register(command, "the import whose rows are meant (needed); holdfast quarantine list names it")
	command.Flags().BoolVar(&removals, "allow-removals", false, "end as many enrollments as the rows say, past the policy's limits")
	command.Flags().BoolVar(&dryRun, "dry-run", false, "say what would change, and change nothing")
	return command
}

// withWaiting finds the district and the run that the words name.
func withWaiting(ctx context.Context, s *settings, o waitingOptions, needRun bool, do func(*postgres.DB, load.District, uuid.UUID) error) error {
	if o.district == "" {
		return usageError{errors.New("--district is missing: name the district's code, such as 255901")}
	}
	var run uuid.UUID
	if needRun || o.run != "" {
		var err error
		if run, err = uuid.Parse(o.run); err != nil {
			return usageError{errors.New("--run is no import's id: holdfast quarantine list names those of which rows wait")}
		}
	}
	db, err := openDatabase(ctx, s)
	if err != nil {
		return err
	}
	defer db.close()
	application, err := db.application(ctx)
	if err != nil {
		return err
	}
	district, err := load.FindDistrict(ctx, application, o.district)
	if errors.Is(err, load.ErrUnknownDistrict) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	err = do(application, district, run)
	if errors.Is(err, load.ErrNoneWait) {
		return usageError{err}
	}
	return err
}

func printWaiting(w io.Writer, runs []load.WaitingRun) error {
	if len(runs) == 0 {
		_, err := fmt.Fprintln(w, "no rows wait in quarantine")
		return err
	}
	for _, run := range runs {
		_, _ = fmt.Fprintf(w, "%s  %s of %s: %d rows wait\n", run.ID, run.Source, run.StartedAt.UTC().Format(time.DateTime), run.Rows)
		table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, p := range run.Problems {
			_, _ = fmt.Fprintf(table, "  %d\t%s\t%s\t%s\tfirst at %s\n", p.Rows, p.Kind, sentence(p.Field, p.Code, p.Problem), p.Hint, p.First)
		}
		if err := table.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// sentence says what is wrong with a field; a problem of no field says it by itself.
func sentence(field, value, problem string) string {
	if value != "" {
		value = fmt.Sprintf("%.80q", value)
	}
	return strings.Join(strings.Fields(strings.Join([]string{field, value, problem}, " ")), " ")
}

// exportWaiting writes the run's waiting rows into the folder, a file a kind.
func exportWaiting(ctx context.Context, db *postgres.DB, district load.District, run uuid.UUID, folder string) error {
	if err := emptyFolder(folder); err != nil {
		return err
	}
	out := &waitingFiles{folder: folder}
	err := load.ExportWaiting(ctx, db, district, run, operator.AtCommandLine(userName()), out.add)
	if err = errors.Join(err, out.end()); err != nil {
		return err
	}
	fmt.Printf("%d rows were written into %d file(s) in %s: correct them, then holdfast import csv --district CODE %s\n", out.rows, out.files, folder, folder)
	return nil
}

// emptyFolder makes the folder, or makes sure that nothing is in it.
func emptyFolder(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("%s cannot be made: %w", folder, err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return fmt.Errorf("%s cannot be read: %w", folder, err)
	}
	if len(entries) > 0 {
		return usageError{fmt.Errorf("%s is not empty: name a new folder, so that no corrected file is overwritten", folder)}
	}
	return nil
}

// waitingFiles are the files of an export: the rows come kind by kind.
type waitingFiles struct {
	folder      string
	kind        string
	file        *os.File
	writer      *sheet.Writer
	files, rows int
}

func (f *waitingFiles) add(row load.WaitingRow) error {
	of, known := form.Of(row.Kind)
	if !known {
		return fmt.Errorf("this version of the program does not know rows of kind %s", row.Kind)
	}
	if row.Kind != f.kind {
		if err := f.begin(of); err != nil {
			return err
		}
	}
	f.rows++
	return f.writer.Write([]string{row.ID.String(), told(row.Problems)}, row.Content)
}

func (f *waitingFiles) begin(of form.Form) error {
	if err := f.end(); err != nil {
		return err
	}
	var err error
	path := filepath.Join(f.folder, of.File+".csv")
	if f.file, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err != nil { //nolint:gosec // the folder is the caller's choice
		return err
	}
	f.kind = of.Kind
	f.files++
	f.writer, err = sheet.NewWriter(f.file, of, sheet.IDColumn, sheet.ProblemColumn)
	return err
}

// end ends the file that is being written.
func (f *waitingFiles) end() error {
	if f.file == nil {
		return nil
	}
	err := errors.Join(f.writer.Flush(), f.file.Close())
	f.file = nil
	return err
}

// told says in one field what is wrong with a row, and what to do.
func told(problems []roster.Issue) string {
	var all []string
	for _, p := range problems {
		all = append(all, sentence(p.Field, p.Value, p.Problem)+": "+p.Hint)
	}
	return strings.Join(all, "; ")
}
