package notebook

import (
	"bytes"
	"html"
	"strings"

	"calypso/kql/script"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer"
	gohtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
)

// Notes as HTML. goldmark leaves links out that would run something; what it shows differently here: a tag is shown as it was written, a
// picture that isn't in the note is a link, since the page asks for nothing, and a query has its colours.

// noteHTML gives a note as HTML.
func noteHTML(note string, schemas script.Schemas) string {
	ours := renderer.WithNodeRenderers(util.Prioritized(nodes{schemas}, 100))
	var b bytes.Buffer
	if err := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(ours)).Convert([]byte(note), &b); err != nil {
		return "<pre>" + html.EscapeString(note) + "</pre>\n" // it writes to memory: it can't fail
	}
	return b.String()
}

// nodes draws what goldmark draws otherwise.
type nodes struct{ schemas script.Schemas }

func (d nodes) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindRawHTML, rawTag)
	r.Register(ast.KindHTMLBlock, rawBlock)
	r.Register(ast.KindImage, image)
	r.Register(ast.KindFencedCodeBlock, d.fencedBlock)
}

func rawTag(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		_, _ = w.WriteString(html.EscapeString(string(n.(*ast.RawHTML).Segments.Value(src))))
	}
	return ast.WalkSkipChildren, nil
}

func rawBlock(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if block := n.(*ast.HTMLBlock); entering {
		text := string(block.Lines().Value(src))
		if block.HasClosure() {
			text += string(block.ClosureLine.Value(src))
		}
		_, _ = w.WriteString("<pre>" + html.EscapeString(strings.TrimSuffix(text, "\n")) + "</pre>\n")
	}
	return ast.WalkContinue, nil
}

// image shows a picture that stands in the note itself, and a link to any other.
func image(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	to := string(util.URLEscape(n.(*ast.Image).Destination, true))
	words := html.EscapeString(plainText(n, src))
	switch {
	case strings.HasPrefix(strings.ToLower(to), "data:") && !gohtml.IsDangerousURL([]byte(to)):
		_, _ = w.WriteString(`<img src="` + html.EscapeString(to) + `" alt="` + words + `">`)
	case gohtml.IsDangerousURL([]byte(to)):
		_, _ = w.WriteString(words)
	default:
		if words == "" {
			words = html.EscapeString(to)
		}
		_, _ = w.WriteString(`<a href="` + html.EscapeString(to) + `">` + words + `</a>`)
	}
	return ast.WalkSkipChildren, nil
}

// plainText is what a node says, without its form.
func plainText(n ast.Node, src []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Text:
			if entering {
				b.Write(n.Value(src))
			}
		case *ast.String:
			if entering {
				b.Write(n.Value)
			}
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

func (d nodes) fencedBlock(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	block := n.(*ast.FencedCodeBlock)
	code := string(block.Lines().Value(src))
	if kusto.Match(block.Language(src)) {
		_, _ = w.WriteString(queryHTML(code, d.schemas))
	} else {
		_, _ = w.WriteString("<pre><code>" + html.EscapeString(code) + "</code></pre>\n")
	}
	return ast.WalkSkipChildren, nil
}
