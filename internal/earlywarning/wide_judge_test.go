package earlywarning_test

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// measure is a student's figure for a rule, in ten-thousandths.
type measure struct {
	part, whole int64
	known       bool
	asOf        time.Time
}

// ruleDomains says what each rule looks at, in the order of the rules.
var ruleDomains = []struct{ rule, domain string }{
	{"ABSENCE_SHARE", "ATTENDANCE"},
	{"INCIDENTS", "BEHAVIOR"},
	{"IN_SCHOOL_SUSPENSIONS", "BEHAVIOR"},
	{"EXCLUSIONS", "BEHAVIOR"},
	{"CORE_DS", "COURSE_PERFORMANCE"},
	{"CORE_FS", "COURSE_PERFORMANCE"},
	{"GRADE_POINT_AVERAGE", "COURSE_PERFORMANCE"},
	{"CREDITS_BEHIND", "COURSE_PERFORMANCE"},
	{"AGE_FOR_GRADE", "OVERAGE"},
	{"TRUANT_DAYS", "TRUANCY"},
	{"TRUANT_SHARE", "TRUANCY"},
	{"NO_IMPROVEMENT", "NOT_RESPONDING"},
	{"TARDIES", "TARDY"},
	{"ASSESSMENTS_BELOW_LEVEL", "ASSESSMENT"},
}

const unit = 10_000

func counted(n int64, known bool) measure { return measure{n * unit, unit, known, time.Time{}} }

// measureOf is the student's figure for a rule, as of the last day it looks at.
func (w *wide) measureOf(rule string, s studentYear) measure {
	window := w.lawOf(s.year).rules[rule].Window
	asOf, attended := w.attendedAsOf(s)
	var found measure
	switch rule {
	case "INCIDENTS", "IN_SCHOOL_SUSPENSIONS", "EXCLUSIONS":
		if known := w.behave(s, time.Time{}).asOf; !known.IsZero() {
			asOf = known
		}
		found = w.behaviorMeasure(rule, w.behave(s, w.windowStart(s, window, asOf)))
	case "CORE_DS", "CORE_FS", "GRADE_POINT_AVERAGE", "CREDITS_BEHIND", "ASSESSMENTS_BELOW_LEVEL":
		if known := w.study(s, time.Time{}).asOf; !known.IsZero() {
			asOf = known
		}
		found = academicMeasure(rule, w.study(s, w.windowStart(s, window, asOf)))
	case "AGE_FOR_GRADE":
		found = counted(w.yearsOver(s))
	case "NO_IMPROVEMENT":
		found = measure{w.stalledDays(s, asOf) * unit, 7 * unit, true, asOf}
	default:
		g := group{s.student, uuid.Nil, s.year}
		f := w.attend(g, w.windowStart(s, window, asOf), time.Time{})
		long := f.Enrolled > 0 && len(w.schoolDays(g)) >= w.lawOf(s.year).minimum
		found = map[string]measure{
			"ABSENCE_SHARE": {f.Absent, int64(f.Enrolled) * unit, long, asOf}, "TRUANT_SHARE": {f.Unexcused, int64(f.Enrolled) * unit, long, asOf},
			"TRUANT_DAYS": counted(int64(f.Truant), attended), "TARDIES": counted(int64(f.Tardies), attended),
		}[rule]
	}
	found.asOf = asOf
	return found
}

func (w *wide) behaviorMeasure(rule string, b behaved) measure {
	return counted(int64(map[string]int{"INCIDENTS": b.incidents, "IN_SCHOOL_SUSPENSIONS": b.inSchool, "EXCLUSIONS": b.exclusions}[rule]), b.known)
}

func academicMeasure(rule string, a studied) measure {
	switch rule {
	case "CORE_DS":
		return counted(int64(a.ds), a.core > 0)
	case "CORE_FS":
		return counted(int64(a.fs), a.core > 0)
	case "GRADE_POINT_AVERAGE":
		return measure{part: a.points, whole: int64(a.courses) * unit, known: a.courses > 0}
	case "CREDITS_BEHIND": // in years of credits, a fourth of the requirement each
		return measure{part: 4 * max(a.expected-a.earned, 0), whole: a.required, known: a.expected > 0}
	}
	return counted(int64(a.below), a.assessed > 0)
}

// grave holds a figure against a line; the average is the graver the lower.
func (m measure) reaches(rule string, line *int64) bool {
	if line == nil || !m.known || m.whole == 0 {
		return false
	}
	if rule == "GRADE_POINT_AVERAGE" {
		return m.part*unit <= *line*m.whole
	}
	return m.part*unit >= *line*m.whole
}

// verdict gives the severity of a figure and the line it reached; empty: none.
func (l ruleLines) verdict(rule string, m measure) (string, int64) {
	switch {
	case m.reaches(rule, l.AtRisk):
		return "AT_RISK", *l.AtRisk
	case m.reaches(rule, l.Warning):
		return "EARLY_WARNING", *l.Warning
	}
	return "", 0
}

// judgement is what all rules say of a student in a year.
type judgement struct {
	level       string
	notMeasured []string
	grave       map[string]string // domain: its gravest severity
}

func (w *wide) judgeAll(s studentYear) judgement {
	law := w.lawOf(s.year)
	j := judgement{level: "ON_TRACK", grave: map[string]string{}}
	known, ruled := map[string]bool{}, []string{}
	for _, r := range ruleDomains {
		if law.rules[r.rule].Off {
			continue
		}
		m := w.measureOf(r.rule, s)
		known[r.domain] = known[r.domain] || m.known
		if !slices.Contains(ruled, r.domain) {
			ruled = append(ruled, r.domain)
		}
		if grave, _ := law.rules[r.rule].verdict(r.rule, m); grave == "AT_RISK" || grave != "" && j.grave[r.domain] == "" {
			j.grave[r.domain] = grave
		}
	}
	for _, domain := range ruled {
		if !known[domain] {
			j.notMeasured = append(j.notMeasured, domain)
		}
	}
	if !known["ATTENDANCE"] && !known["BEHAVIOR"] && !known["COURSE_PERFORMANCE"] {
		j.level = "NOT_MEASURED"
	}
	j.level = j.worst()
	return j
}

// worst draws the level: critical when at risk in two domains, overage apart.
func (j judgement) worst() string {
	level, domains := j.level, 0
	for domain, grave := range j.grave {
		if grave == "AT_RISK" {
			level = "AT_RISK"
			if domain != "OVERAGE" {
				domains++
			}
		} else if level != "AT_RISK" {
			level = "EARLY_WARNING"
		}
	}
	if domains >= 2 {
		return "CRITICAL"
	}
	return level
}

// studentsOf are the students of a year.
func (w *wide) studentsOf(year int) []studentYear {
	var found []studentYear
	for _, student := range w.students {
		if s := (studentYear{student, year}); w.home(s) != nil {
			found = append(found, s)
		}
	}
	return found
}
