package grandbend

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// RiskLevel is the verdict on attendance alone.
type RiskLevel string

// The verdicts.
const (
	NotMeasured  RiskLevel = "NOT_MEASURED"
	OnTrack      RiskLevel = "ON_TRACK"
	EarlyWarning RiskLevel = "EARLY_WARNING"
	AtRisk       RiskLevel = "AT_RISK"
)

// Category is the category of an attendance event; of an unknown one, the code value of the file.
type Category string

// The categories.
const (
	ExcusedAbsence        Category = "EXCUSED_ABSENCE"
	UnexcusedAbsence      Category = "UNEXCUSED_ABSENCE"
	OutOfSchoolSuspension Category = "OUT_OF_SCHOOL_SUSPENSION"
	InSchoolSuspension    Category = "IN_SCHOOL_SUSPENSION"
	Tardy                 Category = "TARDY"
	EarlyDeparture        Category = "EARLY_DEPARTURE"
	Partial               Category = "PARTIAL"
	Present               Category = "PRESENT"
)

// Reason is why an event is not counted. Where several apply, the first in this order stands.
type Reason string

// The reasons.
const (
	OutsideEnrollment      Reason = "OUTSIDE_ENROLLMENT"
	NotInstructionalDay    Reason = "NOT_INSTRUCTIONAL_DAY"
	UnknownCategory        Reason = "UNKNOWN_CATEGORY"
	PartialWithoutDuration Reason = "PARTIAL_WITHOUT_DURATION"
)

const (
	wholeDay           = 10000
	minimumDays        = 20
	chronicBasisPoints = 1000
	warningBasisPoints = 500
)

var categories = map[string]Category{
	"excused absence":          ExcusedAbsence,
	"unexcused absence":        UnexcusedAbsence,
	"out of school suspension": OutOfSchoolSuspension,
	"in school suspension":     InSchoolSuspension,
	"tardy":                    Tardy,
	"early departure":          EarlyDeparture,
	"partial":                  Partial,
	"in attendance":            Present,
}

// event is a counted attendance event.
type event struct {
	category Category
	reason   string
	// part is how much of the day was missed, in ten-thousandths.
	part int64
}

// ledger holds every enrolled instructional day by its date, most of them with no event.
type ledger map[string][]event

// place is a student in a school.
type place struct {
	student string
	school  string
}

func addAttendance(read *interchange, expected *Expected) error {
	calendars, err := newCalendars(read)
	if err != nil {
		return err
	}
	expected.KnownThrough = calendars.lastDate()
	covered := map[place][]span{}
	ledgers := map[place]ledger{}
	for _, enrollment := range read.enrollments {
		if err := enroll(enrollment, calendars, expected, covered, ledgers); err != nil {
			return fmt.Errorf("enrollment of student %s: %w", enrollment.Student, err)
		}
	}
	for _, record := range read.events {
		at := place{record.Student, record.School}
		if err := addEvent(record, covered[at], ledgers[at], expected); err != nil {
			return fmt.Errorf("%s line %d: %w", record.file, record.line, err)
		}
	}
	addFigures(expected, ledgers)
	return nil
}

// span is the dates of an enrollment, both included. An open one has no last date.
type span struct{ first, last string }

func (dates span) holds(date string) bool {
	return date >= dates.first && (dates.last == "" || date <= dates.last)
}

// enroll notes one enrollment and writes out its days.
func enroll(
	record enrollmentRecord, calendars *calendars, expected *Expected, covered map[place][]span, ledgers map[place]ledger,
) error {
	student := expected.Students[record.Student]
	if student == nil || expected.Schools[record.School] == nil {
		return fmt.Errorf("unknown student or school %s", record.School)
	}
	if kind := strings.ToLower(codeValue(record.ExitType)); kind == "no show" || strings.HasPrefix(kind, "invalid") {
		return fmt.Errorf("exit type %q is not counted here", record.ExitType)
	}
	days, err := calendars.daysOf(record)
	if err != nil {
		return err
	}
	at, dates := place{record.Student, record.School}, span{record.EntryDate, record.ExitDate}
	covered[at] = append(covered[at], dates)
	if ledgers[at] == nil {
		ledgers[at] = ledger{}
	}
	for date := range days {
		if dates.holds(date) {
			ledgers[at][date] = nil
		}
	}
	return noteEnrollment(student, record)
}

// noteEnrollment keeps the enrollment that was entered last as the student's own.
func noteEnrollment(student *Student, record enrollmentRecord) error {
	if record.EntryDate < student.EntryDate {
		return nil
	}
	level, err := gradeLevel(record.GradeLevel)
	student.GradeLevel, student.SchoolCode = level, record.School
	student.EntryDate, student.ExitDate = record.EntryDate, record.ExitDate
	return err
}

