package record

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// RiskFlag is what one rule says of a student in a school year, and what became of it.
type RiskFlag struct {
	earlywarning.Finding

	ID           relay.ID
	Severity     string
	Since        relay.Date
	Status       string
	Version      int
	Answerer     *Staff
	AnsweredAt   *time.Time
	AnswerReason *string

	Pages   []*flagPage
	history map[string]*RiskFlagChangeConnection
}

// flagPage is a page of a flag's history, as the database assembles it.
type flagPage struct {
	Total int
	Rows  []relay.Row[*RiskFlagChange]
}

// IsNode marks an object that can be read again by its id.
func (*RiskFlag) IsNode() {}

// GetID gives the id.
func (f *RiskFlag) GetID() relay.ID { return f.ID }

// AnsweredBy is who acknowledged or dismissed it last; nil: nobody.
func (f *RiskFlag) AnsweredBy() Actor { return actorOf(f.Answerer) }

// History gives the page, as it was selected.
func (f *RiskFlag) History(first *int, after *string, last *int, before *string) *RiskFlagChangeConnection {
	return f.history[pageKey(relay.PageArgs{First: first, After: after, Last: last, Before: before})]
}

// RiskFlagChange is what a flag came to say at a moment.
type RiskFlagChange struct {
	Status     string
	Severity   string
	Part       int64
	Whole      int64
	AsOf       relay.Date
	RecordedAt time.Time
	Changer    *Staff
	Reason     *string
}

// Figure is the student's figure then.
func (c *RiskFlagChange) Figure() float64 {
	return earlywarning.Finding{Part: c.Part, Whole: c.Whole}.Figure()
}

// ChangedBy is who answered the flag then; nil: it was drawn anew.
func (c *RiskFlagChange) ChangedBy() Actor { return actorOf(c.Changer) }

// actorOf gives somebody as an actor; nil of nobody.
func actorOf(staff *Staff) Actor {
	if staff == nil {
		return nil
	}
	return staff
}

// RiskFlagChangeConnection is a page of a flag's history.
type RiskFlagChangeConnection struct {
	relay.Connection[*RiskFlagChange]
}

// RiskFlagChangeEdge is what a flag came to say, in a page.
type RiskFlagChangeEdge = relay.Edge[*RiskFlagChange]

// flagQuery names the list that its cursors are bound to.
const flagQuery = "RiskFlag.history"

// flagSQL is the flag f as JSON, with the pages of its history that are asked for.
var flagSQL = `json_build_object('id', ` + relay.SQL(relay.RiskFlag, "f.id") + `,
	'domain', f.domain, 'rule', f.rule, 'severity', f.severity, 'grave', f.severity, 'since', f.since, 'status', f.status,
	'part', f.numerator, 'whole', f.denominator, 'line', f.threshold, 'asOf', f.as_of, 'policyVersion', f.policy_version,
	'version', f.version, 'answeredAt', f.answered_at, 'answerReason', nullif(f.answer_reason, ''),
	'answerer', {answerer}, 'pages', json_build_array({pages}))`

var (
	answererSQL = staffOf("f.answered_by")
	changerSQL  = staffOf("h.changed_by")
)

// staffOf is a member of staff by name, as JSON.
func staffOf(id string) string {
	return `(SELECT json_build_object('id', ` + relay.SQL(relay.Staff, "a.id") + `, 'displayName', ` + DisplayName("a") + `, 'kind', 'STAFF')
		FROM staff a WHERE a.district_id = {district} AND a.id = ` + id + `)`
}

const flagHistorySQL = `json_build_object(
	'total', {total},
	'rows', (SELECT coalesce(json_agg(x.item), '[]') FROM (
		SELECT json_build_object('keys', json_build_array(h.recorded_at::text, h.id::text), 'node', json_build_object(
			'status', h.status, 'severity', h.severity, 'part', h.numerator, 'whole', h.denominator, 'asOf', h.as_of,
			'recordedAt', h.recorded_at, 'reason', nullif(h.reason, ''), 'changer', {changer})) AS item
		FROM risk_flag_history h
		WHERE h.district_id = {district} AND h.risk_flag_id = f.id {after}
		ORDER BY {order}
		LIMIT {limit}) x))`

const flagHistoryTotalSQL = `(SELECT count(*) FROM risk_flag_history t WHERE t.district_id = {district} AND t.risk_flag_id = f.id)`

// flagRead reads flags with what is selected of them.
type flagRead struct {
	op        *operation.Operation
	fields    Selected
	histories []flagHistory
}

