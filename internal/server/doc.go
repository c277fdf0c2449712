// Package server is the HTTP side: who may call, what a request may cost, and the
// way of an operation from its body to its answer.
package server
