package edfi

import (
	"context"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

func studentHandlers() handlers {
	return handlers{"Student": readStudent}
}

// readStudent takes the state's code, sex, race and languages from the Student
// where a district puts them there. The standard itself puts them into
// StudentEducationOrganizationAssociation, which is passed over.
func readStudent(ctx context.Context, f *file, e *element) error {
	r := f.record("Student", e)
	return f.put(ctx, r, roster.Student{
		Origin:             r.origin,
		Code:               r.required("StudentUniqueId"),
		StateCode:          r.stateCode(),
		FirstName:          r.required("Name/FirstName"),
		MiddleName:         r.text("Name/MiddleName"),
		LastName:           r.required("Name/LastSurname"),
		Suffix:             r.text("Name/GenerationCodeSuffix"),
		PreferredFirstName: r.text("Name/PreferredFirstName"),
		PreferredLastName:  r.text("Name/PreferredLastSurname"),
		BirthDate:          r.date("BirthData/BirthDate"),
		Sex:                r.code("Sex"),
		RaceEthnicity:      r.raceEthnicity(),
		Languages:          r.codes("Language/Language"),
	})
}

// stateCode gives the identification code that the state has given.
func (r *record) stateCode() string {
	for _, code := range r.element.all("StudentIdentificationCode") {
		if plain(codeValue(code.first("StudentIdentificationSystem").text)) == "state" {
			return code.first("IdentificationCode").text
		}
	}
	return ""
}

// raceEthnicity gives the races, and the ethnicity that Ed-Fi asks separately.
func (r *record) raceEthnicity() []string {
	races := r.codes("Race")
	if hispanic := r.answer("HispanicLatinoEthnicity"); hispanic != nil && *hispanic {
		races = append(races, "Hispanic or Latino")
	}
	return races
}
