package oneroster

import (
	"context"
	"io/fs"
	"time"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// Codes say what users and organizations are known by.
type Codes string

// The two ways: see the package's own comment.
const (
	CodesOfIdentifiers Codes = "identifier"
	CodesOfSourcedIDs  Codes = "sourcedId"
)

// Options say how to read.
type Options struct {
	District string // the district's code; the organization with this identifier or sourcedId is it
	Codes    Codes  // what users and organizations are known by; empty: CodesOfIdentifiers
}

// Read reads the files of an export, in the order in which they build on each other,
// and hands what it finds to the sink.
//
// The progress function, when it is not nil, is told the bytes read so far and the
// bytes of all that is to be read; users, roles and enrollments are read twice.
//
// Read ends with a *FileError when a file cannot be read, is not CSV, lacks a column
// that is needed, or is missing although the manifest names it; with the context's
// error when that ends first; and with the sink's error as it is. Rows that cannot be
// trusted are not errors: the sink is told about each of them.
func Read(ctx context.Context, files fs.FS, options Options, sink roster.Sink, progress func(done, total int64)) error {
	set, err := listFiles(files)
	if err != nil {
		return err
	}
	r := &reader{set: set, options: options, sink: sink, progress: progress, known: newIndex()}
	for name, size := range set.sizes {
		r.total += size
		if name == usersFile || name == rolesFile || name == enrollmentsFile {
			r.total += size
		}
	}
	steps := []func(context.Context) error{
		r.readManifest, r.checkRoles, r.readOrgs, r.readSessions, r.readCourses, r.readClasses, r.index,
		r.readUsers, r.readRoles, r.readDemographics, r.readEnrollments, r.readCategories, r.readLineItems, r.readResults,
		r.passOver, r.cover,
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if progress != nil {
		progress(r.total, r.total) // files that the manifest does not name were not read
	}
	return ctx.Err()
}

// reader is what the files of one Read share.
type reader struct {
	set      *set
	options  Options
	sink     roster.Sink
	progress func(done, total int64)

	done, total int64 // bytes
	known       *index
	year        int       // the school year that the export is of; 0 when nothing says
	begins      time.Time // its first day
	ends        time.Time // its last day
}

// advance notes that another count of bytes has been read.
func (r *reader) advance(count int) {
	r.done += int64(count)
	if r.progress != nil {
		r.progress(min(r.done, r.total), r.total)
	}
}

// checkRoles makes sure that something says what users are: roles.csv, which 1.2 has,
// or their own column, which 1.1 has.
func (r *reader) checkRoles(context.Context) error {
	if r.set.holdsAll(usersFile) && r.set.version >= "1.2" && !r.set.has(rolesFile) {
		return &FileError{
			File: "roles.csv", Problem: "is absent, and without it nobody is known to be a student",
			Hint: "export roles.csv too",
		}
	}
	return nil
}

// passOver counts the rows of files that the model has no place for.
func (r *reader) passOver(ctx context.Context) error {
	for _, file := range passedOver {
		err := r.rows(ctx, file, false, func(context.Context, *record) error { return r.sink.PassOver(file) })
		if err != nil {
			return err
		}
	}
	return nil
}

// cover says of what the export holds everything, within its school year: of what
// files in bulk hold. Users are not among it: a roster names those of the present, and
// who left stays known.
func (r *reader) cover(context.Context) error {
	if r.year == 0 {
		return nil
	}
	memberships := r.set.holdsAll(usersFile) && (!r.set.has(rolesFile) || r.set.holdsAll(rolesFile))
	for _, one := range []struct {
		kind string
		all  bool
	}{
		{"Term", r.set.holdsAll(sessionsFile)},
		{"Section", r.set.holdsAll(classesFile)},
		{"Enrollment", memberships},
		{"Seat", r.set.holdsAll(enrollmentsFile)},
		{"SectionTeacher", r.set.holdsAll(enrollmentsFile)},
	} {
		if !one.all {
			continue
		}
		if err := r.sink.Cover(roster.Coverage{Kind: one.kind, SchoolYear: r.year}); err != nil {
			return err
		}
	}
	return nil
}
