// Package embedded runs a PostgreSQL server of the project's own: the server
// programs installed on the machine, working on a cluster below a data
// directory.
//
// Several processes share one data directory. Whoever joins first starts the
// server, the last one out stops it. Two locks keep that true, and both vanish
// with a process that is killed:
//
//   - start.lock is held exclusively around every start and stop, never longer;
//   - users.lock is held shared by everyone who joined, for as long as they
//     stay. Who gets it exclusively while leaving was the last.
//
// The server listens on a Unix socket only, in a directory that only the
// server's user (and root) can enter. That directory is the lock on the door:
// behind it, every role is trusted.
//
// PostgreSQL refuses to run as root, so a root process runs it as the system
// user postgres. The package reads /proc and works on Linux only.
package embedded
