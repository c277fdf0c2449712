package doctor_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-edu/holdfast/internal/doctor"
)

func TestFreeSpace(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		free   uint64
		failed error
		want   line
	}{
		{5 << 30, nil, line{doctor.OK, "free space", "5.0 GiB are free for "}},
		{5<<30 - 1, nil, line{doctor.Warn, "free space", "5.0 GiB are free for "}},
		{500 << 20, nil, line{doctor.Warn, "free space", "0.5 GiB are free for "}},
		{500<<20 - 1, nil, line{doctor.Fail, "free space", "0.5 GiB are free for "}},
		{0, errors.New("gone"), line{doctor.Fail, "free space", "it could not be looked at"}},
	} {
		report := doctor.Examine(t.Context(), doctor.Installation{
			DataDir: t.TempDir(), Now: time.Now, FreeSpace: func(string) (uint64, error) { return one.free, one.failed },
		})
		wantLine(t, report, one.want)
	}
	if free, err := doctor.FreeSpace(t.TempDir()); free == 0 || err != nil {
		t.Errorf("the disk of the tests has %d bytes free: %v", free, err)
	}
}

func TestClocksThatDisagree(t *testing.T) {
	t.Parallel()
	c := newClinic(t)
	c.Now = func() time.Time { return time.Now().Add(time.Hour) }
	wantLine(t, c.examine(t.Context()), line{doctor.Warn, "clock", "this machine and the database are 1h0m0s apart"})
	c.Now = func() time.Time { return time.Now().Add(-time.Second) }
	wantLine(t, c.examine(t.Context()), line{doctor.OK, "clock", "this machine and the database agree"})
}

func TestTheDataDirectory(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		name string
		make func(t *testing.T, dir string)
		want line
	}{
		{"open to everybody", func(t *testing.T, dir string) { t.Helper(); chmod(t, dir, 0o755) }, line{doctor.Fail, "data directory", "{dir} is open to every user (0755)"}},
		{"open to its group", func(t *testing.T, dir string) { t.Helper(); chmod(t, dir, 0o750) }, line{doctor.Warn, "data directory", "{dir} is open to its group (0750)"}},
		{"its user's alone", func(t *testing.T, dir string) { t.Helper(); chmod(t, dir, 0o700) }, line{doctor.OK, "data directory", "{dir} is its user's alone"}},
		{"a file", func(t *testing.T, dir string) { t.Helper(); remove(t, dir); write(t, dir, "", 0o600) }, line{doctor.Fail, "data directory", "{dir} is not a directory"}},
		{"none", remove, line{doctor.OK, "data directory", "there is none, and a database of your own needs none"}},
		{"another's", giveAway, line{doctor.Fail, "data directory", "{dir} belongs to the user 4242"}},
		{
			"a key that others read", func(t *testing.T, dir string) { t.Helper(); write(t, dir+"/key", strings.Repeat("k", 32), 0o644) },
			line{doctor.Fail, "key files", "{dir}/key is open to other users (0644)"},
		},
		{
			"a key that is cut off", func(t *testing.T, dir string) { t.Helper(); write(t, dir+"/key", "k", 0o600) },
			line{doctor.Fail, "key files", "{dir}/key has 1 bytes and needs 32"},
		},
		{
			"a key that is well", func(t *testing.T, dir string) { t.Helper(); write(t, dir+"/key", strings.Repeat("k", 32), 0o600) },
			line{doctor.OK, "key files", "what there is, is its user's alone"},
		},
	} {
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "data")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			one.make(t, dir)
			one.want.found = strings.ReplaceAll(one.want.found, "{dir}", dir)
			wantLine(t, doctor.Examine(t.Context(), doctor.Installation{
				DataDir: dir, KeyFiles: []doctor.KeyFile{{Name: "key", Bytes: 32}}, Now: time.Now, FreeSpace: doctor.FreeSpace,
			}), one.want)
		})
	}
}

// giveAway gives the directory, but not the cluster in it, to another user.
func giveAway(t *testing.T, dir string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root gives files away")
	}
	if err := os.Mkdir(dir+"/cluster", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(dir, 4242, -1); err != nil {
		t.Fatal(err)
	}
}

func chmod(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, content string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
	chmod(t, path, mode) // whatever the umask
}

func TestSettings(t *testing.T) {
	t.Parallel()
	const local = "postgres://holdfast@127.0.0.1:1/holdfast?sslmode=disable"
	for _, one := range []struct {
		name         string
		installation doctor.Installation
		want         line
	}{
		{
			"one that cannot be taken",
			doctor.Installation{Settings: []error{errors.New("--secret-key has 3 characters: it needs at least 32")}},
			line{doctor.Fail, "settings", "--secret-key has 3 characters"},
		},
		{"no URL", doctor.Installation{}, line{doctor.Fail, "database URLs", "there is none"}},
		{"a URL that cannot be read", ofURL("postgres://holdfast:hush%hush@db.example/holdfast"), line{doctor.Fail, "database URLs", "the application's cannot be read"}},
		{"words", ofURL("host=db.example password=hush"), line{doctor.Warn, "database URLs", "the application's is not written as a URL"}},
		{
			"another machine in clear", ofURL("postgres://holdfast:hush@db.invalid/holdfast?sslmode=disable"),
			line{doctor.Warn, "database URLs", "the application's goes to another machine with sslmode=disable"},
		},
		{
			"another machine unverified", ofURL("postgres://holdfast:hush@db.invalid/holdfast"),
			line{doctor.Warn, "database URLs", "the application's goes to another machine with sslmode=require"},
		},
		{"this machine", doctor.Installation{Logins: doctor.Logins{Application: local, Owner: local}}, line{doctor.OK, "database URLs", "they can be read"}},
		{
			"nobody there", ofURL("postgres://holdfast:hush@127.0.0.1:1/holdfast?sslmode=disable"),
			line{doctor.Fail, "logins", "the application's does not get in: dial tcp 127.0.0.1:1: connect: connection refused"},
		},
	} {
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			one.installation.DataDir = t.TempDir()
			one.installation.Now, one.installation.FreeSpace = time.Now, doctor.FreeSpace
			report := doctor.Examine(t.Context(), one.installation)
			wantLine(t, report, one.want)
			told, err := json.Marshal(report)
			if err != nil || strings.Contains(string(told), "hush") {
				t.Errorf("the report tells the password: %s, %v", told, err)
			}
		})
	}
}

func ofURL(url string) doctor.Installation {
	return doctor.Installation{Logins: doctor.Logins{Application: url}}
}
