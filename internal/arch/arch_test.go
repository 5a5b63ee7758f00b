// Package arch holds the invariants of ARCHITECTURE.md about how packages hang together, as tests. There is nothing to import.
package arch

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// layers lists the packages from the ground up, a line a layer: a package imports only from lines above its own, never from
// its own line. A folder that ends in /... stands for itself and what lies below it.
var layers = [][]string{
	{"wholefile"},
	{"kql/text"},
	{"kql/diag"},
	{"kql/syntax"},
	{"kql/symbol"},
	{"kql/builtin"},
	{"kql/command"},
	{"kql/doc"},
	{"kql/binder"},
	{"kql/script"},
	{"kql/signature"},
	{"kql/complete", "kql/hover", "kql/token", "kql/outline", "kql/format", "kql/navigate", "kql/inlay", "kql/selection", "kql/lint", "kql/fix"},
	{"kusto/value"},
	{"kusto/wire"},
	{"kusto/schemafile"},
	{"kusto/cache"},
	{"auth"},
	{"config"},
	{"check"},
	{"auth/source", "auth/store", "auth/httpauth"},
	{"kusto/guard"},
	{"kusto"},
	{"identity"},
	{"engine/fn"},
	{"engine/plan"},
	{"engine/exec"},
	{"engine/source"},
	{"engine/store"},
	{"engine"},
	{"engine/command"},
	{"engine/rest"},
	{"kqltest"},
	{"agent/model", "agent/prompt"},
	{"agent/model/script", "agent/model/azopenai"},
	{"agent/tool"},
	{"agent"},
	{"agent/example"},
	{"mcp"},
	{"history"},
	{"server/protocol"},
	{"server/svg"},
	{"server/session", "server/result", "server/notebook", "server/parameter", "server/chart"},
	{"server"},
	{"connection", "account"},
	{"assistant"},
	{"cmd/calypso/print"},
	{"cmd/calypso"},
}

// helpers may be imported from tests only, wherever they are needed.
var helpers = []string{"agent/tool/tooltest", "internal/golden", "internal/arch", "internal/bench", "internal/bench/speed", "internal/corpus", "internal/conformance", "internal/support", "internal/fakeentra", "internal/fakeentra/cmd", "internal/fakeopenai", "internal/fakeopenai/cmd"}

type pkg struct {
	ImportPath   string
	Dir          string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,Imports,TestImports,XTestImports", "calypso/...")
	cmd.Dir = root(t)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p pkg
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		p.ImportPath = strings.TrimPrefix(p.ImportPath, "calypso/")
		all = append(all, p)
	}
	return all
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func layerOf(path string) int {
	return slices.IndexFunc(layers, func(row []string) bool { return slices.Contains(row, path) })
}

// TestPackagesImportOnlyUpwards holds the order of the house: no folder looks back, no circle.
func TestPackagesImportOnlyUpwards(t *testing.T) {
	for _, p := range packages(t) {
		if slices.Contains(helpers, p.ImportPath) || strings.Contains(p.ImportPath, "/internal/") {
			continue
		}
		own := layerOf(p.ImportPath)
		if own < 0 {
			t.Errorf("package %s has no layer; give it a line in internal/arch and in ARCHITECTURE.md", p.ImportPath)
			continue
		}
		for _, imp := range p.Imports {
			imp, ours := strings.CutPrefix(imp, "calypso/")
			if !ours {
				continue
			}
			if slices.Contains(helpers, imp) {
				t.Errorf("%s imports %s outside of its tests", p.ImportPath, imp)
				continue
			}
			if strings.HasPrefix(imp, p.ImportPath+"/internal/") {
				continue
			}
			if at := layerOf(imp); at >= own {
				t.Errorf("%s (layer %d) imports %s (layer %d); packages import only from layers above their own", p.ImportPath, own, imp, at)
			}
		}
	}
}

