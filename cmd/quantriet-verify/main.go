// Command quantriet-verify tells whether an exported log of Quán Triệt is true. It needs no
// network, no database and nothing of the program it checks: everything but the hash and the
// signature is computed here anew.
//
//	quantriet-verify [-key KEY] [-old FILE|SIZE:ROOT]… LOG.jsonl
//	quantriet-verify -path FILE [-root ROOT] [-key KEY] [-old FILE|SIZE:ROOT]…
//
// The second follows one person's record from the file they downloaded up to the figure at
// the top, whose root was sealed.
//
// Without -key it trusts the key in the export, and says so. -old is a checkpoint kept from
// earlier: a file, or size and root as printed at the foot of a report. It ends with 0 when
// everything holds, with 1 when something does not, with 2 when it could not look, or had
// nothing in the file of a path to hold an -old of another size against.
package main

import (
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, out, errs io.Writer) int {
	fs := flag.NewFlagSet("quantriet-verify", flag.ContinueOnError)
	fs.SetOutput(errs)
	key := fs.String("key", "", "public key of the log, as you know it")
	var olds []string
	fs.Func("old", "checkpoint from earlier: a file, or SIZE:ROOT from paper", func(s string) error {
		olds = append(olds, s)
		return nil
	})
	path := fs.String("path", "", "file of one person's way to the top")
	root := fs.String("root", "", "with -path: root of the tree of sums as you know it, eight letters at least")
	if err := fs.Parse(args); err != nil || (fs.NArg() == 1) == (*path != "") || fs.NArg() > 1 {
		fs.Usage()
		return 2
	}
	if *path != "" {
		b, err := os.ReadFile(*path)
		if err != nil {
			fmt.Fprintln(errs, err)
			return 2
		}
		return runPath(b, *key, *root, olds, out)
	}
	f, err := os.Open(fs.Arg(0))
	if err != nil {
		fmt.Fprintln(errs, err)
		return 2
	}
	defer f.Close()
	c := &checker{key: *key}
	if err := c.read(f); err != nil {
		fmt.Fprintln(errs, "quantriet-verify:", err)
		return 2
	}
	for _, o := range olds {
		if err := c.addOld(o); err != nil {
			fmt.Fprintln(errs, "quantriet-verify:", err)
			return 2
		}
	}
	c.check()
	c.print(out)
	if len(c.wrong) > 0 {
		return 1
	}
	return 0
}

func (c *checker) print(out io.Writer) {
	fmt.Fprintf(out, "Nhật ký / log: %s, %s dòng / lines, %s đầu ký / heads, %s bản ghi / rows\n", c.log, dots(int64(len(c.lines))), dots(int64(len(c.heads))), dots(int64(c.rows)))
	for _, kind := range slices.Sorted(maps.Keys(c.kinds)) {
		fmt.Fprintf(out, "  %s: %s\n", kindName(kind), dots(int64(c.kinds[kind])))
	}
	if c.key == "" {
		fmt.Fprintln(out, "Lưu ý: dùng khóa có trong tệp; muốn chắc, cho biết khóa bằng -key. / The key of the export itself was used.")
	}
	for _, w := range c.wrong {
		fmt.Fprintln(out, "SAI / WRONG:", w)
	}
	for _, n := range c.notes {
		fmt.Fprintln(out, "Ghi chú / note:", n)
	}
	if len(c.wrong) == 0 {
		fmt.Fprintln(out, strings.TrimSpace("ĐÚNG / TRUE: mọi bản ghi đúng như khi niêm phong, mọi đầu ký tiếp nối nhau. "+c.last()))
	} else {
		fmt.Fprintf(out, "KHÔNG ĐÚNG / NOT TRUE: %d chỗ / places\n", len(c.wrong))
	}
}
