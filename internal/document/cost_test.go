package document

import (
	"encoding/json"
	"strings"
	"testing"
)

// costSchema has a list of each sort.
const costSchema = `
	directive @bounded(max: Int!) on FIELD_DEFINITION
	type Query { shelf: Shelf things(first: Int = 5, after: String, last: Int): ThingPage nodes(ids: [ID!]!): [Thing] @bounded(max: 7) wild: [Thing]
		found(filter: String, orderBy: String, first: Int = 5, last: Int): ThingPage }
	type Shelf { name: String things(first: Int = 5, after: String, last: Int): ThingPage tags: [String!] @bounded(max: 3) boxes: [Box!] @bounded(max: 4) }
	type Box { name: String things(first: Int, last: Int): ThingPage }
	type ThingPage { totalCount: Int nodes: [Thing!]! @bounded(max: 100) edges: [Edge!]! @bounded(max: 100) info: Info }
	type Info { next: Boolean }
	type Edge { cursor: String node: Thing }
	type Thing { id: ID name: String shelf: Shelf }`

// TestCost holds prices to what was worked out by hand.
func TestCost(t *testing.T) {
	t.Parallel()
	reader := NewReader(load(t, costSchema), true)
	for text, one := range map[string]struct {
		variables map[string]any
		want      int64
	}{
		`{ shelf { name } }`:                                                                 {nil, 2},
		`{ shelf { tags } }`:                                                                 {nil, 4},
		`{ shelf { boxes { name } } }`:                                                       {nil, 1 + 4*2},
		`{ shelf { name } ... { shelf { tags } } }`:                                          {nil, 2 + 4},
		`{ things { nodes { id name } } }`:                                                   {nil, 1 + 5*3},
		`{ things(first: 9) { nodes { id } info { next } } }`:                                {nil, 1 + 9*2 + 2},
		`{ things(first: 9) { edges { cursor node { id } } } }`:                              {nil, 1 + 9*4},
		`{ things(first: 0) { nodes { id } } }`:                                              {nil, 1},
		`{ things(first: -3) { nodes { id } } }`:                                             {nil, 1},
		`{ things(first: 5000) { nodes { id } } }`:                                           {nil, 1 + 100*2},
		`{ things(first: 99999999999999999999) { nodes { id } } }`:                           {nil, -1},
		`{ things(last: 2) { nodes { id } } }`:                                               {nil, 1 + 2*2},
		`{ things(first: 9, last: 2) { nodes { id } } }`:                                     {nil, 1 + 2*2},
		`{ things(first: 9, last: null) { nodes { id } } }`:                                  {nil, 1 + 9*2},
		`{ things(first: null) { nodes { id } } }`:                                           {nil, 1 + 100*2},
		`{ things { totalCount } }`:                                                          {nil, 1 + 1 + SearchCost},
		`{ things(first: 2) { nodes { shelf { things { totalCount } } } totalCount } }`:      {nil, 1 + 2*(1+1+1+1) + 1 + 2*SearchCost},
		`{ found(filter: "a", orderBy: "b", first: 3) { nodes { id } totalCount } }`:         {nil, 1 + 3*2 + 1 + 2*SearchCost},
		`query($n: Int) { things(first: $n) { nodes { shelf { things { totalCount } } } } }`: {map[string]any{"n": int64(3)}, 1 + 3*(1+1+1+1) + SearchCost},
		`{ wild { id } }`:                                                                {nil, mostRows * 2},
		`{ nodes(ids: ["a", "b"]) { id } }`:                                              {nil, 2 * 2},
		`{ nodes(ids: "a") { id } }`:                                                     {nil, 7 * 2},
		`{ __typename __schema { types { name } } }`:                                     {nil, 2},
		`{ shelf { boxes { things { nodes { id } } } } }`:                                {nil, 1 + 4*(1+1+100*2)},
		`{ shelf { ...A ...A } } fragment A on Shelf { tags }`:                           {nil, 1 + 3 + 3},
		`{ things(first: 3) { nodes { shelf { things(first: 4) { nodes { id } } } } } }`: {nil, 1 + 3*(1+1+1+4*2)},

		`query($n: Int) { things(first: $n) { nodes { id } } }`:                    {map[string]any{"n": int64(8)}, 1 + 8*2},
		`query($n: Int ) { things(first: $n) { nodes { id } } }`:                   {map[string]any{"n": json.Number("8")}, 1 + 8*2},
		`query($n: Int!) { things(first: $n) { nodes { id } } }`:                   {map[string]any{"n": int64(-8)}, 1},
		`query($n: Int  ) { things(first: $n) { nodes { id } } }`:                  {map[string]any{"n": nil}, 1 + 100*2},
		`query($n: Int, $m: Int) { things(first: $n, last: $m) { nodes { id } } }`: {map[string]any{"n": int64(8), "m": int64(3)}, 1 + 3*2},
		`query($m: Int, $n: Int) { things(first: $n, last: $m) { nodes { id } } }`: {map[string]any{"n": int64(8)}, 1 + 8*2},
		`query($ids: [ID!]!) { nodes(ids: $ids) { id } }`:                          {map[string]any{"ids": []any{"a", "b", "c"}}, 3 * 2},
		`query($ids: [ID!]! ) { nodes(ids: $ids) { id } }`:                         {map[string]any{"ids": make([]any, 5_000)}, 7 * 2},
		`query($n: Int, $m: Int) { things(first: $n) { nodes { id shelf { boxes { things(first: $m) { nodes { id } } } } } } }`: {
			map[string]any{"n": int64(2), "m": int64(6)}, 1 + 2*(1+1+1+4*(1+1+6*2)),
		},
		`query($m: Int) { shelf { boxes { things(first: $m) { nodes { id } } } } }`: {map[string]any{"m": int64(6)}, 1 + 4*(1+1+6*2)},
	} {
		document, errs := reader.Read(text)
		if one.want < 0 {
			if errs == nil {
				t.Errorf("%s is read", text)
			}
			continue
		}
		if errs != nil {
			t.Errorf("%s: %v", text, errs)
			continue
		}
		operation, err := document.Operation("")
		if err != nil {
			t.Fatal(err)
		}
		if got := operation.Cost(one.variables); got != one.want {
			t.Errorf("%s costs %d, not %d", text, got, one.want)
		}
	}
}

