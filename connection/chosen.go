package connection

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"calypso/server"
	"calypso/wholefile"
)

// Which place was chosen for which document, kept over restarts: the newest few hundred choices, in one small file. A document that has
// no name yet, or only the editor knows, is forgotten with the window.

// maxChosen choices are kept; the oldest go first.
const maxChosen = 500

// chosenFile is the form of the file, the newest choice last.
type chosenFile struct {
	Documents []chosenPlace `json:"documents"`
}

type chosenPlace struct {
	URI        string `json:"uri"`
	Connection string `json:"connection"`
	Database   string `json:"database,omitempty"`
}

// Chosen gives the place that was chosen for a document. A connection that isn't there any more is no choice.
func (b *Book) Chosen(uri string) (server.Target, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range slices.Backward(b.choices) {
		if c.URI == uri {
			return server.Target{Connection: c.Connection, Database: c.Database}, b.find(c.Connection) != nil
		}
	}
	return server.Target{}, false
}

// Choose keeps the place that was chosen for a document; the zero Target takes the choice back.
func (b *Book) Choose(uri string, t server.Target) error {
	return b.changeChosen(func(list []chosenPlace) []chosenPlace {
		list = slices.DeleteFunc(list, func(c chosenPlace) bool { return c.URI == uri })
		if t.Connection != "" {
			list = append(list, chosenPlace{uri, t.Connection, t.Database})
		}
		return list[max(0, len(list)-maxChosen):]
	})
}

// leave takes a connection out of all choices.
func (b *Book) leave(connection string) {
	err := b.changeChosen(func(list []chosenPlace) []chosenPlace {
		return slices.DeleteFunc(list, func(c chosenPlace) bool { return c.Connection == connection })
	})
	if err != nil {
		b.log.Warn("the connections of documents can't be written") // Chosen leaves out what isn't there
	}
}

// changeChosen changes what the file holds now: other windows write it too.
func (b *Book) changeChosen(change func([]chosenPlace) []chosenPlace) error {
	if b.chosen == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(b.chosen), 0o700); err != nil {
		return fmt.Errorf("keep the document's connection: %w", err)
	}
	return wholefile.Locked(b.chosen, func() error {
		list, err := readChosen(b.chosen)
		if err != nil {
			return err
		}
		list.Documents = change(list.Documents)
		b.mu.Lock()
		b.choices = list.Documents
		b.mu.Unlock()
		body, err := json.MarshalIndent(list, "", " ")
		if err != nil {
			return err
		}
		return wholefile.Write(b.chosen, append(body, '\n'), 0o600)
	})
}

// readChosen reads the file; none, or none at all, is no choice.
func readChosen(path string) (chosenFile, error) {
	var list chosenFile
	if path == "" {
		return list, nil
	}
	body, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return list, nil
	}
	if err != nil {
		return list, fmt.Errorf("read the connections of documents: %w", err)
	}
	if err := json.Unmarshal(body, &list); err != nil {
		return chosenFile{}, fmt.Errorf("read the connections of documents: %s: %w; delete the file", path, err)
	}
	return list, nil
}
