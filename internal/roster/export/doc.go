// Package export reads a district out of the database for others: its roster as
// OneRoster. What leaves is a disclosure, so whoever asks says how it is written down,
// in the transaction that reads: no record, no disclosure.
package export
