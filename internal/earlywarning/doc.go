// Package earlywarning works out who is falling off track and says why:
// indicators, thresholds, flags and their reasons. Each rule is one pure
// function over a batch of students' records, which a property test holds equal to
// a naive model of the pages. All arithmetic is on integers.
package earlywarning
