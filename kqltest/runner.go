// Many files: found, read, run side by side, each result in its file's order. What is wrong with one never stops another.

package kqltest

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"calypso/engine"
	"calypso/engine/source"
)

// Options are how tests run; the zero value works.
type Options struct {
	// Timeout is the time of a case that sets none; 0 means DefaultTimeout.
	Timeout time.Duration
	// Parallel is the number of cases that run at a time; 0 means one a core.
	Parallel int
	// Update runs cases that want nothing, and gives what would make the failed ones pass; see File.Rewrites.
	Update bool
	// Clock measures how long cases take; nil means the system's.
	Clock func() time.Time
}

// DefaultTimeout is the time that a case has.
const DefaultTimeout = 30 * time.Second

// grace is the time that a case has to stop once its time is over; then it is left behind.
const grace = 3 * time.Second

// caseMemory is the memory that a query may take, in bytes: several run at a time.
const caseMemory = 1 << 30

// Runner runs tests. Its methods may be called from many goroutines.
type Runner struct {
	opts    Options
	slots   chan struct{}
	mu      sync.Mutex // guards engines
	engines map[string]func() (*engine.Engine, error)
}

// NewRunner makes a runner.
func NewRunner(opts Options) *Runner {
	if opts.Timeout <= 0 {
		opts.Timeout = DefaultTimeout
	}
	if opts.Parallel <= 0 {
		opts.Parallel = runtime.GOMAXPROCS(0)
	}
	if opts.Clock == nil {
		opts.Clock = time.Now
	}
	return &Runner{opts: opts, slots: make(chan struct{}, opts.Parallel), engines: map[string]func() (*engine.Engine, error){}}
}

// Find lists the files that are named, and the test files below the folders that are, each once. What can't be read is a problem.
func Find(paths []string) (files []string, problems []error) {
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		found := 0
		_ = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				problems = append(problems, err)
			case d.IsDir() && p != path && (d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".")):
				return filepath.SkipDir
			case !d.IsDir() && strings.EqualFold(filepath.Ext(p), Extension):
				files, found = append(files, p), found+1
			}
			return nil
		})
		if found == 0 {
			problems = append(problems, fmt.Errorf("%s has no %s files; docs/testing-queries.md shows one", path, Extension))
		}
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(files, func(f string) bool {
		again := seen[filepath.Clean(f)]
		seen[filepath.Clean(f)] = true
		return again
	}), problems
}

// RunAll runs files and hands each to done in the order given, with one result a case.
func (r *Runner) RunAll(ctx context.Context, paths []string, done func(*File, []*Result)) {
	type outcome struct {
		file    *File
		results []*Result
	}
	ahead := make(chan chan outcome, 2*r.opts.Parallel) // bounds the files that are held in memory
	go func() {
		defer close(ahead)
		for _, path := range paths {
			one := make(chan outcome, 1)
			ahead <- one
			go func() {
				file, results := r.RunFile(ctx, path)
				one <- outcome{file, results}
			}()
		}
	}()
	for one := range ahead {
		o := <-one
		done(o.file, o.results)
	}
}

// RunFile reads and runs one file. A file that can't be read, or whose shared part is wrong, has one result without a name.
func (r *Runner) RunFile(ctx context.Context, path string) (*File, []*Result) {
	body, err := readRaw(path)
	if err != nil {
		return &File{Path: path}, []*Result{{Path: path, Status: Broken, Notes: []Note{{Text: err.Error()}}}}
	}
	f := ParseFile(path, body)
	return f, r.RunParsed(ctx, f)
}

// RunParsed runs the cases of a file.
func (r *Runner) RunParsed(ctx context.Context, f *File) []*Result {
	if len(f.Mistakes) > 0 {
		out := &Result{Path: f.Path}
		for _, m := range f.Mistakes {
			out.broken(m)
		}
		return []*Result{out}
	}
	results := make([]*Result, len(f.Cases))
	var all sync.WaitGroup
	for i, c := range f.Cases {
		r.slots <- struct{}{}
		all.Go(func() {
			defer func() { <-r.slots }()
			results[i] = r.bounded(ctx, c)
		})
	}
	all.Wait()
	return results
}

// bounded runs a case within its time, whatever it does.
func (r *Runner) bounded(ctx context.Context, c *Case) *Result {
	limit := r.opts.Timeout
	if c.timeout > 0 {
		limit = c.timeout
	}
	begun := r.opts.Clock()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	done := make(chan *Result, 1)
	go func() { done <- r.guarded(ctx, c) }()
	late := time.NewTimer(limit + grace)
	defer late.Stop()
	var out *Result
	select {
	case out = <-done:
	case <-late.C:
		out = (&Result{Path: c.path, Line: c.Line, Name: c.Name}).ended(ctx)
		out.Notes[0].Text += "; the engine didn't stop when told to, which is a bug of it"
	}
	out.Elapsed = r.opts.Clock().Sub(begun)
	return out
}

// guarded makes a panic the result of its case.
func (r *Runner) guarded(ctx context.Context, c *Case) (out *Result) {
	defer func() {
		if p := recover(); p != nil {
			out = &Result{
				Path: c.path, Line: c.Line, Name: c.Name, Status: Fault,
				Notes: []Note{{Place{c.path, c.Line, 0}, fmt.Sprintf("a bug of Calypso, not of the query; please report it: %v", p)}},
			}
		}
	}()
	if ctx.Err() != nil {
		return (&Result{Path: c.path, Line: c.Line, Name: c.Name}).ended(ctx)
	}
	return r.run(ctx, c)
}

// engine gives the engine with the data that a case asks for; cases with the same data share one.
func (r *Runner) engine(ctx context.Context, c *Case) (*engine.Engine, error) {
	key := c.data
	if c.data != "" && c.data != "samples" {
		path, m := c.beside(&section{from: c.data, line: c.Line})
		if m != nil {
			return nil, m
		}
		key = path
	}
	r.mu.Lock()
	open, ok := r.engines[key]
	if !ok {
		// The engine outlives the case that asks for it first.
		open = sync.OnceValues(func() (*engine.Engine, error) { return openEngine(context.WithoutCancel(ctx), c.data, key) })
		r.engines[key] = open
	}
	r.mu.Unlock()
	return open()
}

func openEngine(ctx context.Context, data, folder string) (*engine.Engine, error) {
	e, err := engine.Open(engine.Options{QueryMemory: caseMemory})
	if err != nil || data == "" {
		return e, err
	}
	if data == "samples" {
		return e, e.Load("", source.Samples()...)
	}
	dir, err := source.OpenDir(folder, source.Options{MaxBytes: maxTable})
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	tables, err := dir.Tables(ctx)
	if err != nil {
		return nil, err
	}
	return e, e.Load("", tables...)
}
