package api_test

import (
	"strconv"

	"github.com/holdfast-edu/holdfast/test/grandbend"
)

// judged is a student's level, and the flags by their rules.
type judged struct {
	level string
	flags map[string]string
}

// expectedRisk judges a student by the files alone: by attendance as it was counted, by
// discipline where there is any, and by age.
func expectedRisk(in *district, student *grandbend.Student) judged {
	j := judged{"ON_TRACK", map[string]string{}}
	if student.Risk == grandbend.AtRisk || student.Risk == grandbend.EarlyWarning {
		j.flags["ABSENCE_SHARE"] = string(student.Risk)
	}
	behavior := in.Expected.Behaviors()[student.UniqueID]
	j.raise("INCIDENTS", behavior.Incidents, 4, 6)
	j.raise("IN_SCHOOL_SUSPENSIONS", behavior.InSchool, 1, never)
	j.raise("EXCLUSIONS", behavior.Exclusions, never, 1)
	j.raise("AGE_FOR_GRADE", yearsOver(in.schoolYear(), student), 1, 2)
	if !student.Measured && len(in.Expected.Discipline.Incidents) == 0 {
		j.level = "NOT_MEASURED"
	}
	domains := map[string]bool{}
	for rule, severity := range j.flags {
		if severity == "AT_RISK" && rule != "AGE_FOR_GRADE" {
			domains[map[bool]string{true: "ATTENDANCE", false: "BEHAVIOR"}[rule == "ABSENCE_SHARE"]] = true
		}
		if severity == "AT_RISK" || j.level != "AT_RISK" {
			j.level = severity
		}
	}
	if len(domains) > 1 {
		j.level = "CRITICAL"
	}
	return j
}

const never = 1 << 30

func (j judged) raise(rule string, figure, warning, atRisk int) {
	switch {
	case figure >= atRisk:
		j.flags[rule] = "AT_RISK"
	case figure >= warning:
		j.flags[rule] = "EARLY_WARNING"
	}
}

// yearsOver is by how many years a student is older on 1 September than the grade
// expects: fourteen in the ninth.
func yearsOver(schoolYear int, student *grandbend.Student) int {
	expected, ordered := map[string]int{
		"PREKINDERGARTEN": 4, "KINDERGARTEN": 5, "FIRST": 6, "SECOND": 7, "THIRD": 8, "FOURTH": 9, "FIFTH": 10, "SIXTH": 11, "SEVENTH": 12, "EIGHTH": 13,
		"NINTH": 14, "TENTH": 15, "ELEVENTH": 16, "TWELFTH": 17,
	}[student.GradeLevel]
	if !ordered || student.BirthDate == "" {
		return 0
	}
	born, _ := strconv.Atoi(student.BirthDate[:4])
	age := schoolYear - 1 - born
	if student.BirthDate[5:] > "09-01" {
		age--
	}
	return age - expected
}
