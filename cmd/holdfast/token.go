package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/internal/persona"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/roster/load"
)

// tokenOptions are the words of the token command.
type tokenOptions struct {
	persona, district, school, region, agency string

	lifetime time.Duration
	list     bool
}

const tokenLifetime = 12 * time.Hour

func newToken(s *settings) *cobra.Command {
	var o tokenOptions
	var kinds []string
	for _, one := range persona.All() {
		kinds = append(kinds, one.Kind)
	}
	command := &cobra.Command{
		Use: "token", Short: "print a development token for a persona, making the persona where it is missing", Args: exactly(),
		Long: "The token is accepted by `holdfast serve --dev` on the same data directory alone.",
		RunE: func(cmd *cobra.Command, _ []string) error { return printToken(cmd.Context(), s, o) },
	}
	flags := command.Flags()
	flags.StringVar(&o.persona, "persona", "", "who: "+strings.Join(kinds, ", "))
	flags.StringVar(&o.district, "district", "", "the district's code, for its staff")
	flags.StringVar(&o.school, "school", "", "the school's code, for those who work in one school")
	flags.StringVar(&o.region, "region", "", "the region's code, for regional")
	flags.StringVar(&o.agency, "agency", "", "the agency's code, for partner")
	flags.DurationVar(&o.lifetime, "lifetime", tokenLifetime, "how long the token holds")
	flags.BoolVar(&o.list, "list", false, "list the personas that exist instead")
	return command
}

func printToken(ctx context.Context, s *settings, o tokenOptions) error {
	db, err := openDatabase(ctx, s)
	if err != nil {
		return err
	}
	defer db.close()
	owner, err := db.owner(ctx)
	if err != nil {
		return err
	}
	if o.list {
		return listPersonas(ctx, owner)
	}
	chosen, err := persona.Find(o.persona)
	if err != nil {
		return usageError{err}
	}
	subject, err := o.ensure(ctx, owner, chosen)
	if errors.Is(err, persona.ErrAsked) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	issuer, err := identity.OpenDevIssuer(s.dataDir, time.Now)
	if err != nil {
		return err
	}
	token, err := issuer.Token(subject, o.lifetime)
	if err == nil {
		fmt.Println(token)
	}
	return err
}

// ensure makes the persona where it is missing, and gives the subject of its tokens.
func (o tokenOptions) ensure(ctx context.Context, owner *postgres.DB, chosen persona.Persona) (string, error) {
	if chosen.Beside != "" {
		return chosen.EnsureBeside(ctx, owner, map[persona.Home]string{persona.InRegion: o.region, persona.InAgency: o.agency}[chosen.Beside])
	}
	district, today, err := personaDistrict(ctx, owner, chosen, o.district)
	if err != nil {
		return "", err
	}
	return chosen.Ensure(ctx, owner, district.ID, o.district, o.school, today)
}

func personaDistrict(ctx context.Context, owner *postgres.DB, chosen persona.Persona, code string) (load.District, time.Time, error) {
	if chosen.Operator {
		return load.District{}, time.Now().UTC(), nil
	}
	if code == "" {
		return load.District{}, time.Time{}, usageError{errors.New("--district is missing: name the district's code, such as 255901")}
	}
	district, err := load.FindDistrict(ctx, owner, code)
	if errors.Is(err, load.ErrUnknownDistrict) {
		return district, time.Time{}, usageError{err}
	}
	if err != nil {
		return district, time.Time{}, err
	}
	today, err := district.Today(time.Now())
	return district, today, err
}

func listPersonas(ctx context.Context, owner *postgres.DB) error {
	subjects, err := persona.Existing(ctx, owner)
	if err != nil {
		return err
	}
	if len(subjects) == 0 {
		return persona.ErrNone
	}
	fmt.Println(strings.Join(subjects, "\n"))
	return nil
}
