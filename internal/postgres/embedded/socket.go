package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

const (
	// longestSocketPath is what the kernel's address structure has room for.
	longestSocketPath = 107

	socketName = ".s.PGSQL." + port
)

// makeSocketDir gives the directory for the socket: below the data directory,
// or in the system's temporary directory when the path would be too long for a
// socket. PostgreSQL and its clients read a comma as the end of a directory.
func (c *cluster) makeSocketDir() (string, error) {
	path := filepath.Join(c.dataDir, "socket")
	if !fitsSocket(path) {
		path = filepath.Join(os.TempDir(), c.name())
	}

	if !fitsSocket(path) {
		return "", fmt.Errorf("neither %s nor %s can hold a Unix socket, whose path has at most %d bytes and no comma:"+
			" choose a shorter data directory, or set TMPDIR to a shorter one", c.dataDir, path, longestSocketPath)
	}

	if err := c.runAs.checkReach(path); err != nil {
		return "", err
	}

	if err := os.Mkdir(path, privateDir); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("make the directory of the PostgreSQL socket: %w", err)
	}

	// A process that was killed right here left the directory to root.
	if err := checkPrivate(path, c.runAs.uid, os.Geteuid()); err != nil {
		return "", err
	}

	return path, c.runAs.giveDir(path)
}

func fitsSocket(dir string) bool {
	return len(filepath.Join(dir, socketName)) <= longestSocketPath && !strings.Contains(dir, ",")
}

// checkPrivate refuses a directory that another user made or can get into:
// they could wait there for passwords and data with a server of their own.
func checkPrivate(path string, owners ...int) error {
	info, err := os.Lstat(path)
	if err != nil {
		return fmt.Errorf("look at the directory of the PostgreSQL socket: %w", err)
	}

	uid, _ := ownerOf(info)
	for _, owner := range owners {
		if uid == owner && info.Mode() == fs.ModeDir|privateDir {
			return nil
		}
	}

	return fmt.Errorf("the directory %s of the PostgreSQL socket isn't private to its user (owner %d, mode %s):"+
		" remove it, if it isn't of use to anybody", path, uid, info.Mode())
}

// removeSocketDir clears the directory away after a stop, above all the one in
// the system's temporary directory. What a crashed server left in it stays; the
// next server replaces it.
func (c *cluster) removeSocketDir(path string) error {
	// The path was read from a file: nothing else than the account's own may go.
	private := checkPrivate(path, c.runAs.uid) == nil
	if !private {
		return nil
	}

	if err := syscall.Rmdir(path); err != nil && !errors.Is(err, syscall.ENOTEMPTY) {
		return fmt.Errorf("remove the directory %s of the PostgreSQL socket: %w", path, err)
	}

	return nil
}
