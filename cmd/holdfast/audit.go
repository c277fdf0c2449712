package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-edu/holdfast/internal/ledger"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/roster/load"
)

// errTampered is a record that was tampered with.
var errTampered = errors.New("the records were tampered with: see the lines that say TAMPERED")

func newAudit(s *settings) *cobra.Command {
	parent := &cobra.Command{
		Use: "audit", Short: "look after the records of access", Args: exactly("verify"),
		RunE: func(_ *cobra.Command, args []string) error {
			return usageError{fmt.Errorf("there is no audit %s: use verify", args[0])}
		},
	}
	var code string
	var anchors []string
	command := &cobra.Command{
		Use: "verify", Short: "check the chains of the access log, the audit log and the disclosures", Args: exactly(),
		Long: `Finds each line that was edited, deleted, moved or put in since it was sealed, and
lists what waits for its seal. It prints the head of each chain: keep it where the
database's owner does not reach, and give it as an anchor the next time; a tail that
was cut off is found by that alone.
Exit status: 0 the records are whole; 1 they were tampered with, or could not be
looked through; 2 the command's words or a setting are wrong.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return verify(cmd.Context(), s, code, anchors) },
	}
	command.Flags().StringVar(&code, "district", "", "the district's code; unset: every district")
	command.Flags().StringArrayVar(&anchors, "anchor", nil, "a head that was printed before; may be given once a district")
	parent.AddCommand(command)
	return parent
}

func verify(ctx context.Context, s *settings, code string, anchors []string) error {
	byDistrict := make(map[string]*ledger.Head, len(anchors))
	for _, text := range anchors {
		head, err := ledger.ParseHead(text)
		if err != nil {
			return usageError{fmt.Errorf("--anchor is %q: %w", text, err)}
		}
		byDistrict[head.District] = &head
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
	secret, err := s.secret()
	if err != nil {
		return err
	}
	districts, err := toVerify(ctx, application, code, byDistrict)
	if err != nil {
		return err
	}
	key, tampered := ledger.NewKey(secret), false
	for _, one := range districts {
		bar := newProgress(os.Stderr)
		report, err := ledger.Verify(ctx, application, ledger.Check{
			Key: key, District: one, Anchor: byDistrict[one.Code],
			Progress: func(done, total int64) {
				bar.tell(load.Progress{Phase: "verifying " + one.Code, Done: done, Total: total})
			},
		})
		bar.end()
		if err != nil {
			return err
		}
		printReport(report)
		tampered = tampered || report.FaultCount > 0
	}
	if tampered {
		return errTampered
	}
	return nil
}

// toVerify gives the districts that were asked for. An anchor of another is a slip
// that would go unseen.
func toVerify(ctx context.Context, application *postgres.DB, code string, anchors map[string]*ledger.Head) ([]ledger.District, error) {
	all, err := ledger.Districts(ctx, application)
	if err != nil {
		return nil, err
	}
	var districts []ledger.District
	known := map[string]bool{}
	for _, one := range all {
		if code == "" || one.Code == code {
			districts = append(districts, one)
			known[one.Code] = true
		}
	}
	if code != "" && len(districts) == 0 {
		return nil, usageError{fmt.Errorf("no district has the code %s", code)}
	}
	for anchored := range anchors {
		if !known[anchored] {
			return nil, usageError{fmt.Errorf("--anchor is of the district %s, which is not looked at", anchored)}
		}
	}
	return districts, nil
}

// printReport prints a line for each thing that was found, and the head.
func printReport(r ledger.Report) {
	code := r.Head.District
	for _, fault := range r.Faults {
		fmt.Printf("TAMPERED  %s  %s: %s\n", code, place(fault.Place), fault.Problem)
	}
	if more := r.FaultCount - int64(len(r.Faults)); more > 0 {
		fmt.Printf("TAMPERED  %s  and %d more\n", code, more)
	}
	for _, one := range r.Unsealed {
		fmt.Printf("unsealed  %s  %s: it waits for its seal\n", code, place(one))
	}
	if r.MoreUnsealed {
		fmt.Printf("unsealed  %s  and more\n", code)
	}
	for _, one := range r.Late {
		fmt.Printf("late      %s  %s: it was sealed over an hour after the moment it bears; ask what happened then\n", code, place(one))
	}
	if more := r.LateCount - int64(len(r.Late)); more > 0 {
		fmt.Printf("late      %s  and %d more\n", code, more)
	}
	verdict := "whole"
	if r.FaultCount > 0 {
		verdict = fmt.Sprintf("%d fault(s)", r.FaultCount)
	}
	fmt.Printf("head      %s  %s, %s\n", code, r.Head, verdict)
}

// place writes where a line stands.
func place(p ledger.Place) string {
	text := "no seal"
	if p.Seq > 0 {
		text = fmt.Sprintf("seal %d", p.Seq)
	}
	if p.Log == "" {
		return text
	}
	return fmt.Sprintf("%s, %s line of %s, id %s", text, p.Log, p.At.UTC().Format(time.RFC3339Nano), p.ID)
}
