package web

import (
	"bufio"
	"cmp"
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/words"
	"quantriet/internal/ui"
)

// visit is one request's frame: who, in which language, with which switches.
type visit struct {
	site   *Site
	who    access.Actor
	lang   string
	dark   bool
	big    bool
	notice ui.Notice
	form   *Form       // once it was read
	sent   []io.Closer // what was uploaded, until the answer
}

type visitKey struct{}

// keep remembers an upload, to be closed after the answer.
func keep(r *http.Request, up *Sent) {
	v, ok := r.Context().Value(visitKey{}).(*visit)
	if c, large := up.body.(io.Closer); ok && large {
		v.sent = append(v.sent, c)
	}
}

// forget closes what was uploaded.
func forget(r *http.Request) {
	if v, ok := r.Context().Value(visitKey{}).(*visit); ok {
		for _, c := range v.sent {
			c.Close()
		}
	}
}

func (s *Site) visit(r *http.Request, who access.Actor) *http.Request {
	v := &visit{site: s, who: who, lang: langOf(r, who)}
	v.dark, v.big = has(r, "dark"), has(r, "big")
	if c, err := r.Cookie(noticeCookie); err == nil {
		if key, err := url.QueryUnescape(c.Value); err == nil && words.Has(key) {
			v.notice = ui.Notice{Kind: "ok", Text: words.T(v.lang, key)}
		}
	}
	return r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
}

// langOf is the language somebody is spoken to in: that of a cookie, of the account, or the first.
func langOf(r *http.Request, who access.Actor) string {
	if c, err := r.Cookie("lang"); err == nil && slices.Contains(words.Langs, c.Value) {
		return c.Value
	}
	return cmp.Or(who.Lang, words.Langs[0])
}

func has(r *http.Request, cookie string) bool {
	c, err := r.Cookie(cookie)
	return err == nil && c.Value == "1"
}

// At builds the frame of a page: title as shown, and the section of the navigation it belongs to.
func At(r *http.Request, title, section string, crumbs ...ui.Crumb) ui.Page {
	v := r.Context().Value(visitKey{}).(*visit)
	p := v.site.frame(r, v)
	p.Title, p.Section, p.Crumbs = title, section, crumbs
	return p
}

// T is the word for key in the visitor's language, for titles and crumbs.
func T(r *http.Request, key string, kv ...any) string { return words.T(Lang(r), key, kv...) }

// Lang is the visitor's language.
func Lang(r *http.Request) string {
	if v, ok := r.Context().Value(visitKey{}).(*visit); ok {
		return v.lang
	}
	return words.Langs[0]
}

const noticeCookie = "__Host-notice"

// Render writes a page with a status. The page is complete or not sent at all.
func Render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	var b strings.Builder
	if err := c.Render(r.Context(), &b); err != nil {
		return err
	}
	if _, err := r.Cookie(noticeCookie); err == nil {
		http.SetCookie(w, &http.Cookie{Name: noticeCookie, Path: "/", MaxAge: -1, Secure: true, HttpOnly: true})
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, err := w.Write([]byte(b.String()))
	return err
}

// Redirect answers a form that did its work; notice is the word key shown on the next page, "" for none.
func Redirect(w http.ResponseWriter, r *http.Request, to, notice string) error {
	if notice != "" {
		http.SetCookie(w, &http.Cookie{Name: noticeCookie, Value: url.QueryEscape(notice), Path: "/", MaxAge: 60,
			Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// Local keeps a "next" address inside this site; anything else becomes "/".
func Local(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.Contains(to, "\\") {
		return "/"
	}
	return to
}

// ID reads a path value. Fault: Missing.
func ID(r *http.Request, name string) (id.ID, error) { return id.Parse(r.PathValue(name)) }

// Query reads an optional id of the query string. Fault: Missing when it is there but none.
func Query(r *http.Request, name string) (id.ID, error) {
	s := r.URL.Query().Get(name)
	if s == "" {
		return 0, nil
	}
	return id.Parse(s)
}

// Download answers with a file. name may hold any letters.
func Download(w http.ResponseWriter, name, mime string, body []byte) error {
	w.Header().Set("Content-Type", mime)
	w.Header().Set("Content-Disposition", disposition(name))
	_, err := w.Write(body)
	return err
}

// Spool answers with a file that is written to the machine's disk first: it may be larger than
// memory, and what fails on the way is still an answer of its own. It takes as long as it takes: the
// server's time for an answer does not end it, only a visitor who takes nothing for a while.
func Spool(w http.ResponseWriter, name, mime string, write func(io.Writer) error) error {
	slow := patient{w, http.NewResponseController(w)}
	_ = slow.control.SetWriteDeadline(time.Time{}) // a writer without deadlines has none to end it
	f, err := os.CreateTemp("", "quantriet-download-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	buffer := bufio.NewWriterSize(f, 64<<10)
	if err := cmp.Or(write(buffer), buffer.Flush()); err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	w.Header().Set("Content-Type", mime)
	w.Header().Set("Content-Disposition", disposition(name))
	_, err = io.Copy(slow, f)
	return err
}

// patient gives every piece of a long answer its own time.
type patient struct {
	io.Writer
	control *http.ResponseController
}

const patience = 2 * time.Minute

func (p patient) Write(b []byte) (int, error) {
	_ = p.control.SetWriteDeadline(time.Now().Add(patience))
	return p.Writer.Write(b)
}

func disposition(name string) string {
	return "attachment; filename*=UTF-8''" + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}

// Errors are a failed form's messages by field, in the visitor's language; "" holds those that blame no field.
func Errors(r *http.Request, err error) ui.Errors {
	out := ui.Errors{}
	for _, f := range fault.List(err) {
		if _, told := out[f.Field]; !told {
			out[f.Field] = T(r, f.Key, f.Args...)
		}
	}
	return out
}

func section(key string) string { return key[strings.LastIndex(key, ".")+1:] }
