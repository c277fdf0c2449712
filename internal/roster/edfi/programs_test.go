package edfi_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// TestPrograms says which program makes which characteristic, if any.
func TestPrograms(t *testing.T) {
	t.Parallel()
	meal := func(service string) string {
		return `<SchoolFoodServiceProgramService><SchoolFoodServiceProgramService>x#` + service +
			`</SchoolFoodServiceProgramService></SchoolFoodServiceProgramService>`
	}
	program := func(name, kind string) string {
		return `<ProgramReference><ProgramIdentity><ProgramName>` + name + `</ProgramName><ProgramType>x#` + kind +
			`</ProgramType></ProgramIdentity></ProgramReference>`
	}
	residence := func(code string) string {
		return program("Homeless", "Homeless") +
			`<HomelessPrimaryNighttimeResidence>x#` + code + `</HomelessPrimaryNighttimeResidence>`
	}
	tests := []struct{ element, fields, kind, detail string }{
		{"StudentHomelessProgramAssociation", program("Homeless", "Homeless"), "HOMELESS", ""},
		{"StudentHomelessProgramAssociation", residence("Doubled-up"), "HOMELESS", "DOUBLED_UP"},
		{"StudentHomelessProgramAssociation", residence("Hotels/motels"), "HOMELESS", "HOTEL_MOTEL"},
		{"StudentHomelessProgramAssociation", residence("Shelters"), "HOMELESS", "SHELTER"},
		{"StudentHomelessProgramAssociation", residence("Unsheltered"), "HOMELESS", "UNSHELTERED"},
		{"StudentHomelessProgramAssociation", residence("Elsewhere"), "HOMELESS", ""},
		{
			"StudentSpecialEducationProgramAssociation",
			program("Special Education", "Special Education"),
			"SPECIAL_EDUCATION", "Special Education",
		},
		{"StudentMigrantEducationProgramAssociation", program("Migrant Education", "x"), "MIGRANT", "Migrant Education"},
		{
			"StudentSection504ProgramAssociation",
			program("504", "x") + `<Section504Disability>x#Dyslexia</Section504Disability>`,
			"SECTION_504", "504",
		},
		{"StudentLanguageInstructionProgramAssociation", program("ESL", "x"), "ENGLISH_LEARNER", "ESL"},
		{"StudentProgramAssociation", program("Dos Lenguas", "Bilingual"), "ENGLISH_LEARNER", "Dos Lenguas"},
		{
			"StudentProgramAssociation",
			program("English as a Second Language (ESL)", "Other"),
			"ENGLISH_LEARNER", "English as a Second Language (ESL)",
		},
		{"StudentProgramAssociation", program("Gifted and Talented", "Gifted and Talented"), "", ""},
		{"StudentCTEProgramAssociation", program("Career and Technical Education", "x"), "", ""},
		{"StudentSchoolFoodServiceProgramAssociation", "", "ECONOMIC_DISADVANTAGE", ""},
		{"StudentSchoolFoodServiceProgramAssociation", meal("Reduced Price Lunch"), "ECONOMIC_DISADVANTAGE", "Reduced"},
		{
			"StudentSchoolFoodServiceProgramAssociation",
			meal("Free Breakfast") + meal("Reduced Price Lunch"),
			"ECONOMIC_DISADVANTAGE", "Free",
		},
		{"StudentSchoolFoodServiceProgramAssociation", meal("Full Price Lunch"), "", ""},
	}
	for _, test := range tests {
		t.Run(test.element+" "+test.kind+" "+test.detail, func(t *testing.T) {
			t.Parallel()
			sink := readElements(t, "StudentProgram", "<"+test.element+">"+ofStudent+test.fields+
				"<BeginDate>2021-08-30</BeginDate><EndDate>2021-12-17</EndDate></"+test.element+">")
			var want []any
			if test.kind != "" {
				want = []any{roster.Characteristic{
					Origin: at("input.xml", 2), StudentCode: "1", Kind: test.kind, Detail: test.detail,
					BeginsOn: day(2021, 8, 30), EndsOn: day(2021, 12, 17),
				}}
			}
			if difference := cmp.Diff(want, sink.rows); difference != "" {
				t.Error("rows, - expected, + read:\n" + difference)
			}
			if passedOver := sink.passedOver[test.element] == 1; passedOver != (test.kind == "") {
				t.Errorf("passed over: %v", sink.passedOver)
			}
		})
	}
}

// TestSpecialEducationEnd says when a student has left special education.
func TestSpecialEducationEnd(t *testing.T) {
	t.Parallel()
	sink := readElements(t, "StudentProgram", `<StudentSpecialEducationProgramAssociation>`+ofStudent+
		`<BeginDate>2021-08-30</BeginDate><SpecialEducationExitDate>2021-10-01</SpecialEducationExitDate>`+
		`</StudentSpecialEducationProgramAssociation>`)
	if got := only[roster.Characteristic](t, sink).EndsOn; !got.Equal(day(2021, 10, 1)) {
		t.Errorf("ends on %v", got)
	}
}
