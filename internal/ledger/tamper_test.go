package ledger_test

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/holdfast-edu/holdfast/internal/ledger"
)

// tamperings are what somebody who owns the database, but not the key, does to the
// chain that fill leaves in the district $1; and what must be said of it.
var tamperings = []struct {
	name      string
	statement string
	want      string // the faults, a line each
}{
	{"nothing", `SELECT 1 WHERE $1::uuid IS NOT NULL`, ""},
	{
		"a change's reason edited", `UPDATE audit_log x SET reason = 'another' FROM seal s WHERE s.district_id = $1 AND s.seq = 2 AND x.id = s.id`,
		"AUDIT 2 the line was edited after it was sealed",
	},
	{
		"one value of what a change made", `UPDATE audit_log x SET after = after || '{"positive": false}' FROM seal s WHERE s.district_id = $1 AND s.seq = 3 AND x.id = s.id`,
		"AUDIT 3 the line was edited after it was sealed",
	},
	{
		"who was shown a student", `UPDATE access_log x SET principal_id = gen_random_uuid() FROM seal s WHERE s.district_id = $1 AND s.seq = 5 AND x.id = s.id`,
		"ACCESS 5 the line was edited after it was sealed",
	},
	{
		"a class that was shown", `UPDATE access_log x SET data_classes = '{DIRECTORY}' FROM seal s WHERE s.district_id = $1 AND s.seq = 6 AND x.id = s.id`,
		"ACCESS 6 the line was edited after it was sealed",
	},
	{
		"a student struck from a line", `UPDATE access_log x SET student_ids = student_ids[2:] FROM seal s WHERE s.district_id = $1 AND s.seq = 6 AND x.id = s.id`,
		"ACCESS 6 the line was edited after it was sealed",
	},
	{
		"what a student's list says", `DELETE FROM access_log_student w USING seal s, student t
			WHERE s.district_id = $1 AND s.seq = 5 AND w.id = s.id AND t.district_id = $1 AND w.student_id = t.id`,
		"ACCESS 5 the line was taken out of the list of one of its students",
	},
	{
		"to whom was disclosed", `UPDATE disclosure SET party = 'Somebody else' WHERE district_id = $1`,
		"DISCLOSURE 4 the line was edited after it was sealed",
	},
	{
		"a change deleted", `DELETE FROM audit_log x USING seal s WHERE s.district_id = $1 AND s.seq = 2 AND x.id = s.id`,
		"AUDIT 2 the line was deleted",
	},
	{
		"a line deleted with its seal", `WITH s AS (DELETE FROM seal s WHERE s.district_id = $1 AND s.seq = 2 RETURNING s.id) DELETE FROM audit_log x USING s WHERE x.id = s.id`,
		"AUDIT 3 the seals 2 to 2 before it were deleted",
	},
	{
		"a line deleted with its seal, and the gap closed", `WITH gone AS (
				DELETE FROM seal s WHERE s.district_id = $1 AND s.seq = 6 RETURNING s.log, s.at, s.id, s.digest, s.sealed_at, s.mac),
			moved AS (UPDATE seal s SET log = gone.log, at = gone.at, id = gone.id, digest = gone.digest, sealed_at = gone.sealed_at, mac = gone.mac
				FROM gone WHERE s.district_id = $1 AND s.seq = 5 RETURNING s.id)
			DELETE FROM access_log x USING moved WHERE x.district_id = $1 AND x.id <> (SELECT id FROM gone)`,
		"ACCESS 5 its seal does not follow from the one before: it was edited, moved or put in",
	},
	{
		"two lines change places", `WITH s AS (DELETE FROM seal WHERE district_id = $1 AND seq IN (1, 2) RETURNING *)
			INSERT INTO seal SELECT t.district_id, t.seq, t.log, o.at, o.id, o.digest, t.sealed_at, t.key_id, t.mac FROM s t JOIN s o ON o.seq = 3 - t.seq ORDER BY t.seq`,
		"AUDIT 1 its seal does not follow from the one before: it was edited, moved or put in\n" +
			"AUDIT 2 its seal does not follow from the one before: it was edited, moved or put in",
	},
	{
		"two seals change places", `WITH s AS (DELETE FROM seal WHERE district_id = $1 AND seq IN (2, 3) RETURNING *)
			INSERT INTO seal SELECT s.district_id, 5 - s.seq, s.log, s.at, s.id, s.digest, s.sealed_at, s.key_id, s.mac FROM s ORDER BY s.seq`,
		"AUDIT 2 its seal does not follow from the one before: it was edited, moved or put in\n" +
			"AUDIT 3 its seal does not follow from the one before: it was edited, moved or put in\n" +
			"DISCLOSURE 4 its seal does not follow from the one before: it was edited, moved or put in",
	},
	{
		"the moment of a seal", `UPDATE seal SET sealed_at = sealed_at - interval '1 minute' WHERE district_id = $1 AND seq = 4`,
		"DISCLOSURE 4 its seal does not follow from the one before: it was edited, moved or put in",
	},
	{
		"a line edited with the digest of its seal", `WITH x AS (
				UPDATE audit_log x SET reason = 'another' FROM seal s WHERE s.district_id = $1 AND s.seq = 2 AND x.id = s.id RETURNING x.*)
			UPDATE seal s SET digest = sha256(convert_to(jsonb_build_array('AUDIT', x.district_id, (extract(epoch FROM x.at) * 1000000)::bigint, x.id, x.principal_kind,
				x.principal_id, x.operation, x.subject, x.subject_id, x.before, x.after, x.reason)::text, 'UTF8')) FROM x WHERE s.district_id = $1 AND s.seq = 2`,
		"AUDIT 2 its seal does not follow from the one before: it was edited, moved or put in",
	},
	{
		"a line put in with a seal", `WITH x AS (
				INSERT INTO audit_log SELECT district_id, at, gen_random_uuid(), principal_kind, principal_id, operation, subject, subject_id, before, after, 'forged'
				FROM audit_log WHERE district_id = $1 ORDER BY at LIMIT 1 RETURNING *)
			INSERT INTO seal SELECT s.district_id, 7, 'AUDIT', x.at, x.id, sha256(convert_to(jsonb_build_array('AUDIT', x.district_id, (extract(epoch FROM x.at) * 1000000)::bigint,
				x.id, x.principal_kind, x.principal_id, x.operation, x.subject, x.subject_id, x.before, x.after, x.reason)::text, 'UTF8')), s.sealed_at, s.key_id, s.mac
			FROM x, seal s WHERE s.district_id = $1 AND s.seq = 6`,
		"AUDIT 7 its seal does not follow from the one before: it was edited, moved or put in",
	},
	{
		"a line put in without one", `INSERT INTO access_log
			SELECT district_id, at, gen_random_uuid(), principal_kind, principal_id, operation, data_classes, records, because, student_ids
			FROM access_log WHERE district_id = $1 ORDER BY at LIMIT 1`,
		"ACCESS 0 the line has no seal: it was put in, or its seal was deleted",
	},
}

