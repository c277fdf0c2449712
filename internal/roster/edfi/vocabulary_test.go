package edfi_test

import (
	"testing"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

func TestRelations(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"Mother": "MOTHER", "Father": "FATHER", "Parent": "PARENT", "Father, step": "STEPPARENT",
		"Foster parent": "FOSTER_PARENT", "CourtAppointedGuardian": "GUARDIAN", "Great Grandparent": "GRANDPARENT",
		"Sister": "SIBLING", "Uncle": "AUNT_UNCLE", "Cousin": "RELATIVE", "Employer": "OTHER", "": "OTHER",
	}
	for code, want := range tests {
		sink := readElements(t, "Contact", "<StudentContactAssociation>"+ofStudent+`<ContactReference ref="P"/>`+
			"<Relation>uri://ed-fi.org/RelationDescriptor#"+code+"</Relation></StudentContactAssociation>")
		if got := only[roster.StudentContact](t, sink).Relation; got != want {
			t.Errorf("%q is %s, expected %s", code, got, want)
		}
	}
}

func TestGradeSpans(t *testing.T) {
	t.Parallel()
	tests := []struct {
		grades          []string
		lowest, highest string
	}{
		{nil, "", ""},
		{[]string{"Tenth grade", "Ninth grade"}, "NINTH", "TENTH"},
		{[]string{"Ungraded", "Transitional Kindergarten"}, "KINDERGARTEN", "KINDERGARTEN"},
		{[]string{"Ungraded", "Adult Education"}, "UNGRADED", "UNGRADED"},
		{[]string{"Preschool", "12", "Grade 13"}, "PREKINDERGARTEN", "TWELFTH"},
	}
	for _, test := range tests {
		grades := ""
		for _, grade := range test.grades {
			grades += "<GradeLevel>uri://ed-fi.org/GradeLevelDescriptor#" + grade + "</GradeLevel>"
		}
		sink := readElements(t, "EducationOrganization",
			"<School><SchoolId>1</SchoolId><NameOfInstitution>A</NameOfInstitution>"+grades+"</School>")
		school := only[roster.School](t, sink)
		if school.LowestGrade != test.lowest || school.HighestGrade != test.highest {
			t.Errorf("%v: %s to %s", test.grades, school.LowestGrade, school.HighestGrade)
		}
	}
}

func TestLevels(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"Elementary School": "ELEMENTARY", "Junior High School": "MIDDLE", "Secondary School": "HIGH",
		"All Levels": "OTHER", "": "OTHER",
	}
	for category, want := range tests {
		sink := readElements(t, "EducationOrganization",
			"<School><SchoolId>1</SchoolId><NameOfInstitution>A</NameOfInstitution>"+
				"<SchoolCategory>x#"+category+"</SchoolCategory></School>")
		if got := only[roster.School](t, sink).Level; got != want {
			t.Errorf("%q is %s, expected %s", category, got, want)
		}
	}
}
