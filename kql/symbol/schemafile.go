package symbol

// This file reads schema files: JSON that names clusters, databases, tables and functions, in the form that the differential
// tests' oracle takes too. Wrong and unknown fields are errors that say where, so that a typo never silently hides a table.

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

type fileRoot struct {
	Cluster   string         `json:"cluster"`
	Database  string         `json:"database"`
	Databases []fileDatabase `json:"databases"`
	Clusters  []fileCluster  `json:"clusters"`
}

type fileCluster struct {
	Name      string         `json:"name"`
	Databases []fileDatabase `json:"databases"`
}

type fileDatabase struct {
	Name          string         `json:"name"`
	AlternateName string         `json:"alternateName"`
	Open          bool           `json:"open"`
	Tables        []fileTable    `json:"tables"`
	Functions     []fileFunction `json:"functions"`
	GraphModels   []fileGraph    `json:"graphModels"`
	EntityGroups  []fileGroup    `json:"entityGroups"`
}

type fileTable struct {
	Name        string          `json:"name"`
	Columns     json.RawMessage `json:"columns"` // "(a: long)" or a list of fileColumn
	Kind        string          `json:"kind"`
	Query       string          `json:"query"`
	Description string          `json:"description"`
	Folder      string          `json:"folder"`
	Open        bool            `json:"open"`
}

type fileColumn struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	Description string `json:"description"`
}

type fileFunction struct {
	Name        string `json:"name"`
	Parameters  string `json:"parameters"`
	Body        string `json:"body"`
	Description string `json:"description"`
	Folder      string `json:"folder"`
	View        bool   `json:"view"`
}

type fileGraph struct {
	Name      string   `json:"name"`
	Edges     []string `json:"edges"`
	Nodes     []string `json:"nodes"`
	Snapshots []string `json:"snapshots"`
}

type fileGroup struct {
	Name       string `json:"name"`
	Definition string `json:"definition"`
}

// ParseFile reads a schema file. The current cluster is the first, the current database the one that "database" names, else
// the first. Everything in the file is Known, or Open where it says so.
func ParseFile(data []byte) (*Schema, error) {
	var root fileRoot
	if err := decodeStrict(data, &root); err != nil {
		return nil, fmt.Errorf("schema file: %w", err)
	}
	clusters := root.Clusters
	if len(root.Databases) > 0 || root.Cluster != "" || len(clusters) == 0 {
		clusters = append([]fileCluster{{Name: root.Cluster, Databases: root.Databases}}, clusters...)
	}
	s := &Schema{Version: 1}
	names := nameTable{}
	for _, fc := range clusters {
		c, err := makeCluster(fc, names)
		if err != nil {
			return nil, fmt.Errorf("schema file: %w", err)
		}
		s.Clusters = append(s.Clusters, c)
	}
	s.Cluster = s.Clusters[0]
	if root.Database != "" {
		if s.Database = s.Cluster.Find(root.Database); s.Database == nil {
			return nil, fmt.Errorf("schema file: \"database\" names %q, which isn't among the databases of cluster %q", root.Database, s.Cluster.Name)
		}
	} else if len(s.Cluster.Databases) > 0 {
		s.Database = s.Cluster.Databases[0]
	}
	return s, nil
}

// nameTable keeps one copy of each column name: in large schemas the same few thousand stand in many tables.
type nameTable map[string]string

func (t nameTable) one(name string) string {
	if have, ok := t[name]; ok {
		return have
	}
	name = strings.Clone(name) // not a part of a longer text that it would keep alive
	t[name] = name
	return name
}

func makeCluster(fc fileCluster, names nameTable) (*Cluster, error) {
	c := &Cluster{Name: fc.Name, State: Known}
	for _, fd := range fc.Databases {
		d, err := makeDatabase(fd, names)
		if err != nil {
			return nil, fmt.Errorf("database %q: %w", fd.Name, err)
		}
		c.Databases = append(c.Databases, d)
	}
	return c, nil
}

