package postgres

// KeptStatements is how many prepared statements a connection keeps.
const KeptStatements = keptStatements
