package oneroster

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// index is what is held of an export while its files are read.
type index struct {
	orgs     map[string]*org
	schools  []*org
	sessions map[string]session
	classes  map[string]class
	numbers  map[string]int32 // of users, by sourcedId
	users    []user
	firsts   map[stay]int32 // the first day of a class, in days since 1970
	seats    map[int16]int  // students' places in classes, by school year
	marks    map[string]string
	items    map[string]lineItem
}

func newIndex() *index {
	return &index{
		orgs: map[string]*org{}, sessions: map[string]session{}, classes: map[string]class{}, numbers: map[string]int32{},
		firsts: map[stay]int32{}, seats: map[int16]int{}, marks: map[string]string{}, items: map[string]lineItem{},
	}
}

// user is what is held of a user.
type user struct {
	code    string
	roles   role
	grade   uint8 // a place in roster.Grades(), from 1 on; 0: not said; unknownGrade
	twice   bool  // the sourcedId stands for two persons
	stated  bool  // something says a role, known or not
	schools bool  // something says a school of which they are a student
}

const unknownGrade = 255

// stay is a student in a school in a year.
type stay struct {
	user   int32
	school int32
	year   int16
}

// class is what is held of a class.
type class struct {
	school int32 // a place in index.schools; noSchool
	year   int16
	begins int32 // days since 1970
}

const (
	noSchool = -1
	seconds  = 24 * 60 * 60 // of a day
)

func dayNumber(day time.Time) int32 { return int32(day.Unix() / seconds) } //nolint:gosec // days between 1900 and 2100

func dayOf(number int32) time.Time { return time.Unix(int64(number)*seconds, 0).UTC() }

// index looks through users, roles and enrollments, for what is to be known of users
// before the first row of them is put.
func (r *reader) index(ctx context.Context) error {
	for _, one := range []struct {
		file string
		note func(*record)
	}{{usersFile, r.noteUser}, {rolesFile, r.noteRole}, {enrollmentsFile, r.noteSeat}} {
		err := r.rows(ctx, one.file, true, func(_ context.Context, row *record) error {
			one.note(row)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return r.chooseYear(ctx)
}

func (r *reader) noteUser(row *record) {
	id := row.text("sourcedId")
	if id == "" {
		return
	}
	u := user{code: r.codeOf(row), grade: gradeOf(row.list("grades"))}
	if number, there := r.known.numbers[id]; there {
		r.known.users[number].twice = r.known.users[number].twice || r.known.users[number].code != u.code
		return
	}
	id = strings.Clone(id)
	if u.code == id {
		u.code = id
	} else {
		u.code = strings.Clone(u.code)
	}
	if !r.set.has(rolesFile) {
		u.roles, u.stated = roles[plain(row.text("role"))], row.text("role") != ""
		u.schools = slices.ContainsFunc(row.list("orgSourcedIds"), r.mayBeSchool)
	}
	r.known.numbers[id] = int32(len(r.known.users)) //nolint:gosec // a file of two thousand million users is none
	r.known.users = append(r.known.users, u)
}

// codeOf gives what a user or an organization is known by.
func (r *reader) codeOf(row *record) string {
	if identifier := row.text("identifier"); identifier != "" && r.options.Codes != CodesOfSourcedIDs {
		return identifier
	}
	return row.text("sourcedId")
}

func gradeOf(words []string) uint8 {
	if len(words) == 0 {
		return 0
	}
	level, known := gradeLevels[strings.ToLower(words[0])]
	if !known {
		return unknownGrade
	}
	return uint8(slices.Index(roster.Grades(), level) + 1) //nolint:gosec // there are seventeen
}

func (r *reader) noteRole(row *record) {
	number, there := r.known.numbers[row.text("userSourcedId")]
	if !there {
		return
	}
	u := &r.known.users[number]
	is := roles[plain(row.text("role"))]
	u.roles |= is
	u.stated = true
	u.schools = u.schools || is == student && r.mayBeSchool(row.text("orgSourcedId"))
}

// noteSeat notes where and since when a student is in classes, and what role a user
// has of whom nothing else says one.
func (r *reader) noteSeat(row *record) {
	number, there := r.known.numbers[row.text("userSourcedId")]
	if !there {
		return
	}
	is := roles[plain(row.text("role"))]
	if u := &r.known.users[number]; !u.stated {
		u.roles |= is
	}
	class, there := r.known.classes[row.text("classSourcedId")]
	if is != student || !there || row.gone() {
		return
	}
	r.known.seats[class.year]++
	begins := class.begins
	if day := row.date("beginDate"); !day.IsZero() {
		begins = dayNumber(day)
	}
	if class.school == noSchool {
		return
	}
	at := stay{user: number, school: class.school, year: class.year}
	if first, known := r.known.firsts[at]; !known || begins < first {
		r.known.firsts[at] = begins
	}
}

// chooseYear finds out which school year the export is of: the one of most places in
// classes, since next year's timetable may stand beside this year's; without any, the
// latest of the sessions.
func (r *reader) chooseYear(ctx context.Context) error {
	years := map[int]int{}
	for _, session := range r.known.sessions {
		years[session.year] += 0
	}
	for year, seats := range r.known.seats {
		years[int(year)] += seats
	}
	for _, year := range slices.Sorted(maps.Keys(years)) {
		if r.year == 0 || years[year] >= years[r.year] {
			r.year = year
		}
	}
	r.begins = r.bound(func(a, b session) bool { return a.begins.Before(b.begins) }).begins
	r.ends = r.bound(func(a, b session) bool { return a.ends.After(b.ends) }).ends
	if len(years) < 2 {
		return nil
	}
	return r.sink.Tolerate(ctx, roster.Issue{
		Origin: roster.Origin{File: r.set.names[sessionsFile]}, Kind: "Term", Field: "schoolYear",
		Problem: "is not the same for all sessions: memberships without a date were taken for the year of most classes' places",
		Hint:    "nothing, if the export holds several years on purpose",
	})
}

// bound gives the session of the export's school year that goes furthest; where there
// are any, a session of the type schoolYear.
func (r *reader) bound(further func(a, b session) bool) session {
	var found session
	for _, id := range slices.Sorted(maps.Keys(r.known.sessions)) {
		s := r.known.sessions[id]
		if s.year != r.year {
			continue
		}
		whole, better := s.kind == roster.TermYear, found.kind == roster.TermYear
		if found.year == 0 || whole && !better || whole == better && further(s, found) {
			found = s
		}
	}
	return found
}

// lookUp finds the user whom a column names.
func (r *record) lookUp(column string) (user, int32, bool) {
	id := r.required(column)
	if id == "" {
		return user{}, 0, false
	}
	number, there := r.known.numbers[id]
	switch {
	case there && r.known.users[number].twice:
		r.reject(column, id, "names a sourcedId that stands for two persons", "give each person a sourcedId of their own at the source")
		return user{}, 0, false
	case there:
		return r.known.users[number], number, true
	case r.options.Codes == CodesOfSourcedIDs:
		return user{code: strings.Clone(id)}, noUser, true
	}
	r.reject(column, id, "names a user who is not in users.csv", "export the user too, or load the district by sourcedIds from the first import on")
	return user{}, 0, false
}

const noUser = -1