// TestLanguageUsesStandardLibraryOnly keeps kql free of I/O, logs and other people's code.
func TestLanguageUsesStandardLibraryOnly(t *testing.T) {
	banned := []string{"context", "log", "log/slog", "net", "net/http", "os", "os/exec", "io/ioutil"}
	for _, p := range packages(t) {
		if !strings.HasPrefix(p.ImportPath, "kql/") || strings.Contains(p.ImportPath, "/internal/") {
			continue
		}
		for _, imp := range p.Imports {
			if strings.HasPrefix(imp, "calypso/kql/") {
				continue
			}
			if strings.Contains(strings.SplitN(imp, "/", 2)[0], ".") || strings.HasPrefix(imp, "calypso/") {
				t.Errorf("%s imports %s; kql uses the standard library only", p.ImportPath, imp)
			}
			if slices.Contains(banned, imp) {
				t.Errorf("%s imports %s; kql does no I/O, waits for nothing and logs nothing", p.ImportPath, imp)
			}
		}
	}
}

// TestOnlyTheServerKnowsLSP keeps the LSP library replaceable.
func TestOnlyTheServerKnowsLSP(t *testing.T) {
	for _, p := range packages(t) {
		if p.ImportPath == "server" || strings.HasPrefix(p.ImportPath, "server/") {
			continue
		}
		for _, imp := range p.Imports {
			if strings.HasPrefix(imp, "go.lsp.dev/") {
				t.Errorf("%s imports %s; only server may", p.ImportPath, imp)
			}
		}
	}
}

// TestLSPLibraryIsPinned: "latest" of these modules resolves to an older line that doesn't work.
func TestLSPLibraryIsPinned(t *testing.T) {
	mod, err := os.ReadFile(filepath.Join(root(t), "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"go.lsp.dev/protocol v1.0.1", "go.lsp.dev/jsonrpc2 v1.0.1", "go.lsp.dev/uri v1.0.1"} {
		if !strings.Contains(string(mod), want) {
			t.Errorf("go.mod must pin %s exactly", want)
		}
	}
}

// TestModuleIsTidy runs go mod tidy's check.
func TestModuleIsTidy(t *testing.T) {
	cmd := exec.Command("go", "mod", "tidy", "-diff")
	cmd.Dir = root(t)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("go.mod isn't tidy; run go mod tidy\n%s", out)
	}
}

// TestCommandsUseNoTemplates: one template of cobra's has the linker keep text/template and every method there is, 4 MB.
func TestCommandsUseNoTemplates(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root(t), "cmd", "calypso", "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal("no commands found", err)
	}
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if found := regexp.MustCompile(`\.Set(Usage|Help|Version)Template\(|"text/template"|"html/template"`).Find(src); found != nil {
			t.Errorf("%s has %s", f, found)
		}
	}
}

// TestFilesStayReadable: a file of over 800 lines, or a function of over 80, is two ideas. Generated files and data are left alone.
func TestFilesStayReadable(t *testing.T) {
	for _, p := range packages(t) {
		files, _ := filepath.Glob(filepath.Join(p.Dir, "*.go"))
		for _, f := range files {
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, f, nil, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			if ast.IsGenerated(file) {
				continue
			}
			if n := set.File(file.Pos()).LineCount(); n > 800 {
				t.Errorf("%s has %d lines; look for the second idea in it", f, n)
			}
			for _, d := range file.Decls {
				from, to := set.Position(d.Pos()).Line, set.Position(d.End()).Line
				if fn, ok := d.(*ast.FuncDecl); ok && to-from >= 80 {
					t.Errorf("%s:%d: %s has %d lines; look for the second idea in it", f, from, fn.Name.Name, to-from+1)
				}
			}
		}
	}
}

