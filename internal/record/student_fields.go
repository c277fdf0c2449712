package record

import (
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/lib/pq"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
)

// studentField says how a field of a student is read: its class, or the operation
// that allows it, the expression
// over the row s of table student, and where the value goes. The schema declares
// the same class for it; a test holds the two together.
type studentField struct {
	class access.Class
	own   bool             // stands in the student's own row
	open  bool             // of no class: tells nothing about the student
	by    access.Operation // of no class: for the roles that the operation allows
	write func(st *reach.Statement, s Selected, op *operation.Operation) error
	// into gives where rows.Scan puts the column, and what is done after it.
	into func(student *Student, s Selected, op *operation.Operation) (destination any, then func() error)
	// redact notes what of the field needs another class too; nil: nothing does.
	redact func(op *operation.Operation, student *Student, s Selected, index int)
	// also gives the other classes that are shown with the field, as it is selected,
	// to who reads them; nil: none.
	also func(s Selected) access.Classes
	// items counts what is shown of the field to who needs to know its class, and sees
	// the items that are theirs; nil: nothing is.
	items func(student *Student, s Selected) int
	// beside gives the classes beside the field's own of what was shown in it, item by
	// item; nil: nothing was.
	beside func(student *Student, s Selected) access.Classes
}

// StudentClasses gives the class of each field of a student, for the test that
// holds the schema's declarations to it.
func StudentClasses() map[string]access.Class {
	classes := make(map[string]access.Class, len(studentFields))
	for name, field := range studentFields {
		if !field.open && field.by == "" {
			classes[name] = field.class
		}
	}
	return classes
}

var studentFields = map[string]studentField{
	"localId":       column(access.Directory, "s.local_id", func(s *Student) any { return &s.LocalID }),
	"displayName":   column(access.Directory, DisplayName("s"), func(s *Student) any { return &s.DisplayName }),
	"firstName":     column(access.Directory, "s.first_name", func(s *Student) any { return &s.FirstName }),
	"lastName":      column(access.Directory, "s.last_name", func(s *Student) any { return &s.LastName }),
	"gradeLevel":    column(access.Directory, "s.grade_level", func(s *Student) any { return &s.GradeLevel }),
	"stateId":       column(access.Demographic, "s.state_id", func(s *Student) any { return &s.StateID }),
	"birthDate":     column(access.Demographic, "s.birth_date::text", func(s *Student) any { return &s.BirthDate }),
	"sex":           column(access.Demographic, "nullif(s.sex, '')", func(s *Student) any { return &s.Sex }),
	"community":     column(access.Demographic, "nullif(s.community, '')", func(s *Student) any { return &s.Community }),
	"languages":     column(access.Demographic, "s.languages", func(s *Student) any { return (*pq.StringArray)(&s.Languages) }),
	"raceEthnicity": column(access.Demographic, "s.race_ethnicity", func(s *Student) any { return (*pq.StringArray)(&s.RaceEthnicity) }),

	"school":          object(access.Directory, schoolSQL, func(s *Student) any { return &s.School }),
	"primaryAdvocate": object(access.Directory, advocateSQL, func(s *Student) any { return &s.primaryAdvocate }),
	"enrollments": list(access.Enrollment, enrollmentsSQL, maxEnrollments,
		func(s *Student) any { return &s.Enrollments }, func(s *Student) int { return len(s.Enrollments) }),
	"contacts":        contacts(),
	"characteristics": characteristics(),

	"attendance":        yearly(access.Attendance, attendanceSQL, func(s *Student) *map[int]*AttendanceFigures { return &s.attendance }),
	"attendanceEvents":  attendanceEvents(),
	"behavior":          yearly(access.Discipline, behaviorSQL, func(s *Student) *map[int]*BehaviorFigures { return &s.behavior }),
	"incidents":         incidents(),
	"coursePerformance": yearly(access.Academic, courseFiguresSQL, func(s *Student) *map[int]*CourseFigures { return &s.coursePerformance }),
	"grades":            grades(),
	"credits":           object(access.Academic, creditsSQL, func(s *Student) any { return &s.Credits }),
	"risk":              risk(),
	"riskHistory":       riskHistory(),
	"contactLogs":       contactLogs(),
	"notes":             notes(),
	"access":            studentAccess(),
	"viewers":           viewers(),
}

