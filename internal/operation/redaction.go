package operation

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/holdfast-edu/holdfast/internal/access"
	"github.com/holdfast-edu/holdfast/internal/reach"
)

// Reason says why a field was not shown.
type Reason string

// The reasons.
const (
	// NoRole: no role of the reader reads the class of that student.
	NoRole Reason = "ROLE"
	// NeedToKnow: the reader reads only items granted to them, that they wrote, or of
	// sections that they teach; whether there are others is not told.
	NeedToKnow Reason = "NEED_TO_KNOW"
)

// maxIndexes is how many of the rows a redaction names by their place.
const maxIndexes = 100

// Redaction is one field of the answer that was not shown to the reader, in some
// or all of the rows.
type Redaction struct {
	Path      string  `json:"path"`              // by the schema's field names, without places in lists
	DataClass *string `json:"dataClass"`         // null where a role's operation, not a class, decides
	Reason    Reason  `json:"reason"`            //
	Count     int     `json:"count"`             // rows
	Indexes   []int   `json:"indexes,omitempty"` // the first places in the nearest list
}

func (r Redaction) class() string {
	if r.DataClass == nil {
		return ""
	}
	return *r.DataClass
}

type redactionKey struct {
	path, class string
	reason      Reason
}

type redactions struct {
	mu     sync.Mutex
	byPath map[redactionKey]*Redaction
}

// Redact notes that the field at the path was not shown in the row at the index;
// a negative index: the field stands in no list.
func (o *Operation) Redact(path string, class *access.Class, reason Reason, index int) {
	name := ""
	if class != nil {
		name = class.String()
	}
	r := &o.root().redacted
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byPath == nil {
		r.byPath = make(map[redactionKey]*Redaction)
	}
	k := redactionKey{path, name, reason}
	entry := r.byPath[k]
	if entry == nil {
		entry = &Redaction{Path: path, Reason: reason}
		if class != nil {
			entry.DataClass = &name
		}
		r.byPath[k] = entry
	}
	entry.Count++
	if index >= 0 {
		entry.Indexes = append(entry.Indexes, index)
	}
}

// RedactBy notes a field that the mask of its row does not show. It does nothing
// when the mask reads the class in whole.
func (o *Operation) RedactBy(mask reach.Mask, path string, class access.Class, index int) {
	switch {
	case mask.Reads(class):
	case mask.NeedsToKnow(class):
		o.Redact(path, &class, NeedToKnow, index)
	default:
		o.Redact(path, &class, NoRole, index)
	}
}

// Redactions lists what was not shown, by path, class and reason: the order in which
// rows were read tells nothing.
func (o *Operation) Redactions() []Redaction {
	r := &o.root().redacted
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]Redaction, 0, len(r.byPath))
	for _, entry := range r.byPath {
		slices.Sort(entry.Indexes)
		entry.Indexes = entry.Indexes[:min(len(entry.Indexes), maxIndexes)]
		list = append(list, *entry)
	}
	slices.SortFunc(list, func(a, b Redaction) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.class(), b.class()), strings.Compare(string(a.Reason), string(b.Reason)))
	})
	return list
}
