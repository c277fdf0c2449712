package edfi_test

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/edfi"
)

// TestReadDistrict reads the hand-made district in testdata, whose elements
// point forwards, backwards and to nothing.
func TestReadDistrict(t *testing.T) {
	t.Parallel()
	sink := &recorder{}
	if err := edfi.Read(t.Context(), os.DirFS("testdata/district"), sink, nil); err != nil {
		t.Fatal(err)
	}
	if difference := cmp.Diff(districtRows(), sink.rows); difference != "" {
		t.Error("rows, - expected, + read:\n" + difference)
	}
	if difference := cmp.Diff(districtIssues(), sink.issues); difference != "" {
		t.Error("issues, - expected, + read:\n" + difference)
	}
	wantPassedOver := map[string]int{"AcademicWeek": 1, "ClassPeriod": 1, "Person": 1, "School": 1}
	if difference := cmp.Diff(wantPassedOver, sink.passedOver); difference != "" {
		t.Error("passed over, - expected, + read:\n" + difference)
	}
}

func districtRows() []any {
	yes, no := true, false
	calendar, contact, organization := "Calendar.xml", "Contact.xml", "EducationOrganization.xml"
	return []any{
		roster.Calendar{Origin: at(calendar, 8), Code: "A", SchoolCode: "10", SchoolYear: 2022, Kind: "SCHOOL"},
		roster.CalendarDate{
			Origin: at(calendar, 14), CalendarCode: "A", SchoolCode: "10", SchoolYear: 2022,
			Date: day(2021, 9, 7), Instructional: true, Event: "Weather day, Make-Up Day",
		},
		roster.CalendarDate{
			Origin: at(calendar, 3), CalendarCode: "A", SchoolCode: "10", SchoolYear: 2022,
			Date: day(2021, 9, 6), Instructional: false, Event: "Holiday",
		},
		roster.Person{
			Origin: at(contact, 2), Code: "501", Ref: "PRNT_1",
			FirstName: "Ana", LastName: "Field", PreferredFirstName: "Annie", Language: "Spanish",
		},
		roster.Channel{
			Origin: at(contact, 9), PersonCode: "501", PersonRef: "PRNT_1",
			Kind: "ADDRESS", Value: "263 New Street, Grand Bend, TX 78834", Label: "Home",
		},
		roster.Channel{
			Origin: at(contact, 16), PersonCode: "501", PersonRef: "PRNT_1",
			Kind: "PHONE", Value: "(950) 555 0100", Label: "Mobile", Priority: 1,
		},
		roster.Channel{
			Origin: at(contact, 24), PersonCode: "501", PersonRef: "PRNT_1",
			Kind: "EMAIL", Value: "ana@example.org", Label: "Work",
		},
		roster.StudentContact{
			Origin: at(contact, 30), StudentCode: "1", PersonRef: "PRNT_1", Relation: "STEPPARENT",
			LivesWith: &no, EducationRights: &yes, Primary: &yes,
		},
		roster.StudentContact{Origin: at(contact, 38), StudentCode: "1", PersonCode: "502", Relation: "OTHER"},
		roster.School{
			Origin: at(organization, 15), Code: "11", Name: "East <High> School",
			DistrictCode: "1", Level: "HIGH",
		},
		roster.District{Origin: at(organization, 41), Code: "2", Name: "Second District of the Same Id"},
		roster.Region{Origin: at(organization, 45), Code: "7", Name: "Region 7"},
		roster.School{
			Origin: at(organization, 4), Code: "10", Name: "North & South School", DistrictCode: "1",
			Level: "OTHER", LowestGrade: "KINDERGARTEN", HighestGrade: "EIGHTH", Alternative: true,
		},
		roster.District{
			Origin: at(organization, 28), Code: "1", Name: "First District", State: "TX", RegionCode: "7",
		},
	}
}

func districtIssues() []roster.Issue {
	return []roster.Issue{
		{
			Origin: at("Contact.xml", 21), Kind: "Channel", Field: "TelephoneNumber",
			Problem: "is missing", Hint: "fill in TelephoneNumber at the source and export again",
		},
		{
			Origin: at("EducationOrganization.xml", 23), Kind: "School", Field: "LocalEducationAgencyReference", Value: "LEAG_9",
			Problem: "points to an id that no sound element of this file has",
			Hint:    "refer by identity, or put the element it points to into the same file",
		},
	}
}
