package server

import (
	"net"
	"net/http"

	"github.com/holdfast-edu/holdfast/internal/identity"
)

// WithDevelopmentIssuer shows the development issuer's discovery document and key
// beside the API, so that other programs can verify its tokens too; nil: there is
// none. It answers on loopback alone.
func WithDevelopmentIssuer(issuer *identity.DevIssuer, api http.Handler) http.Handler {
	if issuer == nil {
		return api
	}
	mux := http.NewServeMux()
	mux.Handle("/", api)
	mux.Handle("GET "+identity.DevIssuerPath+"/.well-known/openid-configuration", onLoopback(func(w http.ResponseWriter, r *http.Request) {
		document, err := issuer.Discovery("http://" + r.Host + identity.DevIssuerPath)
		if err != nil {
			answer(w, http.StatusInternalServerError, "the document cannot be made")
			return
		}
		answerJSON(w, document)
	}))
	mux.Handle("GET "+identity.DevIssuerPath+"/keys", onLoopback(func(w http.ResponseWriter, _ *http.Request) { answerJSON(w, issuer.Keys()) }))
	return mux
}

func answerJSON(w http.ResponseWriter, document []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(document) //nolint:gosec // JSON, of loopback's names alone
}

// onLoopback refuses who is on another machine, or came by a name that is not
// loopback's, which another site can make its own name resolve to.
func onLoopback(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		from, _, _ := net.SplitHostPort(r.RemoteAddr)
		if !isLoopback(from) || (host != "localhost" && !isLoopback(host)) {
			answer(w, http.StatusForbidden, "the development issuer answers on loopback alone: use http://127.0.0.1")
			return
		}
		next(w, r)
	})
}

func isLoopback(address string) bool {
	ip := net.ParseIP(address)
	return ip != nil && ip.IsLoopback()
}
