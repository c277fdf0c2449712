package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// systemUser is the unprivileged user that runs the server for root. Debian's
// package makes it.
const systemUser = "postgres"

// account is the system user that runs the server programs and owns their
// files.
type account struct {
	name     string
	uid, gid int
	// switching says that it isn't the caller's own account: the caller is root.
	switching bool
}

func serverAccount() (account, error) {
	if os.Geteuid() != 0 {
		name := strconv.Itoa(os.Geteuid())
		// A container may run under a number that has no name.
		if known, err := user.LookupId(name); err == nil {
			name = known.Username
		}

		return account{name: name, uid: os.Geteuid(), gid: os.Getegid()}, nil
	}

	known, err := user.Lookup(systemUser)
	if err != nil {
		return account{}, fmt.Errorf("PostgreSQL doesn't run as root and there is no system user %s to run it as"+
			" (create it, or start this program as another user than root): %w", systemUser, err)
	}

	uid, uidErr := strconv.Atoi(known.Uid)
	gid, gidErr := strconv.Atoi(known.Gid)

	if err := errors.Join(uidErr, gidErr); err != nil {
		return account{}, fmt.Errorf("read the numbers of the system user %s: %w", systemUser, err)
	}

	return account{name: systemUser, uid: uid, gid: gid, switching: true}, nil
}

// processAttributes makes a program run under the account, in a session of its
// own: a Ctrl-C in the terminal reaches this program, not the server.
func (a account) processAttributes() *syscall.SysProcAttr {
	attributes := &syscall.SysProcAttr{Setsid: true}
	if a.switching {
		attributes.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)} //nolint:gosec // ids of the system's own table
	}

	return attributes
}

// give hands a file over to the account. It works on the open file, because a
// name in a directory of the account's could lead elsewhere by now.
func (a account) give(file *os.File) error {
	if !a.switching {
		return nil
	}

	if err := file.Chown(a.uid, a.gid); err != nil {
		return fmt.Errorf("hand %s over to the user %s: %w", file.Name(), a.name, err)
	}

	return nil
}

// giveDir hands a directory over to the account and closes it to others.
func (a account) giveDir(path string) error {
	directory, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_DIRECTORY, 0)
	if err != nil {
		return fmt.Errorf("open %s to hand it over to the user %s: %w", path, a.name, err)
	}

	if err := errors.Join(a.give(directory), directory.Chmod(privateDir), directory.Close()); err != nil {
		return fmt.Errorf("make %s private to the user %s: %w", path, a.name, err)
	}

	return nil
}

// checkReach gives an error that names the first directory above path which
// the account can't pass through. initdb would only say that the last one
// isn't accessible.
func (a account) checkReach(path string) error {
	if !a.switching {
		return nil
	}

	for parent := filepath.Dir(path); ; parent = filepath.Dir(parent) {
		info, err := os.Stat(parent)
		if err != nil {
			return fmt.Errorf("look at a directory above %s: %w", path, err)
		}

		if !a.canPass(info) {
			return fmt.Errorf("the user %s, which runs PostgreSQL for root, can't pass through %s to reach %s:"+
				" choose a directory elsewhere, or allow it with chmod o+x %s", a.name, parent, path, parent)
		}

		if parent == filepath.Dir(parent) {
			return nil
		}
	}
}

func (a account) canPass(info fs.FileInfo) bool {
	const ownerMayPass, groupMayPass, othersMayPass = 0o100, 0o010, 0o001

	uid, gid := ownerOf(info)

	switch {
	case uid == a.uid:
		return info.Mode()&ownerMayPass != 0
	case gid == a.gid:
		return info.Mode()&groupMayPass != 0
	default:
		return info.Mode()&othersMayPass != 0
	}
}

// ownerOf gives the numbers of a file's user and group, in this order.
func ownerOf(info fs.FileInfo) (int, int) {
	status, known := info.Sys().(*syscall.Stat_t)
	if !known {
		return -1, -1
	}

	return int(status.Uid), int(status.Gid)
}
