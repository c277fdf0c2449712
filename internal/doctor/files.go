package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// clusterFolder is where the embedded server keeps its cluster in the data
// directory; a test holds this to where it does.
const clusterFolder = "cluster"

const (
	othersMayRead fs.FileMode = 0o007
	groupMayRead  fs.FileMode = 0o070
)

func checkDataDir(_ context.Context, p *patient) ([]Finding, error) {
	info, err := os.Stat(p.DataDir)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !p.Embedded:
		return []Finding{ok("there is none, and a database of your own needs none")}, nil
	case errors.Is(err, fs.ErrNotExist):
		return []Finding{fail(p.DataDir+" does not exist", "holdfast import or holdfast serve makes it; or name the one there is with --data-dir")}, nil
	case err != nil:
		return []Finding{fail(p.DataDir+" cannot be looked at by this user", //nolint:nilerr // the line says it
			"work as the user whose it is, or name another with --data-dir")}, nil
	case !info.IsDir():
		return []Finding{fail(p.DataDir+" is not a directory", "name another with --data-dir")}, nil
	}
	findings := checkOwner(p.DataDir, info)
	switch mode := info.Mode(); {
	case mode&othersMayRead != 0:
		findings = append(findings, fail(fmt.Sprintf("%s is open to every user (%04o)", p.DataDir, mode.Perm()), "chmod 700 "+p.DataDir))
	case mode&groupMayRead != 0:
		findings = append(findings, warn(fmt.Sprintf("%s is open to its group (%04o)", p.DataDir, mode.Perm()), "chmod 700 "+p.DataDir))
	}
	return orOK(findings, p.DataDir+" is its user's alone"), nil
}

// checkOwner holds the directory to the user whose the cluster in it is, and to
// the user who works here, unless that is root, who runs the server as another.
func checkOwner(dir string, info fs.FileInfo) []Finding {
	owner := ownerOf(info)
	if me := os.Geteuid(); me != 0 && owner != me {
		return []Finding{fail(fmt.Sprintf("%s belongs to the user %d, and this is the user %d", dir, owner, me),
			"work as the user whose it is, or name another with --data-dir")}
	}
	cluster, err := os.Stat(filepath.Join(dir, clusterFolder))
	if err == nil && ownerOf(cluster) != owner {
		return []Finding{fail(fmt.Sprintf("%s belongs to the user %d, and the cluster in it to the user %d", dir, owner, ownerOf(cluster)),
			fmt.Sprintf("chown -R %d %s", ownerOf(cluster), dir))}
	}
	return nil
}

func ownerOf(info fs.FileInfo) int {
	status, known := info.Sys().(*syscall.Stat_t)
	if !known {
		return -1
	}
	return int(status.Uid)
}

// checkKeyFiles looks at the keys' size and mode, never into them.
func checkKeyFiles(_ context.Context, p *patient) ([]Finding, error) {
	var findings []Finding
	for _, key := range p.KeyFiles {
		path := filepath.Join(p.DataDir, key.Name)
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			findings = append(findings, fail(path+" cannot be looked at by this user", "work as the user whose it is"))
		case info.Mode()&(othersMayRead|groupMayRead) != 0:
			findings = append(findings, fail(fmt.Sprintf("%s is open to other users (%04o): who reads it can make tokens or cursors", path, info.Mode().Perm()),
				"rm "+path+", since others may have read it; the next start makes a new one"))
		case info.Size() < key.Bytes:
			findings = append(findings, fail(fmt.Sprintf("%s has %d bytes and needs %d", path, info.Size(), key.Bytes),
				"rm "+path+"; the next start makes a new one"))
		}
	}
	return orOK(findings, "what there is, is its user's alone"), nil
}

const (
	mebibyte = 1 << 20
	gibibyte = 1 << 30
	// An import writes its rows twice before the old ones go.
	littleSpace = 5 * gibibyte
	// Below this PostgreSQL may not get through a checkpoint.
	noSpace = 500 * mebibyte
)

func checkDataDirSpace(_ context.Context, p *patient) ([]Finding, error) {
	if _, err := os.Stat(p.DataDir); err != nil {
		return nil, nil //nolint:nilerr // checkDataDir has said it
	}
	return p.checkSpace(p.DataDir)
}

// checkDatabaseSpace looks where the server says that it keeps its data, which may
// be another filesystem than the data directory's.
func checkDatabaseSpace(ctx context.Context, p *patient) ([]Finding, error) {
	var dir string
	if err := row(ctx, p.superuser, []any{&dir}, "SELECT current_setting('data_directory')"); err != nil {
		return nil, err
	}
	return p.checkSpace(dir)
}

func (p *patient) checkSpace(dir string) ([]Finding, error) {
	free, err := p.FreeSpace(dir)
	if err != nil {
		return nil, err
	}
	found := fmt.Sprintf("%.1f GiB are free for %s", float64(free)/gibibyte, dir)
	const remedy = "make room there, or move the data to a larger disk"
	switch {
	case free < noSpace:
		return []Finding{fail(found, remedy)}, nil
	case free < littleSpace:
		return []Finding{warn(found, remedy)}, nil
	}
	return []Finding{ok(found)}, nil
}
