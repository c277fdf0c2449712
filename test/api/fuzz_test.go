package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/holdfast-edu/holdfast/internal/server"
)

// defaultDocuments is how many documents TestMutatedDocuments sends; the variable
// HOLDFAST_FUZZ_DOCUMENTS sends more, HOLDFAST_FUZZ_SEED the same ones again.
const defaultDocuments = 2_000

// alarm is a log that remembers what is logged as an error, or worse.
type alarm struct {
	slog.Handler

	mu    sync.Mutex
	rings []string
}

// Enabled takes everything.
func (*alarm) Enabled(context.Context, slog.Level) bool { return true }

// Handle remembers an error's message and kind.
func (a *alarm) Handle(_ context.Context, record slog.Record) error {
	if record.Level < slog.LevelError {
		return nil
	}
	said := record.Message
	record.Attrs(func(attr slog.Attr) bool { said += " " + attr.String(); return true })
	a.mu.Lock()
	defer a.mu.Unlock()
	a.rings = append(a.rings, said)
	return nil
}

// prober sends requests to a handler within this process, and holds each answer to
// what no request may change: no failure of the server, JSON, few errors.
type prober struct {
	handler http.Handler
	header  http.Header
	alarm   *alarm
	run     atomic.Int64 // requests that were run: their answer has data
}

// newProber makes one that asks as the subject; by GET too, and introspecting.
func (w *world) newProber(t testing.TB, subject string) *prober {
	t.Helper()
	rung := &alarm{Handler: slog.DiscardHandler}
	handler := w.newHandler(t, server.Config{Introspection: true, GET: true, Budget: server.LargestCost, Log: slog.New(rung)})
	return &prober{handler: handler, header: w.as(t, subject).header, alarm: rung}
}

func (p *prober) post(ctx context.Context, body []byte) error {
	return p.send(httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", bytes.NewReader(body)))
}

func (p *prober) get(ctx context.Context, query string, variables []byte) error {
	values := url.Values{"query": {query}, "variables": {string(variables)}}
	return p.send(httptest.NewRequestWithContext(ctx, http.MethodGet, "/graphql?"+values.Encode(), http.NoBody))
}

func (p *prober) send(request *http.Request) error {
	request.Header = p.header.Clone()
	answered := httptest.NewRecorder()
	p.handler.ServeHTTP(answered, request)
	var said struct {
		Data   json.RawMessage `json:"data"`
		Errors []failure       `json:"errors"`
	}
	if err := json.Unmarshal(answered.Body.Bytes(), &said); err != nil {
		return fmt.Errorf("the answer is no JSON: %w: %.300s", err, answered.Body)
	}
	if said.Data != nil {
		p.run.Add(1)
	}
	p.alarm.mu.Lock()
	defer p.alarm.mu.Unlock()
	switch {
	case answered.Code >= http.StatusInternalServerError:
		return fmt.Errorf("status %d: %.300s", answered.Code, answered.Body)
	case len(p.alarm.rings) > 0:
		return fmt.Errorf("the log has %q", p.alarm.rings[0])
	case len(said.Errors) == 0 && said.Data == nil:
		return fmt.Errorf("neither data nor errors: %.300s", answered.Body)
	}
	for _, one := range said.Errors {
		if one.Extensions["code"] == nil || one.Extensions["code"] == "INTERNAL" {
			return fmt.Errorf("an error of code %v: %.300s", one.Extensions["code"], answered.Body)
		}
	}
	return nil
}

// seeds gives the contract's operations that the schema answers by now, each as a
// document of its own, and some that use more of the language.
func seeds(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "..", "internal", "playground", "examples", "*.graphql"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no contract: %v", err)
	}
	schema := loadSchema(t)
	var texts []string
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		document, err := parser.ParseQuery(&ast.Source{Input: string(content)})
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.SplitAfter(string(content), "\n")
		for i, operation := range document.Operations {
			end := len(lines)
			if i+1 < len(document.Operations) {
				end = document.Operations[i+1].Position.Line - 1
			}
			one := strings.Join(lines[operation.Position.Line-1:end], "")
			if _, errs := gqlparser.LoadQueryWithRules(schema, one, nil); errs == nil {
				texts = append(texts, one)
			}
		}
	}
	return append(texts,
		`{ district { students(first: 3, filter: {search: "a", gradeLevels: [NINTH]}) { ...P } } } fragment P on StudentConnection { nodes { id a: risk { level } } pageInfo { endCursor } }`,
		`query($id: ID!, $yes: Boolean = true) { nodes(ids: [$id]) { __typename ... on Student @include(if: $yes) { contacts { person { channels { value } } } } ... on School { studentCount } } }`,
		`query($after: String, $orderBy: StudentOrder) { district { students(last: 2, orderBy: $orderBy) { edges { cursor } } schools(after: $after) { nodes { name riskless: attendanceSummary(schoolYear: 2023) { absentDays } } } } }`,
		`query($first: Int = 2, $filter: StudentFilter) { district { riskSummary(schoolYear: 2023) { atRisk } students(first: $first, filter: $filter) { nodes { attendance(schoolYear: 2022) { absentDays } contactLogs(last: 2) { totalCount edges { node { by { __typename displayName } student { id } } } } } } importRuns(first: 1) { nodes { counts { kind } issues { nodes { value } } } } } }`,
		`{ __schema { queryType { name fields { name } } directives { name args { name } } } __type(name: "Student") { name kind } }`,
	)
}

