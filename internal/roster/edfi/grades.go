package edfi

import (
	"context"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// gradeHandlers leaves out report cards, which are made of the same grades, and
// competencies.
func gradeHandlers() handlers {
	return handlers{"Grade": readGrade}
}

const (
	gradedSeat    = "StudentSectionAssociationReference"
	gradedStudent = gradedSeat + "/StudentSectionAssociationIdentity/StudentReference/StudentIdentity/StudentUniqueId"
	gradedSection = gradedSeat + "/StudentSectionAssociationIdentity/SectionReference"
	gradedPeriod  = "GradingPeriodReference/GradingPeriodIdentity/GradingPeriod"
)

// readGrade passes over marks of conduct, which say nothing about how a student does
// in the course, and elements that hold no mark but only those of learning standards.
// What a teacher wrote beside the mark (DiagnosticStatement) stays at the source.
func readGrade(ctx context.Context, f *file, e *element) error {
	r := f.record("Grade", e)
	kind := r.requiredCode("GradeType")
	grade := roster.Grade{
		Origin:      r.origin,
		StudentCode: r.required(gradedStudent),
		Kind:        or(f.words.gradeKinds, kind, roster.GradeOtherKind),
		Period:      r.requiredCode(gradedPeriod),
		GivenOn:     r.date("CurrentGradeAsOfDate"),
		Numeric:     r.parts("NumericGradeEarned"),
		Letter:      r.text("LetterGradeEarned"),
	}
	if plain(kind) == "conduct" || r.text("NumericGradeEarned") == "" && grade.Letter == "" {
		return f.sink.PassOver(e.name)
	}
	// A mark that is marked as current may still change before its period ends.
	if current := r.answer("CurrentGradeIndicator"); current != nil && *current {
		grade.Kind = roster.GradeProgress
	}
	r.noRef(gradedSeat, "StudentSectionAssociationIdentity")
	r.noRef("GradingPeriodReference", "GradingPeriodIdentity")
	return f.section(ctx, r, gradedSection, func(ctx context.Context, section sectionIdentity) error {
		grade.SectionCode, grade.SchoolCode, grade.SchoolYear = section.code, section.schoolCode, section.schoolYear
		return f.put(ctx, r, grade)
	})
}
