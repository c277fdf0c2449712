package postgres

// KeptStatements is how many prepared statements a connection keeps.
const KeptStatements = keptStatements

// WriteOut is what becomes of arguments that are written into a message.
var WriteOut = writeOut
