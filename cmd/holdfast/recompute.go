package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/roster/load"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

func newRecompute(s *settings) *cobra.Command {
	var code string
	command := &cobra.Command{
		Use: "recompute", Short: "work out a district's figures and flags anew", Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error { return recompute(cmd, s, code) },
	}
	command.Flags().StringVar(&code, "district", "", "the district's code (needed)")
	return command
}

func recompute(cmd *cobra.Command, s *settings, code string) error {
	if code == "" {
		return usageError{errors.New("--district is missing: name the district's code, such as 255901")}
	}
	ctx := cmd.Context()
	db, err := openDatabase(ctx, s)
	if err != nil {
		return err
	}
	defer db.close()
	application, err := db.application(ctx)
	if err != nil {
		return err
	}
	district, err := load.FindDistrict(ctx, application, code)
	if errors.Is(err, load.ErrUnknownDistrict) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	today, err := district.Today(time.Now())
	if err != nil {
		return err
	}
	bar := newProgress(os.Stderr)
	var did earlywarning.Recomputed
	err = application.Write(tenant.With(ctx, tenant.Scope{District: district.ID}), func(tx *postgres.Tx) error {
		did, err = earlywarning.RecomputeDistrict(ctx, tx, district.ID, today, func(done, total int) {
			bar.tell(load.Progress{Phase: "figures and flags", Done: int64(done), Total: int64(total)})
		})
		return err
	})
	bar.end()
	if err == nil {
		fmt.Printf("%d school year(s) as of %s: %d figures, %d levels, %d flags changed\n", did.SchoolYears, today.Format(time.DateOnly), did.Figures, did.Levels, did.Flags)
	}
	return err
}
