package form

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// whole is what numbers in ten-thousandths are parts of.
const whole = 10_000

// The years in which a day or a school year can lie.
const (
	firstYear = 1900
	lastYear  = 2999
)

// staged gives the field's value as COPY takes it.
func (f *Field) staged(row reflect.Value) any {
	member := row.Field(f.index)
	switch f.Type {
	case Day:
		if date := dateOf(member); !date.IsZero() {
			return date.Format(time.DateOnly)
		}
		return nil
	case Whole, Parts:
		if number := f.number(row); number != f.unsaid {
			return number
		}
		return nil
	case YesNo:
		if answer, said := answerOf(member); said {
			return answer
		}
		return nil
	case List:
		words := wordsOf(member)
		if words == nil {
			words = []string{}
		}
		return pq.Array(words)
	case Text, Word:
	}
	return member.String()
}

// written gives the field's value as text; empty when the source does not say.
func (f *Field) written(row reflect.Value) string {
	member := row.Field(f.index)
	switch f.Type {
	case Day:
		if date := dateOf(member); !date.IsZero() {
			return date.Format(time.DateOnly)
		}
		return ""
	case Whole, Parts:
		return f.writtenNumber(int(member.Int()))
	case YesNo:
		if answer, said := answerOf(member); said {
			return map[bool]string{true: "yes", false: "no"}[answer]
		}
		return ""
	case List:
		return joinWords(wordsOf(member))
	case Text, Word:
	}
	return member.String()
}

func (f *Field) writtenNumber(number int) string {
	switch {
	case number == f.unsaid:
		return ""
	case f.Type == Whole:
		return strconv.Itoa(number)
	case number%whole == 0:
		return strconv.Itoa(number / whole)
	}
	return fmt.Sprintf("%d.%s", number/whole, strings.TrimRight(fmt.Sprintf("%04d", number%whole), "0"))
}

// number gives a number as it is staged: a school year that is not said is drawn from
// its date.
func (f *Field) number(row reflect.Value) int {
	number := int(row.Field(f.index).Int())
	if number == f.unsaid && f.yearOf != "" {
		return yearOf(dateOf(row.Field(f.dated)))
	}
	return number
}

// yearOf gives the school year, from 1 July to 30 June, that holds the date.
func yearOf(date time.Time) int {
	if date.IsZero() {
		return 0
	}
	if date.Month() >= time.July {
		return date.Year() + 1
	}
	return date.Year()
}

// read sets the member to what the text says, and tells what is wrong with it.
func (f *Field) read(member reflect.Value, text string) *roster.Issue {
	text = strings.TrimSpace(text)
	if f.Type == Whole || f.Type == Parts {
		member.SetInt(int64(f.unsaid))
	}
	if text == "" {
		if f.Needed {
			return &roster.Issue{Problem: "is missing", Hint: "give it: " + f.About}
		}
		return nil
	}
	problem, hint := f.set(member, text)
	if problem == "" {
		return nil
	}
	return &roster.Issue{Value: text, Problem: problem, Hint: hint}
}

func (f *Field) set(member reflect.Value, text string) (problem, hint string) {
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return "holds characters that are no text", "save the file as UTF-8, and take out what is no letter"
	}
	switch f.Type {
	case Day:
		return setDay(member, text)
	case Whole:
		return f.setWhole(member, text)
	case Parts:
		return setParts(member, text)
	case YesNo:
		return setAnswer(member, text)
	case List:
		member.Set(reflect.ValueOf(splitWords(text)))
	case Word:
		return f.setWord(member, text)
	case Text:
		member.SetString(text)
	}
	return "", ""
}

func setDay(member reflect.Value, text string) (problem, hint string) {
	date, err := time.Parse(time.DateOnly, text)
	if err != nil || date.Year() < firstYear || date.Year() > lastYear {
		return "is no day", "write it as 2025-09-30"
	}
	member.Set(reflect.ValueOf(date))
	return "", ""
}

func (f *Field) setWhole(member reflect.Value, text string) (problem, hint string) {
	number, err := strconv.ParseInt(text, 10, 32)
	switch {
	case err != nil || number < 0:
		return "is no whole number", "write digits alone, such as 2026"
	case f.isYear && (number < firstYear || number > lastYear):
		return "is no year", "write the year with four digits, such as 2026"
	}
	member.SetInt(number)
	return "", ""
}

// setParts reads a decimal number into ten-thousandths, exactly.
func setParts(member reflect.Value, text string) (problem, hint string) {
	const places = 4
	before, after, _ := strings.Cut(text, ".")
	if before == "" && after == "" {
		return "is no number", "write it as 0.5, with a point"
	}
	after = strings.TrimRight(after, "0")
	if len(after) > places {
		return "has more than four decimal places", "round it to four"
	}
	number, err := strconv.ParseUint(before+after+strings.Repeat("0", places-len(after)), 10, 31)
	if err != nil {
		return "is no number", "write it as 0.5, with a point"
	}
	member.SetInt(int64(number))
	return "", ""
}

// answers are the words for yes and no that are understood.
var answers = map[string]bool{"yes": true, "y": true, "true": true, "1": true, "no": false, "n": false, "false": false, "0": false}

func setAnswer(member reflect.Value, text string) (problem, hint string) {
	answer, known := answers[strings.ToLower(text)]
	if !known {
		return "is neither yes nor no", "write yes or no"
	}
	if member.Kind() == reflect.Pointer {
		member.Set(reflect.ValueOf(&answer))
	} else {
		member.SetBool(answer)
	}
	return "", ""
}

func (f *Field) setWord(member reflect.Value, text string) (problem, hint string) {
	for _, word := range f.Words {
		if strings.EqualFold(word, text) {
			member.SetString(word)
			return "", ""
		}
	}
	return "is none of the words that it may be", "write one of " + strings.Join(f.Words, ", ")
}

// joinWords writes a list; a semicolon or a backslash within a word has a backslash
// before it.
func joinWords(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = strings.NewReplacer(`\`, `\\`, `;`, `\;`).Replace(word)
	}
	return strings.Join(quoted, ";")
}

// splitWords reads a list; what is empty is left out.
func splitWords(text string) []string {
	var words []string
	var word strings.Builder
	end := func() {
		if trimmed := strings.TrimSpace(word.String()); trimmed != "" {
			words = append(words, trimmed)
		}
		word.Reset()
	}
	quoted := false
	for _, r := range text {
		switch {
		case quoted:
			word.WriteRune(r)
			quoted = false
		case r == '\\':
			quoted = true
		case r == ';':
			end()
		default:
			word.WriteRune(r)
		}
	}
	end()
	return words
}

func dateOf(member reflect.Value) time.Time {
	date, _ := reflect.TypeAssert[time.Time](member)
	return date
}

func wordsOf(member reflect.Value) []string {
	words, _ := reflect.TypeAssert[[]string](member)
	return words
}

func answerOf(member reflect.Value) (answer, said bool) {
	if member.Kind() != reflect.Pointer {
		return member.Bool(), true
	}
	if member.IsNil() {
		return false, false
	}
	return member.Elem().Bool(), true
}
