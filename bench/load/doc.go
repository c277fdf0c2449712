// Package load asks a server on this machine as fast as it answers: so many
// clients, each with one connection that is kept, each sending its next request
// when it has read the answer to the one before. The client is its own because on
// two cores net/http's would take as much of them as the servers that it measures.
package load
