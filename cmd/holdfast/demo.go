package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-edu/holdfast/internal/demo"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/roster/load"
)

// demoOptions are the words of the demo command.
type demoOptions struct {
	demo.Options

	asOf      string
	print     bool
	whenEmpty bool
	people    bool
	district  string
}

// The demo that is made when nothing else is said.
const (
	demoDistricts = 3
	demoStudents  = 1500
	demoDays      = 180
)

const demoHelp = `Makes new districts D0001, D0002, … with schools, people, attendance, discipline,
marks and work with students, all of it made up. The same seed, day and sizes give the same rows, ids
included; --print shows them without a database. A district that exists already is
left alone, and nothing is loaded: exit status 2.

With --people, gives a district that was imported what an export lacks: staff with
roles, sections, a support menu, caseloads, contacts and plans. Doing it again changes
nothing.`

func newDemo(s *settings) *cobra.Command {
	var o demoOptions
	command := &cobra.Command{
		Use: "demo", Short: "make up districts, or people for a district that was imported", Long: demoHelp, Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error { return runDemo(cmd, s, o) },
	}
	flags := command.Flags()
	flags.IntVar(&o.Districts, "districts", demoDistricts, "how many districts")
	flags.IntVar(&o.Students, "students", demoStudents, "how many students each district has")
	flags.IntVar(&o.Days, "days", demoDays, "days of instruction a school year")
	flags.Uint64Var(&o.Seed, "seed", 1, "another seed, other people")
	flags.StringVar(&o.asOf, "as-of", "", "the last day, YYYY-MM-DD; unset: today, or from July to September the 10th of June")
	flags.BoolVar(&o.print, "print", false, "write the rows as COPY text instead, without a database")
	flags.BoolVar(&o.whenEmpty, "when-empty", false, "make nothing when there is any district already, and say which")
	flags.BoolVar(&o.people, "people", false, "make up people and their work for the district of --district")
	flags.StringVar(&o.district, "district", "", "with --people: the district's code, such as 255901")
	return command
}

func runDemo(cmd *cobra.Command, s *settings, o demoOptions) error {
	if o.people != (o.district != "") {
		return usageError{errors.New("--people and --district go together: name the district that the people are for")}
	}
	for _, flag := range []string{"districts", "students", "days", "as-of", "print", "when-empty"} {
		if o.people && cmd.Flags().Changed(flag) {
			return usageError{fmt.Errorf("--people takes the district as it is: leave out --%s", flag)}
		}
	}
	year, month, day := time.Now().UTC().Date()
	o.AsOf = demo.DefaultAsOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
	if o.asOf != "" {
		day, err := time.Parse(time.DateOnly, o.asOf)
		if err != nil {
			return usageError{fmt.Errorf("--as-of is %q: write a day as YYYY-MM-DD", o.asOf)}
		}
		o.AsOf = day
	}
	if err := o.Check(); err != nil {
		return usageError{err}
	}
	switch {
	case o.people:
		return makePeople(cmd.Context(), s, o)
	case o.print:
		return demo.Print(cmd.Context(), os.Stdout, o.Options)
	}
	return loadDemo(cmd.Context(), s, o)
}

func loadDemo(ctx context.Context, s *settings, o demoOptions) error {
	db, err := openDatabase(ctx, s)
	if err != nil {
		return err
	}
	defer db.close()
	owner, err := db.owner(ctx)
	if err != nil {
		return err
	}
	if o.whenEmpty {
		codes, err := demo.Districts(ctx, owner)
		if err != nil {
			return err
		}
		if len(codes) > 0 {
			fmt.Println("there are districts already: nothing was made")
			fmt.Println("districts:", strings.Join(codes, " "))
			return nil
		}
	}
	fmt.Printf("making %d district(s) of %d students as of %s, seed %d\n", o.Districts, o.Students, o.AsOf.Format(time.DateOnly), o.Seed)
	bar := newProgress(os.Stderr)
	began := time.Now()
	loaded, err := demo.Load(ctx, owner, o.Options, func(done, total int) {
		bar.tell(load.Progress{Phase: "students", Done: int64(done), Total: int64(total)})
	})
	bar.end()
	printDemo(loaded, time.Since(began))
	switch {
	case errors.Is(err, demo.ErrExists):
		return usageError{err}
	case err != nil:
		return err
	}
	codes, err := demo.Districts(ctx, owner)
	if err == nil {
		fmt.Println("districts:", strings.Join(codes, " "))
	}
	return err
}

// printDemo prints what was loaded, a line a district.
func printDemo(loaded []demo.Loaded, took time.Duration) {
	if len(loaded) == 0 {
		return
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "district\tname\tschools\tstudents\tevents\tincidents\tmarks\tstaff\tsections\tcaseload\tcontacts\tplans\tflags")
	var students, events, rows int
	for _, l := range loaded {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\n", l.Code, l.Name, l.Schools, l.Students, l.Events,
			l.Incidents, l.Marks, l.Staff, l.Sections, l.Caseload, l.Contacts, l.Plans, l.Recomputed.Flags)
		students, events, rows = students+l.Students, events+l.Events, rows+l.Rows
	}
	_ = table.Flush()
	fmt.Printf("%d students, %d attendance events, %d rows in all; %.1f s\n", students, events, rows, took.Seconds())
}

func makePeople(ctx context.Context, s *settings, o demoOptions) error {
	db, err := openDatabase(ctx, s)
	if err != nil {
		return err
	}
	defer db.close()
	application, err := db.application(ctx)
	if err != nil {
		return err
	}
	district, today, err := demoDistrict(ctx, application, o.district)
	if err != nil {
		return err
	}
	did, err := demo.People(ctx, application, demo.PeopleOptions{District: district.ID, Seed: o.Seed, Today: today})
	switch {
	case err != nil:
		return err
	case did.Staff == 0:
		fmt.Printf("%s (%s) has its made-up people already: nothing changed\n", district.Name, o.district)
	default:
		fmt.Printf("%s (%s): %d staff, %d sections with %d places, %d students with an advocate, %d contacts, %d plans\n", district.Name, o.district,
			did.Staff, did.Sections, did.Seats, did.Caseload, did.Contacts, did.Plans)
	}
	return nil
}

func demoDistrict(ctx context.Context, application *postgres.DB, code string) (load.District, time.Time, error) {
	district, err := load.FindDistrict(ctx, application, code)
	if errors.Is(err, load.ErrUnknownDistrict) {
		return district, time.Time{}, usageError{err}
	}
	if err != nil {
		return district, time.Time{}, err
	}
	today, err := district.Today(time.Now())
	return district, today, err
}
