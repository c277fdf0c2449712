package postgres

import (
	"context"
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// socketKeeper dials as the driver would, and keeps the socket that a connection
// came to use, so that it can be looked at before the connection's next use.
type socketKeeper struct {
	net.Dialer

	socket net.Conn
	kept   bool // the connection stands; what is dialed from now on cancels its queries
}

// Dial dials without a limit of time.
func (k *socketKeeper) Dial(network, address string) (net.Conn, error) {
	return k.DialContext(context.Background(), network, address)
}

// DialTimeout dials within the time.
func (k *socketKeeper) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return k.DialContext(ctx, network, address)
}

// DialContext dials until the context ends.
func (k *socketKeeper) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	socket, err := k.Dialer.DialContext(ctx, network, address)
	if err == nil && !k.kept {
		k.socket = socket
	}
	return socket, err
}

// hungUp tells whether the server has ended the connection, or said something
// unasked: an idle connection hears only that it is about to end. It costs no round
// trip; without it the first statement after a restart of the server would fail.
func (k *socketKeeper) hungUp() bool {
	plain, ok := k.socket.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := plain.SyscallConn()
	if err != nil {
		return true
	}
	quiet := false
	err = raw.Read(func(descriptor uintptr) bool {
		_, _, err := unix.Recvfrom(int(descriptor), make([]byte, 1), unix.MSG_PEEK|unix.MSG_DONTWAIT)
		quiet = err == unix.EAGAIN || err == unix.EWOULDBLOCK
		return true
	})
	return err != nil || !quiet
}
