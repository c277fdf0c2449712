package casework

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/policy"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/record"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// NewIndicatorPolicy changes when a figure is a warning. What it leaves out stays as it
// is.
type NewIndicatorPolicy struct {
	StartsOn            *relay.Date // nil: today
	Version             *int        // the latest one that was seen; nil: whichever stands
	Rules               []*RuleLines
	MinEnrolledDays     *int
	LongTardyMinutes    *int
	CreditsOfYearCourse *float64
	RequestAt           *string
	NoRequests          *bool
	RequestFor          []string
	Reason              string
}

// RuleLines are all lines of one rule: what is left out, the rule does not have.
type RuleLines struct {
	Name    string
	Off     *bool
	Window  *string
	Warning *float64
	AtRisk  *float64
}

// NewCodes says what codes of the district's source mean.
type NewCodes struct {
	Map     string
	Codes   []*CodeMeaning
	Version *int
	Reason  string
}

// CodeMeaning is what a code means; one without a meaning is taken out of the map.
type CodeMeaning struct {
	Code    string
	Meaning *string
}

// PolicySet is what came of changing the policy.
type PolicySet struct {
	Policy   *record.DistrictPolicy
	Problems []*Problem
}

// UserErrors gives what a person can correct.
func (p PolicySet) UserErrors() []*operation.Problem { return none(p.Problems) }

const (
	setIndicatorPolicy = "setIndicatorPolicy"
	setCodes           = "setCodes"
	maxRules           = 50
	maxCodes           = 500
)

// SetIndicatorPolicy gives the district's policy a new version, in force from a day on,
// today or later: flags are drawn by it from that day, and not before. Where it is in
// force today, the recompute of the district is put on the list. Versions that wait for
// a later day get the change too.
func SetIndicatorPolicy(ctx context.Context, op *operation.Operation, said NewIndicatorPolicy) (PolicySet, error) {
	if !op.Reader.May(access.SetPolicy) {
		return PolicySet{}, ErrForbidden
	}
	if problems := said.check(op.Reader); problems != nil {
		return PolicySet{Problems: problems}, nil
	}
	return setPolicy(ctx, op, policyChange{
		setIndicatorPolicy, firstDay(said.StartsOn, op.Reader), said.Version, said.Reason, func(d *policy.Document) { said.apply(&d.Indicators) }, true,
	})
}

// SetCodes says what codes of the district's source mean, from today on: an import
// quarantines what it finds no meaning for.
func SetCodes(ctx context.Context, op *operation.Operation, said NewCodes) (PolicySet, error) {
	if !op.Reader.May(access.SetPolicy) {
		return PolicySet{}, ErrForbidden
	}
	if problems := said.check(); problems != nil {
		return PolicySet{Problems: problems}, nil
	}
	return setPolicy(ctx, op, policyChange{setCodes, firstDay(nil, op.Reader), said.Version, said.Reason, said.apply, false})
}

// PreviewIndicatorPolicy counts how many students would stand at each level by the
// policy, and keeps nothing. Problems are those that SetIndicatorPolicy would give.
func PreviewIndicatorPolicy(ctx context.Context, op *operation.Operation, said NewIndicatorPolicy) (*record.PolicyPreview, error) {
	if !op.Reader.May(access.SetPolicy) {
		return nil, ErrForbidden
	}
	current, err := record.ReadPolicy(ctx, op, nil)
	if err != nil || current == nil {
		return nil, err
	}
	document, problems := changed(current.Document, func(d *policy.Document) { said.apply(&d.Indicators) })
	if problems != nil {
		return nil, &relay.InputError{Expected: problems[0].Message}
	}
	return record.PreviewPolicy(ctx, op, document)
}

func (n NewIndicatorPolicy) check(reader access.Reader) []*Problem {
	switch {
	case n.StartsOn != nil && *n.StartsOn < relay.DateOf(reader.Today):
		return problem(Invalid, "startsOn", "lies in the past: flags are never drawn anew for days that are over")
	case len(n.Rules) > maxRules:
		return problem(LimitReached, "rules", "holds more than 50 rules")
	}
	return needReason(n.Reason, "say why the policy changes")
}

