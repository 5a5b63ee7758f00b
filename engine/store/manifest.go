// The manifest: all databases as JSON, with a checksum.

package store

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"strings"

	"calypso/kql/symbol"
	"calypso/kusto/value"
)

// manifestFormat is the format's number; a program that knows only smaller ones refuses the folder.
// Format 2 has policies, roles and views, which a program that knows only format 1 would lose. Format 1 is read as well.
const manifestFormat = 2

type manifestJSON struct {
	Format int             `json:"format"`
	Check  string          `json:"check"` // CRC-32 of state's bytes, hexadecimal
	State  json.RawMessage `json:"state"`
}

type stateJSON struct {
	Version   int64          `json:"version"` // counts changes
	Databases []databaseJSON `json:"databases"`
	Cluster   settingsJSON   `json:"cluster,omitzero"`
}

type databaseJSON struct {
	Name       string         `json:"name"`
	PrettyName string         `json:"prettyName,omitempty"`
	Tables     []tableJSON    `json:"tables,omitempty"`
	Functions  []functionJSON `json:"functions,omitempty"`
	Views      []viewJSON     `json:"views,omitempty"`
	Groups     []groupJSON    `json:"groups,omitempty"`
	settingsJSON
}

type tableJSON struct {
	Name     string        `json:"name"`
	ID       string        `json:"id"`
	Folder   string        `json:"folder,omitempty"`
	Doc      string        `json:"doc,omitempty"`
	Created  int64         `json:"created"`
	NextID   int           `json:"nextColumn"`
	Columns  []columnJSON  `json:"columns"`
	Segments []segmentJSON `json:"segments,omitempty"`
	Mappings []mappingJSON `json:"mappings,omitempty"`
	settingsJSON
}

type mappingJSON struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	Text    string `json:"text"`
	Updated int64  `json:"updated"`
}

type columnJSON struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
	Type string `json:"type"`
	Doc  string `json:"doc,omitempty"`
}

type segmentJSON struct {
	File     string   `json:"file"`
	Rows     int64    `json:"rows"`
	Bytes    int64    `json:"bytes"`
	Original int64    `json:"original,omitempty"`
	Created  int64    `json:"created"`
	Ingested int64    `json:"ingested,omitempty"`
	Tags     []string `json:"tags,omitempty"`
	Columns  []int    `json:"columns"` // identities, in the file's order
	Types    []string `json:"types"`
}

type functionJSON struct {
	Name       string `json:"name"`
	Parameters string `json:"parameters"`
	Body       string `json:"body"`
	Doc        string `json:"doc,omitempty"`
	Folder     string `json:"folder,omitempty"`
	View       bool   `json:"view,omitempty"`
}

func writeManifest(databases []Database, cluster Settings, version int64) ([]byte, error) {
	state := stateJSON{Version: version, Cluster: cluster.manifest()}
	for _, d := range databases {
		out := databaseJSON{Name: d.Name, PrettyName: d.PrettyName, settingsJSON: d.Settings.manifest()}
		for _, t := range d.Tables {
			out.Tables = append(out.Tables, t.manifest())
		}
		for _, f := range d.Functions {
			out.Functions = append(out.Functions, functionJSON{f.Name, f.Parameters, f.Body, f.Doc, f.Folder, f.View})
		}
		for _, v := range d.Views {
			out.Views = append(out.Views, v.manifest())
		}
		for _, g := range d.Groups {
			out.Groups = append(out.Groups, groupJSON{g.Name, g.Definition})
		}
		state.Databases = append(state.Databases, out)
	}
	// Marshal of the whole compacts State once more, which leaves the bytes of Marshal as they are.
	raw, err := json.Marshal(state)
	if err != nil {
		return nil, err
	}
	return json.Marshal(manifestJSON{Format: manifestFormat, Check: checkOf(raw), State: raw})
}

func checkOf(state []byte) string { return fmt.Sprintf("%08x", crc32.ChecksumIEEE(state)) }

func (t *Table) manifest() tableJSON {
	out := tableJSON{
		Name: t.name, ID: hex.EncodeToString(t.ID[:]), Folder: t.Folder, Doc: t.Doc, Created: t.Created, NextID: t.nextID,
		Columns: []columnJSON{}, settingsJSON: t.Settings.manifest(),
	}
	for _, c := range t.list {
		out.Columns = append(out.Columns, columnJSON{c.ID, c.Name, c.Kind.String(), c.Doc})
	}
	for _, m := range t.Mappings {
		out.Mappings = append(out.Mappings, mappingJSON(m))
	}
	for _, s := range t.segments {
		seg := segmentJSON{File: s.file(), Rows: s.rows, Bytes: s.Bytes, Original: s.Original, Created: s.Created, Ingested: s.Ingested, Tags: s.Tags, Columns: s.ids}
		for _, k := range s.kinds {
			seg.Types = append(seg.Types, k.String())
		}
		out.Segments = append(out.Segments, seg)
	}
	return out
}

var errDamagedManifest = errors.New("manifest.json is damaged; bring it back from a copy of the folder")

