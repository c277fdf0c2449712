package earlywarning

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/policy"
	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// writer writes what a recompute came to, in its transaction.
type writer struct {
	tx       *postgres.Tx
	district uuid.UUID
	year     int
}

// outcome is what a recompute makes of the chosen students.
type outcome struct {
	attendance, schools, behavior, academics, risk change
	flags                                          flagChange
	history                                        []historyRow
	requests                                       []request
}

// historyRow is a line of a student's history.
type historyRow struct {
	student uuid.UUID
	values  [9]int64
}

// read reads what stands of the chosen students.
func (r reader) outcome(ctx context.Context, schoolYear int, who chosen) (*outcome, error) {
	o := &outcome{
		attendance: change{table: attendanceTable}, schools: change{table: attendanceBySchool}, behavior: change{table: behaviorTable},
		academics: change{table: academicsTable}, risk: change{table: riskTable},
	}
	for _, c := range o.changes() {
		var err error
		if c.before, err = r.contents(ctx, c.table, schoolYear, who); err != nil {
			return nil, err
		}
	}
	var err error
	o.flags = flagChange{seen: map[flagKey]bool{}}
	o.flags.before, err = r.flags(ctx, schoolYear, who)
	return o, err
}

func (o *outcome) changes() []*change {
	return []*change{&o.schools, &o.attendance, &o.behavior, &o.academics, &o.risk}
}

// judge works out the student's figures, level and flags, and keeps what differs from
// what stands.
func (o *outcome) judge(y *Year, r *Record, scratch *counting) {
	for _, stay := range r.Stays {
		k := key{r.Student, y.schools[stay.School]}
		if !o.schools.seen[k] {
			y.count(r, stay.School, 0, scratch)
			y.judge(&scratch.figures)
			o.schools.put(k, attendanceRow(scratch.figures, scratch.asOf, false))
		}
	}
	k := key{student: r.Student}
	now := y.indicatorsOf(r, policy.YearToDate, scratch)
	var attendance, behavior, academics []int64
	if now.Attended {
		attendance = attendanceRow(now.Attendance, now.AsOf, true)
		o.attendance.put(k, attendance)
	}
	if b := now.Behavior; b.Incidents+b.InSchool+b.Exclusions > 0 {
		behavior = []int64{int64(b.Incidents), int64(b.InSchool), int64(b.Exclusions), b.Days, int64(b.AsOf)}
		o.behavior.put(k, behavior)
	}
	if now.Academics.known() {
		academics = academicsRow(now.Academics)
		o.academics.put(k, academics)
	}
	judgement := y.judgeRules(r, now, scratch)
	risk := riskRow(judgement, y.Version)
	o.risk.put(k, risk)
	if before := o.risk.before[k]; before == nil || before[0] != risk[0] || (before[1]^risk[1])&behaviorBit != 0 ||
		differs(o.attendance.before[k], attendance, absentAt, absentAt+1) || differs(o.behavior.before[k], behavior, 0, behaviorEnd) ||
		differs(o.academics.before[k], academics, 0, marksEnd) {
		o.history = append(o.history, historyOf(r.Student, y, now, judgement))
	}
	o.flags.judge(r.Student, y, judgement)
	if request, wanted := y.requestFor(r.Student, judgement); wanted {
		o.requests = append(o.requests, request)
	}
}

// The columns of which a change makes a line of history.
const (
	absentAt    = 1 // of attendanceTable: the days absent
	behaviorEnd = 4 // of behaviorTable: all before the day
	marksEnd    = 5 // of academicsTable: from the courses to the Fs
)

// behaviorBit tells in notMeasuredColumn that nothing is known of behavior.
var behaviorBit = int64(1) << slices.Index(Domains(), Behavior)

// differs tells whether two rows differ in the columns from one up to another. A row
// that is not there has nothing in any.
func differs(before, after []int64, from, to int) bool {
	for i := from; i < to; i++ {
		var was, is int64
		if before != nil {
			was = before[i]
		}
		if after != nil {
			is = after[i]
		}
		if was != is {
			return true
		}
	}
	return false
}

