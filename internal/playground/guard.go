package playground

import (
	"net"
	"net/http"
	"strings"
)

// contentPolicy lets the page load from and talk to this server alone. GraphiQL
// sets styles on its elements, and its styles hold small pictures and fonts.
var contentPolicy = strings.Join([]string{
	"default-src 'self'",
	"style-src 'self' 'unsafe-inline'",
	"img-src 'self' data:",
	"font-src 'self' data:",
	"worker-src 'self'",
	"object-src 'none'",
	"base-uri 'none'",
	"form-action 'none'",
	"frame-ancestors 'none'",
}, "; ")

// guard refuses requests by any name but loopback's, which another site can make
// its own name resolve to, and sets the headers that hold for all answers.
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", contentPolicy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Cache-Control", "no-store")
		if !onLoopback(r.Host) {
			http.Error(w, "the playground answers on loopback alone: use http://127.0.0.1", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// onLoopback tells whether a Host header names loopback, with or without a port.
func onLoopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || (ip != nil && ip.IsLoopback())
}

// ownPage refuses what another site's page made a browser send. What changes
// something, or gives a token away, has to say where it comes from.
func ownPage(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		origin, site := r.Header.Get("Origin"), r.Header.Get("Sec-Fetch-Site")
		switch {
		case origin != "" && origin != "http://"+r.Host,
			origin == "" && r.Method != http.MethodGet && r.Method != http.MethodHead,
			site != "" && site != "same-origin" && site != "none":
			http.Error(w, "this is for the playground's own page alone", http.StatusForbidden)
		default:
			next(w, r)
		}
	}
}
