package earlywarning

import (
	"fmt"
	"strconv"
	"strings"
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

// The domains from which a level is drawn.
const (
	Attendance        Domain = "ATTENDANCE"
	Behavior          Domain = "BEHAVIOR"
	CoursePerformance Domain = "COURSE_PERFORMANCE"
	Overage           Domain = "OVERAGE"
)

// Domains lists the domains in the order in which they are shown.
func Domains() []Domain { return []Domain{Attendance, Behavior, CoursePerformance, Overage} }

// AbsenceShare is the rule of the attendance domain: the share of enrolled days
// absent. Source of the at-risk tenth: the federal definition of chronic
// absenteeism; the warning's twentieth is Holdfast's own default.
const AbsenceShare = "ABSENCE_SHARE"

// basisPoints is how many of them make a whole.
const basisPoints = 10_000

// Thresholds are a rule's two lines, in basis points.
type Thresholds struct {
	Warning int64
	AtRisk  int64
}

// Verdict holds a share against the thresholds, by integers: part ÷ whole ≥
// threshold ÷ 10,000, with part and whole in one unit. A whole of nothing gives no
// flag.
func (t Thresholds) Verdict(part, whole int64) Severity {
	switch {
	case whole <= 0:
		return ""
	case basisPoints*part >= t.AtRisk*whole:
		return AtRisk
	case basisPoints*part >= t.Warning*whole:
		return Warning
	}
	return ""
}

// Finding is what a rule found, with everything needed to explain it.
type Finding struct {
	Domain        string
	Rule          string
	Grave         Severity
	Part          int64 // ten-thousandths of a day
	Whole         int64 // ten-thousandths of a day
	Line          int64 // basis points
	AsOf          string
	PolicyVersion int
}

// Numerator is the part, in days.
func (f Finding) Numerator() float64 { return Days(f.Part) }

// Denominator is the whole, in days.
func (f Finding) Denominator() float64 { return Days(f.Whole) }

// Figure is the part of the whole, a fraction for showing.
func (f Finding) Figure() float64 { return float64(f.Part) / float64(f.Whole) }

// Threshold is what the figure was held against, a fraction.
func (f Finding) Threshold() float64 { return float64(f.Line) / basisPoints }

// Explanation says in one sentence what was found and by which rule.
func (f Finding) Explanation() string {
	return fmt.Sprintf("Absent %s of %s enrolled days (%s %%), at or over the %s line of %s %%: rule %s, policy version %d, as of %s.",
		decimal(f.Part, WholeDay), decimal(f.Whole, WholeDay), hundredths(f.Part, f.Whole), severityWords[f.Grave],
		decimal(f.Line, basisPoints/100), f.Rule, f.PolicyVersion, f.AsOf)
}

var severityWords = map[Severity]string{Warning: "early-warning", AtRisk: "at-risk"}

// decimal writes n ÷ unit without a needless zero.
func decimal(n, unit int64) string {
	return strconv.FormatFloat(float64(n)/float64(unit), 'f', -1, 64)
}

// hundredths writes part ÷ whole in per cent, cut (never rounded up over a line)
// to two places.
func hundredths(part, whole int64) string {
	cut := part * basisPoints / whole
	text := fmt.Sprintf("%d.%02d", cut/100, cut%100)
	return strings.TrimSuffix(text, ".00")
}
