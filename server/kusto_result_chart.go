package server

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"time"

	"calypso/server/chart"
	"calypso/server/protocol"
	"calypso/server/result"
	"calypso/wholefile"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/uri"
)

// drawing is how long the picture of a large table may take.
const drawing = 60 * time.Second

// resultChart is kusto/result/chart: the picture of a view, made here from its rows.
func resultChart(c *call, p *protocol.ResultChartParams) (any, error) {
	v, err := c.results.View(p.View)
	if err != nil {
		return nil, expired(err)
	}
	table, wish := tableOf(v), wishOf(v)
	if p.Change != nil {
		wish = wish.Changed(*p.Change, table)
		v.Table.Draw(&result.Chart{Kind: wish.Kind, Title: wish.Title, Properties: wish.Properties})
		c.windowChanged()
	}
	made, err := chart.Make(c, table, wish, chart.Options{Width: p.Width, Range: p.Range})
	if err != nil {
		return nil, err
	}
	out, err := json.Marshal(made)
	return jsonrpc2.RawMessage(out), err
}

func tableOf(v *result.View) chart.Table {
	return chart.Table{Columns: v.Table.Columns, Rows: v.Rows(), Each: v.Runs()}
}

// wishOf is how a view's table was drawn last, else as its query says.
func wishOf(v *result.View) chart.Wish {
	drawn := v.Table.Drawn()
	if drawn == nil {
		return chart.Wish{}
	}
	return chart.Wish{Kind: drawn.Kind, Title: drawn.Title, Properties: drawn.Properties}
}

// imageLimit is the most that a picture may have, in bytes.
const imageLimit = 32 << 20

// resultImage is kusto/result/image: it asks where to, and writes the picture that the view drew.
func resultImage(c *call, p *protocol.ChartImageParams) (any, error) {
	name := "chart"
	if p.View != "" {
		v, err := c.results.View(p.View)
		if err != nil {
			return nil, expired(err)
		}
		name = fileName(wishOf(v).Title, name)
	}
	data, err := imageOf(p)
	if err != nil {
		return nil, err
	}
	ending := string(p.Format)
	target, err := c.file(c, protocol.UIFileParams{
		Kind: protocol.UIFileSave, Title: "Save chart", Filters: map[string][]string{strings.ToUpper(ending): {ending}}, Suggested: c.inWorkspace(name + "." + ending),
	})
	if errors.Is(err, errDismissed) {
		return protocol.ChartImageResult{}, nil
	}
	if err != nil {
		return nil, err
	}
	path, err := pathOf(target)
	if err != nil {
		return nil, failf(protocol.ErrorFile, "choose a file on this machine", "pictures are written to files only")
	}
	if err := wholefile.Write(path, data, 0o644); err != nil {
		return nil, &Failure{Kind: protocol.ErrorFile, Message: "the picture isn't written: " + err.Error(), Hint: "choose another place", Err: err}
	}
	return protocol.ChartImageResult{Path: path}, nil
}

// inWorkspace suggests a file in the first folder of the workspace; "" where there is none.
func (c *call) inWorkspace(name string) string {
	roots := c.rootList()
	if len(roots) == 0 {
		return ""
	}
	return string(uri.File(filepath.Join(filepath.FromSlash(roots[0]), name)))
}

// imageOf gives the bytes of a picture, if it is one.
func imageOf(p *protocol.ChartImageParams) ([]byte, error) {
	if len(p.Data) > imageLimit {
		return nil, failf(protocol.ErrorTooLarge, "make the view smaller", "the picture has over %d MB", imageLimit>>20)
	}
	switch p.Format {
	case protocol.ImagePNG:
		data, err := base64.StdEncoding.DecodeString(p.Data)
		if err == nil && strings.HasPrefix(string(data), "\x89PNG\r\n\x1a\n") {
			return data, nil
		}
	case protocol.ImageSVG:
		if strings.HasPrefix(p.Data, "<svg ") {
			return []byte(p.Data), nil
		}
	}
	return nil, badParams("params.data is no %s", p.Format)
}

// fileName makes a name for a file of a title.
func fileName(title, instead string) string {
	name := strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`<>:"/\|?*`, r) {
			return ' '
		}
		return r
	}, title)
	name = strings.Trim(strings.Join(strings.Fields(name), " "), ". ")
	if name == "" {
		return instead
	}
	if r := []rune(name); len(r) > 60 {
		name = string(r[:60])
	}
	return name
}
