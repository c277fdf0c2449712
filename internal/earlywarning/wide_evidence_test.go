package earlywarning_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/policy"
	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// evidenceHolds recounts each flag that stands from the rows that are named behind it.
func (b *bench) evidenceHolds(t rapid.TB, w *wide) {
	t.Helper()
	b.write(t, w.model, func(tx *postgres.Tx) error {
		flags, err := w.standingFlags(b.ctx, tx)
		if err != nil {
			return err
		}
		for at, f := range flags {
			rows, err := earlywarning.EvidenceOf(b.ctx, w.query(tx), at.student, at.year, at.rule, f.AsOf, w.policyVersion(t, at.year))
			if err != nil {
				return err
			}
			w.recount(t, at, f, rows)
		}
		return nil
	})
	if t.Failed() {
		t.FailNow()
	}
}

// recount adds up the rows behind a flag, and looks for each in the tables.
func (w *wide) recount(t rapid.TB, at flagAt, f *flag, rows []earlywarning.Evidence) {
	t.Helper()
	var part, whole int64
	for _, one := range rows {
		part, whole = part+one.Part, whole+one.Whole
		if !w.stands(at.studentYear, one) {
			t.Errorf("%s of %d names a row that is not there: %+v", at.rule, at.year, one)
		}
	}
	shares := []string{"ABSENCE_SHARE", "TRUANT_SHARE", "GRADE_POINT_AVERAGE", "CREDITS_BEHIND"}
	if part != f.Numerator || slices.Contains(shares, at.rule) && whole != f.Denominator {
		t.Errorf("%s of %d is %d / %d, its evidence comes to %d / %d as of %s:\n%+v", at.rule, at.year, f.Numerator, f.Denominator, part, whole, day(f.AsOf), rows)
	}
}

// standingFlags reads the flags that are not resolved.
func (w *wide) standingFlags(ctx context.Context, tx *postgres.Tx) (map[flagAt]*flag, error) {
	rows, err := tx.SQL().QueryContext(ctx, `SELECT student_id, school_year, rule, as_of, numerator, denominator FROM risk_flag
		WHERE district_id = $1 AND status <> 'RESOLVED'`, w.id)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	found := map[flagAt]*flag{}
	for rows.Next() {
		var at flagAt
		f := &flag{}
		if err := rows.Scan(&at.student, &at.year, &at.rule, &f.AsOf, &f.Numerator, &f.Denominator); err != nil {
			return nil, err
		}
		found[at] = f
	}
	return found, rows.Err()
}

func (w *wide) query(tx *postgres.Tx) earlywarning.Query {
	return func(ctx context.Context, text string, args []any, take func(*sql.Rows) error) error {
		rows, err := tx.SQL().QueryContext(ctx, text, append([]any{w.id}, args...)...)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			if err := take(rows); err != nil {
				return err
			}
		}
		return rows.Err()
	}
}

func (w *wide) policyVersion(t rapid.TB, year int) earlywarning.PolicyVersion {
	t.Helper()
	law := w.lawOf(year)
	raw, err := json.Marshal(w.lawRow(law)["document"])
	if err != nil {
		t.Fatal(err)
	}
	document, err := policy.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return earlywarning.PolicyVersion{Version: law.version, Document: document}
}

// stands tells whether a row that evidence names is in the tables, of that student, day
// and kind. What happened before 1900 happened on a day not said.
func (w *wide) stands(s studentYear, e earlywarning.Evidence) bool {
	on := e.On.Time()
	is := func(other time.Time, withdrawn bool) bool {
		return !withdrawn && later(other, date(1900, 1, 1)).Equal(on)
	}
	switch e.Kind {
	case earlywarning.EventEvidence:
		kept := w.events[eventKey{s.student, e.School, s.year, on, e.Name}]
		return kept != nil && !kept.withdrawn
	case earlywarning.EnrollmentEvidence:
		return slices.ContainsFunc(w.enrollments, func(n *enrollment) bool {
			return n.student == s.student && n.calendar.school == e.School && w.counts(n) && !n.entry.After(on)
		})
	case earlywarning.IncidentEvidence:
		return slices.ContainsFunc(w.incidentsOf(s), func(day time.Time) bool { return is(day, false) })
	case earlywarning.ActionEvidence:
		return slices.ContainsFunc(w.actions, func(a *action) bool { return a.student == s.student && a.kind == e.Name && is(a.on, a.withdrawn) })
	case earlywarning.GradeEvidence:
		return slices.ContainsFunc(w.marks, func(m *mark) bool { return m.student == s.student && is(m.on, m.withdrawn) && worthOf(m).counts })
	case earlywarning.CreditEvidence:
		return slices.ContainsFunc(w.credits, func(c *credit) bool { return c.student == s.student && is(c.on, c.withdrawn) && -4*c.earned == e.Part })
	case earlywarning.AssessmentEvidence:
		return slices.ContainsFunc(w.results, func(r *result) bool { return r.student == s.student && is(r.on, r.withdrawn) && r.below == true })
	case earlywarning.SupportEvidence:
		return slices.ContainsFunc(w.items, func(i *item) bool { return i.student == s.student && is(i.starts, i.withdrawn) && i.plan == "ACTIVE" })
	case earlywarning.AgeEvidence:
		return w.born[s.student].Equal(on)
	case earlywarning.RequirementEvidence:
		return w.lastTermEnd(s, w.through(s.year)).Equal(on) && e.Whole == w.needs[w.cohortOf(s)]
	}
	return false
}
