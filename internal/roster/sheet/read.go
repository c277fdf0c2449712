// Package sheet reads and writes Holdfast's own CSV: one file a kind of row, with a
// header of the names that package form gives its fields. It is for what other
// formats have no place for, and for the rows of quarantine, which are corrected in
// a spreadsheet and loaded again. docs/csv.md tells data officers of it.
//
// Files are streamed: one line is held at a time. What spreadsheets and exports do to
// a file without changing what it says is put up with and reported; what could be
// read in two ways is refused.
package sheet

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/roster"
	"github.com/holdfast-edu/holdfast/internal/roster/form"
)

// Read reads every .csv file of the folder, in the order of their names, and hands
// what it finds to the sink. The name of a file says which kind of row it holds:
// attendance.csv, attendance-2025-10-01.csv. Files whose name begins with a dot are
// left out, since those are other programs' notes.
//
// The progress function, when it is not nil, is told the bytes read so far and the
// bytes of all files together.
//
// Read ends with a *FileError when the folder or a file cannot be read, or a file is
// no Holdfast CSV; with the context's error when that ends first; and with the sink's
// error as it is. Rows that cannot be trusted are not errors: the sink is told about
// each of them.
func Read(ctx context.Context, folder fs.FS, sink roster.Sink, progress func(done, total int64)) error {
	files, err := list(folder)
	if err != nil {
		return err
	}
	r := &reader{folder: folder, sink: sink, progress: progress}
	for _, f := range files {
		r.total += f.size
	}
	for _, f := range files {
		if err := r.readFile(ctx, f); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// reader is what the files of one Read share.
type reader struct {
	folder      fs.FS
	sink        roster.Sink
	progress    func(done, total int64)
	done, total int64 // bytes
}

func (r *reader) advance(count int) {
	r.done += int64(count)
	if r.progress != nil {
		r.progress(r.done, r.total)
	}
}

// named is a file of the folder and the form that its name says.
type named struct {
	name string
	size int64
	form form.Form
}

// list gives the folder's CSV files with their forms.
func list(folder fs.FS) ([]named, error) {
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, unreadable("the folder", err)
	}
	var files []named
	for _, entry := range entries {
		name := entry.Name()
		if entry.IsDir() || strings.HasPrefix(name, ".") || !strings.EqualFold(path.Ext(name), ".csv") {
			continue
		}
		info, err := entry.Info()
		if err != nil {
			return nil, unreadable(name, err)
		}
		f, err := formOf(name)
		if err != nil {
			return nil, err
		}
		files = append(files, named{name, info.Size(), f})
	}
	if len(files) == 0 {
		return nil, &FileError{File: "the folder", Problem: "holds no .csv file", Hint: "put files such as attendance.csv into it; holdfast import csv --template lists the kinds"}
	}
	return files, nil
}

// formOf gives the form that stands in a file's name, as whole words. Where several
// do, as student-contacts has contacts, the longest counts.
func formOf(name string) (form.Form, error) {
	words := " " + wordsOf(strings.TrimSuffix(name, path.Ext(name))) + " "
	var found []form.Form
	for _, f := range form.Forms() {
		if !strings.Contains(words, " "+wordsOf(f.File)+" ") {
			continue
		}
		if len(found) == 0 || len(f.File) > len(found[0].File) {
			found = []form.Form{f}
		} else if len(f.File) == len(found[0].File) {
			found = append(found, f)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return form.Form{}, &FileError{
			File: name, Problem: "its name says of no kind of row that it holds",
			Hint: "name it as one of " + strings.Join(kinds(), ", ") + ", such as attendance.csv, or take it out of the folder",
		}
	}
	return form.Form{}, &FileError{
		File: name, Problem: fmt.Sprintf("its name says both %s and %s", found[0].File, found[1].File), Hint: "name it as one of them",
	}
}

// kinds are the names of the forms' files.
func kinds() []string {
	var names []string
	for _, f := range form.Forms() {
		names = append(names, f.File)
	}
	return names
}

// wordsOf gives the words of a name in lower case, parted by a space each; whatever
// is no letter parts them.
func wordsOf(name string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r < 'a' || r > 'z' }), " ")
}
