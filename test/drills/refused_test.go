package drills_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// refused is the exit status of an import that would end too many enrollments.
const refused = 4

// leaving is the export with an exit of every student on the first day, and without the
// attendance of later ones.
func leaving(t *testing.T, folder string) string {
	t.Helper()
	other := copyOf(t, folder)
	check(t, os.Remove(filepath.Join(other, "5-attendance.xml")))
	path := filepath.Join(other, "4-enrollment.xml")
	content, err := os.ReadFile(path)
	check(t, err)
	changed := strings.ReplaceAll(string(content), "</EntryDate>", "</EntryDate><ExitWithdrawDate>"+onDay(0)+"</ExitWithdrawDate>")
	check(t, os.WriteFile(path, []byte(changed), 0o600)) //nolint:gosec // the test's own folder
	return other
}

// TestRefusedImport: an export in which a school's students all leave is refused, with
// what to do; a dry run of it changes nothing; and a person's word lets it through.
func TestRefusedImport(t *testing.T) {
	t.Parallel()
	i := install(t)
	i.run(t, importing(t, small, "--create")...).expect(t, 0)
	words := []string{"import", "edfi", "--district", "100", leaving(t, export(t, small))}
	i.run(t, words...).expect(t, refused, "--allow-removals", "nothing was loaded")
	tried := i.run(t, append(words, "--dry-run")...)
	tried.expect(t, refused, "--allow-removals")
	if !strings.Contains(tried.stdout, "20 of the school 11's 20 active enrollments (100.0 %) would end; 25.0 % may") ||
		!strings.Contains(tried.stdout, "this was a dry run: nothing was changed") || !strings.Contains(tried.stdout, "20 rows changed") {
		t.Errorf("the dry run says:\n%s", tried.stdout)
	}
	i.expectRuns(t, "SUCCEEDED", "REFUSED")
	i.run(t, append(words, "--allow-removals", "--dry-run")...).expect(t, 0)
	i.run(t, append(words, "--allow-removals")...).expect(t, 0)
	i.run(t, words...).expect(t, 0)
	i.expectRuns(t, "SUCCEEDED", "REFUSED", "SUCCEEDED", "SUCCEEDED")
}
