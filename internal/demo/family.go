package demo

import (
	"fmt"
	"strconv"
	"time"
)

// family is a household whose children share their contacts.
type family struct {
	heritage  heritage
	last      string
	language  string
	community string
	guardians []guardian
	children  int
	newest    *school // of the youngest child made
	grade     int     // of the same child
}

// guardian is a person with what they are to the children.
type guardian struct {
	tie

	id any
}

// tie is what a person is to a child.
type tie struct {
	relation   string
	sex        string
	livesWith  bool
	mayInspect bool
	emergency  bool
}

// families remembers a bounded number of households that may have more children.
type families struct {
	open   []*family
	next   int
	people int // adults made so far
}

const (
	openFamilies  = 2_048
	siblingChance = 4_200 // in ten thousand
	siblingTries  = 6
	mostChildren  = 4
)

// join finds a household for a child of the school and grade: younger children go
// to the same elementary school, and are rarely in one grade.
func (f *families) join(d *dice, s *school, grade int) *family {
	if len(f.open) == 0 || !d.chance(siblingChance) {
		return nil
	}
	for range siblingTries {
		found := pick(d, f.open)
		apart := found.grade != grade || d.chance(100)
		near := found.newest == s || found.newest.level != s.level
		if found.children < mostChildren && apart && near {
			return found
		}
	}
	return nil
}

func (f *families) remember(one *family) {
	if len(f.open) < openFamilies {
		f.open = append(f.open, one)
		return
	}
	f.open[f.next] = one
	f.next = (f.next + 1) % openFamilies
}

// familyOf gives the household of a new child.
func (m *maker) familyOf(s *school, grade int) *family {
	home := m.families.join(m.dice, s, grade)
	if home == nil {
		home = m.makeFamily(s)
		m.families.remember(home)
	}
	home.children++
	home.newest, home.grade = s, grade
	return home
}

// households are who takes care of children, by shares.
var households = []share[[]tie]{
	{4600, []tie{mother, father}},
	{1800, []tie{mother}},
	{900, []tie{mother, absentFather}},
	{600, []tie{mother, stepfather}},
	{420, []tie{father}},
	{500, []tie{mother, grandmother}},
	{380, []tie{grandmother}},
	{300, []tie{mother, father, grandmother}},
	{250, []tie{mother, father, aunt}},
	{120, []tie{guardianOfLaw}},
	{70, []tie{fosterParent}},
	{60, []tie{mother, brother}},
}

var (
	mother        = tie{"MOTHER", female, true, true, true}
	father        = tie{"FATHER", "Male", true, true, true}
	absentFather  = tie{"FATHER", "Male", false, true, false}
	stepfather    = tie{"STEPPARENT", "Male", true, false, true}
	grandmother   = tie{"GRANDPARENT", female, true, false, true}
	aunt          = tie{"AUNT_UNCLE", female, false, false, true}
	guardianOfLaw = tie{"GUARDIAN", female, true, true, true}
	fosterParent  = tie{"FOSTER_PARENT", female, true, false, true}
	brother       = tie{"SIBLING", "Male", true, false, true}
)

// How many in ten thousand.
const (
	ownLastName  = 2_200 // adults who are not called as the children are
	confirmed    = 3_500 // adults who confirmed their details this year
	hasMail      = 6_500
	optsOut      = 250
	landline     = 900
	neverContact = 40
)

func (m *maker) makeFamily(s *school) *family {
	h := draw(m.dice, m.heritages)
	home := &family{heritage: h, last: pick(m.dice, h.last), language: draw(m.dice, h.languages), community: pick(m.dice, neighborhoods)}
	address := fmt.Sprintf("%d %s %s, %s", m.dice.between(100, certain), pick(m.dice, streets), pick(m.dice, streetKinds), home.community)
	for _, tie := range draw(m.dice, households) {
		home.guardians = append(home.guardians, guardian{tie, m.makePerson(s, home, tie, address)})
	}
	return home
}

// waysToReach are what people like best.
var waysToReach = []share[any]{{3000, "TEXT"}, {2600, "PHONE"}, {900, "EMAIL"}, {3500, nil}}

// makePerson makes an adult with the ways to reach them. Telephone numbers are
// those set aside for fiction, mail goes nowhere.
func (m *maker) makePerson(s *school, home *family, tie tie, address string) any {
	m.families.people++
	var id any = m.ids.next()
	last := home.last
	if m.dice.chance(ownLastName) {
		last = pick(m.dice, home.heritage.last)
	}
	first := home.heritage.givenName(m.dice, tie.sex)
	var on, by any
	if m.dice.chance(confirmed) && m.term.past > 0 {
		on, by = m.term.days[m.dice.below(m.term.past)].text, s.team.registrar
	}
	m.out.add(toPerson, m.district, id, fmt.Sprintf("P%06d", m.families.people), first, last, home.language, draw(m.dice, waysToReach), on, by)
	number := fmt.Sprintf("%d-555-01%02d", m.dice.between(firstAreaCode, lastAreaCode), m.dice.below(100))
	m.addChannel(id, "PHONE", number, "Mobile", byMobile)
	m.addChannel(id, "TEXT", number, "Mobile", byText)
	if m.dice.chance(hasMail) {
		m.addChannel(id, "EMAIL", fmt.Sprintf("%s.%s%d@mail.example", letters(first), letters(last), m.families.people), "", byMail)
	}
	if m.dice.chance(landline) {
		m.addChannel(id, "PHONE", fmt.Sprintf("%d-555-01%02d", firstAreaCode-1, m.dice.below(100)), "Home", byLandline)
	}
	if tie.livesWith {
		m.addChannel(id, "ADDRESS", address, "Home", byPost)
	}
	return id
}

// In which order to try.
const (
	byMobile = 1 + iota
	byText
	byMail
	byLandline
	byPost
)

const (
	firstAreaCode = 201
	lastAreaCode  = 989
)

func (m *maker) addChannel(person any, kind, value, label string, priority int) {
	m.out.add(toChannel, m.district, m.ids.next(), person, kind, value, label, strconv.Itoa(priority), truth(m.dice.chance(optsOut)))
}

// makeContacts links the student to the adults of the household.
func (m *maker) makeContacts(student any, home *family) {
	for i, adult := range home.guardians {
		m.out.add(toContact, m.district, m.ids.next(), student, adult.id, adult.relation, truth(adult.livesWith), truth(adult.mayInspect),
			truth(!adult.livesWith && m.dice.chance(neverContact)), truth(i == 0), truth(adult.emergency))
	}
}

// birthDate fits the grade: who is of the usual age turned 5 before kindergarten
// by the first of September. A few are a year older, fewer two.
func (m *maker) birthDate(grade int) time.Time {
	older := 0
	if grade > 0 {
		older = draw(m.dice, retained)
	}
	return date(m.term.year-1-ageOfKindergarten-grade-older, time.September, 1).AddDate(0, 0, -m.dice.below(daysOfYear))
}

var retained = []share[int]{{9620, 0}, {320, 1}, {60, 2}}

const (
	ageOfKindergarten = 5
	daysOfYear        = 365
)
