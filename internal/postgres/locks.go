package postgres

// ImportLock is SQL for the key of the advisory lock that keeps imports of one
// district from each other, and from whatever must not run beside one. district is
// SQL for the district's id.
func ImportLock(district string) string {
	return "hashtextextended('import ' || " + district + "::text, 0)"
}
