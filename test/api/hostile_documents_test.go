package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/holdfast-edu/holdfast/internal/server"
)

// mebibyte is the most that a body may have, and that an answer may say of errors.
const mebibyte = 1 << 20

// cpuOfADocument is the most processor time that any document may cost.
const cpuOfADocument = 250 * time.Millisecond

// hostileBodies are bodies that are made to cost more than they look like, or to have
// much sent back. Each is at most a mebibyte.
func hostileBodies(student string) map[string][]byte {
	bodies := map[string][]byte{
		"JSON cut off":                 []byte(`{"query": "` + strings.Repeat("a", mebibyte-20)),
		"JSON of lists":                []byte(strings.Repeat("[", mebibyte)),
		"a batch":                      []byte("[" + strings.Repeat(`{"query":"{__typename}"},`, 40_000) + `{}]`),
		"JSON of objects":              []byte(strings.Repeat(`{"a":`, mebibyte/5)),
		"very many parameters":         []byte("{" + strings.Repeat(`"a":1,`, 170_000) + `"query": "{ __typename }"}`),
		"variables nested in lists":    []byte(`{"query": "query($i: ID!) { node(id: $i) { id } }", "variables": {"i": ` + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000) + `}}`),
		"variables nested in objects":  []byte(`{"query": "query($i: ID!) { node(id: $i) { id } }", "variables": {"i": ` + strings.Repeat(`{"a":`, 9_000) + "1" + strings.Repeat("}", 9_000) + `}}`),
		"variables that nobody reads":  []byte(`{"query": "{ viewer { id } }", "variables": {` + strings.Repeat(`"":{},`, 170_000) + `"a": 1}}`),
		"variables of many names":      []byte(`{"query": "{ viewer { id } }", "variables": {` + numbered(70_000, `"v%d":[],`) + `"a": 1}}`),
		"a variable of many objects":   []byte(`{"query": "query($f: StudentFilter) { district { students(filter: $f) { totalCount } } }", "variables": {"f": [` + strings.Repeat(`{},`, 340_000) + `{}]}}`),
		"a variable of many numbers":   []byte(`{"query": "query($i: [ID!]!) { nodes(ids: $i) { id } }", "variables": {"i": [` + strings.Repeat(`1,`, 500_000) + `1]}}`),
		"a variable of many ids":       []byte(`{"query": "query($i: [ID!]) { district { students(filter: {schoolIds: $i}) { totalCount } } }", "variables": {"i": [` + strings.Repeat(`"`+likeIt("sch_")+`",`, 26_000) + `null]}}`),
		"a number of many digits":      []byte(`{"query": "query($n: Int) { district { students(first: $n) { totalCount } } }", "variables": {"n": ` + strings.Repeat("9", mebibyte-200) + `}}`),
		"an operation of a long name":  []byte(`{"query": "query A { viewer { id } } query B { viewer { id } }", "operationName": "` + strings.Repeat("<", mebibyte-200) + `"}`),
		"extensions that nobody reads": []byte(`{"query": "{ viewer { id } }", "extensions": {"a": [` + strings.Repeat(`{},`, 340_000) + `{}]}}`),
		"escapes":                      []byte(`{"query": "` + strings.Repeat(`\u003c`, mebibyte/6-10) + `"}`),
	}
	for name, one := range hostileVariables() {
		bodies[name] = asBody(one.document, one.variables)
	}
	for name, text := range hostileDocuments(student) {
		bodies[name] = asBody(text, nil)
	}
	return bodies
}

func asBody(document string, variables vars) []byte {
	body, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	if err != nil {
		panic(err)
	}
	return body
}

// numbered repeats a text with a number in it.
func numbered(n int, format string) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, format, i)
	}
	return out.String()
}

