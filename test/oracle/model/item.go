package model

import "slices"

// Circumstances gives the circumstances of a student that the reader is shown: all
// with READ, those granted item by item with NEED_TO_KNOW.
func (d *District) Circumstances(reader *Staff, s *Student, on Date) []*Circumstance {
	may := d.Decide(reader, s, on).May(CircumstanceOf)
	var shown []*Circumstance
	for _, c := range s.Circumstances {
		if !c.Withdrawn && (may >= Read || (may == NeedToKnow && s.granted(reader, c.Kind, on))) {
			shown = append(shown, c)
		}
	}
	return shown
}

// granted: a grant of the kind holds on the day.
func (s *Student) granted(reader *Staff, kind string, on Date) bool {
	return slices.ContainsFunc(s.Grants, func(g *Grant) bool {
		return g.Staff == reader && g.Kind == kind && kind != "" && g.holds(on)
	})
}

func (g *Grant) holds(on Date) bool { return !g.Revoked && g.Days.Hold(on) }

// NotesOf gives the notes of a student that the reader is shown: the general ones by
// CASEWORK, the restricted ones by RESTRICTED, where NEED_TO_KNOW means those that
// they wrote or that were granted to them.
func (d *District) NotesOf(reader *Staff, s *Student, on Date) []*Note {
	decision := d.Decide(reader, s, on)
	var shown []*Note
	for _, note := range s.Notes {
		if decision.May(Casework) >= Read && (!note.Restricted || note.shownTo(reader, s, decision, on)) {
			shown = append(shown, note)
		}
	}
	return shown
}

func (n *Note) shownTo(reader *Staff, s *Student, decision Decision, on Date) bool {
	switch decision.May(Restricted) {
	case Nothing:
		return false
	case NeedToKnow:
		return n.Author == reader || slices.ContainsFunc(s.Grants, func(g *Grant) bool {
			return g.Staff == reader && g.Note == n && g.holds(on)
		})
	default:
		return true
	}
}

// MarksOf gives the marks of a student that the reader is shown: all by ACADEMIC, where
// NEED_TO_KNOW means those of the sections that they teach on the day.
func (d *District) MarksOf(reader *Staff, s *Student, on Date) []*Mark {
	may := d.Decide(reader, s, on).May(Academic)
	var shown []*Mark
	for _, mark := range s.Marks {
		if may >= Read || (may == NeedToKnow && mark.Section != nil && mark.Section.taughtBy(reader, on)) {
			shown = append(shown, mark)
		}
	}
	return shown
}

// PrimaryAdvocates gives those who are responsible for the student on the day.
func (s *Student) PrimaryAdvocates(on Date) []*Staff {
	var staff []*Staff
	for _, a := range s.Advocates {
		if a.Role == "PRIMARY" && a.Days.Hold(on) {
			staff = append(staff, a.Staff)
		}
	}
	return staff
}
