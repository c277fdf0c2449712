// Package doctor says what is wrong with an installation and how to mend it: its
// settings and files, the PostgreSQL server, the schema, the walls around each
// district, the issuers of tokens, and what stands still in a district.
//
// It looks and changes nothing: it neither makes a data directory nor migrates,
// and reads by READ ONLY transactions. It reads no student's row; of a student's
// table it asks whether a row is seen where none may be. What it says holds no
// password, no URL but an issuer's, which is public, and no value of a row.
package doctor
