package operator

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// Principal is somebody, or a machine, that an operator made.
type Principal struct {
	ID          relay.ID
	LocalID     string
	DisplayName string
	Kind        string
}

// IsActor marks somebody who acts.
func (*Principal) IsActor() {}

// GetDisplayName gives the name to show.
func (p *Principal) GetDisplayName() string { return p.DisplayName }

// GetKind gives what sort of principal it is.
func (p *Principal) GetKind() string { return p.Kind }

func (o object) principal(kind access.Kind) *Principal {
	return &Principal{ID: relay.NewID(prefixes[kind], o.ID), LocalID: o.LocalID, DisplayName: o.DisplayName, Kind: string(kind)}
}

// prefixes are what the ids of principals begin with.
var prefixes = map[access.Kind]relay.Prefix{
	access.Staff: relay.Staff, access.Service: relay.Service, access.Regional: relay.Analyst, access.Partner: relay.AgencyStaff,
}

// PrincipalMade is what came of making a principal.
type PrincipalMade struct {
	Result

	Principal *Principal
}

// NewStaff is a member of staff that a district is given: its first ones, before an
// import brings the others.
type NewStaff struct {
	District  string // the district's code
	LocalID   string
	FirstName string
	LastName  string
	Email     *string
}

// CreateStaff makes a member of staff, who holds no role yet.
func CreateStaff(ctx context.Context, op *operation.Operation, asked NewStaff) (PrincipalMade, error) {
	if !op.Reader.May(access.Operate) {
		return PrincipalMade{}, ErrForbidden
	}
	email := valueOf(asked.Email)
	problems := trim(code("district", &asked.District), code("localId", &asked.LocalID), name("firstName", &asked.FirstName),
		name("lastName", &asked.LastName), text{"email", &email, maxName, true})
	if problems != nil {
		return PrincipalMade{Result: Result{problems}}, nil
	}
	got, err := call(ctx, op, "create_staff({who}, {id}, {of}, {code}, {first}, {last}, {email})", reach.Values{
		"of": asked.District, "code": asked.LocalID, "first": asked.FirstName, "last": asked.LastName, "email": email,
	})
	return principalMade(got, err, access.Staff, obstacles{
		stands: taken("member of staff", asked.LocalID), missing: unknown("district", "district", asked.District),
	})
}

// NewAnalyst is an analyst of a regional office that is to be made.
type NewAnalyst struct {
	Region  string // the region's code
	LocalID string
	Name    string
}

// NewAgencyStaff is somebody who is to work for an agency.
type NewAgencyStaff struct {
	Agency  string // the agency's code
	LocalID string
	Name    string
}

// CreateRegionalAnalyst makes an analyst of a regional office.
func CreateRegionalAnalyst(ctx context.Context, op *operation.Operation, asked NewAnalyst) (PrincipalMade, error) {
	return createPerson(ctx, op, newPerson{access.Regional, "region", asked.Region, asked.LocalID, asked.Name},
		"create_regional_analyst({who}, {id}, {of}, {code}, {name})")
}

// CreateAgencyStaff makes somebody who works for an agency.
func CreateAgencyStaff(ctx context.Context, op *operation.Operation, asked NewAgencyStaff) (PrincipalMade, error) {
	return createPerson(ctx, op, newPerson{access.Partner, "agency", asked.Agency, asked.LocalID, asked.Name},
		"create_agency_staff({who}, {id}, {of}, {code}, {name})")
}

// newPerson is somebody at a region or an agency.
type newPerson struct {
	kind      access.Kind
	what      string // region or agency
	of        string // its code
	code      string
	givenName string
}

func createPerson(ctx context.Context, op *operation.Operation, asked newPerson, function string) (PrincipalMade, error) {
	if !op.Reader.May(access.Operate) {
		return PrincipalMade{}, ErrForbidden
	}
	if problems := trim(code(asked.what, &asked.of), code("localId", &asked.code), name("name", &asked.givenName)); problems != nil {
		return PrincipalMade{Result: Result{problems}}, nil
	}
	got, err := call(ctx, op, function, reach.Values{"of": asked.of, "code": asked.code, "name": asked.givenName})
	return principalMade(got, err, asked.kind, obstacles{stands: taken("person", asked.code), missing: unknown(asked.what, asked.what, asked.of)})
}

func principalMade(got answer, err error, kind access.Kind, in obstacles) (PrincipalMade, error) {
	if err != nil {
		return PrincipalMade{}, err
	}
	problems, err := in.of(got.Status)
	if got.Status == missing {
		return PrincipalMade{Result: Result{problems}}, err
	}
	return PrincipalMade{Result{problems}, got.Object.principal(kind)}, err
}

// NewCoordinator is somebody who is to coordinate a district.
type NewCoordinator struct {
	District string // the district's code
	StaffID  relay.ID
	StartsOn *relay.Date // nil: today
}

// Appointment is a coordinator's, between days.
type Appointment struct {
	ID       relay.ID
	Staff    *Principal
	StartsOn relay.Date
	EndsOn   *relay.Date
}

// CoordinatorAppointed is what came of appointing a coordinator.
type CoordinatorAppointed struct {
	Result

	Appointment *Appointment
}

// AppointCoordinator gives a district the coordinator that it has none of. Every
// other role is the district's own to give; nobody gives one to themselves.
func AppointCoordinator(ctx context.Context, op *operation.Operation, asked NewCoordinator, now time.Time) (CoordinatorAppointed, error) {
	if !op.Reader.May(access.Operate) {
		return CoordinatorAppointed{}, ErrForbidden
	}
	if problems := trim(code("district", &asked.District)); problems != nil {
		return CoordinatorAppointed{Result: Result{problems}}, nil
	}
	var starts *string
	if asked.StartsOn != nil {
		starts = new(string(*asked.StartsOn))
	}
	got, err := call(ctx, op, "appoint_coordinator({who}, {id}, {of}, {staff}, {starts}, {now})", reach.Values{
		"of": asked.District, "staff": only(asked.StaffID, relay.Staff), "starts": starts, "now": now,
	})
	if err != nil {
		return CoordinatorAppointed{}, err
	}
	problems, err := obstacles{
		stands:  obstacle(operation.Conflict, "district", "the district has a coordinator, or is to have one: they give and end its roles"),
		missing: unknown("district", "district", asked.District),
		nobody:  obstacle(operation.Invalid, "staffId", "names nobody who works for the district: make them first"),
		past:    obstacle(operation.Invalid, "startsOn", "lies in the past: a role starts today or later"),
	}.of(got.Status)
	appointed := CoordinatorAppointed{Result: Result{problems}}
	if got.Object.Staff != nil {
		appointed.Appointment = got.Object.appointment()
	}
	return appointed, err
}

func (o object) appointment() *Appointment {
	appointment := &Appointment{ID: relay.NewID(relay.RoleHeld, o.ID), Staff: o.Staff.principal(access.Staff), StartsOn: relay.Date(o.StartsOn)}
	if o.EndsOn != nil {
		appointment.EndsOn = new(relay.Date(*o.EndsOn))
	}
	return appointment
}

// only gives the id when it is of the kind, else one that names nothing.
func only(id relay.ID, prefix relay.Prefix) uuid.UUID {
	if id.Prefix != prefix {
		return uuid.Nil
	}
	return id.UUID
}
