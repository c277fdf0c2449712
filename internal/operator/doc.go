// Package operator is what the platform's operator does: regions, districts and
// agencies, and the principals that a district cannot make for itself. An operator
// sees no student: every change is one function of the database that runs without a
// scope, refuses whoever is no operator, and writes its line of the audit log.
//
// Each object has a code that is unique where it belongs, so that a change that is
// sent twice makes nothing twice: the second gets a CONFLICT and the object that
// stands.
package operator
