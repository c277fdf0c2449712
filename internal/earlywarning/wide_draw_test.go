package earlywarning_test

import (
	"strconv"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// drawWide makes a district with rows of every kind that rules look at.
func drawWide(t *rapid.T) *wide {
	w := &wide{
		model: draw(t), grade: map[uuid.UUID]string{}, born: map[uuid.UUID]time.Time{}, cohort: map[uuid.UUID]int{}, discipline: map[int]time.Time{},
		needs: map[int]int64{}, ruled: map[flagAt]*flag{}, lines: map[studentYear]map[time.Time]line{}, last: map[studentYear]*line{}, days: map[string]string{},
	}
	if often(t, 4, "a year that is over") {
		w.today = monday.AddDate(0, -2, rapid.IntRange(-4, 4).Draw(t, "around the year's end"))
	}
	w.laws = []*law{drawLaw(t, 1, time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC))}
	for _, e := range w.enrollments {
		w.grade[e.id] = rapid.SampledFrom([]string{"NINTH", "NINTH", "TENTH", "TWELFTH", "EIGHTH", "KINDERGARTEN", "UNGRADED"}).Draw(t, "grade")
	}
	for _, year := range []int{previousYear, presentYear} {
		if !often(t, 3, "no discipline") {
			w.discipline[year] = drawDay(t, year)
		}
		for range rapid.IntRange(0, 3).Draw(t, "terms") {
			w.drawTerm(t, year)
		}
		for range rapid.IntRange(0, 3).Draw(t, "incidents") {
			w.incidents = append(w.incidents, &incident{
				id: uuid.New(), school: w.schools[0], year: year, on: drawDay(t, year), withdrawn: often(t, 8, "incident withdrawn"),
			})
		}
	}
	for i := range 3 {
		w.courses = append(w.courses, &course{uuid.New(), i < 2})
	}
	for cohort := presentYear; cohort < presentYear+5; cohort++ {
		if !often(t, 3, "no requirement") {
			w.needs[cohort] = rapid.SampledFrom([]int64{240_000, 220_000, 10_007, 80_000}).Draw(t, "credits to graduate")
		}
	}
	for _, student := range w.students {
		w.drawPerson(t, student)
		w.drawRows(t, student, 4)
	}
	return w
}

func (w *wide) drawTerm(t *rapid.T, year int) {
	one := &termRow{
		school: rapid.SampledFrom(append([]uuid.UUID{uuid.Nil}, w.schools...)).Draw(t, "term's school"), year: year, withdrawn: often(t, 8, "term withdrawn"),
		kind: rapid.SampledFrom([]string{"SEMESTER", "SEMESTER", "TERM", "YEAR", "GRADING_PERIOD", "OTHER"}).Draw(t, "kind of term"), starts: drawDay(t, year),
	}
	one.ends = one.starts.AddDate(0, 0, rapid.IntRange(0, mostDates).Draw(t, "term's days"))
	w.terms = append(w.terms, one)
}

// drawPerson draws a birth date around 1 September, and a cohort.
func (w *wide) drawPerson(t *rapid.T, student uuid.UUID) {
	if !often(t, 4, "no birth date") {
		september := time.Date(rapid.IntRange(2006, 2013).Draw(t, "born in"), time.September, 1, 0, 0, 0, 0, time.UTC)
		w.born[student] = september.AddDate(0, 0, rapid.IntRange(-1, 1).Draw(t, "around 1 September"))
	}
	if often(t, 2, "a cohort") {
		w.cohort[student] = rapid.IntRange(presentYear, presentYear+4).Draw(t, "cohort")
	}
}

