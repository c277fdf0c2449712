package doctor

import (
	"fmt"
	"net/http"
	"time"

	"golang.org/x/sys/unix"
)

// Installation is what the doctor looks at.
type Installation struct {
	// Settings are the settings that cannot be taken, each error naming its own.
	Settings []error
	// DataDir is where the embedded PostgreSQL and the keys live.
	DataDir string
	// KeyFiles are the keys in the data directory that are made when first needed.
	KeyFiles []KeyFile
	// Secret is the installation's secret key; nil: there is none yet.
	Secret []byte
	// BinDir is where PostgreSQL's server programs are; empty: looked up.
	BinDir string
	// Embedded says that the database is the embedded server's, called Database.
	Embedded bool
	Database string
	// Logins lead to a database of the user's own.
	Logins Logins
	// TransactionPooler says that the application's login goes through a pooler.
	TransactionPooler bool
	// Issuer is the installation's OIDC issuer; empty: none is set here.
	Issuer string
	// Transport reaches issuers; nil: the system's certificates are trusted.
	Transport http.RoundTripper
	// Now is the clock.
	Now func() time.Time
	// FreeSpace gives the bytes that are free for the directory's user.
	FreeSpace func(dir string) (uint64, error)
}

// KeyFile is a file that holds a secret.
type KeyFile struct {
	Name  string
	Bytes int64 // it has at least so many
}

// Logins are the connection strings by login; one that is empty is not configured.
type Logins struct {
	Application, Owner, Partner, Region string
}

// FreeSpace asks the directory's filesystem.
func FreeSpace(dir string) (uint64, error) {
	var status unix.Statfs_t
	if err := unix.Statfs(dir, &status); err != nil {
		return 0, fmt.Errorf("ask for the free space of %s: %w", dir, err)
	}
	return status.Bavail * uint64(status.Bsize), nil //nolint:gosec // a block's size is never negative
}
