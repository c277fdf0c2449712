package edfi_test

import (
	"strings"
	"testing"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

const soundResult = "<StudentAssessment><AdministrationDate>2022-04-01T09:00:00</AdministrationDate>" +
	"<PerformanceLevel><PerformanceLevel>x#Fail</PerformanceLevel></PerformanceLevel>" + ofStudent +
	"<AssessmentReference><AssessmentIdentity><AssessmentIdentifier>M</AssessmentIdentifier></AssessmentIdentity></AssessmentReference>" +
	"</StudentAssessment>"

func TestRejectedResults(t *testing.T) {
	t.Parallel()
	const noDay = "is not a date and time"
	checkIssues(t, "StudentAssessment", "AssessmentResult", soundResult, []change{
		{"2022-04-01T09:00:00", "", "AdministrationDate", "", missing},
		{"2022-04-01T09:00:00", "April", "AdministrationDate", "April", noDay},
		{"2022-04-01", "0022-04-01", "AdministrationDate", "0022-04-01T09:00:00", noDay},
		{ofStudent, "", "StudentUniqueId", "", missing},
		{">M<", "><", "AssessmentIdentifier", "", missing},
	})
}

func TestLevelsBelowGrade(t *testing.T) {
	t.Parallel()
	below, met := new(bool), new(bool)
	*below = true
	tests := map[string]*bool{
		"Below Basic": below, "Well Below Basic": below, "Did Not Meet Standard": below, "Unsatisfactory": below,
		"Proficient": met, "Met Standard": met, "Pass": met, "Advanced": met,
		"Basic": nil, "Level 2": nil,
	}
	for level, want := range tests {
		sink := readElements(t, "StudentAssessment", strings.Replace(soundResult, "x#Fail", "x#"+level, 1))
		got := only[roster.AssessmentResult](t, sink)
		if got.Level != level || (got.BelowLevel == nil) != (want == nil) || want != nil && *got.BelowLevel != *want {
			t.Errorf("%q is %+v", level, got)
		}
	}
}
