// Package ledger keeps the records of access: who was shown what (the access log),
// what was changed (the audit log, whose lines the changes write themselves), what
// left the district (the disclosures), and the chain of seals over them, by which a
// line that was edited, deleted, moved or put in is found.
//
// The access log is written in batches each second and sealed with them. The lines
// of the others are sealed within about a second of their commit, by whichever
// server comes first, so that who writes them waits for nobody. Both add to one chain
// a district, under a lock of that chain alone.
package ledger
