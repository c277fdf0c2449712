package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// IndicatorPolicy is when a figure of a student is a warning. Shares, counts, grade
// points and credits are all in ten-thousandths: a share of a tenth is 1000, four
// incidents are 40000, a grade point average of 2.0 is 20000.
type IndicatorPolicy struct {
	// MinEnrolledDays is how long a student must be enrolled for a verdict on a share
	// of days: 20 by default.
	MinEnrolledDays int `json:"minEnrolledDays"`
	// Rules is each rule's lines, by its name.
	Rules Rules `json:"rules"`
	// LongTardyMinutes: a tardy of more minutes than these counts for truancy: 30, as in
	// California Education Code 48260.
	LongTardyMinutes int `json:"longTardyMinutes"`
	// Marks is what a mark is worth.
	Marks MarkPolicy `json:"marks"`
	// CreditsOfYearCourse is how many credits a course of a full year gives: 1 by
	// default, a Carnegie unit.
	CreditsOfYearCourse int64 `json:"creditsOfYearCourse"`
	// RequestAt is the level from which the report raises a request for support:
	// AT_RISK by default, Holdfast's own; empty: never.
	RequestAt string `json:"requestAt"`
	// RequestFor are the circumstances for which the report raises one, of their class:
	// those for which the request has a reason of its own.
	RequestFor []string `json:"requestFor"`
}

// Rule is a rule's lines. One that is missing does not warn, or does not put at risk.
type Rule struct {
	Off     bool   `json:"off,omitzero"`
	Window  Window `json:"window"`
	Warning *int64 `json:"warning"` // ten-thousandths
	AtRisk  *int64 `json:"atRisk"`  // ten-thousandths
}

// Rules is each rule's lines, by the rule's name.
type Rules map[string]Rule

// UnmarshalJSON reads what the document says of each rule over what stood there, so
// that it may name one line alone.
func (r *Rules) UnmarshalJSON(raw []byte) error {
	var said map[string]json.RawMessage
	if err := json.Unmarshal(raw, &said); err != nil {
		return err
	}
	if *r == nil {
		*r = make(Rules, len(said))
	}
	for name, one := range said {
		rule := (*r)[name]
		decoder := json.NewDecoder(bytes.NewReader(one))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&rule); err != nil {
			return err
		}
		(*r)[name] = rule
	}
	return nil
}

// Window is which days a rule looks at, up to the last one that is known.
type Window string

// The windows.
const (
	YearToDate Window = "YEAR_TO_DATE"
	Term       Window = "TERM"         // the latest term that has begun; the year where there are no terms
	Last20Days Window = "LAST_20_DAYS" // of those on which the student was enrolled
)

// The names of the rules; internal/earlywarning says what each looks at.
const (
	AbsenceShare     = "ABSENCE_SHARE"
	Incidents        = "INCIDENTS"
	InSchool         = "IN_SCHOOL_SUSPENSIONS"
	Exclusions       = "EXCLUSIONS"
	CoreDs           = "CORE_DS"
	CoreFs           = "CORE_FS"
	GradePoints      = "GRADE_POINT_AVERAGE"
	CreditsBehind    = "CREDITS_BEHIND"
	AgeForGrade      = "AGE_FOR_GRADE"
	TruantDays       = "TRUANT_DAYS"
	TruantShare      = "TRUANT_SHARE"
	NoImprovement    = "NO_IMPROVEMENT"
	Tardies          = "TARDIES"
	AssessmentsBelow = "ASSESSMENTS_BELOW_LEVEL"
)

// whole is one, in ten-thousandths.
const whole = 10_000

