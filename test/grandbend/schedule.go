package grandbend

import "fmt"

// Course is a course of the district. Core is empty where its subject is no core one.
type Course struct {
	Code  string
	Title string
	Core  string
}

// Term is a session, or a grading period by its descriptor.
type Term struct {
	School        string
	Year          string
	Name          string
	GradingPeriod bool
	Begin         string
	End           string
}

// Section is a section by all that identifies it, and its course.
type Section struct {
	SectionName

	Course string
}

// SectionName is what identifies a section.
type SectionName struct {
	School     string
	Year       string
	Identifier string
	LocalCode  string
	Session    string
}

// Teacher is a staff member who teaches a section.
type Teacher struct {
	SectionName

	Staff string
	Begin string
	End   string
}

// Support is a student's part in an intervention.
type Support struct {
	Student      string
	Organization string
	Intervention string
	// Prescription and its organization are empty where the intervention follows none.
	PrescribedBy string
	Prescription string
	Begin        string
	End          string
	// Minutes is the dosage as the file has it.
	Minutes string
}

// Schedule is everything that the folder says of courses and of supports, each list sorted.
type Schedule struct {
	Courses  []Course
	Terms    []Term
	Sections []Section
	Teachers []Teacher
	// Seats is the number of students in sections.
	Seats int
	// Prescriptions are the codes of interventions that are prescribed, with their organization.
	Prescriptions []string
	Supports      []Support
}

// coreSubjects knows the subjects of the sample.
var coreSubjects = map[string]string{
	"English Language Arts":                  "ENGLISH",
	"Mathematics":                            "MATHEMATICS",
	"Science":                                "SCIENCE",
	"Life and Physical Sciences":             "SCIENCE",
	"Social Studies":                         "SOCIAL_STUDIES",
	"Social Sciences and History":            "SOCIAL_STUDIES",
	"Fine and Performing Arts":               "",
	"Foreign Language and Literature":        "",
	"Physical, Health, and Safety Education": "",
	"Career and Technical Education":         "",
}

func addSchedule(read *interchange, expected *Expected) error {
	into := &expected.Schedule
	for _, record := range read.courses {
		core, known := coreSubjects[codeValue(record.Subject)]
		if !known {
			return fmt.Errorf("course %s: unknown subject %q", record.Code, record.Subject)
		}
		into.Courses = append(into.Courses, Course{Code: record.Code, Title: record.Title, Core: core})
	}
	for _, record := range read.sessions {
		into.Terms = append(into.Terms, Term{
			School: record.School, Year: record.Year, Name: record.Name, Begin: record.Begin, End: record.End,
		})
	}
	for _, record := range read.periods {
		into.Terms = append(into.Terms, Term{
			School: record.School, Year: record.Year, Name: codeValue(record.Descriptor), GradingPeriod: true,
			Begin: record.Begin, End: record.End,
		})
	}
	if err := addSections(read, into); err != nil {
		return err
	}
	into.Courses, into.Terms = distinct(into.Courses), distinct(into.Terms)
	into.Seats = len(read.seats)
	return addSupports(read, into)
}

func addSections(read *interchange, into *Schedule) error {
	courses := map[offeringIdentity]string{}
	for _, record := range read.offerings {
		courses[record.offeringIdentity] = record.Course
	}
	for _, record := range read.sections {
		course, known := courses[record.Offering]
		if !known {
			return fmt.Errorf("section %s: its course is not offered", record.Identifier)
		}
		into.Sections = append(into.Sections, Section{SectionName: record.name(), Course: course})
	}
	for _, record := range read.teachers {
		into.Teachers = append(into.Teachers, Teacher{
			SectionName: record.Section.name(), Staff: record.Staff, Begin: record.Begin, End: record.End,
		})
	}
	into.Sections, into.Teachers = distinct(into.Sections), distinct(into.Teachers)
	if len(into.Sections) != len(read.sections) {
		return fmt.Errorf("%d sections, of which %d differ", len(read.sections), len(into.Sections))
	}
	return nil
}

func (record sectionRecord) name() SectionName {
	return SectionName{
		School: record.Offering.School, Year: record.Offering.Year, Identifier: record.Identifier,
		LocalCode: record.Offering.LocalCode, Session: record.Offering.Session,
	}
}

func addSupports(read *interchange, into *Schedule) error {
	type name struct{ organization, code string }
	given := map[name]interventionRecord{}
	for _, record := range read.prescriptions {
		into.Prescriptions = append(into.Prescriptions, record.Organization+" "+record.Code)
	}
	for _, record := range read.interventions {
		given[name{record.Organization, record.Code}] = record
	}
	for _, record := range read.participants {
		intervention, known := given[name{record.Intervention.Organization, record.Intervention.Code}]
		if !known {
			return fmt.Errorf("student %s: unknown intervention %s", record.Student, record.Intervention.Code)
		}
		into.Supports = append(into.Supports, Support{
			Student: record.Student, Organization: intervention.Organization, Intervention: intervention.Code,
			PrescribedBy: intervention.Prescription.Organization, Prescription: intervention.Prescription.Code,
			Begin: intervention.Begin, End: intervention.End, Minutes: record.Dosage,
		})
	}
	into.Prescriptions, into.Supports = distinct(into.Prescriptions), distinct(into.Supports)
	return nil
}
