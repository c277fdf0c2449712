package embedded

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"
)

const (
	// superuser is the database role that owns the cluster.
	superuser = "postgres"

	// closeTimeout bounds a Close: the time to wait for another process's
	// start or stop and for the server's last checkpoint.
	closeTimeout = 2 * time.Minute
)

// Options says where a server keeps its data and how it runs.
type Options struct {
	// DataDir is the directory of the cluster, its socket, locks and log. It
	// is made when it doesn't exist; an existing one must be empty or an
	// earlier Join's.
	DataDir string

	// BinDir is the folder of the server programs. When it is empty they are
	// looked for in PATH, in Debian's folders and where pg_config says.
	BinDir string

	// Settings are further lines of postgresql.conf. They take effect in the
	// process that starts the server, not in those that find it running, and
	// can't change where the server listens.
	Settings map[string]string

	// Log hears about starts and stops. When it is nil, nobody does.
	Log *slog.Logger
}

// Server is one use of a running PostgreSQL server. It ends with Close.
type Server struct {
	cluster   *cluster
	socketDir string
	users     *fileLock
	leaveOnce func() error
}

// Join gives the running server of the data directory, or starts it, making
// the cluster first when the directory is new. It returns once the server
// takes connections.
//
// The error wraps ErrNoServerPrograms when PostgreSQL isn't installed. When
// PostgreSQL refused, the error carries the end of what it wrote. A cancelled
// context ends the wait and leaves no half-made cluster and no server that
// this call started.
func Join(ctx context.Context, options Options) (*Server, error) {
	search, err := newProgramSearch(options.BinDir)
	if err != nil {
		return nil, err
	}

	found, err := search.find(ctx)
	if err != nil {
		return nil, err
	}

	runAs, err := serverAccount()
	if err != nil {
		return nil, err
	}

	dataDir, err := prepareDataDir(options.DataDir, runAs)
	if err != nil {
		return nil, err
	}

	return newCluster(dataDir, runAs, options).join(ctx, found)
}

// join takes the place among the users before it looks at the server, so that
// nobody who leaves at the same time stops it.
func (c *cluster) join(ctx context.Context, found []programs) (*Server, error) {
	transition, err := c.lockTransition(ctx)
	if err != nil {
		return nil, err
	}
	defer transition.release()

	users, err := openLock(c.usersLockPath(), c.runAs)
	if err != nil {
		return nil, err
	}

	if err := users.share(); err != nil {
		users.release()

		return nil, err
	}

	socketDir, err := c.ensureRunning(ctx, found)
	if err != nil {
		users.release()

		return nil, err
	}

	server := &Server{cluster: c, socketDir: socketDir, users: users}
	server.leaveOnce = sync.OnceValue(server.leave)

	return server, nil
}

// Close ends this use of the server, and stops the server when nobody else
// uses it: connections that are still open are cut then. Closing again returns
// the first call's result.
func (s *Server) Close() error {
	return s.leaveOnce()
}

// URL gives the connection string of a role and a database, for lib/pq and for
// every program that uses libpq.
func (s *Server) URL(user, database string) string {
	query := url.Values{}
	query.Set("host", s.socketDir)
	query.Set("port", port)
	query.Set("sslmode", "disable")

	location := url.URL{
		Scheme: "postgres",
		User:   url.User(user),
		Path:   "/" + database,
		// libpq doesn't read a plus sign as a space, which lib/pq does.
		RawQuery: strings.ReplaceAll(query.Encode(), "+", "%20"),
	}

	return location.String()
}

// SuperuserURL gives the connection string of the cluster's superuser. A new
// cluster has the databases postgres and template1.
func (s *Server) SuperuserURL(database string) string {
	return s.URL(superuser, database)
}

func (s *Server) leave() error {
	defer s.users.release()

	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()

	transition, err := s.cluster.lockTransition(ctx)
	if err != nil {
		return fmt.Errorf("leave the PostgreSQL server of %s, which keeps running: %w", s.cluster.dataDir, err)
	}
	defer transition.release()

	last, err := s.users.tryExclusive()
	if err != nil || !last {
		return err
	}

	return s.cluster.stop(ctx)
}
