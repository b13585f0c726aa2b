package internal

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Whatever the code writes to the log has its word there, no word is kept for a deed that
// nobody does, and each room of deeds can be asked for in the log's filter.
func TestDeedsOfTheLog(t *testing.T) {
	vi := book(t, "vi")
	done := map[string]string{}
	packages := map[string][]*ast.File{}
	eachGo(t, false, func(path string) {
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		if dir := filepath.ToSlash(filepath.Dir(path)); !strings.HasPrefix(dir, "app/bench") {
			packages[dir] = append(packages[dir], f)
		}
	})
	for dir, files := range packages {
		for _, f := range files {
			for _, d := range f.Decls {
				ast.Inspect(d, func(n ast.Node) bool {
					if call, ok := n.(*ast.CallExpr); ok && called(call) == "audit.Write" {
						at := search{files: files}
						for _, deed := range at.values(call.Args[4], d) {
							done[deed] = dir
						}
						if at.lost != "" {
							t.Errorf("%s: no deed found for %s", dir, at.lost)
						}
					}
					return true
				})
			}
		}
	}
	if len(done) < 100 {
		t.Fatalf("only %d deeds found", len(done))
	}
	filter, err := os.ReadFile("base/audit/service.go")
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	line := regexp.MustCompile(`(?s)\nvar rooms = \[\]string\{(.*?)\}`).FindSubmatch(filter)
	for _, m := range regexp.MustCompile(`"(\w+)"`).FindAllStringSubmatch(string(line[1]), -1) {
		listed = append(listed, m[1])
	}
	rooms := map[string]bool{}
	for deed, dir := range done {
		if vi["audit.action."+deed] == "" {
			t.Errorf("%s: the log has no word for %s", dir, deed)
		}
		room, _, _ := strings.Cut(deed, ".")
		if rooms[room] = true; !slices.Contains(listed, room) {
			t.Errorf("%s: the log's filter lacks %s", dir, room)
		}
	}
	for _, room := range listed {
		if !rooms[room] || vi["audit.room."+room] == "" {
			t.Errorf("the log's filter has %s: no deed or no word", room)
		}
	}
	for key := range vi {
		if deed, ok := strings.CutPrefix(key, "audit.action."); ok && done[deed] == "" {
			t.Errorf("nobody does %s", deed)
		}
		if room, ok := strings.CutPrefix(key, "audit.room."); ok && !slices.Contains(listed, room) {
			t.Errorf("no filter says %s", key)
		}
	}
}

// search finds what a text can be: the literal itself, what a name is set to, what callers
// in the package hand over, or what a field is made of and compared with.
type search struct {
	files []*ast.File
	seen  []string
	lost  string
}

func (s *search) values(x ast.Expr, in ast.Decl) (out []string) {
	switch x := x.(type) {
	case *ast.BasicLit:
		v, _ := strconv.Unquote(x.Value)
		return []string{v}
	case *ast.BinaryExpr:
		for _, a := range s.values(x.X, in) {
			for _, b := range s.values(x.Y, in) {
				out = append(out, a+b)
			}
		}
	case *ast.Ident:
		out = append(s.set(x.Name, in), s.handed(x.Name, in)...)
		if len(out) == 0 {
			for _, f := range s.files {
				for _, d := range f.Decls {
					if g, ok := d.(*ast.GenDecl); ok {
						out = append(out, s.set(x.Name, g)...)
					}
				}
			}
		}
	case *ast.SelectorExpr:
		out = s.field(x.Sel.Name)
	}
	slices.Sort(out)
	if out = slices.Compact(out); len(out) == 0 && s.lost == "" {
		s.lost = name(x)
	}
	return out
}

func name(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return name(x.X) + "." + x.Sel.Name
	}
	return "an expression"
}

// set: what the declaration sets a name to.
func (s *search) set(of string, in ast.Decl) (out []string) {
	ast.Inspect(in, func(n ast.Node) bool {
		var names, values []ast.Expr
		switch n := n.(type) {
		case *ast.AssignStmt:
			names, values = n.Lhs, n.Rhs
		case *ast.ValueSpec:
			for _, i := range n.Names {
				names = append(names, i)
			}
			values = n.Values
		}
		for i := range values {
			if id, ok := names[i].(*ast.Ident); ok && id.Name == of && len(names) == len(values) {
				out = append(out, s.values(values[i], in)...)
			}
		}
		return true
	})
	return out
}

// handed: what the package's calls hand to the parameter.
func (s *search) handed(of string, in ast.Decl) (out []string) {
	fn, ok := in.(*ast.FuncDecl)
	if !ok || slices.Contains(s.seen, fn.Name.Name+" "+of) {
		return nil
	}
	at := slices.Index(params(fn), of)
	if at < 0 {
		return nil
	}
	s.seen = append(s.seen, fn.Name.Name+" "+of)
	for _, f := range s.files {
		for _, d := range f.Decls {
			ast.Inspect(d, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if ok && len(call.Args) == len(params(fn)) && strings.HasSuffix("."+called(call), "."+fn.Name.Name) {
					out = append(out, s.values(call.Args[at], d)...)
				}
				return true
			})
		}
	}
	return out
}

// field: the words that a function of the package compares the field with when it is handed
// one, or a name like it.
func (s *search) field(of string) (out []string) {
	for _, f := range s.files {
		ast.Inspect(f, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				for i, arg := range call.Args {
					if said := name(arg); strings.HasSuffix(said, "."+of) || said == strings.ToLower(of) {
						out = append(out, s.compared(called(call), i)...)
					}
				}
			}
			return true
		})
	}
	return out
}

func (s *search) compared(function string, at int) (out []string) {
	for _, f := range s.files {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Name.Name != function || at >= len(params(fn)) {
				continue
			}
			with := func(x ast.Expr, values ...ast.Expr) {
				for _, v := range values {
					if lit, ok := v.(*ast.BasicLit); ok && name(x) == params(fn)[at] {
						if word, _ := strconv.Unquote(lit.Value); word != "" {
							out = append(out, word)
						}
					}
				}
			}
			ast.Inspect(fn, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.BinaryExpr:
					with(n.X, n.Y)
				case *ast.SwitchStmt:
					for _, c := range n.Body.List {
						if n.Tag != nil {
							with(n.Tag, c.(*ast.CaseClause).List...)
						}
					}
				}
				return true
			})
		}
	}
	return out
}

func params(fn *ast.FuncDecl) (out []string) {
	for _, f := range fn.Type.Params.List {
		for _, n := range f.Names {
			out = append(out, n.Name)
		}
	}
	return out
}

func called(call *ast.CallExpr) string { return name(call.Fun) }
