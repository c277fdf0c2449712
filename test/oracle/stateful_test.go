package oracle_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-edu/holdfast/test/oracle/model"
)

// history is a world through which time passes, with what happened in it.
type history struct {
	*maker
	w        *world
	t        *testing.T
	happened []string

	twins                    [][2]*model.Student // of whom one says what the other says
	merged, unmerged, checks int
}

// didf writes what changed of a student, and remembers what happened.
func (h *history) didf(s *model.Student, format string, args ...any) {
	h.w.put(gathered(studentRows(h.d, s))...)
	h.happened = append(h.happened, string(h.on)+" "+s.Code+": "+fmt.Sprintf(format, args...))
}

// occurrences are all that may happen. Each changes the model and the database alike.
var occurrences = []func(*history, *model.Student){
	(*history).enters, (*history).leaves, (*history).transfers, (*history).isAssigned, (*history).isHandedOver, (*history).takesASeat,
	(*history).leavesTheSeat, (*history).caseOpens, (*history).caseCloses, (*history).isReimported, (*history).circumstanceChanges,
	(*history).roleBegins, (*history).roleEnds, (*history).teacherChanges, (*history).staffChanges, (*history).dayPasses, (*history).dayPasses,
	(*history).isGranted, (*history).grantIsRevoked, (*history).pairs, (*history).pairEnds,
	(*history).isEnteredTwice, (*history).isEnteredTwice, (*history).isEnteredTwice, (*history).merges, (*history).merges, (*history).merges,
	(*history).merges, (*history).merges, (*history).unmerges, (*history).unmerges, (*history).unmerges, (*history).isExported,
	(*history).clientChanges, (*history).monthPasses,
}

func (h *history) enters(s *model.Student) {
	before := len(s.Enrollments)
	entry := h.near()
	h.enrollment(s, one(h.maker, h.d.Schools), h.d.CurrentYear(entry), entry)
	s.Enrollments = distinct(s.Enrollments, func(e *model.Enrollment) string { return e.School.ID + string(e.Days.Starts) })
	if len(s.Enrollments) > before {
		h.didf(s, "entered %+v", *s.Enrollments[before])
	}
}

// current gives an enrollment that holds; nil: there is none.
func (h *history) current(s *model.Student) *model.Enrollment {
	for _, e := range s.Enrollments {
		if !e.Withdrawn && e.Days.Hold(h.on) {
			return e
		}
	}
	return nil
}

func (h *history) leaves(s *model.Student) {
	if e := h.current(s); e != nil {
		e.Days.Ends, e.ExitType = max(e.Days.Starts, h.on.Plus(-h.IntN(2))), one(h.maker, exitTypes[:6])
		h.didf(s, "left %s: %v %s", e.School.Code, e.Days, e.ExitType)
	}
}

func (h *history) transfers(s *model.Student) {
	e := h.current(s)
	if e == nil {
		return
	}
	to, entry := one(h.maker, h.d.Schools), h.on.Plus(1)
	if !h.d.HasYear(e.Year, entry) || slices.ContainsFunc(s.Enrollments, func(e *model.Enrollment) bool { return e.School == to && e.Days.Starts == entry }) {
		return
	}
	e.Days.Ends, e.ExitType = h.on, "TRANSFERRED"
	s.Enrollments = append(s.Enrollments, &model.Enrollment{ID: h.id(), School: to, Year: e.Year, Days: model.Days{Starts: entry}, Grade: s.Grade})
	h.didf(s, "transfers from %s to %s tomorrow", e.School.Code, to.Code)
}

func (h *history) isAssigned(s *model.Student) {
	before := len(s.Advocates)
	h.assign(s)
	if len(s.Advocates) > before {
		h.didf(s, "assigned %s %s", s.Advocates[before].Role, s.Advocates[before].Staff.Subject)
	}
}

// isHandedOver ends an assignment, and of a PRIMARY begins the next one.
func (h *history) isHandedOver(s *model.Student) {
	for _, a := range s.Advocates {
		if !a.Days.Hold(h.on) {
			continue
		}
		a.Days.Ends = max(a.Days.Starts, h.on.Plus(-h.IntN(2)))
		if a.Role == "PRIMARY" && a.Days.Ends < h.on && !slices.ContainsFunc(s.Advocates, isOpenPrimary) {
			s.Advocates = append(s.Advocates, &model.Advocacy{ID: h.id(), Staff: h.who(model.Advocate), Role: a.Role, Days: model.Days{Starts: h.on}})
		}
		h.didf(s, "%s of %s ends on %s", a.Role, a.Staff.Subject, a.Days.Ends)
		return
	}
}

func isOpenPrimary(a *model.Advocacy) bool { return a.Role == "PRIMARY" && a.Days.Ends == "" }

func (h *history) takesASeat(s *model.Student) {
	seat := &model.Link{ID: h.id(), Section: one(h.maker, h.d.Sections), Days: h.days()}
	if slices.ContainsFunc(s.Seats, func(l *model.Link) bool { return l.Section == seat.Section && l.Days.Starts == seat.Days.Starts }) {
		return
	}
	s.Seats = append(s.Seats, seat)
	h.didf(s, "sits in %s %v", seat.Section.Code, seat.Days)
}

