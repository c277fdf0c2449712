package drills_test

import (
	"encoding/json"
	"os/user"
	"strings"
	"testing"
)

// made is what admin prints as JSON.
type made struct {
	ID       string   `json:"id"`
	LocalID  string   `json:"localId"`
	Name     string   `json:"name"`
	Role     string   `json:"role"`
	Region   string   `json:"region"`
	TimeZone string   `json:"timeZone"`
	Read     []string `json:"read"`
	Write    []string `json:"write"`
	Subject  string   `json:"subject"`
}

// admin runs an admin command that has nothing to correct, and reads what it prints.
func (i *installation) admin(t *testing.T, into any, words ...string) {
	t.Helper()
	came := i.run(t, append(append([]string{"admin"}, words...), "--json")...)
	came.expect(t, 0)
	if err := json.Unmarshal([]byte(came.stdout), into); err != nil {
		t.Fatalf("%v: %v: %s", words, err, came.stdout)
	}
}

// TestTheCommandLineOperates: a region, a district and an agency with their people,
// each listed; what is there already or cannot be is refused in one line that names
// the word.
func TestTheCommandLineOperates(t *testing.T) {
	t.Parallel()
	i := install(t)
	var one made
	for _, words := range [][]string{
		{"region", "create", "--local-id", "R1", "--name", "Region One"},
		{"agency", "create", "--local-id", "A1", "--name", "Harbor House"},
		{"district", "create", "--local-id", "D1", "--name", "District One", "--region", "R1", "--state", "TX", "--time-zone", "America/Chicago"},
		{"analyst", "create", "--region", "R1", "--local-id", "a1", "--name", "Ana Lyst"},
		{"agency-staff", "create", "--agency", "A1", "--local-id", "p1", "--name", "Pat Ner"},
		{"service", "create", "--district", "D1", "--local-id", "sync", "--name", "Sync", "--read", "RISK,DIRECTORY", "--write", "ATTENDANCE"},
		{"operator", "create", "--name", "Olga", "--issuer", "https://id.example.org", "--subject", "olga"},
		{"staff", "create", "--district", "D1", "--local-id", "T1", "--first-name", "Cora", "--last-name", "Cedar"},
	} {
		i.admin(t, &one, words...)
		if one.ID == "" || one.Name == "" {
			t.Errorf("%v printed %+v", words, one)
		}
	}
	cora := one.ID
	i.admin(t, &one, "role", "create", "--district", "D1", "--staff-id", cora)
	i.admin(t, &one, "identity", "link", "--principal-id", cora, "--belongs-to", "D1", "--issuer", "https://id.example.org", "--subject", "cora")

	for _, refused := range []struct{ words, says []string }{
		{[]string{"region", "create", "--local-id", "R1", "--name", "Another"}, []string{"--local-id", "R1"}},
		{[]string{"region", "create", "--local-id", "R2"}, []string{"--name is missing"}},
		{[]string{"district", "create", "--local-id", "D2", "--name", "D", "--time-zone", "Mars"}, []string{"--time-zone", "America/Chicago"}},
		{[]string{"district", "create", "--local-id", "D2", "--name", "D", "--time-zone", "UTC", "--region", "R9"}, []string{"--region", "R9"}},
		{[]string{"staff", "create", "--district", "D9", "--local-id", "T1", "--first-name", "A", "--last-name", "B"}, []string{"--district", "D9"}},
		{[]string{"role", "create", "--district", "D1", "--staff-id", cora}, []string{"--district", "coordinator"}},
		{[]string{"role", "create", "--district", "D1", "--staff-id", "T1"}, []string{"--staff-id", "T1"}},
		{[]string{"role", "create", "--district", "D1", "--staff-id", cora, "--starts-on", "soon"}, []string{"--starts-on", "YYYY-MM-DD"}},
		{[]string{"service", "create", "--district", "D1", "--local-id", "x", "--name", "X", "--read", "CASEWORK"}, []string{"--read", "CASEWORK"}},
		{[]string{"identity", "link", "--principal-id", cora, "--belongs-to", "D1", "--issuer", "https://id.example.org", "--subject", "olga"}, []string{"--subject", "operator"}},
		{[]string{"staff", "list"}, []string{"--district is missing"}},
		{[]string{"staff", "list", "--district", "D9"}, []string{"--district", "D9"}},
		{[]string{"pigeon"}, []string{"pigeon"}},
	} {
		i.run(t, append([]string{"admin"}, refused.words...)...).expect(t, usage, refused.says...)
	}

	for _, list := range []struct {
		words []string
		want  made // of the first line: its code, name and what else is said
	}{
		{[]string{"region", "list"}, made{LocalID: "R1", Name: "Region One"}},
		{[]string{"agency", "list"}, made{LocalID: "A1", Name: "Harbor House"}},
		{[]string{"district", "list"}, made{LocalID: "D1", Name: "District One", Region: "R1", TimeZone: "America/Chicago"}},
		{[]string{"staff", "list", "--district", "D1"}, made{LocalID: "T1", Name: "Cora Cedar", Subject: "cora"}},
		{[]string{"role", "list", "--district", "D1"}, made{LocalID: "T1", Name: "Cora Cedar", Role: "DISTRICT_COORDINATOR"}},
		{[]string{"service", "list", "--district", "D1"}, made{LocalID: "sync", Name: "Sync"}},
		{[]string{"analyst", "list", "--region", "R1"}, made{LocalID: "a1", Name: "Ana Lyst"}},
		{[]string{"agency-staff", "list", "--agency", "A1"}, made{LocalID: "p1", Name: "Pat Ner"}},
	} {
		var entries []made
		i.admin(t, &entries, list.words...)
		if len(entries) != 1 {
			t.Errorf("%v lists %+v", list.words, entries)
			continue
		}
		got := entries[0]
		if got.LocalID != list.want.LocalID || got.Name != list.want.Name || got.Region != list.want.Region ||
			got.TimeZone != list.want.TimeZone || got.Role != list.want.Role || got.Subject != list.want.Subject {
			t.Errorf("%v: %+v, not %+v", list.words, got, list.want)
		}
	}
	plain := i.run(t, "admin", "service", "list", "--district", "D1")
	plain.expect(t, 0)
	if !strings.Contains(plain.stdout, "reads DIRECTORY,RISK") || !strings.Contains(plain.stdout, "writes ATTENDANCE") {
		t.Errorf("the machine client is shown as %s", plain.stdout)
	}
	who, err := user.Current()
	check(t, err)
	operators := i.run(t, "admin", "operator", "list")
	operators.expect(t, 0)
	if !strings.Contains(operators.stdout, "command line ("+who.Username+")") || !strings.Contains(operators.stdout, "Olga") {
		t.Errorf("the operators are %s", operators.stdout)
	}

	for _, words := range [][]string{{"--persona", "regional", "--region", "R1"}, {"--persona", "partner", "--agency", "A1"}, {"--persona", "operator"}} {
		token := i.run(t, append([]string{"token"}, words...)...)
		token.expect(t, 0)
		if strings.Count(token.stdout, ".") != 2 {
			t.Errorf("%v printed no token: %s", words, token.stdout)
		}
	}
	i.run(t, "token", "--persona", "partner", "--agency", "A9").expect(t, usage, "A9", "holdfast admin agency create")
	i.run(t, "token", "--persona", "regional").expect(t, usage, "--region is missing")
}
