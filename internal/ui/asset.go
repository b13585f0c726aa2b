package ui

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed static/*.css static/*.js static/*.svg static/*.br static/*.gz static/fonts/*.woff2
var staticFiles embed.FS

// root is where all assets live, under a hash of all of them: fonts.css may name its
// fonts by a relative path, and any change gives every asset a new address.
var root, assets = load()

type asset struct {
	mime            string
	body, gzip, brt []byte
}

var mimes = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".svg": "image/svg+xml", ".woff2": "font/woff2",
}

func load() (string, map[string]asset) {
	all, sum := map[string]asset{}, sha256.New()
	err := fs.WalkDir(staticFiles, "static", func(p string, d fs.DirEntry, err error) error {
		mime, known := mimes[path.Ext(p)]
		if err != nil || d.IsDir() || !known {
			return err
		}
		body, err := staticFiles.ReadFile(p)
		if err != nil {
			return err
		}
		gz, _ := staticFiles.ReadFile(p + ".gz") // only the big ones have packed copies
		br, _ := staticFiles.ReadFile(p + ".br")
		name := strings.TrimPrefix(p, "static/")
		fmt.Fprintf(sum, "%s %d\n", name, len(body))
		sum.Write(body)
		all[name] = asset{mime: mime, body: body, gzip: gz, brt: br}
		return nil
	})
	if err != nil {
		panic(err)
	}
	return "/static/" + hex.EncodeToString(sum.Sum(nil))[:12] + "/", all
}

// Asset is the address of a file of internal/ui/static, such as "theme.css". The
// address changes with the content. An unknown name is a bug and panics.
func Asset(name string) string {
	if _, ok := assets[name]; !ok {
		panic("no asset " + name)
	}
	return root + name
}

// Static serves GET /static/… : immutable for a year, packed if the browser takes it.
// An address of an older version is answered with the current file, unremembered, so
// that a page opened before an update keeps its looks.
func Static() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hash, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/static/"), "/")
		a, ok := assets[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", a.mime)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		if "/static/"+hash+"/" != root {
			h.Set("Cache-Control", "no-cache")
		}
		body := a.pick(h, r.Header.Get("Accept-Encoding"))
		h.Set("Content-Length", fmt.Sprint(len(body)))
		if r.Method != http.MethodHead {
			_, _ = w.Write(body)
		}
	})
}

func (a asset) pick(h http.Header, accept string) []byte {
	if a.brt == nil {
		return a.body
	}
	h.Set("Vary", "Accept-Encoding")
	switch {
	case takes(accept, "br"):
		h.Set("Content-Encoding", "br")
		return a.brt
	case takes(accept, "gzip"):
		h.Set("Content-Encoding", "gzip")
		return a.gzip
	}
	return a.body
}

// takes reads Accept-Encoding as far as browsers write it; q=0 refuses.
func takes(accept, coding string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(name) == coding {
			q = strings.ReplaceAll(q, " ", "")
			return q != "q=0" && !strings.HasPrefix(q, "q=0.000")
		}
	}
	return false
}
