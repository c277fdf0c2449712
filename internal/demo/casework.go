package demo

import (
	"strings"
	"time"
)

// need is a student as those see them who hand out advocates.
type need struct {
	student any
	at      *school
	person  any // whom to talk to at home; nil: nobody known
	begins  time.Time
	chance  int // of getting an advocate, in ten thousand
	grave   bool
	left    bool
	mends   []string // what a plan would have to mend, the most pressing first
}

// Which students get an advocate, in ten thousand of those in trouble on several
// counts, on one, warned of, and others; so that about one student in twenty has one.
const (
	ofCritical   = 5_000
	ofAtRisk     = 1_500
	ofWarned     = 250
	ofOthers     = 20
	chronicTenth = 10
	warnedTenth  = 20
	verdictDays  = 20
)

// asCase gives what the student's attendance, behavior and marks say of their need.
func (s *student) asCase() need {
	n := need{student: s.id, at: s.school(), left: s.left(), chance: ofOthers}
	if len(s.home.guardians) > 0 {
		n.person = s.home.guardians[0].id
	}
	known := s.enrolled >= verdictDays
	if known && chronicTenth*s.absent >= s.enrolled*certain {
		n.mends = append(n.mends, mendAttendance)
	}
	if s.excluded > 0 {
		n.mends = append(n.mends, mendBehavior)
	}
	if s.failing > 0 {
		n.mends = append(n.mends, mendCourses)
	}
	n.grave = len(n.mends) > 0
	switch {
	case len(n.mends) > 1:
		n.chance = ofCritical
	case n.grave:
		n.chance = ofAtRisk
	case known && warnedTenth*s.absent >= s.enrolled*certain:
		n.chance, n.mends = ofWarned, []string{mendAttendance}
	}
	return n
}

// How much of a caseload a student takes, by intensity; the limit is the
// district's default.
var (
	intensities      = []share[string]{{50, "STANDARD"}, {50, "LIGHT"}}
	graveIntensities = []share[string]{{22, "INTENSIVE"}, {58, "STANDARD"}, {20, "LIGHT"}}
	loads            = map[string]int{"INTENSIVE": intensive, "STANDARD": 2, "LIGHT": 1}
)

const (
	caseloadLimit = 100
	intensive     = 5
	hasManager    = 900   // cases in ten thousand with a case manager too
	hasBackup     = 1_500 // and with a backup
)

// care gives the student an advocate when the dice say so and one of the school has
// room, and writes the contacts made since.
func (m *maker) care(n need) {
	if n.left || !m.dice.chance(n.chance) {
		return
	}
	kinds := intensities
	if n.grave {
		kinds = graveIntensities
	}
	intensity := draw(m.dice, kinds)
	advocate := leastLoaded(n.at.team.advocates, nil)
	if advocate == nil || advocate.load+loads[intensity] > caseloadLimit {
		return
	}
	n.begins = m.term.dayOfPast(m.dice)
	advocate.load += loads[intensity]
	m.assign(n, advocate, "PRIMARY", intensity)
	if other := leastLoaded(n.at.team.advocates, advocate); other != nil && m.dice.chance(hasBackup) {
		m.assign(n, other, "BACKUP", intensity)
	}
	manager := leastLoaded(n.at.team.caseManagers, nil)
	if manager != nil && manager.load+loads["LIGHT"] <= caseloadLimit && m.dice.chance(hasManager) {
		manager.load += loads["LIGHT"]
		m.assign(n, manager, "CASE_MANAGER", "LIGHT")
	}
	m.makeLogs(n, advocate)
	m.makePlan(n)
}

func leastLoaded(list []*advocate, but *advocate) *advocate {
	var found *advocate
	for _, one := range list {
		if one != but && (found == nil || one.load < found.load) {
			found = one
		}
	}
	return found
}

func (m *maker) assign(n need, to *advocate, role, intensity string) {
	m.out.add(toCaseload, m.district, m.ids.next(), n.student, to.id, role, intensity, n.begins.Format(time.DateOnly), nil)
}

// dayOfPast draws a day of the year that has passed: of instruction, or before it
// began, the first of July.
func (t *term) dayOfPast(d *dice) time.Time {
	if t.past == 0 {
		return t.starts
	}
	return t.days[d.below(t.past)].date
}

const (
	reached       = "REACHED"
	fewestLogs    = 1
	mostLogs      = 7
	firstHour     = 8
	hoursOfWork   = 9
	minutesOfHour = 60
	isGoodNews    = 2_200 // in ten thousand
)

// makeLogs writes the contacts made since the assignment began.
func (m *maker) makeLogs(n need, advocate *advocate) {
	for range m.dice.between(fewestLogs, mostLogs) {
		at := m.momentSince(n.begins)
		by, person := draw(m.dice, ways), n.person
		if m.dice.chance(by.withStudent) {
			person = nil
		}
		outcome := draw(m.dice, by.outcomes)
		good := outcome == reached && m.dice.chance(isGoodNews)
		recorded := at.Add(time.Duration(m.dice.between(1, minutesOfHour)) * time.Minute)
		m.out.add(toLog, m.district, m.ids.next(), n.student, advocate.id, person, stamp(at), by.method, outcome,
			m.summary(by, outcome, good), truth(good), stamp(recorded))
	}
}

// momentSince draws a moment in working hours of the district on a weekday, from
// the day up to the as-of day.
func (m *maker) momentSince(begins time.Time) time.Time {
	days := max(int(m.term.asOf.Sub(begins)/(daysHours*time.Hour)), 0)
	at := begins.AddDate(0, 0, m.dice.below(days+1))
	for at.After(begins) && (at.Weekday() == time.Saturday || at.Weekday() == time.Sunday) {
		at = at.AddDate(0, 0, -1)
	}
	return time.Date(at.Year(), at.Month(), at.Day(), firstHour+m.dice.below(hoursOfWork), m.dice.below(minutesOfHour), 0, 0, m.zone)
}

const daysHours = 24

// stamp writes a moment as COPY takes it.
func stamp(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05+00") }

// summary puts a note together.
func (m *maker) summary(by way, outcome string, good bool) string {
	if outcome != reached {
		return pick(m.dice, by.failures[outcome])
	}
	middle := troubles
	if good {
		middle = goodNews
	}
	return strings.Join([]string{pick(m.dice, by.openings), pick(m.dice, middle), pick(m.dice, nextSteps)}, " ")
}
