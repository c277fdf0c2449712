package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// process is a peer's server.
type process struct {
	command *exec.Cmd
	log     *os.File
	addr    string
	ended   chan struct{}
}

// How long a server may take to begin and to end.
const (
	beginTime = 60 * time.Second
	endTime   = 5 * time.Second
	glance    = 50 * time.Millisecond
)

// start runs a server and waits until it takes connections.
func start(ctx context.Context, name, addr string, environment []string, program string, words ...string) (*process, error) {
	log, err := os.CreateTemp("", "holdfast-bench-"+name+"-*.log")
	if err != nil {
		return nil, fmt.Errorf("make the log of %s: %w", name, err)
	}
	command := exec.CommandContext(ctx, program, words...)
	command.Env = append(os.Environ(), environment...)
	command.Stdout, command.Stderr = log, log
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGTERM) }
	command.WaitDelay = endTime
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	p := &process{command: command, log: log, addr: addr, ended: make(chan struct{})}
	go func() {
		_ = command.Wait()
		close(p.ended)
	}()
	return p, p.await(ctx, name)
}

func (p *process) await(ctx context.Context, name string) error {
	for deadline := time.Now().Add(beginTime); time.Now().Before(deadline); {
		select {
		case <-p.ended:
			written, _ := os.ReadFile(p.log.Name())
			return fmt.Errorf("%s ended at once; it wrote:\n%s", name, written)
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(glance):
		}
		if conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", p.addr); err == nil {
			return conn.Close()
		}
	}
	return fmt.Errorf("%s takes no connections; see %s", name, p.log.Name())
}

// stop ends the server and its children.
func (p *process) stop() {
	if p == nil {
		return
	}
	_ = syscall.Kill(-p.command.Process.Pid, syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(endTime):
		_ = syscall.Kill(-p.command.Process.Pid, syscall.SIGKILL)
		<-p.ended
	}
	_ = p.log.Close()
	_ = os.Remove(p.log.Name())
}

// freeAddr gives an address of this machine on which nobody listens.
func freeAddr(ctx context.Context) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	addr := listener.Addr().String()
	return addr, errors.Join(listener.Close())
}
