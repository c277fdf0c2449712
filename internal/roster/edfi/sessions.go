package edfi

import (
	"cmp"
	"context"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// sessionIdentity is what other elements name a Session by.
type sessionIdentity struct {
	name, schoolCode string
	schoolYear       int
}

// termCode is the code of the session's Term.
func (s sessionIdentity) termCode() string { return join(s.name) }

func readSession(ctx context.Context, f *file, e *element) error {
	r := f.record("Term", e)
	name := r.required("SessionName")
	session := sessionIdentity{
		name:       name,
		schoolCode: r.required("SchoolReference/SchoolIdentity/SchoolId"),
		schoolYear: r.requiredSchoolYear("SchoolYear"),
	}
	f.remember(r, session)
	return f.put(ctx, r, roster.Term{
		Origin:     r.origin,
		Code:       session.termCode(),
		SchoolCode: session.schoolCode,
		SchoolYear: session.schoolYear,
		Name:       name,
		Kind:       or(f.words.terms, r.code("Term"), roster.TermOther),
		BeginsOn:   r.requiredDate("BeginDate"),
		EndsOn:     r.requiredDate("EndDate"),
	})
}

// readGradingPeriod names the period by its descriptor, since grades do. Its code has
// a second part, which tells it from a session of that name: the period's own name
// since 5.2, its place in the year before.
func readGradingPeriod(ctx context.Context, f *file, e *element) error {
	r := f.record("Term", e)
	name := r.requiredCode("GradingPeriod")
	return f.put(ctx, r, roster.Term{
		Origin:     r.origin,
		Code:       join(name, cmp.Or(r.text("GradingPeriodName"), r.text("PeriodSequence"))),
		SchoolCode: r.required("SchoolReference/SchoolIdentity/SchoolId"),
		SchoolYear: r.requiredSchoolYear("SchoolYear"),
		Name:       name,
		Kind:       roster.TermGradingPeriod,
		BeginsOn:   r.requiredDate("BeginDate"),
		EndsOn:     r.requiredDate("EndDate"),
	})
}

// session finds which session a reference means.
func (f *file) session(
	ctx context.Context, r *record, reference string, put func(context.Context, sessionIdentity) error,
) error {
	if r.ref(reference) != "" {
		return resolve(ctx, f, r, reference, put)
	}
	identity := reference + "/SessionIdentity/"
	return put(ctx, sessionIdentity{
		name:       r.required(identity + "SessionName"),
		schoolCode: r.required(identity + "SchoolReference/SchoolIdentity/SchoolId"),
		schoolYear: r.requiredSchoolYear(identity + "SchoolYear"),
	})
}
