package edfi_test

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/edfi"
)

// algebra and band are the codes of sections in testdata/year. The first one's own
// identifier is "A|1".
const (
	algebra = `A\|1|ALG|Fall`
	band    = "B|BAND|Fall"
)

// TestReadYear reads what happens in the hand-made school year in testdata. Its
// elements name each other by identity and by id, forwards, backwards, over two
// steps and to nothing.
func TestReadYear(t *testing.T) {
	t.Parallel()
	sink := &recorder{}
	if err := edfi.Read(t.Context(), os.DirFS("testdata/year"), sink, nil); err != nil {
		t.Fatal(err)
	}
	want := slices.Concat(yearCourses(), yearResults(), yearSupports(), yearDiscipline(), yearMarks())
	byFile := func(rows []any) map[string][]any {
		files := map[string][]any{}
		for _, row := range rows {
			file := originOf(t, row).File
			files[file] = append(files[file], row)
		}
		return files
	}
	if difference := cmp.Diff(byFile(want), byFile(sink.rows)); difference != "" {
		t.Error("rows, - expected, + read:\n" + difference)
	}
	if difference := cmp.Diff(yearIssues(), briefly(sink.issues)); difference != "" {
		t.Error("issues, - expected, + read:\n" + difference)
	}
	if difference := cmp.Diff(yearTolerated(), briefly(sink.tolerated)); difference != "" {
		t.Error("tolerated, - expected, + read:\n" + difference)
	}
	wantPassedOver := map[string]int{
		"Assessment": 1, "AssessmentReference": 1, "Cohort": 1, "Course": 1, "CourseOffering": 1, "EducationContent": 1,
		"GraduationPlan": 1, "Intervention": 1, "InterventionStudy": 1, "ReportCard": 1, "SectionReference": 1,
		"StaffCohortAssociation": 1, "StaffDisciplineIncidentAssociation": 1, "StudentAcademicRecord": 1,
		"StudentAssessment": 1, "StudentCohortAssociation": 2,
	}
	if difference := cmp.Diff(wantPassedOver, sink.passedOver); difference != "" {
		t.Error("passed over, - expected, + read:\n" + difference)
	}
}

func yearCourses() []any {
	calendar, organization, schedule := "EducationOrgCalendar.xml", "EducationOrganization.xml", "MasterSchedule.xml"
	staff, enrollment := "StaffAssociation.xml", "StudentEnrollment.xml"
	section := func(line int, code, course string) roster.Section {
		return roster.Section{
			Origin: at(schedule, line), Code: code, SchoolCode: "10", SchoolYear: 2022, CourseCode: course, TermCodes: []string{"Fall"},
		}
	}
	return []any{
		roster.Term{
			Origin: at(calendar, 3), Code: "Fall", SchoolCode: "10", SchoolYear: 2022, Name: "Fall", Kind: "SEMESTER",
			BeginsOn: day(2021, 8, 23), EndsOn: day(2021, 12, 17),
		},
		roster.Term{
			Origin: at(calendar, 12), Code: "First Six Weeks|Fall Exam 1", SchoolCode: "10", SchoolYear: 2022,
			Name: "First Six Weeks", Kind: "GRADING_PERIOD", BeginsOn: day(2021, 8, 23), EndsOn: day(2021, 10, 1),
		},
		roster.Term{
			Origin: at(calendar, 21), Code: "Second Six Weeks|2", SchoolCode: "10", SchoolYear: 2022,
			Name: "Second Six Weeks", Kind: "GRADING_PERIOD", BeginsOn: day(2021, 10, 4), EndsOn: day(2021, 11, 12),
		},
		roster.Course{Origin: at(organization, 3), Code: "0301", Title: "Algebra I", CoreSubject: "MATHEMATICS"},
		roster.Course{Origin: at(organization, 25), Code: "BAND", Title: "Band"},
		section(3, algebra, "0301"),
		section(7, "A|ALG|Fall", "0301"),
		section(35, band, "BAND"),
		roster.Staff{Origin: at(staff, 26), Code: "7", FirstName: "Ann", LastName: "Hill"},
		roster.SectionTeacher{
			Origin: at(staff, 3), StaffCode: "7", SectionCode: algebra, SchoolCode: "10", SchoolYear: 2022, BeginsOn: day(2021, 8, 30),
		},
		roster.Seat{
			Origin: at(enrollment, 27), StudentCode: "2", SectionCode: algebra, SchoolCode: "10", SchoolYear: 2022,
			BeginsOn: day(2021, 8, 23),
		},
		roster.Seat{
			Origin: at(enrollment, 3), StudentCode: "1", SectionCode: algebra, SchoolCode: "10", SchoolYear: 2022,
			BeginsOn: day(2021, 8, 23), EndsOn: day(2021, 12, 17),
		},
	}
}

