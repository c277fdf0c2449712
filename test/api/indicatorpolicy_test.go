package api_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/job"
)

const (
	policyFields = `version startsOn minEnrolledDays longTardyMinutes creditsOfYearCourse requestAt requestFor mostEnded
		rules { name domain off window warning atRisk } exitCodes { code meaning }`
	setPolicyDocument = `mutation($input: SetIndicatorPolicyInput!) { answer: setIndicatorPolicy(input: $input) { policy { ` + policyFields + ` }
		userErrors { code field message } } }`
	setCodesDocument = `mutation($input: SetCodesInput!) { answer: setCodes(input: $input) { policy { ` + policyFields + ` } userErrors { code field message } } }`
	readPolicy       = `query($version: Int) { district { policy(version: $version) { ` + policyFields + ` } } }`
	previewPolicy    = `query($input: SetIndicatorPolicyInput!) { previewIndicatorPolicy(input: $input) {
		now { onTrack earlyWarning atRisk critical notMeasured } then { onTrack earlyWarning atRisk critical notMeasured } } }`
)

// ruleOf gives a rule of a policy in an answer.
func ruleOf(policy any, name string) map[string]any {
	rules, _ := dig(policy, "rules").([]any)
	i := slices.IndexFunc(rules, func(rule any) bool { return text(rule, "name") == name })
	if i < 0 {
		return nil
	}
	return rules[i].(map[string]any)
}

// TestThePolicyThatIsInForce: the design's defaults, as every member of the staff may
// read them.
func TestThePolicyThatIsInForce(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	for _, subject := range []string{"DISTRICT_COORDINATOR", "TEACHER", "no role"} {
		policy := w.as(t, subject).ask(readPolicy, nil).fine().at("district.policy")
		want := map[string]any{"name": "ABSENCE_SHARE", "domain": "ATTENDANCE", "off": false, "window": "YEAR_TO_DATE", "warning": 0.05, "atRisk": 0.1}
		if diff := cmp.Diff(want, ruleOf(policy, "ABSENCE_SHARE")); diff != "" {
			t.Errorf("%s (-want +got)\n%s", subject, diff)
		}
		if dig(policy, "minEnrolledDays") != 20.0 || dig(policy, "mostEnded") != 0.05 || len(dig(policy, "rules").([]any)) != 14 {
			t.Errorf("%s: %v", subject, policy)
		}
	}
	if got := w.as(t, "TEACHER").ask(readPolicy, vars{"version": 99}).fine(); got.at("district.policy") != nil {
		t.Errorf("a version that is not there: %s", got.body)
	}
}

