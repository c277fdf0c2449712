package edfi

import "github.com/holdfast-edu/holdfast/internal/roster"

// participations knows the code values of DisciplineIncidentParticipationCodeDescriptor.
func participations() map[string]string {
	return map[string]string{
		"perpetrator": roster.Perpetrator,
		"victim":      roster.Victim,
		"witness":     roster.Witness,
		"reporter":    roster.Reporter,
	}
}

// cohortDomains knows the code values of CohortTypeDescriptor that are interventions.
func cohortDomains() map[string]string {
	return map[string]string{
		"academicintervention":   roster.SupportCoursePerformance,
		"attendanceintervention": roster.SupportAttendance,
		"disciplineintervention": roster.SupportBehavior,
	}
}

// diagnoses knows the code values of DiagnosisDescriptor, and what districts add to
// them by the names of the figures that are looked at here.
//
// The risk of dropping out is no figure of its own. It is counted as attendance:
// staying away is what dropping out begins with, and the one figure that a program
// against it is held to whatever else it does.
func diagnoses() map[string]string {
	return map[string]string{
		"dropoutrisk":       roster.SupportAttendance,
		"lowattendance":     roster.SupportAttendance,
		"attendance":        roster.SupportAttendance,
		"absenteeism":       roster.SupportAttendance,
		"chronicabsence":    roster.SupportAttendance,
		"truancy":           roster.SupportAttendance,
		"behavior":          roster.SupportBehavior,
		"discipline":        roster.SupportBehavior,
		"academic":          roster.SupportCoursePerformance,
		"courseperformance": roster.SupportCoursePerformance,
		"lowgrades":         roster.SupportCoursePerformance,
		"mathematics":       roster.SupportCoursePerformance,
		"reading":           roster.SupportCoursePerformance,
	}
}

// intensities knows the code values of DeliveryMethodDescriptor that are more than
// what everybody is given.
func intensities() map[string]string {
	return map[string]string{
		"individual": roster.SupportIntensive,
		"smallgroup": roster.SupportIntensive,
	}
}

// attended knows the code values of AttendanceEventCategoryDescriptor: whether a
// student was there, if only for a part of the time.
func attended() map[string]bool {
	return map[string]bool{
		"inattendance":          true,
		"tardy":                 true,
		"earlydeparture":        true,
		"partial":               true,
		"excusedabsence":        false,
		"unexcusedabsence":      false,
		"inschoolsuspension":    false,
		"outofschoolsuspension": false,
	}
}
