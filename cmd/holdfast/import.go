package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/edfi"
	"github.com/holdfast-edu/holdfast/internal/roster/folder"
	"github.com/holdfast-edu/holdfast/internal/roster/load"
)

// importOptions are the words of an import command.
type importOptions struct {
	district     string
	create       bool
	timeZone     string
	knownThrough string
	removals     bool
	dryRun       bool
	complete     bool
	codeFrom     string // of OneRoster
}

// importKind is one kind of export that can be loaded.
type importKind struct {
	name, short string
	reader      func(fs.FS, importOptions) (load.Source, error)
	flags       func(*pflag.FlagSet, *importOptions) // of its own; nil: none
}

// importKinds are the kinds of exports, by the word of the command line.
var importKinds = []importKind{
	{"edfi", "load Ed-Fi bulk XML (data standard 5) from a folder or a ZIP archive", edfiSource, nil},
	{"oneroster", "load OneRoster CSV 1.1 or 1.2, bulk or delta, from a folder or a ZIP archive", oneRosterSource, oneRosterFlags},
	{"csv", "load Holdfast's own CSV, one file a kind of row, from a folder or a ZIP archive", csvSource, nil},
}

func newImport(s *settings) *cobra.Command {
	names := make([]string, len(importKinds))
	for i, kind := range importKinds {
		names[i] = kind.name
	}
	parent := &cobra.Command{
		Use: "import", Short: "load an export of a school information system into a district",
		Args: exactly(strings.Join(names, "|")),
		RunE: func(_ *cobra.Command, args []string) error {
			return usageError{fmt.Errorf("there is no import %s: use %s", args[0], strings.Join(names, ", "))}
		},
	}
	for _, kind := range importKinds {
		command := newImportOf(s, kind)
		if kind.name == "csv" {
			printsTemplates(command)
		}
		parent.AddCommand(command)
	}
	return parent
}

func newImportOf(s *settings, kind importKind) *cobra.Command {
	var o importOptions
	command := &cobra.Command{
		Use: kind.name + " PATH", Short: kind.short,
		Long: `Everything that can be trusted is loaded in one transaction, or nothing when it
fails. Rows that cannot be trusted are kept in quarantine, and the exit status is
3. An export that would end more of the active enrollments than the district's
policy allows is refused with status 4, for it may have been cut short. Loading the
same export again changes nothing.`,
		Args: exactly("PATH"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runImport(cmd.Context(), s, o, args[0], kind.reader)
		},
	}
	flags := command.Flags()
	flags.StringVar(&o.district, "district", "", "the district's code, such as an LEA id (needed)")
	flags.BoolVar(&o.create, "create", false, "make the district, its region and schools from the export when there is no such district")
	flags.StringVar(&o.timeZone, "time-zone", "", "of a district that is made, such as America/Chicago; unset: that of its state")
	flags.StringVar(&o.knownThrough, "known-through", "", "the day, YYYY-MM-DD, through which the export's attendance is complete; unset: worked out")
	flags.BoolVar(&o.removals, "allow-removals", false, "end as many enrollments as the export says, past the policy's limits")
	flags.BoolVar(&o.complete, "complete", false, "the export holds all there is of the school years and days that it names: take out what is not in it any more")
	flags.BoolVar(&o.dryRun, "dry-run", false, "say what would change, and change nothing")
	if kind.flags != nil {
		kind.flags(flags, &o)
	}
	return command
}

func edfiSource(files fs.FS, _ importOptions) (load.Source, error) {
	return load.Source{Name: "Ed-Fi XML", Read: func(ctx context.Context, sink roster.Sink, progress func(done, total int64)) error {
		return edfi.Read(ctx, files, sink, progress)
	}}, nil
}

// runImport loads what is at the path, by the reader of its kind of export.
func runImport(ctx context.Context, s *settings, o importOptions, path string, reader func(fs.FS, importOptions) (load.Source, error)) error {
	if o.district == "" {
		return usageError{errors.New("--district is missing: name the district's code, such as 255901")}
	}
	options := load.Options{Now: time.Now, AllowRemovals: o.removals, DryRun: o.dryRun}
	if o.knownThrough != "" {
		day, err := time.Parse(time.DateOnly, o.knownThrough)
		if err != nil {
			return usageError{fmt.Errorf("--known-through is %q: write a day as YYYY-MM-DD", o.knownThrough)}
		}
		options.KnownThrough = day
	}
	files, closer, err := folder.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = closer.Close() }()
	source, err := reader(files, o)
	if err != nil {
		return err
	}
	if o.complete {
		source = load.Complete(source)
	}
	db, err := openDatabase(ctx, s)
	if err != nil {
		return err
	}
	defer db.close()
	pool, district, err := targetOf(ctx, db, o, source)
	if err != nil {
		return err
	}
	bar := newProgress(os.Stderr)
	options.Progress = bar.tell
	began := time.Now()
	summary, err := load.Load(ctx, pool, district, source, options)
	bar.end()
	return tellOutcome(outcome{summary: summary, err: err, dryRun: o.dryRun, run: summary.RunID, took: time.Since(began)})
}

