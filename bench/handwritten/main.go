// Command handwritten is what Holdfast is measured against from above: net/http,
// lib/pq and one prepared statement an operation that gives the JSON as it is sent.
// It trusts the headers that say who asks; the scope is set as Holdfast sets it,
// and row-level security holds.
package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:0", "where to listen")
	database := flag.String("database-url", "", "PostgreSQL under the application's login")
	connections := flag.Int("connections", 16, "how many connections to hold")
	flag.Parse()
	if err := run(context.Background(), *addr, *database, *connections); err != nil {
		fmt.Fprintln(os.Stderr, "handwritten:", err)
		os.Exit(1)
	}
}

const patience = 10 * time.Second

func run(ctx context.Context, addr, database string, connections int) error {
	pool, err := open(ctx, database, connections)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", addr, err)
	}
	server := &http.Server{Handler: routes(pool), ReadHeaderTimeout: patience}
	return server.Serve(listener)
}
