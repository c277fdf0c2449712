package pgtest

import (
	"regexp"
	"slices"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// StatementFaults gives each table of a district that the statement names without
// asking for the district, as "table alias": after FROM, JOIN, INTO, UPDATE or
// USING, with no alias.district_id (alias.id for the table district) for it. Every
// statement carries the district itself, beside the row policy and row-level
// security, so that a plan goes by it and no wall stands alone.
//
// It reads words, it does not parse: an alias that stands for two tables of a
// statement must be followed by district_id at least twice.
func StatementFaults(statement string) []string {
	words := wordsOf(statement)
	references := districtReferences(words)
	needed := map[reference]int{}
	var faults []string
	for _, r := range references {
		needed[r]++
		if mentions(words, r, len(references) == 1) < needed[r] {
			faults = append(faults, strings.TrimSpace(r.table+" "+r.alias))
		}
	}
	return faults
}

// reference is a table in a statement; without an alias it goes by its name.
type reference struct {
	table, alias string
	written      bool // INSERT INTO: the district stands among the columns
}

var (
	comments = regexp.MustCompile(`--[^\n]*`)
	texts    = regexp.MustCompile(`'[^']*'`)
	word     = regexp.MustCompile(`[a-z_][a-z0-9_]*|\{[^}]*\}|\$[0-9]+|[(),.;]`)
)

// wordsOf gives the words of a statement, in lower case, without its comments,
// texts and quotes.
func wordsOf(statement string) []string {
	plain := comments.ReplaceAllString(statement, " ")
	plain = texts.ReplaceAllString(plain, " ")
	return word.FindAllString(strings.ToLower(strings.ReplaceAll(plain, `"`, "")), -1)
}

// notAnAlias are the words that may follow a table's name and are no alias.
var notAnAlias = []string{
	"where", "on", "using", "set", "join", "left", "right", "inner", "full", "cross", "natural", "lateral", "group", "order", "having",
	"limit", "offset", "fetch", "for", "union", "intersect", "except", "returning", "values", "select", "default", "window", "do", "tablesample",
	"as", "and", "or", "when", "then", "else", "end", "is", "not",
}

// districtReferences lists the tables of a district that the words name.
func districtReferences(words []string) []reference {
	var found []reference
	for i := range words {
		if !slices.Contains([]string{"from", "join", "into", "update", "using"}, words[i]) {
			continue
		}
		written := words[i] == "into"
		for place := i + 1; place < len(words); {
			r, next := referenceAt(words, place)
			if isOfDistrict(r.table) {
				r.written = written
				found = append(found, r)
			}
			if next >= len(words) || words[next] != "," || r.table == "" {
				break
			}
			place = next + 1
		}
	}
	return found
}

// referenceAt reads a table and its alias, and gives where the words go on.
func referenceAt(words []string, place int) (r reference, next int) {
	at := func(i int) string {
		if i < len(words) {
			return words[i]
		}
		return ""
	}
	for at(place) == "only" || at(place) == "lateral" {
		place++
	}
	if at(place) == "public" && at(place+1) == "." {
		place += 2
	}
	r.table = at(place)
	place++
	if at(place) == "as" {
		place++
	}
	if alias := at(place); isName(alias) && !slices.Contains(notAnAlias, alias) {
		r.alias = alias
		place++
	}
	return r, place
}

func isName(word string) bool {
	return word != "" && (word[0] == '_' || word[0] >= 'a' && word[0] <= 'z')
}

// isOfDistrict tells whether the table, or the partition, is a district's.
func isOfDistrict(table string) bool {
	return postgres.TableScopes()[table] == postgres.OfDistrict || strings.HasPrefix(table, "attendance_event_")
}

// mentions counts where the words ask for the reference's district. A bare
// district_id counts for a table that is written, or that stands alone.
func mentions(words []string, r reference, alone bool) int {
	column := "district_id"
	if r.table == "district" {
		column = "id"
	}
	count := 0
	for i, word := range words {
		if word != column {
			continue
		}
		qualified := i >= 2 && words[i-1] == "."
		switch {
		case qualified && words[i-2] == nameOf(r), !qualified && (r.written || alone):
			count++
		}
	}
	return count
}

func nameOf(r reference) string {
	if r.alias != "" {
		return r.alias
	}
	return r.table
}