func (n NewIndicatorPolicy) apply(p *policy.IndicatorPolicy) {
	set(&p.MinEnrolledDays, n.MinEnrolledDays)
	set(&p.LongTardyMinutes, n.LongTardyMinutes)
	set(&p.RequestAt, n.RequestAt)
	if n.NoRequests != nil && *n.NoRequests {
		p.RequestAt = ""
	}
	if n.CreditsOfYearCourse != nil {
		p.CreditsOfYearCourse = tenThousandths(*n.CreditsOfYearCourse)
	}
	if n.RequestFor != nil {
		p.RequestFor = slices.Clone(n.RequestFor)
	}
	for _, lines := range n.Rules {
		rule := policy.Rule{Window: policy.YearToDate}
		set(&rule.Off, lines.Off)
		set((*string)(&rule.Window), lines.Window)
		rule.Warning, rule.AtRisk = inTenThousandths(lines.Warning), inTenThousandths(lines.AtRisk)
		p.Rules[lines.Name] = rule
	}
}

// set gives a value where one is said.
func set[T any](to *T, said *T) {
	if said != nil {
		*to = *said
	}
}

const oneInTenThousandths = 10_000

func tenThousandths(value float64) int64 { return int64(math.Round(value * oneInTenThousandths)) }

func inTenThousandths(value *float64) *int64 {
	if value == nil {
		return nil
	}
	line := tenThousandths(*value)
	return &line
}

func (n NewCodes) check() []*Problem {
	switch {
	case len(n.Codes) == 0:
		return problem(Required, "codes", "is empty: name a code and what it means")
	case len(n.Codes) > maxCodes:
		return problem(LimitReached, "codes", "holds more than 500 codes: send them in parts")
	}
	for _, one := range n.Codes {
		if one.Code == "" || !fits(one.Code, maxKey) {
			return problem(Invalid, "codes", "holds a code that is empty, or longer than 200 characters")
		}
	}
	return needReason(n.Reason, "say why the map changes")
}

func (n NewCodes) apply(d *policy.Document) {
	codes := map[string]map[string]string{
		"ATTENDANCE": d.AttendanceCodes, "EXIT": d.ExitCodes, "ENTRY": d.EntryCodes, "ACTION": d.ActionCodes,
	}[n.Map]
	for _, one := range n.Codes {
		if one.Meaning == nil {
			delete(codes, one.Code)
			continue
		}
		codes[one.Code] = *one.Meaning
	}
}

// policyChange is a change of the district's policy from a day on.
type policyChange struct {
	operation string
	startsOn  relay.Date
	seen      *int // the latest version that was seen; nil: whichever stands
	reason    string
	apply     func(*policy.Document)
	recompute bool // flags are drawn anew where it is in force today
}

func setPolicy(ctx context.Context, op *operation.Operation, c policyChange) (PolicySet, error) {
	made, problems, err := change(ctx, op.Mutate, func(ctx context.Context) (*record.DistrictPolicy, error) { return c.write(ctx, op) })
	return PolicySet{made, problems}, err
}

func (c policyChange) write(ctx context.Context, op *operation.Operation) (*record.DistrictPolicy, error) {
	versions, err := c.hold(ctx, op)
	if err != nil {
		return nil, err
	}
	latest := 0
	for _, version := range versions {
		latest = max(latest, version.Version)
	}
	if c.seen != nil && *c.seen != latest {
		current, err := record.ReadPolicy(ctx, op, &latest)
		if err != nil {
			return nil, err
		}
		return nil, &conflict[*record.DistrictPolicy]{problem(Conflict, "version", "is not the latest: read the policy again, and change that"), current}
	}
	var first *record.DistrictPolicy
	for _, before := range c.targets(versions) {
		latest++
		made, err := c.insert(ctx, op, before, latest)
		if err != nil {
			return nil, err
		}
		if first == nil {
			first = made
		}
	}
	if c.recompute && c.startsOn <= relay.DateOf(op.Reader.Today) {
		err = queueRecompute(ctx, op)
	}
	return first, err
}