func yearResults() []any {
	yes := true
	assessment := "StudentAssessment.xml"
	return []any{
		roster.AssessmentResult{
			Origin: at(assessment, 6), StudentCode: "1", Code: "STATE-MATH-9", Title: "State Mathematics", Subject: "Mathematics",
			SchoolYear: 2022, Date: day(2022, 4, 1), Score: "691", Level: "Below Basic", BelowLevel: &yes,
		},
		roster.AssessmentResult{
			Origin: at(assessment, 32), StudentCode: "2", Code: "OWN", Date: day(2022, 4, 2), Score: "12", Level: "Basic",
		},
	}
}

func yearMarks() []any {
	transcript := "StudentTranscript.xml"
	return []any{
		roster.Grade{
			Origin: at("StudentGrade.xml", 4), StudentCode: "1", SectionCode: algebra, SchoolCode: "10", SchoolYear: 2022,
			Kind: "GRADING_PERIOD", Period: "First Six Weeks", Numeric: 63_0050, Letter: "D",
		},
		roster.CourseTranscript{
			Origin: at(transcript, 27), StudentCode: "2", SchoolYear: 2021, Term: "Year Round", CourseCode: "ELSEWHERE",
			CourseTitle: "World History", Subject: "SOCIAL_STUDIES", Attempted: 5000, Result: "FAIL", Method: "REGULAR",
		},
		roster.CourseTranscript{
			Origin: at(transcript, 3), StudentCode: "1", SchoolYear: 2022, Term: "Fall Semester", CourseCode: "0301",
			CourseTitle: "Algebra I", Subject: "MATHEMATICS", GradeLevel: "NINTH", Attempted: 5000, Earned: 5000,
			Result: "PASS", Method: "CREDIT_RECOVERY", Letter: "B-",
		},
	}
}

func yearDiscipline() []any {
	discipline := "StudentDiscipline.xml"
	action := roster.Action{
		Origin: at(discipline, 3), StudentCode: "1", Code: "7", SchoolCode: "10", Date: day(2021, 10, 19),
		KindCode: "Community Service", Days: 2_5000,
	}
	suspension := action
	suspension.KindCode = "In School Suspension"
	answers := func(line int, incident, school string) roster.ActionIncident {
		return roster.ActionIncident{
			Origin: at(discipline, line), StudentCode: "1", ActionCode: "7", Date: day(2021, 10, 19),
			IncidentCode: incident, SchoolCode: school,
		}
	}
	part := func(line int, student, part, behavior string) roster.Participation {
		return roster.Participation{
			Origin: at(discipline, line), StudentCode: student, IncidentCode: "8", SchoolCode: "10", Part: part, Behavior: behavior,
		}
	}
	return []any{
		action, suspension, answers(14, "9", "11"),
		part(38, "2", "VICTIM", "Fighting"), part(38, "2", "PERPETRATOR", "Fighting"),
		roster.Incident{
			Origin: at(discipline, 58), Code: "8", SchoolCode: "10", Date: day(2021, 10, 18),
			Behavior: "Fighting, Other", Location: "School bus",
		},
		answers(25, "8", "10"),
		part(33, "1", "PERPETRATOR", "Fighting"), part(52, "3", "REPORTER", ""), part(52, "3", "WITNESS", ""),
	}
}