// drawRows draws some rows of each kind of a student's.
func (w *wide) drawRows(t *rapid.T, student uuid.UUID, most int) {
	for range rapid.IntRange(0, most).Draw(t, "participations") {
		w.drawPart(t, student)
	}
	for range rapid.IntRange(0, most).Draw(t, "actions") {
		year := drawYear(t)
		w.actions = append(w.actions, &action{
			student: student, year: year, on: drawDay(t, year), withdrawn: often(t, 8, "action withdrawn"),
			kind: rapid.SampledFrom([]string{
				"IN_SCHOOL_SUSPENSION", "OUT_OF_SCHOOL_SUSPENSION", "EXPULSION", "REMOVAL_FROM_CLASSROOM", "COMMUNITY_SERVICE", "OTHER", "NONE",
			}).Draw(t, "kind of action"),
			days: rapid.SampledFrom([]any{nil, int64(0), int64(5_000), int64(30_000)}).Draw(t, "days"),
		})
	}
	for range rapid.IntRange(0, 2*most).Draw(t, "marks") {
		w.drawMark(t, student)
	}
	for range rapid.IntRange(0, most).Draw(t, "credits") {
		w.credits = append(w.credits, &credit{
			student: student, on: drawDay(t, drawYear(t)), withdrawn: often(t, 8, "credit withdrawn"), attempted: 10_000,
			earned: rapid.SampledFrom([]int64{0, 5_000, 10_000, 20_000, 3_333}).Draw(t, "earned"),
		})
	}
	for range rapid.IntRange(0, most/2).Draw(t, "assessments") {
		year := drawYear(t)
		w.results = append(w.results, &result{
			student, year, drawDay(t, year), rapid.SampledFrom([]any{true, false, true, nil}).Draw(t, "below"), often(t, 8, "result withdrawn"),
		})
	}
	for range rapid.IntRange(0, most/2).Draw(t, "supports") {
		w.drawItem(t, student)
	}
	if often(t, 2, "circumstance") {
		w.circumstances = append(w.circumstances, &circumstance{
			student: student, kind: rapid.SampledFrom([]string{"HOMELESS", "PREGNANT_OR_PARENTING", "MIGRANT", "FOSTER_CARE"}).Draw(t, "circumstance"),
			starts: drawDay(t, previousYear), withdrawn: often(t, 6, "circumstance withdrawn"),
			ends: rapid.SampledFrom([]time.Time{{}, drawDay(t, previousYear).AddDate(0, 0, mostDates+2*outside), monday.AddDate(0, 0, mostDates/2)}).Draw(t, "circumstance's end"),
		})
	}
	if often(t, 4, "advocate") && len(w.advocates) == 0 {
		w.advocates = append(w.advocates, &advocate{
			student: student, role: rapid.SampledFrom([]string{"PRIMARY", "BACKUP"}).Draw(t, "role"), starts: drawDay(t, previousYear),
			ends: rapid.SampledFrom([]time.Time{{}, monday.AddDate(0, 0, mostDates/2)}).Draw(t, "advocate's end"),
		})
	}
}

func drawYear(t *rapid.T) int {
	if often(t, 4, "last year's") {
		return previousYear
	}
	return presentYear
}

func (w *wide) drawPart(t *rapid.T, student uuid.UUID) {
	if len(w.incidents) == 0 {
		return
	}
	one := &participation{
		student: student, incident: rapid.SampledFrom(w.incidents).Draw(t, "incident"), withdrawn: often(t, 8, "participation withdrawn"),
		as:       rapid.SampledFrom([]string{"PERPETRATOR", "PERPETRATOR", "PERPETRATOR", "VICTIM", "WITNESS", "REPORTER"}).Draw(t, "as"),
		behavior: rapid.SampledFrom([]string{"", "FIGHT", "THEFT"}).Draw(t, "behavior"),
	}
	for _, other := range w.parts { // the table's key
		if other.student == one.student && other.incident == one.incident && other.as == one.as && other.behavior == one.behavior {
			return
		}
	}
	w.parts = append(w.parts, one)
}

