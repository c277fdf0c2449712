package earlywarning_test

import (
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// line is a line of a student's history. Hidden are figures that it does not say, but
// whose change makes one.
type line struct{ shown, days, version, hidden string }

// keepHistory adds a line for each student of whom anything changed but the days.
func (w *wide) keepHistory() {
	for _, year := range []int{previousYear, presentYear} {
		for _, student := range w.students {
			s := studentYear{student, year}
			if w.home(s) == nil {
				delete(w.last, s)
				continue
			}
			now := w.lineOf(s)
			if was := w.last[s]; was != nil && was.shown == now.shown && was.hidden == now.hidden {
				continue
			}
			if w.lines[s] == nil {
				w.lines[s] = map[time.Time]line{}
			}
			w.lines[s][w.through(year)], w.last[s] = now, &now
		}
	}
}

func (w *wide) lineOf(s studentYear) line {
	f := w.attend(group{s.student, uuid.Nil, s.year}, time.Time{}, time.Time{})
	b, a := w.behave(s, time.Time{}), w.study(s, time.Time{})
	incidents, marks := "", "  "
	if b.known {
		incidents = strconv.Itoa(b.incidents)
	}
	if a.courses > 0 {
		marks = fmt.Sprintf("%d %d %d", a.fs, a.courses, a.points)
	}
	return line{
		shown: fmt.Sprintf("%s absent %d incidents %s marks %s", w.judgeAll(s).level, f.Absent, incidents, marks),
		days:  strconv.Itoa(f.Enrolled), version: strconv.Itoa(w.lawOf(s.year).version),
		hidden: fmt.Sprint(b.inSchool, b.exclusions, b.days, a.core, a.ds, a.fs),
	}
}

// keepDay counts the students of each school and grade on the day.
func (w *wide) keepDay() {
	for _, year := range []int{previousYear, presentYear} {
		if !within(w.today, yearStarts(year), yearEnds(year)) {
			continue
		}
		counts := map[string]*[9]int64{}
		for _, s := range w.studentsOf(year) {
			home := w.home(s)
			at := fmt.Sprintf("%d %s %s %s", year, w.today.Format(time.DateOnly), home.calendar.school, w.grade[home.id])
			if counts[at] == nil {
				counts[at] = &[9]int64{}
			}
			w.countStudent(s, counts[at])
		}
		for at := range w.days { // what was kept of the day before
			if at[:15] == fmt.Sprintf("%d %s", year, w.today.Format(time.DateOnly)) {
				delete(w.days, at)
			}
		}
		for at, count := range counts {
			w.days[at] = fmt.Sprint(*count)
		}
	}
}

func (w *wide) countStudent(s studentYear, into *[9]int64) {
	for i, level := range []string{"ON_TRACK", "EARLY_WARNING", "AT_RISK", "CRITICAL", "NOT_MEASURED"} {
		into[i] += one(w.judgeAll(s).level == level)
	}
	if _, attended := w.attendedAsOf(s); attended {
		f := w.attend(group{s.student, uuid.Nil, s.year}, time.Time{}, time.Time{})
		into[5] += one(f.Chronic)
		into[6] += one(f.Measured)
		into[7] += int64(f.Enrolled)
		into[8] += f.Absent
	}
}
