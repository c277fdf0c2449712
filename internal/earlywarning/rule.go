package earlywarning

import (
	"cmp"
	"math/bits"

	"github.com/holdfast-edu/holdfast/internal/policy"
)

// Severity is how grave a flag is.
type Severity string

// The severities; the empty one is no flag.
const (
	Warning Severity = "EARLY_WARNING"
	AtRisk  Severity = "AT_RISK"
)

// Domain is what a rule looks at.
type Domain string

// The domains.
const (
	Attendance        Domain = "ATTENDANCE"
	Behavior          Domain = "BEHAVIOR"
	CoursePerformance Domain = "COURSE_PERFORMANCE"
	Overage           Domain = "OVERAGE"
	Truancy           Domain = "TRUANCY"
	NotResponding     Domain = "NOT_RESPONDING"
	Tardiness         Domain = "TARDY"
	Assessments       Domain = "ASSESSMENT"
)

// Domains lists the domains in the order in which they are shown.
func Domains() []Domain {
	return []Domain{Attendance, Behavior, CoursePerformance, Overage, Truancy, NotResponding, Tardiness, Assessments}
}

// basisPoints is how many of them make a whole, and how many ten-thousandths.
const basisPoints = 10_000

// Figure is a student's figure for a rule: a part of a whole, both in ten-thousandths.
// A count is so many of one. One that is not measured gives no verdict.
type Figure struct {
	Part, Whole int64
	Measured    bool
}

// count is the figure of a rule that counts.
func count(n int, measured bool) Figure {
	return Figure{Part: int64(n) * basisPoints, Whole: basisPoints, Measured: measured}
}

// rule is a rule: what it looks at, and the student's figure for it. Its lines are the
// policy's.
type rule struct {
	name   string
	domain Domain
	figure func(Indicators) Figure
	// evidence is the rows behind the figure.
	evidence func(y *Year, r *Record, from Day) []Evidence
}

// asOf is the last day that a rule looks at: as far as what it looks at is known, and
// where nothing of it is, as far as attendance is.
func (r rule) asOf(i Indicators) Day {
	known := Day(0)
	switch r.domain {
	case Behavior:
		known = i.Behavior.AsOf
	case CoursePerformance, Assessments:
		known = i.Academics.AsOf
	case Attendance, Truancy, Tardiness, NotResponding, Overage:
	}
	if known > 0 {
		return known
	}
	return i.AsOf
}

// rules is every rule there is.
var rules = []rule{
	{policy.AbsenceShare, Attendance, absenceShare, absences},
	{policy.Incidents, Behavior, func(i Indicators) Figure { return count(i.Behavior.Incidents, i.Behavior.Known) }, incidents},
	{policy.InSchool, Behavior, func(i Indicators) Figure { return count(i.Behavior.InSchool, i.Behavior.Known) }, inSchool},
	{policy.Exclusions, Behavior, func(i Indicators) Figure { return count(i.Behavior.Exclusions, i.Behavior.Known) }, exclusions},
	{policy.CoreDs, CoursePerformance, func(i Indicators) Figure { return count(i.Academics.CoreDs, i.Academics.CoreCourses > 0) }, coreDs},
	{policy.CoreFs, CoursePerformance, func(i Indicators) Figure { return count(i.Academics.CoreFs, i.Academics.CoreCourses > 0) }, coreFs},
	{policy.GradePoints, CoursePerformance, gradePointAverage, gradePoints},
	{policy.CreditsBehind, CoursePerformance, creditsBehind, credits},
	{policy.AgeForGrade, Overage, func(i Indicators) Figure { return count(max(i.Age.Years, 0), i.Age.Known) }, age},
	{policy.TruantDays, Truancy, func(i Indicators) Figure { return count(i.Attendance.Truant, i.Attended) }, truantDays},
	{policy.TruantShare, Truancy, truantShare, truancies},
	{policy.NoImprovement, NotResponding, weeksWithoutImprovement, stalledSupport},
	{policy.Tardies, Tardiness, func(i Indicators) Figure { return count(i.Attendance.Tardies, i.Attended) }, tardies},
	{policy.AssessmentsBelow, Assessments, func(i Indicators) Figure { return count(i.Academics.Below, i.Academics.Assessed > 0) }, assessmentsBelow},
}

