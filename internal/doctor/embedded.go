package doctor

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/holdfast-edu/holdfast/internal/postgres"
	"github.com/holdfast-edu/holdfast/internal/postgres/embedded"
)

// joinEmbedded joins the running embedded server or starts it, as every command
// does. A data directory without a cluster is left without one.
func joinEmbedded(ctx context.Context, p *patient) ([]Finding, error) {
	if !p.Embedded {
		return nil, nil
	}
	if _, err := os.Stat(filepath.Join(p.DataDir, clusterFolder)); err != nil {
		return []Finding{fail("there is no cluster in "+p.DataDir, //nolint:nilerr // whatever the reason, the line says what to do
			"holdfast import or holdfast serve makes one; or name the data directory there is with --data-dir")}, nil
	}
	began := p.Now()
	server, err := embedded.Join(ctx, embedded.Options{DataDir: p.DataDir, BinDir: p.BinDir})
	if err != nil {
		// The error says what to do; nothing of it comes from a table.
		return []Finding{fail(oneLine(err.Error()), "do as it says, then run the doctor again")}, nil
	}
	p.server = server
	if p.superuser, err = p.open(ctx, server.SuperuserURL("postgres"), false); err != nil {
		return nil, err
	}
	p.Logins = Logins{
		Application: server.URL(postgres.ApplicationLogin, p.Database), Owner: server.URL(postgres.OwnerLogin, p.Database),
		Partner: server.URL(postgres.PartnerLogin, p.Database), Region: server.URL(postgres.RegionLogin, p.Database),
	}
	return p.describeServer(ctx, began)
}

func (p *patient) describeServer(ctx context.Context, began time.Time) ([]Finding, error) {
	var version string
	var started time.Time
	if err := row(ctx, p.superuser, []any{&version, &started}, "SELECT current_setting('server_version'), pg_postmaster_start_time()"); err != nil {
		return nil, err
	}
	how := "runs"
	if !started.Before(began) {
		how = "did not run and can be started"
	}
	socket := p.socketDir()
	found := fmt.Sprintf("PostgreSQL %s of %s %s, its socket in %s", version, p.DataDir, how, socket)
	if dir, err := filepath.EvalSymlinks(p.DataDir); err == nil && !strings.HasPrefix(socket, dir+string(filepath.Separator)) {
		return []Finding{warn(found+", since a path in the data directory would be too long: what clears temporary files away would cut the server off",
			"choose a shorter data directory")}, nil
	}
	return []Finding{ok(found)}, nil
}

func (p *patient) socketDir() string {
	location, err := url.Parse(p.server.SuperuserURL("postgres"))
	if err != nil {
		return ""
	}
	return location.Query().Get("host")
}

// checkUsers says who is connected beside the doctor.
func checkUsers(ctx context.Context, p *patient) ([]Finding, error) {
	who, err := words(ctx, p.superuser, `SELECT usename || ' ' || count(*) FROM pg_stat_activity
		WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() GROUP BY usename ORDER BY usename`)
	if err != nil {
		return nil, err
	}
	if len(who) == 0 {
		return []Finding{ok("nobody else is connected")}, nil
	}
	return []Finding{ok("others are connected: " + strings.Join(who, ", "))}, nil
}
