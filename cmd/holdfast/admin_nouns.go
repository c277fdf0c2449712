package main

import (
	"context"
	"fmt"
	"time"

	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/operator"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// Words that several verbs take.
var (
	itsCode    = word{name: "local-id", usage: "its code, unique where it belongs"}
	itsName    = word{name: "name", usage: "the name to show"}
	ofDistrict = word{name: "district", usage: "the district's code, such as 255901"}
	ofRegion   = word{name: "region", usage: "the region's code"}
	ofAgency   = word{name: "agency", usage: "the agency's code"}
	principal  = word{name: "principal-id", usage: "the id of the member of staff, analyst, person of an agency, or machine client"}
	belongsTo  = word{name: "belongs-to", usage: "the code of the district, region or agency that the principal belongs to"}
	issuer     = word{name: "issuer", usage: "who signs the tokens, as their iss says it"}
	subject    = word{name: "subject", usage: "the name there, as the tokens' sub says it"}
)

// adminNouns is all that `holdfast admin` does.
var adminNouns = []noun{
	{name: "region", short: "regional offices", list: &operator.Regions, verbs: []verb{
		{"create", "make a region", []word{itsCode, itsName}, createRegion},
	}},
	{name: "district", short: "districts", list: &operator.Districts, verbs: []verb{
		{"create", "make a district, with a policy that leaves everything at the defaults", []word{
			itsCode, itsName,
			{name: "time-zone", usage: "an IANA name such as America/Chicago"},
			{name: "region", usage: "the code of the region that it belongs to", optional: true},
			{name: "state", usage: "its state, two letters", optional: true},
		}, createDistrict},
	}},
	{name: "agency", short: "agencies, to which districts refer", list: &operator.Agencies, verbs: []verb{
		{"create", "make an agency", []word{itsCode, itsName}, createAgency},
	}},
	{name: "staff", short: "a district's staff", list: &operator.Staff, verbs: []verb{
		{"create", "make a member of staff, who holds no role yet", []word{
			ofDistrict, itsCode,
			{name: "first-name", usage: "the first name"},
			{name: "last-name", usage: "the last name"},
			{name: "email", usage: "how to reach them", optional: true},
		}, createStaff},
	}},
	{name: "role", short: "a district's roles: the first coordinator's is the operator's to give", list: &operator.Roles, verbs: []verb{
		{"create", "appoint the coordinator that a district has none of", []word{
			ofDistrict,
			{name: "staff-id", usage: "the member of staff, such as stf_…"},
			{name: "starts-on", usage: "the first day, YYYY-MM-DD; unset: today", optional: true},
		}, appointCoordinator},
	}},
	{name: "service", short: "a district's machine clients", list: &operator.ServiceClients, verbs: []verb{
		{"create", "make a machine client; without classes it is a front-end server, which passes its user's token on", []word{
			ofDistrict, itsCode, itsName,
			{name: "read", usage: "the classes that it reads, with commas, such as DIRECTORY,ENROLLMENT", optional: true},
			{name: "write", usage: "the classes that it writes, with commas", optional: true},
		}, createServiceClient},
	}},
	{name: "analyst", short: "analysts of regional offices", list: &operator.RegionalAnalysts, verbs: []verb{
		{"create", "make an analyst of a regional office", []word{ofRegion, itsCode, itsName}, createAnalyst},
	}},
	{name: "agency-staff", short: "people who work for agencies", list: &operator.AgencyStaff, verbs: []verb{
		{"create", "make somebody who works for an agency", []word{ofAgency, itsCode, itsName}, createAgencyStaff},
	}},
	{name: "identity", short: "the names by which tokens come", verbs: []verb{
		{"link", "give a principal the one name by which their tokens come", []word{principal, belongsTo, issuer, subject}, linkIdentity},
		{"unlink", "take a principal's name away", []word{principal, belongsTo}, unlinkIdentity},
	}},
	{name: "operator", short: "the platform's operators, whom the command line alone makes", list: &operator.Operators, verbs: []verb{
		{"create", "make an operator", []word{itsName, issuer, subject}, createOperator},
	}},
}

func createRegion(ctx context.Context, op *operation.Operation, w words) (done, error) {
	made, err := operator.CreateRegion(ctx, op, operator.NewInstitution{LocalID: w["local-id"], Name: w["name"]})
	return institutionDone(made.Region, made.Problems), err
}

func createAgency(ctx context.Context, op *operation.Operation, w words) (done, error) {
	made, err := operator.CreateAgency(ctx, op, operator.NewInstitution{LocalID: w["local-id"], Name: w["name"]})
	return institutionDone(made.Agency, made.Problems), err
}

func createDistrict(ctx context.Context, op *operation.Operation, w words) (done, error) {
	made, err := operator.CreateDistrict(ctx, op, operator.NewDistrict{
		LocalID: w["local-id"], Name: w["name"], Region: w.optional("region"), State: w.optional("state"), TimeZone: w["time-zone"],
	}, time.Now())
	return institutionDone(made.District, made.Problems), err
}

func institutionDone(made *operator.Institution, problems []*operation.Problem) done {
	if made == nil {
		return done{problems: problems}
	}
	return done{operator.Entry{ID: made.ID.String(), LocalID: made.LocalID, Name: made.Name}, problems}
}

func createStaff(ctx context.Context, op *operation.Operation, w words) (done, error) {
	made, err := operator.CreateStaff(ctx, op, operator.NewStaff{
		District: w["district"], LocalID: w["local-id"], FirstName: w["first-name"], LastName: w["last-name"], Email: w.optional("email"),
	})
	return principalDone(made.Principal, made.Problems), err
}

func createAnalyst(ctx context.Context, op *operation.Operation, w words) (done, error) {
	made, err := operator.CreateRegionalAnalyst(ctx, op, operator.NewAnalyst{Region: w["region"], LocalID: w["local-id"], Name: w["name"]})
	return principalDone(made.Principal, made.Problems), err
}

func createAgencyStaff(ctx context.Context, op *operation.Operation, w words) (done, error) {
	made, err := operator.CreateAgencyStaff(ctx, op, operator.NewAgencyStaff{Agency: w["agency"], LocalID: w["local-id"], Name: w["name"]})
	return principalDone(made.Principal, made.Problems), err
}

func createOperator(ctx context.Context, op *operation.Operation, w words) (done, error) {
	made, err := operator.CreateOperator(ctx, op, operator.NewOperator{Name: w["name"], Issuer: w["issuer"], Subject: w["subject"]})
	return principalDone(made.Principal, made.Problems), err
}

func principalDone(made *operator.Principal, problems []*operation.Problem) done {
	if made == nil {
		return done{problems: problems}
	}
	return done{operator.Entry{ID: made.ID.String(), LocalID: made.LocalID, Name: made.DisplayName}, problems}
}

func createServiceClient(ctx context.Context, op *operation.Operation, w words) (done, error) {
	made, err := operator.CreateServiceClient(ctx, op, operator.NewServiceClient{
		District: w["district"], LocalID: w["local-id"], Name: w["name"], Read: w.many("read"), Write: w.many("write"),
	})
	if made.ServiceClient == nil {
		return done{problems: made.Problems}, err
	}
	came := principalDone(made.ServiceClient.Principal, made.Problems)
	came.entry.Read, came.entry.Write = made.ServiceClient.Read, made.ServiceClient.Write
	return came, err
}

func appointCoordinator(ctx context.Context, op *operation.Operation, w words) (done, error) {
	staff, err := w.id("staff-id")
	if err != nil {
		return done{}, err
	}
	asked := operator.NewCoordinator{District: w["district"], StaffID: staff}
	if w["starts-on"] != "" {
		day, err := time.Parse(time.DateOnly, w["starts-on"])
		if err != nil {
			return done{}, usageError{fmt.Errorf("--starts-on is %q: write a day as YYYY-MM-DD", w["starts-on"])}
		}
		asked.StartsOn = new(relay.DateOf(day))
	}
	came, err := operator.AppointCoordinator(ctx, op, asked, time.Now())
	if came.Appointment == nil {
		return done{problems: came.Problems}, err
	}
	held := came.Appointment
	return done{operator.Entry{
		ID: held.ID.String(), LocalID: held.Staff.LocalID, Name: held.Staff.DisplayName, StartsOn: string(held.StartsOn),
	}, came.Problems}, err
}

func linkIdentity(ctx context.Context, op *operation.Operation, w words) (done, error) {
	id, err := w.id("principal-id")
	if err != nil {
		return done{}, err
	}
	came, err := operator.LinkIdentity(ctx, op, operator.NewLink{PrincipalID: id, BelongsTo: w["belongs-to"], Issuer: w["issuer"], Subject: w["subject"]})
	return identityDone(came), err
}

func unlinkIdentity(ctx context.Context, op *operation.Operation, w words) (done, error) {
	id, err := w.id("principal-id")
	if err != nil {
		return done{}, err
	}
	came, err := operator.UnlinkIdentity(ctx, op, operator.OldLink{PrincipalID: id, BelongsTo: w["belongs-to"]})
	return identityDone(came), err
}

func identityDone(came operator.IdentityChanged) done {
	if came.Identity == nil {
		return done{problems: came.Problems}
	}
	return done{operator.Entry{ID: came.Identity.PrincipalID.String(), Issuer: came.Identity.Issuer, Subject: came.Identity.Subject}, came.Problems}
}
