package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

func newMigrate(s *settings) *cobra.Command {
	migrate := &cobra.Command{
		Use: "migrate", Short: "bring the database schema up, show it, or take the latest migration back",
		Long: "The embedded PostgreSQL is migrated by every command that uses it; one of your own is migrated by this command alone.",
		Args: exactly("up|status|down"),
		RunE: func(_ *cobra.Command, args []string) error {
			return usageError{fmt.Errorf("there is no migrate %s: use up, status or down", args[0])}
		},
	}
	migrate.AddCommand(
		&cobra.Command{Use: "up", Short: "apply what is missing", Args: exactly(), RunE: func(cmd *cobra.Command, _ []string) error {
			return withOwner(cmd, s, func(owner *postgres.DB) error {
				applied, err := postgres.MigrateUp(cmd.Context(), owner)
				if err == nil {
					fmt.Printf("%d migration(s) applied\n", applied)
				}
				return err
			})
		}},
		&cobra.Command{Use: "status", Short: "list the migrations", Args: exactly(), RunE: func(cmd *cobra.Command, _ []string) error {
			return withOwner(cmd, s, func(owner *postgres.DB) error { return printStatus(cmd, owner) })
		}},
		&cobra.Command{Use: "down", Short: "take the latest migration back, with its data", Args: exactly(), RunE: func(cmd *cobra.Command, _ []string) error {
			return withOwner(cmd, s, func(owner *postgres.DB) error {
				name, err := postgres.MigrateDown(cmd.Context(), owner)
				if err == nil {
					fmt.Println("taken back:", name)
				}
				return err
			})
		}},
	)
	return migrate
}

func withOwner(cmd *cobra.Command, s *settings, do func(*postgres.DB) error) error {
	db, err := openDatabase(cmd.Context(), s)
	if err != nil {
		return err
	}
	defer db.close()
	owner, err := db.owner(cmd.Context())
	if err != nil {
		return err
	}
	return do(owner)
}

func printStatus(cmd *cobra.Command, owner *postgres.DB) error {
	steps, err := postgres.MigrationStatus(cmd.Context(), owner)
	if err != nil {
		return err
	}
	for _, step := range steps {
		state := "missing"
		if step.Applied {
			state = "applied"
		}
		fmt.Printf("%-8s %s\n", state, step.Name)
	}
	return nil
}
