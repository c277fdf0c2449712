package ledger

import (
	"bytes"
	"context"
	"crypto/hmac"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/tenant"
)

// Head is the end of a district's chain: kept elsewhere it is an anchor, by which a
// tail that was cut off is found.
type Head struct {
	District string // its code
	Seq      int64  // 0: the chain is empty
	MAC      []byte
}

// String writes the head as ParseHead reads it: the district's code, the number of
// the last seal, and the seal.
func (h Head) String() string {
	return fmt.Sprintf("%s:%d:%s", h.District, h.Seq, hex.EncodeToString(h.MAC))
}

// ErrHead is a text that is no head.
var ErrHead = errors.New("an anchor is a head as audit verify printed it, such as 255901:1234: and 64 hexadecimal digits")

// ParseHead reads a head.
func ParseHead(text string) (Head, error) {
	end := strings.LastIndexByte(text, ':')
	middle := strings.LastIndexByte(text[:max(end, 0)], ':')
	if middle < 1 {
		return Head{}, ErrHead
	}
	seq, err := strconv.ParseInt(text[middle+1:end], 10, 64)
	if err != nil || seq < 0 {
		return Head{}, ErrHead
	}
	mac, err := hex.DecodeString(text[end+1:])
	if err != nil || (seq > 0) != (len(mac) == sha256Size) {
		return Head{}, ErrHead
	}
	return Head{District: text[:middle], Seq: seq, MAC: mac}, nil
}

const sha256Size = 32

// Place is where a line stands: in its log, and in the chain.
type Place struct {
	Seq int64 // 0: it has no seal
	Log string
	At  time.Time
	ID  uuid.UUID
}

// Fault is something that was done to the records.
type Fault struct {
	Place

	Problem string
}

// Report is what a district's chain says.
type Report struct {
	Head     Head
	Faults   []Fault // the first ones
	Unsealed []Place // lines that wait for their seal, the first ones
	Late     []Place // sealed more than an hour after the moment they bear, the first ones

	FaultCount, LateCount int64
	MoreUnsealed          bool
}

const (
	// mostListed is how many of a kind a report lists.
	mostListed = 100
	// late is how long after its moment a line's seal is worth a look: the sealer
	// stood still, a change took that long, or the line was put in afterwards.
	late = time.Hour
)

// Check is one look through a district's records.
type Check struct {
	Key      Key
	District District
	Anchor   *Head                   // nil: none
	Progress func(done, total int64) // in seals; nil: nobody is told
}

// verifySQL reads the chain in its order, each seal with the digest of its line as it
// stands now, and whether the line is found by each of its students.
const verifySQL = `SELECT s.seq, s.log, s.at, s.id, s.digest, s.sealed_at, s.key_id, s.mac, l.digest, coalesce(l.listed, true)
	FROM seal s LEFT JOIN LATERAL (
		SELECT ` + accessDigest + ` AS digest, NOT EXISTS (SELECT FROM unnest(x.student_ids) AS student WHERE NOT EXISTS (
				SELECT FROM access_log_student w WHERE w.district_id = $1 AND w.student_id = student AND w.at = x.at AND w.id = x.id)) AS listed
			FROM access_log x WHERE x.district_id = $1 AND x.at = s.at AND x.id = s.id AND s.log = 'ACCESS'
		UNION ALL SELECT ` + auditDigest + `, true FROM audit_log x WHERE x.district_id = $1 AND x.at = s.at AND x.id = s.id AND s.log = 'AUDIT'
		UNION ALL SELECT ` + disclosureDigest + `, true FROM disclosure x WHERE x.district_id = $1 AND x.at = s.at AND x.id = s.id AND s.log = 'DISCLOSURE'
	) l ON true
	WHERE s.district_id = $1 ORDER BY s.seq`

// Verify looks through a district's records, in one snapshot and line by line: each
// line that was edited, deleted, moved or put in since it was sealed is a fault. An
// error is a look that could not be taken, or a KeyError.
func Verify(ctx context.Context, db *postgres.DB, check Check) (Report, error) {
	v := &verification{Check: check}
	v.report.Head.District = check.District.Code
	ctx = tenant.With(ctx, tenant.Scope{District: check.District.ID})
	err := db.Read(ctx, func(tx *postgres.Tx) error {
		if err := tx.SQL().QueryRowContext(ctx, "SELECT count(*) FROM seal s WHERE s.district_id = $1", check.District.ID).Scan(&v.total); err != nil {
			return err
		}
		if err := v.chain(ctx, tx); err != nil {
			return err
		}
		return v.unsealed(ctx, tx)
	})
	if err != nil {
		return v.report, fmt.Errorf("verify the records of %s: %w", check.District.Code, err)
	}
	if a := check.Anchor; a != nil && a.Seq > v.report.Head.Seq {
		v.fault(Place{Seq: v.report.Head.Seq}, fmt.Sprintf("the chain ends here, and the anchor is of seal %d: the tail was cut off", a.Seq))
	}
	return v.report, nil
}

// verification is a look under way.
type verification struct {
	Check

	report      Report
	done, total int64
}