func (h *history) leavesTheSeat(s *model.Student) {
	if len(s.Seats) > 0 {
		seat := one(h.maker, s.Seats)
		seat.Days.Ends = max(seat.Days.Starts, h.on.Plus(-h.IntN(2)))
		h.didf(s, "leaves %s on %s", seat.Section.Code, seat.Days.Ends)
	}
}

func (h *history) caseOpens(s *model.Student) {
	if !slices.ContainsFunc(s.Cases, func(c *model.Case) bool { return c.Closed == "" }) {
		s.Cases = append(s.Cases, &model.Case{ID: h.id(), School: one(h.maker, h.d.Schools), Owner: one(h.maker, h.d.Staff), LeftOn: h.on})
		h.didf(s, "a case opens")
	}
}

func (h *history) caseCloses(s *model.Student) {
	for _, c := range s.Cases {
		if c.Closed == "" {
			c.Closed = h.on
			h.didf(s, "the case closes")
		}
	}
}

// isReimported withdraws what an export no longer has, or brings it back.
func (h *history) isReimported(s *model.Student) {
	switch h.IntN(4) {
	case 0:
		s.Withdrawn = !s.Withdrawn
	case 1:
		if len(s.Enrollments) > 0 {
			e := one(h.maker, s.Enrollments)
			e.Withdrawn = !e.Withdrawn
		}
	case 2:
		if len(s.Seats) > 0 {
			l := one(h.maker, s.Seats)
			l.Withdrawn = !l.Withdrawn
		}
	default:
		for _, c := range s.Contacts {
			c.Withdrawn = !c.Withdrawn
		}
	}
	h.didf(s, "reimported")
}

func (h *history) circumstanceChanges(s *model.Student) {
	if len(s.Circumstances) > 0 {
		c := one(h.maker, s.Circumstances)
		c.Withdrawn = !c.Withdrawn
		h.didf(s, "%s withdrawn %v", c.Kind, c.Withdrawn)
	}
}

func (h *history) roleBegins(*model.Student) {
	s, role := one(h.maker, h.d.Staff), one(h.maker, model.Roles)
	held := &model.Assignment{ID: h.id(), Role: role, School: h.scopeOf(role), Days: h.days()}
	s.Roles = append(s.Roles, held)
	h.w.put(roleRow(h.d, s, held))
	h.happened = append(h.happened, fmt.Sprintf("%s %s becomes %s %v", h.on, s.Subject, role, held.Days))
}

func (h *history) roleEnds(*model.Student) {
	s := one(h.maker, h.d.Staff)
	if len(s.Roles) == 0 {
		return
	}
	held := one(h.maker, s.Roles)
	held.Days.Ends = max(held.Days.Starts, h.on.Plus(-h.IntN(2)))
	h.w.put(roleRow(h.d, s, held))
	h.happened = append(h.happened, fmt.Sprintf("%s %s is %s until %s", h.on, s.Subject, held.Role, held.Days.Ends))
}

func (h *history) teacherChanges(*model.Student) {
	section := one(h.maker, h.d.Sections)
	link := one(h.maker, section.Teachers)
	if h.often(50) {
		link.Days.Ends = max(link.Days.Starts, h.on.Plus(-h.IntN(2)))
	} else {
		link.Withdrawn = !link.Withdrawn
	}
	h.w.put(teacherRow(h.d, section, link))
	h.happened = append(h.happened, fmt.Sprintf("%s %s teaches %s %v withdrawn %v", h.on, link.Staff.Subject, section.Code, link.Days, link.Withdrawn))
}

// staffChanges: somebody signs, or is gone, or is back.
func (h *history) staffChanges(*model.Student) {
	s := one(h.maker, h.d.Staff)
	if s.Engagement != "EMPLOYEE" && s.Signed == "" {
		s.Signed = h.on
	} else {
		s.Withdrawn = !s.Withdrawn
	}
	h.w.put(staffRow(h.d, s))
	h.happened = append(h.happened, fmt.Sprintf("%s %s signed %q withdrawn %v", h.on, s.Subject, s.Signed, s.Withdrawn))
}

func (h *history) dayPasses(*model.Student) {
	h.w.pass(24 * time.Hour)
	h.on = h.w.today(h.d)
	h.happened = append(h.happened, "it is "+string(h.on))
}

// monthPasses, and with it the days within which a merge can be undone.
func (h *history) monthPasses(*model.Student) {
	if h.often(30) {
		h.w.pass(31 * 24 * time.Hour)
		h.on = h.w.today(h.d)
		h.happened = append(h.happened, "a month later it is "+string(h.on))
	}
}

func (h *history) isGranted(s *model.Student) {
	g := &model.Grant{ID: h.id(), Staff: h.who(one(h.maker, []model.Role{model.SchoolLeader, model.Advocate})), By: h.d.Staff[0], Kind: one(h.maker, kinds)}
	g.Days = model.Days{Starts: h.on, Ends: h.on.Plus(h.IntN(4))}
	if g.Staff != g.By {
		s.Grants = append(s.Grants, g)
		h.didf(s, "%s granted to %s until %s", g.Kind, g.Staff.Subject, g.Days.Ends)
	}
}

