package earlywarning_test

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/earlywarning"
	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// standing is what stands in a table, as text by a row's key.
type standing map[string]map[string]string

// tables are the queries that read what a recompute writes: $1 is the district.
var tables = []struct{ name, text string }{
	{"attendance by school", `SELECT concat_ws(' ', school_year, student_id, school_id), concat_ws(' ', enrolled_days, absent, excused, unexcused, suspended, tardies,
		current_streak, measured::text, chronic::text, as_of, 0) FROM student_school_attendance WHERE district_id = $1`},
	{"attendance", `SELECT concat_ws(' ', school_year, student_id), concat_ws(' ', enrolled_days, absent, excused, unexcused, suspended, tardies,
		current_streak, measured::text, chronic::text, as_of, truant_days) FROM student_attendance WHERE district_id = $1`},
	{"behavior", `SELECT concat_ws(' ', school_year, student_id), concat_ws(' ', incidents, in_school, exclusions, suspension_days, as_of)
		FROM student_behavior WHERE district_id = $1`},
	{"academics", `SELECT concat_ws(' ', school_year, student_id),
		format('courses %s points %s core %s ds %s fs %s earned %s attempted %s required %s expected %s below %s ninth %s as of %s',
		courses, grade_points, core_courses, core_ds, core_fs, earned, attempted, required, expected, below_level, on_track_ninth::text, as_of)
		FROM student_academics WHERE district_id = $1`},
	{"levels", `SELECT concat_ws(' ', school_year, student_id), concat_ws(' ', level, not_measured, as_of, policy_version) FROM student_risk WHERE district_id = $1`},
	{"flags", `SELECT concat_ws(' ', school_year, student_id, rule), concat_ws(' ', domain, severity, status, 'since', since, 'as of', as_of, numerator, '/', denominator,
		'line', threshold, 'policy', policy_version, 'answered', coalesce(answered_numerator, 0), coalesce(answered_denominator, 0)) FROM risk_flag WHERE district_id = $1`},
	{"history of flags", `SELECT concat_ws(' ', f.school_year, f.student_id, f.rule), string_agg(concat_ws(' ', h.severity, h.status, 'as of', h.as_of, h.numerator, '/',
		h.denominator, 'line', h.threshold, 'policy', h.policy_version), E'\n' ORDER BY h.recorded_at)
		FROM risk_flag f JOIN risk_flag_history h ON h.district_id = f.district_id AND h.risk_flag_id = f.id WHERE f.district_id = $1 GROUP BY 1`},
	{"history of students", `SELECT concat_ws(' ', school_year, student_id, as_of), format('%s absent %s incidents %s marks %s %s %s of %s days, policy %s',
		level, absent, incidents, core_failures, courses, grade_points, enrolled_days, policy_version) FROM student_risk_history WHERE district_id = $1`},
	{"requests", `SELECT concat_ws(' ', school_year, student_id, coalesce(circumstance, '-')),
		concat_ws(' ', origin, array(SELECT r FROM unnest(reasons) r ORDER BY 1), raised_on, status)
		FROM support_request WHERE district_id = $1`},
	{"days", `SELECT concat_ws(' ', school_year, on_date, school_id, grade_level), format('[%s %s %s %s %s %s %s %s %s]', on_track, early_warning, at_risk, critical,
		not_measured, chronic, measured, enrolled_days, absent) FROM risk_day WHERE district_id = $1 AND on_track + early_warning + at_risk + critical + not_measured > 0`},
}

