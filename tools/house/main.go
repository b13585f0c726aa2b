// Command house prints the numbers that say whether the house is still in order, and fails
// when one is out of bounds. Run it in the project's root: go -C tools run ./house ..
package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const module = "quantriet/"

type numbers struct {
	code, test int            // lines
	funcs      []int          // lines of each function
	longest    map[string]int // functions over 80 lines
	tall       map[string]int // files over 400 lines
	rooms      map[string]int // Go lines of each feature, tests and generated files apart
	documented map[string]bool
	imports    map[string][]string
}

func main() {
	if len(os.Args) > 1 {
		if err := os.Chdir(os.Args[1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
	n := numbers{longest: map[string]int{}, tall: map[string]int{}, rooms: map[string]int{}, documented: map[string]bool{}, imports: map[string][]string{}}
	for _, root := range []string{"cmd", "internal"} {
		if err := filepath.WalkDir(root, n.visit); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
	if !n.print() {
		os.Exit(1)
	}
}

func (n *numbers) visit(path string, d fs.DirEntry, err error) error {
	if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
		return err
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	lines := strings.Count(string(b), "\n")
	if strings.HasSuffix(path, "_test.go") {
		n.test += lines
		return nil
	}
	if strings.HasSuffix(path, "_templ.go") {
		return nil
	}
	n.code += lines
	if lines > 400 {
		n.tall[path] = lines
	}
	n.rooms[room(path)] += lines
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, path, b, parser.ParseComments)
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	n.documented[dir] = n.documented[dir] || f.Doc != nil
	for _, im := range f.Imports {
		if p := strings.Trim(im.Path.Value, `"`); strings.HasPrefix(p, module) {
			n.imports[dir] = append(n.imports[dir], strings.TrimPrefix(p, module))
		}
	}
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
			size := fset.Position(fn.End()).Line - fset.Position(fn.Pos()).Line + 1
			n.funcs = append(n.funcs, size)
			if size > 80 {
				n.longest[path+" "+fn.Name.Name] = size
			}
		}
	}
	return nil
}

// room is the feature a file belongs to: its first three folders.
func room(path string) string {
	parts := strings.Split(filepath.ToSlash(path), "/")
	return strings.Join(parts[:min(3, len(parts)-1)], "/")
}

// depth is the longest chain of imports inside the project.
func (n *numbers) depth(dir string, seen map[string]int) int {
	if d, ok := seen[dir]; ok {
		return d
	}
	seen[dir] = 0
	most := 0
	for _, to := range n.imports[dir] {
		most = max(most, n.depth(to, seen))
	}
	seen[dir] = most + 1
	return most + 1
}

func (n *numbers) print() bool {
	ok := true
	row := func(name string, value any, bound string, fine bool) {
		sign := "  "
		if !fine {
			sign = "! "
			ok = ok && strings.HasPrefix(bound, "aim") // an aim is shown, a bound is kept
		}
		fmt.Printf("%s%-34s %8v   %s\n", sign, name, value, bound)
	}
	slices.Sort(n.funcs)
	median := n.funcs[len(n.funcs)/2]
	seen, deepest := map[string]int{}, 0
	for dir := range n.imports {
		deepest = max(deepest, n.depth(dir, seen))
	}
	without := 0
	for dir, has := range n.documented {
		if !has {
			without++
			fmt.Println("  no package doc:", dir)
		}
	}
	row("import depth", deepest, "aim <= 9", deepest <= 9)
	row("median function, lines", median, "<= 10", median <= 10)
	row("functions over 80 lines", len(n.longest), "0", len(n.longest) == 0)
	row("files over 400 lines", len(n.tall), "0", len(n.tall) == 0)
	row("tests to code", fmt.Sprintf("%.2f", float64(n.test)/float64(n.code)), "aim >= 1", n.test >= n.code)
	row("packages without doc", without, "0", without == 0)
	fmt.Printf("  code %d lines, tests %d lines, %d functions\n", n.code, n.test, len(n.funcs))
	for _, m := range []map[string]int{n.longest, n.tall} {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			fmt.Println("  long:", k, m[k])
		}
	}
	for _, k := range slices.Sorted(maps.Keys(n.rooms)) {
		if n.rooms[k] > 1500 && !strings.HasPrefix(k, "internal/ui") {
			fmt.Println("  feature over 1,500 lines:", k, n.rooms[k])
		}
	}
	return ok
}
