package api_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/relay"
)

const (
	answeredFlag = `flag { id status version answerReason answeredBy { displayName } answeredAt
		history(first: 1) { totalCount nodes { status reason changedBy { displayName } } } } userErrors { code field message }`
	acknowledgeDocument = `mutation($input: AcknowledgeFlagInput!) { answer: acknowledgeFlag(input: $input) { ` + answeredFlag + ` } }`
	dismissDocument     = `mutation($input: DismissFlagInput!) { answer: dismissFlag(input: $input) { ` + answeredFlag + ` } }`
)

// flagNode gives the id of A-01's flag of attendance.
func (w *world) flagNode(t testing.TB) string {
	t.Helper()
	return relay.NewID(relay.RiskFlag, w.flagID(t, "A-01", "ATTENDANCE")).String()
}

// TestAnswerAFlag follows a flag that the load drew through what people make of it.
func TestAnswerAFlag(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	counselor, flag := w.as(t, "COUNSELOR"), w.flagNode(t)
	before := number(counselor.ask(flagDocument, vars{"id": flag}).fine().Data, "node.history.totalCount")
	steps := []struct {
		name, document string
		input          vars
		status, reason string
		version, lines int64 // lines of its history, beside those of the loads
		problem        string
		field          string
	}{
		{"acknowledged", acknowledgeDocument, vars{"comment": " Called home. "}, "ACKNOWLEDGED", "Called home.", 2, 1, "", ""},
		{"once more changes nothing", acknowledgeDocument, vars{"comment": "Called home."}, "ACKNOWLEDGED", "Called home.", 2, 1, "", ""},
		{"nor does saying less", acknowledgeDocument, vars{"version": 2}, "ACKNOWLEDGED", "Called home.", 2, 1, "", ""},
		{"of a version that is over", dismissDocument, vars{"version": 1, "reason": "A mistake."}, "ACKNOWLEDGED", "Called home.", 2, 1, "CONFLICT", "version"},
		{"without a reason", dismissDocument, vars{"reason": " "}, "", "", 0, 0, "REQUIRED", "reason"},
		{"with a reason too long", dismissDocument, vars{"reason": strings.Repeat("x", 1001)}, "", "", 0, 0, "INVALID", "reason"},
		{"with a comment too long", acknowledgeDocument, vars{"comment": strings.Repeat("x", 1001)}, "", "", 0, 0, "INVALID", "comment"},
		{"dismissed", dismissDocument, vars{"version": 2, "reason": "Was in hospital."}, "DISMISSED", "Was in hospital.", 3, 2, "", ""},
		{"and acknowledged after all", acknowledgeDocument, nil, "ACKNOWLEDGED", "", 4, 3, "", ""},
	}
	for _, step := range steps {
		input := vars{"flagId": flag}
		maps.Copy(input, step.input)
		got := counselor.ask(step.document, vars{"input": input}).fine()
		if code, field := firstProblem(got); code != step.problem || field != step.field {
			t.Errorf("%s: %s %s: %s", step.name, code, field, got.body)
		}
		if step.status == "" {
			if got.at("answer.flag") != nil {
				t.Errorf("%s: %s", step.name, got.body)
			}
			continue
		}
		told := map[string]any{
			"status": got.at("answer.flag.status"), "reason": got.at("answer.flag.answerReason"), "version": number(got.Data, "answer.flag.version"),
			"lines": number(got.Data, "answer.flag.history.totalCount") - before, "by": got.at("answer.flag.answeredBy.displayName"),
			"latest": got.at("answer.flag.history.nodes.0.status"), "changedBy": got.at("answer.flag.history.nodes.0.changedBy.displayName"),
		}
		reason := any(step.reason)
		if step.reason == "" {
			reason = nil
		}
		want := map[string]any{
			"status": step.status, "reason": reason, "version": step.version * 10_000, "lines": step.lines * 10_000, "by": "Staff COUNSELOR",
			"latest": step.status, "changedBy": "Staff COUNSELOR",
		}
		if diff := cmp.Diff(want, told); diff != "" {
			t.Errorf("%s (-want +got)\n%s", step.name, diff)
		}
	}
	lines := w.texts(t, `SELECT a.operation || ' ' || (a.before ->> 'status') || ' ' || (a.after ->> 'status') || ' ' || coalesce(a.reason, '')
		FROM audit_log a WHERE a.district_id = $1 AND a.operation IN ('acknowledgeFlag', 'dismissFlag') ORDER BY a.at, a.id`)
	want := []string{"acknowledgeFlag OPEN ACKNOWLEDGED Called home.", "dismissFlag ACKNOWLEDGED DISMISSED Was in hospital.", "acknowledgeFlag DISMISSED ACKNOWLEDGED "}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("the audit log (-want +got)\n%s", diff)
	}
}

