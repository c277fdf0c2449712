// Package record gives the student record as a reader may see it. Every read of a
// student-bearing type goes through its one loader a type, which takes the reader,
// the filter or ids, and what was selected, and gives objects with the data
// classes applied: a denied column is NULL from the database, or not selected at
// all, and is noted as redacted.
package record