func (h *history) grantIsRevoked(s *model.Student) {
	if len(s.Grants) > 0 {
		g := one(h.maker, s.Grants)
		g.Revoked = true
		h.didf(s, "%s revoked from %s", g.Kind, g.Staff.Subject)
	}
}

func (h *history) pairs(*model.Student) {
	p := &model.Pairing{ID: h.id(), Mentor: h.who(model.Mentor), Advocate: h.who(model.Advocate), Days: h.days()}
	known := slices.ContainsFunc(h.d.Pairings, func(q *model.Pairing) bool {
		return q.Mentor == p.Mentor && q.Advocate == p.Advocate && q.Days.Starts == p.Days.Starts
	})
	if p.Mentor == p.Advocate || known {
		return
	}
	h.d.Pairings = append(h.d.Pairings, p)
	h.w.put(pairingRow(h.d, p))
	h.happened = append(h.happened, fmt.Sprintf("%s %s mentors %s %v", h.on, p.Mentor.Subject, p.Advocate.Subject, p.Days))
}

func (h *history) pairEnds(*model.Student) {
	if len(h.d.Pairings) == 0 {
		return
	}
	p := one(h.maker, h.d.Pairings)
	p.Days.Ends = max(p.Days.Starts, h.on.Plus(-h.IntN(2)))
	h.w.put(pairingRow(h.d, p))
	h.happened = append(h.happened, fmt.Sprintf("%s %s mentors %s until %s", h.on, p.Mentor.Subject, p.Advocate.Subject, p.Days.Ends))
}

// logsAContact lets somebody write down a contact, and holds what comes of it to the
// model: done with CASEWORK to write, FORBIDDEN within reach, else NOT_FOUND.
func (h *history) logsAContact(reader *model.Staff, s *model.Student) {
	const most = 4 // so that all that is logged is on the page that is compared
	record := s
	if s = s.Stands(); len(s.Logs) >= most {
		return
	}
	decision := h.d.Decide(reader, s, h.on)
	want := "NOT_FOUND"
	switch {
	case decision.May(model.Casework) == model.Write:
		want = ""
	case decision.Exists():
		want = "FORBIDDEN"
	}
	log := &model.Log{Summary: fmt.Sprintf("said in step %d", len(h.happened)), By: reader}
	got := h.w.ask(reader, `mutation($input: LogContactInput!) { logContact(input: $input) { contactLog { id } userErrors { message } } }`, vars{"input": vars{
		"studentId": studentID(record), "occurredAt": h.w.now().Add(-time.Minute).UTC().Format(time.RFC3339), "method": "PHONE", "outcome": "REACHED", "summary": log.Summary,
	}})
	if reader.Withdrawn {
		want = "UNAUTHENTICATED"
	}
	made, _ := at(got.Data, "logContact", "contactLog", "id").(string)
	if got.code() != want || (made != "") != (want == "") {
		h.t.Errorf("logContact is %q, not %q: %s\n%s", got.code(), want, got.body, disagreement(h.d, reader, s, h.on))
	}
	if made != "" {
		s.Logs = append(s.Logs, log)
		h.happened = append(h.happened, fmt.Sprintf("%s %s logs a contact with %s", h.on, reader.Subject, s.Code))
		log.ID, log.At = uuidOf(made), h.w.now().Add(-time.Minute).UTC()
	}
}

// uuidOf gives the row's id of an id as clients see it.
func uuidOf(id string) string {
	_, digits, _ := strings.Cut(id, "_")
	return digits[:8] + "-" + digits[8:12] + "-" + digits[12:16] + "-" + digits[16:20] + "-" + digits[20:]
}

// TestWhateverHappens lets things happen to a district, one after the other, and asks
// after each as some of its people about everybody, for a list, and for a contact to
// be written down.
func TestWhateverHappens(t *testing.T) {
	t.Parallel()
	r := dice(t)
	for n := range amount(1, 6) {
		w := lawfulWorld(t, r.Uint64(), 20)
		h := &history{maker: w.maker(w.districts[0]), w: w, t: t}
		for range amount(70, 300) {
			one(h.maker, occurrences)(h, h.somebody())
			for range 2 {
				reader := one(h.maker, h.d.Staff)
				h.checks += w.compare(t, h.d, reader, w.everybody(h.maker))
				if !reader.Withdrawn && h.often(50) {
					w.checkList(t, h.maker, reader, randomQuery(h.maker))
				}
				h.logsAContact(one(h.maker, h.d.Staff), one(h.maker, h.d.Students))
			}
			h.besideAsks()
			if t.Failed() {
				t.Fatalf("in world %d, after:\n%s", n, strings.Join(h.happened, "\n"))
			}
		}
		t.Logf("%d merges, %d undone, %d checks on the way", h.merged, h.unmerged, h.checks)
	}
}
