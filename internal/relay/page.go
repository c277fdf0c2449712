package relay

import "errors"

// MaxPage is the most rows that one page holds, at every level.
const MaxPage = 100

// ErrPage is a page that cannot be given.
var ErrPage = errors.New("a page takes first (with after) or last (with before), from 0 to 100")

// PageArgs are the arguments of a list, as a client sent them.
type PageArgs struct {
	First, Last   *int
	After, Before *string
}

// Page is which rows of a list to give.
type Page struct {
	Limit    int    // rows at most, at most MaxPage
	Backward bool   // the last ones before Cursor, instead of the first after it
	Cursor   string // empty: from the list's end
}

// Page checks the arguments. A list's default for first does not count when last
// is asked for.
func (a PageArgs) Page() (Page, error) {
	switch {
	case a.Last != nil && a.After != nil, a.Last == nil && a.Before != nil, a.After != nil && a.Before != nil:
		return Page{}, ErrPage
	case a.Last != nil:
		return page(*a.Last, true, a.Before)
	case a.First != nil:
		return page(*a.First, false, a.After)
	}
	return Page{}, ErrPage
}

func page(limit int, backward bool, cursor *string) (Page, error) {
	if limit < 0 || limit > MaxPage {
		return Page{}, ErrPage
	}
	p := Page{Limit: limit, Backward: backward}
	if cursor != nil {
		p.Cursor = *cursor
	}
	return p, nil
}

// PageInfo says where a page lies in its list.
type PageInfo struct {
	HasNextPage     bool
	HasPreviousPage bool
	StartCursor     *string
	EndCursor       *string
}

// Connection is a page of a list.
type Connection[T any] struct {
	TotalCount int // 0 when it was not asked for
	PageInfo   PageInfo
	Edges      []Edge[T]
}

// Edge is a row in a page, with its cursor.
type Edge[T any] struct {
	Cursor string
	Node   T
}

// Nodes gives the rows alone.
func (c *Connection[T]) Nodes() []T {
	nodes := make([]T, len(c.Edges))
	for i, edge := range c.Edges {
		nodes[i] = edge.Node
	}
	return nodes
}

// Row is what a loader read: an object and its sort keys.
type Row[T any] struct {
	Node T
	Keys []string
}

// Connect makes a page of rows, of which the loader read one more than the limit
// where there were more, in the order in which it read them.
func Connect[T any](rows []Row[T], page Page, total int, seal func(keys []string) string) *Connection[T] {
	more := len(rows) > page.Limit
	if more {
		rows = rows[:page.Limit]
	}
	connection := &Connection[T]{TotalCount: total, Edges: make([]Edge[T], len(rows))}
	for i, row := range rows {
		at := i
		if page.Backward {
			at = len(rows) - 1 - i
		}
		connection.Edges[at] = Edge[T]{Cursor: seal(row.Keys), Node: row.Node}
	}
	info := &connection.PageInfo
	info.HasNextPage, info.HasPreviousPage = more, page.Cursor != ""
	if page.Backward {
		info.HasNextPage, info.HasPreviousPage = page.Cursor != "", more
	}
	if len(rows) > 0 {
		info.StartCursor = &connection.Edges[0].Cursor
		info.EndCursor = &connection.Edges[len(rows)-1].Cursor
	}
	return connection
}
