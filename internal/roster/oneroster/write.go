package oneroster

import (
	"encoding/csv"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// The rows of an export. IDs are sourcedIds, without a comma in them; a member whose
// name says Ends is a last day, as everywhere but in OneRoster.

// Org is an organization: of the kind state, local, district or school.
type Org struct {
	ID, Name, Kind, Identifier, ParentID string
}

// Session is an academic session.
type Session struct {
	ID, Title string
	Kind      string // one of roster's Term constants
	Begins    time.Time
	Ends      time.Time
	ParentID  string
	Year      int
}

// Course is a course.
type Course struct {
	ID, Title, CoreSubject, OrgID string
}

// Class is a course as it is held in a school.
type Class struct {
	ID, Title, CourseID, SchoolID, SessionID string
}

// User is a student, a member of staff or a contact.
type User struct {
	ID, Identifier, Login, StateCode         string
	FirstName, MiddleName, LastName          string
	PreferredFirstName, PreferredLastName    string
	Email, Phone, Mobile, GradeLevel, School string
	AgentIDs                                 []string
}

// Role is what a user is in an organization.
type Role struct {
	ID, UserID string
	Role       string // the specification's word
	OrgID      string
	Begins     time.Time
	Ends       time.Time
}

// Place is a student's or a teacher's place in a class.
type Place struct {
	ID, ClassID, SchoolID, UserID string
	Teaches                       bool
	Begins                        time.Time
	Ends                          time.Time
}

// Told is what demographics tell of a student.
type Told struct {
	UserID        string
	BirthDate     time.Time
	Sex           string
	RaceEthnicity []string
}

// Writer writes rows as OneRoster 1.2 bulk: a file a kind of row, one after the other,
// and the manifest at the end.
type Writer struct {
	create  func(name string) (io.WriteCloser, error)
	file    string
	content io.WriteCloser
	csv     *csv.Writer
	places  map[string]int // of the file's columns
	written []string
	rows    map[string]int
}

// NewWriter makes a writer of files that are created by their names.
func NewWriter(create func(name string) (io.WriteCloser, error)) *Writer {
	return &Writer{create: create, rows: map[string]int{}}
}

// Rows tells how many rows were written, by file.
func (w *Writer) Rows() map[string]int { return w.rows }

// values are a row's, by column; those that are empty need not be said.
type values map[string]string

// Put writes one of the rows above. Rows of a kind follow one another.
func (w *Writer) Put(row any) error {
	var file string
	var v values
	switch r := row.(type) {
	case Org:
		file, v = orgsFile, values{"sourcedId": r.ID, "name": r.Name, "type": r.Kind, "identifier": r.Identifier, "parentSourcedId": r.ParentID}
	case Session:
		file, v = sessionsFile, r.values()
	case Course:
		subject := subjectsOfCores[r.CoreSubject]
		file, v = coursesFile, values{"sourcedId": r.ID, "title": r.Title, "courseCode": r.ID, "orgSourcedId": r.OrgID, "subjects": subject[0], "subjectCodes": subject[1]}
	case Class:
		file, v = classesFile, values{
			"sourcedId": r.ID, "title": r.Title, "courseSourcedId": r.CourseID, "classCode": r.ID, "classType": "scheduled",
			"schoolSourcedId": r.SchoolID, "termSourcedIds": r.SessionID,
		}
	case User:
		file, v = usersFile, r.values()
	case Role:
		file, v = rolesFile, values{
			"sourcedId": r.ID, "userSourcedId": r.UserID, "roleType": "primary", "role": r.Role, "beginDate": written(r.Begins),
			"endDate": after(r.Ends), "orgSourcedId": r.OrgID,
		}
	case Place:
		file, v = enrollmentsFile, r.values()
	case Told:
		file, v = demographicsFile, r.values()
	default:
		return fmt.Errorf("no file of OneRoster takes a %s", reflect.TypeOf(row).Name())
	}
	return w.put(file, v)
}

func (w *Writer) put(file string, v values) error {
	if file != w.file {
		if err := w.begin(file); err != nil {
			return err
		}
	}
	fields := make([]string, len(w.places))
	for column, value := range v {
		at, there := w.places[column]
		if !there {
			return fmt.Errorf("%s.csv has no column %s", file, column)
		}
		fields[at] = value
	}
	w.rows[file]++
	return w.csv.Write(fields)
}

// begin ends the file before and begins the next.
func (w *Writer) begin(file string) error {
	if err := w.end(); err != nil {
		return err
	}
	if slices.Contains(w.written, file) {
		return fmt.Errorf("%s.csv is written already", file)
	}
	content, err := w.create(file + ".csv")
	if err != nil {
		return fmt.Errorf("make %s.csv: %w", file, err)
	}
	w.file, w.content, w.csv = file, content, csv.NewWriter(content)
	w.written = append(w.written, file)
	columns := slices.DeleteFunc(layouts[file].names(), func(column string) bool { return slices.Contains(formerColumns[file], column) })
	w.places = make(map[string]int, len(columns))
	for i, column := range columns {
		w.places[column] = i
	}
	return w.csv.Write(columns)
}

// end ends the present file.
func (w *Writer) end() error {
	if w.content == nil {
		return nil
	}
	w.csv.Flush()
	err := w.csv.Error()
	if closed := w.content.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("write %s.csv: %w", w.file, err)
	}
	w.content = nil
	return nil
}

