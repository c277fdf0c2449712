package ledger

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// KeyError is a chain that was made with another key: nothing is added to it.
type KeyError struct{}

// Error says what is wrong.
func (*KeyError) Error() string { return "the chain of seals was made with another secret key" }

// Key seals lines. It is drawn from the installation's secret and is never in the
// database: who changes the database alone cannot make a seal.
type Key struct{ secret, id []byte }

const keyIDSize = 8

// NewKey draws the key from the installation's secret.
func NewKey(secret []byte) Key {
	key := Key{secret: sum(secret, []byte("holdfast seals"))}
	key.id = sum(key.secret, []byte("holdfast seals: which key"))[:keyIDSize]
	return key
}

func sum(key []byte, parts ...[]byte) []byte {
	mac := hmac.New(sha256.New, key)
	for _, part := range parts {
		_, _ = mac.Write(part) // never fails
	}
	return mac.Sum(nil)
}

// line is one line of a log, by its key and what it says.
type line struct {
	log    string
	at     time.Time
	id     uuid.UUID
	digest []byte
}

// seal is a line's place in the chain.
type seal struct {
	line

	seq      int64
	sealedAt time.Time
	keyID    []byte
	mac      []byte
}

// mac is the keyed hash of the seal after the one before it. Every part has a fixed
// size, or its size before it.
func (k Key) mac(district uuid.UUID, s seal, before []byte) []byte {
	number := func(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) } //nolint:gosec // its bits are meant
	return sum(k.secret, []byte("holdfast seal 1"), district[:], number(s.seq), number(int64(len(s.log))), []byte(s.log),
		number(s.at.UnixMicro()), s.id[:], number(s.sealedAt.UnixMicro()), number(int64(len(s.keyID))), s.keyID,
		number(int64(len(s.digest))), s.digest, number(int64(len(before))), before)
}

// lockChain keeps two writers from adding to a district's chain at once. The lock is
// the transaction's. Nothing else takes it: no change, no read, no import.
func lockChain(ctx context.Context, tx *postgres.Tx, district uuid.UUID) error {
	_, err := tx.SQL().ExecContext(ctx, "SELECT pg_advisory_xact_lock(hashtextextended('seals ' || $1::text, 0))", district)
	if err != nil {
		return fmt.Errorf("take the lock of the chain: %w", err)
	}
	return nil
}

// headSQL reads the chain's last seal, and the moment.
const headSQL = `SELECT clock_timestamp(), s.seq, s.key_id, s.mac FROM (SELECT 1) one
	LEFT JOIN LATERAL (SELECT s.seq, s.key_id, s.mac FROM seal s WHERE s.district_id = $1 ORDER BY s.seq DESC LIMIT 1) s ON true`

// appendSeals adds the lines to the district's chain, in the order given. The lock of
// the chain must be held.
func (k Key) appendSeals(ctx context.Context, tx *postgres.Tx, district uuid.UUID, lines []line) error {
	if len(lines) == 0 {
		return nil
	}
	var seq sql.NullInt64
	var keyID, mac []byte
	var now time.Time
	if err := tx.SQL().QueryRowContext(ctx, headSQL, district).Scan(&now, &seq, &keyID, &mac); err != nil {
		return fmt.Errorf("read the head of the chain: %w", err)
	}
	if seq.Valid && !bytes.Equal(keyID, k.id) {
		return &KeyError{}
	}
	n := len(lines)
	seqs, logs, ats, ids := make([]int64, n), make([]string, n), make([]string, n), make([]string, n)
	digests, macs := make([][]byte, n), make([][]byte, n)
	for i, one := range lines {
		s := seal{line: one, seq: seq.Int64 + int64(i) + 1, sealedAt: now, keyID: k.id}
		mac = k.mac(district, s, mac)
		seqs[i], logs[i], ats[i], ids[i], digests[i], macs[i] = s.seq, s.log, moment(s.at), s.id.String(), s.digest, mac
	}
	_, err := tx.SQL().ExecContext(ctx, `INSERT INTO seal (district_id, seq, log, at, id, digest, sealed_at, key_id, mac)
		SELECT $1::uuid, u.seq, u.log, u.at, u.id, u.digest, $2::timestamptz, $3::bytea, u.mac
		FROM unnest($4::bigint[], $5::text[], $6::timestamptz[], $7::uuid[], $8::bytea[], $9::bytea[]) AS u(seq, log, at, id, digest, mac)`,
		district, moment(now), k.id, pq.Array(seqs), pq.Array(logs), pq.Array(ats), pq.Array(ids), pq.ByteaArray(digests), pq.ByteaArray(macs))
	if err != nil {
		return fmt.Errorf("add to the chain: %w", err)
	}
	return nil
}

// moment writes a time as PostgreSQL keeps it, to the microsecond.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.000000Z07:00") }

// scanLines reads lines of a log by their key and digest.
func scanLines(rows *sql.Rows, log string) ([]line, error) {
	defer func() { _ = rows.Close() }()
	var lines []line
	for rows.Next() {
		one := line{log: log}
		if err := rows.Scan(&one.at, &one.id, &one.digest); err != nil {
			return nil, fmt.Errorf("read a line: %w", err)
		}
		lines = append(lines, one)
	}
	return lines, rows.Err()
}
