package edfi

import (
	"cmp"
	"context"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

func transcriptHandlers() handlers {
	return handlers{"CourseTranscript": readTranscript, "StudentAcademicRecord": readAcademicRecord}
}

// academicRecord is what course transcripts name a StudentAcademicRecord by.
type academicRecord struct {
	studentCode string
	schoolYear  int
	term        string
}

// readAcademicRecord notes whose record it is. What it sums up is worked out from the
// courses, so the record itself is no row.
func readAcademicRecord(_ context.Context, f *file, e *element) error {
	r := f.record("CourseTranscript", e)
	f.remember(r, r.academicRecord(""))
	return f.sink.PassOver(e.name)
}

// academicRecord reads the fields that identify an academic record, below a path.
func (r *record) academicRecord(path string) academicRecord {
	return academicRecord{
		studentCode: r.required(path + "StudentReference/StudentIdentity/StudentUniqueId"),
		schoolYear:  r.requiredSchoolYear(path + "SchoolYear"),
		term:        r.requiredCode(path + "Term"),
	}
}

const transcriptRecord = "StudentAcademicRecordReference"

func readTranscript(ctx context.Context, f *file, e *element) error {
	r := f.record("CourseTranscript", e)
	row := roster.CourseTranscript{
		Origin:     r.origin,
		CourseCode: r.required("CourseReference/CourseIdentity/CourseCode"),
		Result:     word(r, "CourseAttemptResult", f.words.results, "a result", "Pass"),
		Method:     or(f.words.methods, cmp.Or(r.code("MethodCreditEarned"), "Classroom credit"), roster.MethodOther),
		Letter:     r.text("FinalLetterGradeEarned"),
	}
	row.Earned, row.Attempted = r.credits(row.Result)
	row.CourseTitle, row.Subject = f.transcriptCourse(r, row.CourseCode)
	if err := f.transcriptGrade(ctx, r, &row); err != nil {
		return err
	}
	put := func(ctx context.Context, record academicRecord) error {
		row.StudentCode, row.SchoolYear, row.Term = record.studentCode, record.schoolYear, record.term
		return f.put(ctx, r, row)
	}
	if r.ref(transcriptRecord) != "" {
		return resolve(ctx, f, r, transcriptRecord, put)
	}
	return put(ctx, r.academicRecord(transcriptRecord+"/StudentAcademicRecordIdentity/"))
}

// credits gives what was earned and attempted. Who did not pass earned nothing where
// nothing else is said. Attempted credits may be left out, and are then those earned.
func (r *record) credits(result string) (earned, attempted int) {
	earned, attempted = r.carnegieUnits("EarnedCredits"), r.carnegieUnits("AttemptedCredits")
	if earned == roster.NotSaid {
		earned = 0
		if result == roster.ResultPass && r.text("EarnedCredits/Credits") == "" {
			r.missing("EarnedCredits/Credits")
		}
	}
	if attempted == roster.NotSaid {
		attempted = earned
	}
	return earned, attempted
}

// carnegieUnits gives credits in Carnegie units, into which the conversion factor
// turns them. A factor of 0 is what systems write that have none: it would take away
// whatever was earned.
func (r *record) carnegieUnits(field string) int {
	credits, factor := r.parts(field+"/Credits"), r.parts(field+"/CreditConversion")
	if credits == roster.NotSaid || factor == roster.NotSaid || factor == 0 {
		return credits
	}
	units := (credits*factor + whole/2) / whole
	if units > mostParts {
		r.reject(field+"/CreditConversion", r.text(field+"/CreditConversion"), "makes more credits than anybody earns",
			"write the number that credits are multiplied by to give Carnegie units")
	}
	return units
}

// transcriptCourse gives a course's title and subject: as the transcript has them,
// else as the district's course of that code has, when it was read before.
func (f *file) transcriptCourse(r *record, code string) (title, subject string) {
	known, is := f.kept[courseKey(code)].(course)
	title = cmp.Or(r.text("CourseTitle"), known.title)
	if len(r.codes("AcademicSubject")) == 0 && is {
		return title, known.subject
	}
	return title, r.subject("AcademicSubject")
}

// transcriptGrade reads the grade level in which a course was taken. One that is
// unknown takes no credit away.
func (f *file) transcriptGrade(ctx context.Context, r *record, row *roster.CourseTranscript) error {
	code := r.code("WhenTakenGradeLevel")
	grade, known := f.words.grades[plain(code)]
	row.GradeLevel = grade
	if known || code == "" {
		return nil
	}
	return f.tolerate(ctx, r, "WhenTakenGradeLevel", code, "is not a grade level that is known, so it was left out",
		"use a code value of the Ed-Fi GradeLevelDescriptor, such as Ninth grade")
}