// readManifest reads what writeManifest wrote; segments will be read from root.
func readManifest(text []byte, root *os.Root) (databases []Database, cluster Settings, version int64, err error) {
	var m manifestJSON
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, cluster, 0, fmt.Errorf("%w (%v)", errDamagedManifest, err)
	}
	if m.Format > manifestFormat {
		return nil, cluster, 0, fmt.Errorf("it was written by a newer Calypso (format %d, this one knows %d); use that one", m.Format, manifestFormat)
	}
	if m.Format < 1 || m.Check != checkOf(m.State) {
		return nil, cluster, 0, fmt.Errorf("%w (its checksum differs)", errDamagedManifest)
	}
	var state stateJSON
	if err := json.Unmarshal(m.State, &state); err != nil {
		return nil, cluster, 0, fmt.Errorf("%w (%v)", errDamagedManifest, err)
	}
	seen := map[string]bool{}
	files := map[string]bool{}
	for _, in := range state.Databases {
		key := strings.ToLower(in.Name)
		if in.Name == "" || seen[key] {
			return nil, cluster, 0, fmt.Errorf("%w (database %q)", errDamagedManifest, in.Name)
		}
		seen[key] = true
		d, err := in.database(root, files)
		if err != nil {
			return nil, cluster, 0, fmt.Errorf("%w (database %q: %v)", errDamagedManifest, in.Name, err)
		}
		databases = append(databases, d)
	}
	return databases, state.Cluster.settings(), state.Version, nil
}

func (in *databaseJSON) database(root *os.Root, files map[string]bool) (Database, error) {
	d := Database{Name: in.Name, PrettyName: in.PrettyName, Settings: in.settings()}
	seen := map[string]bool{}
	for _, table := range in.Tables {
		t, err := table.table(root, files)
		if err == nil && seen[t.name] {
			err = errors.New("is there twice")
		}
		if err != nil {
			return d, fmt.Errorf("table %q: %w", table.Name, err)
		}
		seen[t.name] = true
		d.Tables = append(d.Tables, t)
	}
	for _, f := range in.Functions {
		if f.Name == "" {
			return d, errors.New("a function has no name")
		}
		d.Functions = append(d.Functions, &symbol.Function{
			Name: f.Name, Parameters: f.Parameters, Body: f.Body, Doc: f.Doc, Folder: f.Folder, View: f.View,
		})
	}
	for _, v := range in.Views {
		view, err := v.view()
		if err == nil && seen[view.Name] {
			err = errors.New("is there twice")
		}
		if err != nil {
			return d, fmt.Errorf("materialized view %q: %w", v.Name, err)
		}
		seen[view.Name] = true
		d.Views = append(d.Views, view)
	}
	for _, g := range in.Groups {
		if g.Name == "" {
			return d, errors.New("an entity group has no name")
		}
		d.Groups = append(d.Groups, &symbol.EntityGroup{Name: g.Name, Definition: g.Definition})
	}
	return d, nil
}

func (in *tableJSON) table(root *os.Root, files map[string]bool) (*Table, error) {
	t := &Table{name: in.Name, Folder: in.Folder, Doc: in.Doc, Created: in.Created, nextID: in.NextID, Settings: in.settings()}
	id, err := hex.DecodeString(in.ID)
	if err != nil || len(id) != len(t.ID) || in.Name == "" || in.Created < 0 {
		return nil, errors.New("it has no sound name and identity")
	}
	copy(t.ID[:], id)
	names, ids := map[string]bool{}, map[int]bool{}
	var list []Column
	for _, c := range in.Columns {
		kind, err := kindOf(c.Type)
		if err != nil {
			return nil, err
		}
		if c.Name == "" || c.ID < 1 || names[c.Name] || ids[c.ID] {
			return nil, fmt.Errorf("column %q is unsound", c.Name)
		}
		names[c.Name], ids[c.ID] = true, true
		list = append(list, Column{ID: c.ID, Name: c.Name, Kind: kind, Doc: c.Doc})
	}
	t = t.reshaped(list)
	for _, m := range in.Mappings {
		t.Mappings = append(t.Mappings, Mapping(m))
	}
	var segments []*Segment
	for _, s := range in.Segments {
		seg, err := s.segment(root)
		if err == nil && files[s.File] {
			err = errors.New("it is there twice")
		}
		if err != nil {
			return nil, fmt.Errorf("segment %q: %w", s.File, err)
		}
		files[s.File] = true
		segments = append(segments, seg)
	}
	for _, s := range segments {
		for i, id := range s.ids {
			for _, c := range list {
				if c.ID == id && c.Kind != s.kinds[i] {
					return nil, fmt.Errorf("column %q is %s in one place and %s in another", c.Name, c.Kind, s.kinds[i])
				}
			}
		}
	}
	return t.filled(segments), nil
}

func kindOf(name string) (value.Kind, error) {
	kind, ok := value.KindOf(name)
	if !ok {
		return kind, fmt.Errorf("type %q isn't known", name)
	}
	return kind, nil
}

// mostRows is more than any file has; the number of rows decides how much memory its parts take.
const mostRows = 1 << 36

func (in *segmentJSON) segment(root *os.Root) (*Segment, error) {
	id, ok := segmentID(in.File)
	if !ok || in.Rows < 1 || in.Rows > mostRows || in.Bytes < 1 || in.Original < 0 || in.Created < 0 || in.Ingested < 0 || len(in.Columns) == 0 || len(in.Columns) != len(in.Types) {
		return nil, errors.New("it is unsound")
	}
	s := &Segment{ID: id, Created: in.Created, Ingested: in.Ingested, Tags: in.Tags, Bytes: in.Bytes, Original: in.Original, rows: in.Rows, ids: in.Columns, root: root}
	for _, name := range in.Types {
		kind, err := kindOf(name)
		if err != nil {
			return nil, err
		}
		s.kinds = append(s.kinds, kind)
	}
	return s, nil
}

// segmentID reads a segment file's name; ok is false for any other name, so that no manifest leads out of the folder.
func segmentID(name string) (id [16]byte, ok bool) {
	stem, found := strings.CutSuffix(name, ".parquet")
	raw, err := hex.DecodeString(stem)
	if !found || err != nil || len(raw) != len(id) || !bytes.Equal([]byte(stem), []byte(hex.EncodeToString(raw))) {
		return id, false
	}
	copy(id[:], raw)
	return id, true
}
