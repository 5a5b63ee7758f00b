// externaldata: files of the folders that the user allows. Each is opened inside its folder, links included; everything else is
// refused.

package engine

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"calypso/engine/exec"
	"calypso/engine/plan"
	"calypso/engine/source"
	"calypso/kusto/value"
)

// external gives what reads externaldata's files for a query; nil where none may be read.
func (e *Engine) external(ctx context.Context, run *running, allowed bool) func(plan.File) (*value.Batch, error) {
	if len(e.opts.ExternalFolders) == 0 || !allowed {
		return nil
	}
	return func(f plan.File) (*value.Batch, error) {
		root, name, err := e.allowedFile(f.Path)
		if err != nil {
			return nil, err
		}
		defer root.Close()
		t, err := openExternal(ctx, root, name, f)
		if err != nil {
			return nil, err
		}
		return readExternal(ctx, run.query, t, f)
	}
}

// allowedFile finds the allowed folder that a path lies in, and the path inside it. A path that isn't absolute is meant inside
// the first folder that has it.
func (e *Engine) allowedFile(file string) (*os.Root, string, error) {
	for _, folder := range e.opts.ExternalFolders {
		inside := file
		if filepath.IsAbs(file) {
			abs, err := filepath.Abs(folder)
			if err != nil {
				continue
			}
			if inside, err = filepath.Rel(abs, filepath.Clean(file)); err != nil {
				continue
			}
		}
		if !filepath.IsLocal(inside) {
			continue
		}
		root, err := os.OpenRoot(folder)
		if err != nil {
			continue
		}
		if _, err := root.Stat(inside); err == nil {
			return root, inside, nil
		}
		root.Close()
	}
	return nil, "", fmt.Errorf("file '%s' is in no folder that may be read; those are %s; files there are named by absolute paths, or by their paths inside", file, strings.Join(e.opts.ExternalFolders, ", "))
}

// OpenFile loads a file of the folders that may be read, for a command that takes its rows.
func (e *Engine) OpenFile(ctx context.Context, file string, options source.Options) (exec.Table, error) {
	if strings.Contains(file, "://") {
		return nil, readOnly("'%s' isn't a file of this machine; the embedded engine reads nothing from a network: download it into a folder that it may read", file)
	}
	if len(e.opts.ExternalFolders) == 0 {
		return nil, readOnly("no folder's files may be read here; start the server with --files DIR, or use .ingest inline")
	}
	root, name, err := e.allowedFile(file)
	if err != nil {
		return nil, readOnly("%w", err)
	}
	defer root.Close()
	options.MaxBytes = e.opts.QueryMemory
	return source.OpenIn(ctx, root, name, options)
}

// externalFormats are the formats by the extensions that name them.
var externalFormats = map[string][]string{
	"csv": {".csv"}, "tsv": {".tsv", ".tab"}, "json": {".json", ".ndjson", ".jsonl"},
	"multijson": {".json", ".ndjson", ".jsonl"}, "parquet": {".parquet"},
}

// openExternal loads a file with the columns that the query declares: by their order in text with delimiters, else by name.
func openExternal(ctx context.Context, root *os.Root, name string, f plan.File) (exec.Table, error) {
	ext := strings.ToLower(path.Ext(strings.TrimSuffix(filepath.ToSlash(name), ".gz")))
	if f.Format != "" {
		fits := false
		for _, known := range externalFormats[f.Format] {
			fits = fits || known == ext
		}
		if !fits {
			return nil, fmt.Errorf("file '%s' can't be read as '%s'; its name must end in one of %v", f.Path, f.Format, externalFormats[f.Format])
		}
	}
	options := source.Options{Columns: f.Columns, Header: source.HeaderNone}
	if f.SkipHeader {
		options.Header = source.HeaderFirst
	}
	if ext == ".parquet" {
		options = source.Options{}
	}
	return source.OpenIn(ctx, root, name, options)
}

// readExternal reads a file's rows in the query's memory budget.
func readExternal(ctx context.Context, q *exec.Query, t exec.Table, f plan.File) (*value.Batch, error) {
	have := t.Columns()
	ordinals := make([]int, len(f.Columns))
	for i, want := range f.Columns {
		ordinals[i] = -1
		for j, c := range have {
			if c.Name == want.Name {
				ordinals[i] = j
			}
		}
		if ordinals[i] < 0 {
			return nil, fmt.Errorf("file '%s' has no column '%s'", f.Path, want.Name)
		}
		if c := have[ordinals[i]]; c.Kind != want.Kind {
			return nil, fmt.Errorf("column '%s' of file '%s' is %s, not %s", c.Name, f.Path, c.Kind, want.Kind)
		}
	}
	return q.ReadTable(ctx, t, ordinals)
}