// TestTamperingIsFoundAndLocated, and in the district alone in which it was done.
func TestTamperingIsFoundAndLocated(t *testing.T) {
	t.Parallel()
	for _, one := range tamperings {
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			a := newArchive(t)
			a.fill(t, a.a)
			a.fill(t, a.b)
			expectWhole(t, a.verify(t, a.a, nil), 6)
			a.plant(t, one.statement, a.a.ID)
			report := a.verify(t, a.a, nil)
			if found := faults(report); found != one.want {
				t.Errorf("it is said:\n%s\nnot:\n%s", found, one.want)
			}
			for _, fault := range report.Faults {
				if fault.At.IsZero() || fault.ID == [16]byte{} {
					t.Errorf("the line is not named: %+v", fault)
				}
			}
			expectWhole(t, a.verify(t, a.b, nil), 6)
		})
	}
}

// TestACutTailIsFoundByItsAnchor, and by nothing else.
func TestACutTailIsFoundByItsAnchor(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	a.fill(t, a.a)
	anchor := a.verify(t, a.a, nil).Head
	for _, statement := range []string{
		`DELETE FROM access_log_student w USING seal s WHERE s.district_id = $1 AND s.seq > 4 AND w.id = s.id`,
		`DELETE FROM access_log x USING seal s WHERE s.district_id = $1 AND s.seq > 4 AND x.id = s.id`,
		`DELETE FROM seal s WHERE s.district_id = $1 AND s.seq > 4`,
	} {
		a.plant(t, statement, a.a.ID)
	}
	expectWhole(t, a.verify(t, a.a, nil), 4)
	if found := faults(a.verify(t, a.a, &anchor)); found != "4 the chain ends here, and the anchor is of seal 6: the tail was cut off" {
		t.Errorf("with its anchor it is said: %q", found)
	}
	a.keeper.Showed(a.reading(a.a, a.student[a.a.ID]))
	a.keeper.Showed(a.reading(a.a, a.student[a.a.ID]))
	a.seal(t, a.a)
	if found := faults(a.verify(t, a.a, &anchor)); found != "ACCESS 6 its seal is not the anchor's: the chain was made anew" {
		t.Errorf("grown over, it is said: %q", found)
	}
}

