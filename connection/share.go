package connection

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"calypso/server"
	"calypso/server/protocol"
)

// Connections from files of others, and into files for others.

// shared is the form in which connections are given to others: nothing of this machine, and no mark that is one's own taste.
type shared struct {
	Connections []sharedConnection `json:"connections"`
}

type sharedConnection struct {
	Name     string `json:"name"`
	URL      string `json:"url"`
	Database string `json:"database,omitempty"`
	Group    string `json:"group,omitempty"`
	Tenant   string `json:"tenant,omitempty"`
	ReadOnly bool   `json:"readOnly,omitempty"`
	Private  bool   `json:"private,omitempty"`
}

// Import adds the connections of a file as Kusto Explorer or Export writes it. Those without a group get this one.
func (b *Book) Import(ctx context.Context, body []byte, group string) (server.Imported, error) {
	list, out, err := readShared(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))
	if err != nil {
		return out, err
	}
	for _, c := range list {
		known := b.has(c.URL)
		id, err := b.Add(ctx, protocol.ConnectionsAddParams{
			URL: c.URL, Database: c.Database, Name: c.Name, Group: cmp.Or(c.Group, group), Tenant: c.Tenant,
		})
		switch {
		case err != nil:
			out.Skipped = append(out.Skipped, fmt.Sprintf("%s: %v", cmp.Or(c.Name, c.URL), err))
			continue
		case known:
			out.Known = append(out.Known, cmp.Or(c.Name, c.URL))
			continue
		}
		out.Added = append(out.Added, cmp.Or(c.Name, c.URL))
		if c.ReadOnly || c.Private {
			if _, err := b.Change(ctx, id, func(k *protocol.Connection) { k.ReadOnly, k.Private = c.ReadOnly, c.Private }); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

// has tells whether there is a connection to an address.
func (b *Book) has(address string) bool {
	read, err := readAddress(address)
	b.mu.Lock()
	defer b.mu.Unlock()
	e := b.find(idOf(read.URL))
	return err == nil && e != nil && !e.passing
}

// readShared reads a file, and says what of it can't be a connection.
func readShared(body []byte) (list []sharedConnection, out server.Imported, err error) {
	body = plainText(body)
	if trimmed := bytes.TrimSpace(body); len(trimmed) > 0 && trimmed[0] == '{' {
		var s shared
		err := json.Unmarshal(trimmed, &s)
		if kind := new(json.UnmarshalTypeError); errors.As(err, &kind) {
			return nil, out, fmt.Errorf("the file isn't one of exported connections: %s can't be a %s; choose one that was exported", kind.Field, kind.Value)
		}
		if err != nil {
			return nil, out, fmt.Errorf("the file can't be read as exported connections: %w", err)
		}
		for _, c := range s.Connections {
			if isFolder(c.URL) { // a file of somebody else's is no leave to read files here
				out.Skipped = append(out.Skipped, cmp.Or(c.Name, c.URL)+": it is a folder of another machine")
				continue
			}
			list = append(list, c)
		}
		if len(s.Connections) == 0 {
			return nil, out, fmt.Errorf("the file has no connections; choose one that was exported, or UserConnections.xml of Kusto Explorer")
		}
		return list, out, nil
	}
	all, err := readExplorer(body)
	if err != nil {
		return nil, out, err
	}
	for _, d := range all {
		c, err := d.connection()
		if err != nil {
			out.Skipped = append(out.Skipped, fmt.Sprintf("%s: %v", cmp.Or(c.Name, "a connection without a name"), err))
			continue
		}
		list = append(list, sharedConnection{Name: c.Name, URL: c.URL, Database: c.Database, Tenant: c.Tenant})
	}
	return list, out, nil
}

// Export gives all remote connections as a file: "json" for Import, "toml" as lines for config.toml.
func (b *Book) Export(format string) ([]byte, error) {
	var s shared
	b.mu.Lock()
	for _, e := range b.list {
		if !e.local() && !e.passing {
			s.Connections = append(s.Connections, sharedConnection{e.Name, e.URL, e.Database, e.Group, e.Tenant, e.ReadOnly, e.Private})
		}
	}
	b.mu.Unlock()
	if len(s.Connections) == 0 {
		return nil, fmt.Errorf("there is no connection to another machine that could be exported; add one first")
	}
	if format == "toml" {
		return tomlOf(s.Connections), nil
	}
	body, err := json.MarshalIndent(s, "", "  ")
	return append(body, '\n'), err
}

var bareKey = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// tomlOf writes the lines that name clusters in config.toml.
func tomlOf(list []sharedConnection) []byte {
	var out bytes.Buffer
	taken := map[string]int{}
	for _, c := range list {
		name := c.Name
		if taken[name]++; taken[name] > 1 {
			name += " " + strconv.Itoa(taken[name])
		}
		fmt.Fprintf(&out, "[kusto.clusters.%s]\ncluster_url = %s\n", tomlKey(name), tomlText(c.URL))
		if c.Database != "" {
			fmt.Fprintf(&out, "database = %s\n", tomlText(c.Database))
		}
		if c.Tenant != "" {
			fmt.Fprintf(&out, "tenant_id = %s\n", tomlText(c.Tenant))
		}
		out.WriteByte('\n')
	}
	return out.Bytes()
}

func tomlKey(name string) string {
	if bareKey.MatchString(name) {
		return name
	}
	return tomlText(name)
}

// tomlText writes a basic string: JSON's escapes are TOML's too.
func tomlText(s string) string {
	b, err := json.Marshal(strings.ToValidUTF8(s, "\uFFFD"))
	if err != nil {
		return `""` // text can't fail
	}
	return string(b)
}
