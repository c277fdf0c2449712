package doctor

import (
	"context"
	"fmt"
	"time"

	"github.com/holdfast-edu/holdfast/internal/ledger"
	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// unsealedFor is for how long a line may wait for its seal: a server seals each
// second.
const unsealedFor = time.Minute

// checkSeals: nothing is added to a chain with another key, the access log neither.
func checkSeals(ctx context.Context, p *patient) ([]Finding, error) {
	if p.Secret == nil {
		return []Finding{ok("there is no secret key yet, so nothing was sealed")}, nil
	}
	key := ledger.NewKey(p.Secret)
	return p.eachDistrict(ctx, "every chain of seals is this key's, and nothing waits for long", func(ctx context.Context, d district) ([]Finding, error) {
		var state ledger.State
		err := p.owner.Read(ctx, func(tx *postgres.Tx) error {
			var err error
			state, err = ledger.StateOf(ctx, tx, key, d.id)
			return err
		})
		switch {
		case err != nil:
			return nil, err
		case !state.KeyFits:
			return []Finding{fail("its chain of seals was made with another secret key: nothing is sealed and the access log is not written",
				"give --secret-key, or the data directory's secret-key, as it was; then: holdfast audit verify")}, nil
		case state.Longest > unsealedFor:
			return []Finding{warn(fmt.Sprintf("%d or more lines wait for their seal, the oldest for %s", state.Waiting, state.Longest.Round(time.Second)),
				"start holdfast serve, which seals them; where it runs, look into its log for: cannot seal the logs")}, nil
		}
		return nil, nil
	})
}
