// Package casework is what staff change: contacts made, advocates, notes, who is granted
// what, roles, records of one student merged, and rows that imports kept back. Each change
// is one transaction with its line in the audit log, and reaches only students of whom the
// reader may write what it is about; a contact, a note, a merge and a replay can be sent
// twice under one key without being done twice. A preview as a colleague begins here too,
// since it is written down.
package casework
