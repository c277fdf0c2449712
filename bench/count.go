package main

import (
	"context"
	"fmt"

	"github.com/holdfast-edu/holdfast/bench/load"
)

// counted is how many requests the statements are counted over, after so many that
// are not.
const counted = 20

// statementCounts are the statements of a request, by peer and operation:
// PostgreSQL's own count of what was sent to it, without what begins, scopes and
// ends a transaction.
type statementCounts map[string]map[string]float64

// countStatements counts by pg_stat_statements, which is awake for this alone. It
// gives nil where PostgreSQL has no such module.
func countStatements(ctx context.Context, st *stage, peers []*peer) (statementCounts, error) {
	if !st.statements {
		fmt.Println("pg_stat_statements is not installed: statements are not counted")
		return nil, nil //nolint:nilnil // nothing to tell
	}
	if err := st.track(ctx, "top"); err != nil {
		return nil, err
	}
	counts := make(statementCounts, len(peers))
	for _, p := range peers {
		counts[p.name] = make(map[string]float64, len(operations))
		for _, operation := range operations {
			count, err := st.count(ctx, p, operation)
			if err != nil {
				return nil, fmt.Errorf("count the statements of %s, %s: %w", p.name, operation, err)
			}
			counts[p.name][operation] = count
		}
	}
	return counts, st.track(ctx, "none")
}

// track wakes the module, or puts it to sleep, for every connection.
func (st *stage) track(ctx context.Context, what string) error {
	for _, statement := range []string{"ALTER SYSTEM SET pg_stat_statements.track = '" + what + "'", "SELECT pg_reload_conf()", "SELECT pg_sleep(0.5)"} {
		if _, err := st.super.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("wake the module that counts statements: %w", err)
		}
	}
	return nil
}

// keepers are the statements by which the access log is written and everything sealed:
// once a second, whatever is asked.
const keepers = `\m(seal|seals|access_log|pg_current_snapshot|list_districts)\M`

func (st *stage) count(ctx context.Context, p *peer, operation string) (float64, error) {
	client, err := load.Dial(ctx, p.process.addr)
	if err != nil {
		return 0, err
	}
	defer func() { _ = client.Close() }()
	chance := newChance(2)
	for i := range 2 * counted {
		if i == counted {
			if _, err := st.super.ExecContext(ctx, "SELECT pg_stat_statements_reset()"); err != nil {
				return 0, err
			}
		}
		if _, err := send(client, p.request(operation, st.ask(operation, chance))); err != nil {
			return 0, err
		}
	}
	var calls float64
	err = st.super.QueryRowContext(ctx, `SELECT coalesce(sum(calls), 0) FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid
		WHERE r.rolname = 'holdfast_application' AND s.query !~* '^\s*(begin|start|set|commit|rollback|discard|deallocate)\M' AND s.query !~ 'set_config'
			AND s.query !~ $1`, keepers).Scan(&calls)
	return calls / counted, err
}
