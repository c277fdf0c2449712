package load_test

var folderCases = map[string]folderCase{
	"the base": {
		query: liveEvents, rows: []string{"1 | 09-02 | UNEXCUSED_ABSENCE | 10000 | false", "3 | 09-03 | TARDY | 0 | false"},
	},
	"an exit before the entry": {
		folders: []string{"exit-before-entry"},
		counts:  map[string]did{"Enrollment": {read: 4, created: 3, quarantined: 1}},
		issues:  []string{"Enrollment | 9-enrollment.xml | 4 | ExitWithdrawDate | 2025-09-02 | lies before the entry"},
	},
	"codes that the district's map does not have": {
		folders: []string{"unknown-codes"},
		counts: map[string]did{
			"Enrollment": {read: 5, created: 3, quarantined: 2}, "AttendanceEvent": {read: 4, created: 2, quarantined: 2},
		},
		issues: []string{
			"Enrollment | 8-enrollment.xml | 4 | ExitWithdrawType | Code 98 | is not in the district's map of exit codes",
			"Enrollment | 8-enrollment.xml | 13 | EntryType | E9 | is not in the district's map of entry codes",
			"AttendanceEvent | 9-attendance.xml | 4 | AttendanceEventCategory | Skipped | is not in the district's map of attendance codes",
			"AttendanceEvent | 9-attendance.xml | 9 | AttendanceEventCategory | Skipped | is not in the district's map of attendance codes",
		},
	},
	"several calendars and none named": {
		folders: []string{"two-calendars"},
		counts: map[string]did{
			"Calendar": {read: 3, created: 3}, "CalendarDate": {read: 18, created: 18},
			"Enrollment": {read: 3, created: 2, quarantined: 1}, "AttendanceEvent": {read: 2, created: 1, quarantined: 1},
		},
		issues: []string{
			"Enrollment | 4-enrollment.xml | 18 | CalendarReference |  | names no calendar, and the school has several that year",
			"AttendanceEvent | 5-attendance.xml | 9 | EventDate | 2025-09-03 | lies outside the student's enrollment in the school",
		},
	},
	"a calendar is named": {
		folders: []string{"named-calendar"},
		counts:  map[string]did{"Calendar": {read: 3, created: 3}, "CalendarDate": {read: 18, created: 18}},
		query:   keptCalendars, rows: []string{"1 | A", "2 | A", "3 | B"},
	},
	"the calendar that is named is not known": {
		folders: []string{"unknown-calendar"},
		counts: map[string]did{
			"Enrollment": {read: 3, created: 2, quarantined: 1}, "AttendanceEvent": {read: 2, created: 1, quarantined: 1},
		},
		issues: []string{
			"Enrollment | 4-enrollment.xml | 18 | CalendarReference | Z | names a calendar that the school does not have that year",
			"AttendanceEvent | 5-attendance.xml | 9 | EventDate | 2025-09-03 | lies outside the student's enrollment in the school",
		},
	},
	"a student's own calendar is no choice for others": {
		folders: []string{"student-specific"},
		counts:  map[string]did{"Calendar": {read: 3, created: 3}, "CalendarDate": {read: 18, created: 18}},
		query:   keptCalendars, rows: []string{"1 | A", "2 | A", "3 | A"},
	},
	"a student's own calendar is never the default": {
		folders: []string{"only-student-specific"},
		counts: map[string]did{
			"School": {read: 3, created: 3}, "Calendar": {read: 3, created: 3}, "CalendarDate": {read: 18, created: 18},
			"Enrollment": {read: 4, created: 3, quarantined: 1},
		},
		issues: []string{"Enrollment | 9-enrollment.xml | 4 | CalendarReference |  | names no calendar, and the school has none that year"},
	},
	"two categories on one day are both kept": {
		folders: []string{"two-categories"},
		counts:  map[string]did{"AttendanceEvent": {read: 3, created: 3}},
		query:   liveEvents, rows: []string{
			"1 | 09-02 | TARDY | 0 | false", "1 | 09-02 | UNEXCUSED_ABSENCE | 10000 | false", "3 | 09-03 | TARDY | 0 | false",
		},
	},
	"partial days with and without a duration": {
		folders: []string{"partial"},
		counts:  map[string]did{"AttendanceEvent": {read: 5, created: 4, quarantined: 1}},
		issues: []string{
			"AttendanceEvent | 9-attendance.xml | 9 | EventDuration |  | is missing, so how much of the day was missed is not known",
		},
		query: liveEvents, rows: []string{
			"1 | 09-02 | UNEXCUSED_ABSENCE | 10000 | false", "1 | 09-05 | PARTIAL | 5000 | false",
			"2 | 09-03 | PARTIAL | 2500 | true", "3 | 09-03 | TARDY | 0 | false",
		},
	},
	"parts of one category add up to at most the day": {
		folders: []string{"two-halves"},
		counts:  map[string]did{"AttendanceEvent": {read: 6, created: 4, unchanged: 2}},
		query:   liveEvents, rows: []string{
			"1 | 09-02 | UNEXCUSED_ABSENCE | 10000 | false", "2 | 09-03 | EXCUSED_ABSENCE | 10000 | false",
			"2 | 09-05 | EXCUSED_ABSENCE | 10000 | false", "3 | 09-03 | TARDY | 0 | false",
		},
	},
	"a tardy on a Sunday, an absence on a holiday": {
		folders: []string{"off-the-calendar"},
		counts:  map[string]did{"AttendanceEvent": {read: 4, created: 2, quarantined: 2}},
		issues: []string{
			"AttendanceEvent | 9-attendance.xml | 4 | EventDate | 2025-09-07 | is no instructional day of the student's calendar",
			"AttendanceEvent | 9-attendance.xml | 9 | EventDate | 2025-09-04 | is no instructional day of the student's calendar",
		},
	},
	"events outside the enrollment": {
		folders: []string{"outside-the-enrollment"},
		counts: map[string]did{
			"Enrollment": {read: 4, created: 4}, "AttendanceEvent": {read: 8, created: 4, quarantined: 4},
		},
		issues: []string{
			"AttendanceEvent | 9-attendance.xml | 4 | EventDate | 2025-09-01 | lies outside the student's enrollment in the school",
			"AttendanceEvent | 9-attendance.xml | 19 | EventDate | 2025-09-05 | lies outside the student's enrollment in the school",
			"AttendanceEvent | 9-attendance.xml | 24 | EventDate | 2025-09-02 | lies outside the student's enrollment in the school",
			"AttendanceEvent | 9-attendance.xml | 29 | EventDate | 2025-09-05 | lies outside the student's enrollment in the school",
		},
	},
	"a person that is not known": {
		folders: []string{"unknown-person"},
		counts:  map[string]did{"StudentContact": {read: 4, created: 1, quarantined: 3}},
		issues: []string{
			"StudentContact | 9-contact.xml | 4 | ContactReference | 999 | names a person that is not known",
			"StudentContact | 9-contact.xml | 9 | ContactReference | NOBODY | names a person that is not known",
			"StudentContact | 9-contact.xml | 14 | student | 99 | names a student that is not known",
		},
	},
	"a school of another district": {
		folders: []string{"another-district"},
		counts: map[string]did{
			"School": {read: 3, created: 2, quarantined: 1}, "Enrollment": {read: 4, created: 3, quarantined: 1},
		},
		issues: []string{
			"Enrollment | 9-enrollment.xml | 4 | school | 21 | names a school that is not known",
			"School | 9-organization.xml | 10 | LocalEducationAgencyReference | 200 | is a school of another district",
		},
		query: "SELECT local_id AS a FROM school WHERE district_id = $1 ORDER BY 1", rows: []string{"11", "12"},
	},
	"an action of several kinds answers incidents that are not known": {
		folders: []string{"several-kinds-of-action"},
		counts: map[string]did{
			"Incident": {read: 1, created: 1}, "Action": {read: 2, created: 2}, "ActionIncident": {read: 3, created: 2, quarantined: 2},
		},
		issues: []string{
			"ActionIncident | 9-discipline.xml | 25 | incident | 9 | names an incident that is not known",
			"ActionIncident | 9-discipline.xml | 35 | school | 99 | names a school that is not known",
		},
		query: `SELECT a.kind AS a, i.local_id AS b FROM discipline_action_incident x
			JOIN discipline_action a ON a.district_id = x.district_id AND a.id = x.action_id
			JOIN discipline_incident i ON i.district_id = x.district_id AND i.id = x.incident_id WHERE x.district_id = $1 ORDER BY 1`,
		rows: []string{"COMMUNITY_SERVICE | 8", "IN_SCHOOL_SUSPENSION | 8"},
	},
	"the grade is that of the latest enrollment": {
		folders: []string{"two-grades"},
		counts: map[string]did{
			"Calendar": {read: 3, created: 3}, "CalendarDate": {read: 18, created: 18}, "Enrollment": {read: 5, created: 5},
		},
		query: "SELECT local_id AS a, grade_level AS b FROM student WHERE district_id = $1 ORDER BY 1",
		rows:  []string{"1 | NINTH", "2 | FIFTH", "3 | NINTH"},
	},
}
