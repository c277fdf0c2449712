package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/pflag"
)

// settings are what every subcommand shares.
type settings struct {
	dataDir        string
	databaseURL    string
	ownerURL       string
	partnerURL     string
	regionURL      string
	directURL      string
	pooler         string
	postgresBinDir string
	secretKey      string
}

func (s *settings) register(flags *pflag.FlagSet) {
	flags.StringVar(&s.dataDir, "data-dir", defaultDataDir(), "where the embedded PostgreSQL and development keys live")
	flags.StringVar(&s.databaseURL, "database-url", "", "PostgreSQL of your own, under the application's login; unset: the embedded one")
	flags.StringVar(&s.ownerURL, "database-owner-url", "", "the same database under its owner's login, for migrations and new districts")
	flags.StringVar(&s.partnerURL, "database-partner-url", "", "the same database under the partners' login; unset: agencies are not served")
	flags.StringVar(&s.regionURL, "database-region-url", "", "the same database under the regional offices' login; unset: they are not served")
	flags.StringVar(&s.directURL, "database-direct-url", "", "the owner's URL past the pooler, for migrations")
	flags.StringVar(&s.pooler, "database-pooler", "", "transaction: the database URL leads to a pooler by transaction, such as PgBouncer")
	flags.StringVar(&s.postgresBinDir, "postgres-bin-dir", "", "where PostgreSQL's server programs are; unset: looked up")
	flags.StringVar(&s.secretKey, "secret-key", "",
		"seals cursors and the records of access: at least 32 characters, the same on every server; unset with the embedded PostgreSQL: a file in the data directory")
}

// defaultDataDir is the system's folder for root, since PostgreSQL refuses to run
// as root and its own user must get there, and the user's own for everybody else.
func defaultDataDir() string {
	if os.Geteuid() == 0 {
		return "/var/lib/holdfast"
	}
	if base := os.Getenv("XDG_DATA_HOME"); base != "" {
		return filepath.Join(base, "holdfast")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return filepath.Join(os.TempDir(), "holdfast")
	}
	return filepath.Join(home, ".local", "share", "holdfast")
}

// check names the setting that cannot be taken.
func (s *settings) check() error {
	if s.pooler != "" && s.pooler != "transaction" {
		return usageError{fmt.Errorf("--database-pooler is %q: leave it out, or say transaction", s.pooler)}
	}
	if s.databaseURL == "" && (s.ownerURL != "" || s.partnerURL != "" || s.regionURL != "" || s.pooler != "") {
		return usageError{errors.New("--database-owner-url, --database-partner-url, --database-region-url and --database-pooler go with --database-url")}
	}
	if s.secretKey != "" && len(s.secretKey) < minSecret {
		return usageError{fmt.Errorf("--secret-key has %d characters: it needs at least %d", len(s.secretKey), minSecret)}
	}
	return nil
}

const minSecret = 32

// secretFile is where the key is that the data directory keeps.
func (s *settings) secretFile() string { return filepath.Join(s.dataDir, "secret-key") }

// secretIsThere tells whether asking for the secret would make none.
func (s *settings) secretIsThere() bool {
	if s.secretKey != "" {
		return true
	}
	_, err := os.Stat(s.secretFile())
	return err == nil
}

// secret gives the key that seals cursors and the records of access.
func (s *settings) secret() ([]byte, error) {
	if s.secretKey != "" {
		return []byte(s.secretKey), nil
	}
	if s.databaseURL != "" {
		return nil, usageError{errors.New("--secret-key is missing: a server on a database of your own needs one, the same on every server")}
	}
	path := s.secretFile()
	key, err := os.ReadFile(path) //nolint:gosec // the operator's own data directory
	if errors.Is(err, fs.ErrNotExist) {
		raw := make([]byte, minSecret)
		_, _ = rand.Read(raw) // never fails
		key = []byte(hex.EncodeToString(raw))
		err = os.WriteFile(path, key, 0o600)
	}
	if err != nil {
		return nil, fmt.Errorf("the secret key in the data directory: %w", err)
	}
	return key, nil
}
