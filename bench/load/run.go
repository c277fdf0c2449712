package load

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Plan is one run against one server.
type Plan struct {
	Addr     string
	Clients  int
	Warmup   time.Duration // asked, and not counted
	Duration time.Duration
	// Next makes the next request of a client; it is called from that client's
	// goroutine alone.
	Next func(client int) []byte
	// Check tells what is wrong with an answer.
	Check func(status int, body []byte) error
	// Began is called when the counting begins.
	Began func()
}

// Result is what a run gave. An error is an answer that Check refused, or none.
type Result struct {
	Requests  int
	PerSecond float64
	P50, P99  time.Duration
	Bytes     int // of the bodies, together
	Errors    int
	First     error // the first of them
}

// patience is how long an answer may take.
const patience = 30 * time.Second

// Run asks for the plan's time and counts. It ends early when a client cannot go
// on, with the error in the result.
func Run(ctx context.Context, plan Plan) (Result, error) {
	clients := make([]*Client, plan.Clients)
	for i := range clients {
		client, err := Dial(ctx, plan.Addr)
		if err != nil {
			return Result{}, err
		}
		defer func() { _ = client.Close() }()
		clients[i] = client
	}
	starts := time.Now().Add(plan.Warmup)
	ends := starts.Add(plan.Duration)
	began := time.AfterFunc(plan.Warmup, plan.Began)
	defer began.Stop()
	tallies := make(chan tally, plan.Clients)
	for i, client := range clients {
		go func() { tallies <- client.loop(ctx, plan, i, starts, ends) }()
	}
	var all tally
	for range clients {
		all.add(<-tallies)
	}
	return all.result(plan.Duration), ctx.Err()
}

// tally is what one client saw.
type tally struct {
	took   []time.Duration
	bytes  int
	errors int
	first  error
}

// loop asks until the end. An answer counts when it came within the counted time.
func (c *Client) loop(ctx context.Context, plan Plan, number int, starts, ends time.Time) tally {
	seen := tally{took: make([]time.Duration, 0, 1<<16)}
	for ctx.Err() == nil {
		asked := time.Now()
		if !asked.Before(ends) {
			break
		}
		status, body, err := c.Do(plan.Next(number), patience)
		broken := err != nil
		if !broken {
			err = plan.Check(status, body)
		}
		if err != nil {
			seen.errors++
			seen.first = errors.Join(seen.first, fmt.Errorf("client %d: %w", number, err))
			if broken || seen.errors == maxErrors {
				break
			}
		}
		answered := time.Now()
		if answered.After(starts) && !answered.After(ends) {
			seen.took = append(seen.took, answered.Sub(asked))
			seen.bytes += len(body)
		}
	}
	return seen
}

// maxErrors is after how many a client gives up.
const maxErrors = 3

func (t *tally) add(other tally) {
	t.took = append(t.took, other.took...)
	t.bytes += other.bytes
	t.errors += other.errors
	if t.first == nil {
		t.first = other.first
	}
}

func (t *tally) result(duration time.Duration) Result {
	slices.Sort(t.took)
	result := Result{
		Requests: len(t.took), PerSecond: float64(len(t.took)) / duration.Seconds(), Bytes: t.bytes, Errors: t.errors, First: t.first,
	}
	if len(t.took) > 0 {
		result.P50, result.P99 = quantile(t.took, half), quantile(t.took, allButOne)
	}
	return result
}

// The shares of the answers whose times are told.
const (
	half      = 0.50
	allButOne = 0.99 // of a hundred
)

// quantile gives the time within which that share of the answers came.
func quantile(sorted []time.Duration, share float64) time.Duration {
	return sorted[min(int(share*float64(len(sorted))), len(sorted)-1)]
}
