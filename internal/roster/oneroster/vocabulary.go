package oneroster

import (
	"slices"
	"strings"
	"unicode"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// role is what a user is, one bit each: a user may be several.
type role uint16

const (
	student role = 1 << iota
	parent
	guardian
	relative
	teacher
	aide
	counselor
	principal
	proctor
	administrator
	siteAdministrator
	districtAdministrator
	systemAdministrator

	agents = parent | guardian | relative
	staff  = teacher | aide | counselor | principal | proctor | administrator | siteAdministrator | districtAdministrator | systemAdministrator
)

// roles are the specification's words, those of 1.1 and of 1.2.
var roles = map[string]role{
	"student": student, "parent": parent, "guardian": guardian, "relative": relative, "teacher": teacher, "aide": aide,
	"counselor": counselor, "principal": principal, "proctor": proctor, "administrator": administrator,
	"siteadministrator": siteAdministrator, "districtadministrator": districtAdministrator, "systemadministrator": systemAdministrator,
}

// posts are what the load proposes roles from.
var posts = map[role]string{
	teacher: "Teacher", aide: "Aide", counselor: "Counselor", principal: "Principal", proctor: "Proctor",
	administrator: "School Administrator", siteAdministrator: "School Administrator",
	districtAdministrator: "District Administrator", systemAdministrator: "LEA System Administrator",
}

// relation gives what an agent is to a student: OneRoster says no more than these.
func relation(r role) string {
	switch {
	case r&parent != 0:
		return roster.RelationParent
	case r&guardian != 0:
		return roster.RelationGuardian
	case r&relative != 0:
		return roster.RelationRelative
	}
	return roster.RelationOther
}

// sessionTypes are the specification's words.
var sessionTypes = map[string]string{
	"schoolyear": roster.TermYear, "semester": roster.TermSemester, "term": roster.TermTerm, "gradingperiod": roster.TermGradingPeriod,
}

// gradeLevels are the codes of CEDS (Entry Grade Level), and numbers without the zero.
var gradeLevels = map[string]string{
	"it": roster.GradeOther, "pr": roster.GradePrekindergarten, "pk": roster.GradePrekindergarten, "tk": roster.GradeKindergarten,
	"kg": roster.GradeKindergarten, "k": roster.GradeKindergarten, "0": roster.GradeKindergarten, "00": roster.GradeKindergarten,
	"1": roster.GradeFirst, "01": roster.GradeFirst, "2": roster.GradeSecond, "02": roster.GradeSecond,
	"3": roster.GradeThird, "03": roster.GradeThird, "4": roster.GradeFourth, "04": roster.GradeFourth,
	"5": roster.GradeFifth, "05": roster.GradeFifth, "6": roster.GradeSixth, "06": roster.GradeSixth,
	"7": roster.GradeSeventh, "07": roster.GradeSeventh, "8": roster.GradeEighth, "08": roster.GradeEighth,
	"9": roster.GradeNinth, "09": roster.GradeNinth, "10": roster.GradeTenth, "11": roster.GradeEleventh, "12": roster.GradeTwelfth,
	"13": roster.GradeOther, "ps": roster.GradeOther, "ug": roster.GradeUngraded, "ae": roster.GradeAdult, "other": roster.GradeOther,
}

// codesOfGrades writes grade levels; it is gradeLevels the other way round.
var codesOfGrades = map[string]string{
	roster.GradePrekindergarten: "PK", roster.GradeKindergarten: "KG", roster.GradeFirst: "01", roster.GradeSecond: "02", roster.GradeThird: "03",
	roster.GradeFourth: "04", roster.GradeFifth: "05", roster.GradeSixth: "06", roster.GradeSeventh: "07", roster.GradeEighth: "08",
	roster.GradeNinth: "09", roster.GradeTenth: "10", roster.GradeEleventh: "11", roster.GradeTwelfth: "12", roster.GradeUngraded: "UG",
	roster.GradeAdult: "AE", roster.GradeOther: "Other",
}

// byWord turns what words stand for, each with its words, the other way round.
func byWord(words map[string]string) map[string]string {
	turned := map[string]string{}
	for means, all := range words {
		for word := range strings.FieldsSeq(all) {
			turned[word] = means
		}
	}
	return turned
}

// coreSubjects are words for subjects, plain.
var coreSubjects = byWord(map[string]string{
	roster.CoreEnglish:       "english ela englishlanguagearts languagearts englishlanguageandliterature reading writing literature",
	roster.CoreMathematics:   "mathematics math maths algebra geometry calculus statistics",
	roster.CoreScience:       "science sciences lifeandphysicalsciences biology chemistry physics earthscience physicalscience lifescience",
	roster.CoreSocialStudies: "socialstudies socialsciences socialscience socialsciencesandhistory history civics government economics geography",
})

// coreAreas are the subject areas of SCED, the first two digits of its codes: those of
// secondary courses, and those of the grades before.
var coreAreas = map[string]string{
	"01": roster.CoreEnglish, "02": roster.CoreMathematics, "03": roster.CoreScience, "04": roster.CoreSocialStudies,
	"51": roster.CoreEnglish, "52": roster.CoreMathematics, "53": roster.CoreScience, "54": roster.CoreSocialStudies,
}

// subjectsOfCores writes core subjects: a word and SCED's area.
var subjectsOfCores = map[string][2]string{
	roster.CoreEnglish: {"English Language and Literature", "01"}, roster.CoreMathematics: {"Mathematics", "02"},
	roster.CoreScience: {"Life and Physical Sciences", "03"}, roster.CoreSocialStudies: {"Social Sciences and History", "04"},
}

// coreSubject gives the core subject that codes and words agree on. Codes of SCED
// count before words, which every district has its own of.
func coreSubject(codes, words []string) string {
	const area, course = 2, 5 // the lengths of an area's and a course's code
	var cores []string
	for _, code := range codes {
		if core := coreAreas[code[:min(len(code), area)]]; core != "" && (len(code) == area || len(code) >= course) && isDigits(code[:area]) {
			cores = append(cores, core)
		}
	}
	if len(cores) == 0 {
		for _, word := range words {
			if core := coreSubjects[plain(word)]; core != "" {
				cores = append(cores, core)
			}
		}
	}
	slices.Sort(cores)
	if cores = slices.Compact(cores); len(cores) != 1 {
		return ""
	}
	return cores[0]
}

// sexes are the specification's words, and the letters that are put up with, with
// Ed-Fi's words for them.
var sexes = map[string]string{
	"male": "Male", "female": "Female", "m": "Male", "f": "Female", "other": "Other", "unspecified": "Not Selected",
}

// races are the federal seven: the column, and what Ed-Fi calls it.
var races = []struct{ column, name string }{
	{"americanIndianOrAlaskaNative", "American Indian - Alaska Native"},
	{"asian", "Asian"},
	{"blackOrAfricanAmerican", "Black - African American"},
	{"nativeHawaiianOrOtherPacificIslander", "Native Hawaiian - Pacific Islander"},
	{"white", "White"},
	{"demographicRaceTwoOrMoreRaces", "Two or More Races"},
	{"hispanicOrLatinoEthnicity", "Hispanic or Latino"},
}

// marks are the plain titles of categories and lineItems whose results are marks of a
// grading period or a course, without numbers. Whatever is called otherwise, such as
// Final Exam, is an assignment.
var marks = byWord(map[string]string{
	roster.GradeFinal:    "finalgrade finalgrades coursegrade finalcoursegrade yeargrade overallgrade",
	roster.GradeSemester: "semestergrade semestergrades semester semesterfinalgrade",
	roster.GradeGradingPeriod: "gradingperiodgrade gradingperiodgrades gradingperiod quartergrade quartergrades quarter trimestergrade trimester termgrade " +
		"term markingperiod markingperiodgrade reportcard reportcardgrade sixweeks sixweeksgrade nineweeks nineweeksgrade",
	roster.GradeProgress: "progress progressgrade progressreport progressreportgrade interimgrade",
})

// numerals are words that only count.
var numerals = map[string]bool{
	"1st": true, "2nd": true, "3rd": true, "4th": true, "5th": true, "6th": true,
	"first": true, "second": true, "third": true, "fourth": true, "fifth": true, "sixth": true, "i": true, "ii": true, "iii": true, "iv": true,
}

// shorthand are letters that stand for a period before its number: Q1.
var shorthand = map[string]string{"q": "quarter", "s": "semester", "t": "term", "mp": "markingperiod", "gp": "gradingperiod", "sem": "semester", "qtr": "quarter"}

// mark gives the kind of Grade that a title is of, empty for an assignment.
func mark(title string) string {
	var words strings.Builder
	for word := range strings.FieldsFuncSeq(strings.ToLower(title), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }) {
		letters := strings.TrimRight(word, "0123456789")
		switch {
		case numerals[word], letters == "":
		case shorthand[letters] != "" && (letters != word || len(letters) > 1):
			words.WriteString(shorthand[letters])
		default:
			words.WriteString(letters)
		}
	}
	return marks[words.String()]
}