// TestAnAnchorHolds as long as the chain only grows.
func TestAnAnchorHolds(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	empty := a.verify(t, a.a, nil).Head
	a.fill(t, a.a)
	anchor := a.verify(t, a.a, nil).Head
	a.fill(t, a.a)
	for _, one := range []ledger.Head{empty, anchor} {
		read, err := ledger.ParseHead(one.String())
		check(t, err)
		expectWhole(t, a.verify(t, a.a, &read), 12)
	}
}

func TestHeadsAreRead(t *testing.T) {
	t.Parallel()
	mac := strings.Repeat("ab", 32)
	raw, err := hex.DecodeString(mac)
	check(t, err)
	for text, want := range map[string]*ledger.Head{
		"255901:12:" + mac: {District: "255901", Seq: 12, MAC: raw},
		"a:b:1:" + mac:     {District: "a:b", Seq: 1, MAC: raw},
		"255901:0:":        {District: "255901"},
		"":                 nil, ":": nil, "::": nil, ":1:" + mac: nil, "A:1:": nil, "A:0:" + mac: nil,
		"A:-1:" + mac: nil, "A:x:" + mac: nil, "A:1:" + mac[1:]: nil, "A:1:" + mac + "00": nil, "A:1": nil,
	} {
		got, err := ledger.ParseHead(text)
		switch {
		case want == nil && !errors.Is(err, ledger.ErrHead):
			t.Errorf("%q reads as %v, %v", text, got, err)
		case want != nil && (err != nil || got.String() != want.String()):
			t.Errorf("%q reads as %v, %v", text, got, err)
		}
	}
}

// TestAnotherKeyAddsNothing to a chain, and is told by its check.
func TestAnotherKeyAddsNothing(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	a.fill(t, a.a)
	var other *ledger.KeyError
	_, err := ledger.Verify(t.Context(), a.application, ledger.Check{Key: ledger.NewKey([]byte("another secret")), District: a.a})
	if !errors.As(err, &other) {
		t.Errorf("checked with another key: %v", err)
	}
	stranger, err := ledger.Start(t.Context(), a.application, ledger.Options{Secret: []byte("another secret"), Now: a.now, Log: discard})
	check(t, err)
	stranger.Showed(a.reading(a.a, a.student[a.a.ID]))
	if err := stranger.Close(t.Context()); !errors.As(err, &other) {
		t.Errorf("written with another key: %v", err)
	}
	expectWhole(t, a.verify(t, a.a, nil), 6)
}
