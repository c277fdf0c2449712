package edfi

import (
	"context"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

func assessmentHandlers() handlers {
	return handlers{"Assessment": readAssessment}
}

func resultHandlers() handlers {
	return handlers{"AssessmentReference": readAssessmentReference, "StudentAssessment": readResult}
}

// assessmentCode is what other elements name an Assessment by.
type assessmentCode string

// assessment is what is kept of an Assessment for its results.
type assessment struct{ title, subject string }

// readAssessment keeps what an assessment is called. It is no row: only its results
// are.
func readAssessment(_ context.Context, f *file, e *element) error {
	r := f.record("AssessmentResult", e)
	if code := r.text("AssessmentIdentifier"); code != "" {
		f.kept[assessmentCode(code)] = assessment{title: r.text("AssessmentTitle"), subject: r.code("AcademicSubject")}
	}
	return f.sink.PassOver(e.name)
}

// readAssessmentReference reads a reference that results point to by its id.
func readAssessmentReference(_ context.Context, f *file, e *element) error {
	r := f.record("AssessmentResult", e)
	f.remember(r, assessmentCode(r.required("AssessmentIdentity/AssessmentIdentifier")))
	return f.sink.PassOver(e.name)
}

// readResult reads a result that has a performance level; without one, a score tells
// nobody who does not know the assessment whether a student is behind. Results within
// an assessment, by objective or by item, stay at the source.
func readResult(ctx context.Context, f *file, e *element) error {
	r := f.record("AssessmentResult", e)
	level := metLevel(e)
	if level.first("PerformanceLevel").text == "" {
		return f.sink.PassOver(e.name)
	}
	row := roster.AssessmentResult{
		Origin:      r.origin,
		StudentCode: r.required("StudentReference/StudentIdentity/StudentUniqueId"),
		SchoolYear:  r.schoolYear("SchoolYear"),
		Date:        r.requiredDay("AdministrationDate"),
		Score:       score(e, level.first("AssessmentReportingMethod").text),
		Level:       codeValue(level.first("PerformanceLevel").text),
	}
	if below, known := f.words.below[plain(row.Level)]; known {
		row.BelowLevel = &below
	}
	put := func(ctx context.Context, code assessmentCode) error {
		known, _ := f.kept[code].(assessment)
		row.Code, row.Title, row.Subject = string(code), known.title, known.subject
		return f.put(ctx, r, row)
	}
	if r.ref("AssessmentReference") != "" {
		return resolve(ctx, f, r, "AssessmentReference", put)
	}
	return put(ctx, assessmentCode(r.required("AssessmentReference/AssessmentIdentity/AssessmentIdentifier")))
}

// metLevel gives the first performance level that is not said to be missed.
func metLevel(e *element) *element {
	for _, level := range e.all("PerformanceLevel") {
		if met := level.first("PerformanceLevelMet").text; met != "false" && met != "0" {
			return level
		}
	}
	return &element{}
}

// score gives the score by the method that the level was reported by, else the first.
func score(e *element, method string) string {
	for _, result := range e.all("ScoreResult") {
		if method != "" && result.first("AssessmentReportingMethod").text == method {
			return result.first("Result").text
		}
	}
	return e.first("ScoreResult/Result").text
}
