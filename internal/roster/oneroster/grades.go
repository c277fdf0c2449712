package oneroster

import (
	"context"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// lineItem is what is held of a lineItem whose results are marks. Assignments, of which
// there are many more, are not held.
type lineItem struct {
	class  string
	kind   string
	period string
	known  int32 // the day from which a mark is known when it does not say, in days since 1970; 0: not said
	scaled bool  // its scores are on a scale of their own, not of 0 to 100
}

// readCategories notes which categories are of marks.
func (r *reader) readCategories(ctx context.Context) error {
	return r.rows(ctx, categoriesFile, false, func(_ context.Context, row *record) error {
		if kind := mark(row.text("title")); kind != "" && !row.gone() {
			r.known.marks[strings.Clone(row.text("sourcedId"))] = kind
		}
		return nil
	})
}

// readLineItems notes those whose results are marks, by their category's title, else
// by their own.
func (r *reader) readLineItems(ctx context.Context) error {
	return r.rows(ctx, lineItemsFile, false, func(_ context.Context, row *record) error {
		kind := r.known.marks[row.text("categorySourcedId")]
		if kind == "" {
			kind = mark(row.text("title"))
		}
		if kind == "" || row.gone() {
			return r.sink.PassOver("lineItem of an assignment")
		}
		r.known.items[strings.Clone(row.text("sourcedId"))] = r.markOf(row, kind)
		return nil
	})
}

// markOf takes a lineItem down.
func (r *reader) markOf(row *record, kind string) lineItem {
	item := lineItem{class: strings.Clone(row.text("classSourcedId")), kind: kind}
	id := row.text("academicSessionSourcedId")
	if id == "" {
		id = row.text("gradingPeriodSourcedId")
	}
	if session, there := r.known.sessions[id]; there {
		item.period, item.known = session.title, dayNumber(session.ends)
	} else {
		item.period = strings.Clone(row.text("title"))
	}
	const whole, percent = 10_000, 100
	item.scaled = row.text("resultValueMax") != "" && row.parts("resultValueMax") != percent*whole
	if item.scaled {
		row.forgive("resultValueMax", row.text("resultValueMax"), "is not 100: numbers on this scale were not read, letters were", "export marks on a scale from 0 to 100")
	}
	return item
}

// readResults reads the marks among the results.
func (r *reader) readResults(ctx context.Context) error {
	return r.rows(ctx, resultsFile, false, r.readResult)
}

func (r *reader) readResult(ctx context.Context, row *record) error {
	item, there := r.known.items[row.text("lineItemSourcedId")]
	if !there {
		if !r.set.has(lineItemsFile) {
			row.forgive("lineItemSourcedId", "", "cannot be looked up without lineItems.csv: the results were not read", "export lineItems.csv too")
		}
		return r.sink.PassOver("result of an assignment")
	}
	who, _, _ := row.lookUp("studentSourcedId")
	grade := roster.Grade{
		Origin: row.origin, StudentCode: who.code, SectionCode: item.class, Kind: item.kind, Period: item.period,
		GivenOn: row.date("scoreDate"), Numeric: roster.NotSaid,
	}
	if held, known := r.known.classes[item.class]; known && held.school != noSchool {
		grade.SchoolYear, grade.SchoolCode = int(held.year), r.known.schools[held.school].code
	}
	if row.gone() {
		return row.put(ctx, roster.Gone{Row: grade})
	}
	grade.Letter = row.text("textScore")
	if !item.scaled {
		grade.Numeric = row.parts("score")
	}
	if grade.GivenOn.IsZero() && item.known != 0 {
		grade.GivenOn = dayOf(item.known)
	}
	if grade.Numeric == roster.NotSaid && grade.Letter == "" && len(row.issues) == 0 {
		return r.sink.PassOver("result without a score")
	}
	return row.put(ctx, grade)
}
