// Package load puts what a reader of an export found into the database: staged
// with COPY, checked, merged in one transaction, and recomputed. Rows that cannot
// be trusted go to quarantine with what is wrong and what to do; the rest is
// loaded. A second load of the same export changes nothing.
//
// Each kind of row is one entry of a table: how it is staged, how its references
// are resolved, which checks it must pass, and where it is merged.
package load
