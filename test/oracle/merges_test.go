package oracle_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/test/oracle/model"
)

// mostLogs are as many contacts and notes as are compared of a student.
const mostLogs = 20

// somebody gives a student who stands: nobody writes rows to a record that gave way.
func (h *history) somebody() *model.Student { return one(h.maker, h.d.Students).Stands() }

// keptBefore gives somebody into whom another record was merged, if there is one.
func (h *history) keptBefore() *model.Student {
	if len(h.d.Merges) == 0 || h.often(20) {
		return h.somebody()
	}
	return one(h.maker, h.d.Merges).Kept.Stands()
}

// isEnteredTwice lets another record say the same as the student's: rows that a merge
// of the two finds twice, each of them perhaps withdrawn, and with days of its own.
func (h *history) isEnteredTwice(s *model.Student) {
	other := h.somebody()
	if other == s {
		return
	}
	twice(h, s.Enrollments, &other.Enrollments, func(e *model.Enrollment) { e.ID, e.Withdrawn = h.id(), h.often(30) },
		func(e *model.Enrollment) string { return e.School.ID + string(e.Days.Starts) })
	twice(h, s.Seats, &other.Seats, func(l *model.Link) { l.ID, l.Withdrawn = h.id(), h.often(30) },
		func(l *model.Link) string { return l.Section.ID + string(l.Days.Starts) })
	twice(h, s.Circumstances, &other.Circumstances, func(c *model.Circumstance) {
		c.ID, c.Withdrawn, c.Days.Ends = h.id(), h.often(30), c.Days.Starts.Plus(h.IntN(900))
	}, func(c *model.Circumstance) string { return c.Kind + string(c.Days.Starts) + c.Detail })
	twice(h, s.Contacts, &other.Contacts, func(c *model.Contact) { c.ID, c.Withdrawn, c.Relation = h.id(), h.often(30), "GUARDIAN" },
		func(c *model.Contact) string { return c.PersonID })
	twice(h, s.Grants, &other.Grants, func(g *model.Grant) { g.ID = h.id() },
		func(g *model.Grant) string { return fmt.Sprint(g.Staff.ID, g.Kind, g.Days, g.Revoked) })
	twice(h, s.Advocates, &other.Advocates, func(a *model.Advocacy) { a.ID = h.id() }, func(a *model.Advocacy) string {
		if a.Role == "PRIMARY" {
			return a.Role // one is enough
		}
		return a.Role + a.Staff.ID
	})
	h.twins = append(h.twins, [2]*model.Student{s, other})
	h.didf(other, "says the same as %s", s.Code)
}

// twice copies one of the rows to the others, unless one of them has its key. A grant of
// a note is of its own student's only.
func twice[T any](h *history, rows []*T, others *[]*T, change func(*T), key func(*T) string) {
	if len(rows) == 0 || h.often(40) {
		return
	}
	row := *one(h.maker, rows)
	if g, grant := any(&row).(*model.Grant); grant && g.Note != nil {
		return
	}
	change(&row)
	if !slices.ContainsFunc(*others, func(r *T) bool { return key(r) == key(&row) }) {
		*others = append(*others, &row)
	}
}

// steward gives who mostly may merge, and sometimes somebody else.
func (h *history) steward() *model.Staff {
	if h.often(20) {
		return one(h.maker, slices.Concat(h.d.Staff, h.d.Beside))
	}
	return h.d.Staff[slices.Index(model.Roles, model.DataSteward)]
}

const (
	mergeDocument   = `mutation($input: MergeStudentsInput!) { outcome: mergeStudents(input: $input) { student { id } userErrors { code } } }`
	unmergeDocument = `mutation($input: UnmergeStudentsInput!) { outcome: unmergeStudents(input: $input) { student { id } userErrors { code } } }`
)

// merges makes the student and another one, or refuses to, as the model says.
func (h *history) merges(s *model.Student) {
	other := one(h.maker, h.d.Students) // perhaps one that gave way already
	switch {
	case len(h.twins) > 0 && h.often(60):
		twins := h.twins[len(h.twins)-1-h.IntN(min(3, len(h.twins)))]
		s, other = twins[0], twins[1]
	case h.often(50):
		s = h.keptBefore()
	}
	if len(s.Logs)+len(other.Logs) > mostLogs || len(s.Notes)+len(other.Notes) > mostLogs {
		return
	}
	h.mergeBy(h.steward(), s, other)
}

