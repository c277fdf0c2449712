package drills_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTemplates: a template needs no database, and is printed alone.
func TestTemplates(t *testing.T) {
	t.Parallel()
	i := install(t)
	kinds := i.run(t, "import", "csv", "--template")
	kinds.expect(t, 0)
	if !strings.Contains(kinds.stdout, "\nattendance ") {
		t.Errorf("the kinds:\n%s", kinds.stdout)
	}
	template := i.run(t, "import", "csv", "--template", "attendance")
	template.expect(t, 0)
	if template.stdout != "studentId,schoolId,schoolYear,date,code,reason,duration,minutes\n" {
		t.Errorf("the template:\n%s", template.stdout)
	}
	table := i.run(t, "import", "csv", "--template", "attendance", "--explain")
	table.expect(t, 0)
	if !strings.Contains(table.stdout, "studentId   needed") {
		t.Errorf("the table:\n%s", table.stdout)
	}
	if _, err := os.Stat(i.dataDir); err == nil {
		t.Error("it made a data directory")
	}
}

// TestQuarantine goes the way of a data officer: rows are kept back, some for a code that
// the district's map lacks and one for a slip; the code is added and the rows replayed, the
// slip corrected in the file and loaded. Nothing waits then.
func TestQuarantine(t *testing.T) {
	t.Parallel()
	i := install(t)
	i.run(t, importing(t, small, "--create")...).expect(t, 0)
	rows := filepath.Join(t.TempDir(), "attendance.csv")
	check(t, os.WriteFile(rows, []byte("studentId,schoolId,date,code,reason\n"+
		"1,11,2023-08-21,UX,"+childrensNames[0]+" was ill\n2,11,2023-08-21,UX,\n3,11,31/08/2023,Tardy,"+childrensNames[1]+"\n4,11,2023-08-21,Tardy,\n"), 0o600))
	loaded := i.run(t, "import", "csv", "--district", "100", filepath.Dir(rows))
	loaded.expect(t, quarantined, "quarantine")
	if !strings.Contains(loaded.stdout, `2 rows: attendance code "UX" is not in the district's map: add it, then holdfast quarantine replay`) {
		t.Errorf("the import does not tell of the code:\n%s", loaded.stdout)
	}
	run := i.waiting(t, "3 rows wait", `"UX" is not in the district's map of attendance codes`, "date is no day")
	i.run(t, "quarantine", "replay", "--district", "100", "--run", run).expect(t, quarantined, "quarantine")
	i.plant(t, `INSERT INTO district_policy (district_id, id, version, starts_on, document)
		SELECT district_id, gen_random_uuid(), 2, starts_on, '{"attendanceCodes": {"UX": "UNEXCUSED_ABSENCE"}}' FROM district_policy WHERE version = 1`)

	folder := filepath.Join(i.dir, "corrected")
	exported := i.run(t, "quarantine", "export", "--district", "100", "--run", run, folder)
	exported.expect(t, 0)
	if !strings.Contains(exported.stdout, "3 rows were written into 1 file(s)") {
		t.Errorf("the export says:\n%s", exported.stdout)
	}
	i.run(t, "quarantine", "export", "--district", "100", "--run", run, folder).expect(t, usage, "is not empty")
	i.run(t, "quarantine", "replay", "--district", "100", "--run", run).expect(t, quarantined, "quarantine")
	i.waiting(t, "1 rows wait", "date is no day")

	i.correct(t, filepath.Join(folder, "attendance.csv"))
	i.run(t, "import", "csv", "--district", "100", folder).expect(t, 0)
	empty := i.run(t, "quarantine", "list", "--district", "100")
	empty.expect(t, 0)
	if empty.stdout != "no rows wait in quarantine\n" {
		t.Errorf("it says:\n%s", empty.stdout)
	}
	i.run(t, "quarantine", "replay", "--district", "100", "--run", run).expect(t, usage, "no rows of this import wait")
}

// waiting lists what waits, holds it to the words, and gives the one run's id.
func (i *installation) waiting(t *testing.T, words ...string) string {
	t.Helper()
	list := i.run(t, "quarantine", "list", "--district", "100")
	list.expect(t, 0)
	for _, word := range words {
		if !strings.Contains(list.stdout, word) {
			t.Errorf("the list does not say %q:\n%s", word, list.stdout)
		}
	}
	if strings.Contains(list.stdout, "31/08/2023") {
		t.Errorf("the list quotes a value that is no code:\n%s", list.stdout)
	}
	ids := regexp.MustCompile(`(?m)^[0-9a-f-]{36}`).FindAllString(list.stdout, -1)
	if len(ids) != 1 {
		t.Fatalf("%d runs:\n%s", len(ids), list.stdout)
	}
	return ids[0]
}

// correct writes the day into the one line that lacks it, as a person does who reads the
// problem beside it. Nobody else may read the file.
func (i *installation) correct(t *testing.T, file string) {
	t.Helper()
	info, err := os.Stat(file)
	check(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v", info.Mode())
	}
	text, err := os.ReadFile(file)
	check(t, err)
	lines := strings.Split(string(text), "\n")
	for at, line := range lines {
		if strings.Contains(line, `"date ""31/08/2023"" is no day`) {
			lines[at] = strings.Replace(line, ",3,11,,31/08/2023,Tardy", ",3,11,,2023-08-31,Tardy", 1)
		}
	}
	check(t, os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o600)) //nolint:gosec // the test's own folder
}
