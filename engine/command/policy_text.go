package command

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	reader "calypso/kql/command"
	"calypso/kusto/value"
)

// What a policy says: JSON, or the words of the command that stand for it.

// object is a policy: properties in the order in which they were given, or a list.
type object struct {
	list   []json.RawMessage // of a policy that is an array
	fields []field
	isList bool
}

type field struct {
	name string
	raw  json.RawMessage
}

// parseObject reads a policy's JSON; nil, with no error, is null. The error names line and column.
func parseObject(text string, list bool) (*object, error) {
	dec := json.NewDecoder(strings.NewReader(text))
	var whole json.RawMessage
	err := dec.Decode(&whole)
	if err == nil {
		if _, more := dec.Token(); !errors.Is(more, io.EOF) {
			return nil, fmt.Errorf("%s: something stands behind its end", placeIn(text, int(dec.InputOffset())))
		}
	}
	if err != nil {
		return nil, jsonFault(text, err)
	}
	whole = bytes.TrimSpace(whole)
	out := &object{isList: list}
	switch {
	case string(whole) == "null":
		return nil, nil
	case list && whole[0] == '[':
		return out, json.Unmarshal(whole, &out.list)
	case list && whole[0] == '{': // a single one, as Kusto takes it too
		out.list = []json.RawMessage{whole}
		return out, nil
	case list:
		return nil, errors.New("line 1, column 1: an array of objects is wanted, as [{…}]")
	case whole[0] != '{':
		return nil, errors.New("line 1, column 1: an object is wanted, as {…}")
	}
	return out, out.readFields(whole)
}

func (o *object) readFields(whole []byte) error {
	dec := json.NewDecoder(bytes.NewReader(whole))
	if _, err := dec.Token(); err != nil {
		return err
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return err
		}
		o.set(key.(string), raw)
	}
	return nil
}

// jsonFault words an error of the JSON reader with its place.
func jsonFault(text string, err error) error {
	var syntax *json.SyntaxError
	at := len(text)
	if errors.As(err, &syntax) {
		at = max(int(syntax.Offset)-1, 0)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%s: it ends too early", placeIn(text, len(text)))
	}
	return fmt.Errorf("%s: %w", placeIn(text, at), err)
}

// placeIn gives an offset as line and column.
func placeIn(text string, at int) string {
	head := text[:min(at, len(text))]
	return fmt.Sprintf("line %d, column %d", strings.Count(head, "\n")+1, at-strings.LastIndexByte(head, '\n'))
}

// field gives a property's JSON, nil for none. Kusto reads names in any case.
func (o *object) field(name string) json.RawMessage {
	for _, f := range o.fields {
		if strings.EqualFold(f.name, name) {
			return f.raw
		}
	}
	return nil
}

func (o *object) set(name string, raw json.RawMessage) {
	for i, f := range o.fields {
		if strings.EqualFold(f.name, name) {
			o.fields[i].raw = raw
			return
		}
	}
	o.fields = append(o.fields, field{name, raw})
}

// put sets a property to a Go value.
func (o *object) put(name string, v any) {
	o.set(name, plainJSON(v))
}

// plainJSON writes a value of our own, with '<' and its like as they are.
func plainJSON(v any) json.RawMessage {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic("command: policy: " + err.Error())
	}
	return bytes.TrimSpace(b.Bytes())
}

// over gives what an old policy says with this one's properties in place of its own; lists are put behind one another.
func (o *object) over(old string, list bool) (*object, error) {
	if old == "" {
		return o, nil
	}
	was, err := parseObject(old, list)
	if err != nil || was == nil {
		return o, err
	}
	if list {
		was.list = append(was.list, o.list...)
		return was, nil
	}
	for _, f := range o.fields {
		was.set(f.name, f.raw)
	}
	return was, nil
}

// String gives the JSON without white space.
func (o *object) String() string {
	var b bytes.Buffer
	if o.isList {
		b.WriteByte('[')
		for i, raw := range o.list {
			if i > 0 {
				b.WriteByte(',')
			}
			_ = json.Compact(&b, raw) // it was read as JSON
		}
		b.WriteByte(']')
		return b.String()
	}
	b.WriteByte('{')
	for i, f := range o.fields {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(quoted(f.name) + ":")
		_ = json.Compact(&b, f.raw)
	}
	b.WriteByte('}')
	return b.String()
}

