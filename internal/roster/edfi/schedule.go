package edfi

import (
	"context"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

func scheduleHandlers() handlers {
	return handlers{"CourseOffering": readCourseOffering, "Section": readSection}
}

// offering is what other elements name a CourseOffering by, and what its course's
// code is kept by.
type offering struct {
	localCode  string
	schoolCode string
	session    sessionIdentity
}

// offeredCourse is the code of the course that an offering is of.
type offeredCourse string

// readCourseOffering keeps which course is offered, which sections do not say. The
// offering itself is no row.
func readCourseOffering(ctx context.Context, f *file, e *element) error {
	r := f.record("Section", e)
	own := offering{
		localCode:  r.required("LocalCourseCode"),
		schoolCode: r.required("SchoolReference/SchoolIdentity/SchoolId"),
	}
	course := offeredCourse(r.required("CourseReference/CourseIdentity/CourseCode"))
	err := f.session(ctx, r, "SessionReference", func(_ context.Context, session sessionIdentity) error {
		own.session = session
		f.remember(r, own)
		if len(r.issues) == 0 {
			f.kept[own] = course
		}
		return nil
	})
	if err != nil {
		return err
	}
	return f.sink.PassOver(e.name)
}

// sectionIdentity is what other elements name a Section by. An Ed-Fi section is
// identified by its own identifier, the course's local code and the session
// together, so all three are in the code.
type sectionIdentity struct {
	code, schoolCode string
	schoolYear       int
}

func newSectionIdentity(identifier string, of offering) sectionIdentity {
	return sectionIdentity{
		code:       join(identifier, of.localCode, of.session.name),
		schoolCode: of.schoolCode,
		schoolYear: of.session.schoolYear,
	}
}

func readSection(ctx context.Context, f *file, e *element) error {
	r := f.record("Section", e)
	identifier := r.required("SectionIdentifier")
	return f.offering(ctx, r, "CourseOfferingReference", func(ctx context.Context, of offering) error {
		own := newSectionIdentity(identifier, of)
		f.remember(r, own)
		r.release()
		row := roster.Section{
			Origin:     r.origin,
			Code:       own.code,
			SchoolCode: own.schoolCode,
			SchoolYear: own.schoolYear,
			TermCodes:  []string{of.session.termCode()},
		}
		if len(r.issues) > 0 {
			return f.put(ctx, r, row)
		}
		return expect(ctx, f, of, func(ctx context.Context, course offeredCourse, known bool) error {
			row.CourseCode = string(course)
			if known {
				return f.put(ctx, r, row)
			}
			row.CourseCode = of.localCode
			if err := f.tolerate(ctx, r, "CourseOfferingReference", of.localCode,
				"is an offering that was not exported, so its local code was taken for the course's",
				"export the course offerings together with the sections"); err != nil {
				return err
			}
			return f.put(ctx, r, row)
		})
	})
}

// offering finds which course offering a reference means.
func (f *file) offering(
	ctx context.Context, r *record, reference string, put func(context.Context, offering) error,
) error {
	if r.ref(reference) != "" {
		return resolve(ctx, f, r, reference, put)
	}
	identity := reference + "/CourseOfferingIdentity/"
	found := offering{
		localCode:  r.required(identity + "LocalCourseCode"),
		schoolCode: r.required(identity + "SchoolReference/SchoolIdentity/SchoolId"),
	}
	return f.session(ctx, r, identity+"SessionReference", func(ctx context.Context, session sessionIdentity) error {
		found.session = session
		return put(ctx, found)
	})
}

// section finds which section a reference means.
func (f *file) section(
	ctx context.Context, r *record, reference string, put func(context.Context, sectionIdentity) error,
) error {
	if r.ref(reference) != "" {
		return resolve(ctx, f, r, reference, put)
	}
	return f.identifiedSection(ctx, r, reference+"/SectionIdentity/", put)
}

// identifiedSection reads the identity of a section.
func (f *file) identifiedSection(
	ctx context.Context, r *record, identity string, put func(context.Context, sectionIdentity) error,
) error {
	identifier := r.required(identity + "SectionIdentifier")
	return f.offering(ctx, r, identity+"CourseOfferingReference", func(ctx context.Context, of offering) error {
		return put(ctx, newSectionIdentity(identifier, of))
	})
}

// readSectionReference reads a reference that other elements of the file point to by
// its id, so that they need not spell out the section.
func readSectionReference(ctx context.Context, f *file, e *element) error {
	r := f.record("Section", e)
	err := f.identifiedSection(ctx, r, "SectionIdentity/", func(_ context.Context, section sectionIdentity) error {
		f.remember(r, section)
		return nil
	})
	if err != nil {
		return err
	}
	return f.sink.PassOver(e.name)
}
