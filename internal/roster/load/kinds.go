package load

import (
	"time"

	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// Checks that several kinds share.
var (
	unknownStudent = check{
		when: "r.student_id IS NULL", field: "student", value: "r.student_code", problem: "names a student that is not known",
		hint: "export the student too, or correct the student's id",
	}
	unknownSchool = check{
		when: "r.school_id IS NULL", field: "school", value: "r.school_code", problem: "names a school that is not known",
		hint: "export the school too, or correct the school's id",
	}
)

const (
	// joinStudent finds the student of a row: for the code of one who was merged into
	// another, that other one.
	joinStudent = ` LEFT JOIN (SELECT n.local_id, coalesce(n.merged_into, n.id) AS id, n.merged_rank
		FROM student n WHERE n.district_id = $1) student ON student.local_id = s.student_code`
	joinSchool = ` LEFT JOIN school ON school.district_id = $1 AND school.local_id = s.school_code`
)

// kinds is every kind of row that is merged, parents before their children. In
// resolve and merge $1 is the district, $2 today, $3 the district's code maps.
func kinds() []kind {
	return []kind{
		schools(), calendars(), calendarDates(), staff(), students(), enrollments(), persons(), channels(),
		studentContacts(), studentCharacteristics(), attendanceEvents(),
	}
}

func schools() kind {
	return kind{
		name:  "School",
		stage: []column{{"local_id", "text"}, {"name", "text"}, {"district_code", "text"}, {"level", "text"}, {"lowest_grade", "text"}, {"highest_grade", "text"}, {"alternative", "boolean"}},
		values: of(func(s roster.School) []any {
			return []any{s.Code, s.Name, s.DistrictCode, s.Level, s.LowestGrade, s.HighestGrade, s.Alternative}
		}),
		resolve: "JOIN district ON district.id = $1",
		adds:    ", district.local_id AS own_code",
		key:     []string{"x.local_id"},
		keyName: "SchoolId",
		checks: []check{{
			when: "r.district_code NOT IN ('', r.own_code)", field: "LocalEducationAgencyReference", value: "r.district_code",
			problem: "is a school of another district", hint: "load it into its own district",
		}},
		target: "school",
		merge:  []merged{{name: "local_id"}, {name: "name"}, {name: "level"}, {name: "lowest_grade"}, {name: "highest_grade"}, {name: "alternative"}},
	}
}

func calendars() kind {
	return kind{
		name:  "Calendar",
		stage: []column{{"local_id", "text"}, {"school_code", "text"}, {"school_year", "integer"}, {"kind", "text"}},
		values: of(func(c roster.Calendar) []any {
			return []any{c.Code, c.SchoolCode, c.SchoolYear, c.Kind}
		}),
		resolve: joinSchool,
		adds:    ", school.id AS school_id",
		key:     []string{"x.school_id", "x.school_year", "x.local_id"},
		keyName: "CalendarCode",
		checks:  []check{unknownSchool},
		target:  "calendar",
		merge:   []merged{{name: "school_id"}, {name: "school_year"}, {name: "local_id"}, {name: "kind"}},
	}
}

func calendarDates() kind {
	return kind{
		name:  "CalendarDate",
		stage: []column{{"calendar_code", "text"}, {"school_code", "text"}, {"school_year", "integer"}, {"on_date", "date"}, {"instructional", "boolean"}, {"event", "text"}},
		values: of(func(d roster.CalendarDate) []any {
			return []any{d.CalendarCode, d.SchoolCode, d.SchoolYear, day(d.Date), d.Instructional, d.Event}
		}),
		resolve: joinSchool + ` LEFT JOIN calendar ON calendar.district_id = $1 AND calendar.school_id = school.id
			AND calendar.school_year = s.school_year AND calendar.local_id = s.calendar_code`,
		adds:    ", calendar.id AS calendar_id",
		key:     []string{"x.calendar_id", "x.on_date"},
		keyName: "Date",
		checks: []check{{
			when: "r.calendar_id IS NULL", field: "CalendarReference", value: "r.calendar_code", problem: "names a calendar that is not known",
			hint: "export the calendar too, or correct its code, school and year",
		}},
		target: "calendar_date",
		merge:  []merged{{name: "calendar_id"}, {name: "on_date"}, {name: "instructional"}, {name: "event"}},
	}
}

func staff() kind {
	return kind{
		name: "Staff",
		stage: []column{
			{"local_id", "text"},
			{"first_name", "text"},
			{"last_name", "text"},
			{"preferred_first_name", "text"},
			{"preferred_last_name", "text"},
			{"email", "text"},
			{"login", "text"},
			{"languages", "text[]"},
		},
		values: of(func(s roster.Staff) []any {
			return []any{s.Code, s.FirstName, s.LastName, s.PreferredFirstName, s.PreferredLastName, s.Email, s.Login, pq.Array(listed(s.Languages))}
		}),
		key:     []string{"x.local_id"},
		keyName: "StaffUniqueId",
		target:  "staff",
		merge: []merged{
			{name: "local_id"},
			{name: "first_name"},
			{name: "last_name"},
			{name: "preferred_first_name"},
			{name: "preferred_last_name"},
			{name: "email"},
			{name: "login"},
			{name: "languages"},
		},
	}
}

func students() kind {
	return kind{
		name: "Student",
		stage: []column{
			{"local_id", "text"},
			{"state_id", "text"},
			{"first_name", "text"},
			{"middle_name", "text"},
			{"last_name", "text"},
			{"suffix", "text"},
			{"preferred_first_name", "text"},
			{"preferred_last_name", "text"},
			{"birth_date", "date"},
			{"sex", "text"},
			{"race_ethnicity", "text[]"},
			{"languages", "text[]"},
		},
		values: of(func(s roster.Student) []any {
			return []any{
				s.Code, orNull(s.StateCode), s.FirstName, s.MiddleName, s.LastName, s.Suffix, s.PreferredFirstName, s.PreferredLastName,
				day(s.BirthDate), s.Sex, pq.Array(listed(s.RaceEthnicity)), pq.Array(listed(s.Languages)),
			}
		}),
		// A row under the code of a merged student tells of the one who was kept, whose
		// local and state id stay.
		resolve: `LEFT JOIN student former ON former.district_id = $1 AND former.local_id = s.local_id AND former.merged_into IS NOT NULL
			LEFT JOIN student kept ON kept.district_id = $1 AND kept.id = former.merged_into
			LEFT JOIN student other ON other.district_id = $1 AND other.state_id = s.state_id AND other.local_id <> s.local_id AND other.merged_into IS NULL`,
		adds: `, coalesce(former.merged_rank, 0) AS rank, coalesce(kept.local_id, s.local_id) AS own_id, kept.state_id AS kept_state_id, other.id AS other_id,
			count(*) OVER (PARTITION BY s.state_id, kept.id IS NULL) AS same_state_id, count(*) OVER (PARTITION BY s.state_id, s.local_id) AS same_both`,
		key:       []string{"x.own_id"},
		keyName:   "StudentUniqueId",
		ofStudent: true,
		checks: []check{{
			when: "r.rank = 0 AND r.state_id IS NOT NULL AND (r.other_id IS NOT NULL OR r.same_state_id <> r.same_both)", field: "state id", value: "r.state_id",
			problem: "is the state id of another student too", hint: "correct the state id at the source, or tell that the two are one student",
		}},
		target: "student",
		merge: []merged{
			{name: "local_id", from: "r.own_id"},
			{name: "state_id", from: "CASE WHEN r.rank > 0 THEN r.kept_state_id ELSE r.state_id END"},
			{name: "first_name"},
			{name: "middle_name"},
			{name: "last_name"},
			{name: "suffix"},
			{name: "preferred_first_name"},
			{name: "preferred_last_name"},
			{name: "birth_date"},
			{name: "sex"},
			{name: "race_ethnicity"},
			{name: "languages"},
		},
	}
}

func enrollments() kind {
	return kind{
		name: "Enrollment",
		stage: []column{
			{"student_code", "text"},
			{"school_code", "text"},
			{"school_year", "integer"},
			{"calendar_code", "text"},
			{"entry_date", "date"},
			{"entry_code", "text"},
			{"exit_date", "date"},
			{"exit_code", "text"},
			{"grade_level", "text"},
		},
		values: of(func(e roster.Enrollment) []any {
			return []any{
				e.StudentCode, e.SchoolCode, yearOf(e.SchoolYear, e.EntryDate), e.CalendarCode, day(e.EntryDate), e.EntryTypeCode,
				day(e.ExitDate), e.ExitTypeCode, e.GradeLevel,
			}
		}),
		resolve: joinStudent + joinSchool + ` LEFT JOIN LATERAL (
			SELECT min(c.id::text)::uuid AS id, count(*) AS choices FROM calendar c
			WHERE c.district_id = $1 AND c.school_id = school.id AND c.school_year = s.school_year AND c.withdrawn_at IS NULL
				AND CASE s.calendar_code WHEN '' THEN c.kind = 'SCHOOL' ELSE c.local_id = s.calendar_code END) calendar ON true`,
		adds: `, student.id AS student_id, coalesce(student.merged_rank, 0) AS rank, school.id AS school_id, calendar.id AS calendar_id, calendar.choices,
			CASE s.entry_code WHEN '' THEN 'OTHER' ELSE $3::jsonb -> 'entryCodes' ->> s.entry_code END AS entry_type,
			CASE s.exit_code WHEN '' THEN CASE WHEN s.exit_date IS NULL THEN NULL ELSE 'UNKNOWN' END ELSE $3::jsonb -> 'exitCodes' ->> s.exit_code END AS exit_type`,
		key:       []string{"x.student_id", "x.school_id", "x.entry_date"},
		ofStudent: true,
		keyName:   "EntryDate",
		checks: []check{
			unknownStudent, unknownSchool,
			{when: "r.exit_date < r.entry_date", field: "ExitWithdrawDate", value: "r.exit_date::text", problem: "lies before the entry", hint: "correct the entry or the exit date"},
			{when: "r.entry_type IS NULL", field: "EntryType", value: "r.entry_code", problem: "is not in the district's map of entry codes", hint: "add the code to the policy's entryCodes, then load again"},
			{when: "r.exit_code <> '' AND r.exit_type IS NULL", field: "ExitWithdrawType", value: "r.exit_code", problem: "is not in the district's map of exit codes", hint: "add the code to the policy's exitCodes, then load again"},
			{when: "r.calendar_code <> '' AND r.choices = 0", field: "CalendarReference", value: "r.calendar_code", problem: "names a calendar that the school does not have that year", hint: "export the calendar too, or correct its code"},
			{when: "r.choices = 0", field: "CalendarReference", problem: "names no calendar, and the school has none that year", hint: "export the school's calendar"},
			{when: "r.choices > 1", field: "CalendarReference", problem: "names no calendar, and the school has several that year", hint: "name the calendar that the student keeps"},
		},
		target: "student_school_association",
		merge: []merged{
			{name: "student_id"},
			{name: "school_id"},
			{name: "school_year"},
			{name: "calendar_id"},
			{name: "entry_date"},
			{name: "entry_type"},
			{name: "exit_date"},
			{name: "exit_type"},
			{name: "exit_code"},
			{name: "grade_level"},
			{name: "recorded_on", from: "$2::date", insertOnly: true},
		},
	}
}

func persons() kind {
	return kind{
		name: "Person",
		stage: []column{
			{"local_id", "text"},
			{"ref", "text"},
			{"first_name", "text"},
			{"last_name", "text"},
			{"preferred_first_name", "text"},
			{"preferred_last_name", "text"},
			{"language", "text"},
		},
		values: of(func(p roster.Person) []any {
			return []any{p.Code, p.Ref, p.FirstName, p.LastName, p.PreferredFirstName, p.PreferredLastName, orNull(p.Language)}
		}),
		key:     []string{"x.local_id"},
		keyName: "ContactUniqueId",
		target:  "person",
		merge: []merged{
			{name: "local_id"},
			{name: "first_name"},
			{name: "last_name"},
			{name: "preferred_first_name"},
			{name: "preferred_last_name"},
			{name: "language", update: "coalesce(excluded.language, t.language)"},
		},
	}
}

// joinPerson finds the person of a row by code, or by the name that elements of
// the same file have for it.
const joinPerson = ` LEFT JOIN stage_person named ON s.person_ref <> '' AND named.ref = s.person_ref AND named.file = s.file
	LEFT JOIN person ON person.district_id = $1 AND person.local_id = coalesce(nullif(s.person_code, ''), named.local_id)`

var unknownPerson = check{
	when: "r.person_id IS NULL", field: "ContactReference", value: "coalesce(nullif(r.person_code, ''), r.person_ref)",
	problem: "names a person that is not known", hint: "export the person too, or correct the reference",
}

func channels() kind {
	return kind{
		name:  "Channel",
		stage: []column{{"person_code", "text"}, {"person_ref", "text"}, {"kind", "text"}, {"value", "text"}, {"label", "text"}, {"priority", "integer"}},
		values: of(func(c roster.Channel) []any {
			return []any{c.PersonCode, c.PersonRef, c.Kind, c.Value, c.Label, c.Priority}
		}),
		resolve: joinPerson,
		adds:    ", person.id AS person_id",
		key:     []string{"x.person_id", "x.kind", "x.value"},
		keyName: "ContactUniqueId",
		checks:  []check{unknownPerson},
		target:  "contact_channel",
		merge:   []merged{{name: "person_id"}, {name: "kind"}, {name: "value"}, {name: "label"}, {name: "priority"}},
	}
}

func studentContacts() kind {
	return kind{
		name: "StudentContact",
		stage: []column{
			{"student_code", "text"},
			{"person_code", "text"},
			{"person_ref", "text"},
			{"relation", "text"},
			{"lives_with", "boolean"},
			{"education_rights", "boolean"},
			{"is_primary", "boolean"},
			{"is_emergency", "boolean"},
		},
		values: of(func(c roster.StudentContact) []any {
			return []any{c.StudentCode, c.PersonCode, c.PersonRef, c.Relation, c.LivesWith, c.EducationRights, c.Primary, c.Emergency}
		}),
		resolve:   joinStudent + joinPerson,
		adds:      ", student.id AS student_id, coalesce(student.merged_rank, 0) AS rank, person.id AS person_id",
		key:       []string{"x.student_id", "x.person_id"},
		ofStudent: true,
		keyName:   "ContactReference",
		checks:    []check{unknownStudent, unknownPerson},
		target:    "student_contact",
		merge: []merged{
			{name: "student_id"},
			{name: "person_id"},
			{name: "relation"},
			{name: "lives_with"},
			{name: "education_rights"},
			{name: "is_primary"},
			{name: "is_emergency"},
		},
	}
}

func studentCharacteristics() kind {
	return kind{
		name:  "Characteristic",
		stage: []column{{"student_code", "text"}, {"kind", "text"}, {"starts_on", "date"}, {"ends_on", "date"}, {"detail", "text"}},
		values: of(func(c roster.Characteristic) []any {
			return []any{c.StudentCode, c.Kind, day(c.BeginsOn), day(c.EndsOn), c.Detail}
		}),
		resolve:   joinStudent,
		adds:      ", student.id AS student_id, coalesce(student.merged_rank, 0) AS rank",
		key:       []string{"x.student_id", "x.kind", "x.starts_on", "x.detail"},
		ofStudent: true,
		keyName:   "BeginDate",
		checks: []check{
			unknownStudent,
			{when: "r.ends_on < r.starts_on", field: "EndDate", value: "r.ends_on::text", problem: "lies before the beginning", hint: "correct the begin or the end date"},
		},
		target: "student_characteristic",
		merge:  []merged{{name: "student_id"}, {name: "kind"}, {name: "starts_on"}, {name: "ends_on"}, {name: "detail"}},
	}
}

// day gives a date for COPY; nil when the source does not say.
func day(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Format(time.DateOnly)
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func listed(values []string) []string {
	if values == nil {
		return []string{}
	}
	return values
}

// yearOf gives the school year that was said, else the one from 1 July to 30 June
// that holds the date.
func yearOf(said int, date time.Time) int {
	if said != 0 {
		return said
	}
	if date.Month() >= time.July {
		return date.Year() + 1
	}
	return date.Year()
}
