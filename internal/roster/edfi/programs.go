package edfi

import (
	"context"
	"time"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// What the detail of an economic disadvantage says of a student's meals.
const (
	foodFree    = "Free"
	foodReduced = "Reduced"
)

func programHandlers() handlers {
	return handlers{
		"StudentHomelessProgramAssociation":            readHomeless,
		"StudentLanguageInstructionProgramAssociation": readProgram(roster.CharacteristicEnglishLearner),
		"StudentMigrantEducationProgramAssociation":    readProgram(roster.CharacteristicMigrant),
		"StudentProgramAssociation":                    readOtherProgram,
		"StudentSchoolFoodServiceProgramAssociation":   readFoodService,
		"StudentSection504ProgramAssociation":          readProgram(roster.CharacteristicSection504),
		"StudentSpecialEducationProgramAssociation":    readProgram(roster.CharacteristicSpecialEducation),
	}
}

const (
	programName = "ProgramReference/ProgramIdentity/ProgramName"
	programType = "ProgramReference/ProgramIdentity/ProgramType"
)

// longestDetail is how many characters of a program's name are kept; Ed-Fi
// itself allows as many.
const longestDetail = 60

// readProgram reads a program of which only the name is kept. Disabilities,
// services and plans stay in the source: nothing here needs them.
func readProgram(kind string) func(context.Context, *file, *element) error {
	return func(ctx context.Context, f *file, e *element) error {
		r := f.record("Characteristic", e)
		return f.putCharacteristic(ctx, r, kind, shorten(r.text(programName), longestDetail))
	}
}

// readOtherProgram reads a program that has no element of its own, which counts
// when it helps English learners.
func readOtherProgram(ctx context.Context, f *file, e *element) error {
	name, kind := e.first(programName).text, codeValue(e.first(programType).text)
	if !f.words.languageHelp[plain(name)] && !f.words.languageHelp[plain(kind)] {
		return f.sink.PassOver(e.name)
	}
	return readProgram(roster.CharacteristicEnglishLearner)(ctx, f, e)
}

func readHomeless(ctx context.Context, f *file, e *element) error {
	r := f.record("Characteristic", e)
	residence := or(f.words.residences, r.code("HomelessPrimaryNighttimeResidence"), "")
	return f.putCharacteristic(ctx, r, roster.CharacteristicHomeless, residence)
}

// readFoodService passes over a student whose meals are all at full price: that
// they eat at school says nothing about their family's means.
func readFoodService(ctx context.Context, f *file, e *element) error {
	r := f.record("Characteristic", e)
	services := r.codes("SchoolFoodServiceProgramService/SchoolFoodServiceProgramService")
	detail := ""
	for _, service := range services {
		price := f.words.foodService[plain(service)]
		if detail != foodFree && price != "" {
			detail = price
		}
	}
	if len(services) > 0 && detail == "" {
		return f.sink.PassOver(e.name)
	}
	return f.putCharacteristic(ctx, r, roster.CharacteristicEconomicDisadvantage, detail)
}

func (f *file) putCharacteristic(ctx context.Context, r *record, kind, detail string) error {
	return f.put(ctx, r, roster.Characteristic{
		Origin:      r.origin,
		StudentCode: r.required("StudentReference/StudentIdentity/StudentUniqueId"),
		Kind:        kind,
		BeginsOn:    r.requiredDate("BeginDate"),
		EndsOn:      r.programEnd(),
		Detail:      detail,
	})
}

// programEnd gives the day on which a student left a program. Special education
// has a date of its own for that, often the only one that is filled in.
func (r *record) programEnd() time.Time {
	if r.text("EndDate") != "" {
		return r.date("EndDate")
	}
	return r.date("SpecialEducationExitDate")
}
