package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"calypso/engine"
	"calypso/engine/exec"
	"calypso/engine/source"
	"calypso/engine/store"
	reader "calypso/kql/command"
	"calypso/kusto/value"
)

// Rows that come in: from a query, from the command's own text, from files of allowed folders.

// ingestOptions are the properties that are taken: those that say how rows are read and what a new table is, and those that change no
// answer here.
var ingestOptions = []string{
	"format", "ignorefirstrecord", "folder", "docstring", "extend_schema", "recreate_schema",
	"ingestionmapping", "ingestionmappingreference", "tags", "ingestifnotexists", "distributed", "persistdetails", "policy_ingestiontime", "small_dimension_table",
}

// setTable answers .set, .append, .set-or-append and .set-or-replace: the rows of a query become rows of a table. Columns are matched by
// their order, and must have the same types.
func setTable(c *call) (*result, error) {
	name, options, err := c.ingestTarget()
	if err != nil {
		return nil, err
	}
	q := c.code()
	if q == nil {
		return nil, &fault{offset: c.Span.End, message: "no query follows; write one behind '<|'", syntax: true}
	}
	to, err := c.target(name)
	if err != nil {
		return nil, err
	}
	if err := to.tagged(c, options); err != nil || to.there(to.old) {
		return c.orNothing(err)
	}
	answer, err := c.source(q)
	if err != nil {
		return nil, err
	}
	defer answer.Close()
	if len(answer.Tables) != 1 {
		return nil, &fault{offset: q.Span.Start, message: fmt.Sprintf("the query gives %d tables, and the rows of one are wanted; end it with one statement", len(answer.Tables))}
	}
	t, err := to.shaped(answer.Tables[0].Columns, options)
	if err != nil {
		return nil, &fault{offset: q.Span.Start, message: err.Error()}
	}
	rows := c.engine.NewRows(t)
	defer rows.Abort()
	if err := rowsIn(c.ctx, answer, rows.Append); err != nil {
		if e, ok := err.(*engine.Error); ok && e.Line > 0 {
			return nil, moved(e, c.tree.Text, q.Span.Start)
		}
		return nil, engine.Wrap(err)
	}
	seg, err := c.commit(to, t, rows)
	if err != nil || seg == nil {
		return c.orNothing(err)
	}
	return c.table(record{"ExtentId": seg.ID, "RowCount": seg.Rows()})
}

// ingestTarget reads where rows go and how.
func (c *call) ingestTarget() (name reader.Ident, options map[string]string, err error) {
	if options, err = c.options(ingestOptions...); err != nil {
		return name, nil, err
	}
	name, err = c.targetName()
	return name, options, err
}

// targetName is the name of the table that rows go to.
func (c *call) targetName() (reader.Ident, error) {
	if len(c.names(0, "TableName")) > 0 {
		return c.only(0, "TableName")
	}
	return c.only(reader.RuleTable, "")
}

// source runs the query whose rows are taken. Results of queries that people read are cut; these aren't.
func (c *call) source(q *reader.Part) (*engine.Answer, error) {
	sub := *c
	sub.request.Properties = map[string]any{"notruncation": true, "servertimeout": "00:10:00"} // as long as Kusto gives commands
	for name, v := range c.request.Properties {
		switch strings.ToLower(name) {
		case "notruncation", "truncationmaxrecords", "truncationmaxsize", "query_take_max_records":
		default:
			sub.request.Properties[name] = v
		}
	}
	return sub.sub(q.Span.Start, q.Span.Of(c.tree.Text))
}

// target is the table that rows go to, as it was when the command began.
type target struct {
	name    reader.Ident
	old     *store.Table // nil when it is to be made
	replace bool
	tags    []string // that the rows get
	unless  []string // of which none may be there already: else nothing comes in
}

