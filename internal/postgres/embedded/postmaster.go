package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// ensureRunning gives the socket directory of the running server. It must be
// called under start.lock.
func (c *cluster) ensureRunning(ctx context.Context, found []programs) (string, error) {
	for {
		state, noted, err := c.state(ctx)
		if err != nil {
			return "", err
		}

		switch state {
		case ready:
			return noted.socketDir, checkPrivate(noted.socketDir, c.runAs.uid)
		case absent:
			return c.start(ctx, found)
		case changing:
		}

		if err := pause(ctx); err != nil {
			return "", fmt.Errorf("wait for the PostgreSQL server of %s, which another process started or stopped"+
				" (its log: %s): %w", c.dataDir, c.logPath(), err)
		}
	}
}

// start starts the server and waits until it takes connections, however long
// a recovery takes.
func (c *cluster) start(ctx context.Context, found []programs) (string, error) {
	with, err := c.prepare(ctx, found)
	if err != nil {
		return "", err
	}

	socketDir, err := c.makeSocketDir()
	if err != nil {
		return "", err
	}

	if err := c.configure(socketDir); err != nil {
		return "", err
	}

	log, err := openServerLog(c.logPath(), c.runAs)
	if err != nil {
		return "", err
	}
	defer log.close()

	c.log.Info("starting PostgreSQL", "directory", c.dataDir, "version", with.major)

	// Others may use the server when the caller's context and process are gone.
	command := c.command(context.WithoutCancel(ctx), with.postgres(), "-D", c.dir())
	command.Stdout, command.Stderr = log.file, log.file

	if err := command.Start(); err != nil {
		return "", fmt.Errorf("start %s as the user %s: %w", with.postgres(), c.runAs.name, err)
	}

	exited := make(chan error, 1)
	go func() { exited <- command.Wait() }()

	return socketDir, c.awaitReady(ctx, command, exited, log)
}

// configure writes the configuration anew, so that a newer Holdfast's settings
// reach an old cluster.
func (c *cluster) configure(socketDir string) error {
	if err := c.removeTraces(socketDir); err != nil {
		return err
	}

	if err := writeFile(filepath.Join(c.dir(), "pg_hba.conf"), accessRules, c.runAs); err != nil {
		return err
	}

	return writeFile(filepath.Join(c.dir(), "postgresql.conf"), c.settingsFile(socketDir), c.runAs)
}

// removeTraces removes the two files in which a crashed server left its process
// number. No process works on this cluster, as state has found; left in place,
// either file would keep PostgreSQL from starting when another program has got
// the number, as happens in containers.
func (c *cluster) removeTraces(socketDir string) error {
	for _, trace := range []string{c.postmasterFilePath(), filepath.Join(socketDir, socketName+".lock")} {
		if err := os.Remove(trace); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove the trace of a crashed PostgreSQL server: %w", err)
		}
	}

	return nil
}

func (c *cluster) awaitReady(ctx context.Context, command *exec.Cmd, exited <-chan error, log *serverLog) error {
	for {
		noted, err := c.readPostmasterFile()
		if err == nil && noted.pid == command.Process.Pid && noted.status == "ready" {
			return nil
		}

		select {
		case err := <-exited:
			return fmt.Errorf("start PostgreSQL in %s: %w%s; it wrote to %s:\n%s",
				c.dataDir, describeExit(err), scarceSpace(c.dataDir), c.logPath(), log.written())
		default:
		}

		if err := pause(ctx); err != nil {
			abandon(command, exited)

			return fmt.Errorf("wait until PostgreSQL in %s takes connections: %w; it wrote to %s:\n%s",
				c.dataDir, err, c.logPath(), log.written())
		}
	}
}

func describeExit(err error) error {
	if err == nil {
		return errors.New("the server ended by itself")
	}

	return err
}

// abandon ends a server that isn't ready yet. What it was recovering it will
// recover the next time.
func abandon(command *exec.Cmd, exited <-chan error) {
	const patience = 10 * time.Second

	// Neither signal fails unless the process is gone, which is the aim.
	_ = command.Process.Signal(syscall.SIGQUIT)

	select {
	case <-exited: //nolint:errcheck // however it ended, it is gone
	case <-time.After(patience):
		_ = command.Process.Kill()
	}
}

// stop shuts the server down and waits until the last of its processes is
// gone. It must be called under start.lock.
func (c *cluster) stop(ctx context.Context) error {
	_, noted, err := c.state(ctx)
	if err != nil {
		return err
	}

	switch {
	case c.isPostmaster(noted.pid):
		c.log.Info("stopping PostgreSQL", "directory", c.dataDir)

		// SIGINT is PostgreSQL's fast shutdown: it cuts the connections, writes
		// everything out and ends.
		if err := syscall.Kill(noted.pid, syscall.SIGINT); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("stop PostgreSQL in %s, process %d: %w", c.dataDir, noted.pid, err)
		}
	case noted.listening(ctx):
		return fmt.Errorf("stop PostgreSQL in %s: its process can't be seen from here, perhaps it runs in another"+
			" container; stop it there", c.dataDir)
	}

	if err := c.awaitAbsent(ctx); err != nil {
		return err
	}

	return c.removeSocketDir(noted.socketDir)
}

func (c *cluster) awaitAbsent(ctx context.Context) error {
	for {
		processes, err := c.processes()
		if err != nil || len(processes) == 0 {
			return err
		}

		if err := pause(ctx); err != nil {
			return fmt.Errorf("PostgreSQL in %s is still stopping, see %s: %w", c.dataDir, c.logPath(), err)
		}
	}
}
