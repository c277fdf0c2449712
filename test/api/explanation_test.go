package api_test

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/holdfast-edu/holdfast/test/grandbend"
)

// checkFlag holds a flag's figures to the count, and its text to its figures: the
// rule, what was held against what, the policy version and the day.
func checkFlag(t *testing.T, want *grandbend.Student, flag any) {
	t.Helper()
	threshold := map[grandbend.RiskLevel]int64{grandbend.EarlyWarning: 500, grandbend.AtRisk: 1000}[want.Risk]
	for field, expected := range map[string]int64{
		"numerator": want.Absent, "denominator": int64(want.EnrolledDays) * wholeDay, "threshold": threshold,
	} {
		if got := number(flag, field); got != expected {
			t.Errorf("%s: the flag's %s is %d ten-thousandths, not %d", want.UniqueID, field, got, expected)
		}
	}
	numerator, _ := dig(flag, "numerator").(float64)
	denominator, _ := dig(flag, "denominator").(float64)
	figure, _ := dig(flag, "figure").(float64)
	if math.Abs(figure-numerator/denominator) > 1e-12 || figure < 0.0001*float64(threshold)-1e-12 {
		t.Errorf("%s: %v ÷ %v is not %v, or below %v", want.UniqueID, numerator, denominator, figure, dig(flag, "threshold"))
	}
	if text(flag, "severity") != string(want.Risk) || text(flag, "domain") != "ATTENDANCE" || text(flag, "status") != "OPEN" || text(flag, "since") == "" {
		t.Errorf("%s: %v", want.UniqueID, flag)
	}
	checkExplanation(t, want.UniqueID, flag, numerator, denominator)
}

func checkExplanation(t *testing.T, who string, flag any, numerator, denominator float64) {
	t.Helper()
	explanation := text(flag, "explanation")
	percent := number(flag, "threshold") / 100
	for _, part := range []string{
		text(flag, "rule"), decimal(numerator), decimal(denominator), fmt.Sprintf("%d %%", percent), "policy version 1", "as of " + text(flag, "since"),
	} {
		if part == "" || !strings.Contains(explanation, part) {
			t.Errorf("%s: %q does not say %q", who, explanation, part)
		}
	}
}

func decimal(number float64) string { return strconv.FormatFloat(number, 'f', -1, 64) }

// TestExplanationIsOneSentenceThatCanBeChecked holds an explanation to its words.
func TestExplanationIsOneSentenceThatCanBeChecked(t *testing.T) {
	t.Parallel()
	w := shared(t)
	c := w.as(t, "DISTRICT_COORDINATOR")
	for localID, want := range map[string]string{
		"A-01": "Absent 5 of 37 enrolled days (13.51 %), at or over the at-risk line of 10 %: rule ABSENCE_SHARE, policy version 1, as of 2022-08-31.",
		"A-02": "Absent 2 of 37 enrolled days (5.40 %), at or over the early-warning line of 5 %: rule ABSENCE_SHARE, policy version 1, as of 2022-08-31.",
	} {
		got := c.askNamed(contract(t), "StudentPage", vars{"id": c.studentID(localID)}).fine()
		if text := got.at("node.risk.flags.0.explanation"); text != want {
			t.Errorf("%s: %v\nwant %s", localID, text, want)
		}
	}
}