// drawMark draws numbers at the edges, letters outside the scale, and days that meet.
func (w *wide) drawMark(t *rapid.T, student uuid.UUID) {
	one := &mark{
		student: student, year: drawYear(t), course: rapid.SampledFrom(w.courses).Draw(t, "course"), withdrawn: often(t, 8, "mark withdrawn"),
		kind:   rapid.SampledFrom([]string{"FINAL", "FINAL", "SEMESTER", "SEMESTER", "GRADING_PERIOD", "PROGRESS", "OTHER"}).Draw(t, "kind of mark"),
		period: strconv.Itoa(rapid.IntRange(1, 4).Draw(t, "period")),
		letter: rapid.SampledFrom([]string{"", "", "", "A", "B-", "C", "C-", "D+", "D", "D-", "F", "F", "P", "INC", "?", "É"}).Draw(t, "letter"),
		number: rapid.SampledFrom([]any{nil, int64(0), int64(59_9999), int64(60_0000), int64(69_9999), int64(70_0000), int64(90_0000), int64(100_0000)}).Draw(t, "number"),
	}
	one.on = firstDay(one.year).AddDate(0, 0, 6*rapid.IntRange(0, 5).Draw(t, "given on"))
	for _, other := range w.marks { // the table's key
		if other.student == one.student && other.course == one.course && other.year == one.year && other.kind == one.kind && other.period == one.period {
			return
		}
	}
	w.marks = append(w.marks, one)
}

func (w *wide) drawItem(t *rapid.T, student uuid.UUID) {
	year := drawYear(t)
	one := &item{
		id: uuid.New(), student: student, starts: drawDay(t, year), withdrawn: often(t, 8, "support withdrawn"), planWithdrawn: often(t, 12, "plan withdrawn"),
		domain: rapid.SampledFrom([]string{"ATTENDANCE", "BEHAVIOR", "COURSE_PERFORMANCE", "FAMILY"}).Draw(t, "domain"),
		plan:   rapid.SampledFrom([]string{"ACTIVE", "ACTIVE", "ACTIVE", "DRAFT", "CLOSED"}).Draw(t, "plan"),
	}
	if often(t, 3, "support ends") {
		one.ends = one.starts.AddDate(0, 0, rapid.IntRange(0, mostDates).Draw(t, "support's days"))
	}
	w.items = append(w.items, one)
}

// drawLaw draws a policy: each rule on or off, over any window, with lines around what
// is drawn.
func drawLaw(t *rapid.T, version int, starts time.Time) *law {
	l := &law{
		version: version, starts: starts, rules: map[string]ruleLines{}, minimum: rapid.SampledFrom([]int{1, 2, 4, 10}).Draw(t, "minimum"),
		requestAt:  rapid.SampledFrom([]string{"AT_RISK", "EARLY_WARNING", "CRITICAL", ""}).Draw(t, "request at"),
		requestFor: rapid.SampledFrom([][]string{{"HOMELESS", "PREGNANT_OR_PARENTING"}, {"MIGRANT"}, {}}).Draw(t, "request for"),
	}
	for _, r := range ruleDomains {
		one := ruleLines{
			// something of behavior is always looked at: else the history does not tell whether it is known
			Off:    r.rule != "EXCLUSIONS" && often(t, 4, "off"),
			Window: rapid.SampledFrom([]string{"YEAR_TO_DATE", "YEAR_TO_DATE", "TERM", "LAST_20_DAYS"}).Draw(t, "window"),
		}
		low, high := drawLines(t, r.rule)
		if r.rule == "GRADE_POINT_AVERAGE" {
			low, high = high, low
		}
		if !often(t, 4, "does not warn") {
			one.Warning = &low
		}
		if often(t, 2, "puts at risk") {
			one.AtRisk = &high
		}
		l.rules[r.rule] = one
	}
	return l
}

func drawLines(t *rapid.T, rule string) (low, high int64) {
	sample := [][2]int64{{unit, 2 * unit}, {unit, unit}, {2 * unit, 3 * unit}}
	switch rule {
	case "ABSENCE_SHARE", "TRUANT_SHARE":
		sample = [][2]int64{{500, 1000}, {1, 10_000}, {1000, 1000}, {2000, 3333}}
	case "GRADE_POINT_AVERAGE":
		sample = [][2]int64{{2 * unit, 3 * unit}, {15_000, 20_000}}
	case "CREDITS_BEHIND":
		sample = [][2]int64{{1, unit}, {unit / 2, 2 * unit}}
	}
	drawn := rapid.SampledFrom(sample).Draw(t, "lines")
	return drawn[0], drawn[1]
}
