package parameter

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"calypso/wholefile"
)

// documents is of how many documents values are kept; those that were given longest ago go first.
const documents = 200

// Memory keeps the values that a person gave last, as they were entered, by document and name. Values are data of the person's: the file
// is for nobody else, and one that can't be read or written costs the memory, no query.
type Memory struct {
	file string // "" keeps for as long as the process runs

	mu   sync.Mutex // guards list
	list []kept     // the newest last
}

type kept struct {
	Document string            `json:"document"`
	Values   map[string]string `json:"values"`
}

// OpenMemory reads a file of values; one that isn't there, or is broken, is an empty one.
func OpenMemory(file string) *Memory {
	m := &Memory{file: file}
	m.list = m.read()
	return m
}

func (m *Memory) read() []kept {
	if m.file == "" {
		return nil
	}
	body, err := os.ReadFile(m.file)
	if err != nil {
		return nil
	}
	var list []kept
	if json.Unmarshal(body, &list) != nil {
		return nil
	}
	return list
}

// Values gives what is kept for a document.
func (m *Memory) Values(document string) map[string]string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if i := m.find(document); i >= 0 {
		return maps.Clone(m.list[i].Values)
	}
	return nil
}

func (m *Memory) find(document string) int {
	return slices.IndexFunc(m.list, func(k kept) bool { return k.Document == document })
}

// Keep sets values of a document; a value of "" is forgotten.
func (m *Memory) Keep(document string, values map[string]string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if fresh := m.read(); fresh != nil {
		m.list = fresh // another window may have written
	}
	now := kept{Document: document, Values: map[string]string{}}
	if i := m.find(document); i >= 0 {
		maps.Copy(now.Values, m.list[i].Values)
		m.list = slices.DeleteFunc(m.list, func(k kept) bool { return k.Document == document }) // a file may name one twice
	}
	maps.Copy(now.Values, values)
	maps.DeleteFunc(now.Values, func(_, v string) bool { return v == "" })
	if len(now.Values) > 0 {
		m.list = append(m.list, now)
	}
	m.list = m.list[max(0, len(m.list)-documents):]
	return m.write()
}

func (m *Memory) write() error {
	if m.file == "" {
		return nil
	}
	body, err := json.Marshal(m.list)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(m.file), 0o700); err != nil {
		return err
	}
	return wholefile.Write(m.file, append(body, '\n'), 0o600)
}
