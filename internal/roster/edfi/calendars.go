package edfi

import (
	"context"
	"slices"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

func calendarHandlers() handlers {
	return handlers{
		"Calendar":      readCalendar,
		"CalendarDate":  readCalendarDate,
		"GradingPeriod": readGradingPeriod,
		"Session":       readSession,
	}
}

// calendarIdentity is what other elements of the file name a Calendar by.
type calendarIdentity struct {
	code, schoolCode string
	schoolYear       int
}

func readCalendar(ctx context.Context, f *file, e *element) error {
	r := f.record("Calendar", e)
	calendar := roster.Calendar{
		Origin:     r.origin,
		Code:       r.required("CalendarCode"),
		SchoolCode: r.required("SchoolReference/SchoolIdentity/SchoolId"),
		SchoolYear: r.requiredSchoolYear("SchoolYear"),
		Kind:       or(f.words.calendarKinds, r.code("CalendarType"), roster.CalendarOther),
	}
	f.remember(r, calendarIdentity{calendar.Code, calendar.SchoolCode, calendar.SchoolYear})
	return f.put(ctx, r, calendar)
}

func readCalendarDate(ctx context.Context, f *file, e *element) error {
	r := f.record("CalendarDate", e)
	events := r.codes("CalendarEvent")
	date := roster.CalendarDate{
		Origin:        r.origin,
		Date:          r.requiredDate("Date"),
		Instructional: slices.ContainsFunc(events, func(event string) bool { return f.words.instructional[plain(event)] }),
		Event:         strings.Join(events, ", "),
	}
	if len(events) == 0 {
		r.missing("CalendarEvent")
	}
	if r.ref("CalendarReference") == "" {
		date.CalendarCode = r.required("CalendarReference/CalendarIdentity/CalendarCode")
		date.SchoolCode = r.required("CalendarReference/CalendarIdentity/SchoolReference/SchoolIdentity/SchoolId")
		date.SchoolYear = r.requiredSchoolYear("CalendarReference/CalendarIdentity/SchoolYear")
		return f.put(ctx, r, date)
	}
	return resolve(ctx, f, r, "CalendarReference", func(ctx context.Context, calendar calendarIdentity) error {
		date.CalendarCode, date.SchoolCode, date.SchoolYear = calendar.code, calendar.schoolCode, calendar.schoolYear
		return f.put(ctx, r, date)
	})
}
