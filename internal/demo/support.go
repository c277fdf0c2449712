package demo

import (
	"slices"
	"sort"
	"strconv"
	"time"

	"github.com/holdfast-edu/holdfast/internal/supportmenu"
)

// What a plan mends.
const (
	mendAttendance = "ATTENDANCE"
	mendBehavior   = "BEHAVIOR"
	mendCourses    = "COURSE_PERFORMANCE"
)

// offer is an entry of the district's support menu.
type offer struct {
	supportmenu.Entry

	id any
}

// makeMenu writes the support menu that a new district begins with, but for the
// entries that stand already, by their codes.
func (m *maker) makeMenu(stands map[string]any) {
	for _, e := range supportmenu.Entries() {
		id, there := stands[e.Code]
		if !there {
			id = m.ids.next()
			m.out.add(toMenu, m.district, id, e.Code, e.Title, e.Domain, e.Intensity, e.Scope, e.Provider, e.Dosage, e.Evidence, e.Source)
		}
		m.menu = append(m.menu, offer{e, id})
	}
}

// How plans stand, and what came of supports that ended.
var (
	planStates = []share[string]{{80, planActive}, {8, "DRAFT"}, {8, "COMPLETED"}, {4, "CLOSED"}}
	results    = []share[string]{{30, "WORKED"}, {34, "PARTLY"}, {26, "DID_NOT_WORK"}, {10, "NOT_TRIED"}}
	reasons    = map[string][]string{
		"WORKED":       {"Comes without being reminded now.", "Kept it up for a month.", "The goal was met."},
		"PARTLY":       {"Helped on some days.", "Better, but not yet at the goal.", "Went well until the break."},
		"DID_NOT_WORK": {"No change over the weeks.", "Did not take to it.", "Something else is in the way."},
		"NOT_TRIED":    {"There was no place.", "The family chose another support.", "The times did not fit."},
	}
	sessionMinutes = []int{15, 20, 30, 30, 45, 60}
)

const (
	planActive     = "ACTIVE"
	hasPlan        = 7_500 // cases in ten thousand
	mostItems      = 3
	itemEnded      = 2_500 // items in ten thousand of an active plan
	sessionHeld    = 9_000 // weeks in ten thousand
	sessionMet     = 8_600 // sessions in ten thousand that the student came to
	planWithin     = 8     // days of instruction after the assignment
	itemWithin     = 6     // after the plan
	besideTheNeeds = 3_500 // items in ten thousand that are for the family
)

// pastDay gives the place of the first day of instruction from the day on, among those
// that have passed; they must not be none.
func (t *term) pastDay(at time.Time) int {
	found := sort.Search(t.past, func(i int) bool { return !t.days[i].date.Before(at) })
	return min(found, t.past-1)
}

// makePlan writes the plan that the advocate made, when there is one, with its
// supports and their sessions.
func (m *maker) makePlan(n need) {
	if m.term.past == 0 || len(n.mends) == 0 || !m.dice.chance(hasPlan) {
		return
	}
	last := m.term.past - 1
	from := min(m.term.pastDay(n.begins)+m.dice.below(planWithin), last)
	p := plan{need: n, id: m.ids.next(), status: draw(m.dice, planStates), from: from, through: last}
	var ends any
	if p.over() {
		p.through = m.dice.between(from, last)
		ends = m.term.days[p.through].text
	}
	m.out.add(toPlan, m.district, p.id, n.student, p.status, m.term.days[from].text, ends)
	for range m.dice.between(1, mostItems) {
		m.makeItem(&p)
	}
}

// plan is a student's plan while its rows are made: from and through are places
// among the days of instruction.
type plan struct {
	need

	id            any
	status        string
	from, through int
	taken         []any // of the menu
}

// over tells whether the plan has ended.
func (p *plan) over() bool { return p.status == "COMPLETED" || p.status == "CLOSED" }

// makeItem writes a support of the plan that it does not have yet.
func (m *maker) makeItem(p *plan) {
	chosen, found := m.choose(p)
	if !found {
		return
	}
	p.taken = append(p.taken, chosen.id)
	from, through := min(p.from+m.dice.below(itemWithin), p.through), p.through
	var ends, result any
	why := ""
	if p.over() || p.status == planActive && m.dice.chance(itemEnded) {
		through = m.dice.between(from, p.through)
		outcome := draw(m.dice, results)
		ends, result, why = m.term.days[through].text, outcome, pick(m.dice, reasons[outcome])
	}
	minutes := pick(m.dice, sessionMinutes)
	var id any = m.ids.next()
	m.out.add(toItem, m.district, id, p.student, p.id, chosen.id, chosen.Title, chosen.Domain, m.term.days[from].text, ends, strconv.Itoa(minutes), result, why)
	if p.status == "DRAFT" || result == "NOT_TRIED" {
		return
	}
	for day := from + 1; day <= through; day += schoolDayOfWeek {
		if !m.dice.chance(sessionHeld) {
			continue
		}
		came := m.dice.chance(sessionMet)
		m.out.add(toSession, m.district, m.ids.next(), p.student, id, m.term.days[day].text, strconv.Itoa(minutes), truth(came))
	}
}

// choose picks a support of the menu for what the plan mends, or for the family:
// intensive ones for who is in trouble.
func (m *maker) choose(p *plan) (offer, bool) {
	domain, intensity := pick(m.dice, p.mends), "BASIC"
	if m.dice.chance(besideTheNeeds) {
		domain = "FAMILY"
	}
	if p.grave {
		intensity = "INTENSIVE"
	}
	var fit []offer
	for _, one := range m.menu {
		if one.Domain == domain && one.Intensity == intensity && one.Scope == "STUDENT" && !slices.Contains(p.taken, one.id) {
			fit = append(fit, one)
		}
	}
	if len(fit) == 0 {
		return offer{}, false
	}
	return pick(m.dice, fit), true
}
