package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/bench/load"
)

// answerTime is how long an answer may take while nothing is measured.
const answerTime = 30 * time.Second

// compare asks every peer the same questions and stops at the first two answers
// that differ. A contact is logged twice under its key: the second time must give
// the first one's, and leave one contact, one key and one line in the audit log.
func compare(ctx context.Context, st *stage, peers []*peer) error {
	clients := make(map[*peer]*load.Client, len(peers))
	for _, p := range peers {
		client, err := load.Dial(ctx, p.process.addr)
		if err != nil {
			return fmt.Errorf("reach %s: %w", p.name, err)
		}
		defer func() { _ = client.Close() }()
		clients[p] = client
	}
	chance := newChance(1)
	for range st.settings.compared {
		for _, operation := range operations {
			q := st.ask(operation, chance)
			var first any
			for i, p := range peers {
				q.key = st.ask(operation, chance).key
				answer, err := answerOf(ctx, st, clients[p], p, operation, q)
				if err != nil {
					return fmt.Errorf("%s, %s, of %s: %w", p.name, operation, studentID(q.id), err)
				}
				if i == 0 {
					first = answer
				} else if diff := cmp.Diff(first, answer); diff != "" {
					return fmt.Errorf("%s of %s: the answers differ, - %s, + %s:\n%s", operation, studentID(q.id), peers[0].name, p.name, diff)
				}
			}
		}
	}
	fmt.Printf("%d questions an operation: the peers' answers are equal\n", st.settings.compared)
	return nil
}

func answerOf(ctx context.Context, st *stage, client *load.Client, p *peer, operation string, q question) (any, error) {
	body, err := send(client, p.request(operation, q))
	if err != nil {
		return nil, err
	}
	if operation == logContact {
		first := loggedID(body)
		if body, err = send(client, p.request(operation, q)); err != nil {
			return nil, err
		}
		if again := loggedID(body); first == "" || again != first {
			return nil, fmt.Errorf("%w: the same key gave %q first and %q then", errAnswer, first, again)
		}
		if err := st.checkWritten(ctx, q); err != nil {
			return nil, err
		}
	}
	return p.shape(operation, body)
}

func send(client *load.Client, request []byte) ([]byte, error) {
	status, body, err := client.Do(request, answerTime)
	if err != nil {
		return nil, err
	}
	body = bytes.Clone(body)
	return body, checkAnswer(status, body)
}

// loggedID finds the id of the contact in any peer's answer.
func loggedID(body []byte) string {
	var answer struct {
		Data       json.RawMessage `json:"data"`
		LogContact struct {
			ContactLog struct {
				ID    string `json:"id"`
				RowID string `json:"rowId"`
			} `json:"contactLog"`
		} `json:"logContact"`
	}
	if json.Unmarshal(body, &answer) == nil && answer.Data != nil {
		return loggedID(answer.Data)
	}
	return answer.LogContact.ContactLog.ID + answer.LogContact.ContactLog.RowID
}

// checkWritten looks behind the walls at what a key left.
func (st *stage) checkWritten(ctx context.Context, q question) error {
	var keys, contacts, lines int
	err := st.super.QueryRowContext(ctx, `SELECT count(*), count(l.id),
			(SELECT count(*) FROM audit_log a WHERE a.district_id = $1 AND a.subject_id = (SELECT result_id FROM idempotency WHERE district_id = $1 AND key = $2))
		FROM idempotency i LEFT JOIN contact_log l ON l.district_id = i.district_id AND l.id = i.result_id
		WHERE i.district_id = $1 AND i.key = $2`, q.district.id, q.key).Scan(&keys, &contacts, &lines)
	if err != nil {
		return fmt.Errorf("look at what was written: %w", err)
	}
	if keys != 1 || contacts != 1 || lines != 1 {
		return fmt.Errorf("%w: %d keys, %d contacts, %d audit lines were written instead of one of each", errAnswer, keys, contacts, lines)
	}
	return nil
}

var (
	anyErrors = []byte(`"errors":`)
	refused   = []byte(`"userErrors":[{`)
	nothing   = [][]byte{[]byte(`{"node":null}`), []byte(`{"student":null}`)}
)

// checkAnswer is what every answer of a run is held to.
func checkAnswer(status int, body []byte) error {
	wrong := status != http.StatusOK || bytes.Contains(body, anyErrors) || bytes.Contains(body, refused)
	for _, none := range nothing {
		wrong = wrong || bytes.Contains(body, none)
	}
	if wrong {
		return fmt.Errorf("%w: status %d, %.600s", errAnswer, status, body)
	}
	return nil
}