// plain gives the small letters and digits of a text and nothing else.
func plain(text string) string {
	return strings.Map(func(character rune) rune {
		if !unicode.IsLetter(character) && !unicode.IsDigit(character) {
			return -1
		}
		return unicode.ToLower(character)
	}, text)
}

func isDigits(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }

// stateTypes are the types of a userId that is the state's own, plain.
var stateTypes = []string{"state", "stateid", "statestudentid", "stateuniqueid", "stateassigned", "ssid"}

// stateID finds the state's identifier in userIds: {State:1234567890},{LDAP:…}.
func stateID(userIDs string) string {
	for part := range strings.SplitSeq(userIDs, "}") {
		kind, id, two := strings.Cut(strings.TrimLeft(part, "{, "), ":")
		if two && slices.Contains(stateTypes, plain(kind)) {
			return strings.TrimSpace(id)
		}
	}
	return ""
}

// states are the two letters of the states, by plain name.
var states = map[string]string{
	"alabama": "AL", "alaska": "AK", "arizona": "AZ", "arkansas": "AR", "california": "CA", "colorado": "CO", "connecticut": "CT", "delaware": "DE",
	"districtofcolumbia": "DC", "florida": "FL", "georgia": "GA", "hawaii": "HI", "idaho": "ID", "illinois": "IL", "indiana": "IN", "iowa": "IA",
	"kansas": "KS", "kentucky": "KY", "louisiana": "LA", "maine": "ME", "maryland": "MD", "massachusetts": "MA", "michigan": "MI", "minnesota": "MN",
	"mississippi": "MS", "missouri": "MO", "montana": "MT", "nebraska": "NE", "nevada": "NV", "newhampshire": "NH", "newjersey": "NJ",
	"newmexico": "NM", "newyork": "NY", "northcarolina": "NC", "northdakota": "ND", "ohio": "OH", "oklahoma": "OK", "oregon": "OR",
	"pennsylvania": "PA", "rhodeisland": "RI", "southcarolina": "SC", "southdakota": "SD", "tennessee": "TN", "texas": "TX", "utah": "UT",
	"vermont": "VT", "virginia": "VA", "washington": "WA", "westvirginia": "WV", "wisconsin": "WI", "wyoming": "WY", "puertorico": "PR", "guam": "GU",
	"americansamoa": "AS", "virginislands": "VI",
}