func bit(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

// attendanceRow is a row of attendanceColumns; of all schools, with the truant days.
func attendanceRow(f Figures, asOf Day, all bool) []int64 {
	row := []int64{
		int64(f.Enrolled), f.Absent, f.Excused, f.Unexcused, f.Suspended, int64(f.Tardies), int64(f.Streak), bit(f.Measured), bit(f.Chronic), int64(asOf),
	}
	if all {
		row = append(row, int64(f.Truant))
	}
	return row
}

// known tells whether there is anything to write down.
func (a AcademicFigures) known() bool {
	return a.Courses > 0 || a.Attempted > 0 || a.Earned > 0 || a.Assessed > 0 || a.Expected > 0
}

// academicsRow is a row of academicsTable.
func academicsRow(a AcademicFigures) []int64 {
	required, expected, onTrack := int64(none), int64(none), int64(none)
	if a.Required > 0 {
		required, expected = a.Required, a.Expected
	}
	if a.OnTrack != nil {
		onTrack = bit(*a.OnTrack)
	}
	return []int64{
		int64(a.Courses), a.GradePoints, int64(a.CoreCourses), int64(a.CoreDs), int64(a.CoreFs), a.Earned, a.Attempted, required, expected,
		int64(a.Below), onTrack, int64(a.AsOf),
	}
}

// riskRow is a row of riskTable.
func riskRow(j Judgement, version int) []int64 {
	var notMeasured int64
	for i, domain := range Domains() {
		for _, unknown := range j.NotMeasured {
			notMeasured |= bit(domain == unknown) << i
		}
	}
	return []int64{levelPlace(j.Level), notMeasured, int64(j.AsOf), int64(version)}
}

func levelPlace(level Level) int64 {
	for i, one := range levels {
		if one == level {
			return int64(i)
		}
	}
	return 0
}

func historyOf(student uuid.UUID, y *Year, now Indicators, j Judgement) historyRow {
	incidents, failures, courses, points := int64(none), int64(none), int64(none), int64(none)
	if now.Behavior.Known {
		incidents = int64(now.Behavior.Incidents)
	}
	if now.Academics.Courses > 0 {
		failures, courses, points = int64(now.Academics.CoreFs), int64(now.Academics.Courses), now.Academics.GradePoints
	}
	return historyRow{student, [9]int64{
		int64(y.asOf()), levelPlace(j.Level), int64(now.Attendance.Enrolled), now.Attendance.Absent, incidents, failures, courses, points, int64(y.Version),
	}}
}

// historySQL keeps a line for the day on which something changed, which may be long after
// the last day on which attendance is known; what changes again on that day takes its
// place.
var historySQL = `INSERT INTO student_risk_history (district_id, school_year, student_id, as_of, level, enrolled_days, absent, incidents, core_failures,
		courses, grade_points, policy_version)
	SELECT $1, $2::integer, u.student_id, '1900-01-01'::date + u.as_of::integer, ` + strings.ReplaceAll(levelColumn().write, "{x}", "u.level") + `,
		u.enrolled_days, u.absent, nullif(u.incidents, -1), nullif(u.core_failures, -1), nullif(u.courses, -1), nullif(u.grade_points, -1), u.policy_version
	FROM unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[])
		u (student_id, as_of, level, enrolled_days, absent, incidents, core_failures, courses, grade_points, policy_version)
	ON CONFLICT (district_id, school_year, student_id, as_of) DO UPDATE SET level = excluded.level, enrolled_days = excluded.enrolled_days,
		absent = excluded.absent, incidents = excluded.incidents, core_failures = excluded.core_failures, courses = excluded.courses,
		grade_points = excluded.grade_points, policy_version = excluded.policy_version`

func (w writer) writeHistory(ctx context.Context, rows []historyRow) error {
	if len(rows) == 0 {
		return nil
	}
	students := make([]uuid.UUID, len(rows))
	columns := make([][]int64, len(rows[0].values))
	for i, row := range rows {
		students[i] = row.student
		for at, value := range row.values {
			columns[at] = append(columns[at], value)
		}
	}
	args := []any{w.district, w.year, pq.Array(students)}
	for _, column := range columns {
		args = append(args, pq.Array(column))
	}
	if _, err := w.tx.SQL().ExecContext(ctx, historySQL, args...); err != nil {
		return fmt.Errorf("write the students' history: %w", err)
	}
	return nil
}

// writeAll writes everything that differs.
func (w writer) writeAll(ctx context.Context, y *Year, o *outcome) (Recomputed, error) {
	var did Recomputed
	for _, c := range o.changes() {
		changed, err := w.write(ctx, c)
		if err != nil {
			return did, err
		}
		if c == &o.risk {
			did.Levels = changed
			continue
		}
		did.Figures += changed
	}
	o.flags.rest(y)
	var err error
	if did.Flags, err = w.writeFlags(ctx, &o.flags); err != nil {
		return did, err
	}
	if err := w.writeHistory(ctx, o.history); err != nil {
		return did, err
	}
	did.Requests, err = w.raise(ctx, y, o.requests)
	return did, err
}
