package edfi

import "github.com/holdfast-edu/holdfast/internal/roster"

// terms knows the code values of TermDescriptor that are no more than OTHER else.
func terms() map[string]string {
	words := map[string]string{
		"yearround": roster.TermYear, "fullyear": roster.TermYear,
		"semester": roster.TermSemester, "fallsemester": roster.TermSemester,
		"springsemester": roster.TermSemester, "summersemester": roster.TermSemester,
		"quarter": roster.TermTerm, "fourthquarter": roster.TermTerm,
		"trimester": roster.TermTerm, "miniterm": roster.TermTerm,
	}
	for _, ordinal := range []string{"first", "second", "third"} {
		words[ordinal+"quarter"], words[ordinal+"trimester"] = roster.TermTerm, roster.TermTerm
	}
	return words
}

// subjects knows the code values of AcademicSubjectDescriptor that are no elective,
// and some short forms.
func subjects() map[string]string {
	return map[string]string{
		"english":                          roster.CoreEnglish,
		"englishlanguagearts":              roster.CoreEnglish,
		"languagearts":                     roster.CoreEnglish,
		"reading":                          roster.CoreEnglish,
		"criticalreading":                  roster.CoreEnglish,
		"writing":                          roster.CoreEnglish,
		"mathematics":                      roster.CoreMathematics,
		"math":                             roster.CoreMathematics,
		"science":                          roster.CoreScience,
		"lifeandphysicalsciences":          roster.CoreScience,
		"socialstudies":                    roster.CoreSocialStudies,
		"socialsciencesandhistory":         roster.CoreSocialStudies,
		"fineandperformingarts":            roster.SubjectArts,
		"physicalhealthandsafetyeducation": roster.SubjectPhysicalEducation,
		"physicaleducation":                roster.SubjectPhysicalEducation,
		"foreignlanguageandliterature":     roster.SubjectWorldLanguage,
		"worldlanguages":                   roster.SubjectWorldLanguage,
		"careerandtechnicaleducation":      roster.SubjectCareerTechnical,
	}
}

// cores gives each core subject by itself and nothing for the others.
func cores() map[string]string {
	words := map[string]string{}
	for _, core := range []string{roster.CoreEnglish, roster.CoreMathematics, roster.CoreScience, roster.CoreSocialStudies} {
		words[core] = core
	}
	return words
}

// gradeKinds knows the code values of GradeTypeDescriptor that say more than OTHER
// does. An exam's mark is part of another one.
func gradeKinds() map[string]string {
	return map[string]string{
		"final":          roster.GradeFinal,
		"gradingperiod":  roster.GradeGradingPeriod,
		"midtermgrade":   roster.GradeProgress,
		"progressreport": roster.GradeProgress,
		"semester":       roster.GradeSemester,
	}
}

// results knows the code values of CourseAttemptResultDescriptor.
func results() map[string]string {
	return map[string]string{
		"pass":       roster.ResultPass,
		"fail":       roster.ResultFail,
		"incomplete": roster.ResultIncomplete,
		"withdrawn":  roster.ResultWithdrawn,
	}
}

// methods knows the code values of MethodCreditEarnedDescriptor that say more than
// OTHER does. A course is not another one for being taught online.
func methods() map[string]string {
	return map[string]string{
		"classroomcredit": roster.MethodRegular,
		"onlinecredit":    roster.MethodRegular,
		"creditrecovery":  roster.MethodCreditRecovery,
		"transfercredit":  roster.MethodTransfer,
	}
}

// below knows the performance levels of which it is plain whether they are below
// grade level. "Basic" is not among them: some states mean by it that a student
// meets the grade's standard in part, others that they do not.
func below() map[string]bool {
	words := map[string]bool{}
	for _, level := range []string{
		"belowbasic", "wellbelowbasic", "farbelowbasic", "belowbenchmark", "wellbelowbenchmark", "belowstandard",
		"belowgradelevel", "belowproficient", "didnotmeetstandard", "standardnotmet", "fail", "unsatisfactory",
	} {
		words[level] = true
	}
	for _, level := range []string{
		"advanced", "proficient", "metstandard", "standardmet", "exceededstandard", "pass", "satisfactory",
		"abovebenchmark", "atbenchmark", "ongradelevel", "abovegradelevel", "commendedperformance",
	} {
		words[level] = false
	}
	return words
}