// Rule is a rule by name, with what it looks at.
type Rule struct {
	Name   string
	Domain Domain
}

// Rules lists the rules in the order in which they are shown.
func Rules() []Rule {
	list := make([]Rule, len(rules))
	for i, rule := range rules {
		list[i] = Rule{rule.name, rule.domain}
	}
	return list
}

// absenceShare is days absent of days enrolled. Source of the at-risk tenth: the
// federal definition of chronic absenteeism; the warning's twentieth is Holdfast's own
// default.
func absenceShare(i Indicators) Figure {
	return Figure{Part: i.Attendance.Absent, Whole: int64(i.Attendance.Enrolled) * WholeDay, Measured: i.Attendance.Measured}
}

// truantShare is days absent without excuse of days enrolled (California Education
// Code 48263.6).
func truantShare(i Indicators) Figure {
	return Figure{Part: i.Attendance.Unexcused, Whole: int64(i.Attendance.Enrolled) * WholeDay, Measured: i.Attendance.Measured}
}

// gradePointAverage is grade points of courses; the graver the lower.
func gradePointAverage(i Indicators) Figure {
	return Figure{Part: i.Academics.GradePoints, Whole: int64(i.Academics.Courses) * basisPoints, Measured: i.Academics.Courses > 0}
}

// creditsBehind is credits that are missing, in years of credits: a fourth of what
// graduation needs.
func creditsBehind(i Indicators) Figure {
	return Figure{Part: yearsOfHighSchool * i.Academics.Behind(), Whole: i.Academics.Required, Measured: i.Academics.Expected > 0}
}

const daysOfWeek = 7

// weeksWithoutImprovement is for how long a support has run without. Having none is
// no lack of knowledge: nobody fails to respond to nothing.
func weeksWithoutImprovement(i Indicators) Figure {
	return Figure{Part: int64(i.Stalled.Days) * basisPoints, Whole: daysOfWeek * basisPoints, Measured: true}
}

// verdict holds a figure against the rule's lines, by integers: part ÷ whole ≥ line,
// or ≤ for the rules whose figure is the graver the lower. It gives the line that was
// reached.
func verdict(name string, lines policy.Rule, f Figure) (grave Severity, line int64) {
	if !f.Measured || f.Whole <= 0 {
		return "", 0
	}
	switch {
	case reached(name, lines.AtRisk, f):
		return AtRisk, *lines.AtRisk
	case reached(name, lines.Warning, f):
		return Warning, *lines.Warning
	}
	return "", 0
}

func reached(name string, line *int64, f Figure) bool {
	if line == nil {
		return false
	}
	order := compare(basisPoints, f.Part, *line, f.Whole)
	if policy.AtMost(name) {
		return order <= 0
	}
	return order >= 0
}

// worse tells whether a figure is graver than another of the same rule.
func worse(name string, is, was Figure) bool {
	order := compare(is.Part, was.Whole, was.Part, is.Whole)
	if policy.AtMost(name) {
		return order < 0
	}
	return order > 0
}

// compare holds one product against another, of figures that are never under zero: a
// figure or a line may be as large as the tables take it, and its product larger.
func compare(a, b, c, d int64) int {
	high, low := bits.Mul64(uint64(a), uint64(b))           //nolint:gosec // never under zero
	otherHigh, otherLow := bits.Mul64(uint64(c), uint64(d)) //nolint:gosec // never under zero
	return cmp.Or(cmp.Compare(high, otherHigh), cmp.Compare(low, otherLow))
}
