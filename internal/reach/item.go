package reach

import (
	"strconv"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
)

// Item says which columns of a row tell what item of a student it is, for those
// who read a class item by item: what was granted to them, what they wrote, or what is
// of a section that they teach.
type Item struct {
	student string // the column that names the student
	granted string // the column of need_to_know_grant that names the item; empty: it is never granted
	name    string // the column that it must equal
	author  string // the column of who wrote it; empty: nobody did
	section string // the column of the section that it is of; empty: of none
}

// The items that there are.
var (
	// Circumstances are granted by kind, whether the student has any or not.
	Circumstances = Item{student: "student_id", granted: "characteristic_kind", name: "kind"}
	// Notes are granted one by one, and read by who wrote them.
	Notes = Item{student: "student_id", granted: "note_id", name: "id", author: "staff_id"}
	// Requests that name a circumstance are read by who may read that circumstance.
	Requests = Item{student: "student_id", granted: "characteristic_kind", name: "circumstance"}
	// Lessons are grades and seats, read by who teaches their section today.
	Lessons = Item{student: "student_id", section: "section_id"}
)

// of gives the item of a row under the alias.
func (i Item) of(alias string) Item {
	for _, column := range []*string{&i.student, &i.name, &i.author, &i.section} {
		if *column != "" {
			*column = alias + "." + *column
		}
	}
	return i
}

// item writes that the row is of a student of whom the reader reads the class in
// whole, or item by item and this is one of theirs.
func (w writer) item(class access.Class, item Item, district string) {
	w.WriteString("(")
	w.student(item.student, district, class)
	w.WriteString(" OR ")
	w.anySpan(w.reader.Spans, item.student, district, func(s access.Span) bool { return s.Rights.NeedToKnow.Has(class) })
	w.WriteString(" AND ")
	w.theirs(class, item, district)
	w.WriteString(")")
}

// note writes that the reader may read the note: CASEWORK of the student, and of a
// restricted one that it is theirs.
func (w writer) note(alias string, item Item) {
	w.student(alias+"."+item.student, alias+".district_id", access.Casework)
	w.WriteString(" AND (" + alias + ".visibility = 'GENERAL' OR ")
	w.item(access.Restricted, item.of(alias), alias+".district_id")
	w.WriteString(")")
}

// request writes that the reader may read the request for support: CASEWORK of the
// student, and of one that names a circumstance that the circumstance is theirs.
func (w writer) request(alias string, item Item) {
	w.student(alias+"."+item.student, alias+".district_id", access.Casework)
	w.WriteString(" AND (" + alias + ".circumstance IS NULL OR ")
	w.item(access.Circumstance, item.of(alias), alias+".district_id")
	w.WriteString(")")
}

// theirs writes that the item was granted to the reader and is today, or is their
// own work or lesson; and in a preview the same of who looks, where they too need to know.
func (w writer) theirs(class access.Class, item Item, district string) {
	w.itemOf(w.reader.Principal.PersonID, item, district)
	if preview := w.reader.Preview; preview.NeedToKnow.Has(class) {
		w.WriteString(" AND ")
		w.itemOf(preview.By, item, district)
	}
}

// person writes who somebody is.
func (w writer) person(id access.ID) {
	if id == w.reader.Principal.PersonID {
		w.me()
		return
	}
	w.Arg(uuid.UUID(id))
}

func (w writer) itemOf(person access.ID, item Item, district string) {
	if item.section != "" {
		w.taughtBy(person, item, district)
		return
	}
	w.WriteString("(")
	if item.author != "" {
		w.WriteString(item.author + " = ")
		w.person(person)
		w.WriteString(" OR ")
	}
	w.WriteString("EXISTS (SELECT 1 FROM need_to_know_grant reach_grant WHERE reach_grant.district_id = " + district +
		" AND reach_grant.student_id = " + item.student + " AND reach_grant." + item.granted + " = " + item.name + " AND reach_grant.staff_id = ")
	w.person(person)
	w.WriteString(" AND reach_grant.revoked_at IS NULL AND ")
	w.holdsToday("reach_grant.starts_on", "reach_grant.ends_on")
	w.WriteString("))")
}

// taughtBy writes that somebody teaches the item's section today. A link without an
// end lasts as long as its section.
func (w writer) taughtBy(person access.ID, item Item, district string) {
	w.WriteString("EXISTS (SELECT 1 FROM staff_section_association reach_teaching" +
		" JOIN section reach_section ON reach_section.district_id = reach_teaching.district_id AND reach_section.id = reach_teaching.section_id" +
		" WHERE reach_teaching.district_id = " + district + " AND reach_teaching.section_id = " + item.section + " AND reach_teaching.staff_id = ")
	w.person(person)
	w.WriteString(" AND reach_teaching.withdrawn_at IS NULL AND reach_section.withdrawn_at IS NULL AND ")
	w.holdsToday("reach_teaching.starts_on", "reach_teaching.ends_on")
	w.WriteString(" AND ")
	w.holdsToday("reach_section.starts_on", "reach_section.ends_on")
	w.WriteString(")")
}

// Sees tells whether the class may be read, in whole or item by item.
func (m Mask) Sees(class access.Class) bool { return m.Reads(class) || m.NeedsToKnow(class) }

// Seen writes the condition that the rows of the table student, under the alias,
// are students of whom the reader reads the class, in whole or item by item.
func (s *Statement) Seen(alias string, class access.Class) *Statement {
	s.Text(alias + ".district_id = ").District().Text(" AND ")
	s.writer().anySpan(s.reader.Spans, alias+".id", alias+".district_id", func(span access.Span) bool {
		return (span.Rights.Read | span.Rights.NeedToKnow).Has(class)
	})
	s.walled = true
	return s
}

// IfSees writes the expression where the mask column reads the class in whole or
// item by item, and NULL elsewhere. The expression leaves out the items that are
// not the reader's, by Items.
func (s *Statement) IfSees(maskColumn string, class access.Class, expression func()) *Statement {
	return s.ifBits(maskColumn, MaskOf(access.Rights{Read: access.Of(class), NeedToKnow: access.Of(class)}), expression)
}

// Items writes the condition that a row under the alias is an item that the mask
// column lets the reader see: all where it reads the class in whole, where they
// need to know only theirs.
func (s *Statement) Items(maskColumn string, class access.Class, item Item, alias string) *Statement {
	whole := MaskOf(access.Rights{Read: access.Of(class)})
	single := MaskOf(access.Rights{NeedToKnow: access.Of(class)})
	if Certain(s.reader)&whole != 0 {
		return s.Text("true")
	}
	has := func(bit Mask) { s.Text("(" + maskColumn + " & " + strconv.FormatUint(uint64(bit), 10) + " <> 0)") }
	s.Text("(")
	if Possible(s.reader)&whole == 0 {
		s.Text("false")
	} else {
		has(whole)
	}
	if Possible(s.reader)&single != 0 {
		s.Text(" OR (")
		has(single)
		s.Text(" AND ")
		s.writer().theirs(class, item.of(alias), alias+".district_id")
		s.Text(")")
	}
	return s.Text(")")
}
