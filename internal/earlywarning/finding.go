package earlywarning

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/policy"
)

// Finding is what a rule found, with everything needed to explain it. Part, whole and
// line are in ten-thousandths.
type Finding struct {
	Domain        string
	Rule          string
	Grave         Severity
	Part          int64
	Whole         int64
	Line          int64
	On            Day // the last day that the rule looked at
	AsOf          string
	PolicyVersion int
}

// Numerator is the part, in days, courses, credits or whatever the rule counts.
func (f Finding) Numerator() float64 { return Days(f.Part) }

// Denominator is the whole; one where the rule counts.
func (f Finding) Denominator() float64 { return Days(f.Whole) }

// Figure is the part of the whole, for showing.
func (f Finding) Figure() float64 { return float64(f.Part) / float64(f.Whole) }

// Threshold is what the figure was held against.
func (f Finding) Threshold() float64 { return float64(f.Line) / basisPoints }

// Explanation says in one sentence what was found and by which rule.
func (f Finding) Explanation() string {
	side := "at or over"
	if policy.AtMost(f.Rule) {
		side = "at or under"
	}
	words := explanations[f.Rule]
	return fmt.Sprintf("%s, %s the %s line of %s: rule %s, policy version %d, as of %s.",
		words.what(f), side, severityWords[f.Grave], words.line(f), f.Rule, f.PolicyVersion, f.AsOf)
}

var severityWords = map[Severity]string{Warning: "early-warning", AtRisk: "at-risk"}

// wording is how a rule's finding is said.
type wording struct {
	what func(Finding) string
	line func(Finding) string
}

var explanations = map[string]wording{
	policy.AbsenceShare: {func(f Finding) string {
		return fmt.Sprintf("Absent %s of %s enrolled days (%s %%)", decimal(f.Part), decimal(f.Whole), hundredths(f.Part, f.Whole))
	}, perCent},
	policy.TruantShare: {func(f Finding) string {
		return fmt.Sprintf("Absent without excuse %s of %s enrolled days (%s %%)", decimal(f.Part), decimal(f.Whole), hundredths(f.Part, f.Whole))
	}, perCent},
	policy.Incidents:        {number("%s incident as perpetrator", "%s incidents as perpetrator"), plainLine},
	policy.InSchool:         {number("%s in-school suspension", "%s in-school suspensions"), plainLine},
	policy.Exclusions:       {number("%s out-of-school suspension or expulsion", "%s out-of-school suspensions or expulsions"), plainLine},
	policy.CoreDs:           {number("A D in %s core course", "A D in %s core courses"), plainLine},
	policy.CoreFs:           {number("An F in %s core course", "An F in %s core courses"), plainLine},
	policy.AgeForGrade:      {number("%s year older than expected for the grade on 1 September", "%s years older than expected for the grade on 1 September"), plainLine},
	policy.TruantDays:       {number("%s day absent without excuse or very late", "%s days absent without excuse or very late"), plainLine},
	policy.Tardies:          {number("Late on %s day", "Late on %s days"), plainLine},
	policy.AssessmentsBelow: {number("%s assessment below grade level", "%s assessments below grade level"), plainLine},
	policy.GradePoints: {func(f Finding) string {
		return fmt.Sprintf("Grade point average %s (%s points over %s courses)", cut(f.Part, f.Whole), decimal(f.Part), decimal(f.Whole))
	}, plainLine},
	policy.CreditsBehind: {func(f Finding) string {
		return fmt.Sprintf("%s credits behind, %s of a year's credits", decimal(f.Part/yearsOfHighSchool), cut(f.Part, f.Whole))
	}, plainLine},
	policy.NoImprovement: {func(f Finding) string {
		return cut(f.Part, f.Whole) + " weeks with a support and no improvement"
	}, plainLine},
}

// number says a count, in the singular or the plural.
func number(one, several string) func(Finding) string {
	return func(f Finding) string {
		if f.Part == basisPoints {
			return fmt.Sprintf(one, "1")
		}
		return fmt.Sprintf(several, decimal(f.Part))
	}
}

func plainLine(f Finding) string { return decimal(f.Line) }

func perCent(f Finding) string {
	return strconv.FormatFloat(float64(f.Line)/(basisPoints/100), 'f', -1, 64) + " %"
}

// decimal writes ten-thousandths without a needless zero.
func decimal(n int64) string { return strconv.FormatFloat(float64(n)/basisPoints, 'f', -1, 64) }

// hundredths writes part ÷ whole in per cent, cut (never rounded up over a line)
// to two places.
func hundredths(part, whole int64) string { return twoPlaces(part * basisPoints / whole) }

// cut writes part ÷ whole, cut to two places.
func cut(part, whole int64) string { return twoPlaces(part * 100 / whole) }

func twoPlaces(n int64) string {
	return strings.TrimSuffix(fmt.Sprintf("%d.%02d", n/100, n%100), ".00")
}
