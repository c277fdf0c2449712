package demo

import (
	"fmt"
	"time"

	"github.com/holdfast-edu/holdfast/internal/access"
)

// subject is what is taught from grade 6 on.
type subject struct {
	code    string
	title   string // before the grade
	core    any    // the core subject, nil: none
	credits string // the subject of its credits
}

// subjects are what a student of grade 6 or more takes: the first five all do, the
// sixth most.
var subjects = []subject{
	{"ENG", "English", "ENGLISH", "ENGLISH"},
	{"MAT", "Mathematics", "MATHEMATICS", "MATHEMATICS"},
	{"SCI", "Science", "SCIENCE", "SCIENCE"},
	{"SOC", "Social Studies", "SOCIAL_STUDIES", "SOCIAL_STUDIES"},
	{"PHE", "Physical Education", nil, "PHYSICAL_EDUCATION"},
	{"ART", "Arts", nil, "ARTS"},
}

// homeroom is what is taught up to grade 5.
var homeroom = []subject{{"HOM", "Homeroom", nil, "ELECTIVE"}}

// takenBySome is the place of the subject that not everybody takes.
const (
	takenBySome  = 5
	takeIt       = 7_000 // in ten thousand
	homeroomSize = 24
	sectionSize  = 27
	teachingLoad = 5 // sections of a secondary teacher
)

// subjectSections are the sections of one subject in one grade of a school.
type subjectSections struct {
	course   any
	sections []any
}

// taught gives the subjects of a grade.
func taught(grade int) ([]subject, int) {
	if grade < firstMiddle {
		return homeroom, homeroomSize
	}
	return subjects, sectionSize
}

// makeSections makes the courses of the district, each school's sections of them,
// and the teachers who teach them.
func (m *maker) makeSections() {
	for grade := range gradeNames {
		courses, size := taught(grade)
		for _, subject := range courses {
			var course any = m.ids.next()
			m.out.add(toCourse, m.district, course, courseCode(subject, grade), courseTitle(subject, grade), subject.core)
			for _, s := range m.schools {
				if s.students[grade] > 0 {
					m.addSections(s, grade, subject, course, (s.students[grade]+size-1)/size)
				}
			}
		}
	}
}

func courseCode(s subject, grade int) string {
	return fmt.Sprintf("%s%s-%02d", localStaffID, s.code, grade)
}

func courseTitle(s subject, grade int) string {
	if grade == 0 {
		return "Kindergarten " + s.title
	}
	if grade < firstMiddle {
		return fmt.Sprintf("Grade %d %s", grade, s.title)
	}
	return fmt.Sprintf("%s %d", s.title, grade)
}

// addSections makes so many sections with their teachers. A homeroom has its own;
// else one teaches several.
func (m *maker) addSections(s *school, grade int, subject subject, course any, count int) {
	first, last := m.sectionDates()
	list := subjectSections{course: course}
	var teacher any
	for i := range count {
		if grade < firstMiddle || i%teachingLoad == 0 {
			teacher = m.makeStaffMember(subject.title)
			m.giveRole(teacher, access.Teacher, s.id)
		}
		var section any = m.ids.next()
		local := fmt.Sprintf("%s%s-%02d-%02d", localStaffID, subject.code, grade, i+1)
		m.out.add(toSection, m.district, section, s.id, course, m.term.yearText, local, first, last)
		m.out.add(toTeaching, m.district, m.ids.next(), teacher, section, first, nil)
		list.sections = append(list.sections, section)
	}
	s.sections[grade] = append(s.sections[grade], list)
}

// sectionDates are the days from which and through which sections are taught.
func (m *maker) sectionDates() (first, last string) {
	return m.term.teaches.Format(time.DateOnly), m.term.ends.Format(time.DateOnly)
}

// seat is a student's place in a section: from and through are places among the
// instructional days.
type seat struct {
	subject         int // its place among those that are taught in the grade
	course, section any
	from, through   int
}

// seat puts the student into the sections of the school, and gives the seats: place
// is the student's number in the grade, which mixes them anew in each subject.
func (m *maker) seat(student any, s *school, grade, place int, from, through any) (seats []seat) {
	for i, taught := range s.sections[grade] {
		if i == takenBySome && !m.dice.chance(takeIt) {
			continue
		}
		sections := taught.sections
		section := sections[(place+i*(place/len(sections)))%len(sections)]
		m.out.add(toSeat, m.district, m.ids.next(), student, section, from, through)
		seats = append(seats, seat{subject: i, course: taught.course, section: section})
	}
	return seats
}