func (v *verification) fault(at Place, problem string) {
	v.report.FaultCount++
	if len(v.report.Faults) < mostListed {
		v.report.Faults = append(v.report.Faults, Fault{at, problem})
	}
}

// progressEvery is after how many seals somebody is told.
const progressEvery = 10_000

func (v *verification) chain(ctx context.Context, tx *postgres.Tx) error {
	rows, err := tx.SQL().QueryContext(ctx, verifySQL, v.District.ID)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var s seal
		var now []byte // the line's digest; nil: there is no line
		var listed bool
		if err := rows.Scan(&s.seq, &s.log, &s.at, &s.id, &s.digest, &s.sealedAt, &s.keyID, &s.mac, &now, &listed); err != nil {
			return err
		}
		if s.seq == 1 && !bytes.Equal(s.keyID, v.Key.id) {
			return &KeyError{}
		}
		v.seal(s, now, listed)
		if v.done++; v.Progress != nil && (v.done%progressEvery == 0 || v.done == v.total) {
			v.Progress(v.done, v.total)
		}
	}
	return rows.Err()
}

// seal holds a seal to the one before it, and its line to it.
func (v *verification) seal(s seal, now []byte, listed bool) {
	at := Place{s.seq, s.log, s.at, s.id}
	before := v.report.Head
	v.report.Head.Seq, v.report.Head.MAC = s.seq, s.mac
	follows := s.seq == before.Seq+1
	switch {
	case !follows:
		v.fault(at, fmt.Sprintf("the seals %d to %d before it were deleted", before.Seq+1, s.seq-1))
	case !hmac.Equal(s.mac, v.Key.mac(v.District.ID, s, before.MAC)):
		v.fault(at, "its seal does not follow from the one before: it was edited, moved or put in")
	}
	switch {
	case now == nil:
		v.fault(at, "the line was deleted")
	case !bytes.Equal(now, s.digest):
		v.fault(at, "the line was edited after it was sealed")
	case !listed:
		v.fault(at, "the line was taken out of the list of one of its students")
	}
	if a := v.Anchor; a != nil && a.Seq == s.seq && !hmac.Equal(a.MAC, s.mac) {
		v.fault(at, "its seal is not the anchor's: the chain was made anew")
	}
	if s.sealedAt.Sub(s.at) > late {
		v.report.LateCount++
		if len(v.report.Late) < mostListed {
			v.report.Late = append(v.report.Late, at)
		}
	}
}

// unsealed lists the lines without a seal. In the access log there can be none that
// its writer made.
func (v *verification) unsealed(ctx context.Context, tx *postgres.Tx) error {
	for _, one := range swept {
		lines, err := v.without(ctx, tx, one.log, one.unsealed)
		if err != nil {
			return err
		}
		for _, line := range lines {
			if len(v.report.Unsealed) == mostListed {
				v.report.MoreUnsealed = true
				break
			}
			v.report.Unsealed = append(v.report.Unsealed, Place{0, line.log, line.at, line.id})
		}
	}
	lines, err := v.without(ctx, tx, accessLog, unsealedAccess)
	for _, line := range lines {
		v.fault(Place{0, line.log, line.at, line.id}, "the line has no seal: it was put in, or its seal was deleted")
	}
	return err
}

func (v *verification) without(ctx context.Context, tx *postgres.Tx, log, query string) ([]line, error) {
	rows, err := tx.SQL().QueryContext(ctx, query, v.District.ID, moment(beginning), mostListed+1)
	if err != nil {
		return nil, err
	}
	return scanLines(rows, log)
}

// State is how a district's chain stands.
type State struct {
	Seals   int64
	KeyFits bool          // the last seal is this key's; true for an empty chain
	Waiting int64         // lines of the last days without a seal
	Longest time.Duration // for how long the oldest of them waits
}

const stateDays = 2

// StateOf tells how a district's chain stands, without looking through it. The
// transaction is in the district's scope.
func StateOf(ctx context.Context, tx *postgres.Tx, key Key, district uuid.UUID) (State, error) {
	var state State
	var seq sql.NullInt64
	var keyID, mac []byte
	var now time.Time
	if err := tx.SQL().QueryRowContext(ctx, headSQL, district).Scan(&now, &seq, &keyID, &mac); err != nil {
		return state, fmt.Errorf("read the head of the chain: %w", err)
	}
	state.Seals, state.KeyFits = seq.Int64, !seq.Valid || bytes.Equal(keyID, key.id)
	for _, one := range swept {
		rows, err := tx.SQL().QueryContext(ctx, one.unsealed, district, moment(now.AddDate(0, 0, -stateDays)), mostListed)
		if err != nil {
			return state, fmt.Errorf("look for lines without a seal: %w", err)
		}
		lines, err := scanLines(rows, one.log)
		if err != nil {
			return state, err
		}
		state.Waiting += int64(len(lines))
		if len(lines) > 0 {
			state.Longest = max(state.Longest, now.Sub(lines[0].at))
		}
	}
	return state, nil
}
