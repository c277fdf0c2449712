package embedded

import "context"

// PostmasterPID gives the process number of the server, 0 when none is noted.
func (s *Server) PostmasterPID() (int, error) {
	noted, err := s.cluster.readPostmasterFile()

	return noted.pid, err
}

// SocketDir gives the directory of the socket.
func (s *Server) SocketDir() string { return s.socketDir }

// Processes lists the PostgreSQL processes at work on a data directory.
func Processes(dataDir string) ([]int, error) {
	runAs, err := serverAccount()
	if err != nil {
		return nil, err
	}

	return newCluster(dataDir, runAs, Options{}).processes()
}

// GiveToServerUser makes a test's directory one that the server's user owns.
func GiveToServerUser(directory string) error {
	runAs, err := serverAccount()
	if err != nil {
		return err
	}

	return runAs.giveDir(directory)
}

// FindPrograms looks for server programs in a PATH and in versioned folders,
// and gives their folders.
func FindPrograms(ctx context.Context, path, versioned string) ([]string, error) {
	found, err := programSearch{path: path, versioned: versioned}.find(ctx)

	folders := make([]string, 0, len(found))
	for _, candidate := range found {
		folders = append(folders, candidate.dir)
	}

	return folders, err
}
