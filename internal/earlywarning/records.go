package earlywarning

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/lib/pq"
)

// chosen is which students are read: those from one to another in the order of their
// ids, or a list of them.
type chosen struct {
	first, last uuid.UUID
	list        []uuid.UUID // nil: from first to last
}

// narrow keeps each {of x} of the text to the chosen students.
func (c chosen) narrow(text string, args []any) (string, []any) {
	const own = 1 // the district comes before the arguments
	if c.list != nil {
		args = append(args, pq.Array(c.list))
		return of.ReplaceAllString(text, fmt.Sprintf(" AND $1.student_id = ANY($$%d::uuid[])", len(args)+own)), args
	}
	args = append(args, c.first, c.last)
	return of.ReplaceAllString(text, fmt.Sprintf(" AND $1.student_id BETWEEN $$%d AND $$%d", len(args)-1+own, len(args)+own)), args
}

// batch is the records of some students of a school year.
type batch struct {
	year    *Year
	records []*Record
	places  map[uuid.UUID]*Record
	raw     [3]sql.RawBytes
	lists   [3][]int64
	id      sql.RawBytes
	school  sql.RawBytes
	names   pq.StringArray
	letters map[int64]string
}

// records reads the chosen students' records. Names, which only evidence shows, cost
// time: they are left out unless asked for.
func (r reader) records(ctx context.Context, y *Year, who chosen, named bool) (*batch, error) {
	b := &batch{year: y, places: map[uuid.UUID]*Record{}, letters: map[int64]string{}}
	for _, step := range []struct {
		what, text, name string
		args             []any
		take             func(*sql.Rows) error
	}{
		{"enrollments", staysSQL, "", []any{y.SchoolYear}, b.takeStay},
		{"attendance", eventsSQL, "", []any{y.SchoolYear}, b.takeEvents},
		{"incidents", incidentsSQL, "i.behavior", []any{y.SchoolYear}, b.takeIncidents},
		{"disciplinary actions", actionsSQL, "", []any{y.SchoolYear, pq.Array(actionWords)}, b.takeActions},
		{"marks", marksSQL, "", []any{y.SchoolYear, pq.Array(markWords), pq.Array(y.courseIDs)}, b.takeMarks},
		{"credits", creditsSQL, "t.course_title", []any{y.Ends}, b.takeCredits},
		{"assessments", assessmentsSQL, "a.title", []any{y.SchoolYear}, b.takeAssessments},
		{"supports", itemsSQL, "", []any{y.asOf(), y.Starts}, b.takeItem},
	} {
		text, args := who.narrow(step.text, step.args)
		name := "NULL"
		if named && step.name != "" {
			name = "array_agg(" + step.name + ")"
		}
		if err := r.each(ctx, step.what, strings.ReplaceAll(text, "{names}", name), args, step.take); err != nil {
			return nil, err
		}
	}
	for _, record := range b.records {
		sortEvents(record.Events)
	}
	return b, nil
}

