package casework

import (
	"context"
	"database/sql"
	"strings"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/record"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// FlagAcknowledged says that somebody sees to what a flag says.
type FlagAcknowledged struct {
	FlagID  relay.ID
	Version *int // the one that was seen; nil: whichever stands
	Comment *string
}

// FlagDismissed says that a flag needs nothing done, and why.
type FlagDismissed struct {
	FlagID  relay.ID
	Version *int // the one that was seen; nil: whichever stands
	Reason  string
}

// FlagAnswered is what came of answering a flag.
type FlagAnswered struct {
	Flag     *record.RiskFlag
	Problems []*Problem
}

// UserErrors gives what a person can correct.
func (f FlagAnswered) UserErrors() []*operation.Problem { return none(f.Problems) }

const (
	acknowledgeFlag = "acknowledgeFlag"
	dismissFlag     = "dismissFlag"
)

// flagAnswer is what a person makes of a flag.
type flagAnswer struct {
	operation string
	flag      relay.ID
	version   *int
	status    string
	reason    string
	selected  []record.Selected // of the flag
}

// AcknowledgeFlag writes down that somebody sees to what a flag says. Needs CASEWORK to
// write of the student, and to see the flag. One that is acknowledged already stays as
// it is.
func AcknowledgeFlag(ctx context.Context, op *operation.Operation, said FlagAcknowledged, selected []record.Selected) (FlagAnswered, error) {
	if problems := checkReason("comment", words(said.Comment)); problems != nil {
		return FlagAnswered{Problems: problems}, nil
	}
	return answer(ctx, op, flagAnswer{acknowledgeFlag, said.FlagID, said.Version, "ACKNOWLEDGED", words(said.Comment), selected})
}

// DismissFlag writes down that a flag needs nothing done, and why. It stays dismissed
// until its figure is worse than the one that was dismissed. Needs what AcknowledgeFlag
// does.
func DismissFlag(ctx context.Context, op *operation.Operation, said FlagDismissed, selected []record.Selected) (FlagAnswered, error) {
	if problems := needReason(said.Reason, "say why nothing needs to be done"); problems != nil {
		return FlagAnswered{Problems: problems}, nil
	}
	return answer(ctx, op, flagAnswer{dismissFlag, said.FlagID, said.Version, "DISMISSED", strings.TrimSpace(said.Reason), selected})
}

func answer(ctx context.Context, op *operation.Operation, a flagAnswer) (FlagAnswered, error) {
	made, problems, err := change(ctx, op.Mutate, func(ctx context.Context) (*record.RiskFlag, error) { return a.write(ctx, op) })
	return FlagAnswered{made, problems}, err
}

func (a flagAnswer) write(ctx context.Context, op *operation.Operation) (*record.RiskFlag, error) {
	flag, err := a.read(ctx, op)
	switch {
	case err != nil:
		return nil, err
	case a.version != nil && *a.version != flag.Version:
		return nil, &conflict[*record.RiskFlag]{problem(Conflict, "version", "is not the one that stands: look at the flag again, and answer that"), flag}
	case flag.Status == a.status && (a.reason == "" || flag.AnswerReason != nil && *flag.AnswerReason == a.reason):
		return flag, a.mayWrite(ctx, op) // it says that already
	case flag.Status == "RESOLVED":
		return nil, &conflict[*record.RiskFlag]{problem(Conflict, "flagId", "is resolved: its figure is under the line by now, and nothing needs an answer"), flag}
	}
	changed, err := a.update(ctx, op)
	if err != nil {
		return nil, err
	}
	current, err := a.read(ctx, op)
	if err == nil && !changed {
		err = &conflict[*record.RiskFlag]{problem(Conflict, "version", "is not the one that stands: look at the flag again, and answer that"), current}
	}
	return current, err
}

// read gives the flag as the reader may see it.
func (a flagAnswer) read(ctx context.Context, op *operation.Operation) (*record.RiskFlag, error) {
	if a.flag.Prefix != relay.RiskFlag {
		return nil, errNoFlag
	}
	found, err := record.RiskFlagsByID(ctx, op, []uuid.UUID{a.flag.UUID}, a.selected)
	if err != nil {
		return nil, err
	}
	if found[a.flag.UUID] == nil {
		return nil, errNoFlag
	}
	return found[a.flag.UUID], nil
}

// mayWrite refuses who may see the flag and not write CASEWORK of its student.
func (a flagAnswer) mayWrite(ctx context.Context, op *operation.Operation) error {
	st := reach.NewStatement(op.Reader).Text("SELECT 1 FROM risk_flag f JOIN student s ON s.district_id = f.district_id AND s.id = f.student_id WHERE ")
	st.Writable("s", access.Casework).Text(" AND s.withdrawn_at IS NULL AND f.district_id = ").District().Text(" AND f.id = ").Arg(a.flag.UUID)
	may, err := gives(ctx, op, st)
	if err == nil && !may {
		err = ErrForbidden
	}
	return err
}

// update answers the flag of the version that was seen, or whichever stands, with a line
// of its history and of the audit log. What the figure was stands with the answer, so that a worse one can be told.
func (a flagAnswer) update(ctx context.Context, op *operation.Operation) (changed bool, err error) {
	may := false
	values := audit(op, a.operation, "RISK_FLAG", a.reason, reach.Values{
		"flag": a.flag.UUID, "seen": a.version, "status": a.status, "line": uuid.Must(uuid.NewV7()),
		"writable": func(st *reach.Statement) { st.Writable("s", access.Casework) },
	})
	st := reach.NewStatement(op.Reader).Write(`WITH own AS (
		SELECT f.id, f.status, f.answer_reason FROM risk_flag f JOIN student s ON s.district_id = f.district_id AND s.id = f.student_id
		WHERE {writable} AND s.withdrawn_at IS NULL AND f.district_id = {district} AND f.id = {flag}::uuid
	), made AS (
		UPDATE risk_flag t SET status = {status}::text, version = t.version + 1, answered_by = {principal}::uuid, answered_at = clock_timestamp(),
			answer_reason = {reason}::text, answered_numerator = t.numerator, answered_denominator = t.denominator
		FROM own WHERE t.district_id = {district} AND t.id = own.id AND t.version = coalesce({seen}::integer, t.version) AND t.status <> 'RESOLVED'
		RETURNING t.*
	), noted AS (
		INSERT INTO risk_flag_history (district_id, id, risk_flag_id, recorded_at, status, severity, as_of, numerator, denominator, threshold,
			policy_version, changed_by, reason)
		SELECT m.district_id, {line}::uuid, m.id, m.answered_at, m.status, m.severity, m.as_of, m.numerator, m.denominator, m.threshold,
			m.policy_version, m.answered_by, m.answer_reason FROM made m
	), done AS (
		SELECT made.id, jsonb_build_object('status', own.status, 'reason', own.answer_reason) AS before,
			jsonb_build_object('status', made.status, 'reason', made.answer_reason) AS after FROM made, own
	), `+auditSQL+` SELECT EXISTS (SELECT FROM own), EXISTS (SELECT FROM made)`, values)
	err = op.Run(ctx, st, func(rows *sql.Rows) error { return rows.Scan(&may, &changed) })
	if err == nil && !may {
		err = ErrForbidden
	}
	return changed, err
}
