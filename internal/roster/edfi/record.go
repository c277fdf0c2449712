package edfi

import (
	"math"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// whole is a day, a mark or a credit in the unit that parts of them are kept in.
const whole = 10_000

// longestQuote is how many characters of a wrong value an issue repeats.
const longestQuote = 200

// record is one row in the making. Its methods read fields by their path below
// the row's element and gather what is wrong with them.
type record struct {
	element *element
	kind    string // of the row
	origin  roster.Origin
	words   *vocabulary
	issues  []roster.Issue
}

// reject notes why the row cannot be trusted.
func (r *record) reject(field, value, problem, hint string) {
	r.issues = append(r.issues, r.issue(field, value, problem, hint))
}

// issue describes a problem of the row.
func (r *record) issue(field, value, problem, hint string) roster.Issue {
	return roster.Issue{
		Origin: r.origin, Kind: r.kind,
		Field: path.Base(field), Value: shorten(value, longestQuote), Problem: problem, Hint: hint,
	}
}

// release lets go of the element, of which all has been read: a row that waits for
// another element shall not keep its own in memory.
func (r *record) release() { r.element = &element{} }

// text gives a field's text, empty when it is absent.
func (r *record) text(field string) string {
	return r.element.first(field).text
}

// ref gives the id that a reference points to, empty when it is not by id.
func (r *record) ref(field string) string {
	return r.element.first(field).ref
}

// required gives the text of a field that the row cannot do without.
func (r *record) required(field string) string {
	text := r.text(field)
	if text == "" {
		r.missing(field)
	}
	return text
}

func (r *record) missing(field string) {
	r.reject(field, "", "is missing", "fill in "+field+" at the source and export again")
}

// date gives a field's date, the zero time when it is absent.
func (r *record) date(field string) time.Time {
	text := r.text(field)
	if text == "" {
		return time.Time{}
	}
	date, err := time.Parse(time.DateOnly, withoutZone(text))
	if err != nil || date.Year() < 1900 || date.Year() > 2100 {
		r.reject(field, text, "is not a date",
			"write dates as YYYY-MM-DD, between 1900 and 2100, and leave an unknown one out")
		return time.Time{}
	}
	return date
}

// withoutZone takes off the time zone that an XML date may end in. A school
// day is the same day whatever the zone.
func withoutZone(date string) string {
	const length = len(time.DateOnly)
	if len(date) <= length {
		return date
	}
	zone := date[length:]
	if _, err := time.Parse("Z07:00", zone); err != nil {
		return date
	}
	return date[:length]
}

// requiredDay gives the day of a required date and time, as it was where it was
// written down.
func (r *record) requiredDay(field string) time.Time {
	text := r.required(field)
	day, _, _ := strings.Cut(text, "T")
	date, err := time.Parse(time.DateOnly, withoutZone(day))
	if text != "" && (err != nil || date.Year() < 1900 || date.Year() > 2100) {
		r.reject(field, text, "is not a date and time",
			"write dates and times as YYYY-MM-DDThh:mm:ss, between 1900 and 2100")
		return time.Time{}
	}
	return date
}

// requiredDate gives a date that the row cannot do without.
func (r *record) requiredDate(field string) time.Time {
	if r.text(field) == "" {
		r.missing(field)
	}
	return r.date(field)
}

// schoolYear gives the calendar year in which a school year ends, 0 when it is
// absent.
func (r *record) schoolYear(field string) int {
	text := r.text(field)
	if text == "" {
		return 0
	}
	begins, ends, _ := strings.Cut(text, "-")
	first, firstErr := strconv.Atoi(begins)
	second, secondErr := strconv.Atoi(ends)
	if firstErr != nil || secondErr != nil || second != first+1 || first < 1900 || second > 2100 {
		r.reject(field, text, "is not a school year", "write school years like 2021-2022")
		return 0
	}
	return second
}

// requiredSchoolYear gives a school year that the row cannot do without.
func (r *record) requiredSchoolYear(field string) int {
	if r.text(field) == "" {
		r.missing(field)
	}
	return r.schoolYear(field)
}

// dayShare gives a field's share of a day in ten-thousandths, roster.NotSaid
// when it is absent.
func (r *record) dayShare(field string) int {
	text := r.text(field)
	if text == "" {
		return roster.NotSaid
	}
	share, err := strconv.ParseFloat(text, 64)
	if err != nil || strings.Trim(text, "0123456789.") != "" || share > 1 {
		r.reject(field, text, "is not a share of a day",
			"write the part of the day that was missed as a number from 0 to 1")
		return roster.NotSaid
	}
	return int(math.Round(share * whole))
}

// mostParts bounds a number in ten-thousandths to what a column of the database
// takes; no length of a suspension, no mark and no credit comes near it.
const mostParts = 100_000 * whole

// parts gives a field's number in ten-thousandths, rounded half up, and
// roster.NotSaid when it is absent.
func (r *record) parts(field string) int {
	text := r.text(field)
	if text == "" {
		return roster.NotSaid
	}
	parts, is := tenThousandths(text)
	if !is || parts > mostParts {
		r.reject(field, text, "is not a number from 0 to 100000", "write digits, and a point before decimal places")
		return roster.NotSaid
	}
	return parts
}

// tenThousandths reads a decimal number without the detour over floating point,
// which would turn 1.00005 into 1.0000.
func tenThousandths(text string) (parts int, is bool) {
	const places, longest = 4, 12
	before, after, pointed := strings.Cut(text, ".")
	if before+after == "" || strings.Trim(before+after, "0123456789") != "" || len(before) > longest || pointed && len(text) == 1 {
		return 0, false
	}
	after += strings.Repeat("0", places+1)
	parts, err := strconv.Atoi(before + after[:places])
	if err != nil {
		return 0, false
	}
	if after[places] >= '5' {
		parts++
	}
	return parts, true
}

// number gives a field's whole number, or the absent value.
func (r *record) number(field string, absent int) int {
	text := r.text(field)
	if text == "" {
		return absent
	}
	number, err := strconv.ParseInt(text, 10, 32)
	if err != nil || number < 0 {
		r.reject(field, text, "is not a whole number", "write digits only")
		return absent
	}
	return int(number)
}

// answer gives a field's yes or no, nil when it is absent.
func (r *record) answer(field string) *bool {
	text := r.text(field)
	if text == "" {
		return nil
	}
	answers := map[string]bool{"true": true, "1": true, "false": false, "0": false}
	answer, known := answers[text]
	if !known {
		r.reject(field, text, "is neither true nor false", "write true or false")
		return nil
	}
	return &answer
}

// code gives the code value of a descriptor: "Tardy" of
// "uri://ed-fi.org/AttendanceEventCategoryDescriptor#Tardy".
func (r *record) code(field string) string {
	return codeValue(r.text(field))
}

// requiredCode gives a code value that the row cannot do without.
func (r *record) requiredCode(field string) string {
	code := r.code(field)
	if code == "" {
		r.missing(field)
	}
	return code
}

// codes gives the code values of a field that may be repeated.
func (r *record) codes(field string) []string {
	var codes []string
	for _, e := range r.element.all(field) {
		if code := codeValue(e.text); code != "" {
			codes = append(codes, code)
		}
	}
	return codes
}

// word gives what a required descriptor's code value stands for. What it is and an
// example of it complete the message about one that is unknown.
func word[Word any](r *record, field string, words map[string]Word, what, example string) Word {
	code := r.requiredCode(field)
	word, known := words[plain(code)]
	if !known && code != "" {
		r.reject(field, code, "is not "+what+" that is known", "use one of Ed-Fi's own code values, such as "+example)
	}
	return word
}

// grade gives the grade level that a descriptor's code value stands for.
func (r *record) grade(field, code string) string {
	grade, known := r.words.grades[plain(code)]
	if !known {
		r.reject(field, code, "is not a grade level that is known",
			"use a code value of the Ed-Fi GradeLevelDescriptor, such as Ninth grade")
	}
	return grade
}

// codeValue gives what follows the last # of a descriptor's URI, or the whole
// text when there is none.
func codeValue(descriptor string) string {
	return strings.TrimSpace(descriptor[strings.LastIndexByte(descriptor, '#')+1:])
}

// shorten cuts a text after a number of characters.
func shorten(text string, most int) string {
	characters := []rune(text)
	if len(characters) <= most {
		return text
	}
	return string(characters[:most])
}

// isDigits tells whether a text is one or more of the digits 0 to 9.
func isDigits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}