// mutator changes documents by chance, token by token and byte by byte.
type mutator struct {
	chance *rand.Rand
	texts  []string
	words  []string // of all texts
}

var token = regexp.MustCompile(`#[^\n]*|"""(?s:.*?)"""|"[^"\n]*"|\.\.\.|[A-Za-z_][A-Za-z0-9_]*|-?[0-9.]+|\s+|.`)

func newMutator(seed, stream uint64, texts []string) *mutator {
	m := &mutator{chance: rand.New(rand.NewPCG(seed, stream)), texts: texts} //nolint:gosec // the same for one seed
	for _, text := range texts {
		m.words = append(m.words, token.FindAllString(text, -1)...)
	}
	m.words = append(m.words, `"`, `"""`, "null", "true", "-1", "1e400", "99999999999", "@skip(if: true)", "@include(if: $x)", "@defer", "fragment A on Student { id }", "...A",
		"... on Query", "[", "]", "$", "subscription", "__typename", "\x00", "\ufeff", "é", `"\ud800"`, "{a: {b: [C]}}")
	return m
}

// document gives a text with some changes.
func (m *mutator) document() string {
	words := token.FindAllString(m.pick(m.texts), -1)
	for range max(m.chance.IntN(6)-2, 0) {
		words = m.change(words)
	}
	text := []byte(strings.Join(words, ""))
	for range max(m.chance.IntN(12)-9, 0) {
		text = m.changeBytes(text)
	}
	return string(text)
}

func (m *mutator) pick(of []string) string { return of[m.chance.IntN(len(of))] }

func (m *mutator) change(words []string) []string {
	if len(words) == 0 {
		return words
	}
	at, other := m.chance.IntN(len(words)), m.chance.IntN(len(words))
	switch m.chance.IntN(8) {
	case 7: // a word for a word of the same sort
		for !isWord(words[at]) && at+1 < len(words) {
			at++
		}
		word := m.pick(m.words)
		for range 10 {
			if isWord(word) {
				break
			}
			word = m.pick(m.words)
		}
		return append(words[:at:at], append([]string{word}, words[at+1:]...)...)
	case 0:
		return append(words[:at:at], words[at+1:]...)
	case 1:
		return append(words[:at:at], append([]string{m.pick(m.words)}, words[at+1:]...)...)
	case 2:
		return append(words[:at:at], append([]string{m.pick(m.words), " "}, words[at:]...)...)
	case 3:
		words[at], words[other] = words[other], words[at]
		return words
	case 4: // a part again
		from, to := min(at, other), max(at, other)
		return append(words[:to:to], words[from:]...)
	case 5: // a part left out
		from, to := min(at, other), max(at, other)
		return append(words[:from:from], words[to:]...)
	default: // a part of another document
		another := token.FindAllString(m.pick(m.texts), -1)
		from := m.chance.IntN(len(another))
		to := min(from+m.chance.IntN(12), len(another))
		return append(words[:at:at], append(another[from:to:to], words[at:]...)...)
	}
}

func isWord(word string) bool { return word != "" && (word[0]|0x20) >= 'a' && (word[0]|0x20) <= 'z' }

func (m *mutator) changeBytes(text []byte) []byte {
	if len(text) == 0 {
		return text
	}
	at := m.chance.IntN(len(text))
	switch m.chance.IntN(3) {
	case 0:
		text[at] ^= 1 << m.chance.IntN(8)
		return text
	case 1:
		return append(text[:at:at], text[at+1:]...)
	default:
		return append(text[:at:at], append([]byte{byte(m.chance.Uint32() & 0xff)}, text[at:]...)...)
	}
}