// TestSetIndicatorPolicy gives the policy versions, of today and of a day to come.
func TestSetIndicatorPolicy(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	c := w.as(t, "DISTRICT_COORDINATOR")
	set := func(input vars) *answer { return c.ask(setPolicyDocument, vars{"input": input}).fine() }
	later := set(vars{
		"startsOn": tomorrow, "rules": []vars{{"name": "TARDIES", "warning": 6, "window": "LAST_20_DAYS"}}, "reason": "the board decided so", "version": 1,
	})
	if later.at("answer.policy.version") != 2.0 || later.at("answer.policy.startsOn") != tomorrow {
		t.Errorf("%s", later.body)
	}
	if now := c.ask(readPolicy, nil).fine(); now.at("district.policy.version") != 1.0 {
		t.Errorf("a version of tomorrow is in force: %s", now.body)
	}
	if jobs := w.texts(t, `SELECT j.id FROM job j WHERE j.district_id = $1 AND j.status = 'QUEUED' AND j.requested_by IS NOT NULL`); len(jobs) != 0 {
		t.Errorf("%d recomputes are due for a version of tomorrow", len(jobs))
	}
	// What changes today changes what waits for tomorrow too, and leaves the rest.
	today := set(vars{"rules": []vars{{"name": "INCIDENTS", "warning": 2, "atRisk": 3}}, "minEnrolledDays": 10, "longTardyMinutes": 15, "reason": "fewer will do"})
	if today.at("answer.policy.version") != 3.0 || today.at("answer.policy.minEnrolledDays") != 10.0 ||
		dig(ruleOf(today.at("answer.policy"), "TARDIES"), "window") == "LAST_20_DAYS" {
		t.Errorf("%s", today.body)
	}
	waits := c.ask(readPolicy, vars{"version": 4}).fine()
	then := waits.at("district.policy")
	both := []any{dig(then, "startsOn"), dig(ruleOf(then, "TARDIES"), "warning"), dig(ruleOf(then, "INCIDENTS"), "atRisk")}
	if diff := cmp.Diff([]any{tomorrow, 6.0, 3.0}, both); diff != "" {
		t.Errorf("(-want +got)\n%s%s", diff, waits.body)
	}
	lines := w.texts(t, `SELECT a.operation || ' ' || a.reason FROM audit_log a WHERE a.district_id = $1 AND a.subject = 'DISTRICT_POLICY' ORDER BY a.at, a.id`)
	if diff := cmp.Diff([]string{"setIndicatorPolicy the board decided so", "setIndicatorPolicy fewer will do", "setIndicatorPolicy fewer will do"}, lines); diff != "" {
		t.Errorf("the audit log (-want +got)\n%s", diff)
	}
	// The recompute of the district was put on the list, and draws by the new version.
	asked := w.texts(t, `SELECT i.subject FROM job j JOIN identity i ON i.district_id = j.district_id AND i.person_id = j.requested_by
		WHERE j.district_id = $1 AND j.kind = 'RECOMPUTE' AND j.status = 'QUEUED' AND j.due_at <= clock_timestamp()`)
	if !slices.Equal(asked, []string{"DISTRICT_COORDINATOR"}) {
		t.Errorf("a recompute is due that %v asked for", asked)
	}
	before := w.texts(t, `SELECT f.policy_version::text FROM risk_flag f WHERE f.district_id = $1 AND f.policy_version > 1`)
	if _, err := job.Recompute(t.Context(), w.owner, w.alder.ID, clock(), func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	after := w.texts(t, `SELECT DISTINCT f.policy_version::text FROM risk_flag f WHERE f.district_id = $1 AND f.status <> 'RESOLVED'`)
	if len(before) != 0 || !slices.Equal(after, []string{"3"}) {
		t.Errorf("flags were drawn by the versions %v before and %v after", before, after)
	}
}

// TestPoliciesThatCannotBe are refused whole, with what to correct.
func TestPoliciesThatCannotBe(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	c := w.as(t, "DISTRICT_COORDINATOR")
	rule := func(name string, warning, atRisk any) []vars {
		return []vars{{"name": name, "warning": warning, "atRisk": atRisk}}
	}
	for name, one := range map[string]struct {
		input       vars
		code, field string
		says        string
	}{
		"from a day that is over":         {vars{"startsOn": yesterday}, "INVALID", "startsOn", "lies in the past"},
		"of a version that is over":       {vars{"version": 7}, "CONFLICT", "version", "is not the latest"},
		"without a reason":                {vars{"reason": ""}, "REQUIRED", "reason", "say why the policy changes"},
		"at risk before there is warning": {vars{"rules": rule("INCIDENTS", 5, 3)}, "INVALID", "", "INCIDENTS"},
		"a share of more than a whole":    {vars{"rules": rule("ABSENCE_SHARE", 0.05, 1.5)}, "INVALID", "", "ABSENCE_SHARE"},
		"a line below nought":             {vars{"rules": rule("TARDIES", -1, nil)}, "INVALID", "", "TARDIES"},
		"days below nought":               {vars{"minEnrolledDays": -1}, "INVALID", "", "minEnrolledDays"},
	} {
		input := vars{"reason": "the test"}
		maps.Copy(input, one.input)
		got := c.ask(setPolicyDocument, vars{"input": input}).fine()
		code, field := firstProblem(got)
		if message := text(got.Data, "answer.userErrors.0.message"); code != one.code || one.field != "" && field != one.field || !strings.Contains(message, one.says) {
			t.Errorf("%s: %s", name, got.body)
		}
		if policy := got.at("answer.policy.version"); (one.code == "CONFLICT") != (policy == 1.0) {
			t.Errorf("%s: %s", name, got.body)
		}
	}
	if versions := w.texts(t, `SELECT p.version::text FROM district_policy p WHERE p.district_id = $1`); len(versions) != 1 {
		t.Errorf("there are the versions %v", versions)
	}
}

// TestPreviewIndicatorPolicy: now is what stands, then is what a recompute by the policy
// comes to, and nothing of it is kept.
func TestPreviewIndicatorPolicy(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	c := w.as(t, "DISTRICT_COORDINATOR")
	stands := func() any {
		return c.ask(`{ district { riskSummary { onTrack earlyWarning atRisk critical notMeasured } } }`, nil).fine().at("district.riskSummary")
	}
	recompute := func() {
		if _, err := job.Recompute(t.Context(), w.owner, w.alder.ID, clock(), func(int, int) {}); err != nil {
			t.Fatal(err)
		}
	}
	recompute()
	before := stands()
	for name, input := range map[string]vars{
		"as it is":                {},
		"the report never flags":  {"rules": []vars{{"name": "ABSENCE_SHARE", "off": true}}},
		"one day is far too many": {"rules": []vars{{"name": "ABSENCE_SHARE", "warning": 0.0001, "atRisk": 0.0002}}, "minEnrolledDays": 1},
	} {
		input["reason"] = "the test"
		got := c.ask(previewPolicy, vars{"input": input}).fine()
		if diff := cmp.Diff(before, got.at("previewIndicatorPolicy.now")); diff != "" {
			t.Errorf("%s: now (-stands +told)\n%s", name, diff)
		}
		c.ask(setPolicyDocument, vars{"input": input}).fine()
		recompute()
		if diff := cmp.Diff(stands(), got.at("previewIndicatorPolicy.then")); diff != "" {
			t.Errorf("%s: then (-stands +told)\n%s", name, diff)
		}
		if moved := !cmp.Equal(got.at("previewIndicatorPolicy.now"), got.at("previewIndicatorPolicy.then")); moved != (len(input) > 1) {
			t.Errorf("%s: the preview is of nothing: %s", name, got.body)
		}
		w.write(t, w.alder, `DELETE FROM district_policy p WHERE p.district_id = $1 AND p.version > 1`)
		recompute()
	}
	c.ask(previewPolicy, vars{"input": vars{"reason": "", "rules": []vars{{"name": "TARDIES", "warning": -4}}}}).refused("BAD_USER_INPUT")
}

// TestSetCodes changes what an import makes of a district's codes.
func TestSetCodes(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	c := w.as(t, "DISTRICT_COORDINATOR")
	set := func(input vars) *answer {
		input["reason"] = "a new year of codes"
		return c.ask(setCodesDocument, vars{"input": input}).fine()
	}
	meaning := func(policy any, code string) string {
		codes, _ := dig(policy, "exitCodes").([]any)
		i := slices.IndexFunc(codes, func(one any) bool { return text(one, "code") == code })
		if i < 0 {
			return ""
		}
		return text(codes[i], "meaning")
	}
	got := set(vars{"map": "EXIT", "codes": []vars{{"code": "W-98", "meaning": "TRANSFERRED"}, {"code": "W-99", "meaning": "DROPOUT"}}})
	if meaning(got.at("answer.policy"), "W-98") != "TRANSFERRED" || meaning(got.at("answer.policy"), "W-99") != "DROPOUT" {
		t.Errorf("%s", got.body)
	}
	got = set(vars{"map": "EXIT", "codes": []vars{{"code": "W-98", "meaning": nil}}})
	if meaning(got.at("answer.policy"), "W-98") != "" || meaning(got.at("answer.policy"), "W-99") != "DROPOUT" {
		t.Errorf("%s", got.body)
	}
	many := make([]vars, 501)
	for i := range many {
		many[i] = vars{"code": strconv.Itoa(i), "meaning": "TRANSFERRED"}
	}
	for name, one := range map[string]struct {
		input vars
		code  string
	}{
		"no codes":              {vars{"map": "EXIT", "codes": []vars{}}, "REQUIRED"},
		"too many":              {vars{"map": "EXIT", "codes": many}, "LIMIT_EXCEEDED"},
		"a code without a name": {vars{"map": "EXIT", "codes": []vars{{"code": "", "meaning": "TRANSFERRED"}}}, "INVALID"},
		"a word of another map": {vars{"map": "EXIT", "codes": []vars{{"code": "W-97", "meaning": "EXCUSED"}}}, "INVALID"},
		"a word of none":        {vars{"map": "ACTION", "codes": []vars{{"code": "W-97", "meaning": "SCOLDED"}}}, "INVALID"},
	} {
		if got := set(one.input); text(got.Data, "answer.userErrors.0.code") != one.code || got.at("answer.policy") != nil {
			t.Errorf("%s: %s", name, got.body)
		}
	}
	w.as(t, "DATA_STEWARD").ask(setCodesDocument, vars{"input": vars{"map": "EXIT", "codes": many[:1], "reason": "the test"}}).refused("FORBIDDEN")
}

// TestPoliciesSetAtOnce: of changes at one moment each finds the one before it.
func TestPoliciesSetAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	c := w.as(t, "DISTRICT_COORDINATOR")
	const n = 6
	answers := make(chan *answer)
	for i := range n {
		go func() {
			answers <- c.ask(setCodesDocument, vars{"input": vars{
				"map": "EXIT", "codes": []vars{{"code": fmt.Sprintf("at once %d", i), "meaning": "TRANSFERRED"}}, "reason": "the test",
			}})
		}()
	}
	for range n {
		if got := (<-answers).fine(); got.at("answer.policy") == nil {
			t.Errorf("%s", got.body)
		}
	}
	codes := c.ask(readPolicy, nil).fine()
	if found := strings.Count(string(codes.body), "at once"); found != n || codes.at("district.policy.version") != float64(n+1) {
		t.Errorf("%d codes of %d are left: %s", found, n, codes.body)
	}
}