func (h *history) mergeBy(by *model.Staff, s, other *model.Student) {
	refused := h.d.MergeRefused(by, s, other, h.on)
	got := h.w.ask(by, mergeDocument, vars{"input": vars{"keepId": studentID(s), "dropId": studentID(other), "reason": "one child"}})
	h.happened = append(h.happened, fmt.Sprintf("%s %s merges %s into %s: %q", h.on, by.Subject, other.Code, s.Code, refused))
	if h.came(got, by, refused, s) {
		h.d.Merge(s, other, h.on)
		h.merged++
		h.afterwards(s, other)
	}
}

// unmerges undoes a merge, or refuses to, as the model says.
func (h *history) unmerges(*model.Student) {
	s := one(h.maker, h.d.Students)
	if len(h.d.Merges) > 0 && h.often(85) {
		s = one(h.maker, h.d.Merges).Dropped
		if h.often(60) {
			s = h.d.Merges[len(h.d.Merges)-1].Dropped
		}
	}
	h.unmergeBy(h.steward(), s)
}

func (h *history) unmergeBy(by *model.Staff, s *model.Student) {
	refused := h.d.UnmergeRefused(by, s, h.on)
	got := h.w.ask(by, unmergeDocument, vars{"input": vars{"studentId": studentID(s), "reason": "two children"}})
	h.happened = append(h.happened, fmt.Sprintf("%s %s undoes the merge of %s: %q", h.on, by.Subject, s.Code, refused))
	if h.came(got, by, refused, s) {
		kept := h.d.Unmerge(s)
		h.unmerged++
		h.afterwards(kept, s)
	}
}

// TestMergedAndUndone has nothing but records that say the same, merges of them, what is
// written meanwhile, and merges that are undone: one after the other, many of each.
func TestMergedAndUndone(t *testing.T) {
	t.Parallel()
	r := dice(t)
	meanwhile := []func(*history, *model.Student){
		(*history).isExported, (*history).isReimported, (*history).isHandedOver, (*history).caseOpens, (*history).caseCloses, (*history).enters,
		(*history).leaves, (*history).takesASeat, (*history).leavesTheSeat, (*history).isGranted, (*history).grantIsRevoked,
	}
	for n := range amount(1, 6) {
		w := lawfulWorld(t, r.Uint64(), 16)
		h := &history{maker: w.maker(w.districts[0]), w: w, t: t}
		for _, p := range h.d.Policies { // so that whatever they leave, somebody merges
			delete(p.Narrowed, model.DataSteward)
			w.put(policyRow(h.d, p))
		}
		for _, s := range h.d.Students {
			s.Withdrawn = false
			w.put(studentRow(h.d, s))
		}
		h.writesWhatWasFolded()
		for range amount(25, 120) {
			for range 2 {
				h.isEnteredTwice(h.somebody())
				h.merges(h.somebody())
			}
			for range 3 {
				one(h.maker, meanwhile)(h, h.keptBefore())
			}
			for range h.IntN(3) { // fewer than there were merges, so that some are merged on
				h.unmerges(nil)
			}
			h.logsAContact(one(h.maker, h.d.Staff), one(h.maker, h.d.Students))
			if t.Failed() {
				t.Fatalf("in world %d, after:\n%s", n, strings.Join(h.happened, "\n"))
			}
		}
		t.Logf("%d merges, %d undone, %d checks on the way", h.merged, h.unmerged, h.checks)
		if h.merged == 0 || h.unmerged == 0 {
			t.Errorf("%d merges and %d undone hold nothing to anything", h.merged, h.unmerged)
		}
	}
}

