package connection

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"

	"calypso/kusto"
	"calypso/server/protocol"
)

// Reading Kusto Explorer's files of connections, UserConnections.xml and those of its groups: an array of ServerDescriptionBase, each
// with Name, Details and ConnectionString, as its public documentation has them. What else is in them is left out, secrets before all.

const (
	explorerDepth = 64   // of nested elements
	explorerCount = 5000 // connections of one file
	explorerText  = 4096 // bytes of an element's text that count
)

// described is one ServerDescriptionBase.
type described struct{ name, details, text string }

// plainText gives a file's text as UTF-8 without a mark: Windows programs write UTF-16 too, with a mark of its byte order or without.
func plainText(body []byte) []byte {
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	if len(body) < 2 {
		return body
	}
	var order binary.ByteOrder
	switch first := [2]byte(body); {
	case first == [2]byte{0xff, 0xfe}, first[0] != 0 && first[1] == 0:
		order = binary.LittleEndian
	case first == [2]byte{0xfe, 0xff}, first[0] == 0 && first[1] != 0:
		order = binary.BigEndian
	default:
		return body
	}
	units := make([]uint16, 0, len(body)/2)
	for ; len(body) > 1; body = body[2:] {
		units = append(units, order.Uint16(body))
	}
	return []byte(strings.TrimPrefix(string(utf16.Decode(units)), "\ufeff"))
}

// readExplorer reads a file; an error says why it can't be one.
func readExplorer(body []byte) ([]described, error) {
	decoder := xml.NewDecoder(bytes.NewReader(body))
	decoder.Entity = map[string]string{} // none but XML's own
	decoder.CharsetReader = func(charset string, text io.Reader) (io.Reader, error) {
		if name := strings.ToLower(charset); strings.HasPrefix(name, "utf-16") || name == "us-ascii" {
			return text, nil // plainText made it UTF-8, or .NET wrote UTF-8 and called it by the name of its strings
		}
		return nil, fmt.Errorf("the file is in %s; save it as UTF-8", charset)
	}
	var list []described
	var open []string
	var now *described
	groups := false
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("the file can't be read as XML: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if open = append(open, t.Name.Local); len(open) > explorerDepth {
				return nil, errors.New("the file's elements are nested too deeply; choose Kusto Explorer's own file of connections")
			}
			groups = groups || t.Name.Local == "ServerGroupDescription"
			if t.Name.Local == "ServerDescriptionBase" {
				now = &described{}
			}
		case xml.EndElement:
			open = open[:len(open)-1]
			if t.Name.Local == "ServerDescriptionBase" && now != nil {
				list, now = append(list, *now), nil
				if len(list) > explorerCount {
					return nil, fmt.Errorf("the file has more than %d connections; take some out", explorerCount)
				}
			}
		case xml.CharData:
			now.add(open, t)
		case xml.Directive:
			return nil, errors.New("the file declares a document type; choose Kusto Explorer's own file of connections")
		}
	}
	if len(list) == 0 && groups {
		return nil, errors.New("this file only lists groups; choose the files of the folder Connections beside it, each is a group")
	}
	if len(list) == 0 {
		return nil, errors.New("the file has no connection; choose UserConnections.xml of Kusto Explorer, or a file that was exported")
	}
	return list, nil
}

// add takes the text of a member of the description that is open.
func (d *described) add(open []string, text xml.CharData) {
	if d == nil || len(open) < 2 || open[len(open)-2] != "ServerDescriptionBase" {
		return
	}
	var into *string
	switch open[len(open)-1] {
	case "Name":
		into = &d.name
	case "Details":
		into = &d.details
	case "ConnectionString":
		into = &d.text
	default:
		return
	}
	if len(*into)+len(text) <= explorerText {
		*into += string(text)
	}
}

// connection reads what was described. User names, keys and passwords of connection strings are left out: signing in is asked for.
func (d described) connection() (protocol.ConnectionsAddParams, error) {
	p := protocol.ConnectionsAddParams{Name: strings.TrimSpace(d.name)}
	source := strings.TrimSpace(d.details)
	for i, part := range splitConnectionString(d.text) {
		key, value, paired := strings.Cut(part, "=")
		value = strings.Trim(strings.TrimSpace(value), `"'`)
		switch strings.ReplaceAll(strings.ToLower(strings.TrimSpace(key)), " ", "") {
		case "datasource", "server", "address", "addr", "networkaddress":
			source = value
		case "initialcatalog", "database":
			p.Database = value
		case "authorityid", "authority", "tenantid", "tenant", "tid":
			p.Tenant = value
		default:
			if text := strings.TrimSpace(part); i == 0 && text != "" && (!paired || strings.Contains(key, "://")) {
				source = text
			}
		}
	}
	source = strings.TrimPrefix(source, "@") // @help is short for help's address
	if strings.Contains(source, "@") {
		return p, errors.New("the address has a user name in it, or a password; leave it out and sign in instead")
	}
	where, err := kusto.ParseConnection(source)
	if err != nil {
		return p, err
	}
	p.URL = where.URL
	if p.Database == "" {
		p.Database = where.Database
	}
	if strings.EqualFold(p.Database, "NetDefaultDB") {
		p.Database = "" // the name that stands for a cluster's own default
	}
	return p, nil
}

// splitConnectionString cuts at semicolons that no quotes enclose.
func splitConnectionString(s string) []string {
	var parts []string
	var quote rune
	start := 0
	for i, r := range s {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'':
			quote = r
		case r == ';':
			parts, start = append(parts, s[start:i]), i+1
		}
	}
	return append(parts, s[start:])
}