// firstProblem gives the code and the last part of the path of the first thing that a
// person can correct.
func firstProblem(got *answer) (code, at string) {
	problems := got.list("answer.userErrors")
	if len(problems) == 0 {
		return "", ""
	}
	path, _ := dig(problems[0], "field").([]any)
	if len(path) > 0 {
		at, _ = path[len(path)-1].(string)
	}
	return text(problems[0], "code"), at
}

// TestWhoReadsAFlagAnswersNone: nor is an answer that stands already given again to who
// may only read it.
func TestWhoReadsAFlagAnswersNone(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	input := vars{"input": vars{"flagId": w.flagNode(t)}}
	leader := w.as(t, "SCHOOL_LEADER")
	leader.ask(acknowledgeDocument, input).refused("FORBIDDEN")
	w.as(t, "COUNSELOR").ask(acknowledgeDocument, input).fine()
	leader.ask(acknowledgeDocument, input).refused("FORBIDDEN")
}

// TestAResolvedFlagNeedsNoAnswer: it is given back as it stands.
func TestAResolvedFlagNeedsNoAnswer(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	flag := w.flagNode(t)
	w.write(t, w.alder, `UPDATE risk_flag SET status = 'RESOLVED' WHERE district_id = $1`)
	for _, document := range []string{acknowledgeDocument, dismissDocument} {
		input := vars{"flagId": flag}
		if document == dismissDocument {
			input["reason"] = "Needs nothing."
		}
		got := w.as(t, "COUNSELOR").ask(document, vars{"input": input}).fine()
		if code, field := firstProblem(got); code != "CONFLICT" || field != "flagId" || got.at("answer.flag.status") != "RESOLVED" {
			t.Errorf("%s", got.body)
		}
	}
}

// TestOneOfTwoAnswersAtOnceStands: of two who saw the same version, one is told.
func TestOneOfTwoAnswersAtOnceStands(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	flag := w.flagNode(t)
	answers := make(chan *answer)
	who := []string{"COUNSELOR", "FACILITATOR"}
	for _, subject := range who {
		c := w.as(t, subject)
		go func() {
			answers <- c.ask(acknowledgeDocument, vars{"input": vars{"flagId": flag, "version": 1, "comment": subject}})
		}()
	}
	var codes []string
	for range who {
		code, _ := firstProblem((<-answers).fine())
		codes = append(codes, code)
	}
	slices.Sort(codes)
	if diff := cmp.Diff([]string{"", "CONFLICT"}, codes); diff != "" {
		t.Error(diff)
	}
}

const evidenceDocument = `query($id: ID!) { flagEvidence(flagId: $id) { flag { domain rule numerator denominator explanation }
	rows { kind on through school { name } name numerator denominator } } }`

// wholes are the rules whose denominator is counted from rows: shares and averages. Of
// the others the whole is one.
var wholes = []string{"ABSENCE_SHARE", "TRUANT_SHARE", "GRADE_POINT_AVERAGE"}

// TestEvidenceAddsUp asks for the rows behind every flag that the loads drew, and adds
// them up to the flag's figure.
func TestEvidenceAddsUp(t *testing.T) {
	t.Parallel()
	w := shared(t)
	for name, in := range w.districts() {
		coordinator := w.as(t, in.persona("coordinator"))
		if in == w.birch {
			coordinator = w.as(t, "birch coordinator")
		}
		flags := w.flagsIn(t, in)
		if len(flags) == 0 && in != w.birch {
			t.Errorf("%s: no flags", name)
		}
		for _, id := range flags {
			got := coordinator.ask(evidenceDocument, vars{"id": id}).fine()
			var part, whole int64
			for _, row := range got.list("flagEvidence.rows") {
				part += number(row, "numerator")
				whole += number(row, "denominator")
			}
			if !slices.Contains(wholes, text(got.Data, "flagEvidence.flag.rule")) {
				whole = 10_000
			}
			if part != number(got.Data, "flagEvidence.flag.numerator") || whole != number(got.Data, "flagEvidence.flag.denominator") || part == 0 {
				t.Errorf("%s: %v of %v are counted: %s", name, part, whole, got.body)
			}
		}
	}
}

// flagsIn gives the ids of a district's flags that a recompute drew: in Alder some were
// written by hand; of the sample every twentieth.
func (w *world) flagsIn(t *testing.T, in *district) []string {
	t.Helper()
	every := map[bool]int{true: 20, false: 1}[in == w.grandBend]
	var ids []string
	for i, one := range w.textsIn(t, in, `SELECT f.id FROM risk_flag f WHERE f.district_id = $1 AND f.status <> 'RESOLVED'
		AND EXISTS (SELECT FROM risk_flag_history h WHERE h.district_id = f.district_id AND h.risk_flag_id = f.id) ORDER BY f.domain, f.id`) {
		if i%every == 0 {
			ids = append(ids, relay.NewID(relay.RiskFlag, uuid.MustParse(one)).String())
		}
	}
	return ids
}
