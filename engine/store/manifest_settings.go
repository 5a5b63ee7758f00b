// The manifest's settings and views.

package store

import (
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
)

type settingsJSON struct {
	Policies map[string]string `json:"policies,omitempty"`
	Roles    []roleJSON        `json:"roles,omitempty"`
}

type roleJSON struct {
	Name      string `json:"name"`
	Principal string `json:"principal"`
	Notes     string `json:"notes,omitempty"`
	Function  string `json:"function,omitempty"`
}

type viewJSON struct {
	Name       string       `json:"name"`
	ID         string       `json:"id"`
	Source     string       `json:"source"`
	Query      string       `json:"query"`
	Columns    []columnJSON `json:"columns"`
	Folder     string       `json:"folder,omitempty"`
	Doc        string       `json:"doc,omitempty"`
	Created    int64        `json:"created"`
	Since      int64        `json:"since,omitempty"`
	Effective  int64        `json:"effective,omitempty"`
	Disabled   bool         `json:"disabled,omitempty"`
	AutoUpdate bool         `json:"autoUpdate,omitempty"`
	settingsJSON
}

type groupJSON struct {
	Name       string `json:"name"`
	Definition string `json:"definition"`
}

func (s Settings) manifest() settingsJSON {
	out := settingsJSON{Policies: s.Policies}
	for _, r := range s.Roles {
		out.Roles = append(out.Roles, roleJSON(r))
	}
	return out
}

func (in settingsJSON) settings() Settings {
	out := Settings{Policies: maps.Clone(in.Policies)}
	for _, r := range in.Roles {
		out.Roles = append(out.Roles, Role(r))
	}
	return out
}

func (v *View) manifest() viewJSON {
	out := viewJSON{
		Name: v.Name, ID: hex.EncodeToString(v.ID[:]), Source: v.Source, Query: v.Query, Folder: v.Folder, Doc: v.Doc, Created: v.Created,
		Since: v.Since, Effective: v.Effective, Disabled: v.Disabled, AutoUpdate: v.AutoUpdate, settingsJSON: v.Settings.manifest(),
	}
	for _, c := range v.Columns {
		out.Columns = append(out.Columns, columnJSON{c.ID, c.Name, c.Kind.String(), c.Doc})
	}
	return out
}

func (in *viewJSON) view() (*View, error) {
	v := &View{
		Name: in.Name, Source: in.Source, Query: in.Query, Folder: in.Folder, Doc: in.Doc, Created: in.Created, Since: in.Since,
		Effective: in.Effective, Disabled: in.Disabled, AutoUpdate: in.AutoUpdate, Settings: in.settings(),
	}
	id, err := hex.DecodeString(in.ID)
	if err != nil || len(id) != len(v.ID) || in.Name == "" || in.Source == "" || len(in.Columns) == 0 {
		return nil, errors.New("it has no sound name, source and columns")
	}
	copy(v.ID[:], id)
	names := map[string]bool{}
	for _, c := range in.Columns {
		kind, err := kindOf(c.Type)
		if err != nil || c.Name == "" || names[c.Name] {
			return nil, fmt.Errorf("column %q is unsound", c.Name)
		}
		names[c.Name] = true
		v.Columns = append(v.Columns, Column{ID: c.ID, Name: c.Name, Kind: kind, Doc: c.Doc})
	}
	return v, nil
}