// TestClientStaysThin: the client's own TypeScript ends at 6,000 lines and its entry at 120; what grows past them belongs into the server.
func TestClientStaysThin(t *testing.T) {
	total := 0
	err := filepath.WalkDir("../../editor-client/src", func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".ts" {
			return err
		}
		src, err := os.ReadFile(path)
		lines := bytes.Count(src, []byte("\n"))
		if total += lines; filepath.Base(path) == "extension.ts" && lines > 120 {
			t.Errorf("%s has %d lines", path, lines)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if total == 0 || total > 6000 {
		t.Errorf("editor-client/src has %d lines of TypeScript", total)
	}
}

// TestEveryPackageSaysWhatItIs: a package comment stands in one of its files.
func TestEveryPackageSaysWhatItIs(t *testing.T) {
	comment := regexp.MustCompile(`(?m)^(// (Package|Command) |/\*\nPackage )`)
	for _, p := range packages(t) {
		files, _ := filepath.Glob(filepath.Join(p.Dir, "*.go"))
		said := slices.ContainsFunc(files, func(f string) bool {
			src, _ := os.ReadFile(f)
			return comment.Match(src)
		})
		if !said {
			t.Errorf("package %s has no package comment", p.ImportPath)
		}
	}
}

// TestNoRegistryHosts: packages come by their ordinary clients, so no committed file names where they come from.
func TestNoRegistryHosts(t *testing.T) {
	cmd := exec.Command("git", "ls-files", "-co", "--exclude-standard")
	cmd.Dir = root(t)
	out, err := cmd.Output()
	if err != nil {
		t.Skip("not a git checkout: the list of files can't be read")
	}
	host := regexp.MustCompile(`registry\.npmjs` + `\.org|proxy\.golang` + `\.org|deb\.debian` + `\.org|"resolved": *"http`)
	for _, name := range strings.Fields(string(out)) {
		src, err := os.ReadFile(filepath.Join(root(t), name))
		if err == nil && host.Match(src) {
			t.Errorf("%s names a package registry's host", name)
		}
	}
}

// TestMapIsTrue: the folders of ARCHITECTURE.md's map are there, and so are the files it says to start at.
func TestMapIsTrue(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(root(t), "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile("(?m)^\\| `([a-z0-9/-]+)`[^|]*\\|[^|]*\\|([^|]*)\\|$")
	name := regexp.MustCompile("`([^`]+)`")
	house, _, _ := strings.Cut(string(page), "## What always holds")
	for _, m := range row.FindAllStringSubmatch(house, -1) {
		folder := filepath.Join(root(t), filepath.FromSlash(m[1]))
		if _, err := os.Stat(folder); err != nil {
			t.Errorf("ARCHITECTURE.md names the folder %s, which isn't there", m[1])
			continue
		}
		for _, file := range name.FindAllStringSubmatch(m[2], -1) {
			if _, err := os.Stat(filepath.Join(folder, file[1])); err != nil {
				t.Errorf("ARCHITECTURE.md says to start %s at %s, which isn't there", m[1], file[1])
			}
		}
	}
}

// TestMapIsWhole: ARCHITECTURE.md's list of folders names every package, in the order of the layers. A package whose folder isn't named
// by itself, as agent/model/script, belongs to the row of the folder above it.
func TestMapIsWhole(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(root(t), "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, house, _ := strings.Cut(string(page), "## The house")
	house, _, _ = strings.Cut(house, "## What always holds")
	named, last := map[string]bool{}, 0
	for _, row := range regexp.MustCompile("(?m)^\\| (`[^|]*) \\|").FindAllStringSubmatch(house, -1) {
		words := strings.Fields(strings.ReplaceAll(row[1], "`", ""))
		for i, word := range words {
			if i > 0 && !strings.Contains(word, "/") {
				word = filepath.ToSlash(filepath.Join(filepath.Dir(words[0]), word))
			}
			named[word] = true
			if at := layerOf(word); at >= 0 && at < last {
				t.Errorf("ARCHITECTURE.md has %s below what imports it", word)
			} else if at >= 0 {
				last = at
			}
		}
	}
	for _, name := range append(slices.Concat(layers...), helpers...) {
		if !named[name] && (strings.Count(name, "/") < 2 || !named[name[:strings.LastIndex(name, "/")]]) {
			t.Errorf("ARCHITECTURE.md doesn't name %s", name)
		}
	}
}