// TestCostEndsSomewhere holds that lists within lists add up to the most, not to
// less than nothing.
func TestCostEndsSomewhere(t *testing.T) {
	t.Parallel()
	reader := NewReader(load(t, `directive @bounded(max: Int!) on FIELD_DEFINITION
		type Query { a: [Query] @bounded(max: 2000000000) b(first: Int): Query c: [Query] @bounded(max: 100) name: String }`), true)
	for _, text := range []string{
		`{ ` + nested(11, "a", "name") + ` }`,
		`query($n: Int) { ` + strings.Repeat("b(first: $n) { a { ", 5) + "name" + strings.Repeat(" } }", 5) + ` }`,
		`{ a { a { a { a { c { name } } } } x: a { a { a { a { name } } } } } }`,
	} {
		document, errs := reader.Read(text)
		if errs != nil {
			t.Fatal(text, errs)
		}
		operation, _ := document.Operation("")
		if got := operation.Cost(map[string]any{"n": int64(1) << 62}); got != MostCost {
			t.Errorf("%s costs %d", text, got)
		}
	}
}

// TestCostOfTheContract writes down what the operations that are asked most cost, on
// which the default budget rests.
func TestCostOfTheContract(t *testing.T) {
	t.Parallel()
	reader := NewReader(apiSchema(), false)
	for text, most := range map[string]int64{studentPage: 20_000, studentList: 90_000} {
		document, errs := reader.Read(text)
		if errs != nil {
			t.Fatal(errs)
		}
		operation, _ := document.Operation("")
		if got := operation.Cost(map[string]any{"first": int64(50)}); got < most/10 || got > most {
			t.Errorf("%.20s… costs %d: the default budget is for at most %d", text, got, most)
		}
	}
}
