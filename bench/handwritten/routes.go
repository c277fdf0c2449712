package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"
)

// asked is who asks, and in which district.
type asked struct{ district, person uuid.UUID }

// operation reads the body and gives the JSON to send.
type operation func(ctx context.Context, who asked, body *json.Decoder) ([]byte, error)

func routes(p pool) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /StudentPage", serve(p.studentPage))
	mux.Handle("POST /StudentList", serve(p.studentList))
	mux.Handle("POST /LogContact", serve(p.logContact))
	return mux
}

func serve(do operation) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var who asked
		var districtErr, personErr error
		who.district, districtErr = uuid.Parse(r.Header.Get("Holdfast-District"))
		who.person, personErr = uuid.Parse(r.Header.Get("Holdfast-Person"))
		if err := errors.Join(districtErr, personErr); err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		answer, err := do(r.Context(), who, json.NewDecoder(r.Body))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(answer)
	})
}

func today() string { return time.Now().UTC().Format(time.DateOnly) }

func (p pool) studentPage(ctx context.Context, who asked, body *json.Decoder) ([]byte, error) {
	var input struct {
		ID uuid.UUID `json:"id"`
	}
	if err := body.Decode(&input); err != nil {
		return nil, fmt.Errorf("read the body: %w", err)
	}
	var answer []byte
	err := p.in(ctx, who.district, func(c *connection) error {
		return c.studentPage.QueryRowContext(ctx, who.district, input.ID, today()).Scan(&answer)
	})
	return answer, err
}

func (p pool) studentList(ctx context.Context, who asked, body *json.Decoder) ([]byte, error) {
	var input struct {
		GradeLevels []string `json:"gradeLevels"`
		First       int      `json:"first"`
	}
	if err := body.Decode(&input); err != nil {
		return nil, fmt.Errorf("read the body: %w", err)
	}
	var answer []byte
	err := p.in(ctx, who.district, func(c *connection) error {
		return c.studentList.QueryRowContext(ctx, who.district, pq.Array(input.GradeLevels), today(), input.First).Scan(&answer)
	})
	return answer, err
}

// contact is a contact to write down.
type contact struct {
	StudentID      uuid.UUID `json:"studentId"`
	OccurredAt     time.Time `json:"occurredAt"`
	Method         string    `json:"method"`
	Outcome        string    `json:"outcome"`
	Summary        string    `json:"summary"`
	IdempotencyKey string    `json:"idempotencyKey"`
}

func (p pool) logContact(ctx context.Context, who asked, body *json.Decoder) ([]byte, error) {
	var input contact
	if err := body.Decode(&input); err != nil {
		return nil, fmt.Errorf("read the body: %w", err)
	}
	text, err := json.Marshal(input)
	if err != nil {
		return nil, fmt.Errorf("hash the body: %w", err)
	}
	hash := sha256.Sum256(text)
	var answer []byte
	err = p.in(ctx, who.district, func(c *connection) error {
		err := c.logContact.QueryRowContext(ctx, who.district, who.person, input.StudentID, input.OccurredAt, input.Method, input.Outcome,
			input.Summary, input.IdempotencyKey, hash[:], uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())).Scan(&answer)
		if errors.Is(err, sql.ErrNoRows) {
			err = c.replayContact.QueryRowContext(ctx, who.district, who.person, input.IdempotencyKey, hash[:]).Scan(&answer)
		}
		return err
	})
	return answer, err
}
