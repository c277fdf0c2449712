package grandbend

import (
	"errors"
	"fmt"
	"slices"
)

// calendarKey names a calendar: codes repeat from school to school.
type calendarKey struct {
	school string
	code   string
}

// calendars holds the instructional days of every calendar.
type calendars struct {
	days     map[calendarKey]map[string]bool
	defaults map[string][]string
	dates    []string
}

func newCalendars(read *interchange) (*calendars, error) {
	found := &calendars{days: map[calendarKey]map[string]bool{}, defaults: map[string][]string{}}
	for _, record := range read.calendars {
		if record.SchoolYear != read.calendars[0].SchoolYear {
			return nil, errors.New("calendars of two school years")
		}
		found.days[calendarKey{record.School, record.Code}] = map[string]bool{}
		if codeValue(record.Type) == "School" {
			found.defaults[record.School] = append(found.defaults[record.School], record.Code)
		}
	}
	for _, record := range read.dates {
		days := found.days[calendarKey{record.School, record.Code}]
		if days == nil {
			return nil, fmt.Errorf("date %s of an unknown calendar %s", record.Date, record.Code)
		}
		found.dates = append(found.dates, record.Date)
		if slices.ContainsFunc(record.Events, isInstructional) {
			days[record.Date] = true
		}
	}
	if len(found.dates) == 0 {
		return nil, errors.New("no calendar dates")
	}
	return found, nil
}

func isInstructional(descriptor string) bool {
	return codeValue(descriptor) == "Instructional day"
}

func (found *calendars) lastDate() string {
	return slices.Max(found.dates)
}

// daysOf is the calendar that the enrollment names, else the school's only calendar of type School.
func (found *calendars) daysOf(record enrollmentRecord) (map[string]bool, error) {
	code := record.Calendar
	if code == "" {
		defaults := found.defaults[record.School]
		if len(defaults) != 1 {
			return nil, fmt.Errorf("school %s has %d calendars of type School", record.School, len(defaults))
		}
		code = defaults[0]
	}
	days := found.days[calendarKey{record.School, code}]
	if days == nil {
		return nil, fmt.Errorf("unknown calendar %s", code)
	}
	return days, nil
}
