package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const rootHelp = `Holdfast helps school districts keep students in school.

Every setting is a flag and a variable: --data-dir is HOLDFAST_DATA_DIR.
Exit status: 0 done; 1 failed, and nothing half-done stays behind; 2 the command's
words or a setting are wrong; 3 loaded, with rows kept in quarantine; 4 refused,
for it would end too many enrollments; 130 stopped
by Ctrl-C.`

func newRoot() *cobra.Command {
	s := &settings{}
	root := &cobra.Command{
		Use: "holdfast", Short: "Holdfast helps school districts keep students in school", Long: rootHelp,
		SilenceErrors: true, SilenceUsage: true, Args: noSuchCommand, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return fromEnvironment(cmd.Flags()) },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	s.register(root.PersistentFlags())
	root.AddCommand(newServe(s), newMigrate(s), newImport(s), newExport(s), newQuarantine(s), newRecompute(s), newToken(s), newDoctor(s), newDemo(s),
		newAudit(s), newAdmin(s))
	return root
}

// fromEnvironment takes each flag that was not given from the variable of the same
// name.
func fromEnvironment(flags *pflag.FlagSet) error {
	var failed error
	flags.VisitAll(func(flag *pflag.Flag) {
		variable := "HOLDFAST_" + strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_"))
		value, set := os.LookupEnv(variable)
		if flag.Changed || !set || failed != nil {
			return
		}
		if err := flags.Set(flag.Name, value); err != nil {
			failed = usageError{fmt.Errorf("the setting %s: %w", variable, err)}
		}
	})
	return failed
}

// noSuchCommand refuses words that name no command.
func noSuchCommand(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usageError{fmt.Errorf("unknown command %q: see holdfast help", args[0])}
}

// exactly wants that many arguments, and says what they are.
func exactly(names ...string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != len(names) {
			return usageError{fmt.Errorf("expected %d argument(s): %s; got %d", len(names), strings.Join(names, " "), len(args))}
		}
		return nil
	}
}
