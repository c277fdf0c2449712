package server

import (
	"math"
	"net/http"
	"time"

	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"github.com/holdfast-edu/holdfast/graph"
)

// What operations may cost; docs/limits.md says how the numbers were found.
const (
	// DefaultMaxCost is the most that one operation may cost.
	DefaultMaxCost = 1_000_000
	// DefaultBudget is what a principal may spend in a second, in the long run.
	DefaultBudget = 10_000_000
	// LargestCost is the most that either may be set to.
	LargestCost = 1_000_000_000
	// saved is how many seconds of its budget a principal can have at once.
	saved = 10
	// keptPrincipals is how many principals' budgets are known at a time. Whoever
	// was forgotten had asked for nothing for longest, and begins with a full one.
	keptPrincipals = 10_000
)

// What a request costs before anything of it is run: its way here and who asks, its
// bytes, and a document that is read for the first time.
const (
	requestCost  = 1_000
	bytesForOne  = 4
	newByteCost  = 10
	mostForBytes = 250_000
)

// readingCost is what reading a request of that length costs.
func readingCost(length int, known bool) int64 {
	cost := int64(requestCost + length/bytesForOne)
	if !known {
		cost += int64(newByteCost * length)
	}
	return min(cost, mostForBytes)
}

// principal is who pays.
type principal struct {
	kind string
	id   uuid.UUID
}

// budgets is what each principal may still spend: a bucket that fills each second.
type budgets struct {
	perSecond, most int64
	kept            *lru.Cache[principal, *rate.Limiter]
	now             func() time.Time
}

func newBudgets(perSecond, maxCost int64, now func() time.Time) *budgets {
	kept, _ := lru.New[principal, *rate.Limiter](keptPrincipals) // fails for sizes under one alone
	// Whatever may be asked can be paid by who has saved for it.
	most := min(max(perSecond*saved, maxCost+mostForBytes), math.MaxInt32)
	return &budgets{perSecond: perSecond, most: most, kept: kept, now: now}
}

// spend takes a cost from a principal's budget; a refusal says when there will be
// enough, and takes nothing.
func (b *budgets) spend(who principal, cost int64) *refusal {
	limiter, known := b.kept.Get(who)
	if !known {
		limiter = rate.NewLimiter(rate.Limit(b.perSecond), int(b.most))
		if before, raced, _ := b.kept.PeekOrAdd(who, limiter); raced {
			limiter = before
		}
	}
	now := b.now()
	reserved := limiter.ReserveN(now, int(min(cost, b.most)))
	wait := reserved.DelayFrom(now)
	if wait == 0 {
		return nil
	}
	reserved.CancelAt(now)
	return &refusal{
		status: http.StatusTooManyRequests, code: graph.CodeLimitExceeded, retryAfter: int(math.Ceil(wait.Seconds())),
		message: "the budget of these seconds is spent: wait as Retry-After says, then ask for smaller pages or less often",
	}
}
