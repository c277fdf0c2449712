package record

import (
	"slices"
	"strings"
	"time"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
)

// StudentAccess is what a reader may see of a student, and why.
type StudentAccess struct{ DataClasses []*ClassAccess }

// ClassAccess is what a reader may do with one class of a student's data.
type ClassAccess struct {
	DataClass  string
	Read       bool
	NeedToKnow bool
	Write      bool
	Because    string
}

// reasons say how each reach reaches a student; {own} and {you} stand for the
// reader's your and you, or another's their and they.
var reasons = map[access.Reach]string{
	access.WholeDistrict: "in the district",
	access.OwnSchools:    "in {own} school",
	access.OwnCaseload:   "on {own} caseload",
	access.OwnMentees:    "on the caseload of somebody whom {you} mentor",
	access.OwnMentor:     "on the caseload of {own} mentor, while shadowing",
	access.OwnSections:   "in {own} section",
	access.OwnLeavers:    "left {own} school, and the case is open",
	access.OwnRecoveries: "in {own} care after leaving, and the case is open",
}

// because says in words how a role reaches a student, and since when where that is
// one day.
func because(role access.Role, way access.Reach, since, own string) string {
	you := map[string]string{"your": "you", "their": "they"}[own]
	text := string(role) + ": " + strings.NewReplacer("{own}", own, "{you}", you).Replace(reasons[way])
	if since != "" {
		text += " since " + since
	}
	return text
}

// studentAccess is the field access. What was granted has no part in it: whether
// there is anything to see is told by seeing it.
func studentAccess() studentField {
	return studentField{
		open: true,
		write: func(st *reach.Statement, _ Selected, _ *operation.Operation) error {
			st.Because("s")
			return nil
		},
		into: func(student *Student, _ Selected, op *operation.Operation) (any, func() error) {
			raw := new([]byte)
			return raw, func() error {
				var since []*string
				if err := fromJSON(*raw, &since); err != nil {
					return err
				}
				student.access = accessOf(op.Reader, since)
				return nil
			}
		},
	}
}

// accessOf explains each class by the spans that the student is within.
func accessOf(reader access.Reader, since []*string) *StudentAccess {
	own := "your"
	if reader.Preview.By != (access.ID{}) {
		own = "their"
	}
	explained := &StudentAccess{}
	for _, class := range access.AllClasses() {
		one := &ClassAccess{DataClass: class.String()}
		var whole, items []string
		for i, span := range reader.Spans {
			if i >= len(since) || since[i] == nil {
				continue
			}
			reason := because(span.Role, span.Reach, sinceOf(reader, span, *since[i]), own)
			one.Write = one.Write || span.Rights.Write.Has(class)
			switch {
			case span.Rights.Read.Has(class):
				whole = append(whole, reason)
			case span.Rights.NeedToKnow.Has(class):
				items = append(items, reason)
			}
		}
		one.Read, one.NeedToKnow = len(whole) > 0, len(whole) == 0 && len(items) > 0
		switch {
		case one.Read:
			one.Because = strings.Join(whole, "; ")
		case one.NeedToKnow:
			one.Because = strings.Join(items, "; ") + "; item by item, what was granted, or is of one's own writing or sections"
		default:
			one.Because = "no role that reaches the student reads this"
		}
		explained.DataClasses = append(explained.DataClasses, one)
	}
	return explained
}

// sinceOf gives the day since which the span reaches the student: for a reach over
// the whole district the first day of the role.
func sinceOf(reader access.Reader, span access.Span, since string) string {
	if span.Reach != access.WholeDistrict {
		return since
	}
	for _, held := range reader.Principal.Roles {
		if held.Role != span.Role || !held.HoldsOn(reader.Today) {
			continue
		}
		if day := held.StartsOn.Format(time.DateOnly); since == "" || day < since {
			since = day
		}
	}
	return since
}

// Access is what the reader may see of the student, as it was selected.
func (s *Student) Access() *StudentAccess { return s.access }

// classNames gives the names of a set of classes.
func classNames(set access.Classes) []string {
	names := make([]string, 0, len(set.List()))
	for _, class := range set.List() {
		names = append(names, class.String())
	}
	return names
}

// distinctTexts keeps each text once, in order.
func distinctTexts(texts []string) []string {
	var kept []string
	for _, text := range texts {
		if !slices.Contains(kept, text) {
			kept = append(kept, text)
		}
	}
	return kept
}
