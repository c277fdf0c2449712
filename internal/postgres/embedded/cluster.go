package embedded

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// unfinishedPrefix names the folders of initdb at work, next to the cluster.
const unfinishedPrefix = "initdb-"

// cluster is the data of one server and the way to run it.
type cluster struct {
	dataDir  string
	runAs    account
	settings map[string]string
	log      *slog.Logger
}

func newCluster(dataDir string, runAs account, options Options) *cluster {
	log := options.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}

	return &cluster{dataDir: dataDir, runAs: runAs, settings: options.Settings, log: log}
}

func (c *cluster) dir() string           { return filepath.Join(c.dataDir, "cluster") }
func (c *cluster) logPath() string       { return filepath.Join(c.dataDir, "postgres.log") }
func (c *cluster) usersLockPath() string { return filepath.Join(c.dataDir, "users.lock") }
func (c *cluster) startLockPath() string { return filepath.Join(c.dataDir, "start.lock") }

// name tells this cluster's processes and socket from others' on the machine.
func (c *cluster) name() string {
	const enough = 8

	sum := sha256.Sum256([]byte(c.dataDir))

	return "holdfast-" + hex.EncodeToString(sum[:enough])
}

// lockTransition waits for the right to start or stop the server.
func (c *cluster) lockTransition(ctx context.Context) (*fileLock, error) {
	transition, err := openLock(c.startLockPath(), c.runAs)
	if err != nil {
		return nil, err
	}

	if err := transition.lock(ctx); err != nil {
		transition.release()

		return nil, err
	}

	return transition, nil
}

// major gives the version that made the cluster, 0 when there is none yet.
func (c *cluster) major() (int, error) {
	content, err := os.ReadFile(filepath.Join(c.dir(), "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}

	if err != nil {
		return 0, fmt.Errorf("read which PostgreSQL version made the cluster: %w", err)
	}

	major, err := strconv.Atoi(strings.TrimSpace(string(content)))
	if err != nil {
		return 0, fmt.Errorf("read which PostgreSQL version made %s: %w", c.dir(), err)
	}

	return major, nil
}

// prepare makes the cluster when there is none, and chooses the programs that
// go with it.
func (c *cluster) prepare(ctx context.Context, found []programs) (programs, error) {
	if err := c.removeUnfinished(); err != nil {
		return programs{}, err
	}

	major, err := c.major()
	if err != nil {
		return programs{}, err
	}

	if major == 0 {
		return found[0], c.create(ctx, found[0])
	}

	for _, candidate := range found {
		if candidate.major == major {
			return candidate, nil
		}
	}

	return programs{}, fmt.Errorf("the data directory %s was made by PostgreSQL %d,"+
		" but the programs in %s are version %d: install postgresql-%d, or move the data with pg_upgrade, or choose a new directory",
		c.dataDir, major, found[0].dir, found[0].major, major)
}

// removeUnfinished clears away what an initdb that was killed left behind. It
// may still be ending, so that not all of it goes; the next time it will.
func (c *cluster) removeUnfinished() error {
	entries, err := os.ReadDir(c.dataDir)
	if err != nil {
		return fmt.Errorf("look for unfinished PostgreSQL clusters: %w", err)
	}

	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), unfinishedPrefix) {
			continue
		}

		leftover := filepath.Join(c.dataDir, entry.Name())
		if err := os.RemoveAll(leftover); err != nil {
			c.log.Warn("an unfinished PostgreSQL cluster can't be removed yet", "directory", leftover, "error", err)
		}
	}

	return nil
}

// create makes the cluster in a folder next to its place and moves it there
// when it is whole: an interrupted initdb leaves no half cluster.
func (c *cluster) create(ctx context.Context, with programs) error {
	c.log.Info("creating a PostgreSQL cluster", "directory", c.dir(), "version", with.major)

	unfinished, err := os.MkdirTemp(c.dataDir, unfinishedPrefix)
	if err != nil {
		return fmt.Errorf("make a folder for the PostgreSQL cluster: %w", err)
	}

	if err := errors.Join(c.runAs.giveDir(unfinished), c.runInitdb(ctx, with, unfinished)); err != nil {
		return errors.Join(err, os.RemoveAll(unfinished))
	}

	if err := os.Rename(unfinished, c.dir()); err != nil {
		return errors.Join(fmt.Errorf("put the PostgreSQL cluster in place: %w", err), os.RemoveAll(unfinished))
	}

	return c.syncDataDir()
}

func (c *cluster) runInitdb(ctx context.Context, with programs, directory string) error {
	const patience = 5 * time.Second

	arguments := []string{
		"--pgdata=" + directory, "--username=" + superuser, "--encoding=UTF8", "--locale=C.UTF-8",
		"--data-checksums", "--auth-local=trust", "--auth-host=reject", "--no-instructions",
	}
	if c.settings["fsync"] == "off" {
		arguments = append(arguments, "--no-sync")
	}

	var output bytes.Buffer

	command := c.command(ctx, with.initdb(), arguments...)
	command.Stdout, command.Stderr = &output, &output
	// initdb runs postgres: both are in the session that command made.
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.WaitDelay = patience

	err := command.Run()

	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("create a PostgreSQL cluster in %s: %w", c.dataDir, context.Cause(ctx))
	case err != nil:
		return fmt.Errorf("create a PostgreSQL cluster in %s: %s as the user %s: %w%s; it wrote:\n%s",
			c.dataDir, with.initdb(), c.runAs.name, err, scarceSpace(c.dataDir), tail(output.Bytes()))
	default:
		return nil
	}
}

// command prepares a server program. It starts in the root directory, because
// the caller's own may be closed to the account, and sees little of the
// caller's environment, which may hold secrets or settings for PostgreSQL.
func (c *cluster) command(ctx context.Context, program string, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, program, arguments...)
	command.Dir = "/"
	command.SysProcAttr = c.runAs.processAttributes()
	command.Env = []string{
		"LC_ALL=C",
		"PATH=" + os.Getenv("PATH"),
		"LD_LIBRARY_PATH=" + os.Getenv("LD_LIBRARY_PATH"),
	}

	return command
}

// syncDataDir makes the cluster's name as durable as its content.
func (c *cluster) syncDataDir() error {
	directory, err := os.Open(c.dataDir)
	if err != nil {
		return fmt.Errorf("open the data directory: %w", err)
	}

	if err := errors.Join(directory.Sync(), directory.Close()); err != nil {
		return fmt.Errorf("make the PostgreSQL cluster in %s durable: %w", c.dataDir, err)
	}

	return nil
}
