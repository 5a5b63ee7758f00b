package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"calypso/kql/text"
	"calypso/kusto/value"
	"calypso/server/protocol"
	"calypso/server/result"

	"go.lsp.dev/uri"
)

// Files of results, as a person asks for them: which format, which file, then the writing with its progress. Rows don't pass the editor.

// exportFormat is one choice of a format.
type exportFormat struct {
	id           protocol.ExportFormat
	label, about string
	ending       string
	text         bool // an editor can show it
}

var exportFormats = []exportFormat{
	{protocol.ExportCSV, "CSV", "comma-separated, as the values are", "csv", true},
	{protocol.ExportWorkbook, "Excel workbook", "values with their types, as far as Excel holds them", "xlsx", false},
	{protocol.ExportExcel, "CSV for Excel", "marked as UTF-8; what Excel would evaluate or round gets an apostrophe", "csv", true},
	{protocol.ExportTSV, "TSV", "tab-separated", "tsv", true},
	{protocol.ExportJSON, "JSON", "one array of objects", "json", true},
	{protocol.ExportNDJSON, "JSON lines", "an object on each line", "ndjson", true},
	{protocol.ExportParquet, "Parquet", "columns with their types", "parquet", false},
	{protocol.ExportMarkdown, "Markdown", "a table", "md", true},
	{protocol.ExportDatatable, "KQL datatable", "an expression with the rows in it", "kql", true},
}

// destination is a file and what is written to it.
type destination struct {
	exportFormat
	path string
}

// askDestination asks for a format and a file.
func (c *call) askDestination() (destination, error) {
	p := protocol.UIPickParams{Title: "Export all rows as"}
	for _, f := range exportFormats {
		p.Items = append(p.Items, protocol.UIPickItem{ID: string(f.id), Label: f.label, Description: f.about})
	}
	id, err := c.pickOne(c.Context, p)
	if err != nil {
		return destination{}, err
	}
	var to destination
	for _, f := range exportFormats {
		if string(f.id) == id {
			to.exportFormat = f
		}
	}
	ask := protocol.UIFileParams{Kind: protocol.UIFileSave, Title: "Export to", Filters: map[string][]string{to.label: {to.ending}}}
	if roots := c.roots.Load(); roots != nil && len(*roots) > 0 {
		ask.Suggested = string(uri.File(filepath.Join(filepath.FromSlash((*roots)[0]), "results."+to.ending)))
	}
	target, err := c.file(c.Context, ask)
	if err != nil {
		return to, err
	}
	to.path, err = pathOf(target)
	return to, err
}

// fileFailure says what a file has to do with an error.
func fileFailure(target string, err error) error {
	var said *Failure
	if errors.As(err, &said) {
		return err
	}
	var file *fs.PathError
	var renamed *os.LinkError
	why := error(nil)
	switch {
	case errors.Is(err, result.ErrNoRoom):
		return &Failure{Kind: protocol.ErrorTooLarge, Message: err.Error(), Hint: "leave some out, or export CSV or Parquet", Err: err}
	case errors.As(err, &file):
		why = file.Err
	case errors.As(err, &renamed):
		why = renamed.Err
	default:
		return expired(err)
	}
	hint := "choose another place"
	switch {
	case errors.Is(why, syscall.ENOSPC):
		hint = "make room on that disk, or choose another place"
	case errors.Is(why, fs.ErrNotExist):
		hint = "make the folder " + filepath.Dir(target) + " first, or choose another place"
	case errors.Is(why, fs.ErrPermission), errors.Is(why, syscall.EROFS):
		hint = "choose a place that you may write to"
	}
	return &Failure{Kind: protocol.ErrorFile, Message: "can't write " + target + ": " + why.Error(), Hint: hint, Err: err}
}

// ended says why an export ended early.
func ended(ctx context.Context, target string, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return wire(err, cause)
	}
	return fileFailure(target, err)
}

// export writes the view of a sheet; of is not used.
func (s *sheetAct) export(string) error {
	_, v, err := s.results.Sheet(s.Context, s.result, s.table, nil)
	if err != nil {
		return expired(err)
	}
	to, err := s.askDestination()
	if err != nil {
		return err
	}
	return s.exportView(v, to)
}

func (c *call) exportView(v *result.View, to destination) error {
	progress := c.showNotice("Exporting to " + filepath.Base(to.path))
	defer progress.end()
	rows, bytes, err := v.Export(c.Context, string(to.id), to.path, func(rows, bytes int64) {
		progress.report(fmt.Sprintf("%s of %s rows, %s", countText(rows), countText(int64(v.Rows())), bytesText(bytes)))
	})
	if err != nil {
		return ended(c.Context, to.path, err)
	}
	c.exported(to, nil, rows, bytes)
	return nil
}

