package edfi

import (
	"bytes"
	"encoding/xml"
	"strings"
)

// deepestElement is how deep elements may be nested; Ed-Fi's own need about ten.
const deepestElement = 64

// element is one XML element with all that is in it, except what belongs to
// another namespace, such as a state's extension.
type element struct {
	name     string
	id, ref  string // the only attributes that Ed-Fi gives a meaning
	line     int    // on which the element starts
	text     string // trimmed
	children []element
}

// tree reads an element to its end tag. The depth of the elements below the
// root is 1.
func (f *file) tree(start xml.StartElement, line, depth int) (element, error) {
	e := newElement(start, line)
	if depth > deepestElement {
		return e, errTooDeep
	}
	for {
		token, line, err := f.token()
		if err != nil {
			return e, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if err := f.child(&e, token, line, depth); err != nil {
				return e, err
			}
		case xml.CharData:
			// White space before the first letter would be trimmed anyway.
			if e.text != "" || len(bytes.TrimSpace(token)) > 0 {
				e.text += string(token)
			}
		case xml.EndElement:
			e.text = strings.TrimSpace(e.text)
			return e, nil
		}
	}
}

// child reads an element within another one.
func (f *file) child(parent *element, start xml.StartElement, line, depth int) error {
	if start.Name.Space != f.namespace {
		return f.xml.Skip()
	}
	child, err := f.tree(start, line, depth+1)
	if err != nil {
		return err
	}
	parent.children = append(parent.children, child)
	return nil
}

func newElement(start xml.StartElement, line int) element {
	e := element{name: start.Name.Local, line: line}
	for _, attribute := range start.Attr {
		if attribute.Name.Space != "" {
			continue
		}
		switch attribute.Name.Local {
		case "id":
			e.id = strings.TrimSpace(attribute.Value)
		case "ref":
			e.ref = strings.TrimSpace(attribute.Value)
		}
	}
	return e
}

// all gives the elements at a path of names parted by slashes, in their order.
func (e *element) all(path string) []*element {
	name, rest, deeper := strings.Cut(path, "/")
	var found []*element
	for i := range e.children {
		child := &e.children[i]
		switch {
		case child.name != name:
		case deeper:
			found = append(found, child.all(rest)...)
		default:
			found = append(found, child)
		}
	}
	return found
}

// first gives the first element at a path, or an empty one. Where a name of the
// path occurs several times, only its first element is looked into.
func (e *element) first(path string) *element {
	name, rest, deeper := strings.Cut(path, "/")
	for i := range e.children {
		if e.children[i].name != name {
			continue
		}
		if deeper {
			return e.children[i].first(rest)
		}
		return &e.children[i]
	}
	return &element{}
}
