// externaldata: a local file read as a table. Which files may be read is the caller's matter; addresses of other machines never
// are.

package plan

import (
	"strings"

	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// File is one file of externaldata.
type File struct {
	Path string
	// Format is what with (format=…) says, in lower case; "" means that the name tells.
	Format string
	// Columns are those that the query declares, in the file's order.
	Columns []value.Column
	// SkipHeader tells to leave out the first record of a text file.
	SkipHeader bool
}

func (p *builder) externalData(e *env, x *syntax.ExternalData) (*relation, error) {
	t := e.scope.Tables[x]
	if t == nil || t.Open || len(t.List) == 0 {
		return nil, e.notBuilt(x, "externaldata without columns")
	}
	if p.opts.External == nil {
		return nil, e.notBuilt(x, "operator 'externaldata' from anywhere but a folder that was allowed (serve --files)")
	}
	shape, err := e.shapeOf(x, t.List)
	if err != nil {
		return nil, err
	}
	file := File{Columns: shape}
	for _, w := range append(append([]*syntax.Param(nil), x.Params...), x.With...) {
		text := strings.ToLower(paramText(w))
		switch strings.ToLower(w.Name.Text) {
		case "format":
			file.Format = text
		case "ignorefirstrecord":
			file.SkipHeader = text == "true"
		default:
			return nil, e.notBuilt(w, "property '%s' of externaldata", w.Name.Text)
		}
	}
	all := &Union{Shape: shape}
	for _, uri := range x.URIs {
		c, err := p.constant(e, uri)
		if err != nil {
			return nil, err
		}
		if c.Kind != value.String {
			return nil, e.invalid(uri, "externaldata takes paths as strings")
		}
		file.Path = c.Strings[0]
		if strings.Contains(file.Path, "://") {
			return nil, e.notBuilt(uri, "externaldata from an address")
		}
		b, err := p.opts.External(file)
		if err != nil {
			return nil, e.invalid(uri, "%v", err)
		}
		items := make([]Expr, len(shape))
		for i, c := range shape {
			items[i] = &Col{i, c.Kind}
		}
		all.Ins = append(all.Ins, &Project{Shape: shape, From: From{&Values{Shape: shape, Batch: b}}, Items: items})
	}
	if len(all.Ins) == 0 {
		return nil, e.invalid(x, "externaldata names no file")
	}
	return &relation{all, t.List}, nil
}

func paramText(w *syntax.Param) string {
	switch v := w.Value.(type) {
	case *syntax.NameRef:
		return v.Name.Text
	case *syntax.Literal:
		return v.Text
	}
	return ""
}
