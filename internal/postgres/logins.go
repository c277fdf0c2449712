package postgres

import (
	"fmt"
	"io/fs"
	"strings"
)

// The logins that the embedded server has. A server of the user's own may call
// them what it likes: they come from the URLs.
const (
	OwnerLogin       = "holdfast_owner"       // migrations, and what an operator does
	ApplicationLogin = "holdfast_application" // staff and services
	PartnerLogin     = "holdfast_partner"     // agencies; no grant on student tables
	RegionLogin      = "holdfast_region"      // regional offices; no grant on student tables
)

// LoginsSQL gives the statements that make the embedded server's logins, and may
// be run again. None is a superuser or passes by row-level security; the
// migrations grant to the last three by name.
func LoginsSQL() []string {
	logins := []string{OwnerLogin, ApplicationLogin, PartnerLogin, RegionLogin}
	statements := make([]string, len(logins))
	for i, login := range logins {
		statements[i] = fmt.Sprintf(`DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '%[1]s') THEN
			CREATE ROLE %[1]s LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS; END IF; END $$`, login)
	}
	return statements
}

// MigrationFingerprint gives the text of all migrations, for telling whether a
// database was made of the same.
func MigrationFingerprint() (string, error) {
	var all strings.Builder
	entries, err := fs.ReadDir(migrationFiles, "migrations")
	if err != nil {
		return "", fmt.Errorf("read the migrations: %w", err)
	}
	for _, entry := range entries {
		text, err := fs.ReadFile(migrationFiles, "migrations/"+entry.Name())
		if err != nil {
			return "", fmt.Errorf("read the migrations: %w", err)
		}
		all.WriteString(entry.Name() + "\n" + string(text))
	}
	return all.String(), nil
}
