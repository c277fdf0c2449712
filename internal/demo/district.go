package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-edu/holdfast/internal/policy"
)

// handOn takes a batch whose rows are complete; the batch is used again
// afterwards.
type handOn func(ctx context.Context, b *batch) error

// batchStudents is how many students' rows wait in memory.
const batchStudents = 500

// maker makes the rows of one district.
type maker struct {
	dice       *dice
	ids        *ids
	out        *batch
	hand       handOn
	code       string
	name       string
	domain     string // of its mail
	districtID string
	district   any // the same, as rows give it
	zone       *time.Location
	term       *term
	heritages  []share[heritage]
	absence    int // how often people are absent here, in hundredths of usual
	schools    []*school
	staff      int // made so far
	families   *families
	students   int  // made so far
	incidents  int  // made so far
	numbers    bool // marks are numbers here, as in every other district, and no letters
	ownTerms   bool // each school's terms are kept apart here; elsewhere one list is for all
	menu       []offer
}

// regionOf is the region of a district, both counted from 1: ten districts each.
func regionOf(district int) int { return (district-1)/10 + 1 }

// regionRow gives the region's row. It depends on the number alone: districts of
// several demos may share one.
func regionRow(number int) row {
	ids := newIDs(date(firstYear, time.January, 1), newDice(0, "region", strconv.Itoa(number)))
	where := places[(number-1)%len(places)]
	return row{ids.next(), fmt.Sprintf("DEMO-R%03d", number), fmt.Sprintf(where.region, number)}
}

// newMaker makes what a district's rows have in common.
func newMaker(options Options, number int, hand handOn) (*maker, error) {
	code := codeOf(number)
	about := []string{options.AsOf.Format(time.DateOnly), code}
	d := newDice(options.Seed, append(about, "rows")...)
	where := places[(regionOf(number)-1)%len(places)]
	zone, err := time.LoadLocation(where.zone)
	if err != nil {
		return nil, fmt.Errorf("the time zone of %s: %w", where.state, err)
	}
	m := &maker{
		dice: d, ids: newIDs(options.AsOf, newDice(options.Seed, append(about, "ids")...)), out: &batch{}, hand: hand,
		code: code, domain: strings.ToLower(code) + ".example", zone: zone, families: &families{},
		absence: d.between(leastAbsence, mostAbsence),
	}
	m.districtID = m.ids.next()
	m.district = m.districtID
	m.name = townOf(options.Seed, number) + " " + where.district
	m.term = newTerm(d, options.AsOf, options.Days)
	m.heritages = weighed(d)
	m.numbers, m.ownTerms = number%2 == 0, number%third == 1
	return m, nil
}

// How districts differ in absence, in hundredths of usual.
const (
	leastAbsence = 94
	mostAbsence  = 112
)

// townOf gives each district its own town: the numbers run through all pairs of
// the two halves of a name, beginning anywhere.
func townOf(seed uint64, number int) string {
	begins := shuffled(newDice(seed, "town begins"), townBegins)
	ends := shuffled(newDice(seed, "town ends"), townEnds)
	at := number - 1
	lap := at / len(begins)
	town := begins[at%len(begins)] + ends[(at+lap)%len(ends)]
	if again := lap / len(ends); again > 0 {
		return town + " " + strconv.Itoa(again+1)
	}
	return town
}

// weighed gives the heritages with the shares of one district.
func weighed(d *dice) []share[heritage] {
	own := append([]share[heritage](nil), heritages...)
	for i := range own {
		own[i].of = own[i].of*d.between(leastWeight, mostWeight)/100 + 1
	}
	return own
}

const (
	leastWeight = 30
	mostWeight  = 190
)

// frame makes what stands before the students: the district, its year, schools and
// calendars, its staff, and the sections they teach.
func (m *maker) frame(region any, state, zone string, students int) error {
	m.out.add(toDistrict, m.district, region, m.code, m.name, state, zone)
	document, err := json.Marshal(policy.Default())
	if err != nil {
		return fmt.Errorf("write the default policy: %w", err)
	}
	starts := m.term.starts.Format(time.DateOnly)
	m.out.add(toPolicy, m.district, m.ids.next(), "1", starts, string(document))
	m.out.add(toYear, m.district, m.ids.next(), m.term.yearText, starts, m.term.ends.Format(time.DateOnly))
	m.makeRequirements()
	m.makeMenu(nil)
	m.makeSchools(students)
	m.makeTerms()
	for _, s := range m.schools {
		m.makeCalendar(s)
	}
	m.makeStaff()
	m.makeSections()
	return nil
}

// run makes the whole district, a batch of students at a time.
func (m *maker) run(ctx context.Context, number int, students int) error {
	region := regionOf(number)
	where := places[(region-1)%len(places)]
	if err := m.frame(regionRow(region)[0], where.state, where.zone, students); err != nil {
		return err
	}
	for _, s := range m.schools {
		for grade := s.first; grade <= s.last; grade++ {
			for place := range s.students[grade] {
				m.makeStudent(s, grade, place)
				if err := m.flush(ctx, batchStudents); err != nil {
					return err
				}
			}
		}
	}
	return m.flush(ctx, 1)
}

// flush hands the rows on when at least so many students wait.
func (m *maker) flush(ctx context.Context, atLeast int) error {
	if m.out.students < atLeast {
		return ctx.Err()
	}
	err := m.hand(ctx, m.out)
	m.out.clear()
	return err
}
