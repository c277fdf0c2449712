package record

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// District is the reader's own district.
type District struct {
	ID       relay.ID
	Name     string
	LocalID  string
	TimeZone string
}

// IsNode marks an object that can be read again by its id.
func (*District) IsNode() {}

// GetID gives the id.
func (d *District) GetID() relay.ID { return d.ID }

// RiskSummary is how many students stand at each level.
type RiskSummary struct {
	OnTrack, EarlyWarning, AtRisk, Critical, NotMeasured int

	AsOf          *relay.Date
	PolicyVersion *int
}

// RiskClass is the class of the figure over the district; a test holds the schema's
// declaration to it.
const RiskClass = access.Risk

// ReadRiskSummary counts the levels of the school year's students over the
// district; nil, and noted, for a reader who may not see the risk of each of them.
func ReadRiskSummary(ctx context.Context, op *operation.Operation, selected Selected) (*RiskSummary, error) {
	class := RiskClass
	if !op.Reader.OverDistrict().Has(class) {
		op.Redact(selected.Path, &class, operation.NoRole, noIndex)
		return nil, nil //nolint:nilnil // null in the answer, and listed
	}
	if err := selected.checkYear(); err != nil {
		return nil, err
	}
	st := startYearly(op.Reader)
	st.Text(`SELECT count(*) FILTER (WHERE r.level = 'ON_TRACK'), count(*) FILTER (WHERE r.level = 'EARLY_WARNING'),
		count(*) FILTER (WHERE r.level = 'AT_RISK'), count(*) FILTER (WHERE r.level = 'CRITICAL'),
		count(*) FILTER (WHERE r.level = 'NOT_MEASURED'), max(r.as_of)::text, max(r.policy_version)
		FROM student_risk r WHERE `).Rows("student_risk", "r")
	st.Write(" AND r.school_year = {year}", reach.Values{"year": schoolYear(selected.SchoolYear)})
	summary := &RiskSummary{}
	err := op.Run(ctx, st, func(rows *sql.Rows) error {
		return rows.Scan(&summary.OnTrack, &summary.EarlyWarning, &summary.AtRisk, &summary.Critical,
			&summary.NotMeasured, &summary.AsOf, &summary.PolicyVersion)
	})
	if err != nil {
		return nil, fmt.Errorf("read the risk summary: %w", err)
	}
	op.ShowFigures(access.Of(class), op.Reader.SpansOver(access.ID{}))
	return summary, nil
}
