// Package edfi reads the Ed-Fi Data Standard's bulk XML, version 5, into the
// rows of package roster.
//
// Files are streamed: one element below the root is held at a time. Beside it stand
// the codes of what other elements of the same file point to by id, and, from file to
// file, the little that others need of courses, course offerings, assessments, cohorts
// and interventions.
package edfi

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"strings"

	"github.com/holdfast-edu/holdfast/internal/roster"
)

// Read reads every .xml file at the top of files, in the order of their names,
// and hands what it finds to the sink. Files whose name begins with a dot are
// left out, since those are other programs' notes.
//
// The progress function, when it is not nil, is told the bytes read so far and
// the bytes of all files together.
//
// Read ends with a *FileError when the folder or a file cannot be read, is not
// an Ed-Fi 5 interchange or is not well-formed XML; with the context's error
// when that ends first; and with the sink's error as it is. Rows that cannot be
// trusted are not errors: the sink is told about each of them.
func Read(ctx context.Context, files fs.FS, sink roster.Sink, progress func(done, total int64)) error {
	sources, err := listSources(files)
	if err != nil {
		return err
	}
	r := &reader{files: files, sink: sink, interchanges: interchanges(), words: newVocabulary(), kept: map[any]any{}, progress: progress}
	for _, source := range sources {
		r.total += source.size
	}
	for _, source := range sources {
		if err := r.readFile(ctx, source.name); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// reader is what the files of one Read share.
type reader struct {
	files        fs.FS
	sink         roster.Sink
	interchanges map[string]handlers
	words        vocabulary
	kept         map[any]any // what others need of elements that they name by identity, by that identity
	progress     func(done, total int64)
	done, total  int64 // bytes
}

// advance notes that another count of bytes has been read.
func (r *reader) advance(count int) {
	r.done += int64(count)
	if r.progress != nil {
		r.progress(r.done, r.total)
	}
}

// handlers says, for one interchange, how each element below its root is read.
// Elements that are not listed are passed over.
type handlers map[string]func(ctx context.Context, f *file, e *element) error

// interchanges lists the interchanges that the model has a place for by the
// name of their root element.
func interchanges() map[string]handlers {
	return map[string]handlers{
		"InterchangeAssessmentMetadata":    assessmentHandlers(),
		"InterchangeContact":               contactHandlers(),
		"InterchangeEducationOrgCalendar":  calendarHandlers(),
		"InterchangeEducationOrganization": organizationHandlers(),
		"InterchangeMasterSchedule":        scheduleHandlers(),
		"InterchangeStaffAssociation":      staffHandlers(),
		"InterchangeStudent":               studentHandlers(),
		"InterchangeStudentAssessment":     resultHandlers(),
		"InterchangeStudentAttendance":     attendanceHandlers(),
		"InterchangeStudentCohort":         cohortHandlers(),
		"InterchangeStudentDiscipline":     disciplineHandlers(),
		"InterchangeStudentEnrollment":     enrollmentHandlers(),
		"InterchangeStudentGrade":          gradeHandlers(),
		"InterchangeStudentIntervention":   interventionHandlers(),
		"InterchangeStudentProgram":        programHandlers(),
		"InterchangeStudentTranscript":     transcriptHandlers(),
	}
}

// sourceFile is a file that will be read.
type sourceFile struct {
	name string
	size int64 // bytes
}

// listSources finds the XML files of a folder, sorted by name.
func listSources(files fs.FS) ([]sourceFile, error) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, unreadable("", "the folder", err)
	}
	var sources []sourceFile
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasPrefix(name, ".") || !strings.EqualFold(path.Ext(name), ".xml") {
			continue
		}
		info, err := fs.Stat(files, name)
		if err != nil {
			return nil, unreadable(name, "the file", err)
		}
		if info.Mode().IsRegular() {
			sources = append(sources, sourceFile{name: name, size: info.Size()})
		}
	}
	if len(sources) == 0 {
		return nil, &FileError{
			Problem: "the folder holds no .xml file",
			Hint:    "name the folder that the Ed-Fi interchange files were exported to",
		}
	}
	return sources, nil
}

// unreadable says in plain words why the system would not let a file or folder
// be read. The system's own error is not repeated, since it names whole paths.
func unreadable(name, what string, err error) *FileError {
	failure := &FileError{
		File:    name,
		Problem: what + " cannot be read",
		Hint:    "check that it is what its name says and that the disk is in order",
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		failure.Problem, failure.Hint = what+" does not exist", "check the path for a mistake"
	case errors.Is(err, fs.ErrPermission):
		failure.Problem, failure.Hint = what+" may not be read", "give this program's user permission to read it"
	}
	return failure
}
