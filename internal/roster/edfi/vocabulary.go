package edfi

import (
	"strings"
	"unicode"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// vocabulary says what descriptors' code values stand for. Its keys are plain
// words: see the function plain.
type vocabulary struct {
	grades        map[string]string
	levels        map[string]string
	calendarKinds map[string]string
	instructional map[string]bool // calendar events on which students are taught
	relations     map[string]string
	residences    map[string]string
	languageHelp  map[string]bool // program types and names for English learners
	foodService   map[string]string

	terms, subjects, cores, gradeKinds, results, methods map[string]string
	participations, cohorts, diagnoses, intensities      map[string]string

	below    map[string]bool // performance levels below grade level
	attended map[string]bool // categories of attendance
}

func newVocabulary() vocabulary {
	return vocabulary{
		grades: grades(),
		levels: map[string]string{
			"primaryschool":      roster.LevelElementary,
			"elementaryschool":   roster.LevelElementary,
			"intermediateschool": roster.LevelMiddle,
			"middleschool":       roster.LevelMiddle,
			"juniorhighschool":   roster.LevelMiddle,
			"highschool":         roster.LevelHigh,
			"secondaryschool":    roster.LevelHigh,
		},
		calendarKinds: map[string]string{
			"school":          roster.CalendarSchool,
			"studentspecific": roster.CalendarStudentSpecific,
		},
		instructional: map[string]bool{"instructionalday": true, "makeupday": true},
		relations:     relations(),
		residences: map[string]string{
			"doubledup":    roster.ResidenceDoubledUp,
			"hotelsmotels": roster.ResidenceHotelMotel,
			"shelters":     roster.ResidenceShelter,
			"unsheltered":  roster.ResidenceUnsheltered,
		},
		languageHelp: map[string]bool{
			"bilingual":                   true,
			"bilingualsummer":             true,
			"englishasasecondlanguage":    true,
			"englishasasecondlanguageesl": true,
		},
		foodService: map[string]string{
			"freebreakfast": foodFree, "freelunch": foodFree, "freemilk": foodFree,
			"freesnack": foodFree, "freesupper": foodFree,
			"reducedpricebreakfast": foodReduced, "reducedpricelunch": foodReduced,
			"reducedpricesnack": foodReduced, "reducedpricesupper": foodReduced,
		},
		terms: terms(), subjects: subjects(), cores: cores(), gradeKinds: gradeKinds(), results: results(), methods: methods(),
		participations: participations(), cohorts: cohortDomains(), diagnoses: diagnoses(), intensities: intensities(),
		below: below(), attended: attended(),
	}
}

// grades knows Ed-Fi's own code values and the numbers that many states use.
func grades() map[string]string {
	words := map[string]string{
		"infanttoddler":            roster.GradeOther,
		"earlyeducation":           roster.GradePrekindergarten,
		"preschool":                roster.GradePrekindergarten,
		"prekindergarten":          roster.GradePrekindergarten,
		"preschoolprekindergarten": roster.GradePrekindergarten,
		"pk":                       roster.GradePrekindergarten,
		"transitionalkindergarten": roster.GradeKindergarten,
		"kindergarten":             roster.GradeKindergarten,
		"kg":                       roster.GradeKindergarten,
		"k":                        roster.GradeKindergarten,
		"grade13":                  roster.GradeOther,
		"postsecondary":            roster.GradeOther,
		"ungraded":                 roster.GradeUngraded,
		"nogradelevel":             roster.GradeUngraded,
		"adulteducation":           roster.GradeAdult,
		"outofschool":              roster.GradeOther,
		"other":                    roster.GradeOther,
	}
	numbered := map[string][]string{
		roster.GradeFirst:    {"firstgrade", "1", "01"},
		roster.GradeSecond:   {"secondgrade", "2", "02"},
		roster.GradeThird:    {"thirdgrade", "3", "03"},
		roster.GradeFourth:   {"fourthgrade", "4", "04"},
		roster.GradeFifth:    {"fifthgrade", "5", "05"},
		roster.GradeSixth:    {"sixthgrade", "6", "06"},
		roster.GradeSeventh:  {"seventhgrade", "7", "07"},
		roster.GradeEighth:   {"eighthgrade", "8", "08"},
		roster.GradeNinth:    {"ninthgrade", "9", "09"},
		roster.GradeTenth:    {"tenthgrade", "10"},
		roster.GradeEleventh: {"eleventhgrade", "11"},
		roster.GradeTwelfth:  {"twelfthgrade", "12"},
	}
	for grade, spellings := range numbered {
		for _, spelling := range spellings {
			words[spelling] = grade
		}
	}
	return words
}

// relations knows the code values of RelationDescriptor that say more than
// OTHER does.
func relations() map[string]string {
	return map[string]string{
		"mother":                 roster.RelationMother,
		"father":                 roster.RelationFather,
		"parent":                 roster.RelationParent,
		"motherstep":             roster.RelationStepparent,
		"fatherstep":             roster.RelationStepparent,
		"parentstep":             roster.RelationStepparent,
		"stepmother":             roster.RelationStepparent,
		"stepfather":             roster.RelationStepparent,
		"stepparent":             roster.RelationStepparent,
		"fosterparent":           roster.RelationFosterParent,
		"guardian":               roster.RelationGuardian,
		"legalguardian":          roster.RelationGuardian,
		"courtappointedguardian": roster.RelationGuardian,
		"grandmother":            roster.RelationGrandparent,
		"grandfather":            roster.RelationGrandparent,
		"grandparent":            roster.RelationGrandparent,
		"greatgrandparent":       roster.RelationGrandparent,
		"brother":                roster.RelationSibling,
		"sister":                 roster.RelationSibling,
		"sibling":                roster.RelationSibling,
		"aunt":                   roster.RelationAuntUncle,
		"uncle":                  roster.RelationAuntUncle,
		"greataunt":              roster.RelationAuntUncle,
		"greatuncle":             roster.RelationAuntUncle,
		"cousin":                 roster.RelationRelative,
		"relative":               roster.RelationRelative,
		"brotherinlaw":           roster.RelationRelative,
		"sisterinlaw":            roster.RelationRelative,
		"nephew":                 roster.RelationRelative,
		"niece":                  roster.RelationRelative,
	}
}

// plain gives the small letters and digits of a code value and nothing else, so
// that "Make-up day" and "Make-Up Day" are the same word.
func plain(code string) string {
	return strings.Map(func(character rune) rune {
		if !unicode.IsLetter(character) && !unicode.IsDigit(character) {
			return -1
		}
		return unicode.ToLower(character)
	}, code)
}

// or gives what a code value stands for, or the given word when it is unknown.
func or(words map[string]string, code, otherwise string) string {
	if word, known := words[plain(code)]; known {
		return word
	}
	return otherwise
}