// variables gives values for the names that the contract's operations use, of their
// types or not.
func (m *mutator) variables(ids []string) []byte {
	odd := []any{nil, true, -1, 1 << 40, 1.5, "", "x", []any{}, []any{nil, 1, "a"}, vars{}, vars{"a": vars{}}, strings.Repeat("y", 300), "\x00"}
	value := func(of any) any {
		if m.chance.IntN(8) == 0 {
			return odd[m.chance.IntN(len(odd))]
		}
		return of
	}
	values := vars{
		"id": value(m.pick(ids)), "first": value(m.chance.IntN(120)), "schoolYear": value(2023), "after": value(nil), "x": value(true), "yes": value(m.chance.IntN(2) == 0),
		"filter":  value(vars{"within": value(m.pick([]string{"ALL", "MY_SCHOOLS", "MY_SECTIONS", "MY_CASELOAD"})), "search": value("a"), "chronicallyAbsent": value(true)}),
		"orderBy": value(vars{"field": value(m.pick([]string{"LAST_NAME", "GRADE_LEVEL", "ABSENT_DAYS"})), "direction": value("DESC")}),
		"input": value(vars{
			"studentId": value(m.pick(ids)), "occurredAt": value("2022-09-01T15:00:00Z"), "method": value("PHONE"), "outcome": value("REACHED"), "summary": value("Spoke."),
			"idempotencyKey": value(strconv.Itoa(m.chance.IntN(50))), "withPersonId": value(m.pick(ids)), "advocateId": value(m.pick(ids)), "role": value("PRIMARY"), "startsOn": value(today),
		}),
	}
	for name := range values {
		if m.chance.IntN(20) == 0 {
			delete(values, name)
		}
	}
	written, err := json.Marshal(values)
	if err != nil {
		panic(err)
	}
	return written
}

// body gives a request's body; one in ten is no longer quite JSON.
func (m *mutator) body(query string, variables []byte) []byte {
	body, err := json.Marshal(map[string]any{"query": query, "variables": json.RawMessage(variables)})
	if err != nil {
		panic(err)
	}
	if m.chance.IntN(10) == 0 {
		body = m.changeBytes(body)
	}
	return body
}

// TestMutatedDocuments sends the contract's documents, changed by chance, to a server
// on a district that it may change: none of them is a failure of the server's.
func TestMutatedDocuments(t *testing.T) {
	t.Parallel()
	count := setting(t, "HOLDFAST_FUZZ_DOCUMENTS", defaultDocuments)
	seed := setting(t, "HOLDFAST_FUZZ_SEED", uint64(time.Now().UnixNano()))
	t.Logf("%d documents of seed %d", count, seed)
	w := newWorld(t, false)
	coordinator := w.as(t, "DISTRICT_COORDINATOR")
	ids := []string{
		coordinator.studentID("A-01"), coordinator.studentID("A-02"), coordinator.schoolID(alderHigh), likeIt("stu_"), likeIt("sch_"), "stu_1", "",
		text(coordinator.ask(`{ viewer { id } }`, nil).fine().Data, "viewer.id"),
	}
	probers := []*prober{w.newProber(t, "DISTRICT_COORDINATOR"), w.newProber(t, "SCHOOL_LEADER"), w.newProber(t, "ADVOCATE")}
	texts := seeds(t)
	const streams = 4
	var sent atomic.Int64
	var group sync.WaitGroup
	for stream := range uint64(streams) {
		group.Go(func() {
			m := newMutator(seed, stream, texts)
			for range count / streams {
				p := probers[m.chance.IntN(len(probers))]
				document, variables := m.document(), m.variables(ids)
				var err error
				if m.chance.IntN(20) == 0 {
					err = p.get(t.Context(), document, variables)
				} else {
					err = p.post(t.Context(), m.body(document, variables))
				}
				sent.Add(1)
				if err != nil {
					t.Errorf("seed %d: %v\n%s\n%s", seed, err, document, variables)
					return
				}
			}
		})
	}
	group.Wait()
	run := int64(0)
	for _, p := range probers {
		run += p.run.Load()
	}
	t.Logf("%d sent, %d of them run", sent.Load(), run)
	if run < sent.Load()/20 {
		t.Errorf("of %d documents %d were run: too few to learn from", sent.Load(), run)
	}
}

func setting[T int | uint64](t testing.TB, name string, otherwise T) T {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return T(n)
}

// FuzzOperation sends any document with any variables:
//
//	go test -run '^$' -fuzz FuzzOperation -fuzzminimizetime 10x ./test/api
func FuzzOperation(f *testing.F) {
	for _, text := range seeds(f) {
		f.Add(text, []byte(`{"id": "`+likeIt("stu_")+`", "first": 3, "schoolYear": 2023}`))
	}
	probe := sync.OnceValue(func() *prober { return theWorld().newProber(lasting, "TEACHER") })
	f.Fuzz(func(t *testing.T, query string, variables []byte) {
		if !json.Valid(variables) {
			variables = []byte("{}")
		}
		body, err := json.Marshal(map[string]any{"query": query, "variables": json.RawMessage(variables)})
		if err != nil {
			t.Fatal(err)
		}
		if err := probe().post(t.Context(), body); err != nil {
			t.Error(err)
		}
	})
}
