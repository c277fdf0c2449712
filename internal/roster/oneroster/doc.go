// Package oneroster reads OneRoster CSV, versions 1.1 and 1.2, bulk and delta, into
// the rows of package roster, and writes rows as OneRoster 1.2 bulk.
//
// # Whose code
//
// A student, a member of staff, a contact and an organization are known by the
// identifier that their row gives, which is the district's own number and what other
// sources of the same district use; without one by the sourcedId. So a district that
// loaded Ed-Fi can load OneRoster, and one whose roster system gave everybody new
// sourcedIds finds them again. Where two rows of one identifier say different things,
// both reach the load, which keeps both back. What a reference by sourcedId stands for
// must then stand in the same set of files; a delta that leaves the users out to whom
// it refers is rejected row by row. A district that sends such deltas loads everything,
// from its first import on, by CodesOfSourcedIDs. Courses, classes and sessions are
// known by their sourcedId: course and class codes are written for people.
//
// # Days
//
// The end dates of OneRoster are the first days that do not belong any more; the rows
// hold the last days that do. A student's membership of a school begins on the role's
// beginDate, else with the student's first class in that school, else with the school
// year; one that began in an earlier year begins with the present one, which has an
// enrollment of its own.
//
// # What is held in memory
//
// Files are streamed. Held are: of each user the sourcedId, the code, the roles and a
// grade; of each student and school the first day of a class; of each class the school,
// the year and the first day; organizations and sessions; and of the lineItems those
// that are marks of a grading period or course, not the assignments. Of 200,000 students
// with two contacts each that was 78 MiB (TestMemory holds it to some 500 bytes a
// student).
//
// # What is passed over
//
// userProfiles (accounts and passwords of other systems), resources and what ties them
// to classes, courses and users, learning objectives, score scales, and results of
// assignments: the model has no place for these. Columns named metadata.* are an
// exporter's own and are ignored; so are sms, phone and email of students, passwords,
// pronouns, places of birth, and whether an account is enabled.
package oneroster
