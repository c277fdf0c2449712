package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/operator"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

const adminHelp = `Makes regions, districts, agencies, and the principals that a district cannot make
for itself, as the API's operator mutations do: with the same checks, and the same
lines in the audit log, by "command line (YOUR NAME)". It takes the owner's login.
A code that is taken is refused and changes nothing: exit status 2.`

func newAdmin(s *settings) *cobra.Command {
	admin := &cobra.Command{
		Use: "admin", Short: "do what the platform's operator does: regions, districts, agencies and their people", Long: adminHelp,
		Args: noSuchCommand, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	for _, one := range adminNouns {
		admin.AddCommand(one.command(s))
	}
	return admin
}

// noun is what an operator makes and lists.
type noun struct {
	name, short string
	verbs       []verb
	list        *operator.List // nil: it is not listed
}

// verb is something that is done with a noun.
type verb struct {
	name, short string
	words       []word
	do          func(ctx context.Context, op *operation.Operation, w words) (done, error)
}

// word is a flag of a verb.
type word struct {
	name, usage string
	optional    bool
}

// words are what somebody wrote, by flag.
type words map[string]string

// optional gives a word that may be left out; nil: it was.
func (w words) optional(name string) *string {
	if w[name] == "" {
		return nil
	}
	return new(w[name])
}

// many gives the words of a list with commas.
func (w words) many(name string) []string {
	return strings.FieldsFunc(w[name], func(r rune) bool { return r == ',' || r == ' ' })
}

// id reads an id as this program prints it.
func (w words) id(name string) (relay.ID, error) {
	id, err := relay.ParseID(w[name])
	if err != nil {
		return id, usageError{fmt.Errorf("--%s is %q: %w", name, w[name], err)}
	}
	return id, nil
}

// done is what came of a verb: what was made, or what a person can correct.
type done struct {
	entry    operator.Entry
	problems []*operation.Problem
}

func (n noun) command(s *settings) *cobra.Command {
	parent := &cobra.Command{
		Use: n.name, Short: n.short, Args: noSuchCommand, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	for _, v := range n.verbs {
		parent.AddCommand(n.does(s, v))
	}
	if n.list != nil {
		parent.AddCommand(n.lists(s))
	}
	return parent
}

// does makes the command of a verb.
func (n noun) does(s *settings, v verb) *cobra.Command {
	var machine bool
	given := map[string]*string{}
	command := &cobra.Command{Use: v.name, Short: v.short, Args: exactly(), RunE: func(cmd *cobra.Command, _ []string) error {
		w := words{}
		for _, one := range v.words {
			if w[one.name] = *given[one.name]; strings.TrimSpace(w[one.name]) == "" && !one.optional {
				return usageError{fmt.Errorf("--%s is missing: %s", one.name, one.usage)}
			}
		}
		return asOperator(cmd.Context(), s, func(ctx context.Context, op *operation.Operation) error {
			came, err := v.do(ctx, op, w)
			if err != nil {
				return err
			}
			if came.problems != nil {
				return corrected(came.problems)
			}
			return printEntries(os.Stdout, machine, came.entry)
		})
	}}
	for _, one := range v.words {
		given[one.name] = command.Flags().String(one.name, "", one.usage)
	}
	command.Flags().BoolVar(&machine, "json", false, "print JSON")
	return command
}

// lists makes the command that lists the noun.
func (n noun) lists(s *settings) *cobra.Command {
	var machine bool
	var within string
	command := &cobra.Command{Use: "list", Short: "list what there is", Args: exactly(), RunE: func(cmd *cobra.Command, _ []string) error {
		if n.list.Of != "" && strings.TrimSpace(within) == "" {
			return usageError{fmt.Errorf("--%s is missing: name the %s's code", n.list.Of, n.list.Of)}
		}
		return asOperator(cmd.Context(), s, func(ctx context.Context, op *operation.Operation) error {
			entries, problems, err := n.list.Read(ctx, op, within)
			if err != nil {
				return err
			}
			if problems != nil {
				return corrected(problems)
			}
			if machine {
				return json.NewEncoder(os.Stdout).Encode(entries)
			}
			return printEntries(os.Stdout, false, entries...)
		})
	}}
	if n.list.Of != "" {
		command.Flags().StringVar(&within, n.list.Of, "", "the "+n.list.Of+"'s code")
	}
	command.Flags().BoolVar(&machine, "json", false, "print JSON, a list")
	return command
}

// asOperator runs something as the operator that the person at the command line is.
func asOperator(ctx context.Context, s *settings, do func(context.Context, *operation.Operation) error) error {
	db, err := openDatabase(ctx, s)
	if err != nil {
		return err
	}
	defer db.close()
	op, err := operationAtCommandLine(ctx, db)
	if err != nil {
		return err
	}
	defer op.End()
	return do(ctx, op)
}

// operationAtCommandLine begins an operation of the operator that the person at the
// command line is, whom the database then knows. End must follow.
func operationAtCommandLine(ctx context.Context, db *database) (*operation.Operation, error) {
	owner, err := db.owner(ctx)
	if err != nil {
		return nil, err
	}
	name := userName()
	reader := access.NewReader(operator.AtCommandLine(name), time.Now().UTC())
	op := operation.New(owner, reader, operation.Options{Witness: showsNoStudent{}})
	if err := operator.Introduce(ctx, op, name); err != nil {
		op.End()
		return nil, err
	}
	return op, nil
}

// introduce gives the principal that the person at the command line is.
func introduce(ctx context.Context, db *database) (access.Principal, error) {
	op, err := operationAtCommandLine(ctx, db)
	if err != nil {
		return access.Principal{}, err
	}
	defer op.End()
	return op.Reader.Principal, nil
}

// userName is by what name the operating system knows who runs the program.
func userName() string {
	if who, err := user.Current(); err == nil {
		return who.Username
	}
	return "unknown"
}

// showsNoStudent is the witness of what an operator does at the command line: there is
// no student to be shown, and a server's sealer finds what was changed.
type showsNoStudent struct{}

// Room is always there: nothing is written down.
func (showsNoStudent) Room() error { return nil }

// Showed is told of nothing: an operator reads no class.
func (showsNoStudent) Showed(operation.Reading) {}

// Changed leaves the seal to the server.
func (showsNoStudent) Changed(uuid.UUID) {}

// corrected says what a person can correct, by the flags that they wrote.
func corrected(problems []*operation.Problem) error {
	var all []error
	for _, p := range problems {
		all = append(all, fmt.Errorf("--%s %s", flagOf(p.Field[len(p.Field)-1]), p.Message))
	}
	return usageError{errors.Join(all...)}
}

// flagOf gives the flag of an input's field: localId is --local-id.
func flagOf(field string) string {
	var flag strings.Builder
	for _, r := range field {
		if r >= 'A' && r <= 'Z' {
			flag.WriteByte('-')
			r += 'a' - 'A'
		}
		flag.WriteRune(r)
	}
	return flag.String()
}

// printEntries prints objects, a line each, or one as JSON.
func printEntries(out io.Writer, machine bool, entries ...operator.Entry) error {
	for _, entry := range entries {
		if machine {
			if err := json.NewEncoder(out).Encode(entry); err != nil {
				return err
			}
			continue
		}
		if _, err := fmt.Fprintln(out, lineOf(entry)); err != nil {
			return err
		}
	}
	return nil
}

// lineOf writes an object for a person: its id, its code, its name, and what else
// there is to say, by name.
func lineOf(e operator.Entry) string {
	parts := []string{e.ID}
	for _, part := range []struct{ name, value string }{
		{"", e.LocalID},
		{"", e.Name},
		{"", e.Role},
		{"school", e.School},
		{"region", e.Region},
		{"time zone", e.TimeZone},
		{"from", e.StartsOn},
		{"until", e.EndsOn},
		{"reads", strings.Join(e.Read, ",")},
		{"writes", strings.Join(e.Write, ",")},
		{"issuer", e.Issuer},
		{"subject", e.Subject},
	} {
		if part.value != "" {
			parts = append(parts, strings.TrimSpace(part.name+" "+part.value))
		}
	}
	return strings.Join(parts, "  ")
}
