package document

import (
	"encoding/json"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// What an operation costs is the most values that its answer can hold: one for each
// field, times the rows of every list that it stands in. A page has the rows that
// were asked for, or its default; any other list as many as @bounded lets it have.
//
// Counting a list, and choosing or ordering its rows, reads rows that are in no
// answer: either costs as much as its share of the measured time of a list, once for
// each place in the document, since within other lists each finds few rows.
const (
	// SearchCost is what a count costs, and what a filter and an order cost together.
	SearchCost = 40_000
	countName  = "totalCount"
	// mostRows stands for a list that says nothing of its length.
	mostRows = 100
	// MostCost is where adding up ends.
	MostCost = 1 << 40
)

// searchNames are the arguments that choose or order rows.
var searchNames = []string{"filter", "orderBy"}

// price is what a selection costs: what is known from the document alone, what depends
// on variables, and what is paid once however many rows it stands in.
type price struct {
	fixed    int64
	varying  []varying
	searches int64
}

// varying is a selection once a row of a list whose length is in a variable.
type varying struct {
	rows rows
	each price
}

// at gives the cost with the variables of a request.
func (p price) at(variables map[string]any) int64 {
	total := plus(p.fixed, p.searches)
	for _, v := range p.varying {
		total = plus(total, times(v.rows.at(variables), v.each.at(variables)))
	}
	return total
}

func (p price) plus(other price) price {
	return price{
		fixed: plus(p.fixed, other.fixed), varying: append(p.varying, other.varying...), searches: plus(p.searches, other.searches),
	}
}

// in gives the price in a list of so many rows.
func (p price) in(r rows) price {
	if r.known() {
		n := r.at(nil)
		scaled := price{fixed: times(n, p.fixed), searches: p.searches}
		if len(p.varying) > 0 {
			scaled.varying = []varying{{rows: rows{most: n}, each: price{varying: p.varying}}}
		}
		return scaled
	}
	return price{varying: []varying{{rows: r, each: price{fixed: p.fixed, varying: p.varying}}}, searches: p.searches}
}

func plus(a, b int64) int64 { return min(a+b, MostCost) }

func times(a, b int64) int64 {
	if b > 0 && a > MostCost/b {
		return MostCost
	}
	return a * b
}

// priceOf gives the price of a set; page is what its parent was asked for when that
// is a connection. The limit on fields bounds the work through all fragments.
func priceOf(set ast.SelectionSet, page rows) price {
	var total price
	for _, selection := range set {
		switch selection := selection.(type) {
		case *ast.Field:
			total = total.plus(priceOfField(selection, page))
		case *ast.InlineFragment:
			total = total.plus(priceOf(selection.SelectionSet, page))
		case *ast.FragmentSpread:
			total = total.plus(priceOf(selection.Definition.SelectionSet, page))
		}
	}
	return total
}

func priceOfField(field *ast.Field, page rows) price {
	if field.Name == "__schema" || field.Name == "__type" {
		return price{fixed: 1}
	}
	one := price{fixed: 1}
	if field.Name == countName || slices.ContainsFunc(searchNames, func(name string) bool { return field.Arguments.ForName(name) != nil }) {
		one.searches = SearchCost
	}
	one = one.plus(priceOf(field.SelectionSet, pageOf(field)))
	if field.Definition.Type.Elem == nil {
		return one
	}
	return one.in(listOf(field, page))
}

// rows is how many rows a list has at most: the first of the sizes that was given
// counts.
type rows struct {
	sizes []*ast.Value // arguments, or defaults of the schema
	most  int64
}

func (r rows) known() bool {
	for _, size := range r.sizes {
		if size.Kind == ast.Variable || size.Kind == ast.ListValue {
			return false
		}
	}
	return true
}

func (r rows) at(variables map[string]any) int64 {
	for _, size := range r.sizes {
		if n, given := length(size, variables); given {
			return min(max(n, 0), r.most)
		}
	}
	return r.most
}

// pageOf gives the rows that a connection was asked for: those of last, else those
// of first, else the schema's default for first.
func pageOf(field *ast.Field) rows {
	page := rows{most: MostCost}
	for _, name := range []string{"last", "first"} {
		if definition := field.Definition.Arguments.ForName(name); definition != nil {
			page.sizes = appendSize(page.sizes, field, name, definition.DefaultValue)
		}
	}
	return page
}

// listOf gives the rows of a list: those of its page, or one for each id that it was
// asked for, and no more than it is bounded to.
func listOf(field *ast.Field, page rows) rows {
	list := rows{sizes: page.sizes, most: mostRows}
	if bounded := field.Definition.Directives.ForName("bounded"); bounded != nil {
		if n, given := length(bounded.Arguments.ForName("max").Value, nil); given {
			list.most = n
		}
	}
	if field.Definition.Arguments.ForName("ids") != nil {
		list.sizes = appendSize(nil, field, "ids", nil)
	}
	return list
}

func appendSize(sizes []*ast.Value, field *ast.Field, name string, otherwise *ast.Value) []*ast.Value {
	if argument := field.Arguments.ForName(name); argument != nil {
		return append(sizes, argument.Value)
	}
	if otherwise != nil {
		return append(sizes, otherwise)
	}
	return sizes
}

// length gives the number that a value says, or how long its list is.
func length(value *ast.Value, variables map[string]any) (n int64, given bool) {
	switch value.Kind {
	case ast.Variable:
		return lengthOf(variables[value.Raw])
	case ast.IntValue:
		n, err := json.Number(value.Raw).Int64()
		return n, err == nil
	case ast.ListValue:
		return int64(len(value.Children)), true
	default:
		return 0, false
	}
}

func lengthOf(value any) (n int64, given bool) {
	switch value := value.(type) {
	case int64:
		return value, true
	case int:
		return int64(value), true
	case json.Number:
		n, err := value.Int64()
		return n, err == nil
	case []any:
		return int64(len(value)), true
	case string:
		return 1, true // one id stands for a list of it
	default:
		return 0, false
	}
}
