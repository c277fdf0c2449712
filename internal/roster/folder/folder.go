// Package folder opens what an export is in, a folder or a ZIP archive, for its
// reader to read: one that is not what it says it is, or is meant to do harm, is refused
// before the first file is read.
package folder

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// Bounds of an archive. Its files are streamed, so they bound time, not memory.
const (
	mostEntries = 10_000
	freely      = 1 << 30 // bytes that an archive may unpack to whatever its own size
	mostRatio   = 250     // how many times its own size it may unpack to beyond that; real exports stay under 100
)

// Open opens the folder or ZIP archive at the path. An archive may hold its files in
// one folder of its own. The caller closes it.
func Open(path string) (fs.FS, io.Closer, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, fmt.Errorf("%s: it does not exist; check the path for a mistake", path)
	case errors.Is(err, fs.ErrPermission):
		return nil, nil, fmt.Errorf("%s: it may not be read; give this program's user permission to read it", path)
	case err != nil:
		return nil, nil, fmt.Errorf("%s: it cannot be read; check that the disk is in order", path)
	case info.IsDir():
		return os.DirFS(path), nothing{}, nil
	}
	archive, err := zip.OpenReader(path)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: it is neither a folder nor a ZIP archive that can be read; name the folder of the export, or pack it again", path)
	}
	if err := check(&archive.Reader, info.Size()); err != nil {
		_ = archive.Close()
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	files, err := within(&archive.Reader)
	if err != nil {
		_ = archive.Close()
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return files, archive, nil
}

type nothing struct{}

func (nothing) Close() error { return nil }

// check refuses an archive that is more than the files of an export. A file that
// unpacks to more than it says ends the reading, so what it says can be counted.
func check(archive *zip.Reader, size int64) error {
	if len(archive.File) > mostEntries {
		return fmt.Errorf("the archive holds more than %d files; pack the export alone", mostEntries)
	}
	const locked = 1 // the bit of an encrypted file
	var unpacked uint64
	seen := make(map[string]bool, len(archive.File))
	for _, file := range archive.File {
		name := strings.TrimSuffix(file.Name, "/")
		switch {
		case !fs.ValidPath(name) || strings.ContainsAny(name, "\\\x00"):
			return errors.New("the archive holds a file whose path leads out of it; pack the export's files alone")
		case seen[name]:
			return errors.New("the archive holds two files of one name; pack the export again")
		case file.Flags&locked != 0:
			return errors.New("the archive is locked by a password; pack it without one")
		}
		seen[name] = true
		unpacked += file.UncompressedSize64
		if file.UncompressedSize64 > 1<<62 || unpacked > freely+mostRatio*uint64(max(size, 0)) {
			return fmt.Errorf("the archive unpacks to more than %d times its size; unpack it, and name the folder", mostRatio)
		}
	}
	return nil
}

// within gives the archive's files: those of its one folder where it has no other.
func within(archive *zip.Reader) (fs.FS, error) {
	entries, err := fs.ReadDir(archive, ".")
	if err != nil {
		return nil, errors.New("the archive's list of files cannot be read; pack the export again")
	}
	var only fs.DirEntry
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), ".") || entry.Name() == "__MACOSX" {
			continue // other programs' notes
		}
		if only != nil || !entry.IsDir() {
			return archive, nil
		}
		only = entry
	}
	if only == nil {
		return archive, nil
	}
	return fs.Sub(archive, only.Name())
}
