package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/internal/operation/operationtest"
	"github.com/holdfast-edu/holdfast/internal/server"
)

// requestsARound is how many requests are asked without the access log, and then with
// it: the log writes and seals such a batch each time, as it does each second.
const requestsARound = 192

// BenchmarkAccessLog asks for the student page, and for a list of a hundred students,
// in turn without the access log and with it, by one client and by 16. It reports
// what a request costs in processor time, of this process and of its connections'
// servers, which a busy machine does not change much.
//
//	go test -run '^$' -bench AccessLog -benchtime 10x ./test/api
func BenchmarkAccessLog(b *testing.B) {
	w := newWorld(b, true)
	in := w.alder
	if w.grandBend != nil {
		in = w.grandBend
	}
	document, id := contract(b), w.studentIn(b, in)
	token, err := w.issuer.Token(in.persona("coordinator"), time.Hour)
	if err != nil {
		b.Fatal(err)
	}
	without := w.newHandler(b, server.Config{Witness: operationtest.Blind{}, RightsAge: identity.Age})
	with := w.newHandler(b, server.Config{Witness: w.keeper, RightsAge: identity.Age})
	for _, name := range []string{"StudentPage", "StudentList"} {
		body, err := json.Marshal(map[string]any{"query": document, "operationName": name, "variables": vars{"id": id, "first": 100}})
		if err != nil {
			b.Fatal(err)
		}
		for _, clients := range []int{1, 16} {
			b.Run(fmt.Sprintf("%s/%d", name, clients), func(b *testing.B) {
				ask := func(handler http.Handler) time.Duration {
					began := w.processorTime(b)
					askAll(b, handler, body, token, clients)
					if err := w.keeper.Flush(b.Context()); err != nil {
						b.Fatal(err)
					}
					return w.processorTime(b) - began
				}
				ask(without)
				ask(with)
				var bare, logged time.Duration
				for range b.N {
					bare += ask(without)
					logged += ask(with)
				}
				requests := float64(b.N * requestsARound)
				b.ReportMetric(float64(bare.Microseconds())/requests, "µs-without")
				b.ReportMetric(float64(logged.Microseconds())/requests, "µs-with")
				b.ReportMetric(100*(logged.Seconds()/bare.Seconds()-1), "%-dearer")
			})
		}
	}
}

// askAll asks the same so many times, by several clients.
func askAll(b *testing.B, handler http.Handler, body []byte, token string, clients int) {
	b.Helper()
	var group sync.WaitGroup
	for range clients {
		group.Go(func() {
			for range requestsARound / clients {
				request := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
				request.Header.Set("Content-Type", "application/json")
				request.Header.Set("Authorization", "Bearer "+token)
				answer := httptest.NewRecorder()
				handler.ServeHTTP(answer, request)
				if answer.Code != http.StatusOK || bytes.Contains(answer.Body.Bytes(), []byte(`"errors"`)) {
					b.Errorf("%d: %s", answer.Code, answer.Body)
				}
			}
		})
	}
	group.Wait()
}

// processorTime is what this process has used, and the server's processes that serve
// its database.
func (w *world) processorTime(b *testing.B) time.Duration {
	b.Helper()
	var own syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err != nil {
		b.Fatal(err)
	}
	used := time.Duration(own.Utime.Nano() + own.Stime.Nano())
	rows, err := w.owner.Pool().QueryContext(b.Context(), `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'`)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var pid int
		if err := rows.Scan(&pid); err != nil {
			b.Fatal(err)
		}
		used += ticks(b, pid)
	}
	return used
}

// ticks is what a process has used, in the hundredths of a second that Linux counts.
func ticks(b *testing.B, pid int) time.Duration {
	b.Helper()
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0 // it has ended
	}
	_, after, _ := strings.Cut(string(content), ") ")
	fields := strings.Fields(after)
	var sum int64
	for _, place := range []int{11, 12} { // utime, stime
		n, err := strconv.ParseInt(fields[place], 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		sum += n
	}
	return time.Duration(sum) * 10 * time.Millisecond
}
