package earlywarning_test

import (
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// monday is the first day of the drawn calendars of the year 2026; those of the
// year before begin a year earlier, less the weekdays' shift.
var monday = time.Date(2025, time.September, 1, 0, 0, 0, 0, time.UTC)

const (
	mostDates    = 30 // calendar dates of a drawn calendar
	outside      = 4  // days before and after it that are drawn too
	daysPerYear  = 364
	presentYear  = 2026
	previousYear = presentYear - 1
)

var categories = []string{
	"UNEXCUSED_ABSENCE", "EXCUSED_ABSENCE", "OUT_OF_SCHOOL_SUSPENSION", "PARTIAL", "UNEXCUSED_ABSENCE", "EXCUSED_ABSENCE", "TARDY",
	"IN_SCHOOL_SUSPENSION", "EARLY_DEPARTURE", "PRESENT",
}

var fractions = []int64{10_000, 10_000, 10_000, 5_000, 3_333, 2_500, 9_999, 1, 0}

var exitTypes = []string{"TRANSFERRED", "WITHDRAWN", "END_OF_SCHOOL_YEAR", "NO_SHOW", "INVALID_ENROLLMENT"}

// draw makes a district.
func draw(t *rapid.T) *model {
	m := &model{
		id: uuid.New(), version: 1, events: map[eventKey]*event{}, known: map[schoolYear]time.Time{}, flags: map[studentYear]*flag{},
	}
	m.policy = drawPolicy(t)
	m.today = rapid.SampledFrom([]time.Time{
		drawDay(t, presentYear), drawDay(t, presentYear), drawDay(t, previousYear), monday.AddDate(0, 0, -30), monday.AddDate(1, 0, 0),
	}).Draw(t, "today")
	for range rapid.IntRange(1, 4).Draw(t, "schools") {
		m.schools = append(m.schools, uuid.New())
	}
	for _, school := range m.schools {
		m.drawSchoolYear(t, school, presentYear)
		if often(t, 3, "a year before") {
			m.drawSchoolYear(t, school, previousYear)
		}
	}
	for range rapid.IntRange(1, 6).Draw(t, "students") {
		m.students = append(m.students, uuid.New())
	}
	for _, student := range m.students {
		for range rapid.IntRange(1, 3).Draw(t, "enrollments") {
			m.drawEnrollment(t, student)
		}
		for range rapid.IntRange(0, 16).Draw(t, "events") {
			m.drawEvent(t, student)
		}
	}
	return m
}

func drawPolicy(t *rapid.T) lines {
	drawn := rapid.SampledFrom([][2]int64{{500, 1000}, {1, 10_000}, {1000, 1000}, {900, 2500}, {2000, 3333}}).Draw(t, "lines")
	return lines{
		warning: drawn[0], atRisk: drawn[1], minimum: rapid.SampledFrom([]int{1, 2, 4, 10}).Draw(t, "minimum"),
	}
}

// drawSchoolYear gives a school its calendars, and mostly a day through which its
// attendance is known.
func (m *model) drawSchoolYear(t *rapid.T, school uuid.UUID, year int) {
	for range rapid.IntRange(1, 3).Draw(t, "calendars") {
		one := &calendar{id: uuid.New(), school: school, year: year, withdrawn: often(t, 8, "calendar withdrawn")}
		for i := range rapid.IntRange(5, mostDates).Draw(t, "dates") {
			one.dates = append(one.dates, calendarDate{
				on: firstDay(year).AddDate(0, 0, i), instructional: !often(t, 6, "holiday"), withdrawn: often(t, 12, "date withdrawn"),
			})
		}
		m.calendars = append(m.calendars, one)
	}
	if !often(t, 8, "nothing declared") {
		m.known[schoolYear{school, year}] = drawDay(t, year)
	}
}

func (m *model) drawEnrollment(t *rapid.T, student uuid.UUID) {
	one := &enrollment{
		id: uuid.New(), student: student, calendar: rapid.SampledFrom(m.calendars).Draw(t, "calendar"), withdrawn: often(t, 10, "enrollment withdrawn"),
	}
	one.entry = earlier(drawDay(t, one.calendar.year), drawDay(t, one.calendar.year))
	if often(t, 2, "exit") {
		one.leave(t)
	}
	for _, other := range m.enrollments { // the table's key
		if other.student == student && other.calendar.school == one.calendar.school && other.entry.Equal(one.entry) {
			return
		}
	}
	m.enrollments = append(m.enrollments, one)
}

// leave gives an enrollment an exit.
func (e *enrollment) leave(t *rapid.T) {
	e.exit = e.entry.AddDate(0, 0, rapid.IntRange(0, mostDates).Draw(t, "stay"))
	e.exitType = rapid.SampledFrom(exitTypes).Draw(t, "exit type")
}

// drawEvent draws mostly a day on which the student should be in school, and else
// any: off the calendar, outside the enrollment, in a school in which they never
// were.
func (m *model) drawEvent(t *rapid.T, student uuid.UUID) {
	key := eventKey{student: student, school: rapid.SampledFrom(m.schools).Draw(t, "school"), year: presentYear}
	if often(t, 4, "last year's") {
		key.year = previousYear
	}
	key.on = drawDay(t, key.year)
	if stays := m.staysOf(student); len(stays) > 0 && !often(t, 4, "anywhere") {
		in := rapid.SampledFrom(stays).Draw(t, "enrollment")
		key.school, key.year = in.calendar.school, in.calendar.year
		key.on = rapid.SampledFrom(m.enrolledDays(in)).Draw(t, "enrolled day")
	}
	key.category = rapid.SampledFrom(categories).Draw(t, "category")
	m.events[key] = &event{
		fraction: rapid.SampledFrom(fractions).Draw(t, "fraction"), excused: rapid.Bool().Draw(t, "excused"),
		minutes: rapid.SampledFrom([]any{nil, 30, 31, 5000}).Draw(t, "minutes"), withdrawn: often(t, 10, "event withdrawn"),
	}
}

// staysOf gives the student's enrollments that have a day that counts.
func (m *model) staysOf(student uuid.UUID) []*enrollment {
	var stays []*enrollment
	for _, e := range m.enrollments {
		if e.student == student && m.counts(e) && len(m.enrolledDays(e)) > 0 {
			stays = append(stays, e)
		}
	}
	return stays
}

// often is true once in so many times, and false in the simplest case.
func often(t *rapid.T, times int, what string) bool {
	return rapid.IntRange(0, times-1).Draw(t, what) == times-1
}

func firstDay(year int) time.Time { return monday.AddDate(0, 0, daysPerYear*(year-presentYear)) }

// drawDay draws a day of the year's calendars or a little outside of them.
func drawDay(t *rapid.T, year int) time.Time {
	return firstDay(year).AddDate(0, 0, rapid.IntRange(-outside, mostDates+outside).Draw(t, "day"))
}
