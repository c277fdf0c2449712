package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	privateDir  = 0o700
	privateFile = 0o600
	parentDir   = 0o755
)

// prepareDataDir makes the data directory, or accepts an existing one that is
// empty or belongs to the account already. It gives the directory's real path:
// two names of one directory must lead to one server.
func prepareDataDir(path string, runAs account) (string, error) {
	if path == "" {
		return "", errors.New("no data directory given for PostgreSQL")
	}

	path, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("find the data directory %s: %w", path, err)
	}

	if err := os.MkdirAll(filepath.Dir(path), parentDir); err != nil {
		return "", fmt.Errorf("make the directory above the data directory: %w", err)
	}

	if err := os.Mkdir(path, privateDir); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("make the data directory: %w", err)
	}

	path, err = filepath.EvalSymlinks(path)
	if err != nil {
		return "", fmt.Errorf("find the data directory: %w", err)
	}

	if err := runAs.checkReach(path); err != nil {
		return "", err
	}

	return path, adopt(path, runAs)
}

// adopt hands an empty data directory over to the account. One with files in
// it stays as it is: somebody who names their home by mistake keeps it.
func adopt(path string, runAs account) error {
	entries, err := os.ReadDir(path)
	if err != nil {
		return fmt.Errorf("look into the data directory: %w", err)
	}

	if len(entries) == 0 {
		return runAs.giveDir(path)
	}

	// The owner is read last: a process that adopts the directory at the same
	// time hands it over before it puts files into it.
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("look at the data directory: %w", err)
	}

	if uid, _ := ownerOf(info); uid != runAs.uid {
		return fmt.Errorf("the data directory %s isn't empty and doesn't belong to the user %s, which runs PostgreSQL:"+
			" choose an empty or a new directory, or work as the user who owns this one", path, runAs.name)
	}

	return nil
}

// writeFile puts a configuration file in place in one step, owned by the
// account. An unchanged file isn't written, so that a full disk doesn't matter.
func writeFile(path, content string, runAs account) (err error) {
	if present, err := os.ReadFile(path); err == nil && string(present) == content {
		return nil
	}

	temporary, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+"-")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}

	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(temporary.Name()))
		}
	}()

	_, writeErr := temporary.WriteString(content)
	if err := errors.Join(writeErr, runAs.give(temporary), temporary.Sync(), temporary.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}

	if err := os.Rename(temporary.Name(), path); err != nil {
		return fmt.Errorf("put %s in place: %w", path, err)
	}

	return nil
}
