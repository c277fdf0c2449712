package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/holdfast-edu/holdfast/bench/load"
)

// measurement is one run of one peer.
type measurement struct {
	Peer      string  `json:"peer"`
	Operation string  `json:"operation"`
	Clients   int     `json:"clients"`
	Round     int     `json:"round"`
	PerSecond float64 `json:"requestsPerSecond"`
	P50       float64 `json:"p50Milliseconds"`
	P99       float64 `json:"p99Milliseconds"`
	Bytes     int     `json:"bytesPerAnswer"`
	// Processor time of the run in microseconds a request: the peer's own, that of
	// all of PostgreSQL, and the load's.
	ServerCPU   float64 `json:"serverMicrosecondsPerRequest"`
	DatabaseCPU float64 `json:"databaseMicrosecondsPerRequest"`
	LoadCPU     float64 `json:"loadMicrosecondsPerRequest"`
	// ServerMemory is the peak of the run; DatabaseMemory what PostgreSQL held at
	// its end, with the connections of every peer.
	ServerMemory   int64 `json:"serverPeakBytes"`
	DatabaseMemory int64 `json:"databaseBytes"`
}

// warming is how long each peer is asked before the first round, for what Node and
// PostgreSQL learn while they run.
const warming = 3 * time.Second

// measure runs every peer in turn, in each round, for each number of clients and
// each operation, so that what the machine does besides hits all alike.
func measure(ctx context.Context, st *stage, peers []*peer) ([]measurement, error) {
	postmaster, err := st.postmaster()
	if err != nil {
		return nil, err
	}
	m := &meter{stage: st, postmaster: postmaster}
	for _, operation := range operations {
		for _, p := range peers {
			if _, err := m.run(ctx, p, operation, st.settings.clients[len(st.settings.clients)-1], 0, warming); err != nil {
				return nil, err
			}
		}
	}
	if _, err := st.super.ExecContext(ctx, "CHECKPOINT"); err != nil {
		return nil, fmt.Errorf("write a checkpoint: %w", err)
	}
	var all []measurement
	for round := 1; round <= st.settings.rounds; round++ {
		for _, clients := range st.settings.clients {
			measured, err := m.round(ctx, peers, clients, round)
			if err != nil {
				return nil, err
			}
			all = append(all, measured...)
		}
	}
	return all, nil
}

// round runs every operation of every peer once.
func (m *meter) round(ctx context.Context, peers []*peer, clients, round int) ([]measurement, error) {
	var all []measurement
	for _, operation := range operations {
		for _, p := range peers {
			one, err := m.run(ctx, p, operation, clients, round, m.stage.settings.seconds)
			if err != nil {
				return nil, err
			}
			fmt.Printf("round %d  %2d clients  %-12s %-13s %8.0f/s  p50 %7.2f ms  p99 %7.2f ms\n", round, clients, operation, p.name,
				one.PerSecond, one.P50, one.P99)
			all = append(all, one)
		}
	}
	return all, nil
}

type meter struct {
	stage      *stage
	postmaster int
}

// reading is processor time so far.
type reading struct{ server, database, load time.Duration }

func (m *meter) read(p *peer) reading {
	return reading{server: cpu(p.process.command.Process.Pid), database: cpu(m.postmaster), load: ownCPU()}
}

// run runs one peer once. An error in any answer fails it.
func (m *meter) run(ctx context.Context, p *peer, operation string, clients, round int, duration time.Duration) (measurement, error) {
	chances := make([]*rand.Rand, clients)
	for i := range chances {
		chances[i] = newChance(rand.Uint64()) //nolint:gosec // another choice of students each time, no secret
	}
	began := make(chan reading, 1)
	pid := p.process.command.Process.Pid
	result, err := load.Run(ctx, load.Plan{
		Addr: p.process.addr, Clients: clients, Warmup: m.stage.settings.warmup, Duration: duration,
		Next:  func(client int) []byte { return p.request(operation, m.stage.ask(operation, chances[client])) },
		Check: checkAnswer,
		Began: func() {
			forgetPeak(pid)
			began <- m.read(p)
		},
	})
	if err == nil && (result.Errors > 0 || result.Requests == 0) {
		err = fmt.Errorf("%d errors in %d requests, such as: %w", result.Errors, result.Requests, result.First)
	}
	if err != nil {
		return measurement{}, fmt.Errorf("%s, %s, %d clients: %w", p.name, operation, clients, err)
	}
	before, after := <-began, m.read(p)
	each := func(from, to time.Duration) float64 {
		return float64((to - from).Microseconds()) / float64(result.Requests)
	}
	return measurement{
		Peer: p.name, Operation: operation, Clients: clients, Round: round,
		PerSecond: result.PerSecond, P50: milliseconds(result.P50), P99: milliseconds(result.P99), Bytes: result.Bytes / result.Requests,
		ServerCPU: each(before.server, after.server), DatabaseCPU: each(before.database, after.database), LoadCPU: each(before.load, after.load),
		ServerMemory: peakMemory(pid), DatabaseMemory: sharedMemory(m.postmaster),
	}, nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
