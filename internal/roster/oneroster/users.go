package oneroster

import (
	"context"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// readUsers reads the users: students, staff, contacts, or several of these at once.
func (r *reader) readUsers(ctx context.Context) error {
	return r.rows(ctx, usersFile, false, r.readUser)
}

func (r *reader) readUser(ctx context.Context, row *record) error {
	who, number, known := row.lookUp("sourcedId")
	if !known {
		return row.put(ctx, roster.Student{Origin: row.origin, Code: row.text("identifier")})
	}
	if who.roles == 0 {
		return r.withoutRole(ctx, row, who)
	}
	if row.gone() {
		return r.goneUser(ctx, row, who)
	}
	for _, one := range []struct {
		is  role
		put func(context.Context, *record, user, int32) error
	}{{student, r.putStudent}, {staff, r.putStaff}, {agents, r.putPerson}} {
		if who.roles&one.is == 0 {
			continue
		}
		if err := one.put(ctx, row, who, number); err != nil {
			return err
		}
	}
	return nil
}

// withoutRole passes over a user of a role that the model does not know. Of whom
// nothing says a role, nothing can be done: it may be a student.
func (r *reader) withoutRole(ctx context.Context, row *record, who user) error {
	if who.stated {
		row.forgive("role", row.text("role"), "is no role that is known: the user was not read", "write a role of OneRoster, such as student or teacher")
		return r.sink.PassOver("user of another role")
	}
	row.reject("role", "", "is not said, neither here nor in roles.csv or enrollments.csv", "export the user's roles too")
	return row.put(ctx, roster.Student{Origin: row.origin, Code: who.code, FirstName: row.text("givenName"), LastName: row.text("familyName")})
}

// goneUser takes out staff and contacts. A student is never taken out: what ends is
// the membership of schools, which 1.2 says in roles.csv.
func (r *reader) goneUser(ctx context.Context, row *record, who user) error {
	if who.roles&staff != 0 {
		if err := row.put(ctx, roster.Gone{Row: roster.Staff{Origin: row.origin, Code: who.code}}); err != nil {
			return err
		}
	}
	if who.roles&agents != 0 {
		if err := row.put(ctx, roster.Gone{Row: roster.Person{Origin: row.origin, Code: who.code}}); err != nil {
			return err
		}
	}
	if who.roles&student == 0 || r.set.has(rolesFile) {
		return nil
	}
	for _, id := range row.list("orgSourcedIds") {
		school, known := row.organizationOf("orgSourcedIds", id)
		if known && school.kind != "" && school.kind != kindSchool {
			continue
		}
		if err := row.putExit(ctx, who, school); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) putStudent(ctx context.Context, row *record, who user, number int32) error {
	err := row.put(ctx, roster.Student{
		Origin:             row.origin,
		Code:               who.code,
		StateCode:          strings.Clone(stateID(row.text("userIds"))),
		FirstName:          row.required("givenName"),
		MiddleName:         row.text("middleName"),
		LastName:           row.required("familyName"),
		PreferredFirstName: row.text("preferredGivenName"),
		PreferredLastName:  row.text("preferredFamilyName"),
	})
	if err != nil {
		return err
	}
	for _, agent := range row.list("agentSourcedIds") {
		if err := r.putContact(ctx, row, sides{student: who.code, agent: agent}); err != nil {
			return err
		}
	}
	return r.putMemberships(ctx, row, who, number)
}

func (r *reader) putStaff(ctx context.Context, row *record, who user, _ int32) error {
	err := row.put(ctx, roster.Staff{
		Origin:             row.origin,
		Code:               who.code,
		FirstName:          row.required("givenName"),
		MiddleName:         row.text("middleName"),
		LastName:           row.required("familyName"),
		PreferredFirstName: row.text("preferredGivenName"),
		PreferredLastName:  row.text("preferredFamilyName"),
		Email:              row.text("email"),
		Login:              row.text("username"),
	})
	if err != nil || r.set.has(rolesFile) {
		return err
	}
	for _, id := range row.list("orgSourcedIds") {
		post := roster.StaffAssignment{Origin: row.origin, StaffCode: who.code}
		if at, known := row.organizationOf("orgSourcedIds", id); known {
			post.OrganizationCode, post.Classification = at.code, postAt(at, who.roles&staff)
		}
		if err := row.put(ctx, post); err != nil {
			return err
		}
	}
	return nil
}

// postAt gives the word for a post. An administrator of 1.1 is one of the organization.
func postAt(at *org, is role) string {
	if is == administrator && at.kind == kindDistrict {
		is = districtAdministrator
	}
	return posts[is]
}

func (r *reader) putPerson(ctx context.Context, row *record, who user, _ int32) error {
	person := roster.Person{
		Origin:             row.origin,
		Code:               who.code,
		FirstName:          row.required("givenName"),
		LastName:           row.required("familyName"),
		PreferredFirstName: row.text("preferredGivenName"),
		PreferredLastName:  row.text("preferredFamilyName"),
	}
	sound := len(row.issues) == 0
	if err := row.put(ctx, person); err != nil || !sound {
		return err
	}
	for _, one := range []struct{ column, kind, label string }{
		{"phone", roster.ChannelPhone, ""},
		{"sms", roster.ChannelPhone, "Mobile"},
		{"email", roster.ChannelEmail, ""},
	} {
		value := row.text(one.column)
		if value == "" || one.column == "sms" && value == row.text("phone") {
			continue
		}
		channel := roster.Channel{Origin: row.origin, PersonCode: who.code, Kind: one.kind, Value: value, Label: one.label}
		if err := row.put(ctx, channel); err != nil {
			return err
		}
	}
	for _, child := range row.list("agentSourcedIds") {
		if err := r.putContact(ctx, row, sides{child: child, person: who}); err != nil {
			return err
		}
	}
	return nil
}

// sides are the two sides of a link between a student and a contact, of which the
// file's row is one: either names the other.
type sides struct {
	student string // the student's code, where the row is the student's
	agent   string // and whom it names
	child   string // whom it names, where the row is the contact's
	person  user   // and the contact
}

// putContact links a student to a contact. A row may name others than contacts of
// students, such as a sibling or a mentor: these are passed over.
func (r *reader) putContact(ctx context.Context, row *record, of sides) error {
	contact := roster.StudentContact{Origin: row.origin, StudentCode: of.student, PersonCode: of.person.code}
	id, wanted := of.agent, agents
	if of.child != "" {
		id, wanted = of.child, student
	}
	number, there := r.known.numbers[id]
	if !there && r.options.Codes == CodesOfSourcedIDs {
		return r.putUnseenContact(ctx, row, contact, of)
	}
	other := user{}
	switch {
	case !there:
		row.reject("agentSourcedIds", id, "names a user who is not in users.csv", "export the user too, or take the agent out")
	case r.known.users[number].twice:
		row.reject("agentSourcedIds", id, "names a sourcedId that stands for two persons", "give each person a sourcedId of their own at the source")
	default:
		other = r.known.users[number]
		if other.roles&wanted == 0 {
			return r.sink.PassOver("agent who is no contact of a student")
		}
	}
	if of.child != "" {
		contact.StudentCode, contact.Relation = other.code, relation(of.person.roles)
	} else {
		contact.PersonCode, contact.Relation = other.code, relation(other.roles)
	}
	return row.put(ctx, contact)
}

// putUnseenContact links a student to a contact of whom one is not in the files, as a
// delta has it.
func (r *reader) putUnseenContact(ctx context.Context, row *record, contact roster.StudentContact, of sides) error {
	if of.child != "" {
		contact.StudentCode, contact.Relation = of.child, relation(of.person.roles)
	} else {
		contact.PersonCode, contact.Relation = of.agent, roster.RelationOther
	}
	return row.put(ctx, contact)
}
