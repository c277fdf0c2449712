package server

import (
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
)

// TestBudgetFillsEachSecond holds a budget to what it says: what is saved is spent at
// once, and comes back by the second.
func TestBudgetFillsEachSecond(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.November, 23, 8, 0, 0, 0, time.UTC)
	b := newBudgets(1_000, 20_000, func() time.Time { return now })
	who := principal{"STAFF", uuid.New()}
	if b.most != 20_000+mostForBytes {
		t.Fatalf("%d can be saved", b.most)
	}
	if refused := b.spend(who, b.most); refused != nil {
		t.Fatalf("what is saved cannot be spent: %+v", refused)
	}
	refused := b.spend(who, 2_500)
	if refused == nil || refused.status != http.StatusTooManyRequests || refused.retryAfter != 3 {
		t.Fatalf("2,500 at 1,000 a second: %+v", refused)
	}
	now = now.Add(2 * time.Second)
	if refused := b.spend(who, 2_500); refused == nil || refused.retryAfter != 1 {
		t.Errorf("a refused request has cost something: %+v", refused)
	}
	now = now.Add(time.Second)
	if refused := b.spend(who, 2_500); refused != nil {
		t.Errorf("three seconds later: %+v", refused)
	}
	if refused := b.spend(principal{"STAFF", uuid.New()}, 2_500); refused != nil {
		t.Errorf("another waits too: %+v", refused)
	}
}

// TestBudgetsAreFew holds what is kept of principals to its bound.
func TestBudgetsAreFew(t *testing.T) {
	t.Parallel()
	b := newBudgets(1, 1, time.Now)
	for range keptPrincipals + 500 {
		b.spend(principal{"STAFF", uuid.New()}, 1)
	}
	if b.kept.Len() != keptPrincipals {
		t.Errorf("%d principals are kept", b.kept.Len())
	}
}

// TestOneBudgetForAllAtOnce holds that requests at the same moment share one budget,
// from the first one on.
func TestOneBudgetForAllAtOnce(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.November, 23, 8, 0, 0, 0, time.UTC)
	b := newBudgets(1_000, 1, func() time.Time { return now })
	who := principal{"STAFF", uuid.New()}
	var paid atomic.Int64
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			if b.spend(who, b.most/10) == nil {
				paid.Add(1)
			}
		})
	}
	group.Wait()
	if paid.Load() != 10 {
		t.Errorf("%d tenths of a budget are spent", paid.Load())
	}
}

// TestReadingCost: what is read for the first time costs more, and never so much
// that it could not be paid.
func TestReadingCost(t *testing.T) {
	t.Parallel()
	if known, first := readingCost(1_200, true), readingCost(1_200, false); known != 1_300 || first != 13_300 {
		t.Errorf("a page costs %d, at first %d", known, first)
	}
	if got := readingCost(maxBody, false); got != mostForBytes {
		t.Errorf("a whole body costs %d", got)
	}
}
