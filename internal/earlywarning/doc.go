// Package earlywarning works out who is falling off track and says why:
// indicators, thresholds, flags and their reasons. Each rule is one pure
// function; whole districts are recomputed by set-based SQL that a property test
// holds equal to it. All arithmetic is on integers.
package earlywarning
