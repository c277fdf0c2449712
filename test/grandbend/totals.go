package grandbend

// sumSchools adds the (student, school) figures up: a student in two schools counts in both.
func sumSchools(expected *Expected) {
	for _, student := range expected.Students {
		for code, figures := range student.BySchool {
			school := expected.Schools[code]
			school.Students++
			school.EnrolledDays += figures.EnrolledDays
			school.Absent += figures.Absent
			school.StudentsMeasured += count(figures.Measured)
			school.Chronic += count(figures.Chronic)
			school.EarlyWarning += count(figures.Risk == EarlyWarning)
		}
	}
}

func sumDistrict(expected *Expected) Totals {
	totals := Totals{
		Students:        len(expected.Students),
		ByRisk:          map[RiskLevel]int{},
		Quarantined:     map[Reason]int{},
		Characteristics: map[string]int{},
	}
	people := map[string]bool{}
	for _, student := range expected.Students {
		totals.addFigures(student.Figures)
		totals.addContacts(student.Contacts, people)
		for _, characteristic := range student.Characteristics {
			totals.Characteristics[characteristic.Kind]++
		}
	}
	for _, event := range expected.Quarantined {
		totals.Quarantined[event.Reason]++
	}
	return totals
}

func (totals *Totals) addFigures(figures Figures) {
	totals.EnrolledDays += figures.EnrolledDays
	totals.Figures.Absent += figures.Absent
	totals.Figures.Excused += figures.Excused
	totals.Figures.Unexcused += figures.Unexcused
	totals.Figures.Suspended += figures.Suspended
	totals.Figures.Tardies += figures.Tardies
	totals.Measured += count(figures.Measured)
	totals.Chronic += count(figures.Chronic)
	totals.ByRisk[figures.Risk]++
}

// addContacts counts every link, and every person (and the person's channels) once.
func (totals *Totals) addContacts(contacts []Contact, people map[string]bool) {
	totals.ContactLinks += len(contacts)
	for _, contact := range contacts {
		if people[contact.PersonCode] {
			continue
		}
		people[contact.PersonCode] = true
		totals.ContactPeople++
		totals.Channels += contact.Channels
	}
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
