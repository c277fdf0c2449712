package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
)

// failed is the name of a test that failed, in what go test prints.
var failed = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

// try runs the tests against the mutant and gives the first that fails; empty: none.
func (m mutant) try(ctx context.Context) (noticed string, err error) {
	folder, err := os.MkdirTemp("", "holdfast-mutant-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	overlay, err := m.write(folder)
	if err != nil {
		return "", err
	}
	for _, tests := range m.tests {
		noticed, err := m.run(ctx, overlay, tests)
		if err != nil || noticed != "" {
			return noticed, err
		}
	}
	return "", nil
}

// write puts the changed files into the folder, with the list that go build takes.
func (m mutant) write(folder string) (overlay string, err error) {
	replace := map[string]string{}
	for path, text := range m.overlay {
		absolute, err := filepath.Abs(path)
		if err != nil {
			return "", err
		}
		changed := filepath.Join(folder, filepath.Base(path))
		if err := os.WriteFile(changed, []byte(text), 0o600); err != nil {
			return "", err
		}
		replace[absolute] = changed
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(folder, "overlay.json")
	return overlay, os.WriteFile(overlay, list, 0o600)
}

func (m mutant) run(ctx context.Context, overlay string, tests suite) (noticed string, err error) {
	command := exec.CommandContext(ctx, "go", "test", "-overlay", overlay, "-buildvcs=false", "-failfast",
		"-gcflags=github.com/holdfast-edu/holdfast/ent/...=-N -l", "-run", tests.run, "-skip", tests.skip, tests.pkg)
	command.Env = append(os.Environ(), "HOLDFAST_TEST_MUTATION="+m.sql)
	printed, err := command.CombinedOutput()
	var exit *exec.ExitError
	if err == nil || !errors.As(err, &exit) {
		return "", err
	}
	name := failed.FindSubmatch(printed)
	if name == nil {
		return "", errors.New("the tests did not run:\n" + string(printed))
	}
	return filepath.Base(tests.pkg) + " " + string(name[1]), nil
}
