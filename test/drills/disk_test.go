package drills_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"testing"
)

// disk gives an installation whose data directory is on a disk of its own, of the
// size in MiB, and a function that makes the disk larger.
func disk(t *testing.T, mebibytes int) (*installation, func(mebibytes int)) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("a disk that fills up needs root, to mount one of memory")
	}
	i := install(t)
	place := i.dir + "/disk"
	check(t, os.Mkdir(place, 0o711))
	if err := syscall.Mount("tmpfs", place, "tmpfs", 0, options(mebibytes)); err != nil {
		t.Skipf("no disk can be mounted here: %v", err)
	}
	t.Cleanup(func() { check(t, syscall.Unmount(place, syscall.MNT_DETACH)) })
	i.dataDir = place + "/data"
	t.Cleanup(func() { i.expectNoServer(t) })
	return i, func(mebibytes int) {
		check(t, syscall.Mount("tmpfs", place, "tmpfs", syscall.MS_REMOUNT, options(mebibytes)))
	}
}

func options(mebibytes int) string { return fmt.Sprintf("size=%dm,mode=0711", mebibytes) }

const (
	enoughForACluster = 90   // initdb and the migrations take some 64 MiB, a small import a little more
	enoughForAll      = 1024 // and the large one
)

// TestFullDisk: an import that runs out of room says so, leaves nothing, and
// succeeds when there is room again.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	i, enlarge := disk(t, enoughForACluster)
	i.run(t, importing(t, small, "--create")...).expect(t, 0)
	full := i.run(t, importing(t, large)...)
	full.expect(t, failed, "nothing was loaded")
	t.Log(full.complaints())
	i.expectNoServer(t)
	enlarge(enoughForAll)
	i.expectLoaded(t, small)
	i.run(t, importing(t, large)...).expect(t, 0)
	i.expectLoaded(t, large)
}

// TestFullDiskWhileTheDistrictIsMade leaves no district either.
func TestFullDiskWhileTheDistrictIsMade(t *testing.T) {
	t.Parallel()
	i, enlarge := disk(t, enoughForACluster)
	full := i.run(t, importing(t, large, "--create")...)
	full.expect(t, failed, "nothing was loaded")
	t.Log(full.complaints())
	enlarge(enoughForAll)
	i.expectLoaded(t, size{})
	i.run(t, importing(t, large, "--create")...).expect(t, 0)
	i.expectLoaded(t, large)
}

// TestFullDiskAtTheStart: a server that cannot start for want of room says so.
func TestFullDiskAtTheStart(t *testing.T) {
	t.Parallel()
	i, enlarge := disk(t, enoughForACluster)
	i.run(t, importing(t, small, "--create")...).expect(t, 0)
	rest, err := os.Create(i.dir + "/disk/rest")
	check(t, err)
	_, err = io.Copy(rest, endless{})
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("the disk was to be filled: %v", err)
	}
	check(t, rest.Close())
	i.run(t, "migrate", "status").expect(t, failed, "disk")
	i.expectNoServer(t)
	enlarge(enoughForAll)
	i.expectLoaded(t, small)
}

// endless is zeros.
type endless struct{}

func (endless) Read(buffer []byte) (int, error) {
	clear(buffer)
	return len(buffer), nil
}

// TestDiskTooSmallForACluster: the server cannot even be made.
func TestDiskTooSmallForACluster(t *testing.T) {
	t.Parallel()
	i, enlarge := disk(t, 30)
	i.run(t, "migrate", "status").expect(t, failed, "space")
	enlarge(enoughForACluster)
	i.run(t, "migrate", "status").expect(t, 0)
}
