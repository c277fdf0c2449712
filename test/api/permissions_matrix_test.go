package api_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/holdfast-edu/holdfast/test/permissions"
)

// TestPermissionMatrix runs every case of test/permissions as its reader: first all
// that reads, then all that changes.
//
//nolint:tparallel // what changes waits for what reads
func TestPermissionMatrix(t *testing.T) {
	t.Parallel()
	s, schema := newStage(t), loadSchema(t)
	each := func(run func(p *onePart)) func(t *testing.T) {
		return func(t *testing.T) {
			t.Helper()
			for _, name := range slices.Sorted(maps.Keys(s.matrix.Readers)) {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					for _, p := range s.parts(t, name) {
						p.schema = schema
						run(p)
					}
				})
			}
		}
	}
	t.Run("reads", each(func(p *onePart) {
		p.studentReads()
		p.evidence()
		p.figures()
		p.questions()
		p.lists()
	}))
	t.Run("previews", each((*onePart).previews))
	t.Run("viewers", s.viewers)
	t.Run("changes", each(func(p *onePart) {
		p.addFlagsOf(p.t, p.subject)
		if p.reader.Kind == "" {
			p.addNotes(p.t, p.subject)
		}
		p.changes()
	}))
}

// parts gives the cases of a reader by who asks: with the role, and with one that is
// over or to come.
func (s *stage) parts(t testing.TB, name string) []*onePart {
	t.Helper()
	one, lines := s.matrix.Readers[name], s.matrix.Expand(name)
	bySubject := map[string]*onePart{}
	for _, place := range s.matrix.Places {
		if permissions.RoleIsOver(place) && !one.HasRole() {
			continue
		}
		subject := subjectAt(name, one, place)
		if bySubject[subject] == nil {
			bySubject[subject] = &onePart{stage: s, t: t, name: name, reader: one, subject: subject, as: s.as(t, subject), lines: lines}
		}
		bySubject[subject].places = append(bySubject[subject].places, place)
	}
	return slices.Collect(maps.Values(bySubject))
}
