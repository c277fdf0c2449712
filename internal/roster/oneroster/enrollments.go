package oneroster

import (
	"context"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// readEnrollments reads who learns and who teaches in classes.
func (r *reader) readEnrollments(ctx context.Context) error {
	return r.rows(ctx, enrollmentsFile, false, r.readEnrollment)
}

func (r *reader) readEnrollment(ctx context.Context, row *record) error {
	is := roles[plain(row.required("role"))]
	if is != student && is != teacher && row.text("role") != "" {
		return r.sink.PassOver("enrollment of neither a student nor a teacher")
	}
	who, _, _ := row.lookUp("userSourcedId")
	code, year, school := r.section(row)
	first, last := row.days("beginDate")
	row.required("sourcedId")
	if never(first, last) && len(row.issues) == 0 && !row.gone() {
		row.forgive("endDate", row.text("endDate"), "is the beginDate: a place of no day was not read", "nothing, if it was entered by mistake")
		return nil
	}
	var place any = roster.Seat{
		Origin: row.origin, StudentCode: who.code, SectionCode: code, SchoolCode: school, SchoolYear: year, BeginsOn: first, EndsOn: last,
	}
	if is == teacher {
		place = roster.SectionTeacher{
			Origin: row.origin, StaffCode: who.code, SectionCode: code, SchoolCode: school, SchoolYear: year, BeginsOn: first, EndsOn: last,
		}
	}
	if row.gone() {
		place = roster.Gone{Row: place}
	}
	return row.put(ctx, place)
}

// section gives the class that a row names, with its school and year where the class
// is in the files: else the code alone says which it is.
func (r *reader) section(row *record) (code string, year int, school string) {
	code = row.required("classSourcedId")
	held, there := r.known.classes[code]
	if !there || held.school == noSchool {
		return code, 0, ""
	}
	return code, int(held.year), r.known.schools[held.school].code
}

// readDemographics reads what is told of students; a row's sourcedId is the user's.
func (r *reader) readDemographics(ctx context.Context) error {
	return r.rows(ctx, demographicsFile, false, func(ctx context.Context, row *record) error {
		who, number, _ := row.lookUp("sourcedId")
		if number != noUser && len(row.issues) == 0 && who.roles&student == 0 {
			return r.sink.PassOver("demographics of another than a student")
		}
		if row.gone() {
			return r.sink.PassOver("demographics to be deleted")
		}
		told := roster.Demographics{Origin: row.origin, StudentCode: who.code, BirthDate: row.date("birthDate"), Sex: row.sex()}
		for _, race := range races {
			if answer := row.answer(race.column); answer != nil && *answer {
				told.RaceEthnicity = append(told.RaceEthnicity, race.name)
			}
		}
		return row.put(ctx, told)
	})
}

// sex gives the word for a sex; one that the specification does not have is the
// source's own.
func (r *record) sex() string {
	text := r.text("sex")
	word, known := sexes[strings.ToLower(text)]
	switch {
	case text == "":
		return ""
	case !known:
		r.forgive("sex", text, "is no word of OneRoster: it was kept as it is", "write male, female, other or unspecified")
		return text
	case len(text) == 1:
		r.forgive("sex", text, "is one letter", "write male, female, other or unspecified")
	}
	return word
}
