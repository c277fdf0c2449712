// Package job does what a server does for its districts by itself: each night it works
// out every district's figures, levels and flags anew.
//
// A job is a row of the district's table job. Whoever takes one marks it RUNNING, and
// holds its row's lock in the transaction that does the work: of several servers one
// gets it, and one that says RUNNING and is not locked was left by a server that died,
// and is taken again.
package job
