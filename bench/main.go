// Command bench measures Holdfast, every wall and record on, against two peers on
// the same PostgreSQL and the same rows: PostGraphile 5, which people would take
// instead, and a hand-written server, which is as fast as Go and one prepared
// statement get. It checks that the three give equal answers before it measures
// them. Called with the word bulk, it measures the work over many students at once
// instead. docs/performance.md says how to run both and what came of them.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	s, err := readSettings()
	if err != nil {
		return err
	}
	if slices.Contains(os.Args[1:], "bulk") {
		return bulk(ctx, s)
	}
	stage, err := openStage(ctx, s)
	if err != nil {
		return err
	}
	defer stage.close()
	peers, err := startPeers(ctx, stage)
	defer func() {
		for _, peer := range peers {
			peer.process.stop()
		}
	}()
	if err != nil {
		return err
	}
	if err := compare(ctx, stage, peers); err != nil {
		return err
	}
	counts, err := countStatements(ctx, stage, peers)
	if err != nil {
		return err
	}
	measured, err := measure(ctx, stage, peers)
	if err != nil {
		return err
	}
	return newReport(ctx, stage, peers, counts, measured).write(s, os.Stdout)
}
