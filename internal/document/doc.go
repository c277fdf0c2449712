// Package document reads GraphQL documents and says what they would cost, before
// anything of them is run: limits on what was written, the rules of the language,
// and the most that an operation can ask for. It knows no database and no HTTP, and
// its work is bounded by the length of the document, whatever stands in it.
package document