// flagHistory is one page of a history that is selected of every flag.
type flagHistory struct {
	selected Selected
	page     relay.Page
	keys     []string // of its cursor, the last the flag's own id; nil: it has none
}

// newFlagRead begins a read of flags with what is selected below the field.
func newFlagRead(op *operation.Operation, flags Selected) (*flagRead, error) {
	r := &flagRead{op: op, fields: flags}
	for _, s := range distinct(flags.Fields, func(name string) bool { return name == "history" }) {
		page, keys, err := openPage(op, bound(op, flagQuery), s.Page)
		if err != nil {
			return nil, err
		}
		r.histories = append(r.histories, flagHistory{s, page, keys})
	}
	return r, nil
}

// write writes the flag f as JSON.
func (r *flagRead) write(st *reach.Statement) {
	st.Write(flagSQL, reach.Values{
		"answerer": ifSelected(r.fields, "answeredBy", written(answererSQL), "NULL"),
		"pages": func(st *reach.Statement) {
			for i, h := range r.histories {
				if i > 0 {
					st.Text(", ")
				}
				h.write(st)
			}
		},
	})
}

func (h flagHistory) write(st *reach.Statement) {
	st.Write(flagHistorySQL, reach.Values{
		"total":   ifSelected(h.selected, "totalCount", written(flagHistoryTotalSQL), "0"),
		"changer": ifSelected(Selected{Fields: rowSelections(h.selected)}, "changedBy", written(changerSQL), "NULL"),
		"after":   beyond(h.page, h.keys, latestFirst("h", "recorded_at")),
		"order":   ordered(h.page, latestFirst("h", "recorded_at")),
		"limit":   h.page.Limit + 1,
	})
}

// complete makes pages of what was read of the flags' histories. A cursor is of one
// flag's history: the others have nothing beyond it, and it must be of one of them.
func (r *flagRead) complete(flags []*RiskFlag) error {
	for i, h := range r.histories {
		owned := func(f *RiskFlag) bool { return h.keys == nil || h.keys[len(h.keys)-1] == f.ID.String() }
		if len(flags) > 0 && !slices.ContainsFunc(flags, owned) {
			return relay.ErrCursor
		}
		for _, flag := range flags {
			read := flag.Pages[i]
			if !owned(flag) {
				read = &flagPage{}
			}
			seal := func(keys []string) string {
				return r.op.Cursors.Seal(bound(r.op, flagQuery), append(keys, flag.ID.String()))
			}
			flag.history = put(flag.history, pageKey(h.selected.Page), &RiskFlagChangeConnection{*relay.Connect(read.Rows, h.page, read.Total, seal)})
		}
	}
	return nil
}

// RiskFlagsByID gives the flags of those ids that the reader may see: of students within
// reach, with RISK and the class of what the flag is drawn from. OFFSET 0 has the
// students read one by one, by the flags that are found.
func RiskFlagsByID(ctx context.Context, op *operation.Operation, ids []uuid.UUID, selected []Selected) (map[uuid.UUID]*RiskFlag, error) {
	read, err := newFlagRead(op, Selected{Fields: selected})
	if err != nil {
		return nil, err
	}
	st := reach.NewStatement(op.Reader).Write(`SELECT s.id, s.mask, {flag}
		FROM risk_flag f CROSS JOIN LATERAL (SELECT s.*, {mask} AS mask FROM student s
			WHERE s.district_id = {district} AND s.id = f.student_id AND s.withdrawn_at IS NULL OFFSET 0) s
		WHERE {within} AND f.id = ANY({ids}::uuid[]) AND {shown}`, reach.Values{
		"flag":   read.write,
		"mask":   func(st *reach.Statement) { st.Mask("s") },
		"within": func(st *reach.Statement) { st.Rows("risk_flag", "f") },
		"ids":    pq.Array(ids),
		"shown":  domainShown,
	})
	found := make(map[uuid.UUID]*RiskFlag, len(ids))
	err = op.Run(ctx, st, func(rows *sql.Rows) error {
		var student uuid.UUID
		var mask reach.Mask
		var raw []byte
		flag := &RiskFlag{}
		if err := rows.Scan(&student, &mask, &raw); err != nil {
			return err
		}
		if err := fromJSON(raw, flag); err != nil {
			return err
		}
		found[flag.ID.UUID] = flag
		op.Show(student, mask, access.Of(access.Risk, classOfDomain[flag.Domain]))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return found, read.complete(slices.Collect(maps.Values(found)))
}
