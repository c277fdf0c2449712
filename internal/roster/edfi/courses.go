package edfi

import (
	"context"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// courseKey is what a course is kept by.
type courseKey string

// course is what is kept of a Course for transcripts, which may leave it out.
type course struct{ title, subject string }

// readCourse reads a course as the district's. Ed-Fi lets each school define its
// courses, and many systems export one course once for every school that offers it:
// the first such element stands, and the others are passed over. A code under which
// two schools teach different subjects is nobody's to merge, so that is rejected.
func readCourse(ctx context.Context, f *file, e *element) error {
	r := f.record("Course", e)
	row := roster.Course{Origin: r.origin, Code: r.required("CourseCode"), Title: r.required("CourseTitle")}
	own := course{title: row.Title, subject: r.subject("AcademicSubject")}
	row.CoreSubject = f.words.cores[own.subject]
	if len(r.issues) > 0 {
		return f.put(ctx, r, row)
	}
	first, again := f.kept[courseKey(row.Code)].(course)
	if again && first.subject == own.subject {
		return f.sink.PassOver(e.name)
	}
	if again {
		r.reject("CourseCode", row.Code, "is the code of another course, of another subject",
			"give courses that differ codes that differ, whichever school defines them")
		return f.put(ctx, r, row)
	}
	f.kept[courseKey(row.Code)] = own
	return f.put(ctx, r, row)
}

// subject gives the subject that a field's code values stand for: of several the
// first core one, else the first that is known, and SubjectElective when none is.
func (r *record) subject(field string) string {
	subject := roster.SubjectElective
	for _, code := range r.codes(field) {
		word, known := r.words.subjects[plain(code)]
		if r.words.cores[word] != "" {
			return word
		}
		if known && subject == roster.SubjectElective {
			subject = word
		}
	}
	return subject
}
