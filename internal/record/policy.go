package record

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/policy"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// DistrictPolicy is a version of a district's policy: when a figure is a warning, and
// what its sources' codes mean.
type DistrictPolicy struct {
	ID       uuid.UUID
	Version  int
	StartsOn relay.Date
	Document policy.Document
}

// PolicyRule is a rule's lines.
type PolicyRule struct {
	Name    string
	Domain  string
	Off     bool
	Window  string
	Warning *float64
	AtRisk  *float64
}

// Code is what a code of the district's source means.
type Code struct{ Code, Meaning string }

// MinEnrolledDays is how long a student must be enrolled for a verdict on a share of
// days.
func (p *DistrictPolicy) MinEnrolledDays() int { return p.Document.Indicators.MinEnrolledDays }

// LongTardyMinutes is how many minutes of a tardy do not yet count for truancy.
func (p *DistrictPolicy) LongTardyMinutes() int { return p.Document.Indicators.LongTardyMinutes }

// CreditsOfYearCourse is how many credits a course of a full year gives.
func (p *DistrictPolicy) CreditsOfYearCourse() float64 {
	return earlywarning.Days(p.Document.Indicators.CreditsOfYearCourse)
}

// RequestAt is the level from which the report raises a request for support; nil: none.
func (p *DistrictPolicy) RequestAt() *string {
	if p.Document.Indicators.RequestAt == "" {
		return nil
	}
	return &p.Document.Indicators.RequestAt
}

// RequestFor are the circumstances for which the report raises a request.
func (p *DistrictPolicy) RequestFor() []string {
	return slices.Clone(p.Document.Indicators.RequestFor)
}

// MostEnded is the share of the district's active enrollments that may end by one
// import.
func (p *DistrictPolicy) MostEnded() float64 {
	return earlywarning.Days(p.Document.Imports.MostEndedBasisPoints)
}

// Rules are the rules in the order in which they are shown.
func (p *DistrictPolicy) Rules() []*PolicyRule {
	var list []*PolicyRule
	for _, rule := range earlywarning.Rules() {
		lines := p.Document.Indicators.Rules[rule.Name]
		list = append(list, &PolicyRule{
			Name: rule.Name, Domain: string(rule.Domain), Off: lines.Off, Window: string(lines.Window), Warning: lineOf(lines.Warning), AtRisk: lineOf(lines.AtRisk),
		})
	}
	return list
}

func lineOf(line *int64) *float64 {
	if line == nil {
		return nil
	}
	value := earlywarning.Days(*line)
	return &value
}

// AttendanceCodes maps the source's words for what an attendance event is.
func (p *DistrictPolicy) AttendanceCodes() []*Code { return codesOf(p.Document.AttendanceCodes) }

// ExitCodes maps the source's leaver codes.
func (p *DistrictPolicy) ExitCodes() []*Code { return codesOf(p.Document.ExitCodes) }

// EntryCodes maps the source's entry codes.
func (p *DistrictPolicy) EntryCodes() []*Code { return codesOf(p.Document.EntryCodes) }

// ActionCodes maps the source's words for disciplinary actions.
func (p *DistrictPolicy) ActionCodes() []*Code { return codesOf(p.Document.ActionCodes) }

func codesOf(codes map[string]string) []*Code {
	list := make([]*Code, 0, len(codes))
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		list = append(list, &Code{code, codes[code]})
	}
	return list
}

// ReadPolicy gives a version of the district's policy: the one in force today, or the
// one of that number. nil where there is none.
func ReadPolicy(ctx context.Context, op *operation.Operation, version *int) (*DistrictPolicy, error) {
	st := reach.NewStatement(op.Reader).Text(`SELECT p.id, p.version, p.starts_on::text, p.document FROM district_policy p WHERE `).Rows("district_policy", "p")
	if version != nil {
		st.Text(" AND p.version = ").Arg(*version).Text("::integer")
	} else {
		st.Text(" AND p.starts_on <= ").Today()
	}
	var found *DistrictPolicy
	err := op.Run(ctx, st.Text(" ORDER BY p.starts_on DESC, p.version DESC LIMIT 1"), func(rows *sql.Rows) error {
		var err error
		found, err = ScanPolicy(rows)
		return err
	})
	return found, err
}

// ScanPolicy reads a row of id, version, first day and document.
func ScanPolicy(rows *sql.Rows) (*DistrictPolicy, error) {
	found := &DistrictPolicy{}
	var document []byte
	if err := rows.Scan(&found.ID, &found.Version, &found.StartsOn, &document); err != nil {
		return nil, err
	}
	var err error
	found.Document, err = policy.Parse(document)
	return found, err
}

// PolicyPreview is how many students of the current school year stand at each level by
// the policy in force, and how many would by another.
type PolicyPreview struct {
	Now, Then *LevelCounts
}

// LevelCounts is how many students stand at each level.
type LevelCounts struct {
	OnTrack, EarlyWarning, AtRisk, Critical, NotMeasured int
}

// PreviewPolicy works out all students of the current school year by a policy that is
// not in force, without keeping anything. It reads what RISK is drawn from of every
// student of the district, and gives numbers alone.
func PreviewPolicy(ctx context.Context, op *operation.Operation, document policy.Document) (*PolicyPreview, error) {
	now, err := ReadPolicy(ctx, op, nil)
	if err != nil || now == nil {
		return nil, err
	}
	query := engineQuery(op, func(st *reach.Statement) {
		st.Text("SELECT 1 FROM district reach_d WHERE ").Rows("district", "reach_d")
	})
	counts, err := earlywarning.Preview(ctx, query, op.Reader.Today, []earlywarning.PolicyVersion{
		{Version: now.Version, Document: now.Document}, {Version: now.Version + 1, Document: document},
	})
	if err != nil {
		return nil, fmt.Errorf("preview a policy: %w", err)
	}
	op.ShowFigures(access.Of(access.Risk), op.Reader.SpansOver(access.ID{}))
	return &PolicyPreview{Now: levelCounts(counts[0]), Then: levelCounts(counts[1])}, nil
}

func levelCounts(counts map[earlywarning.Level]int) *LevelCounts {
	return &LevelCounts{
		OnTrack: counts[earlywarning.OnTrack], EarlyWarning: counts[earlywarning.EarlyWarning], AtRisk: counts[earlywarning.LevelAtRisk],
		Critical: counts[earlywarning.Critical], NotMeasured: counts[earlywarning.LevelUnmeasured],
	}
}
