package earlywarning_test

import (
	"slices"
	"time"
)

// wideRequest is a request that the report raised.
type wideRequest struct {
	student      studentYear
	circumstance string // empty: for the level
	reasons      []string
	on           time.Time
	waiting      bool
}

var gravity = []string{"NOT_MEASURED", "ON_TRACK", "EARLY_WARNING", "AT_RISK", "CRITICAL"}

// raiseRequests raises what the report asks for in the year that holds today.
func (w *wide) raiseRequests() {
	for _, year := range []int{previousYear, presentYear} {
		if !within(w.today, yearStarts(year), yearEnds(year)) {
			continue
		}
		law := w.lawOf(year)
		for _, s := range w.studentsOf(year) {
			if w.hasPrimary(s) {
				continue
			}
			j := w.judgeAll(s)
			if law.requestAt != "" && slices.Index(gravity, j.level) >= slices.Index(gravity, law.requestAt) {
				w.ask(s, "", w.reasonsOf(s, law)...)
			}
			for _, c := range w.circumstances {
				if c.student == s.student && !c.withdrawn && within(w.today, c.starts, c.ends) && slices.Contains(law.requestFor, c.kind) {
					w.ask(s, c.kind, map[string]string{"HOMELESS": "HOMELESS", "PREGNANT_OR_PARENTING": "TEEN_PARENT", "MIGRANT": "PERSONAL_SOCIAL"}[c.kind])
				}
			}
		}
	}
}

func (w *wide) hasPrimary(s studentYear) bool {
	return slices.ContainsFunc(w.advocates, func(a *advocate) bool {
		return a.student == s.student && a.role == "PRIMARY" && within(w.today, a.starts, a.ends)
	})
}

// ask asks once a school year, and not while another one waits.
func (w *wide) ask(s studentYear, circumstance string, reasons ...string) {
	asked := slices.ContainsFunc(w.requests, func(r *wideRequest) bool {
		return r.student.student == s.student && r.circumstance == circumstance && (r.student.year == s.year || r.waiting)
	})
	if !asked && len(reasons) > 0 {
		slices.Sort(reasons)
		w.requests = append(w.requests, &wideRequest{s, circumstance, slices.Compact(reasons), w.today, true})
	}
}

// reasonsOf are the reasons that the rules give; a support that does not help is none.
func (w *wide) reasonsOf(s studentYear, law *law) []string {
	var found []string
	for _, r := range ruleDomains {
		if law.rules[r.rule].Off || r.domain == "NOT_RESPONDING" {
			continue
		}
		reason := map[string]string{"BEHAVIOR": "DISCIPLINE", "COURSE_PERFORMANCE": "COURSE_PERFORMANCE", "ASSESSMENT": "COURSE_PERFORMANCE", "OVERAGE": "OVERAGE"}[r.domain]
		if reason == "" {
			reason = "ATTENDANCE"
		}
		if r.rule == "CREDITS_BEHIND" {
			reason = "UNDER_CREDIT"
		}
		if grave, _ := law.rules[r.rule].verdict(r.rule, w.measureOf(r.rule, s)); grave != "" {
			found = append(found, reason)
		}
	}
	return found
}