// defaultIndicators are the defaults of the design's table, with its sources.
//
//nolint:mnd // each number stands beside the name of its rule, and nowhere else
func defaultIndicators() IndicatorPolicy {
	line := func(n int64) *int64 { return &n }
	return IndicatorPolicy{
		MinEnrolledDays: 20, LongTardyMinutes: 30, CreditsOfYearCourse: whole,
		Rules: Rules{
			AbsenceShare:     {Window: YearToDate, Warning: line(500), AtRisk: line(1000)},            // at risk: chronic, federal and CALPADS; warning: own
			Incidents:        {Window: YearToDate, Warning: line(4 * whole), AtRisk: line(6 * whole)}, // Shiawassee RESD
			InSchool:         {Window: YearToDate, Warning: line(whole)},                              // own
			Exclusions:       {Window: YearToDate, AtRisk: line(whole)},                               // EWIMS
			CoreDs:           {Window: YearToDate, Warning: line(whole)},                              // Practice guide, EWIMS
			CoreFs:           {Window: YearToDate, AtRisk: line(whole)},                               // Practice guide, EWIMS
			GradePoints:      {Window: YearToDate, AtRisk: line(2 * whole)},                           // Practice guide, EWIMS; at most
			CreditsBehind:    {Window: YearToDate, Warning: line(1), AtRisk: line(whole)},             // in years of credits: any; a full year
			AgeForGrade:      {Window: YearToDate, Warning: line(whole), AtRisk: line(2 * whole)},     // Katy ISD names it; the numbers are own
			NoImprovement:    {Window: YearToDate, Warning: line(6 * whole)},                          // weeks: Practice guide (MTSS)
			TruantDays:       {Off: true, Window: YearToDate, Warning: line(3 * whole)},               // California 48260
			TruantShare:      {Off: true, Window: YearToDate, AtRisk: line(1000)},                     // California 48263.6
			Tardies:          {Off: true, Window: YearToDate, Warning: line(10 * whole)},              // BP 5147 names it; the number is own
			AssessmentsBelow: {Off: true, Window: YearToDate, Warning: line(whole)},                   // BP 5147 names it; the number is own
		},
		Marks: defaultMarks(), RequestAt: "AT_RISK", RequestFor: []string{"HOMELESS", "PREGNANT_OR_PARENTING"},
	}
}

// check refuses what no figure could be held to.
func (p IndicatorPolicy) check() error {
	if p.MinEnrolledDays < 1 || p.LongTardyMinutes < 0 || p.CreditsOfYearCourse < 1 {
		return errors.New("the district's policy: indicators need minEnrolledDays ≥ 1, longTardyMinutes ≥ 0 and creditsOfYearCourse ≥ 1")
	}
	if !slices.Contains([]string{"", "EARLY_WARNING", "AT_RISK", "CRITICAL"}, p.RequestAt) {
		return fmt.Errorf("the district's policy: indicators.requestAt is %q, which is no level to ask for support at", p.RequestAt)
	}
	known := defaultIndicators().Rules
	for _, name := range slices.Sorted(maps.Keys(p.Rules)) {
		if _, ok := known[name]; !ok {
			return fmt.Errorf("the district's policy: there is no rule %q", name)
		}
		if err := p.Rules[name].check(name); err != nil {
			return err
		}
	}
	return p.Marks.check()
}

// AtMost tells the rules whose figure is the graver the lower it is.
func AtMost(name string) bool { return name == GradePoints }

// shares are the rules whose figure is a share of one.
var shares = []string{AbsenceShare, TruantShare}

func (r Rule) check(name string) error {
	if !slices.Contains([]Window{YearToDate, Term, Last20Days}, r.Window) {
		return fmt.Errorf("the district's policy: the window of %s is %q, which is none of %s, %s, %s", name, r.Window, YearToDate, Term, Last20Days)
	}
	for _, line := range []*int64{r.Warning, r.AtRisk} {
		if line != nil && (*line <= 0 || (slices.Contains(shares, name) && *line > whole)) {
			return fmt.Errorf("the district's policy: a line of %s is %d; it must be more than 0, and a share at most 10000 (ten-thousandths)", name, *line)
		}
	}
	if r.Warning == nil || r.AtRisk == nil {
		return nil
	}
	if AtMost(name) && *r.AtRisk > *r.Warning || !AtMost(name) && *r.AtRisk < *r.Warning {
		return fmt.Errorf("the district's policy: %s would put at risk before it warns", name)
	}
	return nil
}
