package identity

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// ErrUnknown is a name that is no principal here.
var ErrUnknown = errors.New("the token's subject is not known here")

// ChoiceError is a person with several principals who named none.
type ChoiceError struct{ Candidates []Candidate }

// Candidate is a principal that somebody may ask as.
type Candidate struct {
	Kind access.Kind `json:"kind"`
	ID   uuid.UUID   `json:"id"`
}

// Error names the header that chooses.
func (e *ChoiceError) Error() string {
	choices := make([]string, len(e.Candidates))
	for i, candidate := range e.Candidates {
		choices[i] = fmt.Sprintf("%s (%s)", candidate.ID, candidate.Kind)
	}
	return "you have several principals: name one in the header Holdfast-Principal, of " + strings.Join(choices, ", ")
}

// Institution is a district, region or agency, by name.
type Institution struct {
	ID       uuid.UUID `json:"id"`
	LocalID  string    `json:"localId"`
	Name     string    `json:"name"`
	TimeZone string    `json:"timeZone"`
}

// Role is a role that the principal holds or held.
type Role struct {
	Role       access.Role `json:"role"`
	SchoolID   *uuid.UUID  `json:"schoolId"`
	SchoolName *string     `json:"schoolName"`
	StartsOn   date        `json:"startsOn"`
	EndsOn     *date       `json:"endsOn"`
}

// Starts and Ends give the role's days, both included; a zero end is open.
func (r Role) Starts() time.Time { return time.Time(r.StartsOn) }

// Ends gives the last day; zero: open.
func (r Role) Ends() time.Time {
	if r.EndsOn == nil {
		return time.Time{}
	}
	return time.Time(*r.EndsOn)
}

// Policy is what a version of the district's policy makes of the table of roles.
type Policy struct {
	StartsOn date          `json:"startsOn"`
	Access   access.Policy `json:"access"`
}

// Who is the principal that asks.
type Who struct {
	Kind              access.Kind       `json:"kind"`
	ID                uuid.UUID         `json:"id"`
	DisplayName       string            `json:"displayName"`
	Engagement        access.Engagement `json:"engagement"`
	AgreementSignedOn *date             `json:"agreementSignedOn"`
	District          *Institution      `json:"district"`
	Region            *Institution      `json:"region"`
	Agency            *Institution      `json:"agency"`
	ReadClasses       []string          `json:"readClasses"`  // of a SERVICE
	WriteClasses      []string          `json:"writeClasses"` // of a SERVICE
	Roles             []Role            `json:"roles"`
	Policies          []Policy          `json:"policies"`
	Candidates        []Candidate       `json:"candidates"`

	// Proof is what still has to be proved before an answer may leave: that the
	// principal is as it was. nil: it was just read.
	Proof *postgres.Proof `json:"-"`
}

// Reader decides what the principal may see at the moment: the day is the
// district's.
func (w *Who) Reader(now time.Time) (access.Reader, error) {
	principal := access.Principal{
		Kind: w.Kind, PersonID: access.ID(w.ID), Engagement: w.Engagement,
		Named: access.Rights{Read: classesOf(w.ReadClasses), Write: classesOf(w.WriteClasses)},
	}
	if w.District == nil {
		return access.NewReader(principal, now.UTC()), nil
	}
	zone, err := location(w.District.TimeZone)
	if err != nil {
		return access.Reader{}, fmt.Errorf("the district's time zone is not known: %w", err)
	}
	principal.DistrictID = access.ID(w.District.ID)
	if w.AgreementSignedOn != nil {
		principal.AgreementSignedOn = time.Time(*w.AgreementSignedOn)
	}
	for _, held := range w.Roles {
		assignment := access.RoleAssignment{Role: held.Role, StartsOn: held.Starts(), EndsOn: held.Ends()}
		if held.SchoolID != nil {
			assignment.SchoolID = access.ID(*held.SchoolID)
		}
		principal.Roles = append(principal.Roles, assignment)
	}
	year, month, day := now.In(zone).Date()
	today := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	principal.Policy = w.policy(today)
	return access.NewReader(principal, today), nil
}

// policy gives what the version in force says: the latest that has begun.
func (w *Who) policy(today time.Time) access.Policy {
	for _, version := range w.Policies {
		if !time.Time(version.StartsOn).After(today) {
			return version.Access
		}
	}
	return access.Policy{}
}

// Scope is whose rows the principal's transactions may touch. An operator's may
// touch nobody's, nor may an analyst's a district's.
func (w *Who) Scope() tenant.Scope {
	var scope tenant.Scope
	switch {
	case w.District != nil:
		scope.District = w.District.ID
	case w.Agency != nil:
		scope.Agency = w.Agency.ID
	case w.Region != nil:
		scope.Region = w.Region.ID
	}
	return scope
}

// classesOf reads names of classes; one that is not known names none.
func classesOf(names []string) access.Classes {
	var set access.Classes
	for _, name := range names {
		if class, known := access.ParseClass(name); known {
			set |= access.Of(class)
		}
	}
	return set
}

// zones keeps the time zones that were read: there are a few, and each request
// needs one.
var zones sync.Map

func location(name string) (*time.Location, error) {
	if known, ok := zones.Load(name); ok {
		if zone, ok := known.(*time.Location); ok {
			return zone, nil
		}
	}
	zone, err := time.LoadLocation(name)
	if err == nil {
		zones.Store(name, zone)
	}
	return zone, err
}

// date is a day in JSON.
type date time.Time

// UnmarshalJSON reads YYYY-MM-DD.
func (d *date) UnmarshalJSON(data []byte) error {
	parsed, err := time.Parse(`"`+time.DateOnly+`"`, string(data))
	*d = date(parsed)
	return err
}

type key struct{}

// With gives a context that carries who asks.
func With(ctx context.Context, who *Who) context.Context {
	return context.WithValue(ctx, key{}, who)
}

// Of gives who asks; nil when nobody does.
func Of(ctx context.Context) *Who {
	who, _ := ctx.Value(key{}).(*Who)
	return who
}
