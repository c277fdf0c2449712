package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"github.com/holdfast-edu/holdfast/bench/load"
)

// The operations that are measured, as the contract calls them.
const (
	studentPage = "StudentPage"
	studentList = "StudentList"
	logContact  = "LogContact"
)

var operations = []string{studentPage, studentList, logContact}

// The peers' names.
const (
	holdfastPeer     = "holdfast"
	postgraphilePeer = "postgraphile"
	handwrittenPeer  = "handwritten"
)

// pageSize is how many students a list asks for.
const pageSize = 50

// connections is how many connections to PostgreSQL each peer may hold.
const connections = 16

// summary is what is written down about a contact.
const summary = "Spoke about the mornings; a ride with a neighbor from Monday on."

// peer is a server under measurement.
type peer struct {
	name    string
	process *process
	// request writes out an operation's request.
	request func(operation string, q question) []byte
	// shape brings an answer into the shape that all peers' answers are compared in.
	shape func(operation string, body []byte) (any, error)
}

// startPeers starts the peers; those that were started are given with an error too.
func startPeers(ctx context.Context, st *stage) ([]*peer, error) {
	var peers []*peer
	for _, begin := range []func(context.Context, *stage) (*peer, error){startHoldfast, startPostgraphile, startHandwritten} {
		one, err := begin(ctx, st)
		if one != nil {
			peers = append(peers, one)
		}
		if err != nil {
			return peers, err
		}
	}
	return peers, nil
}

func startHoldfast(ctx context.Context, st *stage) (*peer, error) {
	addr, err := freeAddr(ctx)
	if err != nil {
		return nil, err
	}
	documents, err := readDocuments(st.settings.benchDir, "contract")
	if err != nil {
		return nil, err
	}
	p := &peer{name: holdfastPeer, shape: shapeHoldfast}
	p.request = func(operation string, q question) []byte {
		return load.Post("/graphql", documents.body(operation, holdfastVariables(operation, q)), "Authorization", "Bearer "+q.district.token)
	}
	p.process, err = start(ctx, p.name, addr, nil, filepath.Join(st.settings.binDir, "holdfast"),
		"serve", "--dev", "--addr", addr, "--data-dir", st.dataDir)
	return p, err
}

func startPostgraphile(ctx context.Context, st *stage) (*peer, error) {
	addr, err := freeAddr(ctx)
	if err != nil {
		return nil, err
	}
	folder := filepath.Join(st.settings.benchDir, "postgraphile")
	documents, err := readDocuments(st.settings.benchDir, "postgraphile")
	if err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("read the address: %w", err)
	}
	p := &peer{name: postgraphilePeer, shape: shapePostgraphile}
	p.request = func(operation string, q question) []byte {
		return load.Post("/graphql", documents.body(operation, postgraphileVariables(operation, q)),
			"Holdfast-District", q.district.id.String(), "Holdfast-Person", q.district.person.String())
	}
	environment := []string{
		"NODE_ENV=production", "GRAPHILE_ENV=production", "DATABASE_URL=" + st.peerURL(), "PORT=" + port,
		"WORKERS=" + strconv.Itoa(st.settings.nodeWorkers), "CONNECTIONS=" + strconv.Itoa(connections),
	}
	p.process, err = start(ctx, p.name, addr, environment, filepath.Join(folder, "node_modules", ".bin", "node"), filepath.Join(folder, "server.mjs"))
	return p, err
}

func startHandwritten(ctx context.Context, st *stage) (*peer, error) {
	addr, err := freeAddr(ctx)
	if err != nil {
		return nil, err
	}
	p := &peer{name: handwrittenPeer, shape: shapeHandwritten}
	p.request = func(operation string, q question) []byte {
		return load.Post("/"+operation, encode(handwrittenInput(operation, q)),
			"Holdfast-District", q.district.id.String(), "Holdfast-Person", q.district.person.String())
	}
	p.process, err = start(ctx, p.name, addr, nil, filepath.Join(st.settings.binDir, "bench", "handwritten"),
		"-addr", addr, "-database-url", st.peerURL(), "-connections", strconv.Itoa(connections))
	return p, err
}

// documents are the operations' GraphQL, each written out as JSON.
type documents map[string][]byte

var documentFiles = map[string]string{
	studentPage: "student_page.graphql", studentList: "student_list.graphql", logContact: "log_contact.graphql",
}

func readDocuments(benchDir, folder string) (documents, error) {
	read := make(documents, len(documentFiles))
	for operation, file := range documentFiles {
		text, err := os.ReadFile(filepath.Join(benchDir, folder, file))
		if err != nil {
			return nil, err
		}
		read[operation] = encode(string(text))
	}
	return read, nil
}

// body writes the body of a GraphQL request.
func (d documents) body(operation string, variables any) []byte {
	body := append([]byte(`{"operationName":"`+operation+`","query":`), d[operation]...)
	body = append(body, `,"variables":`...)
	return append(append(body, encode(variables)...), '}')
}

func encode(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // maps of strings and numbers always marshal
	}
	return text
}
