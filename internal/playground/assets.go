package playground

import (
	"embed"
	"net/http"
	"path"
	"strconv"
)

// dist is the page as app/build.mjs bundles it: names carry a hash of what they
// hold, except index.html and licences.txt.
//
//go:embed dist
var dist embed.FS

// contentTypes are the types of the files in dist; the system's own table may say
// something else, or nothing.
var contentTypes = map[string]string{
	".css":  "text/css; charset=utf-8",
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
	".ttf":  "font/ttf",
	".txt":  "text/plain; charset=utf-8",
}

func servePage(w http.ResponseWriter, r *http.Request) { serve(w, r, "index.html", false) }

func serveAsset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	serve(w, r, name, path.Ext(name) != ".html" && path.Ext(name) != ".txt")
}

// serve answers with a file of dist; one that is hashed is the same for ever.
func serve(w http.ResponseWriter, r *http.Request, name string, hashed bool) {
	content, err := dist.ReadFile("dist/" + name)
	contentType, known := contentTypes[path.Ext(name)]
	if err != nil || !known {
		http.NotFound(w, r)
		return
	}
	if hashed {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	_, _ = w.Write(content)
}