// target finds the table that rows go to, and refuses what the command's kind doesn't allow.
func (c *call) target(name reader.Ident) (*target, error) {
	to := &target{name: name, replace: c.row.Name == "SetOrReplaceTable"}
	err := c.change(func(x *engine.Edit) error { // to refuse early what can't be changed at all
		there := x.Has(name.Text)
		switch {
		case there && c.row.Name == "SetTable":
			return &fault{offset: name.Span.Start, message: fmt.Sprintf("table '%s' is there already; use .set-or-append or .set-or-replace", name.Text)}
		case !there && (c.row.Name == "AppendTable" || strings.HasPrefix(c.row.Name, "Ingest")):
			return notFound("table", name, ".show tables")
		case !there:
			return errUnchanged
		}
		var err error
		if to.old, err = x.Table(name.Text); err != nil {
			return at(c, name, err)
		}
		return errUnchanged
	})
	if err != nil && !errors.Is(err, errUnchanged) {
		return nil, err
	}
	return to, nil
}

// tagged reads the tags that rows get, and those that keep them out when they are there: JSON arrays of texts, or one text.
func (to *target) tagged(c *call, options map[string]string) (err error) {
	if to.tags, err = c.tagList(options["tags"]); err == nil {
		to.unless, err = c.tagList(options["ingestifnotexists"])
	}
	for i, tag := range to.unless {
		to.unless[i] = "ingest-by:" + tag
	}
	return err
}

func (c *call) tagList(text string) (list []string, err error) {
	switch text = strings.TrimSpace(text); {
	case text == "":
	case !strings.HasPrefix(text, "["):
		list = []string{text}
	default:
		if v := constant("dynamic(" + text + ")"); v != nil && !v.IsNull(0) { // quotes may be single here too
			text = value.DynAt(v, 0).String()
		}
		err = json.Unmarshal([]byte(text), &list)
	}
	if err != nil {
		return nil, c.badPolicy("the tags are no array of texts; write them as '[\"drop-by:x\"]'")
	}
	for _, tag := range list {
		if strings.ContainsAny(tag, "\r\n") || tag == "" {
			return nil, c.badPolicy("a tag is a text of one line")
		}
	}
	return list, nil
}

// there tells whether rows that the command would bring are in the table already, by their tags.
func (to *target) there(t *store.Table) bool {
	return t != nil && slices.ContainsFunc(to.unless, t.HasTag)
}

// errUnchanged ends a change that was none.
var errUnchanged = errors.New("nothing to change")

// shaped gives the table that rows with these columns go into.
func (to *target) shaped(columns []value.Column, options map[string]string) (*store.Table, error) {
	if to.old == nil || to.replace && yes(options["recreate_schema"]) {
		t := store.NewTable(to.name.Text, columns).Described(options["folder"], options["docstring"])
		if to.old != nil {
			t = t.Described(to.old.Folder, to.old.Doc).WithSettings(to.old.Settings)
		} else if v, ok := options["policy_ingestiontime"]; ok && !yes(v) {
			t = t.WithSettings(t.Settings.With(store.PolicyIngestionTime, `{"IsEnabled":false}`))
		}
		return t, nil
	}
	t := to.old
	if yes(options["extend_schema"]) && len(columns) > len(t.Columns()) {
		t = t.WithColumns(columns[len(t.Columns()):])
	}
	if to.replace {
		t = t.Cleared()
	}
	return t, sameTypes(columns, t)
}

func typesOf(columns []value.Column) string {
	var list []string
	for _, c := range columns {
		list = append(list, c.Name+":"+c.Kind.String())
	}
	return strings.Join(list, ", ")
}

// commit makes gathered rows a part of the database, and what the update policies make of them, and gives their segment; nil when
// there were none.
func (c *call) commit(to *target, t *store.Table, rows *store.Rows) (*store.Segment, error) {
	seg, err := rows.Finish()
	if err != nil {
		return nil, engine.Wrap(err)
	}
	seg.Tag(to.tags)
	list, err := c.arrivals(t, seg, to.replace, nil)
	if err == nil {
		err = c.change(func(x *engine.Edit) error { return c.arrive(x, to, list) })
	}
	if err != nil {
		for _, a := range list {
			c.engine.Forget(a.rows)
		}
		c.engine.Forget(seg)
		if errors.Is(err, errUnchanged) {
			err = nil // the rows are there already
		}
		return nil, err
	}
	if noRowsStay(t) {
		c.engine.Forget(seg)
		return nil, nil
	}
	return seg, nil
}

