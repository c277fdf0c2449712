package load

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/form"
)

// The load's own tables for what it has to say of rows, which outlive it as
// quarantined_row and import_issue.
const (
	createIssues = `CREATE TEMP TABLE stage_issue (id uuid, outcome text, row_id uuid, kind text, file text, line integer, field text,
		value text, problem text, hint text, occurrences integer) ON COMMIT DROP`
	copyIssues       = "COPY stage_issue (id, outcome, row_id, kind, file, line, field, value, problem, hint, occurrences) FROM STDIN"
	createQuarantine = `CREATE TEMP TABLE stage_quarantine (id uuid, kind text, file text, line integer, content jsonb) ON COMMIT DROP`
	copyQuarantine   = "COPY stage_quarantine (id, kind, file, line, content) FROM STDIN"
)

// The outcomes of an issue.
const (
	quarantined = "QUARANTINED"
	putUpWith   = "TOLERATED"
	differs     = "DIFFERENCE"
)

// Bounds of what is kept of issues in memory.
const (
	batchIssues   = 2_000
	mostTolerated = 1_000 // kinds of things put up with that are told apart
	longestWords  = 1_000 // bytes of a quoted value
)

// issues are the issues of a load that wait to be copied.
type issues struct {
	waiting   [][]any
	rows      [][]any
	weight    int
	tolerated map[tolerance]*tolerated
}

// tolerance is one thing that was put up with, however often.
type tolerance struct{ file, kind, field, problem string }

type tolerated struct {
	first roster.Issue
	times int
}

// reject keeps a row that a reader rejected. A row of a kind that is not merged has no
// place to be corrected in: its problems stand alone.
func (i *issues) reject(id, kind string, corrigible bool, content map[string]string, problems []roster.Issue) error {
	var row any
	if corrigible {
		for name, text := range content {
			content[name] = textOf(text)
		}
		written, err := json.Marshal(content)
		if err != nil {
			return fmt.Errorf("write down a row in quarantine: %w", err)
		}
		if content == nil {
			written = []byte("{}")
		}
		row = id
		i.rows = append(i.rows, []any{row, kind, textOf(problems[0].File), problems[0].Line, string(written)})
		i.weight += len(written)
	}
	for _, issue := range problems {
		i.add(quarantined, row, issue, 1)
	}
	return nil
}

func (i *issues) add(outcome string, row any, issue roster.Issue, occurrences int) {
	value := shortened(issue.Value)
	i.waiting = append(i.waiting, []any{
		newID(), outcome, row, issue.Kind, textOf(issue.File), issue.Line, shortened(issue.Field), value, shortened(issue.Problem), issue.Hint, occurrences,
	})
	i.weight += len(value)
}

// tolerate counts what is put up with: one issue a file, kind, field and problem. Past
// a bound it tells no more than the kind.
func (i *issues) tolerate(issue roster.Issue) {
	key := tolerance{issue.File, issue.Kind, issue.Field, issue.Problem}
	if _, known := i.tolerated[key]; !known && len(i.tolerated) >= mostTolerated {
		issue = roster.Issue{Problem: "were put up with that are not listed one by one", Hint: "mend what is listed, then load again"}
		key = tolerance{problem: issue.Problem}
	}
	known := i.tolerated[key]
	if known == nil {
		known = &tolerated{first: issue}
		i.tolerated[key] = known
	}
	known.times++
}

func (i *issues) flushFull(ctx context.Context, tx *postgres.Tx) error {
	if len(i.waiting) < batchIssues && i.weight < batchBytes {
		return nil
	}
	return i.flush(ctx, tx)
}

// flushAll copies everything, with what was put up with.
func (i *issues) flushAll(ctx context.Context, tx *postgres.Tx) error {
	all := make([]*tolerated, 0, len(i.tolerated))
	for _, one := range i.tolerated {
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b *tolerated) int {
		return cmp.Or(cmp.Compare(a.first.File, b.first.File), cmp.Compare(a.first.Line, b.first.Line), cmp.Compare(a.first.Field, b.first.Field))
	})
	for _, one := range all {
		i.add(putUpWith, nil, one.first, one.times)
	}
	return i.flush(ctx, tx)
}

