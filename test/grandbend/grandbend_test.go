package grandbend

import (
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
)

func countSmall(t *testing.T) *Expected {
	t.Helper()
	expected, err := Count(filepath.Join("testdata", "small"))
	if err != nil {
		t.Fatal(err)
	}
	return expected
}

func TestSmallStudents(t *testing.T) {
	t.Parallel()
	const day = wholeDay
	want := map[string]Figures{
		// 0.75 excused and 0.5 unexcused make one unexcused day; 0.25 excused and a part of 0.3333 are excused.
		"two": {EnrolledDays: 100, Absent: 15833, Excused: 5833, Unexcused: day, Measured: true, Risk: OnTrack},
		// Parts of 0.25 excused, 0.5 unexcused, 0.125 for no known reason, and one that does not say how long.
		"partial": {EnrolledDays: 100, Absent: 8750, Excused: 2500, Unexcused: 6250, Measured: true, Risk: OnTrack},
		// Two tardies on one day, one on the next, one on a Sunday; a last day of 0.9999 ends the streak.
		"tardy": {EnrolledDays: 100, Absent: 19999, Excused: 19999, Tardies: 2, Measured: true, Risk: OnTrack},
		// The last two days are absences, the exit date included; the day after it is not counted.
		"exit": {
			EnrolledDays: 40, Absent: 3 * day, Excused: 2 * day, Unexcused: day, Streak: 2,
			Measured: true, Risk: EarlyWarning,
		},
		"ten":    {EnrolledDays: 100, Absent: 10 * day, Excused: 10 * day, Measured: true, Chronic: true, Risk: AtRisk},
		"nearly": {EnrolledDays: 100, Absent: 99960, Unexcused: 99960, Measured: true, Risk: EarlyWarning},
		"short":  {EnrolledDays: 19, Absent: 10 * day, Unexcused: 10 * day, Risk: NotMeasured},
		"twenty": {EnrolledDays: 20, Absent: 15000, Excused: 15000, Measured: true, Risk: EarlyWarning},
		// Half a day in each of two schools on one date; the distinct days are those of the longer calendar.
		"mover": {
			EnrolledDays: 100, Absent: 27500, Excused: day, Unexcused: 17500, Tardies: 1, Measured: true, Risk: OnTrack,
		},
		"specific":  {EnrolledDays: 2, Absent: day, Excused: day, Streak: 1, Risk: NotMeasured},
		"suspended": {EnrolledDays: 100, Absent: day, Suspended: day, Measured: true, Risk: OnTrack},
	}
	expected := countSmall(t)
	if len(expected.Students) != len(want) {
		t.Errorf("%d students, want %d", len(expected.Students), len(want))
	}
	for id, figures := range want {
		if got := expected.Students[id].Figures; got != figures {
			t.Errorf("%s:\n got %+v\nwant %+v", id, got, figures)
		}
	}
}

func TestSmallSchoolGrain(t *testing.T) {
	t.Parallel()
	expected := countSmall(t)
	want := map[string]Figures{
		"10": {EnrolledDays: 100, Absent: 5000, Excused: 5000, Tardies: 1, Measured: true, Risk: OnTrack},
		"20": {
			EnrolledDays: 29, Absent: 22500, Excused: 5000, Unexcused: 17500, Tardies: 1, Streak: 1,
			Measured: true, Risk: EarlyWarning,
		},
	}
	if got := expected.Students["mover"].BySchool; !maps.Equal(got, want) {
		t.Errorf("mover by school: got %+v, want %+v", got, want)
	}
	wantSchools := map[string]*School{
		"10": {
			Code: "10", Name: "Hill School", Level: "HIGH", GradeLevels: []string{"NINTH", "TENTH"},
			Students: 10, EnrolledDays: 779, Absent: 404542, StudentsMeasured: 9, Chronic: 1, EarlyWarning: 3,
		},
		"20": {
			Code: "20", Name: "Lake School", Level: "OTHER", GradeLevels: []string{"NINTH"},
			Students: 2, EnrolledDays: 31, Absent: 32500, StudentsMeasured: 1, EarlyWarning: 1,
		},
	}
	for code, school := range wantSchools {
		if got := expected.Schools[code]; !reflect.DeepEqual(got, school) {
			t.Errorf("school:\n got %+v\nwant %+v", got, school)
		}
	}
}

