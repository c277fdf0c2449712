package record

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/policy"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// FlagEvidence is a flag with the rows behind it.
type FlagEvidence struct {
	Flag *RiskFlag
	Rows []*EvidenceRow
}

// EvidenceRow is a row behind a flag.
type EvidenceRow struct {
	Kind    string
	On      relay.Date
	Through *relay.Date
	School  *SchoolName
	Name    *string

	part, whole int64
}

// Numerator is the row's part of the flag's numerator.
func (r *EvidenceRow) Numerator() float64 { return earlywarning.Days(r.part) }

// Denominator is the row's part of the flag's denominator.
func (r *EvidenceRow) Denominator() float64 { return earlywarning.Days(r.whole) }

// maxEvidence is how many rows a flag can have behind it, as the schema declares.
const maxEvidence = 2_000

// drawn is what a flag was drawn from.
type drawn struct {
	student, flag uuid.UUID
	year          int
	rule, domain  string
	asOf          time.Time
	policy        earlywarning.PolicyVersion
	mask          reach.Mask
}

// ReadEvidence gives a flag and the rows that its figure was counted from, as of its
// day and by the policy that it was drawn by; nil where there is no flag that the
// reader may see.
func ReadEvidence(ctx context.Context, op *operation.Operation, id relay.ID, selected Selected) (*FlagEvidence, error) {
	if id.Prefix != relay.RiskFlag {
		return nil, nil //nolint:nilnil // no flag of that id
	}
	flag, _ := selected.field("flag")
	found, err := RiskFlagsByID(ctx, op, []uuid.UUID{id.UUID}, flag.Fields)
	if err != nil || found[id.UUID] == nil {
		return nil, err
	}
	from, err := readDrawn(ctx, op, id.UUID)
	if err != nil || from == nil {
		return nil, err
	}
	class := classOfDomain[from.domain]
	rows, err := earlywarning.EvidenceOf(ctx, engineQuery(op, func(st *reach.Statement) {
		st.Text("SELECT 1 FROM student reach_s WHERE reach_s.district_id = ").District().Text(" AND ").Seen("reach_s", class).Text(" AND reach_s.id = ").Arg(from.student)
	}), from.student, from.year, from.rule, from.asOf, from.policy)
	if err != nil {
		return nil, fmt.Errorf("read the evidence of a flag: %w", err)
	}
	if len(rows) > maxEvidence {
		return nil, &LimitError{Path: selected.Path + ".rows", Limit: maxEvidence}
	}
	op.Show(from.student, from.mask, access.Of(access.Risk, class))
	return &FlagEvidence{Flag: found[id.UUID], Rows: evidenceRows(rows)}, nil
}

// readDrawn reads what the flag was drawn from, where the reader may see it.
func readDrawn(ctx context.Context, op *operation.Operation, id uuid.UUID) (*drawn, error) {
	st := reach.NewStatement(op.Reader).Write(`SELECT s.id, s.mask, f.school_year, f.rule, f.domain, f.as_of, f.policy_version, p.document
		FROM risk_flag f JOIN (SELECT s.*, {mask} AS mask FROM student s) s ON s.district_id = f.district_id AND s.id = f.student_id
		LEFT JOIN district_policy p ON p.district_id = f.district_id AND p.version = f.policy_version
		WHERE {within} AND s.withdrawn_at IS NULL AND f.id = {id} AND {shown}`, reach.Values{
		"mask":   func(st *reach.Statement) { st.Mask("s") },
		"within": func(st *reach.Statement) { st.Rows("risk_flag", "f") },
		"id":     id,
		"shown":  domainShown,
	})
	var found *drawn
	err := op.Run(ctx, st, func(rows *sql.Rows) error {
		found = &drawn{flag: id}
		var document []byte
		err := rows.Scan(&found.student, &found.mask, &found.year, &found.rule, &found.domain, &found.asOf, &found.policy.Version, &document)
		if err != nil {
			return err
		}
		if document == nil {
			return errors.New("the policy that the flag was drawn by is gone")
		}
		found.policy.Document, err = policy.Parse(document)
		return err
	})
	return found, err
}

func evidenceRows(rows []earlywarning.Evidence) []*EvidenceRow {
	list := make([]*EvidenceRow, len(rows))
	for i, row := range rows {
		list[i] = &EvidenceRow{Kind: row.Kind, On: relay.DateOf(row.On.Time()), part: row.Part, whole: row.Whole}
		if row.Through != 0 {
			through := relay.DateOf(row.Through.Time())
			list[i].Through = &through
		}
		if row.School != (uuid.UUID{}) {
			list[i].School = &SchoolName{ID: relay.NewID(relay.School, row.School), Name: row.SchoolName}
		}
		if row.Name != "" {
			list[i].Name = &row.Name
		}
	}
	return list
}
