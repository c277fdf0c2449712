package drills_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	failed      = 1
	usage       = 2
	quarantined = 3
	interrupted = 130
)

// TestWrongWords: a command or setting that cannot be taken ends in one line that
// names it, before any server is started.
func TestWrongWords(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		words []string
		want  []string
	}{
		"unknown command":           {[]string{"bogus"}, []string{`unknown command "bogus"`}},
		"unknown flag":              {[]string{"serve", "--bogus"}, []string{"unknown flag: --bogus"}},
		"unknown import":            {[]string{"import", "pigeon"}, []string{"there is no import pigeon", "edfi"}},
		"unknown migrate":           {[]string{"migrate", "sideways"}, []string{"there is no migrate sideways", "up, status or down"}},
		"import without a folder":   {[]string{"import", "edfi", "--district", "100"}, []string{"PATH"}},
		"import without a district": {[]string{"import", "edfi", "folder"}, []string{"--district is missing"}},
		"a day that is none": {
			[]string{"import", "edfi", "--district", "100", "--known-through", "2024-02-30", "folder"}, []string{"--known-through", "2024-02-30", "YYYY-MM-DD"},
		},
		"csv without a path":    {[]string{"import", "csv", "--district", "100"}, []string{"PATH"}},
		"a template of nothing": {[]string{"import", "csv", "--template", "pupils"}, []string{`"pupils"`, "attendance"}},
		"explain what":          {[]string{"import", "csv", "--explain", "attendance"}, []string{"--explain goes with --template"}},
		"unknown quarantine":    {[]string{"quarantine", "burn"}, []string{"there is no quarantine burn", "list, export or replay"}},
		"quarantine of whom":    {[]string{"quarantine", "list"}, []string{"--district is missing"}},
		"replay what":           {[]string{"quarantine", "replay", "--district", "100"}, []string{"--run is no import's id"}},
		"a run that is none":    {[]string{"quarantine", "list", "--district", "100", "--run", "7"}, []string{"--run is no import's id"}},
		"export where":          {[]string{"quarantine", "export", "--district", "100"}, []string{"FOLDER"}},
		"codes that are none":   {[]string{"import", "oneroster", "--district", "100", "--code-from", "name", "."}, []string{"--code-from", "identifier", "sourcedId"}},
		"unknown export":        {[]string{"export", "pigeon"}, []string{"there is no export pigeon", "oneroster"}},
		"export to nowhere":     {[]string{"export", "oneroster"}, []string{"PATH"}},
		"export to nobody":      {[]string{"export", "oneroster", "--district", "100", "out"}, []string{"--party is missing"}},
		"export on no basis": {
			[]string{"export", "oneroster", "--district", "100", "--party", "P", "--interest", "I", "--purpose", "P", "--basis", "CONSENT", "out"},
			[]string{"--basis", "CONSENT", "SCHOOL_OFFICIAL"},
		},
		"dev on every address":      {[]string{"serve", "--dev", "--addr", "0.0.0.0:0"}, []string{"--dev", "loopback", "0.0.0.0:0"}},
		"dev on every IPv6 address": {[]string{"serve", "--dev", "--addr", "[::]:0"}, []string{"--dev", "loopback"}},
		"dev on no address":         {[]string{"serve", "--dev", "--addr", ":0"}, []string{"--dev", "loopback"}},
		"an address that is none":   {[]string{"serve", "--dev", "--addr", "8080"}, []string{"--addr", "host:port"}},
		"serve without an issuer":   {[]string{"serve"}, []string{"--oidc-issuer is missing"}},
		"serve without an audience": {[]string{"serve", "--oidc-issuer", "https://id.example.org"}, []string{"--oidc-audience is missing"}},
		"an issuer in the clear":    {[]string{"serve", "--oidc-issuer", "http://id.example.org", "--oidc-audience", "x"}, []string{"--oidc-issuer", "https://"}},
		"an issuer with a query":    {[]string{"serve", "--oidc-issuer", "https://id.example.org?x", "--oidc-audience", "x"}, []string{"--oidc-issuer", "query"}},
		"a pooler that is none": {
			[]string{"migrate", "status", "--database-url", "postgres://x", "--database-pooler", "session"}, []string{"--database-pooler", "transaction"},
		},
		"a pooler without its URL":   {[]string{"migrate", "status", "--database-pooler", "transaction"}, []string{"--database-pooler", "--database-url"}},
		"a secret that is too short": {[]string{"serve", "--dev", "--secret-key", "short"}, []string{"--secret-key", "5", "32"}},
		"a cost that is none":        {[]string{"serve", "--dev", "--max-operation-cost", "0"}, []string{"--max-operation-cost", "1000000000"}},
		"a budget that is none":      {[]string{"serve", "--dev", "--cost-per-second", "-5"}, []string{"--cost-per-second", "-5"}},
		"recompute what":             {[]string{"recompute"}, []string{"--district is missing"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := install(t)
			i.run(t, test.words...).expect(t, usage, test.want...)
			if _, err := os.Stat(i.dataDir); err == nil {
				t.Error("it made a data directory")
			}
		})
	}
}

