package operator

import (
	"context"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// homes say where a principal belongs, by what its id begins with.
var homes = map[relay.Prefix]struct {
	kind access.Kind
	what string
}{
	relay.Staff: {access.Staff, "district"}, relay.Service: {access.Service, "district"},
	relay.Analyst: {access.Regional, "region"}, relay.AgencyStaff: {access.Partner, "agency"},
}

// foreignIssuer is why a name is not taken from an issuer that a district brought.
const foreignIssuer = "is a district's own and speaks for its principals alone: name an issuer of the platform's, or of the principal's district"

// NewLink gives a principal the name by which their tokens come.
type NewLink struct {
	PrincipalID relay.ID
	BelongsTo   string // the code of the principal's district, region or agency
	Issuer      string
	Subject     string
}

// OldLink takes a principal's name away.
type OldLink struct {
	PrincipalID relay.ID
	BelongsTo   string // the code of the principal's district, region or agency
}

// Identity is a name by which tokens come.
type Identity struct {
	PrincipalID relay.ID
	Issuer      string
	Subject     string
}

// IdentityChanged is what came of linking a name, or of taking it away.
type IdentityChanged struct {
	Result

	Identity *Identity
}

// LinkIdentity gives a principal the name by which their tokens come: one name a
// principal, and never an operator's own, who would else read what the principal
// reads. Doing it again changes nothing.
func LinkIdentity(ctx context.Context, op *operation.Operation, asked NewLink) (IdentityChanged, error) {
	if !op.Reader.May(access.Operate) {
		return IdentityChanged{}, ErrForbidden
	}
	problems := trim(code("belongsTo", &asked.BelongsTo), text{"issuer", &asked.Issuer, maxIssuer, false}, text{"subject", &asked.Subject, maxSubject, false})
	home, known := homes[asked.PrincipalID.Prefix]
	if problems == nil && !known {
		problems = problem(operation.Invalid, "principalId", "names no principal: give the id of a member of staff, analyst, person of an agency or machine client")
	}
	if problems != nil {
		return IdentityChanged{Result: Result{problems}}, nil
	}
	got, err := call(ctx, op, "link_identity({who}, {kind}, {what}, {code}, {principal}, {issuer}, {subject})", reach.Values{
		"kind": string(home.kind), "what": home.what, "code": asked.BelongsTo, "principal": asked.PrincipalID.UUID,
		"issuer": asked.Issuer, "subject": asked.Subject,
	})
	return identityChanged(got, err, asked.PrincipalID, obstacles{
		stands:  obstacle(operation.Conflict, "principalId", "has another name already: take that away first"),
		missing: unknown(home.what, "belongsTo", asked.BelongsTo),
		nobody:  obstacle(operation.Invalid, "principalId", "names nobody who belongs to "+asked.BelongsTo+": make them first"),
		foreign: obstacle(operation.Invalid, "issuer", foreignIssuer),
		ownName: obstacle(operation.Invalid, "subject", "is an operator's name: who operates the platform sees no student, so give the principal a name of their own"),
	})
}

// UnlinkIdentity takes a principal's name away: their tokens are nobody's from the
// next request on.
func UnlinkIdentity(ctx context.Context, op *operation.Operation, asked OldLink) (IdentityChanged, error) {
	if !op.Reader.May(access.Operate) {
		return IdentityChanged{}, ErrForbidden
	}
	problems := trim(code("belongsTo", &asked.BelongsTo))
	home, known := homes[asked.PrincipalID.Prefix]
	if problems == nil && !known {
		problems = problem(operation.Invalid, "principalId", "names no principal whose name can be taken away")
	}
	if problems != nil {
		return IdentityChanged{Result: Result{problems}}, nil
	}
	got, err := call(ctx, op, "unlink_identity({who}, {kind}, {what}, {code}, {principal})", reach.Values{
		"kind": string(home.kind), "what": home.what, "code": asked.BelongsTo, "principal": asked.PrincipalID.UUID,
	})
	return identityChanged(got, err, asked.PrincipalID, obstacles{
		missing: unknown(home.what, "belongsTo", asked.BelongsTo),
		nobody:  obstacle(operation.Invalid, "principalId", "has no name in "+asked.BelongsTo+" that could be taken away"),
	})
}

func identityChanged(got answer, err error, principal relay.ID, in obstacles) (IdentityChanged, error) {
	if err != nil {
		return IdentityChanged{}, err
	}
	problems, err := in.of(got.Status)
	changed := IdentityChanged{Result: Result{problems}}
	if got.Object.Issuer != "" {
		changed.Identity = &Identity{PrincipalID: principal, Issuer: got.Object.Issuer, Subject: got.Object.Subject}
	}
	return changed, err
}

// NewOperator is somebody who is to operate the platform.
type NewOperator struct {
	Name    string
	Issuer  string
	Subject string
}

// CreateOperator makes an operator. It takes the owner's login, which the API does
// not have: operators make no operators.
func CreateOperator(ctx context.Context, op *operation.Operation, asked NewOperator) (PrincipalMade, error) {
	problems := trim(name("name", &asked.Name), text{"issuer", &asked.Issuer, maxIssuer, false}, text{"subject", &asked.Subject, maxSubject, false})
	if problems != nil {
		return PrincipalMade{Result: Result{problems}}, nil
	}
	got, err := call(ctx, op, "create_operator({who}, {id}, {name}, {issuer}, {subject})", reach.Values{
		"name": asked.Name, "issuer": asked.Issuer, "subject": asked.Subject,
	})
	if err != nil {
		return PrincipalMade{}, err
	}
	problems, err = obstacles{
		stands:  obstacle(operation.Conflict, "subject", "is the name of somebody already: who operates the platform is nobody else in it"),
		foreign: obstacle(operation.Invalid, "issuer", foreignIssuer),
	}.of(got.Status)
	if problems != nil || err != nil {
		return PrincipalMade{Result: Result{problems}}, err
	}
	return PrincipalMade{Principal: &Principal{
		ID: relay.NewID(relay.Operator, got.Object.ID), DisplayName: got.Object.DisplayName, Kind: string(access.Operator),
	}}, nil
}

// commandLine is the name space of the operators that people at a command line are.
var commandLine = uuid.MustParse("6f0b5d1e-2c0e-5a6f-9d0c-8b8f6d3f7a41")

// AtCommandLine gives the principal that somebody at the command line is, by the
// name that the operating system knows them by.
func AtCommandLine(user string) access.Principal {
	return access.Principal{Kind: access.Operator, PersonID: access.ID(uuid.NewSHA1(commandLine, []byte(user)))}
}

// Introduce makes the operator that the principal at the command line is, where
// they are not known yet. It takes the owner's login.
func Introduce(ctx context.Context, op *operation.Operation, user string) error {
	return op.Mutate(ctx, func(ctx context.Context) error {
		return one(ctx, op, "operator_at_command_line({who}, {name})", reach.Values{"name": "command line (" + user + ")"}, &answer{})
	})
}