// policyText reads what the command says of a policy; nil is null.
func (c *call) policyText(kind policyKind) (*object, error) {
	k := slices.IndexFunc(c.Parts, func(p reader.Part) bool { return p.Kind == reader.Word && p.Word == "policy" })
	said := c.Parts[k+2:]
	if kind.word == "row_level_security" {
		return c.rowSecurityText(said)
	}
	for _, p := range said {
		if p.Kind == reader.Value && p.Rule == reader.RuleString && p.Label != "EncodingPolicyType" {
			text, err := c.literal(p)
			if err != nil {
				return nil, err
			}
			o, err := parseObject(text, kind.list)
			if err != nil {
				return nil, &fault{offset: p.Span.Start, message: fmt.Sprintf("the policy's JSON can't be read: %v", err)}
			}
			return o, nil
		}
	}
	o := &object{isList: kind.list}
	switch kind.word {
	case "caching":
		return o, c.cachingText(o, said)
	case "roworder":
		return o, c.rowOrderText(o, said)
	}
	for i, p := range said {
		switch p.Word {
		case "true", "enable":
			o.put("IsEnabled", true)
		case "false", "disable":
			o.put("IsEnabled", false)
		case "enabled", "disabled":
			o.put("Recoverability", strings.ToUpper(p.Word[:1])+p.Word[1:])
		}
		if i < 2 || said[i-1].Word != "=" || p.Kind != reader.Value {
			continue
		}
		text, err := c.literal(p)
		if err != nil {
			return nil, err
		}
		switch said[i-2].Word {
		case "softdelete":
			if text, err = c.span(p); err != nil {
				return nil, err
			}
			o.put("SoftDeletePeriod", text)
		case "type":
			o.put("EncodingPolicyType", text)
		}
	}
	return o, nil
}

// span gives a timespan of the command as Kusto prints it: 3.00:00:00.
func (c *call) span(p reader.Part) (string, error) {
	v := constant(p.Span.Of(c.tree.Text))
	if v == nil || v.Kind != value.Timespan || v.IsNull(0) || v.Ints[0] < 0 {
		return "", &fault{offset: p.Span.Start, message: "a time span of zero or more is wanted, as 3d or 12h"}
	}
	return string(value.AppendTimespan(nil, v.Ints[0])), nil
}

type hotSpan struct{ Value string }

type hotWindow struct{ MinValue, MaxValue string }

// cachingText reads hot=3d, or hotdata=3d hotindex=1d, and windows behind them.
func (c *call) cachingText(o *object, said []reader.Part) error {
	windows := []hotWindow{}
	for i, p := range said {
		switch {
		case p.Kind != reader.Value || i < 2:
		case said[i-1].Word == "..":
			from, to := constant(said[i-2].Span.Of(c.tree.Text)), constant(p.Span.Of(c.tree.Text))
			if from == nil || to == nil || from.Kind != value.Datetime || to.Kind != value.Datetime || from.IsNull(0) || to.IsNull(0) || from.Ints[0] > to.Ints[0] {
				return &fault{offset: said[i-2].Span.Start, message: "a window of two datetimes is wanted, the earlier one first"}
			}
			windows = append(windows, hotWindow{string(value.AppendDatetimeTrimmed(nil, from.Ints[0])), string(value.AppendDatetimeTrimmed(nil, to.Ints[0]))})
		case p.Rule == reader.RuleTimespan && said[i-1].Word == "=":
			text, err := c.span(p)
			if err != nil {
				return err
			}
			switch said[i-2].Word {
			case "hot":
				o.put("DataHotSpan", hotSpan{text})
				o.put("IndexHotSpan", hotSpan{text})
			case "hotdata":
				o.put("DataHotSpan", hotSpan{text})
			case "hotindex":
				o.put("IndexHotSpan", hotSpan{text})
			}
		}
	}
	if len(windows) > 0 {
		o.put("HotWindows", windows)
	}
	o.put("ColumnOverrides", []string{})
	return nil
}

type orderedColumn struct {
	ColumnName  string
	IsAscending bool
}

func (c *call) rowOrderText(o *object, said []reader.Part) error {
	for i, p := range said {
		if p.Kind == reader.Name && i+1 < len(said) {
			o.list = append(o.list, plainJSON(orderedColumn{p.Names[0].Text, said[i+1].Word == "asc"}))
		}
	}
	return nil
}

// rowSecurityText reads enable "query".
func (c *call) rowSecurityText(said []reader.Part) (*object, error) {
	o := &object{}
	for _, p := range said {
		switch {
		case p.Word == "enable" || p.Word == "disable":
			o.put("IsEnabled", p.Word == "enable")
		case p.Kind == reader.Property && !strings.EqualFold(p.Word, "allowMaterializedViewsWithoutRowLevelSecurity"):
			return nil, &fault{
				offset: p.Span.Start, refused: true,
				message: fmt.Sprintf("property '%s' of this command is not built in the embedded engine; leave it out", p.Word),
			}
		case p.Kind == reader.Value && p.Label == "Query":
			text, err := c.literal(p)
			if err != nil {
				return nil, err
			}
			o.put("Query", text)
		}
	}
	return o, nil
}
