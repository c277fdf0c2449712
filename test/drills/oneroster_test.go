package drills_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// expectSaid holds stdout to the words.
func (o outcome) expectSaid(t *testing.T, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(o.stdout, word) {
			t.Errorf("stdout does not say %q:\n%s", word, o.stdout)
		}
	}
}

// who says who receives a roster, and why.
func who(words ...string) []string {
	return append(words, "--district", "D0001", "--party", "Harbor Learning", "--interest", "rosters its courses",
		"--basis", "SCHOOL_OFFICIAL", "--purpose", "single sign-on")
}

// TestARosterLeavesAndIsLoaded: what one installation exports another loads; the
// disclosure of each student is on record, under an operator whom the database knows;
// what is there already is not written over.
func TestARosterLeavesAndIsLoaded(t *testing.T) {
	t.Parallel()
	const students = 60
	from, to := install(t), install(t)
	from.run(t, "demo", "--districts", "1", "--students", "60", "--as-of", "2026-02-10").expect(t, 0)
	archive, folder := filepath.Join(from.dir, "roster.zip"), filepath.Join(from.dir, "roster")
	for _, path := range []string{archive, folder} {
		came := from.run(t, who("export", "oneroster", path)...)
		came.expect(t, 0)
		came.expectSaid(t, "60 students disclosed to Harbor Learning", "users.csv")
		from.run(t, who("export", "oneroster", path)...).expect(t, usage, "exists already")
		if _, err := os.Stat(path + ".partial"); err == nil {
			t.Error("what it wrote into is still there")
		}
	}
	if info, err := os.Stat(archive); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the archive is %v, %v", info, err)
	}
	from.look(t, func(db *sql.DB) {
		var recorded, known int
		check(t, db.QueryRowContext(t.Context(), `SELECT count(*), count(o.id) FROM disclosure d LEFT JOIN operator o ON o.id = d.principal_id`).Scan(&recorded, &known))
		if recorded != 2*students || known != recorded {
			t.Errorf("%d disclosures are recorded, %d by an operator who is known", recorded, known)
		}
	})
	for _, again := range []struct {
		words []string
		said  string
	}{
		{[]string{"--create", archive}, "making the district"},
		{[]string{folder}, "0 rows changed, 0 in quarantine"},
	} {
		came := to.run(t, append([]string{"import", "oneroster", "--district", "D0001"}, again.words...)...)
		came.expect(t, 0)
		came.expectSaid(t, again.said)
	}
	const enrolled = `SELECT count(DISTINCT student_id) FROM student_school_association`
	for _, i := range []*installation{from, to} {
		i.look(t, func(db *sql.DB) {
			var n int
			check(t, db.QueryRowContext(t.Context(), enrolled).Scan(&n))
			if n != students {
				t.Errorf("%d students are enrolled", n)
			}
		})
	}
}

// TestAnExportThatIsNotRecorded: where the disclosure cannot be written down, nothing
// leaves, and nothing is left lying about.
func TestAnExportThatIsNotRecorded(t *testing.T) {
	t.Parallel()
	i := install(t)
	i.run(t, "demo", "--districts", "1", "--students", "40", "--as-of", "2026-02-10").expect(t, 0)
	i.plant(t, "REVOKE INSERT ON disclosure FROM holdfast_application")
	path := filepath.Join(i.dir, "roster")
	i.run(t, who("export", "oneroster", path)...).expect(t, failed, "nothing was exported")
	for _, left := range []string{path, path + ".partial"} {
		if _, err := os.Stat(left); err == nil {
			t.Errorf("%s is there", filepath.Base(left))
		}
	}
}