// latest is the table as it is by now, with the columns of t, which the rows have. Others may have added rows meanwhile; when they
// changed more the rows may not fit any more.
func (to *target) latest(x *engine.Edit, t *store.Table) (*store.Table, error) {
	now, there := x.Any(t.Name())
	kept, _ := now.(*store.Table)
	changed := to.old == nil && there
	if to.old != nil {
		changed = kept == nil || kept.ID != to.old.ID || !slices.Equal(kept.Shape(), to.old.Shape())
	}
	if !changed && to.old == nil {
		return t, nil
	}
	if !changed && to.replace { // with what other commands have said of it since
		t = t.WithSettings(kept.Settings)
		if t.ID == kept.ID {
			t = t.WithMappings(kept.Mappings).Described(kept.Folder, kept.Doc)
		}
		return t, nil
	}
	if !changed {
		kept = kept.WithColumns(t.Columns()[len(kept.Columns()):])
		changed = !slices.Equal(kept.Shape(), t.Shape())
	}
	if changed {
		return nil, &fault{offset: to.name.Span.Start, message: fmt.Sprintf("table '%s' was changed by another command meanwhile; run this one again", t.Name())}
	}
	return kept, nil
}

// ingestInline answers .ingest inline: the command's own text as rows.
func ingestInline(c *call) (*result, error) {
	name, options, err := c.ingestTarget()
	if err != nil {
		return nil, err
	}
	to, err := c.target(name)
	if err != nil {
		return nil, err
	}
	data, text := c.inline()
	if data.Rule == reader.RuleInlineData {
		if text, err = bracketRecords(text); err != nil {
			return nil, at(c, reader.Ident{Span: data.Span}, err)
		}
	}
	how, err := c.reading(options, to.old, "csv")
	if err != nil {
		return nil, err
	}
	if err := to.tagged(c, options); err != nil || to.there(to.old) {
		return c.orNothing(err)
	}
	return c.ingestText(to, data, text, how)
}

// bracketRecords gives the records of [a,1] [b,2] as lines; the text is what stands between the first bracket and the last. Brackets in
// quotes are data.
func bracketRecords(text string) (string, error) {
	var out strings.Builder
	quoted, inside := false, true
	for _, r := range text {
		switch {
		case inside && r == '"':
			quoted = !quoted
			out.WriteRune(r)
		case inside && r == ']' && !quoted:
			inside = false
			out.WriteByte('\n')
		case inside:
			out.WriteRune(r)
		case r == '[':
			inside = true
		case !unicode.IsSpace(r):
			return "", &fault{message: "something stands between the brackets of two records; write the data behind '<|'"}
		}
	}
	if !inside {
		return "", &fault{message: "a record's bracket is never closed; write the data behind '<|'"}
	}
	return out.String(), nil
}

// ingestText takes a text's rows; data is its place in the command.
func (c *call) ingestText(to *target, data reader.Part, text string, how reading) (*result, error) {
	rows := c.engine.NewRows(to.old)
	defer rows.Abort()
	if strings.TrimSpace(text) != "" {
		loaded, err := source.ReadText(c.ctx, to.name.Text, "inline data", text, how.Options)
		if err != nil {
			return nil, c.unreadable(data, err)
		}
		if err := c.gather(rows, to.old, loaded, how.query); err != nil {
			return nil, c.unreadable(data, err)
		}
	}
	seg, err := c.commit(to, to.old, rows)
	if err != nil || seg == nil {
		return c.orNothing(err)
	}
	return c.table(record{"ExtentId": seg.ID})
}

