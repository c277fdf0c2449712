package oneroster

import (
	"context"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// mode is what a manifest says of a file.
type mode string

const (
	absent mode = "absent"
	bulk   mode = "bulk"  // everything of its kind
	delta  mode = "delta" // what changed
	// unsaid is a file of a set without a manifest: whether it holds everything is
	// not known.
	unsaid mode = "unsaid"
)

// set is the files of an export.
type set struct {
	files   fs.FS
	names   map[string]string // the name in the folder, by the manifest's name for the file
	sizes   map[string]int64  // bytes
	modes   map[string]mode
	version string // of OneRoster; empty when no manifest says
}

// has tells whether a file is to be read.
func (s *set) has(file string) bool {
	m := s.modes[file]
	return m == bulk || m == delta || m == unsaid
}

// holdsAll tells whether a file holds everything of its kind.
func (s *set) holdsAll(file string) bool { return s.modes[file] == bulk }

// known lists the files of the specification.
func known() []string {
	names := slices.Clone(passedOver)
	for name := range layouts {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// listFiles finds the files of the specification, whatever the case of their names.
func listFiles(files fs.FS) (*set, error) {
	s := &set{files: files, names: map[string]string{}, sizes: map[string]int64{}, modes: map[string]mode{}}
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, unreadable("the folder", err)
	}
	wanted := map[string]string{}
	for _, name := range known() {
		wanted[strings.ToLower(name)+".csv"] = name
	}
	for _, entry := range entries {
		name, listed := wanted[strings.ToLower(entry.Name())]
		if !listed {
			continue
		}
		info, err := fs.Stat(files, entry.Name())
		if err != nil {
			return nil, unreadable(entry.Name(), err)
		}
		if s.names[name] != "" {
			return nil, &FileError{
				File: entry.Name(), Problem: "stands twice, in different case",
				Hint: "leave the one that is meant in the folder",
			}
		}
		s.names[name], s.sizes[name] = entry.Name(), info.Size()
	}
	if len(s.names) == 0 {
		return nil, &FileError{
			File: "manifest.csv", Problem: "there is no file of OneRoster CSV",
			Hint: "name the folder or .zip that the OneRoster files were exported to",
		}
	}
	return s, nil
}

// readManifest finds out what is to be read, and what of it holds everything.
func (r *reader) readManifest(ctx context.Context) error {
	if r.set.names[manifestFile] == "" {
		for name := range r.set.names {
			r.set.modes[name] = unsaid
		}
		return r.sink.Tolerate(ctx, roster.Issue{
			Origin: roster.Origin{File: "manifest.csv"}, Problem: "is missing: the files were read, and nothing was taken out for not being in them",
			Hint: "export manifest.csv too, which says whether a file holds everything",
		})
	}
	r.set.modes[manifestFile] = unsaid
	said := map[string]property{}
	err := r.rows(ctx, manifestFile, false, func(_ context.Context, row *record) error {
		said[strings.ToLower(strings.TrimSuffix(row.text("propertyName"), "*"))] = property{strings.Clone(row.text("value")), row.origin.Line}
		return nil
	})
	if err != nil {
		return err
	}
	if err := r.checkVersion(ctx, said["oneroster.version"]); err != nil {
		return err
	}
	for _, name := range known() {
		if name == manifestFile {
			continue
		}
		if err := r.checkMode(ctx, name, said["file."+strings.ToLower(name)]); err != nil {
			return err
		}
	}
	return nil
}

// property is a line of the manifest.
type property struct {
	value string
	line  int
}

// checkVersion refuses a version that is not known, and puts up with 1.0, whose files
// are those of 1.1 but for some names.
func (r *reader) checkVersion(ctx context.Context, said property) error {
	r.set.version = said.value
	origin := roster.Origin{File: r.set.names[manifestFile], Line: said.line}
	switch v := said.value; {
	case v == "1.1" || strings.HasPrefix(v, "1.1.") || v == "1.2" || strings.HasPrefix(v, "1.2."):
		return nil
	case v == "" || v == "1" || v == "1.0":
		return r.sink.Tolerate(ctx, roster.Issue{
			Origin: origin, Field: "oneroster.version", Value: v, Problem: "is not 1.1 or 1.2: the files were read as those of 1.1",
			Hint: "export OneRoster CSV 1.1 or 1.2",
		})
	}
	return &FileError{
		File: origin.File, Line: said.line, Problem: "oneroster.version is none that is known",
		Hint: "export OneRoster CSV 1.1 or 1.2",
	}
}

// checkMode holds what the manifest says of a file against the folder.
func (r *reader) checkMode(ctx context.Context, name string, said property) error {
	there := r.set.names[name] != ""
	manifest := roster.Origin{File: r.set.names[manifestFile], Line: said.line}
	switch m := mode(strings.ToLower(said.value)); {
	case (m == bulk || m == delta) && there:
		r.set.modes[name] = m
	case m == bulk || m == delta:
		return &FileError{
			File: manifest.File, Line: said.line, Problem: "says that " + name + ".csv is " + string(m) + ", and it is not there",
			Hint: "add the file, or export the whole set again",
		}
	case m != absent && m != "":
		return &FileError{
			File: manifest.File, Line: said.line, Problem: "says of " + name + ".csv neither absent, bulk nor delta",
			Hint: "write one of these three words",
		}
	case there:
		// It may be a former export's: the manifest is the word of this one.
		return r.sink.Tolerate(ctx, roster.Issue{
			Origin: roster.Origin{File: path.Base(r.set.names[name])}, Field: "file." + name, Value: said.value,
			Problem: "stands in the folder, and the manifest does not name it: it was not read",
			Hint:    "take the file out, or have the manifest say bulk or delta",
		})
	}
	return nil
}