// exported says what was written, and opens it if the person wants that. Nobody waits for the answer.
func (c *call) exported(to destination, more []*result.File, rows, bytes int64) {
	message := fmt.Sprintf("%s, %s written to %s", text.Count(rows, "row"), bytesText(bytes), to.path)
	for _, f := range more {
		message += ", " + filepath.Base(f.Target)
	}
	if !to.text || bytes > 20<<20 {
		c.inform(message)
		return
	}
	c.offerFile(message, to.path)
}

// offerFile says that a file was written, and opens it if the person wants that. Nobody waits for the answer.
func (s *Server) offerFile(message, path string) {
	go func() {
		defer s.recovered("export", func(error) {})
		if chosen, err := s.choose(s.ctx, 3, message, "Open"); err == nil && chosen == "Open" {
			_ = s.openFile(s.ctx, string(uri.File(path)))
		}
	}()
}

// runExport runs what the person points at and writes all its rows to a file, without keeping or showing them.
func runExport(c *call, p *protocol.UICommandParams) error {
	if p.URI == "" {
		return errNotInFront
	}
	w, err := c.valued(&protocol.QueryRunParams{URI: p.URI, Range: p.Range})
	if err != nil {
		return err
	}
	if w.parts[0].target.Connection == "" {
		return failf(protocol.ErrorNotFound, "choose a connection", "the query has no connection")
	}
	to, err := c.askDestination()
	if err != nil {
		return err
	}
	progress := c.showNotice("Running, and exporting to " + filepath.Base(to.path))
	defer progress.end()
	r, ctx := c.queries.start(c.Context, c.about(w, protocol.ByUser))
	defer c.queries.end(r)
	c.tellOurs(protocol.MethodQueryStarted, protocol.QueryStarted{Query: r.Query, URI: r.URI, Range: r.Range, By: r.By})
	out := filesOf(ctx, to, progress)
	defer out.abort()
	for _, part := range w.parts {
		if _, err = c.send(ctx, r, part, out); err != nil {
			err = c.located(err, w, part, r.Query)
			break
		}
	}
	if err == nil {
		err = out.finish()
	}
	c.finished(ctx, r, protocol.QueryRunResult{Query: r.Query, Results: []protocol.ResultInfo{}, Stats: protocol.QueryStats{Rows: out.rows, Bytes: out.bytes}}, err)
	if err != nil {
		return ended(ctx, to.path, err)
	}
	if len(out.files) == 0 {
		return failf(protocol.ErrorQuery, "end the query with what it should give", "there is nothing to export: the query gave no table")
	}
	c.exported(to, out.files[1:], out.rows, out.bytes)
	return nil
}

// fileSink writes the tables of a running query to files: the first to the one that was chosen, others beside it. None of them has its
// name before all are whole.
type fileSink struct {
	ctx         context.Context
	to          destination
	progress    *progress
	rows, bytes int64

	mu    sync.Mutex // guards files: a cancel takes them away beside what writes them
	files []*result.File
}

// filesOf begins with none. A cancel takes them away at once: a cluster may take its time to stop.
func filesOf(ctx context.Context, to destination, progress *progress) *fileSink {
	s := &fileSink{ctx: ctx, to: to, progress: progress}
	context.AfterFunc(ctx, s.abort)
	return s
}

func (s *fileSink) Table(_ string, columns []value.Column) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ctx.Err(); err != nil {
		return err
	}
	target := s.to.path
	if n := len(s.files); n > 0 {
		target = s.beside(n + 1)
	}
	f, err := result.Create(s.ctx, string(s.to.id), target, columns)
	if err != nil {
		return fileFailure(target, err)
	}
	s.files = append(s.files, f)
	return nil
}

// beside names the file of a further table, x-2.csv: one that isn't there, since nobody was asked whether it may be replaced.
func (s *fileSink) beside(n int) string {
	ending := filepath.Ext(s.to.path)
	for ; ; n++ {
		name := strings.TrimSuffix(s.to.path, ending) + "-" + strconv.Itoa(n) + ending
		ours := slices.ContainsFunc(s.files, func(f *result.File) bool { return f.Target == name })
		if _, err := os.Lstat(name); err != nil && !ours {
			return name
		}
	}
}

func (s *fileSink) Rows(b *value.Batch) error {
	rows, bytes, err := s.write(b)
	if err == nil {
		s.progress.report(fmt.Sprintf("%s, %s", text.Count(rows, "row"), bytesText(bytes)))
	}
	return err
}

