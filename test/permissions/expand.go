package permissions

import (
	"maps"
	"slices"
	"strings"
)

// What is expected of one case.
const (
	Shown      = "shown" // a value, and nothing listed
	Role       = "ROLE"  // null, and listed for want of a role
	NeedToKnow = "NEED"  // no item, and listed as need to know
	Items      = "items" // the items that are the reader's to see and no others, and listed as need to know
	InWhole    = "whole" // null, and listed as need to know: it is read in whole or not at all
	Beneath    = "below" // lies in what is not shown: neither there nor listed
	Absent     = "-"     // the object does not exist
	Listed     = "in"    // in the list
	Forbidden  = "FORB"  // refused with FORBIDDEN
	Done       = "done"  // done
	NotFound   = "NONE"  // refused with NOT_FOUND
	None       = "none"  // no right to the class; else R, W or N, as in the table
	Nothing    = "."     // there is no such case
	All        = "ALL"   // filter.within: everybody within reach
	district   = "district"
)

// The places that stand for the reader's own school, for the other one, and so on,
// where something is not about a student.
const (
	own           = "own"
	otherSchool   = "other school"
	otherDistrict = "other district"
	roleEnded     = "role ended yesterday"
	roleToCome    = "role starts tomorrow"
)

// The actions of the cases.
const (
	Holding  = "access" // a class, as the reader is told of their own rights
	Reading  = "read"   // a field of a student, or of what lies below
	Figure   = "figure" // a figure over a school or the district, or what a role allows of the district
	Asking   = "ask"    // a question that is refused whole
	Ranging  = "list"   // a list that is narrowed or ordered by an argument
	Changing = "change"
)

// Line is what is expected of one reader and thing at every place.
type Line struct {
	Action  string
	Subject string            // a field, an argument with its within, a change
	Answers map[string]string // by place
}

// Expand gives every line of a reader, in the order of the golden file.
func (m *Matrix) Expand(reader string) []Line {
	one := m.Readers[reader]
	var lines []Line
	add := func(action, subject string, answer func(place string) string) {
		line := Line{action, subject, map[string]string{}}
		for _, place := range m.Places {
			line.Answers[place] = Nothing
			if one.HasRole() || !RoleIsOver(place) {
				line.Answers[place] = answer(place)
			}
		}
		lines = append(lines, line)
	}
	for _, class := range m.Classes {
		add(Holding, class, func(place string) string { return m.holds(one, class, place) })
	}
	for _, field := range sorted(m.Fields) {
		add(Reading, field, func(place string) string { return m.read(one, field, place) })
	}
	for _, field := range sorted(m.Allowed) {
		if strings.HasPrefix(field, "Student.") {
			add(Reading, field, func(place string) string { return m.allowedOfStudent(one, m.Allowed[field], place) })
		}
	}
	for _, field := range sorted(m.Allowed) {
		if !strings.HasPrefix(field, "Student.") {
			add(Figure, field, func(place string) string { return m.allowedOfDistrict(one, field, place) })
		}
	}
	for _, field := range sorted(m.Figures) {
		add(Figure, field, func(place string) string { return m.figure(one, field, place) })
	}
	for _, question := range sorted(m.Asked) {
		add(Asking, question, func(place string) string { return m.ask(one, m.Asked[question], place) })
	}
	for _, argument := range sorted(m.Arguments) {
		for _, within := range m.Withins() {
			add(Ranging, argument+" within "+within, func(place string) string { return m.list(one, m.Arguments[argument], within, place) })
		}
	}
	for _, change := range sorted(m.Changes) {
		add(Changing, change, func(place string) string { return m.change(one, m.Changes[change], place) })
	}
	return lines
}

// HasRole tells whether a role is what the reader has their rights by: one that can end.
func (r *Reader) HasRole() bool { return r.Kind == "" && r.Holds != "NONE" }

// RoleIsOver tells whether the place is about somebody whose role does not hold today.
func RoleIsOver(place string) bool { return place == roleEnded || place == roleToCome }

// Withins gives the ways to narrow a list to a part of the reach.
func (m *Matrix) Withins() []string {
	all := map[string]bool{All: true}
	for _, reach := range m.Reaches {
		for within := range reach.Within {
			all[within] = true
		}
	}
	return sorted(all)
}

// cell gives what the row says of the class.
func (m *Matrix) cell(row, class string) string {
	return m.Table[row][slices.Index(m.Classes, class)]
}

// reads tells whether the row has all of the class to read.
func (m *Matrix) reads(row, class string) bool {
	cell := m.cell(row, class)
	return cell == "R" || cell == "W"
}

// rowAt gives the row by which the reader sees the student of the place; empty: the
// student does not exist.
func (m *Matrix) rowAt(reader *Reader, place string) string {
	reach := m.Reaches[reader.Reach]
	switch {
	case slices.Contains(reach.In, place):
		return reader.Row
	case slices.Contains(reach.Found, place):
		return "found"
	}
	return ""
}

// holds gives the cell of the class.
func (m *Matrix) holds(reader *Reader, class, place string) string {
	row := m.rowAt(reader, place)
	if row == "" {
		return Absent
	}
	if cell := m.cell(row, class); cell != "-" {
		return cell
	}
	return None
}

