package access

import "strings"

// Class is one data class: every field that tells something about a student
// belongs to exactly one.
type Class uint8

// The data classes, in the order of the table of roles.
const (
	Directory Class = iota
	Demographic
	Contact
	Enrollment
	Attendance
	Discipline
	Academic
	Risk
	Casework
	Referral
	Circumstance
	Restricted
	classCount
)

var classNames = [classCount]string{
	"DIRECTORY", "DEMOGRAPHIC", "CONTACT", "ENROLLMENT", "ATTENDANCE", "DISCIPLINE",
	"ACADEMIC", "RISK", "CASEWORK", "REFERRAL", "CIRCUMSTANCE", "RESTRICTED",
}

// String gives the class's name in the schema, such as ATTENDANCE.
func (c Class) String() string { return classNames[c] }

// AllClasses lists the classes in the table's order.
func AllClasses() []Class { return (Classes(1)<<classCount - 1).List() }

// ParseClass gives the class of that name; ok is false when there is none.
func ParseClass(name string) (class Class, ok bool) {
	for i, known := range classNames {
		if known == name {
			return Class(i), true
		}
	}
	return 0, false
}

// Classes is a set of data classes, one bit each, as it also stands in the class
// mask of a row.
type Classes uint16

// Of makes the set of the given classes.
func Of(classes ...Class) Classes {
	var set Classes
	for _, class := range classes {
		set |= 1 << class
	}
	return set
}

// Has tells whether the class is in the set.
func (s Classes) Has(class Class) bool { return s&(1<<class) != 0 }

// List gives the classes of the set in the table's order.
func (s Classes) List() []Class {
	var list []Class
	for class := range classCount {
		if s.Has(class) {
			list = append(list, class)
		}
	}
	return list
}

// String gives the names of the set, separated by commas.
func (s Classes) String() string {
	list := s.List()
	names := make([]string, len(list))
	for i, class := range list {
		names[i] = class.String()
	}
	return strings.Join(names, ",")
}
