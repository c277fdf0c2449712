// Package postgres is the one way to the database: a pool whose connections keep
// their prepared statements and take on the scope of each transaction, the SQL
// migrations that are the truth of the schema, and the list of tables with the
// scope each belongs to.
package postgres