// TestWrongSettings: a variable is checked as its flag is, and named.
func TestWrongSettings(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		setting string
		want    []string
	}{
		"the pooler": {"HOLDFAST_DATABASE_POOLER=session", []string{"session", "transaction"}},
		"the secret": {"HOLDFAST_SECRET_KEY=short", []string{"at least 32"}},
		"a duration": {"HOLDFAST_LIFETIME=soon", []string{"HOLDFAST_LIFETIME"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			command := install(t).command(t, "token", "--list")
			command.Env = append(command.Env, test.setting)
			finish(t, command).expect(t, usage, test.want...)
		})
	}
}

// TestNoPostgreSQL: without the server's programs, one line says what to install.
func TestNoPostgreSQL(t *testing.T) {
	t.Parallel()
	command := install(t).command(t, "migrate", "status", "--postgres-bin-dir", "/nonexistent")
	command.Env = append(command.Env, "PATH=")
	finish(t, command).expect(t, failed, "PostgreSQL", "install")
}

// TestNothingToImport: an export that cannot be read loads nothing, and the one
// line says where and why.
func TestNothingToImport(t *testing.T) { //nolint:tparallel // the cases take turns at one data directory
	t.Parallel()
	i := install(t)
	spoil := func(file, content string) string {
		folder := copyOf(t, export(t, small))
		check(t, os.WriteFile(filepath.Join(folder, file), []byte(content), 0o600)) //nolint:gosec // the test's own folder
		return folder
	}
	students, err := os.ReadFile(filepath.Join(export(t, small), "3-student.xml"))
	check(t, err)
	cut := string(students[:len(students)/2])
	cut = cut[:strings.LastIndex(cut, "<LastSurname>")+len("<LastSur")]
	for _, test := range []struct {
		name, folder string
		words        []string
		status       int
		want         []string
	}{
		{"a folder that is not there", filepath.Join(i.dir, "nowhere"), []string{"--create"}, failed, []string{"nowhere", "does not exist"}},
		{"an empty folder", t.TempDir(), []string{"--create"}, failed, []string{"holds no .xml file"}},
		{"a file that is cut off", spoil("3-student.xml", cut), []string{"--create"}, failed, []string{"3-student.xml:", "ends in the middle"}},
		{
			"another namespace", spoil("3-student.xml", `<InterchangeStudent xmlns="http://ed-fi.org/3.0.0"/>`),
			[]string{"--create"},
			failed,
			[]string{"3-student.xml:1", "http://ed-fi.org/3.0.0"},
		},
		{"no XML", spoil("3-student.xml", "id,name\n1,"+childrensNames[0]+"\n"), []string{"--create"}, failed, []string{"3-student.xml:1", "begins with text"}},
		{"a district that the export does not have", export(t, small), []string{"--create", "--district", "999"}, failed, []string{"999", "--district"}},
		{"a district that is not there", export(t, small), nil, usage, []string{"no district has the code 100", "--create"}},
		{"a time zone that is none", export(t, small), []string{"--create", "--time-zone", "Mars/Olympus"}, usage, []string{"Mars/Olympus", "America/Chicago"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			words := append([]string{"import", "edfi", "--district", "100", test.folder}, test.words...)
			i.run(t, words...).expect(t, test.status, test.want...)
		})
	}
	i.expectLoaded(t, size{})
	i.expectRuns(t)
}

// TestSmallCommands: what a user asks of an installation that is new.
func TestSmallCommands(t *testing.T) {
	t.Parallel()
	i := install(t)
	status := i.run(t, "migrate", "status")
	status.expect(t, 0)
	if strings.Contains(status.stdout, "missing") || strings.Count(status.stdout, "applied") == 0 {
		t.Errorf("migrate status says:\n%s", status.stdout)
	}
	i.run(t, "token", "--list").expect(t, failed, "no personas yet")
	i.run(t, "import", "edfi", "--district", "100", "--create", export(t, small)).expect(t, 0)
	i.run(t, "recompute", "--district", "100").expect(t, 0)
	i.run(t, "recompute", "--district", "999").expect(t, usage, "999")
	token := i.run(t, "token", "--persona", "steward", "--district", "100")
	token.expect(t, 0)
	if strings.Count(token.stdout, ".") != 2 || strings.Count(token.stdout, "\n") != 1 {
		t.Error("what it printed is no token")
	}
	i.run(t, "token", "--persona", "wizard", "--district", "100").expect(t, usage, "wizard")
	list := i.run(t, "token", "--list")
	list.expect(t, 0)
	if !strings.Contains(list.stdout, "steward") {
		t.Errorf("token --list says:\n%s", list.stdout)
	}
	i.expectLoaded(t, small)
}