func makeDatabase(fd fileDatabase, names nameTable) (*Database, error) {
	if fd.Name == "" {
		return nil, errors.New("\"name\" is missing")
	}
	d := &Database{Name: fd.Name, PrettyName: fd.AlternateName, State: Known}
	if fd.Open {
		d.State = Open
	}
	for _, ft := range fd.Tables {
		t, err := makeTable(ft, names)
		if err != nil {
			return nil, fmt.Errorf("table %q: %w", ft.Name, err)
		}
		d.Tables = append(d.Tables, t)
	}
	for _, ff := range fd.Functions {
		if ff.Name == "" {
			return nil, errors.New("a function has no \"name\"")
		}
		if ff.Parameters == "" {
			ff.Parameters = "()"
		}
		d.Functions = append(d.Functions, &Function{
			Name: ff.Name, Parameters: ff.Parameters, Body: ff.Body, Doc: ff.Description,
			Folder: ff.Folder, View: ff.View,
		})
	}
	for _, fg := range fd.GraphModels {
		d.Graphs = append(d.Graphs, &GraphModel{Name: fg.Name, Edges: fg.Edges, Nodes: fg.Nodes, Snapshots: fg.Snapshots})
	}
	for _, fg := range fd.EntityGroups {
		d.EntityGroups = append(d.EntityGroups, &EntityGroup{Name: fg.Name, Definition: fg.Definition})
	}
	return d, nil
}

func makeTable(ft fileTable, names nameTable) (*TableSymbol, error) {
	if ft.Name == "" {
		return nil, errors.New("\"name\" is missing")
	}
	t := &TableSymbol{Name: ft.Name, Doc: ft.Description, Folder: ft.Folder, Query: ft.Query}
	switch ft.Kind {
	case "", "table":
	case "external":
		t.Kind = External
	case "materializedView":
		t.Kind = MaterializedView
	default:
		return nil, fmt.Errorf("\"kind\" is %q; it may be \"table\", \"external\" or \"materializedView\"", ft.Kind)
	}
	columns, err := decodeColumns(ft.Columns, names)
	if err != nil {
		return nil, fmt.Errorf("\"columns\": %w", err)
	}
	t.Columns = columns
	t.Columns.Open = columns.Open || ft.Open
	return t, nil
}

func decodeColumns(raw json.RawMessage, names nameTable) (Columns, error) {
	switch {
	case len(raw) == 0 || string(raw) == "null":
		return Columns{Open: true}, nil
	case raw[0] == '"':
		var text string
		if err := json.Unmarshal(raw, &text); err != nil {
			return Columns{}, err
		}
		columns, err := ParseColumns(text)
		for _, c := range columns.List {
			c.Name = names.one(c.Name)
		}
		return columns, err
	case raw[0] != '[':
		return Columns{}, errors.New("write (name: type, …) in a string, or a list of {\"name\", \"type\"}")
	}
	var list []fileColumn
	if err := decodeStrict(raw, &list); err != nil {
		return Columns{}, err
	}
	columns := Columns{List: make([]*Column, 0, len(list))}
	store := make([]Column, len(list))
	for i, fc := range list {
		typ, ok := ParseType(fc.Type)
		if fc.Name == "" || !ok {
			return Columns{}, fmt.Errorf("column %d: name %q, type %q: both are needed, the type one of bool, int, long, real, decimal, string, datetime, timespan, guid, dynamic", i+1, fc.Name, fc.Type)
		}
		store[i] = Column{Name: names.one(fc.Name), Type: typ, Doc: fc.Description}
		columns.List = append(columns.List, &store[i])
	}
	return columns, nil
}

// decodeStrict decodes one JSON value into v and refuses fields it doesn't know and anything behind the value.
func decodeStrict(data []byte, v any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(v)
	if err == nil {
		if _, more := decoder.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("text follows after the JSON value")
		}
	}
	if err == nil {
		return nil
	}
	at := decoder.InputOffset()
	var syntaxErr *json.SyntaxError
	var typeErr *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntaxErr):
		at = syntaxErr.Offset - 1 // it counts the byte that was read
	case errors.As(err, &typeErr):
		at = typeErr.Offset
		err = fmt.Errorf("field %q can't hold a JSON %s", typeErr.Field, typeErr.Value)
	}
	line, column := lineOf(data, int(at))
	return fmt.Errorf("%d:%d: %s", line, column, strings.TrimPrefix(err.Error(), "json: "))
}

func lineOf(data []byte, at int) (line, column int) {
	before := data[:max(0, min(at, len(data)))]
	return bytes.Count(before, []byte{'\n'}) + 1, len(before) - bytes.LastIndexByte(before, '\n')
}
