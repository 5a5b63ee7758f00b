package server

import (
	"unicode/utf16"

	"calypso/kql/signature"
	"calypso/kql/text"

	lsp "go.lsp.dev/protocol"
)

// signatureHelp is textDocument/signatureHelp: all overloads, with the one and the parameter that the caret is at.
func signatureHelp(c *call, p *lsp.SignatureHelpParams) (any, error) {
	d, sc, err := c.opened(string(p.TextDocument.URI))
	if err != nil {
		return nil, err
	}
	h, ok := signature.At(sc, c.can.Encoding.Offset(d.File, p.Position))
	if !ok {
		return nil, nil
	}
	out := &lsp.SignatureHelp{ActiveSignature: ptr(uint32(h.Active))}
	for _, s := range h.Signatures {
		info := lsp.SignatureInformation{Label: s.Label, Documentation: c.helpText(h.Doc)}
		for _, param := range s.Params {
			info.Parameters = append(info.Parameters, lsp.ParameterInformation{
				Label: c.parameterLabel(s.Label, param.Label), Documentation: c.helpText(param.Doc),
			})
		}
		out.Signatures = append(out.Signatures, info)
	}
	if h.Param >= 0 {
		out.ActiveParameter = lsp.NewNullable(uint32(h.Param))
	} else if n := len(h.Signatures[h.Active].Params); n > 0 {
		out.ActiveParameter = lsp.NewNullable(uint32(n)) // beyond the last: clients mark none
	}
	return out, nil
}

// parameterLabel is the parameter's place in the label, in UTF-16 whatever the documents are counted in, or its text.
func (c *call) parameterLabel(label string, at text.Span) lsp.ParameterInformationLabel {
	if !c.can.HelpOffsets {
		return lsp.String(at.Of(label))
	}
	start := len(utf16.Encode([]rune(label[:at.Start])))
	return lsp.ParameterInformationLabelTuple{uint32(start), uint32(start + len(utf16.Encode([]rune(at.Of(label)))))}
}

func (c *call) helpText(markdown string) lsp.InlayHintTooltip {
	if markdown == "" {
		return nil
	}
	if !c.can.MarkdownHelp {
		return lsp.String(plainText(markdown))
	}
	return &lsp.MarkupContent{Kind: lsp.MarkupKindMarkdown, Value: markdown}
}
