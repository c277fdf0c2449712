package casework

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
)

// confirm writes down that the person's details hold: the day and by whom, the
// best way to reach them, and each channel that they confirmed or added. One
// statement, with its line in the audit log.
func (c Contact) confirm(ctx context.Context, op *operation.Operation, student, person uuid.UUID) error {
	channels, err := json.Marshal(c.channels())
	if err != nil {
		return fmt.Errorf("write the confirmed channels: %w", err)
	}
	st := reach.NewStatement(op.Reader)
	values := audit(op, logContact, "PERSON", "confirmed at a contact", reach.Values{
		"person": person, "student": student, "best": said(c.BestWayToReach), "channels": string(channels),
		"writable": func(st *reach.Statement) { st.Writable("s", access.Contact) },
	})
	st.Write(`WITH allowed AS (
		SELECT p.* FROM student s
		JOIN student_contact k ON k.district_id = s.district_id AND k.student_id = s.id AND k.withdrawn_at IS NULL
		JOIN person p ON p.district_id = k.district_id AND p.id = k.person_id
		WHERE {writable} AND s.id = {student}::uuid AND p.id = {person}
	), done AS (
		UPDATE person t SET last_confirmed_on = {today}, last_confirmed_by = {principal}::uuid, best_way_to_reach = coalesce({best}::text, t.best_way_to_reach)
		FROM allowed a WHERE t.district_id = {district} AND t.id = a.id
		RETURNING t.id, to_jsonb(a.*) AS before, to_jsonb(t.*) || jsonb_build_object('channels', {channels}::jsonb) AS after
	), said AS (
		SELECT c.* FROM jsonb_to_recordset({channels}::jsonb) AS c(id uuid, kind text, value text, opted_out boolean)
	), kept AS (
		INSERT INTO contact_channel AS t (district_id, id, person_id, kind, value, label, opted_out)
		SELECT {district}, said.id, allowed.id, said.kind, said.value, 'confirmed', said.opted_out FROM said, allowed
		ON CONFLICT (district_id, person_id, kind, value) DO UPDATE SET opted_out = excluded.opted_out, withdrawn_at = NULL
	), `+auditSQL+` SELECT count(*) FROM done`, values)
	return mustChangeOne(ctx, op, st)
}

// said gives a text that says something; nil for none, so that what stands is kept.
func said(text *string) *string {
	if text == nil || strings.TrimSpace(*text) == "" {
		return nil
	}
	return text
}

type saidChannel struct {
	ID       uuid.UUID `json:"id"`
	Kind     string    `json:"kind"`
	Value    string    `json:"value"`
	OptedOut bool      `json:"opted_out"` //nolint:tagliatelle // the name of the column
}

// channels are the confirmed ones, each once, with an id for those that are new.
func (c Contact) channels() []saidChannel {
	said := make([]saidChannel, 0, len(c.ConfirmedChannels))
	seen := make(map[string]bool, len(c.ConfirmedChannels))
	for _, channel := range c.ConfirmedChannels {
		value := strings.TrimSpace(channel.Value)
		if seen[channel.Kind+value] {
			continue
		}
		seen[channel.Kind+value] = true
		said = append(said, saidChannel{ID: uuid.Must(uuid.NewV7()), Kind: channel.Kind, Value: value, OptedOut: channel.OptedOut != nil && *channel.OptedOut})
	}
	return said
}
