package earlywarning_test

import "testing"

func TestBehaviorAtTheEdges(t *testing.T) {
	t.Parallel()
	edges(t, []edge{
		{name: "3 incidents", days: 30, level: "ON_TRACK", with: func(w *wide) { w.offends(3, "PERPETRATOR") }},
		{name: "4 incidents", days: 30, level: "EARLY_WARNING", with: func(w *wide) { w.offends(4, "PERPETRATOR") }, want: []string{"INCIDENTS EARLY_WARNING 40000 / 10000"}},
		{name: "5 incidents", days: 30, level: "EARLY_WARNING", with: func(w *wide) { w.offends(5, "PERPETRATOR") }, want: []string{"INCIDENTS EARLY_WARNING 50000 / 10000"}},
		{name: "6 incidents", days: 30, level: "AT_RISK", with: func(w *wide) { w.offends(6, "PERPETRATOR") }, want: []string{"INCIDENTS AT_RISK 60000 / 10000"}},
		{name: "6 times a victim", days: 30, level: "ON_TRACK", with: func(w *wide) { w.offends(6, "VICTIM") }},
		{name: "6 times a witness", days: 30, level: "ON_TRACK", with: func(w *wide) { w.offends(6, "WITNESS") }},
		{name: "6 times the one who reported it", days: 30, level: "ON_TRACK", with: func(w *wide) { w.offends(6, "REPORTER") }},
		{name: "several behaviors of an incident are one", days: 30, level: "ON_TRACK", tables: map[string]string{"behavior": "3 0 0 0"}, with: func(w *wide) {
			w.offends(3, "PERPETRATOR")
			for _, behavior := range []string{"FIGHT", "THEFT", "THREAT"} {
				w.parts = append(w.parts, &participation{student: w.students[0], incident: w.incidents[0], as: "PERPETRATOR", behavior: behavior})
			}
		}},
		{name: "an incident of another school year", days: 30, level: "ON_TRACK", with: func(w *wide) {
			w.offends(4, "PERPETRATOR")
			w.incidents[3].year = previousYear
		}},
		{name: "an incident that was withdrawn", days: 30, level: "ON_TRACK", with: func(w *wide) {
			w.offends(4, "PERPETRATOR")
			w.incidents[3].withdrawn = true
		}},
		{
			name: "one in-school suspension", days: 30, level: "EARLY_WARNING", with: func(w *wide) { w.punished(3, "IN_SCHOOL_SUSPENSION") },
			want: []string{"IN_SCHOOL_SUSPENSIONS EARLY_WARNING 10000 / 10000"},
		},
		{
			name: "one out-of-school suspension", days: 30, level: "AT_RISK", with: func(w *wide) { w.punished(3, "OUT_OF_SCHOOL_SUSPENSION") },
			want: []string{"EXCLUSIONS AT_RISK 10000 / 10000"}, tables: map[string]string{"attendance": "30 0 0 0 0"},
		},
		{name: "one expulsion", days: 30, level: "AT_RISK", with: func(w *wide) { w.punished(3, "EXPULSION") }, want: []string{"EXCLUSIONS AT_RISK 10000 / 10000"}},
		{name: "community service", days: 30, level: "ON_TRACK", with: func(w *wide) { w.punished(3, "COMMUNITY_SERVICE") }},
		{name: "a removal from the classroom", days: 30, level: "ON_TRACK", with: func(w *wide) { w.punished(3, "REMOVAL_FROM_CLASSROOM") }},
		{
			name: "no discipline was loaded: behavior is not measured", days: 30, level: "ON_TRACK",
			tables: map[string]string{"levels": "ON_TRACK {BEHAVIOR,COURSE_PERFORMANCE,OVERAGE}"},
		},
		{
			name: "discipline was loaded, and there is none of the student", days: 30, level: "ON_TRACK",
			with:   func(w *wide) { w.discipline[presentYear] = dayOfYear(30) },
			tables: map[string]string{"levels": "ON_TRACK {COURSE_PERFORMANCE,OVERAGE}"},
		},
		{
			name: "at risk in two domains is critical", days: 30, level: "CRITICAL",
			with: func(w *wide) { w.absent(3); w.offends(6, "PERPETRATOR") },
			want: []string{"ABSENCE_SHARE AT_RISK 30000 / 300000", "INCIDENTS AT_RISK 60000 / 10000"},
		},
		{
			name: "two rules of one domain are not", days: 30, level: "AT_RISK",
			with: func(w *wide) { w.punished(3, "EXPULSION"); w.offends(6, "PERPETRATOR") },
			want: []string{"EXCLUSIONS AT_RISK 10000 / 10000", "INCIDENTS AT_RISK 60000 / 10000"},
		},
	})
}
