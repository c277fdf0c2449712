package edfi

import (
	"context"
	"slices"
	"strings"
)

// waiting is a row that needs an element of which nothing is known yet.
type waiting struct {
	ready func() bool                     // whether the element is known by now
	put   func(ctx context.Context) error // hands the row on with what is known of the element
	lost  func()                          // notes that the file has ended without the element
}

// remember notes what the id of a record's element stands for. Ids are unique
// in a sound file; where one is given twice, the first stays.
func (f *file) remember(r *record, known any) {
	id := r.element.id
	if _, taken := f.known[id]; id == "" || taken || len(r.issues) > 0 {
		return
	}
	f.known[id] = known
}

// resolve finds what a reference by id points to and hands it to put. A
// reference that is not by id is handed on as the zero identity. What points to
// an element further down waits for the end of the file.
func resolve[Identity any](
	ctx context.Context, f *file, r *record, reference string, put func(context.Context, Identity) error,
) error {
	id := r.ref(reference)
	if id == "" {
		var none Identity
		return put(ctx, none)
	}
	return f.when(ctx, waiting{
		ready: func() bool {
			_, known := f.known[id].(Identity)
			return known
		},
		put: func(ctx context.Context) error {
			found, _ := f.known[id].(Identity)
			return put(ctx, found)
		},
		lost: func() {
			r.reject(reference, id, "points to an id that no sound element of this file has",
				"refer by identity, or put the element it points to into the same file")
		},
	})
}

// expect finds what is kept of an element by its identity, which is the key, in
// this file or in those before it, and hands it to put. One that comes further down
// is waited for until the end of the file.
func expect[Kept any](ctx context.Context, f *file, key any, put func(ctx context.Context, kept Kept, known bool) error) error {
	return f.when(ctx, waiting{
		ready: func() bool {
			_, known := f.kept[key].(Kept)
			return known
		},
		put: func(ctx context.Context) error {
			found, known := f.kept[key].(Kept)
			return put(ctx, found, known)
		},
		lost: func() {},
	})
}

// when hands a row on at once if what it needs is known.
func (f *file) when(ctx context.Context, w waiting) error {
	if w.ready() {
		return w.put(ctx)
	}
	f.waiting = append(f.waiting, w)
	return nil
}

// settle hands on what waits, at the end of the file. One row may wait for another
// one that waits: so it goes on for as long as any of them is ready, and then takes
// what is left for lost.
func (f *file) settle(ctx context.Context) error {
	for len(f.waiting) > 0 {
		round := f.waiting
		f.waiting = nil
		hope := slices.ContainsFunc(round, func(w waiting) bool { return w.ready() })
		for _, w := range round {
			if hope && !w.ready() {
				f.waiting = append(f.waiting, w)
				continue
			}
			if !hope {
				w.lost()
			}
			if err := w.put(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// noRef rejects a reference by id where no element of the file can have the id.
func (r *record) noRef(reference, identity string) {
	if id := r.ref(reference); id != "" {
		r.reject(reference, id, "points to an element that this file cannot hold", "name it by "+identity)
	}
}

// join makes one code of the parts of an identity, in such a way that no two
// identities make the same one.
func join(parts ...string) string {
	escape := strings.NewReplacer(`\`, `\\`, "|", `\|`)
	escaped := make([]string, len(parts))
	for i, part := range parts {
		escaped[i] = escape.Replace(part)
	}
	return strings.Join(escaped, "|")
}
