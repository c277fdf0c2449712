package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/internal/postgres"
)

// watchIssuers gives the verifier of tokens, which keeps itself up to date until it is
// stopped: the installation's issuer, those of the table, and with --dev the
// development issuer.
func watchIssuers(
	ctx context.Context, s *settings, o serveOptions, db *postgres.DB, log *slog.Logger,
) (issuers *identity.Issuers, stop func(), err error) {
	config := identity.Config{
		Own: identity.Issuer{URL: o.oidcIssuer, Audience: o.oidcAudience}, DB: db, Now: time.Now, Log: log,
	}
	if o.dev {
		if config.Development, err = identity.OpenDevIssuer(s.dataDir, time.Now); err != nil {
			return nil, nil, err
		}
	}
	if issuers, err = identity.NewIssuers(config); err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	var watch sync.WaitGroup
	watch.Go(func() { issuers.Watch(ctx) })
	return issuers, func() { cancel(); watch.Wait() }, nil
}

// listen takes the address. That --dev is for loopback holds for what a name such as
// localhost stands for, too.
func listen(ctx context.Context, o serveOptions) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.addr)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s (another program may be there; choose another --addr): %w", o.addr, err)
	}
	if address, ok := listener.Addr().(*net.TCPAddr); o.dev && (!ok || !address.IP.IsLoopback()) {
		_ = listener.Close()
		return nil, usageError{fmt.Errorf("--dev is for loopback only: %s is %s, use 127.0.0.1", o.addr, listener.Addr())}
	}
	return listener, nil
}