func TestSmallQuarantine(t *testing.T) {
	t.Parallel()
	type row struct {
		line    int
		student string
		date    string
		reason  Reason
	}
	want := []row{
		{10, "partial", "2021-08-26", PartialWithoutDuration},
		{14, "tardy", "2021-08-29", NotInstructionalDay},
		{15, "tardy", "2022-01-10", NotInstructionalDay},
		{16, "tardy", "2021-08-25", UnknownCategory},
		{22, "exit", "2021-10-18", OutsideEnrollment},
		{61, "mover", "2021-08-23", OutsideEnrollment},
		{63, "specific", "2021-08-25", NotInstructionalDay},
		{69, "nobody", "2021-08-23", OutsideEnrollment},
	}
	got := []row{}
	for _, event := range countSmall(t).Quarantined {
		got = append(got, row{event.Line, event.StudentUniqueID, event.Date, event.Reason})
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestSmallPeople(t *testing.T) {
	t.Parallel()
	expected := countSmall(t)
	student := expected.Students["two"]
	yes := true
	wantContacts := []Contact{
		{Relation: "Mother", PersonCode: "1", FirstName: "Ann", LastName: "Kin", LivesWith: &yes, Channels: 4},
		{Relation: "Father", PersonCode: "2", FirstName: "Bob", LastName: "Kin", Channels: 1},
	}
	if !reflect.DeepEqual(student.Contacts, wantContacts) {
		t.Errorf("contacts: got %+v, want %+v", student.Contacts, wantContacts)
	}
	wantKinds := []Characteristic{
		{"ENGLISH_LEARNER", "2021-09-01", "2021-10-01"},
		{"ENGLISH_LEARNER", "2021-10-02", ""},
	}
	if !slices.Equal(student.Characteristics, wantKinds) {
		t.Errorf("characteristics: got %v, want %v", student.Characteristics, wantKinds)
	}
	if student.PreferredFirstName != "Duo" || student.PreferredLastName != "Evans" || student.GradeLevel != "NINTH" {
		t.Errorf("student: got %+v", student)
	}
	if !slices.Equal(expected.StaffCodes, []string{"71", "72"}) {
		t.Errorf("staff: got %v", expected.StaffCodes)
	}
	totals := expected.Totals
	if totals.ContactLinks != 3 || totals.ContactPeople != 2 || totals.Channels != 5 || expected.ContactPeople != 3 {
		t.Errorf("contact totals: got %+v", totals)
	}
}

func TestTenThousandths(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{"1": 10000, "0.996": 9960, ".5": 5000, "1.00000": 10000, "0.33": 3300} {
		if got, err := tenThousandths(text); err != nil || got != want {
			t.Errorf("%q: got %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"-1", "half", "0.33333", "1e2", "", "."} {
		if got, err := tenThousandths(text); err == nil {
			t.Errorf("%q: got %d, want an error", text, got)
		}
	}
}

func TestCountRefusesAnEmptyFolder(t *testing.T) {
	t.Parallel()
	if _, err := Count(t.TempDir()); err == nil {
		t.Error("want an error")
	}
}

func countReal(t *testing.T) *Expected {
	t.Helper()
	folder, found := Folder()
	if !found {
		t.Skipf("the Grand Bend sample is not in %s", folder)
	}
	expected, err := Count(folder)
	if err != nil {
		t.Fatal(err)
	}
	return expected
}

// TestGrandBendTotals holds the totals that a second script, of another make, found in the same files.
func TestGrandBendTotals(t *testing.T) {
	t.Parallel()
	expected := countReal(t)
	want := Totals{
		Students: 960, EnrolledDays: 162240, Measured: 960, Chronic: 44,
		Figures:      AbsenceTotals{Absent: 18500000, Excused: 10770000, Unexcused: 7730000, Tardies: 63},
		ByRisk:       map[RiskLevel]int{AtRisk: 44, EarlyWarning: 52, OnTrack: 864},
		Quarantined:  map[Reason]int{PartialWithoutDuration: 1, NotInstructionalDay: 3},
		ContactLinks: 1872, ContactPeople: 1872, Channels: 4185,
		Characteristics: map[string]int{
			"ECONOMIC_DISADVANTAGE": 82, "ENGLISH_LEARNER": 78, "HOMELESS": 11,
			"MIGRANT": 275, "SECTION_504": 3, "SPECIAL_EDUCATION": 97,
		},
	}
	t.Logf("known through %s, totals %+v", expected.KnownThrough, expected.Totals)
	if !reflect.DeepEqual(expected.Totals, want) {
		t.Errorf("totals:\n got %+v\nwant %+v", expected.Totals, want)
	}
	if expected.KnownThrough != "2022-05-27" || len(expected.StaffCodes) != 68 || expected.ContactPeople != 1873 {
		t.Errorf("known through %s, %d staff, %d people",
			expected.KnownThrough, len(expected.StaffCodes), expected.ContactPeople)
	}
}

func TestGrandBendSchools(t *testing.T) {
	t.Parallel()
	want := []School{
		{
			Code: "255901001", Name: "Grand Bend High School", Level: "HIGH",
			GradeLevels: []string{"NINTH", "TENTH", "ELEVENTH", "TWELFTH"},
			Students:    321, EnrolledDays: 54249, Absent: 6190000, StudentsMeasured: 321, Chronic: 15, EarlyWarning: 17,
		},
		{
			Code: "255901044", Name: "Grand Bend Middle School", Level: "MIDDLE",
			GradeLevels: []string{"SIXTH", "SEVENTH", "EIGHTH"},
			Students:    239, EnrolledDays: 40391, Absent: 4660000, StudentsMeasured: 239, Chronic: 12, EarlyWarning: 12,
		},
		{
			Code: "255901107", Name: "Grand Bend Elementary School", Level: "ELEMENTARY",
			GradeLevels: []string{"FIRST", "SECOND", "THIRD", "FOURTH", "FIFTH"},
			Students:    400, EnrolledDays: 67600, Absent: 7650000, StudentsMeasured: 400, Chronic: 17, EarlyWarning: 23,
		},
	}
	expected := countReal(t)
	if len(expected.Schools) != len(want) {
		t.Errorf("%d schools, want %d", len(expected.Schools), len(want))
	}
	for _, school := range want {
		t.Logf("%+v", *expected.Schools[school.Code])
		if got := *expected.Schools[school.Code]; !reflect.DeepEqual(got, school) {
			t.Errorf("school:\n got %+v\nwant %+v", got, school)
		}
	}
}

func TestGrandBendStudents(t *testing.T) {
	t.Parallel()
	expected := countReal(t)
	for _, event := range expected.Quarantined {
		t.Logf("quarantined: %+v", event)
	}
	const day = wholeDay
	want := map[string]Figures{
		"605253": {
			EnrolledDays: 169, Absent: 19 * day, Excused: 19 * day, Streak: 1, Measured: true, Chronic: true, Risk: AtRisk,
		},
		"605007": {
			EnrolledDays: 169, Absent: 18 * day, Excused: 3 * day, Unexcused: 15 * day,
			Measured: true, Chronic: true, Risk: AtRisk,
		},
	}
	for id, figures := range want {
		if got := expected.Students[id].Figures; got != figures {
			t.Errorf("%s:\n got %+v\nwant %+v", id, got, figures)
		}
	}
	streaks := []string{}
	for id, student := range expected.Students {
		if student.Absent != student.Excused+student.Unexcused+student.Suspended {
			t.Errorf("%s: the parts do not add up: %+v", id, student.Figures)
		}
		if student.Streak > 0 {
			streaks = append(streaks, id)
		}
	}
	slices.Sort(streaks)
	wantStreaks := []string{"604888", "605006", "605079", "605206", "605243", "605253", "605330"}
	if !slices.Equal(streaks, wantStreaks) {
		t.Errorf("streaks: got %v, want %v", streaks, wantStreaks)
	}
}