// hostileVariables are good documents with values that are not: of a wrong type,
// very long, or both, so that whatever is said of them could be as long.
func hostileVariables() map[string]struct {
	document  string
	variables vars
} {
	long := strings.Repeat("<", mebibyte/6-2_000) // each is six bytes in JSON
	type one = struct {
		document  string
		variables vars
	}
	return map[string]one{
		"a long enum value":        {`query($l: [RiskLevel!]) { district { students(filter: {riskLevels: $l}) { totalCount } } }`, vars{"l": []string{long}}},
		"a long field of an input": {`query($f: StudentFilter) { district { students(filter: $f) { totalCount } } }`, vars{"f": vars{long: 1}}},
		"a long id":                {`query($i: ID!) { node(id: $i) { id } }`, vars{"i": long}},
		"long ids":                 {`query($i: [ID!]!) { nodes(ids: $i) { id } }`, vars{"i": slices.Repeat([]string{long[:1_600]}, 100)}},
		"a long cursor":            {`query($a: String) { district { students(after: $a) { totalCount } } }`, vars{"a": long}},
		"a long search":            {`query($s: String) { district { students(filter: {search: $s}) { totalCount } } }`, vars{"s": long}},
		"a long text as a number":  {`query($n: Int) { district { students(first: $n) { totalCount } } }`, vars{"n": long}},
		"a long text as a boolean": {`query($n: Boolean!) { viewer { id @skip(if: $n) } }`, vars{"n": long}},
		"a long date":              {`mutation($i: AssignAdvocateInput!) { assignAdvocate(input: $i) { userErrors { message } } }`, vars{"i": vars{"studentId": "a", "advocateId": "b", "startsOn": long}}},
		"a long moment": {
			`mutation($i: LogContactInput!) { logContact(input: $i) { userErrors { message } } }`,
			vars{"i": vars{"studentId": "a", "occurredAt": long, "method": "PHONE", "outcome": "REACHED", "summary": "a"}},
		},
		"long channels": {
			`mutation($i: LogContactInput!) { logContact(input: $i) { userErrors { message } } }`,
			vars{"i": vars{
				"studentId": likeIt("stu_"), "occurredAt": "2022-09-01T15:00:00Z", "method": "PHONE", "outcome": "REACHED", "summary": long[:1_000],
				"confirmedChannels": slices.Repeat([]vars{{"kind": "PHONE", "value": long[:100]}}, 200),
			}},
		},
	}
}

