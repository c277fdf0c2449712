package edfi

import (
	"context"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

func contactHandlers() handlers {
	return handlers{"Contact": readContact, "StudentContactAssociation": readStudentContact}
}

// readContact gives a person and then the ways to reach them. When the person
// is rejected, so are the ways, silently: there is nobody they belong to.
func readContact(ctx context.Context, f *file, e *element) error {
	r := f.record("Person", e)
	person := roster.Person{
		Origin:             r.origin,
		Code:               r.required("ContactUniqueId"),
		Ref:                e.id,
		FirstName:          r.required("Name/FirstName"),
		LastName:           r.required("Name/LastSurname"),
		PreferredFirstName: r.text("Name/PreferredFirstName"),
		PreferredLastName:  r.text("Name/PreferredLastSurname"),
		Language:           r.code("Language/Language"),
	}
	if err := f.put(ctx, r, person); err != nil || len(r.issues) > 0 {
		return err
	}
	for i := range e.children {
		if err := readChannel(ctx, f, &e.children[i], person); err != nil {
			return err
		}
	}
	return nil
}

// readChannel reads a child of a Contact, if it is a way to reach them.
func readChannel(ctx context.Context, f *file, e *element, person roster.Person) error {
	r := f.record("Channel", e)
	channel := roster.Channel{Origin: r.origin, PersonCode: person.Code, PersonRef: person.Ref}
	switch e.name {
	case "Telephone":
		channel.Kind = roster.ChannelPhone
		channel.Value = r.required("TelephoneNumber")
		channel.Label = r.code("TelephoneNumberType")
		channel.Priority = r.number("OrderOfPriority", 0)
	case "ElectronicMail":
		channel.Kind = roster.ChannelEmail
		channel.Value = r.required("ElectronicMailAddress")
		channel.Label = r.code("ElectronicMailType")
		if primary := r.answer("PrimaryEmailAddressIndicator"); primary != nil && *primary {
			channel.Priority = 1
		}
	case "Address":
		channel.Kind = roster.ChannelAddress
		channel.Value = r.addressLine()
		channel.Label = r.code("AddressType")
	default:
		return nil
	}
	return f.put(ctx, r, channel)
}

// addressLine gives an address in one line.
func (r *record) addressLine() string {
	parts := []string{
		r.required("StreetNumberName"),
		r.text("ApartmentRoomSuiteNumber"),
		r.text("City"),
		strings.TrimSpace(r.code("StateAbbreviation") + " " + r.text("PostalCode")),
	}
	said := parts[:0]
	for _, part := range parts {
		if part != "" {
			said = append(said, part)
		}
	}
	return strings.Join(said, ", ")
}

func readStudentContact(ctx context.Context, f *file, e *element) error {
	r := f.record("StudentContact", e)
	contact := roster.StudentContact{
		Origin:      r.origin,
		StudentCode: r.required("StudentReference/StudentIdentity/StudentUniqueId"),
		PersonCode:  r.text("ContactReference/ContactIdentity/ContactUniqueId"),
		PersonRef:   r.ref("ContactReference"),
		Relation:    or(f.words.relations, r.code("Relation"), roster.RelationOther),
		LivesWith:   r.answer("LivesWith"),
		Primary:     r.answer("PrimaryContactStatus"),
		Emergency:   r.answer("EmergencyContactStatus"),
	}
	if contact.PersonCode == "" && contact.PersonRef == "" {
		r.missing("ContactReference/ContactIdentity/ContactUniqueId")
	}
	// Not being said to be a guardian does not mean not having rights.
	if guardian := r.answer("LegalGuardian"); guardian != nil && *guardian {
		contact.EducationRights = guardian
	}
	return f.put(ctx, r, contact)
}
