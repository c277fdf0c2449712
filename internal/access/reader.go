package access

import (
	"slices"
	"time"
)

// ID names a row: a UUID's sixteen bytes. The zero ID names nothing.
type ID [16]byte

// Kind is what sort of principal somebody is.
type Kind string

// The kinds of principals.
const (
	Staff    Kind = "STAFF"
	Regional Kind = "REGIONAL"
	Partner  Kind = "PARTNER"
	Service  Kind = "SERVICE"
	Operator Kind = "OPERATOR"
)

// Engagement is how a member of staff works for the district.
type Engagement string

// The engagements. All but employees need a signed agreement before they see a
// record.
const (
	Employee   Engagement = "EMPLOYEE"
	Contractor Engagement = "CONTRACTOR"
	Volunteer  Engagement = "VOLUNTEER"
)

// RoleAssignment is a role held in a scope between two dates, both included.
type RoleAssignment struct {
	Role     Role
	SchoolID ID        // zero: the whole district
	StartsOn time.Time // midnight UTC
	EndsOn   time.Time // midnight UTC; zero: open
}

// HoldsOn tells whether the role holds on the day.
func (a RoleAssignment) HoldsOn(day time.Time) bool {
	return !a.StartsOn.After(day) && (a.EndsOn.IsZero() || !a.EndsOn.Before(day))
}

// Principal is who asks, as Holdfast knows them; a token says only the name.
type Principal struct {
	Kind              Kind
	PersonID          ID
	DistrictID        ID // zero for principals that belong to no district
	Engagement        Engagement
	AgreementSignedOn time.Time // zero: none
	Roles             []RoleAssignment
	Policy            Policy // the district's
	Named             Rights // of a SERVICE: what was named when it was made
}

// Span is a reach with the rights it gives: one role, in one scope, today.
type Span struct {
	Role    Role
	Reach   Reach
	Schools []ID // the own schools, when the reach is by school
	Rights  Rights
}

// Reader is a principal with what it may see today. The zero Reader sees nothing.
type Reader struct {
	Principal Principal
	Today     time.Time // in the district's time zone, midnight UTC
	Spans     []Span
	Preview   Preview // when somebody else looks through this reader's eyes
}

// NewReader decides what a principal may see on a day. Roles that have not begun
// or are over give nothing; so does a role that the table does not know. A machine
// client sees the classes that it was made for; nobody else beside staff has a
// reach.
func NewReader(principal Principal, today time.Time) Reader {
	reader := Reader{Principal: principal, Today: today}
	if principal.Kind == Service {
		return reader.span(RoleAssignment{}, WholeDistrict, ServiceRights(principal.Named))
	}
	if principal.Kind != Staff || !mayHoldRecords(principal, today) {
		return reader
	}
	for _, held := range principal.Roles {
		if held.HoldsOn(today) {
			reader = reader.with(held)
		}
	}
	return reader
}

func mayHoldRecords(p Principal, today time.Time) bool {
	if p.Engagement == Employee {
		return true
	}
	return !p.AgreementSignedOn.IsZero() && !p.AgreementSignedOn.After(today)
}

// with puts a role's rights beside the others: the role's own reach, and what
// comes with it.
func (r Reader) with(held RoleAssignment) Reader {
	for _, span := range r.Principal.Policy.SpansOf(held.Role, r.Principal.Engagement) {
		r = r.span(held, span.Reach, span.Rights)
	}
	return r
}

// ServiceRights are the rights of a machine client for which those were named: a
// class that is written is read too, and no cell is more than a data steward's.
func ServiceRights(named Rights) Rights {
	most := RuleOf(DataSteward).Rights
	write := named.Write & most.Write
	return Rights{Read: (named.Read | write) & most.Read, Write: write}
}

// only keeps the rights to the classes.
func (r Rights) only(classes Classes) Rights {
	return Rights{Read: r.Read & classes, Write: r.Write & classes, NeedToKnow: r.NeedToKnow & classes}
}

// span adds a span of the role. The same role in several schools is one span, so
// that a row is weighed once; a span without rights, or by school without a
// school, is none.
func (r Reader) span(held RoleAssignment, reach Reach, rights Rights) Reader {
	bySchool := reach == OwnSchools || reach == OwnLeavers
	if reach == NoReach || rights == (Rights{}) || (bySchool && held.SchoolID == ID{}) {
		return r
	}
	for i, span := range r.Spans {
		if span.Role != held.Role || span.Reach != reach {
			continue
		}
		if bySchool && !slices.Contains(span.Schools, held.SchoolID) {
			r.Spans[i].Schools = append(r.Spans[i].Schools, held.SchoolID)
		}
		return r
	}
	span := Span{Role: held.Role, Reach: reach, Rights: rights}
	if bySchool {
		span.Schools = []ID{held.SchoolID}
	}
	r.Spans = append(r.Spans, span)
	return r
}

// May tells whether the reader's kind, or their roles of today, allow the operation.
func (r Reader) May(operation Operation) bool {
	if kind, beside := ofKind[operation]; beside {
		return r.Principal.Kind == kind
	}
	return slices.ContainsFunc(r.Spans, func(s Span) bool { return slices.Contains(operations[operation], s.Role) })
}

// SpansOf gives the spans of the roles that the operation allows.
func (r Reader) SpansOf(operation Operation) []Span {
	var spans []Span
	for _, span := range r.Spans {
		if slices.Contains(operations[operation], span.Role) {
			spans = append(spans, span)
		}
	}
	return spans
}

// EverywhereIn tells whether the reader may read the class of every student
// within the given spans, so that filtering or ordering by it tells nothing new:
// a span over the whole district has it, or every span has it. With no spans
// there is nobody to range over, and the answer is true.
func EverywhereIn(spans []Span, class Class) bool {
	everySpan := true
	for _, span := range spans {
		has := span.Rights.Read.Has(class)
		if has && span.Reach == WholeDistrict {
			return true
		}
		everySpan = everySpan && has
	}
	return everySpan
}

// OverDistrict gives the classes that the reader may read of every student of
// the district: what a figure over the district needs.
func (r Reader) OverDistrict() Classes {
	var set Classes
	for _, span := range r.Spans {
		if span.Reach == WholeDistrict {
			set |= span.Rights.Read
		}
	}
	return set
}

// OverSchool gives the classes that the reader may read of every student of the
// school: what a figure over the school needs.
func (r Reader) OverSchool(school ID) Classes {
	set := r.OverDistrict()
	for _, span := range r.Spans {
		if span.Reach == OwnSchools && slices.Contains(span.Schools, school) {
			set |= span.Rights.Read
		}
	}
	return set
}

// SpansOver gives the spans that hold every student of the school; the zero ID
// stands for the whole district.
func (r Reader) SpansOver(school ID) []Span {
	var spans []Span
	for _, span := range r.Spans {
		if span.Reach == WholeDistrict || (span.Reach == OwnSchools && slices.Contains(span.Schools, school)) {
			spans = append(spans, span)
		}
	}
	return spans
}

// SchoolsWith gives the schools of which the reader may read the class of every
// student, beside what they may read over the whole district.
func (r Reader) SchoolsWith(class Class) []ID {
	var schools []ID
	for _, span := range r.Spans {
		if span.Reach == OwnSchools && span.Rights.Read.Has(class) {
			schools = append(schools, span.Schools...)
		}
	}
	return schools
}
