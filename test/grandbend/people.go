package grandbend

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

var gradeLevels = map[string]string{
	"First grade":    "FIRST",
	"Second grade":   "SECOND",
	"Third grade":    "THIRD",
	"Fourth grade":   "FOURTH",
	"Fifth grade":    "FIFTH",
	"Sixth grade":    "SIXTH",
	"Seventh grade":  "SEVENTH",
	"Eighth grade":   "EIGHTH",
	"Ninth grade":    "NINTH",
	"Tenth grade":    "TENTH",
	"Eleventh grade": "ELEVENTH",
	"Twelfth grade":  "TWELFTH",
}

var schoolLevels = map[string]string{
	"Elementary School": "ELEMENTARY",
	"Middle School":     "MIDDLE",
	"High School":       "HIGH",
}

// characteristicKinds tells a circumstance by the kind of program association. A StudentProgramAssociation is told
// by its program instead.
var characteristicKinds = map[string]string{
	"StudentHomelessProgramAssociation":            "HOMELESS",
	"StudentSpecialEducationProgramAssociation":    "SPECIAL_EDUCATION",
	"StudentMigrantEducationProgramAssociation":    "MIGRANT",
	"StudentSection504ProgramAssociation":          "SECTION_504",
	"StudentLanguageInstructionProgramAssociation": "ENGLISH_LEARNER",
	"StudentSchoolFoodServiceProgramAssociation":   "ECONOMIC_DISADVANTAGE",
}

func gradeLevel(descriptor string) (string, error) {
	level, known := gradeLevels[codeValue(descriptor)]
	if !known {
		return "", fmt.Errorf("unknown grade level %q", descriptor)
	}
	return level, nil
}

func addSchools(read *interchange, expected *Expected) error {
	for _, record := range read.schools {
		if expected.Schools[record.Code] != nil {
			return fmt.Errorf("two schools with the code %s", record.Code)
		}
		school := &School{Code: record.Code, Name: record.Name, Level: schoolLevel(record.Category)}
		for _, descriptor := range record.GradeLevels {
			level, err := gradeLevel(descriptor)
			if err != nil {
				return err
			}
			school.GradeLevels = append(school.GradeLevels, level)
		}
		expected.Schools[record.Code] = school
	}
	return nil
}

func schoolLevel(categories []string) string {
	if len(categories) == 1 {
		if level, known := schoolLevels[codeValue(categories[0])]; known {
			return level
		}
	}
	return "OTHER"
}

func addStudents(read *interchange, expected *Expected) error {
	for _, record := range read.students {
		if expected.Students[record.UniqueID] != nil {
			return fmt.Errorf("two students with the id %s", record.UniqueID)
		}
		expected.Students[record.UniqueID] = &Student{
			UniqueID:           record.UniqueID,
			FirstName:          record.Name.First,
			LastName:           record.Name.Last,
			PreferredFirstName: record.Name.PreferredFirst,
			PreferredLastName:  record.Name.PreferredLast,
			BirthDate:          record.BirthDate,
			BySchool:           map[string]Figures{},
		}
	}
	return nil
}

func addContacts(read *interchange, expected *Expected) error {
	byReference := map[string]contactRecord{}
	byUniqueID := map[string]contactRecord{}
	for _, person := range read.contacts {
		byReference[person.ID] = person
		byUniqueID[person.UniqueID] = person
	}
	expected.ContactPeople = len(byUniqueID)
	for _, link := range read.links {
		person, found := byReference[link.Contact.Ref]
		if link.Contact.Ref == "" {
			person, found = byUniqueID[link.Contact.UniqueID]
		}
		student := expected.Students[link.Student]
		if !found || student == nil {
			return fmt.Errorf("contact link of student %s leads nowhere", link.Student)
		}
		student.Contacts = append(student.Contacts, newContact(link, person))
	}
	return nil
}

func newContact(link contactLinkRecord, person contactRecord) Contact {
	return Contact{
		Relation:   codeValue(link.Relation),
		PersonCode: person.UniqueID,
		FirstName:  person.Name.First,
		LastName:   person.Name.Last,

		PreferredFirstName: person.Name.PreferredFirst,
		PreferredLastName:  person.Name.PreferredLast,

		LivesWith: link.LivesWith,
		Channels:  len(person.Phones) + len(person.Emails) + len(person.Addresses),
	}
}

func addCharacteristics(read *interchange, expected *Expected) error {
	for _, record := range read.programs {
		kind := characteristicKinds[record.association]
		if record.association == "StudentProgramAssociation" && record.ProgramName == "Bilingual" {
			kind = "ENGLISH_LEARNER"
		}
		if kind == "" {
			continue
		}
		student := expected.Students[record.Student]
		if student == nil {
			return fmt.Errorf("%s of an unknown student %s", record.association, record.Student)
		}
		found := Characteristic{Kind: kind, Begin: record.Begin, End: cmp.Or(record.End, record.SpecialEducationExit)}
		student.Characteristics = append(student.Characteristics, found)
	}
	for _, student := range expected.Students {
		slices.SortFunc(student.Characteristics, compareCharacteristics)
	}
	return nil
}

func compareCharacteristics(first, second Characteristic) int {
	return cmp.Or(
		cmp.Compare(first.Kind, second.Kind),
		cmp.Compare(first.Begin, second.Begin),
		cmp.Compare(first.End, second.End),
	)
}

func addStaff(read *interchange, expected *Expected) error {
	for _, record := range read.staff {
		expected.StaffCodes = append(expected.StaffCodes, record.UniqueID)
	}
	slices.Sort(expected.StaffCodes)
	if len(slices.Compact(slices.Clone(expected.StaffCodes))) != len(expected.StaffCodes) {
		return errors.New("two staff members with one id")
	}
	return nil
}