// addEvent writes an event into the day it belongs to, or sets it aside.
func addEvent(record eventRecord, covered []span, days ledger, expected *Expected) error {
	category, known := categoryOf(record.Category)
	reason := Reason("")
	_, instructional := days[record.Date]
	switch {
	case !slices.ContainsFunc(covered, func(dates span) bool { return dates.holds(record.Date) }):
		reason = OutsideEnrollment
	case !instructional:
		reason = NotInstructionalDay
	case !known:
		reason = UnknownCategory
	case category == Partial && record.Duration == nil:
		reason = PartialWithoutDuration
	}
	if reason != "" {
		expected.Quarantined = append(expected.Quarantined, Quarantined{
			File: record.file, Line: record.line, StudentUniqueID: record.Student, SchoolCode: record.School,
			Date: record.Date, Category: category, Reason: reason,
		})
		return nil
	}
	part, err := missedPart(category, record.Duration)
	days[record.Date] = append(days[record.Date], event{category, strings.ToLower(record.Reason), part})
	return err
}

func categoryOf(descriptor string) (Category, bool) {
	value := codeValue(descriptor)
	category, known := categories[strings.ReplaceAll(strings.ToLower(value), "-", " ")]
	if !known {
		return Category(value), false
	}
	return category, true
}

// missedPart is how much of the day an event takes: the stated part of it, else the whole.
func missedPart(category Category, duration *string) (int64, error) {
	switch category {
	case ExcusedAbsence, UnexcusedAbsence, OutOfSchoolSuspension, Partial:
		if duration == nil {
			return wholeDay, nil
		}
		return tenThousandths(strings.TrimSpace(*duration))
	default:
		return 0, nil
	}
}

// places is how many decimal places a ten-thousandth has.
const places = 4

// tenThousandths reads a decimal number without a detour over floating point.
func tenThousandths(text string) (int64, error) {
	whole, fraction, _ := strings.Cut(text, ".")
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > places || !strings.ContainsAny(text, "0123456789") {
		return 0, fmt.Errorf("duration %q is no number of ten-thousandths", text)
	}
	number, err := strconv.ParseUint(whole+fraction+strings.Repeat("0", places-len(fraction)), 10, 31)
	if err != nil {
		return 0, fmt.Errorf("duration %q: %w", text, err)
	}
	return int64(number), nil
}

// addFigures counts both grains: each school on its own, then the distinct days over all of them.
func addFigures(expected *Expected, ledgers map[place]ledger) {
	merged := map[string]ledger{}
	for at, days := range ledgers {
		expected.Students[at.student].BySchool[at.school] = tally(days)
		if merged[at.student] == nil {
			merged[at.student] = ledger{}
		}
		for date, events := range days {
			merged[at.student][date] = append(merged[at.student][date], events...)
		}
	}
	for id, student := range expected.Students {
		student.Figures = tally(merged[id])
	}
}

// tally loops over the days, the oldest first.
func tally(days ledger) Figures {
	figures := Figures{EnrolledDays: len(days)}
	for _, date := range slices.Sorted(maps.Keys(days)) {
		events := days[date]
		amount := missedOn(events)
		figures.Absent += amount
		*figures.bucket(dayCategory(events)) += amount
		if slices.ContainsFunc(events, func(one event) bool { return one.category == Tardy }) {
			figures.Tardies++
		}
		figures.Streak++
		if amount < wholeDay {
			figures.Streak = 0
		}
	}
	figures.judge()
	return figures
}

func missedOn(events []event) int64 {
	amount := int64(0)
	for _, one := range events {
		amount += one.part
	}
	return min(amount, wholeDay)
}

// dayCategory is the category that takes the whole day's amount. Partial days go last, each by its reason.
func dayCategory(events []event) Category {
	found, partials := map[Category]bool{}, map[Category]bool{}
	for _, one := range events {
		switch {
		case one.part == 0:
		case one.category == Partial:
			partials[partialAs(one)] = true
		default:
			found[one.category] = true
		}
	}
	switch {
	case found[OutOfSchoolSuspension]:
		return OutOfSchoolSuspension
	case found[UnexcusedAbsence]:
		return UnexcusedAbsence
	case !found[ExcusedAbsence] && partials[UnexcusedAbsence]:
		return UnexcusedAbsence
	default:
		return ExcusedAbsence
	}
}

func partialAs(one event) Category {
	if !strings.Contains(one.reason, "unexcused") && strings.Contains(one.reason, "excused") {
		return ExcusedAbsence
	}
	return UnexcusedAbsence
}

func (figures *Figures) bucket(category Category) *int64 {
	switch category {
	case OutOfSchoolSuspension:
		return &figures.Suspended
	case UnexcusedAbsence:
		return &figures.Unexcused
	default:
		return &figures.Excused
	}
}

// judge compares integers only: a rounded rate would call 9.996 % chronic.
func (figures *Figures) judge() {
	figures.Measured = figures.EnrolledDays >= minimumDays
	figures.Chronic = figures.Measured && figures.atLeast(chronicBasisPoints)
	switch {
	case !figures.Measured:
		figures.Risk = NotMeasured
	case figures.Chronic:
		figures.Risk = AtRisk
	case figures.atLeast(warningBasisPoints):
		figures.Risk = EarlyWarning
	default:
		figures.Risk = OnTrack
	}
}

func (figures *Figures) atLeast(basisPoints int64) bool {
	return figures.Absent*10000 >= basisPoints*int64(figures.EnrolledDays)*wholeDay
}
