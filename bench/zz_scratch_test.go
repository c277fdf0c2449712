package main

import (
	"bytes"
	"context"
	"fmt"
	
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"
	"log/slog"

	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/relay"
	"github.com/holdfast-edu/holdfast/internal/server"
)

func TestScratch(t *testing.T) {
	s, _ := readSettings()
	s.benchDir = "."
	st := &stage{settings: s, dataDir: s.dataDir}
	defer st.close()
	ctx := context.Background()
	if err := st.join(ctx); err != nil { t.Fatal(err) }
	if err := st.readDistricts(ctx); err != nil { t.Fatal(err) }
	if err := st.readStudents(ctx); err != nil { t.Fatal(err) }
	seen := map[string]bool{}
	db, err := postgres.Open(ctx, st.applicationURL()+os.Getenv("EXTRA"), postgres.Options{MaxConnections: 1, Observe: func(_ context.Context, q string) {
		if !seen[q] { seen[q] = true; os.WriteFile(fmt.Sprintf("/tmp/stmt-%d.sql", len(seen)), []byte(q), 0o644) }
	}})
	if err != nil { t.Fatal(err) }
	issuer, _ := identity.OpenDevIssuer(st.dataDir, time.Now)
	sealer, _ := relay.NewSealer([]byte("x"))
	h := server.NewHandler(server.Config{DB: db, Verifier: issuer, Cursors: sealer, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	for _, d := range st.districts { d.token, _ = issuer.Token("coordinator:"+d.code, time.Hour) }
	docs, _ := readDocuments(".", "contract")
	chance := newChance(1)
	for _, op := range operations {
		for i := 0; i < 300; i++ {
			q := st.ask(op, chance)
			r := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(docs.body(op, holdfastVariables(op, q))))
			r.Header.Set("Content-Type", "application/json"); r.Header.Set("Authorization", "Bearer "+q.district.token)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if err := checkAnswer(w.Code, w.Body.Bytes()); err != nil { t.Fatal(err) }
		}
	}
	rows, err := db.Pool().QueryContext(ctx, "select substr(regexp_replace(statement, E'\\s+', ' ', 'g'), 1, 70), array_length(parameter_types,1), generic_plans, custom_plans from pg_prepared_statements")
	if err != nil { t.Fatal(err) }
	for rows.Next() { _ = 0; var a string; var n, b, c *int; if e := rows.Scan(&a, &n, &b, &c); e != nil { fmt.Println(e) }; v := func(p *int) int { if p == nil { return 0 }; return *p }; fmt.Println(v(n), "params", v(b), "generic", v(c), "custom", a) }
}