// read reads all that a recompute writes.
func (w *wide) read(ctx context.Context, tx *postgres.Tx) (standing, error) {
	found := standing{}
	for _, table := range tables {
		rows := map[string]string{}
		err := w.query(tx)(ctx, table.text, nil, func(scan *sql.Rows) error {
			var key, value string
			err := scan.Scan(&key, &value)
			for rows[key] != "" {
				key += " again"
			}
			rows[key] = value
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", table.name, err)
		}
		found[table.name] = rows
	}
	return found, nil
}

// expected is what the tables should hold.
func (w *wide) expected() standing {
	found := standing{}
	for _, table := range tables {
		found[table.name] = map[string]string{}
	}
	for _, year := range []int{previousYear, presentYear} {
		for _, s := range w.studentsOf(year) {
			w.expectFigures(s, found)
		}
	}
	for at, f := range w.ruled {
		key := fmt.Sprint(at.year, " ", at.student, " ", at.rule)
		domain := ruleDomains[slices.IndexFunc(ruleDomains, func(r struct{ rule, domain string }) bool { return r.rule == at.rule })].domain
		found["flags"][key] = fmt.Sprintf("%s %s %s since %s as of %s %d / %d line %d policy %d answered %d %d", domain, f.Severity, f.Status, day(f.Since), day(f.AsOf),
			f.Numerator, f.Denominator, f.Threshold, f.Version, f.Answered[0], f.Answered[1])
		var states []string
		for _, h := range f.History {
			states = append(states, fmt.Sprintf("%s %s as of %s %d / %d line %d policy %d", h.Severity, h.Status, day(h.AsOf), h.Numerator, h.Denominator, h.Threshold, h.Version))
		}
		found["history of flags"][key] = strings.Join(states, "\n")
	}
	for s, days := range w.lines {
		for on, l := range days {
			found["history of students"][fmt.Sprint(s.year, " ", s.student, " ", day(on))] = fmt.Sprintf("%s of %s days, policy %s", l.shown, l.days, l.version)
		}
	}
	for _, r := range w.requests {
		circumstance, status := r.circumstance, "NEW"
		if circumstance == "" {
			circumstance = "-"
		}
		if !r.waiting {
			status = "ACCEPTED"
		}
		key := fmt.Sprint(r.student.year, " ", r.student.student, " ", circumstance)
		found["requests"][key] = fmt.Sprintf("EARLY_WARNING {%s} %s %s", strings.Join(r.reasons, ","), day(r.on), status)
	}
	maps.Copy(found["days"], w.days)
	return found
}

// expectFigures adds the figures and the level of a student.
func (w *wide) expectFigures(s studentYear, found standing) {
	key := fmt.Sprint(s.year, " ", s.student)
	asOf, attended := w.attendedAsOf(s)
	if attended {
		found["attendance"][key] = attendanceText(w.attend(group{s.student, uuid.Nil, s.year}, zero, zero), day(asOf))
	}
	for _, e := range w.enrollments {
		if w.counts(e) && e.student == s.student && e.calendar.year == s.year {
			g := group{s.student, e.calendar.school, s.year}
			found["attendance by school"][fmt.Sprint(key, " ", g.school)] = attendanceText(w.attend(g, zero, zero), day(w.asOf(e)))
		}
	}
	if b := w.behave(s, zero); b.incidents+b.inSchool+b.exclusions > 0 {
		found["behavior"][key] = fmt.Sprint(b.incidents, " ", b.inSchool, " ", b.exclusions, " ", b.days, " ", day(b.asOf))
	}
	if a := w.study(s, zero); a.courses > 0 || a.attempted+a.earned+a.expected > 0 || a.assessed > 0 {
		required, onTrack := " required  expected ", ""
		if a.required > 0 {
			required = fmt.Sprintf(" required %d expected %d", a.required, a.expected)
		}
		if verdict, is := a.onTrack.(bool); is {
			onTrack = strconv.FormatBool(verdict)
		}
		found["academics"][key] = fmt.Sprintf("courses %d points %d core %d ds %d fs %d earned %d attempted %d%s below %d ninth %s as of %s", a.courses, a.points,
			a.core, a.ds, a.fs, a.earned, a.attempted, required, a.below, onTrack, day(a.asOf))
	}
	j := w.judgeAll(s)
	found["levels"][key] = fmt.Sprintf("%s {%s} %s %d", j.level, strings.Join(j.notMeasured, ","), day(asOf), w.lawOf(s.year).version)
}

func attendanceText(f earlywarning.Figures, asOf string) string {
	return fmt.Sprintf("%d %d %d %d %d %d %d %t %t %s %d", f.Enrolled, f.Absent, f.Excused, f.Unexcused, f.Suspended, f.Tardies, f.Streak, f.Measured,
		f.Chronic, asOf, f.Truant)
}