// hostileDocuments are documents whose cost, told naively, is out of all proportion to
// their length.
func hostileDocuments(student string) map[string]string {
	spread := func(n int, on, within string) string {
		return numbered(n, "fragment F%d on "+on+" { "+within+" } ")
	}
	chain := func(n int, on, format, last string) string {
		var out strings.Builder
		for i := range n {
			fmt.Fprintf(&out, "fragment F%d on %s { %s } ", i, on, strings.ReplaceAll(format, "NEXT", "F"+strconv.Itoa(i+1)))
		}
		return out.String() + fmt.Sprintf("fragment F%d on %s { %s }", n, on, last)
	}
	long := strings.Repeat("a", mebibyte-200)
	const district = "{ district { "
	return map[string]string{
		"wide":                              `{ viewer { ` + strings.Repeat("id ", 1_990) + `} }`,
		"wide at the root":                  `{ ` + strings.Repeat("__typename ", 1_990) + `}`,
		"wide in a list":                    district + `students(first: 100) { nodes { ` + strings.Repeat("id ", 1_980) + `} } } }`,
		"wide objects":                      `{ ` + strings.Repeat("district{id} ", 495) + `}`,
		"wide objects below":                district + strings.Repeat("students{nodes{school{id}}} ", 190) + `} }`,
		"wide in many operations":           numbered(100, "query Q%d{district{...F}} ") + `fragment F on District { ... { ` + strings.Repeat("name ", 1_200) + `} }`,
		"wide unknown":                      `{ ` + strings.Repeat("nothing ", 1_990) + `}`,
		"unknown arguments":                 `{ node(` + strings.Repeat("nothing:1 ", 600) + `) { id } }`,
		"unknown directives":                `{ viewer { id ` + strings.Repeat("@nothing ", 900) + `} }`,
		"unknown fragments":                 `{ viewer { ` + strings.Repeat("...Nothing ", 900) + `} }`,
		"unknown types":                     `{ viewer { ` + strings.Repeat("... on Nothing { id } ", 320) + `} }`,
		"unknown variables":                 `{ district { ` + strings.Repeat("students(after:$nothing){totalCount} ", 150) + `} }`,
		"many aliases":                      `{ viewer { ` + numbered(600, "a%d:id ") + `} }`,
		"thirty pages":                      district + numbered(15, "a%d:students(first:100){nodes{id displayName}} ") + numbered(15, "b%d:schools{nodes{id}} ") + `} }`,
		"a bomb":                            district + `...F0 } } ` + chain(150, "District", "id ...NEXT ...NEXT", "id"),
		"a bomb of objects":                 `{ node(id: "` + student + `") { ...F0 } } ` + chain(60, "Student", "contactLogs { nodes { student { ...NEXT } } edges { node { student { ...NEXT } } } }", "id"),
		"a bomb that nobody spreads":        `{ viewer { id } } ` + chain(150, "District", "id ...NEXT ...NEXT", "id"),
		"a bomb of conflicts":               `{ viewer { ...F0 } } ` + chain(150, "Viewer", "...NEXT a:id ...NEXT", "a:kind"),
		"a fan":                             district + numbered(150, "...F%d ") + `} } ` + spread(150, "District", "id"),
		"a fan of objects":                  district + numbered(100, "...F%d ") + `} } ` + spread(100, "District", "students { nodes { id } }"),
		"a chain":                           district + `...F0 } } ` + chain(200, "District", "id ...NEXT", "id"),
		"a cycle":                           district + `...A } } fragment A on District { ` + strings.Repeat("...A ", 900) + `}`,
		"a cycle of many":                   district + `...F0 } } ` + chain(150, "District", "id ...NEXT ...NEXT", "...F0"),
		"a cycle through objects":           `{ node(id: "a") { ...A } } fragment A on Student { ` + strings.Repeat("contactLogs { nodes { student { ...A } } } ", 150) + `}`,
		"deep":                              `{ node(id: "` + student + `") { ... on Student { ` + strings.Repeat("contactLogs { nodes { student { ", 100) + `id` + strings.Repeat(" } } }", 100) + ` } } }`,
		"deep pages":                        `{ node(id: "` + student + `") { ... on Student { contactLogs(first: 100) { nodes { student { contactLogs(first: 100) { nodes { student { contactLogs(first: 100) { nodes { student { id } } } } } } } } } } } }`,
		"deep inline fragments":             district + strings.Repeat("... on District { ", 390) + `id` + strings.Repeat(" }", 390) + ` } }`,
		"a deep list":                       `{ nodes(ids: ` + strings.Repeat("[", 900) + strings.Repeat("]", 900) + `) { id } }`,
		"a deep object":                     district + `students(filter: ` + strings.Repeat("{a:", 450) + `1` + strings.Repeat("}", 450) + `) { totalCount } } }`,
		"a list of objects":                 district + `students(filter: [` + strings.Repeat("{search:1}", 350) + `]) { totalCount } } }`,
		"a list of ids":                     `{ nodes(ids: [` + strings.Repeat(`"`+student+`" `, 1_900) + `]) { id } }`,
		"a hundred nodes":                   `{ nodes(ids: [` + strings.Repeat(`"`+student+`" `, 100) + `]) { ... on Student { id contacts { person { channels { value } } } contactLogs { nodes { summary } } } } }`,
		"many variables":                    `query(` + numbered(380, "$a%d:Int ") + `) { viewer { id } }`,
		"many variables in their places":    `query(` + numbered(130, "$a%d:Int ") + `) { district { ` + numbered(130, "students(first:$a%d){totalCount} ") + `} }`,
		"many operations":                   numbered(330, "query Q%d{__typename} "),
		"operations of one name":            strings.Repeat("query Q{__typename} ", 330),
		"a long name":                       `{ viewer { ` + long + ` } }`,
		"a long alias":                      `{ viewer { ` + long + `:id } }`,
		"a long argument":                   `{ node(` + long + `: 1) { id } }`,
		"a long directive":                  `{ viewer @` + long + ` { id } }`,
		"a long variable":                   `query($` + long + `: Int) { viewer { id } }`,
		"a long type":                       `query($a: ` + long + `) { viewer { id } }`,
		"a long fragment":                   `{ viewer { ...` + long + ` } }`,
		"a long enum in the document":       district + `students(orderBy: {field: ` + long + `}) { totalCount } } }`,
		"a long text":                       `{ node(id: "` + long + `") { id } }`,
		"a long text where a number is":     district + `students(first: "` + long + `") { totalCount } } }`,
		"long texts where numbers are":      numbered(60, "query Q%d{district{...F}} ") + `fragment F on District { students(first: "` + long[:16_000] + `") { totalCount } }`,
		"a block of lines":                  `{ node(id: """` + strings.Repeat("\n ", 340_000) + `""") { id } }`,
		"a block of quotes":                 `{ node(id: """` + strings.Repeat(`\"`, 255_000) + `""") { id } }`,
		"a long number":                     district + `students(first: ` + strings.Repeat("9", mebibyte-200) + `) { totalCount } } }`,
		"spaces":                            strings.Repeat(" ", mebibyte/2) + `{ viewer { id } }`,
		"lines":                             strings.Repeat("\n", mebibyte/2-100) + `{ viewer { id } }`,
		"comments":                          strings.Repeat("#\n", mebibyte/3-100) + `{ viewer { id } }`,
		"a long comment":                    `#` + long + "\n" + `{ viewer { id } }`,
		"marks":                             strings.Repeat("\ufeff", mebibyte/3-100) + `{ viewer { id } }`,
		"brackets":                          strings.Repeat("{", mebibyte-100),
		"types":                             strings.Repeat("type A { a: B } ", 30_000),
		"introspection of lists":            `{ __schema { types { ` + strings.Repeat("fields { type { ", 2) + `name` + strings.Repeat(" } }", 2) + ` } } }`,
		"introspection of lists of lists":   `{ __schema { types { ` + strings.Repeat("fields { type { ", 80) + `name` + strings.Repeat(" } }", 80) + ` } } }`,
		"introspection twenty times":        `{ ` + numbered(20, "a%d:__schema{types{fields{args{type{name}}type{fields{name args{name description}type{name fields{name}}}}}}} ") + `}`,
		"introspection by fragments":        `{ ` + numbered(20, "a%d:__schema{types{...T}} ") + `} fragment T on __Type { name description fields { name type { ...U } } possibleTypes { ...U } } fragment U on __Type { name fields { name description args { name } } }`,
		"introspection through a bomb":      `{ __schema { types { ...F0 } } } ` + chain(100, "__Type", "ofType { ...NEXT } possibleTypes { ...NEXT }", "name"),
		"conflicts":                         `{ viewer { ` + strings.Repeat("a:id a:kind ", 15) + strings.Repeat("id ", 1_800) + `} }`,
		"arguments in another order":        district + strings.Repeat(`students(first: 1, filter: {search: "a", within: ALL}) { totalCount } `, 60) + `} }`,
		"directives on everything":          `{ viewer { ` + strings.Repeat("id @skip(if: true) @include(if: true) ", 150) + `} }`,
		"one directive many times":          `{ viewer { id ` + strings.Repeat("@skip(if: true) ", 300) + `} }`,
		"the deferred":                      `{ viewer { ` + strings.Repeat("... @defer { id } ", 45) + `} }`,
		"a subscription":                    `subscription { viewer { id } }`,
		"two million rows":                  district + `schools(first: 100) { nodes { id } } students(first: 100) { nodes { contactLogs(first: 100) { nodes { student { contactLogs(first: 100) { nodes { id } } } } } } } } }`,
		"nothing but a brace":               `{`,
		"a zero":                            "\x00",
		"not UTF-8":                         "{ viewer { id } } # \xff\xfe",
		"a surrogate":                       `{ node(id: "\ud800") { id } }`,
		"a default of a wrong type":         `query($n: Int = "` + long[:10_000] + `") { district { students(first: $n) { totalCount } } }`,
		"a default of a very large number":  `query($n: Int = 99999999999999999999) { district { students(first: $n) { totalCount } } }`,
		"a negative page":                   district + `students(first: -1) { totalCount } } }`,
		"a variable within an input object": `query($s: String) { district { students(filter: {search: $s, schoolIds: [$s]}) { totalCount } } }`,
	}
}

