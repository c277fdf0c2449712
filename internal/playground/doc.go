// Package playground is the page for trying the API in development: GraphiQL,
// shipped inside the program, with a picker of the persona who asks and the
// operations that front ends run as examples. It is served on loopback with
// `serve --dev` alone, and loads nothing from another host.
//
// The page is in app, and bundled into dist by `make playground`.
package playground