func (m *Matrix) read(reader *Reader, field, place string) string {
	needs := m.Fields[field]
	row := m.rowAt(reader, place)
	if row == "" {
		return Absent
	}
	if len(needs) > 1 && m.cell(row, needs[0]) == "-" {
		return Beneath
	}
	class := needs[len(needs)-1]
	switch m.cell(row, class) {
	case "-":
		return Role
	case "N":
		return m.item(field, place)
	}
	return Shown
}

// item is what a field gives to who reads its class item by item.
func (m *Matrix) item(field, place string) string {
	theirs, byItem := m.Items[field]
	switch {
	case !byItem:
		return InWhole
	case slices.Contains(theirs, place), slices.Contains(theirs, All):
		return Items
	}
	return NeedToKnow
}

func (m *Matrix) allowedOfStudent(reader *Reader, roles []string, place string) string {
	switch {
	case m.rowAt(reader, place) == "":
		return Absent
	case slices.Contains(roles, reader.Holds):
		return Shown
	}
	return Role
}

// allowedOfDistrict is about the reader's own district, and where the role is over.
func (m *Matrix) allowedOfDistrict(reader *Reader, field, place string) string {
	if !slices.Contains([]string{own, otherDistrict, roleEnded, roleToCome}, place) {
		return Nothing
	}
	if m.Reaches[reader.Reach].Outside || place == otherDistrict {
		return Absent
	}
	holds := place == own
	switch above, lies := m.Allowed["District.importRuns"], strings.HasPrefix(field, "ImportRun."); {
	case lies && (!holds || !slices.Contains(above, reader.Holds)):
		return Beneath
	case holds && slices.Contains(m.Allowed[field], reader.Holds):
		return Shown
	}
	return Role
}

// figure needs the class over the whole of the school, or of the district.
func (m *Matrix) figure(reader *Reader, field, place string) string {
	ofSchool := strings.HasPrefix(field, "School.")
	switch reach := m.Reaches[reader.Reach]; {
	case !slices.Contains([]string{own, otherSchool, otherDistrict, roleEnded, roleToCome}, place), place == otherSchool && !ofSchool:
		return Nothing
	case reach.Outside, reach.NoSchools && ofSchool, place == otherDistrict:
		return Absent
	default:
		scope := place
		if !ofSchool && place == own {
			scope = district
		}
		whole := func(scopes []string, row string) bool {
			return slices.Contains(scopes, scope) && m.reads(row, m.Figures[field])
		}
		above := m.Figures["District.indicatorTrend"]
		if strings.HasPrefix(field, "IndicatorPoint.") && (!slices.Contains(reach.Whole, scope) || !m.reads(reader.Row, above)) {
			return Beneath
		}
		if whole(reach.Whole, reader.Row) || whole(reach.WholeFound, "found") {
			return Shown
		}
		return Role
	}
}

// ask is refused whole to whoever has none of the roles.
func (m *Matrix) ask(reader *Reader, roles []string, place string) string {
	switch holds := slices.Contains(roles, reader.Holds); {
	case !slices.Contains([]string{own, roleEnded, roleToCome}, place):
		return Nothing
	case holds && place == own:
		return Shown
	}
	return Forbidden
}

// list is refused for a class that is not that of everybody within.
func (m *Matrix) list(reader *Reader, argument *Argument, within, place string) string {
	reach := m.Reaches[reader.Reach]
	ranges := reach.Within[within]
	if within == All {
		ranges = slices.Concat(reach.In, reach.Found)
	}
	now := !RoleIsOver(place)
	if argument.Roles != nil && (!now || !slices.Contains(argument.Roles, reader.Holds)) {
		return Forbidden
	}
	for _, one := range ranges {
		if now && slices.ContainsFunc(argument.Class, func(class string) bool { return !m.reads(m.rowAt(reader, one), class) }) {
			return Forbidden
		}
	}
	tells := argument.By == nil || slices.ContainsFunc(argument.By, func(class string) bool { return m.rowAt(reader, place) != "" && m.reads(m.rowAt(reader, place), class) })
	if slices.Contains(ranges, place) && tells && !slices.Contains(argument.NotAt, place) && !slices.Contains(argument.NotAt, All) {
		return Listed
	}
	return Absent
}

func (m *Matrix) change(reader *Reader, change *Change, place string) string {
	if change.ofNoStudent() && !slices.Contains([]string{own, roleEnded, roleToCome}, place) {
		return Nothing
	}
	if change.Write == "" {
		return m.changeByRole(reader, change, place)
	}
	row := m.rowAt(reader, place)
	if row == "" {
		return NotFound
	}
	if slices.ContainsFunc(change.Sees, func(class string) bool { return !m.reads(row, class) }) {
		return NotFound
	}
	if cell := m.cell(row, change.Write); cell == "W" || cell == "N" {
		return Done
	}
	return Forbidden
}

func (c *Change) ofNoStudent() bool { return c.Of != "" }

func (m *Matrix) changeByRole(reader *Reader, change *Change, place string) string {
	holds := slices.Contains(change.Roles, reader.Holds) && !RoleIsOver(place)
	switch {
	case !holds:
		return Forbidden
	case change.ofNoStudent(), slices.Contains(m.Reaches[reader.Reach].In, place):
		return Done
	}
	return NotFound
}

func sorted[V any](of map[string]V) []string {
	return slices.Sorted(maps.Keys(of))
}
