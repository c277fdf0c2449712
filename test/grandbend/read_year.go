package grandbend

import "encoding/xml"

// year holds the records of what happens in a school year, beside attendance.
type year struct {
	incidents     []incidentRecord
	behaviors     []involvedRecord
	others        []involvedRecord
	actions       []actionRecord
	courses       []courseRecord
	sessions      []sessionRecord
	periods       []periodRecord
	offerings     []offeringRecord
	sections      []sectionRecord
	teachers      []teacherRecord
	seats         []seatRecord
	interventions []interventionRecord
	prescriptions []prescriptionRecord
	participants  []participantRecord
}

type incidentRecord struct {
	ID        string   `xml:"id,attr"`
	Code      string   `xml:"IncidentIdentifier"`
	School    string   `xml:"SchoolReference>SchoolIdentity>SchoolId"`
	Date      string   `xml:"IncidentDate"`
	Behaviors []string `xml:"Behavior>Behavior"`
	Location  string   `xml:"IncidentLocation"`
}

type incidentReference struct {
	Ref    string `xml:"ref,attr"`
	Code   string `xml:"DisciplineIncidentIdentity>IncidentIdentifier"`
	School string `xml:"DisciplineIncidentIdentity>SchoolReference>SchoolIdentity>SchoolId"`
}

type involvedRecord struct {
	ID       string            `xml:"id,attr"`
	Student  string            `xml:"StudentReference>StudentIdentity>StudentUniqueId"`
	Incident incidentReference `xml:"DisciplineIncidentReference"`
	Behavior string            `xml:"Behavior"`
	Parts    []string          `xml:"DisciplineIncidentParticipationCode"`
}

type actionRecord struct {
	Student  string   `xml:"StudentReference>StudentIdentity>StudentUniqueId"`
	School   string   `xml:"ResponsibilitySchoolReference>SchoolIdentity>SchoolId"`
	Code     string   `xml:"DisciplineActionIdentifier"`
	Date     string   `xml:"DisciplineDate"`
	Kinds    []string `xml:"Discipline"`
	Planned  string   `xml:"DisciplineActionLength"`
	Actual   string   `xml:"ActualDisciplineActionLength"`
	Answered []struct {
		Ref      string            `xml:"ref,attr"`
		Incident incidentReference `xml:"StudentDisciplineIncidentBehaviorAssociationIdentity>DisciplineIncidentReference"`
	} `xml:"StudentDisciplineIncidentBehaviorAssociationReference"`
}

type courseRecord struct {
	Code    string `xml:"CourseCode"`
	Title   string `xml:"CourseTitle"`
	Subject string `xml:"AcademicSubject"`
}

type sessionRecord struct {
	Name   string `xml:"SessionName"`
	School string `xml:"SchoolReference>SchoolIdentity>SchoolId"`
	Year   string `xml:"SchoolYear"`
	Begin  string `xml:"BeginDate"`
	End    string `xml:"EndDate"`
}

type periodRecord struct {
	Descriptor string `xml:"GradingPeriod"`
	School     string `xml:"SchoolReference>SchoolIdentity>SchoolId"`
	Year       string `xml:"SchoolYear"`
	Begin      string `xml:"BeginDate"`
	End        string `xml:"EndDate"`
}

type offeringIdentity struct {
	LocalCode string `xml:"LocalCourseCode"`
	School    string `xml:"SchoolReference>SchoolIdentity>SchoolId"`
	Session   string `xml:"SessionReference>SessionIdentity>SessionName"`
	Year      string `xml:"SessionReference>SessionIdentity>SchoolYear"`
}

type offeringRecord struct {
	offeringIdentity

	Course string `xml:"CourseReference>CourseIdentity>CourseCode"`
}

type sectionRecord struct {
	Identifier string           `xml:"SectionIdentifier"`
	Offering   offeringIdentity `xml:"CourseOfferingReference>CourseOfferingIdentity"`
}

type teacherRecord struct {
	Staff   string        `xml:"StaffReference>StaffIdentity>StaffUniqueId"`
	Section sectionRecord `xml:"SectionReference>SectionIdentity"`
	Begin   string        `xml:"BeginDate"`
	End     string        `xml:"EndDate"`
}

type seatRecord struct {
	Student string        `xml:"StudentReference>StudentIdentity>StudentUniqueId"`
	Section sectionRecord `xml:"SectionReference>SectionIdentity"`
}

type organizationCode struct {
	Organization string `xml:"EducationOrganizationReference>EducationOrganizationIdentity>EducationOrganizationId"`
}

type prescriptionRecord struct {
	organizationCode

	Code      string `xml:"InterventionPrescriptionIdentificationCode"`
	Diagnosis string `xml:"Diagnosis"`
}

type interventionRecord struct {
	organizationCode

	Code         string             `xml:"InterventionIdentificationCode"`
	Prescription prescriptionRecord `xml:"InterventionPrescriptionReference>InterventionPrescriptionIdentity"`
	Diagnosis    string             `xml:"Diagnosis"`
	Begin        string             `xml:"BeginDate"`
	End          string             `xml:"EndDate"`
}

type participantRecord struct {
	Student      string `xml:"StudentReference>StudentIdentity>StudentUniqueId"`
	Intervention struct {
		organizationCode

		Code string `xml:"InterventionIdentificationCode"`
	} `xml:"InterventionReference>InterventionIdentity"`
	Dosage string `xml:"Dosage"`
}

// take gives a function that appends an element to one of the lists.
func take[Record any](list func(*year) *[]Record) func(*year, *xml.Decoder, xml.StartElement) error {
	return func(into *year, decoder *xml.Decoder, start xml.StartElement) error {
		return appendRecord(decoder, start, list(into))
	}
}

// yearRecords says which elements are kept where.
var yearRecords = map[string]func(*year, *xml.Decoder, xml.StartElement) error{
	"Course":                         take(func(y *year) *[]courseRecord { return &y.courses }),
	"CourseOffering":                 take(func(y *year) *[]offeringRecord { return &y.offerings }),
	"DisciplineAction":               take(func(y *year) *[]actionRecord { return &y.actions }),
	"DisciplineIncident":             take(func(y *year) *[]incidentRecord { return &y.incidents }),
	"GradingPeriod":                  take(func(y *year) *[]periodRecord { return &y.periods }),
	"Intervention":                   take(func(y *year) *[]interventionRecord { return &y.interventions }),
	"InterventionPrescription":       take(func(y *year) *[]prescriptionRecord { return &y.prescriptions }),
	"Section":                        take(func(y *year) *[]sectionRecord { return &y.sections }),
	"Session":                        take(func(y *year) *[]sessionRecord { return &y.sessions }),
	"StaffSectionAssociation":        take(func(y *year) *[]teacherRecord { return &y.teachers }),
	"StudentInterventionAssociation": take(func(y *year) *[]participantRecord { return &y.participants }),
	"StudentSectionAssociation":      take(func(y *year) *[]seatRecord { return &y.seats }),

	"StudentDisciplineIncidentBehaviorAssociation":    take(func(y *year) *[]involvedRecord { return &y.behaviors }),
	"StudentDisciplineIncidentNonOffenderAssociation": take(func(y *year) *[]involvedRecord { return &y.others }),
}
