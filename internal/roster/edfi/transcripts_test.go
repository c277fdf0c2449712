package edfi_test

import (
	"strings"
	"testing"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

const (
	ofRecord = "<StudentAcademicRecordReference><StudentAcademicRecordIdentity>" + ofStudent +
		"<SchoolYear>2021-2022</SchoolYear><Term>x#Fall Semester</Term>" +
		"</StudentAcademicRecordIdentity></StudentAcademicRecordReference>"
	ofCourse        = "<CourseReference><CourseIdentity><CourseCode>0301</CourseCode></CourseIdentity></CourseReference>"
	earnedHalf      = "<EarnedCredits><Credits>0.5</Credits></EarnedCredits>"
	soundTranscript = "<CourseTranscript><CourseAttemptResult>x#Pass</CourseAttemptResult>" + earnedHalf +
		"<WhenTakenGradeLevel>x#Ninth grade</WhenTakenGradeLevel><MethodCreditEarned>x#Classroom credit</MethodCreditEarned>" +
		ofCourse + ofRecord + "</CourseTranscript>"
)

func TestRejectedTranscripts(t *testing.T) {
	t.Parallel()
	checkIssues(t, "StudentTranscript", "CourseTranscript", soundTranscript, []change{
		{"x#Pass", "x#Muddled through", "CourseAttemptResult", "Muddled through", "is not a result that is known"},
		{"x#Pass", "", "CourseAttemptResult", "", missing},
		{"0.5", "half", "Credits", "half", "is not a number from 0 to 100000"},
		{"0301", "", "CourseCode", "", missing},
		{ofStudent, "", "StudentUniqueId", "", missing},
		{"2021-2022", "2021", "SchoolYear", "2021", noYear},
		{"x#Fall Semester", "", "Term", "", missing},
		{ofRecord, `<StudentAcademicRecordReference ref="SARD_1"/>`, "StudentAcademicRecordReference", "SARD_1", nowhere},
		{
			"0.5</Credits>", "90000</Credits><CreditConversion>9</CreditConversion>", "CreditConversion", "9",
			"makes more credits than anybody earns",
		},
	})
}

func TestCredits(t *testing.T) {
	t.Parallel()
	attempted := func(credits string) string {
		return "<AttemptedCredits><Credits>" + credits + "</Credits></AttemptedCredits>"
	}
	earned := func(credits, factor string) string {
		return "<EarnedCredits><Credits>" + credits + "</Credits><CreditConversion>" + factor + "</CreditConversion></EarnedCredits>"
	}
	tests := map[string]struct {
		result, credits   string
		earned, attempted int
	}{
		"attempted is said":          {"Pass", attempted("1") + earnedHalf, 5000, 1_0000},
		"attempted is not said":      {"Pass", earnedHalf, 5000, 5000},
		"failed, and nothing earned": {"Fail", attempted("1"), 0, 1_0000},
		"withdrawn, and nothing":     {"Withdrawn", "", 0, 0},
		"hours are converted":        {"Pass", earned("5", "0.0667"), 3335, 3335},
		"to the nearest":             {"Pass", earned("0.5", "0.3333"), 1667, 1667},
		"a factor of 0 is none":      {"Pass", earned("1", "0"), 1_0000, 1_0000},
	}
	for name, test := range tests {
		sink := readElements(t, "StudentTranscript", strings.NewReplacer("Pass", test.result, earnedHalf, test.credits).Replace(soundTranscript))
		if got := only[roster.CourseTranscript](t, sink); got.Earned != test.earned || got.Attempted != test.attempted {
			t.Errorf("%s: %d of %d, expected %d of %d", name, got.Earned, got.Attempted, test.earned, test.attempted)
		}
	}
	sink := readElements(t, "StudentTranscript", strings.Replace(soundTranscript, earnedHalf, "", 1))
	if len(sink.rows) != 0 || len(sink.issues) != 1 || sink.issues[0].Field != "Credits" {
		t.Errorf("passed without credits: rows %v, issues %v", sink.rows, sink.issues)
	}
}

func TestResults(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{"Pass": "PASS", "Fail": "FAIL", "Incomplete": "INCOMPLETE", "Withdrawn": "WITHDRAWN"} {
		sink := readElements(t, "StudentTranscript", strings.Replace(soundTranscript, "x#Pass", "x#"+code, 1))
		if got := only[roster.CourseTranscript](t, sink).Result; got != want {
			t.Errorf("%q is %s, expected %s", code, got, want)
		}
	}
}

func TestMethods(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"Classroom credit": "REGULAR", "Online credit": "REGULAR", "Credit recovery": "CREDIT_RECOVERY",
		"Transfer credit": "TRANSFER", "Credit by examination": "OTHER", "Osmosis": "OTHER", "": "REGULAR",
	}
	for code, want := range tests {
		sink := readElements(t, "StudentTranscript", strings.Replace(soundTranscript, "x#Classroom credit", "x#"+code, 1))
		if got := only[roster.CourseTranscript](t, sink).Method; got != want {
			t.Errorf("%q is %s, expected %s", code, got, want)
		}
	}
}

func TestTranscriptSubjects(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"Mathematics": "MATHEMATICS", "Fine and Performing Arts": "ARTS", "Physical, Health, and Safety Education": "PHYSICAL_EDUCATION",
		"Foreign Language and Literature": "WORLD_LANGUAGE", "Career and Technical Education": "CAREER_TECHNICAL",
		"Composite": "ELECTIVE", "Basket Weaving": "ELECTIVE", "": "ELECTIVE",
	}
	for code, want := range tests {
		sink := readElements(t, "StudentTranscript", strings.Replace(soundTranscript, ofCourse,
			ofCourse+"<AcademicSubject>x#"+code+"</AcademicSubject>", 1))
		if got := only[roster.CourseTranscript](t, sink).Subject; got != want {
			t.Errorf("%q is %s, expected %s", code, got, want)
		}
	}
}