// outcome is how a load ended.
type outcome struct {
	summary load.Summary
	err     error
	dryRun  bool
	run     uuid.UUID // under which the rows wait that were kept back
	took    time.Duration
}

// tellOutcome prints what a load did, and what of it a person has to see to. It gives
// the error with which the command ends.
func tellOutcome(o outcome) error {
	if refused, is := errors.AsType[*load.RefusedError](o.err); is {
		fmt.Print(refused.Report())
	}
	if o.err == nil || o.dryRun && len(o.summary.Counts) > 0 {
		printSummary(o.summary, o.took)
		printProblems(o.summary)
		printGaps(o)
	}
	if o.dryRun {
		fmt.Println("this was a dry run: nothing was changed")
	}
	if o.err != nil {
		return o.err
	}
	if o.summary.Quarantined() > 0 {
		return errQuarantined
	}
	return nil
}

// printGaps prints the codes that the district's maps lack. A code tells of nobody.
func printGaps(o outcome) {
	then := "holdfast quarantine replay --run " + o.run.String()
	if o.dryRun {
		then = "import"
	}
	for _, gap := range o.summary.Gaps {
		fmt.Printf("%d rows: %s %.80q is not in the district's map: add it, then %s\n", gap.Rows, strings.TrimSuffix(gap.Map, "s"), gap.Code, then)
	}
}

// targetOf finds the district, or plans to make it, with the login that may.
func targetOf(ctx context.Context, db *database, o importOptions, source load.Source) (*postgres.DB, load.District, error) {
	application, err := db.application(ctx)
	if err != nil {
		return nil, load.District{}, err
	}
	district, err := load.FindDistrict(ctx, application, o.district)
	switch {
	case err == nil:
		return application, district, nil
	case !errors.Is(err, load.ErrUnknownDistrict):
		return nil, load.District{}, err
	case !o.create:
		return nil, load.District{}, usageError{fmt.Errorf("no district has the code %s: check it, or say --create to make the district from the export", o.district)}
	}
	owner, err := db.owner(ctx)
	if err != nil {
		return nil, load.District{}, err
	}
	district, err = load.PlanDistrict(ctx, source, o.district, o.timeZone)
	if errors.Is(err, load.ErrTimeZone) {
		err = usageError{err}
	}
	if err == nil {
		fmt.Printf("making the district %s (%s), time zone %s\n", district.Name, o.district, district.TimeZone)
	}
	return owner, district, err
}

// printSummary prints what was done, a line a kind of row.
func printSummary(summary load.Summary, took time.Duration) {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(table, "kind\tread\tcreated\tupdated\tunchanged\tremoved\tquarantined\tpassed over\t")
	for _, c := range summary.Counts {
		_, _ = fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t\n", c.Kind, c.Read, c.Created, c.Updated, c.Unchanged, c.Removed, c.Quarantined, c.PassedOver)
	}
	_ = table.Flush()
	fmt.Printf("%d rows changed, %d in quarantine; %d figures, %d levels, %d flags changed; %.1f s\n", summary.Changed(), summary.Quarantined(),
		summary.Recomputed.Figures, summary.Recomputed.Levels, summary.Recomputed.Flags, took.Seconds())
	if merged := summary.Merged(); merged > 0 {
		fmt.Printf("%d rows name a student who was merged into another, and were taken as that other's\n", merged)
	}
	if len(summary.ProposedRoles) > 0 {
		var proposals []string
		for role, posts := range summary.ProposedRoles {
			proposals = append(proposals, fmt.Sprintf("%s %d", role, posts))
		}
		slices.Sort(proposals)
		fmt.Println("roles that the posts suggest, none of which was given:", strings.Join(proposals, ", "))
	}
}

// printProblems prints what there is to say of rows, without a value of any.
func printProblems(summary load.Summary) {
	titles := map[string]string{
		"QUARANTINED": "kept in quarantine:", "TOLERATED": "put up with:", "DIFFERENCE": "two sources differ, and both were kept:",
	}
	title := ""
	for _, p := range summary.Problems {
		if titles[p.Outcome] != title {
			title = titles[p.Outcome]
			fmt.Println(title)
		}
		fmt.Printf("  %s\n", strings.Join(strings.Fields(fmt.Sprintf("%d × %s %s %s; %s (first: %s:%d)", p.Rows, p.Kind, p.Field, p.Problem, p.Hint, p.File, p.Line)), " "))
	}
}