// Of each student what is of one kind comes as one list, several values packed into
// one number, so that millions of rows are read as thousands; an enrollment without an
// exit ends on the last of all days. Sources write a day of the
// year 1 where they know none: what happened before 1900 happened on a day not said.
const (
	staysSQL = `SELECT e.student_id, e.school_id, coalesce(e.calendar_id::text, ''), e.entry_date - '1900-01-01'::date,
			coalesce(e.exit_date - '1900-01-01'::date, 2147483647), e.grade_level, coalesce(s.birth_date - '1900-01-01'::date, 0), coalesce(s.cohort_year, 0)
		FROM student_school_association e JOIN student s ON s.district_id = $1 AND s.id = e.student_id
		WHERE e.district_id = $1 AND e.school_year = $2 AND e.withdrawn_at IS NULL{of e}
			AND coalesce(e.exit_type, '') NOT IN ('NO_SHOW', 'INVALID_ENROLLMENT')
		ORDER BY e.student_id, coalesce(e.exit_date, 'infinity'), e.entry_date, e.id DESC`
	eventsSQL = `SELECT e.student_id, e.school_id, array_agg(((e.on_date - '1900-01-01'::date)::bigint << 32) | (CASE e.category
			WHEN 'EXCUSED_ABSENCE' THEN 0 WHEN 'UNEXCUSED_ABSENCE' THEN 134217728 WHEN 'TARDY' THEN 536870912 WHEN 'OUT_OF_SCHOOL_SUSPENSION' THEN 268435456
			WHEN 'PARTIAL' THEN 402653184 WHEN 'IN_SCHOOL_SUSPENSION' THEN 671088640 ELSE 805306368 END)
			| CASE WHEN e.excused THEN 67108864 ELSE 0 END | CASE WHEN e.minutes IS NULL THEN 0 ELSE (least(e.minutes, 4094) + 1) << 14 END | e.fraction)
		FROM attendance_event e
		WHERE e.district_id = $1 AND e.school_year = $2 AND e.withdrawn_at IS NULL AND e.category <> 'PRESENT'{of e}
		GROUP BY e.student_id, e.school_id`
	incidentsSQL = `SELECT p.student_id, array_agg(greatest(i.occurred_on - '1900-01-01'::date, 0)), {names}
		FROM (SELECT DISTINCT p.student_id, p.incident_id FROM discipline_participation p
			WHERE p.district_id = $1 AND p.participation = 'PERPETRATOR' AND p.withdrawn_at IS NULL{of p}) p
		JOIN discipline_incident i ON i.district_id = $1 AND i.id = p.incident_id
		WHERE i.district_id = $1 AND i.school_year = $2 AND i.withdrawn_at IS NULL
		GROUP BY p.student_id`
	actionsSQL = `SELECT a.student_id, array_agg((greatest(a.taken_on - '1900-01-01'::date, 0)::bigint << 28) | ((array_position($3::text[], a.kind) - 1) << 24)
			| least(coalesce(a.days, 0), 16777215))
		FROM discipline_action a
		WHERE a.district_id = $1 AND a.school_year = $2 AND a.withdrawn_at IS NULL AND a.kind = ANY ($3::text[]){of a}
		GROUP BY a.student_id`
	marksSQL = `SELECT g.student_id, array_agg((c.place << 24) | ((array_position($3::text[], g.kind) - 1) << 20)
				| least(greatest(g.given_on - '1900-01-01'::date, 0), 1048575)),
			array_agg(((coalesce(g.numeric, -1)::bigint + 1) << 16) | CASE octet_length(g.letter) WHEN 0 THEN 0
				WHEN 1 THEN ascii(g.letter) WHEN 2 THEN least(ascii(g.letter), 255) << 8 | least(ascii(substr(g.letter, 2)), 255) ELSE 65535 END)
		FROM grade g JOIN (SELECT u.id, u.place - 1 AS place FROM unnest($4::uuid[]) WITH ORDINALITY u (id, place)) c ON c.id = g.course_id
		WHERE g.district_id = $1 AND g.school_year = $2 AND g.withdrawn_at IS NULL{of g}
		GROUP BY g.student_id`
	creditsSQL = `SELECT t.student_id, array_agg(t.earned_on - '1900-01-01'::date), array_agg(t.earned), array_agg(t.attempted), {names}
		FROM course_transcript t
		WHERE t.district_id = $1 AND t.earned_on - '1900-01-01'::date <= $2 AND t.withdrawn_at IS NULL{of t}
		GROUP BY t.student_id`
	assessmentsSQL = `SELECT a.student_id, array_agg((greatest(a.taken_on - '1900-01-01'::date, 0) << 1) | a.below_level::integer), {names}
		FROM assessment_result a
		WHERE a.district_id = $1 AND a.school_year = $2 AND a.withdrawn_at IS NULL AND a.below_level IS NOT NULL{of a}
		GROUP BY a.student_id`
	itemsSQL = `SELECT i.student_id, i.domain, i.starts_on - '1900-01-01'::date, coalesce(i.ends_on - '1900-01-01'::date, 0), i.title
		FROM plan_item i JOIN plan p ON p.district_id = $1 AND p.id = i.plan_id
		WHERE i.district_id = $1 AND i.withdrawn_at IS NULL AND p.withdrawn_at IS NULL AND p.status = 'ACTIVE'
			AND i.starts_on - '1900-01-01'::date BETWEEN $3 AND $2 AND i.domain IN ('ATTENDANCE', 'BEHAVIOR', 'COURSE_PERFORMANCE'){of i}
		ORDER BY i.student_id, i.starts_on, i.id`
)

// takeStay takes an enrollment. The last of a student's is the latest.
func (b *batch) takeStay(rows *sql.Rows) error {
	var school, calendar, grade string
	var stay Stay
	var born Day
	var cohort int
	if err := rows.Scan(&b.id, &school, &calendar, &stay.From, &stay.Through, &grade, &born, &cohort); err != nil {
		return err
	}
	id, err := uuid.ParseBytes(b.id)
	if err != nil {
		return err
	}
	record := b.places[id]
	if record == nil {
		record = &Record{Student: id, BirthDate: born, Cohort: cohort}
		b.places[id] = record
		b.records = append(b.records, record)
	}
	record.School, record.Grade = b.year.schoolIDs[school], grade
	known := b.year.known[record.School]
	if calendar == "" || known == 0 {
		return nil
	}
	place, kept := b.year.calendarIDs[calendar]
	if !kept { // withdrawn, or without a day: the student is enrolled on none
		place = len(b.year.calendars)
		b.year.calendars = append(b.year.calendars, newDays(b.year.first, b.year.last))
		b.year.calendarIDs[calendar] = place
	}
	stay.School, stay.Calendar, stay.AsOf = record.School, place, known
	stay.Through = min(stay.Through, known)
	record.Stays = append(record.Stays, stay)
	return nil
}

// of finds the student of a row; nil for one who is not enrolled in the year.
func (b *batch) of() (*Record, error) {
	id, err := uuid.ParseBytes(b.id)
	return b.places[id], err
}

