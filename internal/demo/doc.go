// Package demo makes up school districts that look real, and loads them: people,
// schools, calendars, enrollments, attendance, and the work with students. No row
// is about a real person.
//
// What it makes depends on Options alone: the same seed, day and sizes give the
// same rows, ids and times included. These rows, in the order in which Print
// writes them as COPY text, are the demo; Load streams the same rows into the
// database. What the database works out of them is not among them: figures,
// levels and flags come from earlywarning's recompute, which gives its rows ids of
// gen_random_uuid() and its history the moment of the load. Compare those tables
// without id, risk_flag_id and recorded_at.
//
// The rows are made a district at a time and handed on in batches of students, so
// that memory is bounded whatever the size of a district.
package demo