// hostile gives a handler whose budget is no limit, that introspects or not, and what
// asks it within this process.
func (w *world) hostile(t testing.TB, introspection bool) func([]byte) *httptest.ResponseRecorder {
	t.Helper()
	handler := w.newHandler(t, server.Config{Introspection: introspection, Budget: server.LargestCost})
	authorization := w.as(t, "DISTRICT_COORDINATOR").header.Get("Authorization")
	return func(body []byte) *httptest.ResponseRecorder {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", authorization)
		answered := httptest.NewRecorder()
		handler.ServeHTTP(answered, request)
		return answered
	}
}

// TestHostileBodies sends each of them: the answer is no failure of the server's, and
// says of errors less than a mebibyte.
func TestHostileBodies(t *testing.T) {
	t.Parallel()
	w := shared(t)
	bodies := hostileBodies(w.as(t, "DISTRICT_COORDINATOR").studentID("A-01"))
	for _, introspection := range []bool{false, true} {
		ask := w.hostile(t, introspection)
		for _, name := range slices.Sorted(maps.Keys(bodies)) {
			if len(bodies[name]) > mebibyte {
				t.Errorf("%s has %d bytes", name, len(bodies[name]))
			}
			answered := ask(bodies[name])
			var said struct {
				Errors json.RawMessage `json:"errors"`
			}
			if err := json.Unmarshal(answered.Body.Bytes(), &said); err != nil {
				t.Errorf("%s: %v in %.300s", name, err, answered.Body)
			}
			if answered.Code >= http.StatusInternalServerError || bytes.Contains(said.Errors, []byte(`"INTERNAL"`)) {
				t.Errorf("%s: status %d, %.300s", name, answered.Code, said.Errors)
			}
			if len(said.Errors) > mebibyte/10 {
				t.Errorf("%s: %d bytes of errors", name, len(said.Errors))
			}
		}
	}
}

// BenchmarkHostileBodies measures the processor time of each, in this process: the
// database's is not counted.
func BenchmarkHostileBodies(b *testing.B) {
	w := theWorld()
	bodies := hostileBodies(w.as(b, "DISTRICT_COORDINATOR").studentID("A-01"))
	for _, introspection := range []bool{false, true} {
		ask := w.hostile(b, introspection)
		for _, name := range slices.Sorted(maps.Keys(bodies)) {
			b.Run(fmt.Sprintf("introspection=%v/%s", introspection, name), func(b *testing.B) {
				began := processorTime(b)
				for b.Loop() {
					ask(bodies[name])
				}
				each := (processorTime(b) - began) / time.Duration(b.N)
				b.ReportMetric(float64(each.Microseconds())/1_000, "cpu-ms/op")
				if each > cpuOfADocument {
					b.Errorf("a document costs %s of processor time", each)
				}
			})
		}
	}
}

// processorTime is what this process has used.
func processorTime(t testing.TB) time.Duration {
	t.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