// list reads one of the row's lists.
func (b *batch) list(at int) (err error) {
	b.lists[at], err = ints(b.raw[at], b.lists[at])
	return err
}

func (b *batch) takeEvents(rows *sql.Rows) error {
	if err := rows.Scan(&b.id, &b.school, &b.raw[0]); err != nil {
		return err
	}
	record, err := b.of()
	if err != nil || record == nil {
		return err
	}
	if err := b.list(0); err != nil {
		return err
	}
	school := b.year.schoolIDs[string(b.school)]
	if record.Events == nil {
		record.Events = make([]Event, 0, len(b.lists[0]))
	}
	for _, n := range b.lists[0] {
		p := packed(n)
		event := Event{School: school, Fraction: p.take(fractionBits), Minutes: int(p.take(minutesBits)) - 1}
		event.Excused, event.Category = p.take(1) == 1, place[Category](p.take(categoryBits))
		event.On = p.day()
		record.Events = append(record.Events, event)
	}
	return nil
}

func (b *batch) takeIncidents(rows *sql.Rows) error {
	if err := rows.Scan(&b.id, &b.raw[0], &b.names); err != nil {
		return err
	}
	record, err := b.of()
	if err != nil || record == nil {
		return err
	}
	if err := b.list(0); err != nil {
		return err
	}
	for i, n := range b.lists[0] {
		record.Incidents = append(record.Incidents, Incident{On: dayAt(n), Name: b.name(i)})
	}
	return nil
}

// name is the name of an item of the row's list, where names were asked for.
func (b *batch) name(at int) string {
	if at < len(b.names) {
		return b.names[at]
	}
	return ""
}

func (b *batch) takeActions(rows *sql.Rows) error {
	if err := rows.Scan(&b.id, &b.raw[0]); err != nil {
		return err
	}
	record, err := b.of()
	if err != nil || record == nil {
		return err
	}
	if err := b.list(0); err != nil {
		return err
	}
	for _, n := range b.lists[0] {
		p := packed(n)
		action := Action{Days: p.take(lengthBits), Kind: place[ActionKind](p.take(kindBits))}
		action.On = p.day()
		record.Actions = append(record.Actions, action)
	}
	return nil
}

func (b *batch) takeMarks(rows *sql.Rows) error {
	if err := rows.Scan(&b.id, &b.raw[0], &b.raw[1]); err != nil {
		return err
	}
	record, err := b.of()
	if err != nil || record == nil {
		return err
	}
	if err := b.list(0); err != nil {
		return err
	}
	if err := b.list(1); err != nil {
		return err
	}
	record.Marks = make([]Mark, len(b.lists[0]))
	for i, n := range b.lists[0] {
		p, worth := packed(n), packed(b.lists[1][i])
		mark := Mark{On: dayAt(p.take(dayBits)), Kind: place[MarkKind](p.take(kindBits)), Letter: b.letter(worth.take(letterBits))}
		mark.Course, mark.Number = int(p), int64(worth)-1
		record.Marks[i] = mark
	}
	return nil
}

// unknownLetter is a letter mark of more than two letters: no policy has one.
const unknownLetter = 1<<letterBits - 1

// letter gives a letter mark, each made once.
func (b *batch) letter(n int64) string {
	if n == 0 {
		return ""
	}
	if n == unknownLetter {
		return "???"
	}
	text, made := b.letters[n]
	if !made {
		text = strings.TrimLeft(string(binary.BigEndian.AppendUint16(nil, uint16(n))), "\x00") //nolint:gosec // it has letterBits
		b.letters[n] = text
	}
	return text
}

func (b *batch) takeCredits(rows *sql.Rows) error {
	if err := rows.Scan(&b.id, &b.raw[0], &b.raw[1], &b.raw[2], &b.names); err != nil {
		return err
	}
	record, err := b.of()
	if err != nil || record == nil {
		return err
	}
	for at := range b.raw {
		if err := b.list(at); err != nil {
			return err
		}
	}
	for i, n := range b.lists[0] {
		record.Credits = append(record.Credits, Credit{On: dayAt(n), Earned: b.lists[1][i], Attempted: b.lists[2][i], Name: b.name(i)})
	}
	return nil
}

func (b *batch) takeAssessments(rows *sql.Rows) error {
	if err := rows.Scan(&b.id, &b.raw[0], &b.names); err != nil {
		return err
	}
	record, err := b.of()
	if err != nil || record == nil {
		return err
	}
	if err := b.list(0); err != nil {
		return err
	}
	for i, n := range b.lists[0] {
		p := packed(n)
		below := p.take(1) == 1
		record.Assessments = append(record.Assessments, Assessment{On: p.day(), Below: below, Name: b.name(i)})
	}
	return nil
}

func (b *batch) takeItem(rows *sql.Rows) error {
	var item Item
	if err := rows.Scan(&b.id, &item.Domain, &item.From, &item.Through, &item.Name); err != nil {
		return err
	}
	record, err := b.of()
	if err != nil || record == nil {
		return err
	}
	record.Items = append(record.Items, item)
	return nil
}
