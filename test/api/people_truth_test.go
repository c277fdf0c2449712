package api_test

import (
	"cmp"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/test/grandbend"
)

// relations says how the files' words for a relation stand in the API. A word that
// is not here fails the test.
var relations = map[string]string{
	"Mother": "MOTHER", "Father": "FATHER", "Parent": "PARENT", "Guardian": "GUARDIAN", "Aunt": "AUNT_UNCLE", "Uncle": "AUNT_UNCLE",
	"Grandmother": "GRANDPARENT", "Grandfather": "GRANDPARENT", "Brother": "SIBLING", "Sister": "SIBLING", "Other": "OTHER",
	"Father, step": "STEPPARENT", "Mother, step": "STEPPARENT", "Foster parent": "FOSTER_PARENT", "Cousin": "RELATIVE",
}

// checkPerson holds who a student is, and who is around them, to the files.
func checkPerson(t *testing.T, in *district, want *grandbend.Student, node any) {
	t.Helper()
	expected := map[string]any{
		"localId":     want.UniqueID,
		"displayName": cmp.Or(want.PreferredFirstName, want.FirstName) + " " + cmp.Or(want.PreferredLastName, want.LastName),
		"birthDate":   want.BirthDate,
		"gradeLevel":  cmp.Or(want.GradeLevel, "OTHER"),
	}
	for field, value := range expected {
		if dig(node, field) != value {
			t.Errorf("%s: %s is %v, not %v", want.UniqueID, field, dig(node, field), value)
		}
	}
	checkEnrollments(t, in, want, node)
	if diff := gocmp.Diff(expectedContacts(t, want), contactsOf(node)); diff != "" {
		t.Errorf("%s: contacts (-counted +answered)\n%s", want.UniqueID, diff)
	}
	if diff := gocmp.Diff(expectedCharacteristics(want), characteristicsOf(node)); diff != "" {
		t.Errorf("%s: characteristics (-counted +answered)\n%s", want.UniqueID, diff)
	}
}

// checkEnrollments holds the schools, and the enrollment that was entered last, to
// the files.
func checkEnrollments(t *testing.T, in *district, want *grandbend.Student, node any) {
	t.Helper()
	list, _ := dig(node, "enrollments").([]any)
	if len(list) != len(want.BySchool) {
		t.Errorf("%s: %d enrollments, not %d", want.UniqueID, len(list), len(want.BySchool))
	}
	if len(list) == 0 {
		if dig(node, "school") != nil {
			t.Errorf("%s: in a school without an enrollment: %v", want.UniqueID, dig(node, "school"))
		}
		return
	}
	latest, exit := list[0], any(nil)
	if want.ExitDate != "" {
		exit = want.ExitDate
	}
	school := in.Expected.Schools[want.SchoolCode].Name
	if text(latest, "school.name") != school || text(latest, "entryDate") != want.EntryDate || dig(latest, "exitDate") != exit ||
		text(latest, "gradeLevel") != want.GradeLevel || text(node, "school.name") != school {
		t.Errorf("%s: %v in %v, not in %s from %s to %s", want.UniqueID, latest, dig(node, "school"), school, want.EntryDate, want.ExitDate)
	}
}

// contact is a contact as both sides tell it.
type contact struct {
	Relation, Name string

	LivesWith any
	Channels  int
}

func expectedContacts(t *testing.T, want *grandbend.Student) []contact {
	t.Helper()
	list := []contact{}
	for _, one := range want.Contacts {
		relation, known := relations[one.Relation]
		if !known {
			t.Errorf("%s: the relation %q is not in the test's table", want.UniqueID, one.Relation)
		}
		var lives any
		if one.LivesWith != nil {
			lives = *one.LivesWith
		}
		list = append(list, contact{relation, cmp.Or(one.PreferredFirstName, one.FirstName) + " " + cmp.Or(one.PreferredLastName, one.LastName), lives, one.Channels})
	}
	return sortContacts(list)
}

func contactsOf(node any) []contact {
	list := []contact{}
	contacts, _ := dig(node, "contacts").([]any)
	for _, one := range contacts {
		channels, _ := dig(one, "person.channels").([]any)
		list = append(list, contact{text(one, "relation"), text(one, "person.displayName"), dig(one, "livesWith"), len(channels)})
	}
	return sortContacts(list)
}

func sortContacts(list []contact) []contact {
	slices.SortFunc(list, func(a, b contact) int { return cmp.Compare(a.Name+a.Relation, b.Name+b.Relation) })
	return list
}

func expectedCharacteristics(want *grandbend.Student) []grandbend.Characteristic {
	list := slices.Clone(want.Characteristics)
	if list == nil {
		list = []grandbend.Characteristic{}
	}
	return sortCharacteristics(list)
}

func characteristicsOf(node any) []grandbend.Characteristic {
	list := []grandbend.Characteristic{}
	items, _ := dig(node, "characteristics").([]any)
	for _, one := range items {
		list = append(list, grandbend.Characteristic{Kind: text(one, "kind"), Begin: text(one, "startsOn"), End: text(one, "endsOn")})
	}
	return sortCharacteristics(list)
}

func sortCharacteristics(list []grandbend.Characteristic) []grandbend.Characteristic {
	slices.SortFunc(list, func(a, b grandbend.Characteristic) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Begin, b.Begin), cmp.Compare(a.End, b.End))
	})
	return list
}
