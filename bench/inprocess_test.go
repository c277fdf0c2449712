package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/internal/ledger"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/relay"
	"github.com/holdfast-edu/holdfast/internal/server"
)

// BenchmarkHoldfast asks the program's handler within this process, so that go
// test's profiles show where its time goes:
//
//	BENCH_DATA_DIR=… go test -run '^$' -bench Holdfast/StudentPage -cpuprofile cpu.out ./bench
//
// The data directory is one that make bench kept (BENCH_KEEP=1).
func BenchmarkHoldfast(b *testing.B) {
	s, err := readSettings()
	if err != nil {
		b.Fatal(err)
	}
	if s.dataDir == "" {
		b.Skip("BENCH_DATA_DIR names no data directory that make bench kept")
	}
	s.benchDir = "."
	st := &stage{settings: s, dataDir: s.dataDir}
	b.Cleanup(st.close)
	if err := st.join(b.Context()); err != nil {
		b.Fatal(err)
	}
	handler := st.handler(b)
	documents, err := readDocuments(s.benchDir, "contract")
	if err != nil {
		b.Fatal(err)
	}
	postmaster, err := st.postmaster()
	if err != nil {
		b.Fatal(err)
	}
	var seed atomic.Uint64
	for _, operation := range operations {
		b.Run(operation, func(b *testing.B) {
			b.ReportAllocs()
			database, own := cpu(postmaster), cpu(os.Getpid())
			defer func() {
				b.ReportMetric(float64((cpu(postmaster)-database).Microseconds())/float64(b.N), "database-µs/op")
				b.ReportMetric(float64((cpu(os.Getpid())-own).Microseconds())/float64(b.N), "server-µs/op")
			}()
			b.RunParallel(func(pb *testing.PB) {
				chance := newChance(seed.Add(1))
				for pb.Next() {
					q := st.ask(operation, chance)
					request := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/graphql",
						bytes.NewReader(documents.body(operation, holdfastVariables(operation, q))))
					request.Header.Set("Content-Type", "application/json")
					request.Header.Set("Authorization", "Bearer "+q.district.token)
					answer := httptest.NewRecorder()
					handler.ServeHTTP(answer, request)
					if err := checkAnswer(answer.Code, answer.Body.Bytes()); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}

// handler makes the program's own handler over the stage, and reads who asks.
func (st *stage) handler(b *testing.B) http.Handler {
	b.Helper()
	db, err := postgres.Open(b.Context(), st.applicationURL(), postgres.Options{MaxConnections: connections, GenericPlans: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	issuer, err := identity.OpenDevIssuer(st.dataDir, time.Now)
	if err != nil {
		b.Fatal(err)
	}
	sealer, err := relay.NewSealer([]byte("the benchmark's cursors"))
	if err != nil {
		b.Fatal(err)
	}
	if err := errors.Join(st.readDistricts(b.Context()), st.readStudents(b.Context())); err != nil {
		b.Fatal(err)
	}
	for _, d := range st.districts {
		if d.token, err = issuer.Token("coordinator:"+d.code, time.Hour); err != nil {
			b.Fatal(err)
		}
	}
	log := slog.New(slog.DiscardHandler)
	issuers, err := identity.NewIssuers(identity.Config{Development: issuer, Now: time.Now, Log: log})
	if err != nil {
		b.Fatal(err)
	}
	secret, err := os.ReadFile(filepath.Join(st.dataDir, "secret-key")) // the chains of seals are this key's
	if err != nil {
		b.Fatal(err)
	}
	keeper, err := ledger.Start(b.Context(), db, ledger.Options{Secret: secret, Now: time.Now, Log: log})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = keeper.Close(context.Background()) })
	return server.NewHandler(server.Config{DB: db, Verifier: issuers, Cursors: sealer, Witness: keeper, RightsAge: identity.Age, Now: time.Now, Log: log})
}