// hold reads the versions, latest day first, under a lock that keeps two changes of one
// policy apart. Who waited for the lock sees what the other wrote only by a statement of
// its own.
func (policyChange) hold(ctx context.Context, op *operation.Operation) ([]*record.DistrictPolicy, error) {
	lock := reach.NewStatement(op.Reader).Text(`SELECT p.id FROM district_policy p WHERE `).Rows("district_policy", "p").Text(" ORDER BY p.id FOR UPDATE")
	if err := op.Run(ctx, lock, func(*sql.Rows) error { return nil }); err != nil {
		return nil, fmt.Errorf("lock the policy: %w", err)
	}
	st := reach.NewStatement(op.Reader).Text(`SELECT p.id, p.version, p.starts_on::text, p.document FROM district_policy p WHERE `)
	st.Rows("district_policy", "p").Text(" ORDER BY p.starts_on DESC, p.version DESC")
	var versions []*record.DistrictPolicy
	err := op.Run(ctx, st, func(rows *sql.Rows) error {
		one, err := record.ScanPolicy(rows)
		versions = append(versions, one)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the policy: %w", err)
	}
	return versions, nil
}

// targets are what the change is made to: the version in force on its first day, as of
// that day, and those that wait for a later one.
func (c policyChange) targets(versions []*record.DistrictPolicy) []*record.DistrictPolicy {
	var list []*record.DistrictPolicy
	for _, version := range versions {
		if version.StartsOn <= c.startsOn {
			inForce := *version
			inForce.StartsOn = c.startsOn
			list = append(list, &inForce)
			break
		}
		if len(list) == 0 || list[len(list)-1].StartsOn != version.StartsOn {
			list = append(list, version)
		}
	}
	slices.Reverse(list)
	return list
}

// changed gives the document with the change, or why it cannot be: the same check as
// when it is read.
func changed(document policy.Document, apply func(*policy.Document)) (policy.Document, []*Problem) {
	raw, err := json.Marshal(document)
	if err == nil {
		document, err = policy.Parse(raw) // a copy: what was read stays as it is
	}
	if err == nil {
		apply(&document)
		err = document.Check()
	}
	if err != nil {
		return document, []*Problem{{Code: Invalid, Field: []string{"input"}, Message: err.Error()}}
	}
	return document, nil
}

func (c policyChange) insert(ctx context.Context, op *operation.Operation, before *record.DistrictPolicy, version int) (*record.DistrictPolicy, error) {
	document, problems := changed(before.Document, c.apply)
	if problems != nil {
		return nil, &refusal{problems}
	}
	raw, err := json.Marshal(document)
	if err != nil {
		return nil, err
	}
	id := uuid.Must(uuid.NewV7())
	values := audit(op, c.operation, "DISTRICT_POLICY", c.reason, reach.Values{
		"id": id, "version": version, "starts": string(before.StartsOn), "document": string(raw), "was": before.ID,
		"own": func(st *reach.Statement) { st.Rows("district_policy", "p") },
	})
	st := reach.NewStatement(op.Reader).Write(`WITH done AS (
		INSERT INTO district_policy AS t (district_id, id, version, starts_on, document)
		SELECT p.district_id, {id}::uuid, {version}::integer, {starts}::date, {document}::jsonb FROM district_policy p WHERE {own} AND p.id = {was}::uuid
		RETURNING t.id, (SELECT to_jsonb(p.*) FROM district_policy p WHERE p.district_id = {district} AND p.id = {was}::uuid) AS before, to_jsonb(t.*) AS after
	), `+auditSQL+` SELECT count(*) FROM done`, values)
	if err := mustChangeOne(ctx, op, st); err != nil {
		return nil, err
	}
	return record.ReadPolicy(ctx, op, &version)
}

// queueRecompute puts the district's recompute on the list, due at once.
func queueRecompute(ctx context.Context, op *operation.Operation) error {
	st := reach.NewStatement(op.Reader).Write(`WITH made AS (
		INSERT INTO job AS t (district_id, id, kind, due_at, requested_by)
		SELECT d.id, {id}::uuid, 'RECOMPUTE', clock_timestamp(), {who}::uuid FROM district d WHERE {own}
		ON CONFLICT (district_id, kind) WHERE status = 'QUEUED' DO UPDATE SET due_at = least(t.due_at, excluded.due_at), requested_by = excluded.requested_by
		RETURNING 1)
		SELECT count(*) FROM made`, reach.Values{
		"id": uuid.Must(uuid.NewV7()), "who": uuid.UUID(op.Reader.Principal.PersonID), "own": func(st *reach.Statement) { st.Rows("district", "d") },
	})
	return mustChangeOne(ctx, op, st)
}