// column is a field that stands in the student's own row.
func column(class access.Class, expression string, into func(*Student) any) studentField {
	return studentField{
		class: class,
		own:   true,
		write: func(st *reach.Statement, _ Selected, _ *operation.Operation) error {
			st.Text(expression)
			return nil
		},
		into: func(student *Student, _ Selected, _ *operation.Operation) (any, func() error) {
			return into(student), nil
		},
	}
}

// object is a field that the database assembles as one JSON object, or null.
func object(class access.Class, text string, into func(*Student) any) studentField {
	return studentField{
		class: class,
		write: func(st *reach.Statement, _ Selected, _ *operation.Operation) error {
			st.Write(text, nil)
			return nil
		},
		into: func(student *Student, _ Selected, _ *operation.Operation) (any, func() error) {
			raw := new([]byte)
			return raw, func() error { return fromJSON(*raw, into(student)) }
		},
	}
}

// list is a field that the database assembles as a JSON list of at most limit
// items: it reads one more, and more than limit is an error.
func list(class access.Class, text string, limit int, into func(*Student) any, length func(*Student) int) studentField {
	field := object(class, text, into)
	field.write = func(st *reach.Statement, _ Selected, _ *operation.Operation) error {
		st.Write(text, reach.Values{"limit": limit + 1, "channelLimit": maxChannels + 1})
		return nil
	}
	scan := field.into
	field.into = func(student *Student, s Selected, op *operation.Operation) (any, func() error) {
		destination, decode := scan(student, s, op)
		return destination, func() error {
			if err := decode(); err != nil {
				return err
			}
			if length(student) > limit {
				return &LimitError{Path: s.Path, Limit: limit}
			}
			return nil
		}
	}
	return field
}

// characteristics is the field characteristics: all, or those of the kinds that
// were granted to the reader.
func characteristics() studentField {
	field := list(access.Circumstance, characteristicsSQL, maxCharacteristics,
		func(s *Student) any { return &s.Characteristics }, func(s *Student) int { return len(s.Characteristics) })
	field.items = func(s *Student, _ Selected) int { return len(s.Characteristics) }
	field.write = func(st *reach.Statement, _ Selected, _ *operation.Operation) error {
		st.Write(characteristicsSQL, reach.Values{
			"theirs": func(st *reach.Statement) { st.Items("s.mask", access.Circumstance, reach.Circumstances, "k") },
			"limit":  maxCharacteristics + 1,
		})
		return nil
	}
	return field
}

// contacts is the field contacts, whose persons' channels are bounded too.
func contacts() studentField {
	field := list(access.Contact, contactsSQL, maxContacts,
		func(s *Student) any { return &s.Contacts }, func(s *Student) int { return len(s.Contacts) })
	scan := field.into
	field.into = func(student *Student, s Selected, op *operation.Operation) (any, func() error) {
		destination, decode := scan(student, s, op)
		return destination, func() error {
			if err := decode(); err != nil {
				return err
			}
			for _, contact := range student.Contacts {
				if len(contact.Person.Channels) > maxChannels {
					return &LimitError{Path: s.Path + ".person.channels", Limit: maxChannels}
				}
			}
			return nil
		}
	}
	return field
}

// LimitError is a plain list that holds more than its declared maximum.
type LimitError struct {
	Path  string
	Limit int
}

// Error names the list and its limit.
func (e *LimitError) Error() string {
	return fmt.Sprintf("%s holds more than the %d items that it may", e.Path, e.Limit)
}

// fromJSON reads what the database assembled; nothing from nil. Names match in any
// case.
func fromJSON(raw []byte, into any) error {
	if raw == nil {
		return nil
	}
	if err := json.Unmarshal(raw, into, json.MatchCaseInsensitiveNames(true)); err != nil {
		return fmt.Errorf("read what the database assembled: %w", err)
	}
	return nil
}