// writesWhatWasFolded merges a circumstance into one that was withdrawn, writes that one
// meanwhile, and undoes the merge: it stays as it was written.
func (h *history) writesWhatWasFolded() {
	h.t.Helper()
	kept, dropped := h.d.Students[0], h.d.Students[1]
	for _, s := range []*model.Student{kept, dropped} {
		fact := &model.Circumstance{ID: h.id(), Kind: "HOMELESS", Detail: "of both", Days: model.Days{Starts: "2024-03-03"}, Withdrawn: s == kept}
		s.Circumstances = append(s.Circumstances, fact)
		h.didf(s, "is homeless, withdrawn %v", fact.Withdrawn)
	}
	h.mergeBy(h.d.Staff[slices.Index(model.Roles, model.DataSteward)], kept, dropped)
	written := kept.Circumstances[slices.IndexFunc(kept.Circumstances, func(c *model.Circumstance) bool { return c.Detail == "of both" })]
	written.Days.Ends = "2024-04-04"
	h.didf(kept, "is homeless until %s", written.Days.Ends)
	h.unmergeBy(h.d.Staff[slices.Index(model.Roles, model.DataSteward)], dropped)
}

// came holds an answer to what the model says comes: the student, or a refusal.
func (h *history) came(got *answer, by *model.Staff, refused string, student *model.Student) bool {
	if by.Withdrawn {
		refused = "UNAUTHENTICATED"
	}
	code := got.code()
	if problem, found := at(got.Data, "outcome", "userErrors", 0, "code").(string); found {
		code = problem
	}
	shown := at(got.Data, "outcome", "student", "id")
	if code != refused || (refused == "" && shown != studentID(student)) {
		h.t.Errorf("%q was to come: %d %s", refused, got.status, got.body)
	}
	return refused == "" && code == ""
}

// afterwards asks the two who see everybody about all students and for the list of all.
// The figures of both were drawn anew from days of which these worlds know nothing; the
// model says who is shown which, not how they are counted.
func (h *history) afterwards(kept, other *model.Student) {
	h.w.redraw(h.d, kept, other)
	for _, role := range []model.Role{model.DistrictCoordinator, model.DataSteward} {
		reader := h.d.Staff[slices.Index(model.Roles, role)]
		if !reader.Withdrawn {
			h.checks += h.w.compare(h.t, h.d, reader, h.w.everybody(h.maker))
			h.w.checkList(h.t, h.maker, reader, model.Query{Within: "ALL", Order: "LAST_NAME"})
			h.w.checkList(h.t, h.maker, reader, model.Query{Within: "ALL", Order: "GRADE_LEVEL", Search: &other.Code})
		}
	}
}

// redraw gives the students the figures that the model knows; a record that gave way
// has none.
func (w *world) redraw(d *model.District, students ...*model.Student) {
	w.t.Helper()
	var ids []string
	var tables []rows
	for _, s := range students {
		ids = append(ids, s.ID)
		if s.Into != nil {
			continue
		}
		for _, a := range s.Attendance {
			tables = append(tables, attendanceRow(d, s, a))
		}
		for _, r := range s.Risks {
			tables = append(tables, riskRows(d, s, r)...)
		}
	}
	for _, statement := range []string{
		`DELETE FROM risk_flag_history WHERE district_id = $1 AND risk_flag_id IN (SELECT f.id FROM risk_flag f WHERE f.district_id = $1 AND f.student_id = ANY($2::uuid[]))`,
		`DELETE FROM risk_flag WHERE district_id = $1 AND student_id = ANY($2::uuid[])`,
		`DELETE FROM student_risk WHERE district_id = $1 AND student_id = ANY($2::uuid[])`,
		`DELETE FROM student_attendance WHERE district_id = $1 AND student_id = ANY($2::uuid[])`,
	} {
		if _, err := w.root.ExecContext(w.t.Context(), statement, d.ID, pq.Array(ids)); err != nil {
			w.t.Fatal(err)
		}
	}
	w.put(gathered(tables)...)
}

// isExported is the next export of the district: it has no more some of what the last one
// had, and has again some of what that one had not.
func (h *history) isExported(*model.Student) {
	for _, s := range h.d.Students {
		if s.Into != nil || h.often(70) {
			continue
		}
		change := func(withdrawn *bool) { *withdrawn = *withdrawn != h.often(40) }
		s.Withdrawn = s.Withdrawn != h.often(15)
		for _, e := range s.Enrollments {
			change(&e.Withdrawn)
		}
		for _, l := range s.Seats {
			change(&l.Withdrawn)
		}
		for _, c := range s.Contacts {
			change(&c.Withdrawn)
		}
		for _, c := range s.Circumstances {
			change(&c.Withdrawn)
		}
		h.didf(s, "another export: withdrawn %v", s.Withdrawn)
	}
}