func yearSupports() []any {
	cohort, intervention := "StudentCohort.xml", "StudentIntervention.xml"
	return []any{
		roster.SupportSession{
			Origin: at("StudentAttendance.xml", 3), StudentCode: "1", ItemCode: "Intervention|10|Mentor-9",
			Date: day(2021, 10, 5), Minutes: 25, Attended: true,
		},
		roster.MenuEntry{
			Origin: at(cohort, 14), Code: "Cohort|10|MORNING", Title: "Morning calls", Domain: "ATTENDANCE", Intensity: "BASIC",
		},
		roster.PlanItem{
			Origin: at(cohort, 29), StudentCode: "1", Code: "Cohort|10|MORNING|2022-01-04", MenuCode: "Cohort|10|MORNING",
			Title: "Morning calls", Domain: "ATTENDANCE", BeginsOn: day(2022, 1, 4), PlannedMinutes: roster.NotSaid,
		},
		roster.PlanItem{
			Origin: at(cohort, 3), StudentCode: "1", Code: "Cohort|10|MORNING|2021-09-13", MenuCode: "Cohort|10|MORNING",
			Title: "Morning calls", Domain: "ATTENDANCE", BeginsOn: day(2021, 9, 13), EndsOn: day(2021, 12, 3),
			PlannedMinutes: roster.NotSaid,
		},
		roster.MenuEntry{
			Origin: at(intervention, 13), Code: "InterventionPrescription|1|Mentor", Title: "Mentor", Domain: "ATTENDANCE",
			Intensity: "INTENSIVE", Dosage: "10 to 60 minutes", Eligibility: "Ninth grade, Regular Students",
			Evidence: "A study of mentoring; Another",
		},
		roster.MenuEntry{
			Origin: at(intervention, 45), Code: "Intervention|10|Reading Hour", Title: "Reading Hour",
			Domain: "COURSE_PERFORMANCE", Intensity: "BASIC", Dosage: "at most 60 minutes",
		},
		roster.PlanItem{
			Origin: at(intervention, 55), StudentCode: "2", Code: "Intervention|10|Reading Hour",
			MenuCode: "Intervention|10|Reading Hour", Title: "Reading Hour", Domain: "COURSE_PERFORMANCE",
			BeginsOn: day(2021, 9, 13), PlannedMinutes: roster.NotSaid,
		},
		roster.PlanItem{
			Origin: at(intervention, 3), StudentCode: "1", Code: "Intervention|10|Mentor-9",
			MenuCode: "InterventionPrescription|1|Mentor", Title: "Mentor-9",
			BeginsOn: day(2021, 9, 13), EndsOn: day(2022, 5, 20), PlannedMinutes: 90,
		},
	}
}

// briefly says of each issue where it is, what of and what is wrong.
func briefly(issues []roster.Issue) []string {
	var texts []string
	for _, issue := range issues {
		texts = append(texts, fmt.Sprintf("%s %s.%s %s %s", issue.File, issue.Kind, issue.Field, issue.Value, issue.Problem))
	}
	return texts
}

func yearIssues() []string {
	const nowhere = "points to an id that no sound element of this file has"
	return []string{
		"EducationOrganization.xml Course.CourseCode 0301 is the code of another course, of another subject",
		"MasterSchedule.xml Section.CourseOfferingReference SCTN_1 " + nowhere,
		"StudentAttendance.xml SupportSession.InterventionReference INTV_1 " + nowhere,
		"StudentDiscipline.xml ActionIncident.StudentDisciplineIncidentBehaviorAssociationReference NOBODY " + nowhere,
		"StudentIntervention.xml PlanItem.InterventionReference Reading Hour is an intervention that was not exported, or is not sound",
	}
}

func yearTolerated() []string {
	return []string{
		"MasterSchedule.xml Section.CourseOfferingReference BAND is an offering that was not exported, " +
			"so its local code was taken for the course's",
		"StudentIntervention.xml MenuEntry.Diagnosis Low spirits is not a purpose that is known, " +
			"so it was taken for course performance",
		"StudentTranscript.xml CourseTranscript.WhenTakenGradeLevel Sophomore is not a grade level that is known, so it was left out",
	}
}
