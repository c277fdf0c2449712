package record

import (
	"github.com/google/uuid"

	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// placing is the order of a list of a student's own: the keys of its rows, each
// with the type that its cursor's text is read as.
type placing struct {
	keys       []sortKey
	descending bool
}

// latestFirst is the order by a moment, then by id.
func latestFirst(alias, moment string) placing {
	return placing{[]sortKey{{alias + "." + moment, "timestamptz"}, {alias + ".id", "uuid"}}, true}
}

// beyond writes that a row lies after the cursor; nothing without one.
func beyond(page relay.Page, keys []string, by placing) func(*reach.Statement) {
	return func(st *reach.Statement) {
		if keys == nil {
			return
		}
		than := ") > ("
		if by.descending != page.Backward {
			than = ") < ("
		}
		st.Text("AND (")
		by.each(st, func(_ int, key sortKey) { st.Text(key.expression) })
		st.Text(than)
		by.each(st, func(i int, key sortKey) { st.Arg(keys[i]).Text("::" + key.kind) })
		st.Text(")")
	}
}

// ordered writes the order of the page: backward pages run the other way.
func ordered(page relay.Page, by placing) func(*reach.Statement) {
	return func(st *reach.Statement) {
		way := ""
		if by.descending != page.Backward {
			way = " DESC"
		}
		by.each(st, func(_ int, key sortKey) { st.Text(key.expression + way) })
	}
}

// each writes something of every key, with commas between.
func (p placing) each(st *reach.Statement, write func(i int, key sortKey)) {
	for i, key := range p.keys {
		if i > 0 {
			st.Text(", ")
		}
		write(i, key)
	}
}

// intoPage gives what reads a page of a student's own list, which the database
// assembled as its total and its rows. Its cursors are bound to the list, the
// reader and the student.
func intoPage[T any](query string, keep func(student *Student, key string, page relay.Connection[T])) func(*Student, Selected, *operation.Operation) (any, func() error) {
	return func(student *Student, s Selected, op *operation.Operation) (any, func() error) {
		raw := new([]byte)
		return raw, func() error {
			if *raw == nil {
				return nil
			}
			var read struct {
				Total int
				Rows  []relay.Row[T]
			}
			if err := fromJSON(*raw, &read); err != nil {
				return err
			}
			page, keys, err := openPage(op, bound(op, query), s.Page)
			if err != nil {
				return err
			}
			owner := student.ID.String()
			if keys != nil && keys[len(keys)-1] != owner {
				return relay.ErrCursor // of another student's list
			}
			seal := func(keys []string) string { return op.Cursors.Seal(bound(op, query), append(keys, owner)) }
			keep(student, pageKey(s.Page), *relay.Connect(read.Rows, page, read.Total, seal))
			return nil
		}
	}
}

// bound names a list together with whose it is, for its cursors. Those of a preview
// are of who looks and whose eyes they look through.
func bound(op *operation.Operation, query string) string {
	return query + "|" + uuid.UUID(op.Reader.Principal.PersonID).String() + "|" + uuid.UUID(op.Reader.Preview.By).String()
}

// openPage checks a page's arguments and opens its cursor; keys is nil without one.
func openPage(op *operation.Operation, query string, args relay.PageArgs) (page relay.Page, keys []string, err error) {
	page, err = args.Page()
	if err != nil || page.Cursor == "" {
		return page, nil, err
	}
	keys, err = op.Cursors.Open(query, page.Cursor)
	return page, keys, err
}
