package main

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/internal/persona"
	"github.com/holdfast-edu/holdfast/internal/playground"
	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// personas are the people that the playground asks as.
type personas struct {
	owner  *postgres.DB
	issuer *identity.DevIssuer
}

// pageTokenLifetime is short: the page gets itself a new token when one runs out.
const pageTokenLifetime = time.Hour

// openPersonas gives the playground's people; nil where the owner's login, which
// alone may list them, is not at hand.
func openPersonas(ctx context.Context, db *database) (playground.People, error) {
	owner, err := db.owner(ctx)
	if _, missing := errors.AsType[usageError](err); missing {
		return nil, nil //nolint:nilnil // no people, no playground
	}
	if err != nil {
		return nil, err
	}
	issuer, err := identity.OpenDevIssuer(db.settings.dataDir, time.Now)
	if err != nil {
		return nil, err
	}
	return personas{owner: owner, issuer: issuer}, nil
}

// List gives the personas that are somebody: those of a district together, in the
// order of their kinds.
func (p personas) List(ctx context.Context) ([]playground.Person, error) {
	subjects, err := persona.Existing(ctx, p.owner)
	if err != nil {
		return nil, err
	}
	var people []playground.Person
	for _, subject := range subjects {
		who, err := identity.NewDirectory(p.owner, 0, time.Now).Find(ctx, identity.Name{Issuer: identity.DevIssuerName, Subject: subject}, uuid.Nil)
		if errors.Is(err, identity.ErrUnknown) {
			continue
		}
		if err != nil {
			return nil, err
		}
		people = append(people, personOf(subject, who))
	}
	slices.SortStableFunc(people, func(a, b playground.Person) int {
		return cmp.Or(
			cmp.Compare(beside(a), beside(b)), // those on no district's staff last
			cmp.Compare(a.District, b.District),
			cmp.Compare(rank(a.Subject), rank(b.Subject)),
		)
	})
	return people, nil
}

// beside gives 1 for those who are on no district's staff, else 0.
func beside(person playground.Person) int {
	if person.Kind == string(access.Staff) {
		return 0
	}
	return 1
}

// rank gives the place of a subject's kind among the personas that there can be.
func rank(subject string) int {
	kind, _, _ := strings.Cut(subject, ":")
	return slices.IndexFunc(persona.All(), func(one persona.Persona) bool { return one.Kind == kind })
}

func personOf(subject string, who *identity.Who) playground.Person {
	person := playground.Person{Subject: subject, DisplayName: who.DisplayName, Kind: string(who.Kind), Roles: []playground.Role{}}
	switch {
	case who.District != nil:
		person.District = who.District.Name
	case who.Agency != nil:
		person.District = who.Agency.Name
	case who.Region != nil:
		person.District = who.Region.Name
	}
	for _, held := range who.Roles {
		role := playground.Role{Role: string(held.Role)}
		if held.SchoolName != nil {
			role.School = *held.SchoolName
		}
		person.Roles = append(person.Roles, role)
	}
	return person
}

// Token signs for personas alone.
func (p personas) Token(ctx context.Context, subject string) (string, error) {
	subjects, err := persona.Existing(ctx, p.owner)
	if err != nil {
		return "", err
	}
	if !slices.Contains(subjects, subject) {
		return "", playground.ErrUnknown
	}
	return p.issuer.Token(subject, pageTokenLifetime)
}
