package earlywarning_test

import "time"

// behaved is what discipline says of a student over some days.
type behaved struct {
	known                           bool
	asOf                            time.Time // zero: nothing is known
	incidents, inSchool, exclusions int
	days                            int64
}

func (w *wide) behave(s studentYear, from time.Time) behaved {
	var b behaved
	through := w.through(s.year)
	if known, loaded := w.discipline[s.year]; loaded {
		b.known, b.asOf = true, earlier(known, through)
	}
	for _, on := range w.incidentsOf(s) {
		b.known = true
		if on.After(through) {
			continue
		}
		b.asOf = later(b.asOf, on)
		if within(on, from, through) {
			b.incidents++
		}
	}
	for _, a := range w.actions {
		excluded := a.kind == "OUT_OF_SCHOOL_SUSPENSION" || a.kind == "EXPULSION"
		if a.student != s.student || a.year != s.year || a.withdrawn || (!excluded && a.kind != "IN_SCHOOL_SUSPENSION") {
			continue
		}
		b.known = true
		if a.on.After(through) {
			continue
		}
		b.asOf = later(b.asOf, a.on)
		if !within(a.on, from, through) {
			continue
		}
		if excluded {
			b.exclusions++
		} else {
			b.inSchool++
		}
		if said, ok := a.days.(int64); ok && a.kind != "EXPULSION" {
			b.days += said
		}
	}
	return b
}

// incidentsOf are the days of the incidents in which the student was a perpetrator, each
// incident once.
func (w *wide) incidentsOf(s studentYear) []time.Time {
	var days []time.Time
	for _, i := range w.incidents {
		if i.year != s.year || i.withdrawn {
			continue
		}
		for _, p := range w.parts {
			if p.incident == i && p.student == s.student && p.as == "PERPETRATOR" && !p.withdrawn {
				days = append(days, i.on)
				break
			}
		}
	}
	return days
}
