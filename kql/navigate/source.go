package navigate

// This file writes what the database knows of an entity as KQL, for a read-only text that a definition leads to.

import (
	"strings"

	"calypso/kql/symbol"
	"calypso/kql/text"
)

// Source is an entity's text. At has the span of its name ("") and of each of its columns.
type Source struct {
	Text string
	At   map[string]text.Span

	body int // where a function's body begins
}

// sourceWriter collects the text and the places in it.
type sourceWriter struct {
	out strings.Builder
	at  map[string]text.Span
}

func (w *sourceWriter) write(parts ...string) {
	for _, p := range parts {
		w.out.WriteString(p)
	}
}

// name writes a name and keeps where it stands under key.
func (w *sourceWriter) name(key, name string) {
	start := w.out.Len()
	w.out.WriteString(symbol.QuoteName(name))
	if _, taken := w.at[key]; !taken {
		w.at[key] = text.Span{Start: start, End: w.out.Len()}
	}
}

func (w *sourceWriter) doc(kind, doc string) {
	w.write("// ", kind, ", as the database has it. Read-only.\n")
	for line := range strings.Lines(doc) {
		w.write("// ", strings.TrimSpace(line), "\n")
	}
}

func (w *sourceWriter) source() Source { return Source{Text: w.out.String(), At: w.at} }

// TableSource writes a table's schema: a table as the command that creates it, a view as its query with the columns it gives, an
// external table as a table value, because its command would need a storage that isn't known.
func TableSource(t *symbol.TableSymbol) Source {
	w := &sourceWriter{at: map[string]text.Span{}}
	switch t.Kind {
	case symbol.External:
		w.doc("External table", t.Doc)
		w.write("let ")
		w.name("", t.Name)
		w.write(" = datatable ")
		w.columns(t)
		w.write(" [];\n")
	case symbol.MaterializedView:
		w.doc("Materialized view", t.Doc)
		w.write("let ")
		w.name("", t.Name)
		w.write(" = datatable ")
		w.columns(t)
		w.write(" [];\n")
		if query := strings.TrimSpace(t.Query); query != "" {
			w.write("\n// Its query\n", query, "\n")
		}
	default:
		w.doc("Table", t.Doc)
		w.write(".create table ")
		w.name("", t.Name)
		w.write(" ")
		w.columns(t)
		w.with(t.Folder, "")
		w.write("\n")
	}
	return w.source()
}

// columns writes a column a line, with its description.
func (w *sourceWriter) columns(t *symbol.TableSymbol) {
	w.write("(")
	for i, c := range t.Columns.List {
		w.write("\n    ")
		w.name(c.Name, c.Name)
		w.write(": ", c.Type.String())
		if i < len(t.Columns.List)-1 {
			w.write(",")
		}
		if c.Doc != "" {
			w.write(" // ", strings.Join(strings.Fields(c.Doc), " "))
		}
	}
	w.write("\n)")
}

// with writes the properties of a create command that aren't empty.
func (w *sourceWriter) with(folder, doc string) {
	var list []string
	if folder != "" {
		list = append(list, "folder='"+escape.Replace(folder)+"'")
	}
	if doc != "" {
		list = append(list, "docstring='"+escape.Replace(doc)+"'")
	}
	if len(list) > 0 {
		w.write(" with (", strings.Join(list, ", "), ")")
	}
}

var escape = strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\r", `\r`, "\t", `\t`)

// InBody gives the place in the text of a span of the function's Parsed tree; false for one that isn't in the body.
func (s Source) InBody(f *symbol.Function, span text.Span) (text.Span, bool) {
	_, decl := f.Parsed()
	if s.body == 0 || decl == nil || decl.Body == nil || span.Start < decl.Body.From || span.End > decl.Body.To {
		return text.Span{}, false
	}
	start := s.body + span.Start - decl.Body.From
	return text.Span{Start: start, End: start + span.Len()}, start+span.Len() <= len(s.Text)
}

// InCreated gives the place of a span of the function's Parsed tree in a text with a command that creates it; name is where its name
// stands there. False when the text isn't what the function was read from, or the span isn't in the body.
func InCreated(src string, name text.Span, f *symbol.Function, span text.Span) (text.Span, bool) {
	_, decl := f.Parsed()
	if decl == nil || decl.Body == nil || span.Start < decl.Body.From || name.End > len(src) {
		return text.Span{}, false
	}
	at := span.Start - decl.Body.From
	body := strings.Index(src[name.End:], f.Body)
	if body < 0 || at+span.Len() > len(f.Body) {
		return text.Span{}, false
	}
	start := name.End + body + at
	return text.Span{Start: start, End: start + span.Len()}, true
}

// FunctionSource writes a stored function as the command that creates it.
func FunctionSource(f *symbol.Function) Source {
	w := &sourceWriter{at: map[string]text.Span{}}
	w.doc("Stored function", "")
	w.write(".create-or-alter function")
	w.with(f.Folder, f.Doc)
	w.write(" ")
	w.name("", f.Name)
	parameters := strings.TrimSpace(f.Parameters)
	if parameters == "" {
		parameters = "()"
	}
	body := strings.TrimSpace(f.Body)
	if !strings.HasPrefix(body, "{") {
		body = "{\n" + body + "\n}"
	}
	w.write(parameters, " ")
	start := w.out.Len()
	w.write(body, "\n")
	src := w.source()
	src.body = start
	return src
}
