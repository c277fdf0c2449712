package folder_test

import (
	"archive/zip"
	"bytes"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-edu/holdfast/internal/roster/folder"
)

// packed is an archive of the named files, each holding its name.
func packed(t *testing.T, names ...string) string {
	t.Helper()
	return written(t, func(archive *zip.Writer) {
		for _, name := range names {
			file, err := archive.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(name, "/") {
				continue
			}
			if _, err := file.Write([]byte(name)); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func written(t *testing.T, fill func(*zip.Writer)) string {
	t.Helper()
	var content bytes.Buffer
	archive := zip.NewWriter(&content)
	fill(archive)
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "export.zip")
	if err := os.WriteFile(path, content.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestOpen reads the files of a folder and of archives that are packed in either way.
func TestOpen(t *testing.T) {
	t.Parallel()
	plain := t.TempDir()
	if err := os.WriteFile(filepath.Join(plain, "a.csv"), []byte("a.csv"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ path, within string }{
		"a folder":                            {plain, "a.csv"},
		"an archive":                          {packed(t, "a.csv", "b.csv"), "a.csv"},
		"an archive of one folder":            {packed(t, "export/", "export/a.csv"), "export/a.csv"},
		"the same with a Mac's notes":         {packed(t, "export/a.csv", "__MACOSX/export/._a.csv", ".DS_Store"), "export/a.csv"},
		"a folder beside the files, not read": {packed(t, "a.csv", "old/a.csv"), "a.csv"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files, closer, err := folder.Open(test.path)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = closer.Close() }()
			content, err := fs.ReadFile(files, "a.csv")
			if diff := cmp.Diff(test.within, string(content)); diff != "" || err != nil {
				t.Errorf("%v; - want, + got:\n%s", err, diff)
			}
		})
	}
}

// TestOpenRefuses what is no export, or more than one.
func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	text := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(text, []byte("a,b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	many := make([]string, 10_001)
	for i := range many {
		many[i] = strings.Repeat("a", i%50+1) + "/" + strings.Repeat("b", i/50+1)
	}
	for name, test := range map[string]struct{ path, want string }{
		"nothing there":          {filepath.Join(t.TempDir(), "none"), "it does not exist"},
		"a file of another kind": {text, "neither a folder nor a ZIP archive"},
		"a path that climbs":     {packed(t, "../a.csv"), "leads out of it"},
		"a path from the root":   {packed(t, "/etc/a.csv"), "leads out of it"},
		"a path of Windows":      {packed(t, `..\a.csv`), "leads out of it"},
		"two files of one name":  {packed(t, "a.csv", "a.csv"), "two files of one name"},
		"too many files":         {packed(t, many...), "more than 10000 files"},
		"a bomb":                 {claiming(t, 2<<30, 0), "unpacks to more than 250 times its size"},
		"a size past counting":   {claiming(t, 1<<63, 0), "unpacks to more than 250 times its size"},
		"a locked archive":       {claiming(t, 4, 1), "locked by a password"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, closer, err := folder.Open(test.path)
			if err == nil {
				_ = closer.Close()
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// claiming is an archive of one file of four bytes that says it unpacks to the size.
func claiming(t *testing.T, size uint64, flags uint16) string {
	t.Helper()
	return written(t, func(archive *zip.Writer) {
		content := []byte("a,b\n")
		file, err := archive.CreateRaw(&zip.FileHeader{
			Name: "a.csv", Flags: flags, CRC32: crc32.ChecksumIEEE(content), CompressedSize64: uint64(len(content)), UncompressedSize64: size,
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.Write(content); err != nil {
			t.Fatal(err)
		}
	})
}

// TestAFileThatUnpacksToMoreThanItSays ends the reading: what an archive says of its
// sizes can be counted on.
func TestAFileThatUnpacksToMoreThanItSays(t *testing.T) {
	t.Parallel()
	files, closer, err := folder.Open(claiming(t, 2, 0))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = closer.Close() }()
	if content, err := fs.ReadFile(files, "a.csv"); err == nil {
		t.Errorf("it was read: %q", content)
	}
}
