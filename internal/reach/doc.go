// Package reach turns what a reader may see into predicates and class masks in
// SQL. It is the one reach builder: ent's row policy and every hand-written read
// of a tenant's tables go through it, and a raw statement cannot be run without.
package reach