// inline gives the data that stands in the command: all that lies between the signs around it, for what is white space or a comment to
// the language is data here. Blanks between '<|' and the data aren't, nor is the end of that line.
func (c *call) inline() (data reader.Part, text string) {
	from, to := len(c.tree.Text), len(c.tree.Text)
	for i, p := range c.Parts {
		if p.Kind != reader.Data {
			continue
		}
		data, from = p, p.Span.Start
		if i > 0 {
			from = c.Parts[i-1].Span.End
		}
		if i+1 < len(c.Parts) {
			to = c.Parts[i+1].Span.Start
		}
	}
	text = c.tree.Text[from:to]
	if line, rest, broken := strings.Cut(text, "\n"); broken && strings.TrimSpace(line) == "" {
		return data, rest
	}
	return data, strings.TrimLeft(text, " ")
}

func (c *call) orNothing(err error) (*result, error) {
	if err != nil {
		return nil, err
	}
	return c.table()
}

// unreadable is an error about data, at its place.
func (c *call) unreadable(data reader.Part, err error) error {
	var e *source.Error
	if errors.As(err, &e) {
		return &fault{offset: data.Span.Start, message: err.Error()}
	}
	return engine.Wrap(err)
}

// reading is how data is read into a table: as what, and the query that makes the table's columns of it, "" where it has them.
type reading struct {
	source.Options
	query string
}

// reading says how data is read into a table, by the command's properties.
func (c *call) reading(options map[string]string, t *store.Table, format string) (reading, error) {
	how := reading{Options: source.Options{Columns: t.Columns(), Header: source.HeaderNone}}
	if yes(options["ignorefirstrecord"]) {
		how.Header = source.HeaderFirst
	}
	for _, name := range []string{"extend_schema", "recreate_schema", "folder", "docstring"} {
		if v, ok := options[name]; ok && v != "false" {
			return how, &fault{offset: c.Span.Start, refused: true, message: fmt.Sprintf("property '%s' of .ingest is not built in the embedded engine; alter the table first", name)}
		}
	}
	if v := options["format"]; v != "" {
		format = strings.ToLower(v)
	}
	delimited := map[string]byte{"csv": ',', "tsv": '\t', "psv": '|', "scsv": ';', "sohsv": 1}
	switch comma, ok := delimited[format]; {
	case ok:
		how.Format, how.Comma = "csv", comma
	case format == "json" || format == "multijson" || format == "singlejson":
		how.Format = "json"
	case format == "parquet":
		how.Format, how.Columns = "parquet", nil
	case format != "":
		return how, &fault{offset: c.Span.Start, refused: true, message: fmt.Sprintf("format '%s' is not built in the embedded engine; use csv, tsv, psv, scsv, sohsv, json, multijson or parquet", format)}
	}
	if how.Format == "json" && how.Header == source.HeaderFirst {
		return how, &fault{offset: c.Span.Start, message: "ignoreFirstRecord is for text with delimiters; leave it out"}
	}
	return how, c.mapping(&how, options, t)
}

// mapping reads data by a mapping, if the command names or holds one.
func (c *call) mapping(how *reading, options map[string]string, t *store.Table) error {
	text, name := options["ingestionmapping"], options["ingestionmappingreference"]
	if text == "" && name == "" {
		return nil
	}
	kind := how.Format
	if kind != "csv" && kind != "json" {
		return &fault{offset: c.Span.Start, refused: true, message: "a mapping is built for the formats with delimiters and for json in the embedded engine; name the format"}
	}
	if text == "" {
		i := findMapping(t, kind, name)
		if i < 0 {
			return c.noMapping(reader.Ident{Span: c.Span}, t, kind, name)
		}
		text = t.Mappings[i].Text
	}
	list, err := parseMapping(kind, text)
	if err == nil {
		how.Columns, how.query, err = planMapping(kind, list, t)
	}
	if err != nil {
		return &fault{offset: c.Span.Start, message: err.Error()}
	}
	how.Surplus = kind == "csv"
	if kind == "json" && slices.ContainsFunc(how.Columns, func(column value.Column) bool { return column.Name == wholeRecord }) {
		how.Record = wholeRecord
	}
	return nil
}

// called is a table by another name.
type called struct {
	exec.Table
	name string
}

