package earlywarning_test

// judgeFlags moves the flags of each year that has students on, as their figures demand.
func (w *wide) judgeFlags() {
	for _, year := range []int{previousYear, presentYear} {
		if !w.hasStudents(year) {
			continue
		}
		law := w.lawOf(year)
		for _, student := range w.students {
			s := studentYear{student, year}
			for _, r := range ruleDomains {
				w.judgeFlag(law, flagAt{s, r.rule})
			}
		}
	}
}

func (w *wide) judgeFlag(law *law, at flagAt) {
	speaks := w.home(at.studentYear) != nil && !law.rules[at.rule].Off
	var m measure
	if speaks {
		m = w.measureOf(at.rule, at.studentYear)
	}
	grave, line := law.rules[at.rule].verdict(at.rule, m)
	kept := w.ruled[at]
	switch {
	case grave != "" && kept == nil:
		kept = &flag{}
		w.ruled[at] = kept
		kept.found(at.rule, m, grave, line, law.version)
	case grave != "":
		kept.found(at.rule, m, grave, line, law.version)
	case kept != nil && kept.Status != "RESOLVED":
		kept.lost(m, law.version)
	}
}

// found takes a figure that reaches a line.
func (f *flag) found(rule string, m measure, grave string, line int64, version int) {
	before := *f
	was, is := before.Answered[0]*m.whole, m.part*before.Answered[1]
	if rule == "GRADE_POINT_AVERAGE" {
		was, is = is, was
	}
	switch {
	case before.Status == "", before.Status == "RESOLVED", before.Status == "DISMISSED" && is > was:
		f.Status, f.Since, f.Answered = "OPEN", m.asOf, [2]int64{}
	case before.Status == "ACKNOWLEDGED" && before.Severity == "EARLY_WARNING" && grave == "AT_RISK":
		f.Status, f.Answered = "OPEN", [2]int64{}
	}
	f.Severity, f.AsOf, f.Numerator, f.Denominator, f.Threshold, f.Version = grave, m.asOf, m.part, m.whole, line, version
	f.remember(before)
}

// lost takes a figure that reaches no line any more, or the loss of any.
func (f *flag) lost(m measure, version int) {
	before := *f
	f.Status, f.Version, f.Answered = "RESOLVED", version, [2]int64{}
	if m.whole > 0 {
		f.AsOf, f.Numerator, f.Denominator = m.asOf, m.part, m.whole
	}
	f.remember(before)
}
