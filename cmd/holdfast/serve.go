package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"runtime/debug"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"

	"github.com/holdfast-edu/holdfast/internal/identity"
	"github.com/holdfast-edu/holdfast/internal/job"
	"github.com/holdfast-edu/holdfast/internal/ledger"
	"github.com/holdfast-edu/holdfast/internal/playground"
	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/relay"
	"github.com/holdfast-edu/holdfast/internal/server"
)

// serveOptions are the words of the serve command.
type serveOptions struct {
	addr          string
	dev           bool
	oidcIssuer    string
	oidcAudience  string
	corsOrigins   []string
	introspection bool
	maxCost       int64
	budget        int64
}

func newServe(s *settings) *cobra.Command {
	var o serveOptions
	command := &cobra.Command{
		Use: "serve", Short: "serve the API", Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error { return serve(cmd.Context(), s, o) },
	}
	flags := command.Flags()
	flags.StringVar(&o.addr, "addr", "127.0.0.1:8080", "the address to listen on")
	flags.BoolVar(&o.dev, "dev", false, "accept tokens of holdfast token, introspection, queries by GET, and the playground at /; on loopback only")
	flags.StringVar(&o.oidcIssuer, "oidc-issuer", "", "the OIDC issuer whose access tokens are accepted")
	flags.StringVar(&o.oidcAudience, "oidc-audience", "", "the audience that the tokens must be for")
	flags.StringSliceVar(&o.corsOrigins, "cors-origins", nil, "origins of browsers that may call, separated by commas")
	flags.BoolVar(&o.introspection, "introspection", false, "answer introspection")
	flags.Int64Var(&o.maxCost, "max-operation-cost", server.DefaultMaxCost, "the most values that the answer to one operation may be able to hold")
	flags.Int64Var(&o.budget, "cost-per-second", server.DefaultBudget, "how much cost one principal may spend in a second; ten seconds' worth can be saved")
	return command
}

// serverGC is how much the heap grows between collections, in per cent.
const serverGC = 800

// check names the setting that cannot be taken.
func (o serveOptions) check() error {
	host, _, err := net.SplitHostPort(o.addr)
	if err != nil {
		return usageError{fmt.Errorf("--addr is %q: write it as host:port, such as 127.0.0.1:8080", o.addr)}
	}
	ip := net.ParseIP(host)
	loopback := host == "localhost" || (ip != nil && ip.IsLoopback())
	switch {
	case o.dev && !loopback:
		return usageError{fmt.Errorf("--dev is for loopback only: --addr is %q, use 127.0.0.1", o.addr)}
	case !o.dev && o.oidcIssuer == "":
		return usageError{errors.New("--oidc-issuer is missing: name the issuer whose tokens are accepted, or say --dev on loopback")}
	case o.oidcIssuer != "" && o.oidcAudience == "":
		return usageError{errors.New("--oidc-audience is missing: name the audience that tokens must be for")}
	case o.oidcIssuer != "" && identity.CheckURL(o.oidcIssuer) != nil:
		return usageError{fmt.Errorf("--oidc-issuer is %q: %w", o.oidcIssuer, identity.ErrURL)}
	case o.maxCost < 1 || o.maxCost > server.LargestCost:
		return usageError{fmt.Errorf("--max-operation-cost is %d: it is a number from 1 to %d", o.maxCost, server.LargestCost)}
	case o.budget < 1 || o.budget > server.LargestCost:
		return usageError{fmt.Errorf("--cost-per-second is %d: it is a number from 1 to %d", o.budget, server.LargestCost)}
	}
	return nil
}

func serve(ctx context.Context, s *settings, o serveOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	began := time.Now()
	collectLess()
	db, err := openDatabase(ctx, s)
	if err != nil {
		return err
	}
	defer db.close()
	application, err := db.application(ctx)
	if err != nil {
		return err
	}
	secret, err := s.secret()
	if err != nil {
		return err
	}
	cursors, err := relay.NewSealer(secret)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	issuers, stop, err := watchIssuers(ctx, s, o, application, log)
	if err != nil {
		return err
	}
	defer stop()
	var people playground.People
	if o.dev {
		if people, err = openPersonas(ctx, db); err != nil {
			return err
		}
	}
	listener, err := listen(ctx, o)
	if err != nil {
		return err
	}
	keeper, err := ledger.Start(ctx, application, ledger.Options{Secret: secret, Now: time.Now, Log: log})
	if err != nil {
		return err
	}
	working := startJobs(ctx, application, log)
	fmt.Printf("Holdfast serves http://%s/graphql after %.1f s\n", listener.Addr(), time.Since(began).Seconds())
	if people != nil {
		fmt.Printf("The playground is at http://%s/\n", listener.Addr())
	}
	handler := server.NewHandler(server.Config{
		DB: application, Partner: db.partner(), Region: db.region(), Verifier: issuers, Cursors: cursors,
		Witness: keeper, Metrics: []prometheus.Collector{keeper},
		Introspection: o.dev || o.introspection, GET: o.dev, MaxCost: o.maxCost, Budget: o.budget,
		CORSOrigins: o.corsOrigins, People: people, RightsAge: identity.Age, Now: time.Now, Log: log,
	})
	err = server.Serve(ctx, listener, server.WithDevelopmentIssuer(issuers.Development(), handler))
	working()
	return errors.Join(err, closeKeeper(ctx, keeper))
}

// collectLess has the server spend a few tens of MiB for a quarter of the CPU, unless
// its environment says otherwise.
func collectLess() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(serverGC)
	}
}

// startJobs does the districts' jobs until the function that it gives is called, which
// waits for the one that is under way to be taken back.
func startJobs(ctx context.Context, db *postgres.DB, log *slog.Logger) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		job.Runner{DB: db, Now: time.Now, Log: log}.Run(ctx)
	}()
	return func() {
		cancel()
		<-done
	}
}

// goodbyeTime bounds the last batch of the access log.
const goodbyeTime = 10 * time.Second

// closeKeeper writes down what the last requests showed. They are over by now.
func closeKeeper(ctx context.Context, keeper *ledger.Keeper) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbyeTime)
	defer cancel()
	if err := keeper.Close(ctx); err != nil {
		return fmt.Errorf("the end of the access log could not be written: %w", err)
	}
	return nil
}
