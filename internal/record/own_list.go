package record

import (
	"maps"
	"strconv"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/operation"
	"github.com/holdfast-edu/holdfast/internal/reach"
	"github.com/holdfast-edu/holdfast/internal/relay"
)

// ownList is a list of what is a student's own, given by pages: the rows that it is
// read from, one of them as JSON, and their order. In both texts s is the student and
// {year} the school year that is asked for.
type ownList struct {
	name   string // that its cursors are bound to
	class  access.Class
	from   string // what follows FROM, with its conditions
	node   string
	by     placing
	values reach.Values // what else stands in the texts
}

const ownListSQL = `json_build_object('total', {total}, 'rows', (SELECT coalesce(json_agg(x.item), '[]') FROM (
	SELECT json_build_object('keys', json_build_array({keys}), 'node', {node}) AS item
	FROM {from} {after} ORDER BY {order} LIMIT {limit}) x))`

// query names the list of one school year.
func (l ownList) query(s Selected) string { return l.name + " " + strconv.Itoa(yearKey(s.SchoolYear)) }

// write writes the page.
func (l ownList) write(st *reach.Statement, s Selected, op *operation.Operation) error {
	page, keys, err := openPage(op, bound(op, l.query(s)), s.Page)
	if err != nil {
		return err
	}
	values := reach.Values{"year": schoolYear(s.SchoolYear)}
	maps.Copy(values, l.values)
	from := func(st *reach.Statement) { st.Write(l.from, values) }
	st.Write(ownListSQL, reach.Values{
		"total": ifSelected(s, "totalCount", func(st *reach.Statement) { st.Text("(SELECT count(*) FROM "); from(st); st.Text(")") }, "0"),
		"keys": func(st *reach.Statement) {
			l.by.each(st, func(_ int, key sortKey) { st.Text(key.expression + "::text") })
		},
		"node":  func(st *reach.Statement) { st.Write(l.node, values) },
		"from":  from,
		"after": beyond(page, keys, l.by),
		"order": ordered(page, l.by),
		"limit": page.Limit + 1,
	})
	return nil
}

// ownPages makes the list a field, whose pages are kept by listKey.
func ownPages[T any](l ownList, keep func(student *Student, key string, page relay.Connection[T])) studentField {
	return studentField{
		class: l.class,
		write: l.write,
		into: func(student *Student, s Selected, op *operation.Operation) (any, func() error) {
			keepIt := func(student *Student, _ string, page relay.Connection[T]) {
				keep(student, listKey(s.SchoolYear, s.Page), page)
			}
			return intoPage(l.query(s), keepIt)(student, s, op)
		},
	}
}

// listKey names a page of a list of a school year.
func listKey(year *int, page relay.PageArgs) string {
	return strconv.Itoa(yearKey(year)) + " " + pageKey(page)
}
