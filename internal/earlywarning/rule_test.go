package earlywarning_test

import (
	"testing"

	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/policy"
)

func TestVerdictIsHeldAgainstIntegers(t *testing.T) {
	t.Parallel()
	const day, billion = earlywarning.WholeDay, 1_000_000_000
	defaults := policy.Default().Indicators.Rules[policy.AbsenceShare]
	for _, test := range []struct {
		name        string
		part, whole int64
		want        earlywarning.Severity
	}{
		{"9.996 % is not chronic", 2499 * day, 25_000 * day, earlywarning.Warning},
		{"exactly 10 % is", 2500 * day, 25_000 * day, earlywarning.AtRisk},
		{"18 days of 180", 18 * day, 180 * day, earlywarning.AtRisk},
		{"a ten-thousandth of a day less", 18*day - 1, 180 * day, earlywarning.Warning},
		{"17.5 days of 175", 17*day + day/2, 175 * day, earlywarning.AtRisk},
		{"exactly 5 %", 9 * day, 180 * day, earlywarning.Warning},
		{"just under 5 %", 9*day - 1, 180 * day, ""},
		{"never absent", 0, 180 * day, ""},
		{"always absent", 180 * day, 180 * day, earlywarning.AtRisk},
		{"no day at all", 0, 0, ""},
		{"a thousand million days, all absent", billion * day, billion * day, earlywarning.AtRisk},
		{"a thousand million days, a tenth", billion / 10 * day, billion * day, earlywarning.AtRisk},
		{"a thousand million days, a hair less", billion/10*day - 1, billion * day, earlywarning.Warning},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got, _ := earlywarning.Verdict(policy.AbsenceShare, defaults, test.part, test.whole); got != test.want {
				t.Errorf("%d of %d: %q, not %q", test.part, test.whole, got, test.want)
			}
		})
	}
}

func TestFindingExplainsItself(t *testing.T) {
	t.Parallel()
	const day = earlywarning.WholeDay
	for _, test := range []struct {
		name    string
		finding earlywarning.Finding
		want    string
	}{
		{
			"whole days at risk",
			earlywarning.Finding{Grave: earlywarning.AtRisk, Part: 18 * day, Whole: 180 * day, Line: 1000},
			"Absent 18 of 180 enrolled days (10 %), at or over the at-risk line of 10 %: rule ABSENCE_SHARE, policy version 3, as of 2026-03-02.",
		},
		{
			"a rate is cut, never rounded up to a line",
			earlywarning.Finding{Grave: earlywarning.Warning, Part: 2499 * day, Whole: 25_000 * day, Line: 500},
			"Absent 2499 of 25000 enrolled days (9.99 %), at or over the early-warning line of 5 %: rule ABSENCE_SHARE, policy version 3, as of 2026-03-02.",
		},
		{
			"parts of days and of per cents",
			earlywarning.Finding{Grave: earlywarning.Warning, Part: 2*day + day/4, Whole: 40 * day, Line: 525},
			"Absent 2.25 of 40 enrolled days (5.62 %), at or over the early-warning line of 5.25 %: rule ABSENCE_SHARE, policy version 3, as of 2026-03-02.",
		},
		{
			"a small hundredth keeps its zero",
			earlywarning.Finding{Grave: earlywarning.AtRisk, Part: 21 * day, Whole: 200 * day, Line: 1000},
			"Absent 21 of 200 enrolled days (10.50 %), at or over the at-risk line of 10 %: rule ABSENCE_SHARE, policy version 3, as of 2026-03-02.",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.finding.Rule, test.finding.PolicyVersion, test.finding.AsOf = policy.AbsenceShare, 3, "2026-03-02"
			if got := test.finding.Explanation(); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestFindingFigures(t *testing.T) {
	t.Parallel()
	const day = earlywarning.WholeDay
	finding := earlywarning.Finding{Part: 2*day + day/2, Whole: 20 * day, Line: 1000}
	if finding.Numerator() != 2.5 || finding.Denominator() != 20 || finding.Figure() != 0.125 || finding.Threshold() != 0.1 {
		t.Errorf("%v of %v is %v against %v", finding.Numerator(), finding.Denominator(), finding.Figure(), finding.Threshold())
	}
}
