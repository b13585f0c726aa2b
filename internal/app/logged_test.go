package app

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"quantriet/internal/kit/words"
)

// Whatever a room writes beside a line of the log has a word that people read: the keys of maps given to
// audit.Write, of maps that a use case returns as its detail, and fields of audit.Changes.
func TestEveryFieldOfTheLogHasAWord(t *testing.T) {
	n := 0
	check := func(at token.Position, e ast.Expr) {
		s, err := strconv.Unquote(e.(*ast.BasicLit).Value)
		if n++; err != nil || !words.Has("audit.field."+s) {
			t.Errorf("%s: the log has no word for %q", at, s)
		}
	}
	files := token.NewFileSet()
	keys := func(e ast.Expr) {
		m, is := e.(*ast.CompositeLit)
		if !is {
			return
		}
		if _, is := m.Type.(*ast.MapType); !is {
			return
		}
		for _, x := range m.Elts {
			if kv, is := x.(*ast.KeyValueExpr); is {
				if _, is := kv.Key.(*ast.BasicLit); is {
					check(files.Position(kv.Pos()), kv.Key)
				}
			}
		}
	}
	look := func(node ast.Node) bool {
		switch x := node.(type) {
		case *ast.CallExpr:
			f, is := x.Fun.(*ast.SelectorExpr)
			if !is {
				break
			}
			if from, is := f.X.(*ast.Ident); is && from.Name == "audit" && f.Sel.Name == "Write" {
				for _, a := range x.Args {
					keys(a)
				}
			}
			if lit, is := first(x.Args).(*ast.BasicLit); is && f.Sel.Name == "With" && len(x.Args) == 3 && lit.Kind == token.STRING {
				check(files.Position(x.Pos()), lit)
			}
		case *ast.ReturnStmt: // detail, changed, err
			if len(x.Results) == 3 {
				keys(x.Results[0])
			}
		}
		return true
	}
	err := filepath.WalkDir("..", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") {
			return err
		}
		f, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err == nil {
			ast.Inspect(f, look)
		}
		return err
	})
	if err != nil || n < 80 {
		t.Errorf("%d fields seen: %v", n, err)
	}
}

func first(list []ast.Expr) ast.Expr {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}
