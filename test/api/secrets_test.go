package api_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/server"
)

// logbook is what a server logged.
type logbook struct {
	mu    sync.Mutex
	lines bytes.Buffer
}

func (l *logbook) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines.Write(line)
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines.String()
}

func (l *logbook) logger() *slog.Logger {
	return slog.New(slog.NewJSONHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// words of SQL and of the database's own messages.
var sqlWords = regexp.MustCompile(`(?i)\b(select|insert|update|from|where|join|pq:|relation|permission denied|student_risk|district_id|sql|goroutine|\.go:)\b`)

// TestInternalErrorsTellNothing breaks the database under a running server: the
// client gets an id, which the log has too, and no word of SQL.
func TestInternalErrorsTellNothing(t *testing.T) {
	t.Parallel()
	w, log := newWorld(t, false), &logbook{}
	address := listen(t, w.newHandler(t, server.Config{Log: log.logger()}))
	c := w.at(t, address, "DISTRICT_COORDINATOR")
	id := c.studentID("A-01")
	revoke(t, w)
	for name, got := range map[string]*answer{
		"a list":    c.ask(`{ district { students(filter: {search: "Abbott"}) { nodes { displayName } } } }`, nil),
		"a student": c.askNamed(contract(t), "StudentPage", vars{"id": id}),
	} {
		if got.status != http.StatusOK {
			t.Errorf("%s: status %d", name, got.status)
		}
		checkInternal(t, name, got, log)
	}
	if err := w.application.Close(); err != nil {
		t.Fatal(err)
	}
	closed := c.ask(`{ viewer { id } }`, nil)
	if closed.status != http.StatusServiceUnavailable {
		t.Errorf("without a database: status %d, %s", closed.status, closed.body)
	}
	checkInternal(t, "without a database", closed, log)
	if status, body := read(t, address+"/readyz"); status != http.StatusServiceUnavailable || sqlWords.MatchString(body) {
		t.Errorf("ready without a database: status %d, %s", status, body)
	}
	if status, _ := read(t, address+"/healthz"); status != http.StatusOK {
		t.Errorf("not alive without a database: status %d", status)
	}
	checkLog(t, log.String(), c.header.Get("Authorization"))
}

// revoke takes from the application what it needs to read students.
func revoke(t *testing.T, w *world) {
	t.Helper()
	root, err := postgres.Open(t.Context(), w.database.SuperuserURL(), postgres.Options{MaxConnections: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = root.Close() }()
	if _, err := root.Pool().ExecContext(t.Context(), `REVOKE SELECT ON student FROM holdfast_application`); err != nil {
		t.Fatal(err)
	}
}

func checkInternal(t *testing.T, name string, got *answer, log *logbook) {
	t.Helper()
	got.refused("INTERNAL")
	id := regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`).FindString(string(got.body))
	if id == "" || !strings.Contains(log.String(), id) {
		t.Errorf("%s: no id, or one that the log does not have: %s", name, got.body)
	}
	if len(got.Errors) == 1 && sqlWords.MatchString(got.Errors[0].Message) {
		t.Errorf("%s: %s", name, got.body)
	}
}

// checkLog holds that a log tells nothing of a student, a token or a statement.
func checkLog(t *testing.T, log, authorization string) {
	t.Helper()
	for _, secret := range []string{
		"Ada", "Addie", "Abbott", "Hayes", "A-01", "M-01", "S-7001", "2008-03-04", "555-0101", "Riverside", "Spoke about", strings.TrimPrefix(authorization, "Bearer "),
		"stu_", "nobody at all", "DISTRICT_COORDINATOR", "2 OR 1=1",
	} {
		if strings.Contains(log, secret) {
			t.Errorf("the log tells %q:\n%s", secret, log)
		}
	}
	for line := range strings.Lines(log) {
		if found := sqlWords.FindString(line); found != "" {
			t.Errorf("the log tells of %q: %s", found, line)
		}
	}
}

// TestLogsTellNothing asks what there is to ask, well and badly, and reads the log.
func TestLogsTellNothing(t *testing.T) {
	t.Parallel()
	w, log := shared(t), &logbook{}
	address := listen(t, w.newHandler(t, server.Config{Log: log.logger()}))
	c := w.at(t, address, "DISTRICT_COORDINATOR")
	student := c.studentID("A-01")
	answerContract(c, student, contract(t))
	for _, header := range w.badTokens(t) {
		anonymous(t, address, header).ask(`{ viewer { id } }`, nil)
	}
	for _, document := range []string{
		`{ district { students(filter: {search: "Abbott"}, orderBy: {field: GRADE_LEVEL}) { nodes { displayName } } } }`,
		`{ district { students(filter: {search: "Abbott"}, after: "A-01") { nodes { displayName } } } }`,
		`{ node(id: "A-01 Abbott") { id } }`, `{ Abbott }`, `{`, `{ node(id: "` + student + `") { ... on Student { attendance(schoolYear: 99999999999) { absentDays } } } }`,
	} {
		c.ask(document, nil)
	}
	c.post([]byte(`{"query": "Abbott`))
	c.choosing("2 OR 1=1").ask(`{ viewer { id } }`, nil)
	if log.String() == "" {
		t.Error("nothing is logged at all")
	}
	checkLog(t, log.String(), c.header.Get("Authorization"))
}
