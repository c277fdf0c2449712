// Package casework is the work with students: who is responsible for them, and
// every contact made or tried. Each change is one transaction with its line in the
// audit log, reaches only students of whom the reader may write the class, and can
// be sent twice under one key without being done twice.
package casework