// Name is that name.
func (t called) Name() string { return t.name }

// project gathers what a mapping's query makes of loaded data.
func (c *call) project(rows *store.Rows, loaded exec.Table, query string) error {
	answer, err := c.engine.Query(c.ctx, engine.Request{
		Database: c.request.Database, Text: query, Tables: []exec.Table{called{loaded, tableName}}, Unlisted: true,
		Properties: map[string]any{"notruncation": true, "servertimeout": "00:10:00"},
	})
	if err != nil {
		return err
	}
	defer answer.Close()
	return rowsIn(c.ctx, answer, rows.Append)
}

// gather adds the rows of a loaded file. Parquet's columns are found by their names, the others are the table's already.
func (c *call) gather(rows *store.Rows, t *store.Table, loaded exec.Table, query string) error {
	if query != "" {
		return c.project(rows, loaded, query)
	}
	have := loaded.Columns()
	from := make([]int, len(t.Columns()))
	var read []int
	for i, want := range t.Columns() {
		from[i] = -1
		for j, column := range have {
			if column.Name != want.Name {
				continue
			}
			if column.Kind != want.Kind {
				return &source.Error{File: loaded.Name(), Text: fmt.Sprintf("column '%s' is %s, in the table it is %s; convert it, or read the file with externaldata and .set-or-append", want.Name, column.Kind, want.Kind)}
			}
			from[i] = len(read)
			read = append(read, j)
		}
	}
	if len(read) == 0 {
		return &source.Error{File: loaded.Name(), Text: "has none of the table's columns; give them the same names"}
	}
	for s := range loaded.Segments() {
		b, err := loaded.Segment(c.ctx, s, read)
		if err != nil {
			return err
		}
		out := &value.Batch{N: b.N, Cols: make([]*value.Vector, len(from))}
		for i, at := range from {
			if out.Cols[i] = nil; at >= 0 {
				out.Cols[i] = b.Cols[at]
			} else {
				out.Cols[i] = value.Flat(value.NewNull(t.Columns()[i].Kind, b.N))
			}
		}
		if err := rows.Append(out); err != nil {
			return err
		}
	}
	return nil
}

// ingestFiles answers .ingest into table T ('file', …): files of the folders that may be read, all of them or none.
func ingestFiles(c *call) (*result, error) {
	name, options, err := c.ingestTarget()
	if err != nil {
		return nil, err
	}
	to, err := c.target(name)
	if err != nil {
		return nil, err
	}
	how, err := c.reading(options, to.old, "")
	if err != nil {
		return nil, err
	}
	if err := to.tagged(c, options); err != nil || to.there(to.old) {
		return c.orNothing(err)
	}
	began := time.Now()
	rows := c.engine.NewRows(to.old)
	defer rows.Abort()
	var files []string
	for _, p := range c.Parts {
		if p.Kind != reader.Value || p.Label != "Path" {
			continue
		}
		file, err := c.literal(p)
		if err != nil {
			return nil, err
		}
		if err := c.ingestFile(rows, to.old, file, how); err != nil {
			return nil, c.unreadable(p, err)
		}
		files = append(files, file)
	}
	seg, err := c.commit(to, to.old, rows)
	if err != nil {
		return nil, err
	}
	var out []record
	took := value.AppendTimespan(nil, int64(time.Since(began)/100))
	for _, file := range files {
		row := record{"ItemLoaded": file, "Duration": string(took), "HasErrors": "False", "OperationId": store.NewID()}
		if seg != nil {
			row["ExtentId"] = seg.ID
		}
		out = append(out, row)
	}
	return c.table(out...)
}

func (c *call) ingestFile(rows *store.Rows, t *store.Table, file string, how reading) error {
	if how.Format == "" && strings.HasSuffix(strings.ToLower(file), ".parquet") {
		how.Columns = nil
	}
	loaded, err := c.engine.OpenFile(c.ctx, file, how.Options)
	if err != nil {
		return err
	}
	return c.gather(rows, t, loaded, how.query)
}
