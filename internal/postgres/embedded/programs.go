package embedded

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const (
	// oldestMajor is the oldest version that Holdfast's SQL runs on.
	oldestMajor = 15

	// debianFolders is where Debian and Ubuntu put the programs of each version.
	debianFolders = "/usr/lib/postgresql/*/bin"
)

// ErrNoServerPrograms says that PostgreSQL's server programs aren't on this
// machine, or not where they were looked for.
var ErrNoServerPrograms = errors.New("no PostgreSQL server programs (postgres, initdb) found")

// programs is a folder with the server programs of one version.
type programs struct {
	dir   string
	major int
}

func (p programs) postgres() string { return filepath.Join(p.dir, "postgres") }
func (p programs) initdb() string   { return filepath.Join(p.dir, "initdb") }

// programSearch says where to look for server programs.
type programSearch struct {
	// binDir is the only place to look when it isn't empty.
	binDir string
	// path is a list of folders in the form of the environment's PATH.
	path string
	// versioned is a pattern of folders, .../<version>/bin.
	versioned string
}

func newProgramSearch(binDir string) (programSearch, error) {
	if binDir == "" {
		return programSearch{path: os.Getenv("PATH"), versioned: debianFolders}, nil
	}

	// The programs are started from the root directory, where a relative
	// folder would mean another one.
	absolute, err := filepath.Abs(binDir)
	if err != nil {
		return programSearch{}, fmt.Errorf("find the folder %s of the PostgreSQL programs: %w", binDir, err)
	}

	return programSearch{binDir: absolute}, nil
}

// find gives the usable programs, the preferred ones first. There is at least
// one unless it gives an error.
func (s programSearch) find(ctx context.Context) ([]programs, error) {
	var (
		usable   []programs
		unusable []error
	)

	for _, dir := range s.folders(ctx) {
		if !holds(dir, "postgres", "initdb") {
			continue
		}

		candidate, err := inspectPrograms(ctx, dir)
		if err != nil {
			unusable = append(unusable, err)

			continue
		}

		usable = append(usable, candidate)
	}

	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("look for PostgreSQL's server programs: %w", context.Cause(ctx))
	case len(usable) > 0:
		return usable, nil
	case len(unusable) > 0:
		return nil, unusable[0]
	default:
		return nil, s.nothingFound()
	}
}

func (s programSearch) nothingFound() error {
	place := "in PATH or " + s.versioned
	if s.binDir != "" {
		place = "in " + s.binDir
	}

	return fmt.Errorf("%w %s: install them (Debian, Ubuntu: apt-get install postgresql-%d;"+
		" Debian's own cluster isn't needed: systemctl disable --now postgresql),"+
		" or set HOLDFAST_DATABASE_URL to a server of your own,"+
		" or name their folder with --postgres-bin-dir", ErrNoServerPrograms, place, oldestMajor)
}

// folders lists where programs may be, the preferred places first.
func (s programSearch) folders(ctx context.Context) []string {
	if s.binDir != "" {
		return []string{s.binDir}
	}

	folders := slices.DeleteFunc(filepath.SplitList(s.path), func(dir string) bool { return !filepath.IsAbs(dir) })

	// The pattern is fixed and well-formed, so there is no error to expect.
	versioned, _ := filepath.Glob(s.versioned)
	slices.SortFunc(versioned, func(a, b string) int { return cmp.Compare(folderVersion(b), folderVersion(a)) })

	var configured []string

	for _, dir := range folders {
		if holds(dir, "pg_config") {
			// A pg_config that fails has no folder to offer; the search goes on.
			output, _ := exec.CommandContext(ctx, filepath.Join(dir, "pg_config"), "--bindir").Output()
			configured = append(configured, strings.TrimSpace(string(output)))
		}
	}

	return slices.Concat(folders, versioned, configured)
}

// folderVersion reads the version from a folder's name, .../<version>/bin. A
// name that isn't a number comes last.
func folderVersion(bin string) float64 {
	version, err := strconv.ParseFloat(filepath.Base(filepath.Dir(bin)), 64)
	if err != nil {
		return 0
	}

	return version
}

// holds says whether a folder has all these programs.
func holds(dir string, names ...string) bool {
	for _, name := range names {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.IsDir() || info.Mode()&0o111 == 0 {
			return false
		}
	}

	return true
}

// inspectPrograms asks the programs of a folder for their version and refuses
// one that is too old.
func inspectPrograms(ctx context.Context, dir string) (programs, error) {
	found := programs{dir: dir}

	output, err := exec.CommandContext(ctx, found.postgres(), "--version").Output()
	if err != nil {
		return programs{}, fmt.Errorf("ask %s for its version: %w", found.postgres(), err)
	}

	version := strings.TrimSpace(string(output))

	match := regexp.MustCompile(`\(PostgreSQL\) (\d+)`).FindStringSubmatch(version)
	if match == nil {
		return programs{}, fmt.Errorf("%s doesn't give a PostgreSQL version but %q", found.postgres(), version)
	}

	found.major, err = strconv.Atoi(match[1])
	if err != nil {
		return programs{}, fmt.Errorf("read the version %q of %s: %w", version, found.postgres(), err)
	}

	if found.major < oldestMajor {
		return programs{}, fmt.Errorf("the server programs in %s are PostgreSQL %d, Holdfast needs %d or newer:"+
			" install a newer version, or name its folder with --postgres-bin-dir", dir, found.major, oldestMajor)
	}

	return found, nil
}