func (i *issues) flush(ctx context.Context, tx *postgres.Tx) error {
	if err := copyRows(ctx, tx, copyQuarantine, i.rows); err != nil {
		return fmt.Errorf("stage the rows in quarantine: %w", err)
	}
	if err := copyRows(ctx, tx, copyIssues, i.waiting); err != nil {
		return fmt.Errorf("stage the issues: %w", err)
	}
	i.rows, i.waiting, i.weight = i.rows[:0], i.waiting[:0], 0
	return nil
}

// shortened gives the beginning of a long text.
func shortened(text string) string {
	text = textOf(text)
	if len(text) <= longestWords {
		return text
	}
	end := longestWords
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

// textOf gives text that the database takes, whatever bytes a file has in its place.
func textOf(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\x00", "\ufffd")
}

// quarantine writes down the rows that are kept back and what is wrong with each.
func (l *load) quarantine(ctx context.Context, k kind) (int64, error) {
	checks := k.allChecks()
	var wrong, values strings.Builder
	args := make([]any, 0, 1+4*len(checks))
	args = append(args, k.name)
	for i, c := range checks {
		if i > 0 {
			wrong.WriteString(", ")
		}
		next := len(args) + 1
		fmt.Fprintf(&wrong, "(%d, $%d, $%d, $%d)", i+1, next, next+1, next+2)
		args = append(args, c.field, c.problem, c.hint)
		if c.value != "" {
			fmt.Fprintf(&values, " WHEN %d THEN %s", i+1, c.value)
		}
	}
	value := "''"
	if values.Len() > 0 {
		value = "coalesce(CASE r.bad" + values.String() + " END, '')"
	}
	text := fmt.Sprintf(`WITH kept AS (
		INSERT INTO stage_quarantine (id, kind, file, line, content)
		SELECT r.id, $1::text, r.file, r.line, %s FROM %s r WHERE r.bad > 0
	), told AS (
		INSERT INTO stage_issue (id, outcome, row_id, kind, file, line, field, value, problem, hint, occurrences)
		SELECT r.id, 'QUARANTINED', r.id, $1::text, r.file, r.line, c.field, left(%s, %d), c.problem, c.hint, 1
		FROM %s r JOIN (VALUES %s) c (bad, field, problem, hint) ON c.bad = r.bad
		RETURNING 1
	)
	SELECT count(*) FROM told`, contentSQL(k.form), k.resolvedTable(), value, longestWords, k.resolvedTable(), wrong.String())
	var kept int64
	if err := l.tx.SQL().QueryRowContext(ctx, text, args...).Scan(&kept); err != nil {
		return 0, fmt.Errorf("quarantine: %w", err)
	}
	return kept, nil
}

// contentSQL is what form.Content gives, of the resolved row r.
func contentSQL(f form.Form) string {
	members := make([]string, len(f.Fields))
	for i := range f.Fields {
		members[i] = literal(f.Fields[i].Name) + ", nullif(" + writtenSQL(&f.Fields[i]) + ", '')"
	}
	return "jsonb_strip_nulls(jsonb_build_object(" + strings.Join(members, ", ") + "))"
}

func writtenSQL(f *form.Field) string {
	column := "r." + f.Column
	switch f.Type {
	case form.Day:
		return "to_char(" + column + ", 'YYYY-MM-DD')"
	case form.Whole:
		return column + "::text"
	case form.Parts:
		return "trim_scale(" + column + " / 10000.0)::text"
	case form.YesNo:
		return "CASE " + column + " WHEN true THEN 'yes' WHEN false THEN 'no' END"
	case form.List:
		return `(SELECT string_agg(replace(replace(word, '\', '\\'), ';', '\;'), ';' ORDER BY place) FROM unnest(` + column + `) WITH ORDINALITY w (word, place))`
	case form.Text, form.Word:
	}
	return column
}
