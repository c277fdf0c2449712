package edfi_test

import (
	"strings"
	"testing"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

const (
	ofSeat = "<StudentSectionAssociationReference><StudentSectionAssociationIdentity>" + ofStudent + ofSection +
		"</StudentSectionAssociationIdentity></StudentSectionAssociationReference>"
	ofPeriod = "<GradingPeriodReference><GradingPeriodIdentity><GradingPeriod>x#First Six Weeks</GradingPeriod>" +
		"</GradingPeriodIdentity></GradingPeriodReference>"
	soundGrade = "<Grade><NumericGradeEarned>63.00</NumericGradeEarned><GradeType>x#Final</GradeType>" + ofSeat + ofPeriod +
		"<CurrentGradeAsOfDate>2021-10-01</CurrentGradeAsOfDate></Grade>"
)

func TestRejectedGrades(t *testing.T) {
	t.Parallel()
	const noMark = "is not a number from 0 to 100000"
	checkIssues(t, "StudentGrade", "Grade", soundGrade, []change{
		{"63.00", "sixty", "NumericGradeEarned", "sixty", noMark},
		{"x#Final", "", "GradeType", "", missing},
		{ofStudent, "", "StudentUniqueId", "", missing},
		{">A<", "><", "SectionIdentifier", "", missing},
		{"x#First Six Weeks", "", "GradingPeriod", "", missing},
		{"2021-10-01", "now", "CurrentGradeAsOfDate", "now", noDate},
		{
			"<CurrentGradeAsOfDate>", "<CurrentGradeIndicator>perhaps</CurrentGradeIndicator><CurrentGradeAsOfDate>",
			"CurrentGradeIndicator", "perhaps", "is neither true nor false",
		},
	})
}

// TestGradesByID says that neither a seat nor a grading period can be in a file of
// grades, so that nothing is there to point to.
func TestGradesByID(t *testing.T) {
	t.Parallel()
	for _, reference := range []struct{ identity, field string }{
		{ofSeat, "StudentSectionAssociationReference"}, {ofPeriod, "GradingPeriodReference"},
	} {
		sink := readElements(t, "StudentGrade", strings.Replace(soundGrade, reference.identity, "<"+reference.field+` ref="ID_1"/>`, 1))
		found := false
		for _, issue := range sink.issues {
			found = found || issue.Field == reference.field && issue.Problem == "points to an element that this file cannot hold"
		}
		if !found || len(sink.rows) != 0 {
			t.Errorf("%s: rows %v, issues %v", reference.field, sink.rows, sink.issues)
		}
	}
}

func TestGradeKinds(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"Final": "FINAL", "Semester": "SEMESTER", "Grading Period": "GRADING_PERIOD", "Progress Report": "PROGRESS",
		"Mid-Term Grade": "PROGRESS", "Exam": "OTHER", "Posture": "OTHER",
	}
	for code, want := range tests {
		sink := readElements(t, "StudentGrade", strings.Replace(soundGrade, "x#Final", "x#"+code, 1))
		grade := only[roster.Grade](t, sink)
		if grade.Kind != want || !grade.GivenOn.Equal(day(2021, 10, 1)) || grade.Numeric != 63_0000 {
			t.Errorf("%q is %+v, expected %s", code, grade, want)
		}
	}
}

// TestCurrentGradesAreProgress does not take a mark for final that may still change.
func TestCurrentGradesAreProgress(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]string{"true": "PROGRESS", "1": "PROGRESS", "false": "FINAL", "": "FINAL"} {
		sink := readElements(t, "StudentGrade", strings.Replace(soundGrade, "<GradeType>",
			"<CurrentGradeIndicator>"+answer+"</CurrentGradeIndicator><GradeType>", 1))
		if got := only[roster.Grade](t, sink).Kind; got != want {
			t.Errorf("%q is %s, expected %s", answer, got, want)
		}
	}
}

func TestGradesPassedOver(t *testing.T) {
	t.Parallel()
	for name, element := range map[string]string{
		"of conduct":     strings.Replace(soundGrade, "x#Final", "x#Conduct", 1),
		"without a mark": strings.Replace(soundGrade, "63.00", "", 1),
	} {
		if sink := readElements(t, "StudentGrade", element); len(sink.rows)+len(sink.issues) != 0 || sink.passedOver["Grade"] != 1 {
			t.Errorf("%s: rows %v, issues %v", name, sink.rows, sink.issues)
		}
	}
	letter := strings.Replace(soundGrade, "<NumericGradeEarned>63.00</NumericGradeEarned>", "<LetterGradeEarned>F</LetterGradeEarned>", 1)
	if grade := only[roster.Grade](t, readElements(t, "StudentGrade", letter)); grade.Letter != "F" || grade.Numeric != roster.NotSaid {
		t.Errorf("%+v", grade)
	}
}