// write gives the rows and bytes so far. A cancel waits for it, so that nothing in it waits for the client.
func (s *fileSink) write(b *value.Batch) (rows, bytes int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ctx.Err(); err != nil {
		return 0, 0, err
	}
	if len(s.files) == 0 {
		return 0, 0, errors.New("rows that fit no table")
	}
	f := s.files[len(s.files)-1]
	before := f.Bytes
	if err := f.Batch(b); err != nil {
		return 0, 0, fileFailure(f.Target, err)
	}
	s.rows, s.bytes = s.rows+int64(b.N), s.bytes+f.Bytes-before
	return s.rows, s.bytes, nil
}

func (s *fileSink) End(truncated bool, _ *protocol.Visualization) error {
	if truncated {
		return failf(protocol.ErrorLimit, "take fewer rows, or put \"set notruncation;\" before the query", "a limit cut the rows, and half of them is no export")
	}
	return nil
}

func (s *fileSink) finish() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ctx.Err(); err != nil {
		return err
	}
	s.bytes = 0
	for _, f := range s.files {
		if err := f.Seal(); err != nil {
			return fileFailure(f.Target, err)
		}
		s.bytes += f.Bytes
	}
	for _, f := range s.files {
		if err := f.Close(); err != nil {
			return fileFailure(f.Target, err)
		}
	}
	return nil
}

func (s *fileSink) abort() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.files {
		f.Abort()
	}
}

// resultCommands are the commands about results that the client forwards: they act on the tab in front.
func resultCommands() []uiCommand {
	act := func(action string) func(*call, *protocol.UICommandParams) error {
		return func(c *call, _ *protocol.UICommandParams) error { return c.actOn(c, "", action) }
	}
	return []uiCommand{
		{"runExport", runExport, "calypso query --format csv > FILE"},
		{"exportResults", exportFront, "calypso query --format csv > FILE"},
		{"copyResults", copyFront, "calypso query --format csv"},
		{"pinResult", act("pin"), "close the file with the rows"},
		{"renameResult", act("rename"), "close the file with the rows"},
		{"closeResult", act("close"), "close the file with the rows"},
		{"closeAllResults", act("closeAll"), "close the file with the rows"},
		{"cancel", func(c *call, _ *protocol.UICommandParams) error {
			for _, r := range c.queries.list(false) {
				if r.By != protocol.ByAgent {
					c.queries.stop(r.Query, errStopped)
				}
			}
			return nil
		}, "end the program"},
	}
}

// frontView is the view that a person looks at, with what is selected in it; a single cell counts as nothing selected.
func (c *call) frontView() (*result.View, []result.Area, error) {
	one, err := c.tabs.find("")
	if err != nil {
		return nil, nil, err
	}
	r, err := c.results.Result(one.Result)
	if err != nil {
		return nil, nil, expired(err)
	}
	_, v, err := c.results.Sheet(c, r, one.Table, nil)
	if err != nil {
		return nil, nil, expired(err)
	}
	c.tabs.mu.Lock()
	chosen := c.tabs.selected
	c.tabs.mu.Unlock()
	if a := chosen.areas; chosen.view == v.ID && len(a) > 0 && (a[0].EndRow-a[0].StartRow > 1 || a[0].EndColumn-a[0].StartColumn > 1) {
		return v, a, nil
	}
	return v, []result.Area{{EndRow: v.Lines(), EndColumn: len(v.Columns())}}, nil
}

func exportFront(c *call, _ *protocol.UICommandParams) error {
	v, _, err := c.frontView()
	if err != nil {
		return err
	}
	to, err := c.askDestination()
	if err != nil {
		return err
	}
	return c.exportView(v, to)
}

func copyFront(c *call, _ *protocol.UICommandParams) error {
	v, areas, err := c.frontView()
	if err != nil {
		return err
	}
	p := protocol.UIPickParams{Title: "Copy results as", Items: []protocol.UIPickItem{
		{ID: "headers", Label: "Tab-separated with headers"},
		{ID: "tsv", Label: "Tab-separated"},
		{ID: "csv", Label: "CSV"},
		{ID: "markdown", Label: "Markdown table"},
		{ID: "json", Label: "JSON"},
		{ID: "datatable", Label: "KQL datatable"},
		{ID: "in", Label: "KQL in (…) list"},
	}}
	format, err := c.pickOne(c.Context, p)
	if err != nil {
		return err
	}
	return c.copyCells(v, areas, format)
}
