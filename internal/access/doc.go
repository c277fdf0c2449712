// Package access decides who may see what. It is pure: principals, roles, data
// classes and dates go in, and what a reader may see of which students comes
// out. It knows no database, no GraphQL and no clock, and imports the standard
// library alone, so that the whole rule can be read in one place.
package access
