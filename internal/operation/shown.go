package operation

import (
	"errors"
	"slices"
	"sync"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/reach"
)

// Witness writes down who was shown what, and is told of changes.
type Witness interface {
	// Room gives an error when no more can be written down: nothing is shown then.
	Room() error
	// Showed is told, once, of all that an operation showed.
	Showed(reading Reading)
	// Changed is told that a change in the district was committed.
	Changed(district uuid.UUID)
}

// errNoWitness is an operation that nobody would write down.
var errNoWitness = errors.New("operation: nobody writes down what it shows")

// Reading is what one operation showed.
type Reading struct {
	Principal access.Principal
	Operation string
	Shown     []Shown
}

// Shown is what was shown alike: of these students these classes, for one reason.
type Shown struct {
	Students []uuid.UUID        // empty: figures over many, or no student's record
	Classes  access.Classes     // of the students, or counted over them
	Records  []access.Operation // what a role allows, not a class
	Because  []access.Span      // of the reader, that gave it
}

// seen is what was shown of one student.
type seen struct {
	student uuid.UUID
	mask    reach.Mask
	classes access.Classes
}

// shown is what an operation has shown so far.
type shown struct {
	mu       sync.Mutex
	students []seen
	others   []Shown
}

// Show notes that something of the classes was shown of the student, whose row has
// the mask.
func (o *Operation) Show(student uuid.UUID, mask reach.Mask, classes access.Classes) {
	if classes == 0 {
		return
	}
	if o.of != nil {
		o.of.showOther(Shown{Students: []uuid.UUID{student}, Classes: classes, Because: overDistrict(o.of.Reader, classes)})
		return
	}
	s := &o.shown
	s.mu.Lock()
	defer s.mu.Unlock()
	s.students = append(s.students, seen{student, mask, classes})
}

// overDistrict gives the reader's spans over the whole district that show something of
// the classes: through another's eyes one sees only what they give.
func overDistrict(reader access.Reader, classes access.Classes) []access.Span {
	return slices.DeleteFunc(slices.Clone(reader.Spans), func(s access.Span) bool {
		return s.Reach != access.WholeDistrict || (s.Rights.Read|s.Rights.NeedToKnow)&classes == 0
	})
}

// ShowFigures notes that something counted over students was shown, of whom the
// spans give the classes.
func (o *Operation) ShowFigures(classes access.Classes, by []access.Span) {
	if classes == 0 {
		return
	}
	because := slices.DeleteFunc(slices.Clone(by), func(s access.Span) bool { return s.Rights.Read&classes == 0 })
	o.root().showOther(Shown{Classes: classes, Because: because})
}

// ShowRecords notes that records which an operation allows were shown, with the
// students they tell of, where that is known. It is the role that allows them,
// whatever its reaches.
func (o *Operation) ShowRecords(records access.Operation, students ...uuid.UUID) {
	because := slices.CompactFunc(o.root().Reader.SpansOf(records), func(a, b access.Span) bool { return a.Role == b.Role })
	o.root().showOther(Shown{Students: students, Records: []access.Operation{records}, Because: because})
}

// showOther notes what is no student's row; the same again, such as the figures of
// each school of a page, is one.
func (o *Operation) showOther(one Shown) {
	s := &o.shown
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, known := range s.others {
		if known.Classes == one.Classes && slices.Equal(known.Records, one.Records) && slices.EqualFunc(known.Because, one.Because, sameSpan) {
			s.others[i].Students = slices.Concat(known.Students, one.Students)
			return
		}
	}
	s.others = append(s.others, one)
}

func sameSpan(a, b access.Span) bool { return a.Role == b.Role && a.Reach == b.Reach }

// mayShow refuses to read what could not be written down.
func (o *Operation) mayShow() error {
	if o.Witness == nil {
		return errNoWitness
	}
	return o.Witness.Room()
}

// Tell tells the witness what was shown, if anything was: once the answer may leave.
func (o *Operation) Tell() {
	s := &o.shown
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.students)+len(s.others) == 0 || o.Witness == nil {
		return
	}
	reading := Reading{Principal: o.Reader.Principal, Operation: o.Name, Shown: append(s.alike(o.Reader), s.others...)}
	s.students, s.others = nil, nil
	o.Witness.Showed(reading)
}

// alike puts the students together of whom the same was shown for the same reason.
func (s *shown) alike(reader access.Reader) []Shown {
	type group struct {
		classes access.Classes
		spans   reach.Mask
	}
	var list []Shown
	places := make(map[group]int, 1)
	for _, one := range s.merged() {
		key := group{one.classes, one.mask & reach.Giving(reader, one.classes)}
		place, known := places[key]
		if !known {
			place = len(list)
			places[key] = place
			list = append(list, Shown{Classes: one.classes, Because: one.mask.GivenBy(reader, one.classes)})
		}
		list[place].Students = append(list[place].Students, one.student)
	}
	return list
}

// merged gives each student once, with all that was shown of them.
func (s *shown) merged() []seen {
	if len(s.students) < 2 {
		return s.students
	}
	places := make(map[uuid.UUID]int, len(s.students))
	list := make([]seen, 0, len(s.students))
	for _, one := range s.students {
		if place, known := places[one.student]; known {
			list[place].classes |= one.classes
			continue
		}
		places[one.student] = len(list)
		list = append(list, one)
	}
	return list
}