// Close writes the manifest and ends the last file. Without it the export is not whole.
func (w *Writer) Close() error {
	bulkOnes := slices.Clone(w.written)
	lines := [][2]string{{"manifest.version", "1.0"}, {"oneroster.version", "1.2"}}
	for _, file := range known() {
		says := absent
		if slices.Contains(bulkOnes, file) {
			says = bulk
		}
		if file != manifestFile {
			lines = append(lines, [2]string{"file." + file, string(says)})
		}
	}
	lines = append(lines, [2]string{"source.systemName", "Holdfast"})
	for _, line := range lines {
		if err := w.put(manifestFile, values{"propertyName": line[0], "value": line[1]}); err != nil {
			return err
		}
	}
	delete(w.rows, manifestFile)
	return w.end()
}

// formerColumns are those that 1.1 has and 1.2 has not.
var formerColumns = map[string][]string{
	usersFile:     {"orgSourcedIds", "role"},
	lineItemsFile: {"gradingPeriodSourcedId"},
}

func (s Session) values() values {
	kinds := map[string]string{
		roster.TermYear: "schoolYear", roster.TermSemester: "semester", roster.TermGradingPeriod: "gradingPeriod",
		roster.TermTerm: "term", roster.TermOther: "term",
	}
	return values{
		"sourcedId": s.ID, "title": s.Title, "type": kinds[s.Kind], "startDate": written(s.Begins), "endDate": after(s.Ends),
		"parentSourcedId": s.ParentID, "schoolYear": strconv.Itoa(s.Year),
	}
}

func (u User) values() values {
	v := values{
		"sourcedId": u.ID, "enabledUser": "true", "username": u.Login, "givenName": u.FirstName, "familyName": u.LastName, "middleName": u.MiddleName,
		"identifier": u.Identifier, "email": u.Email, "sms": u.Mobile, "phone": u.Phone, "agentSourcedIds": strings.Join(u.AgentIDs, ","),
		"grades": codesOfGrades[u.GradeLevel], "preferredGivenName": u.PreferredFirstName, "preferredFamilyName": u.PreferredLastName,
		"primaryOrgSourcedId": u.School,
	}
	if u.StateCode != "" {
		v["userIds"] = "{State:" + u.StateCode + "}"
	}
	return v
}

func (p Place) values() values {
	v := values{
		"sourcedId": p.ID, "classSourcedId": p.ClassID, "schoolSourcedId": p.SchoolID, "userSourcedId": p.UserID, "role": "student",
		"beginDate": written(p.Begins), "endDate": after(p.Ends),
	}
	if p.Teaches {
		v["role"] = "teacher"
	}
	return v
}

// racesOfWords are the columns of races, by what sources call them, plain.
var racesOfWords = map[string]string{
	"americanindianalaskanative": "americanIndianOrAlaskaNative", "americanindianoralaskanative": "americanIndianOrAlaskaNative",
	"asian": "asian", "blackafricanamerican": "blackOrAfricanAmerican", "blackorafricanamerican": "blackOrAfricanAmerican",
	"nativehawaiianpacificislander":         "nativeHawaiianOrOtherPacificIslander",
	"nativehawaiianorotherpacificislander":  "nativeHawaiianOrOtherPacificIslander",
	"nativehawaiianandotherpacificislander": "nativeHawaiianOrOtherPacificIslander",
	"white":                                 "white",
	"twoormoreraces":                        "demographicRaceTwoOrMoreRaces",
	"hispanicorlatino":                      "hispanicOrLatinoEthnicity",
	"hispaniclatino":                        "hispanicOrLatinoEthnicity",
	"hispanicorlatinoethnicity":             "hispanicOrLatinoEthnicity",
}

// values of demographics say false of the races that were not named where any was.
func (d Told) values() values {
	v := values{"sourcedId": d.UserID, "birthDate": written(d.BirthDate)}
	switch sex := strings.ToLower(d.Sex); sex {
	case "", "male", "female":
		v["sex"] = sex
	case "not selected", "unspecified", "unknown":
		v["sex"] = "unspecified"
	default:
		v["sex"] = "other"
	}
	if len(d.RaceEthnicity) == 0 {
		return v
	}
	for _, race := range races {
		v[race.column] = "false"
	}
	for _, word := range d.RaceEthnicity {
		if column := racesOfWords[plain(word)]; column != "" {
			v[column] = "true"
		}
	}
	return v
}

// written gives a day as OneRoster writes it, nothing for the zero time.
func written(day time.Time) string {
	if day.IsZero() {
		return ""
	}
	return day.Format(time.DateOnly)
}

// after gives the day after a last day.
func after(last time.Time) string {
	if last.IsZero() {
		return ""
	}
	return written(last.AddDate(0, 0, 1))
}
