package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
)

// One setting that can't be is no reason to forget the others: who keeps rows from a model and misspells the width of a line still keeps
// them from it.

// Sound gives the part of the editor's section calypso that read takes, and an error for each setting that it doesn't, joined. A wrong
// one counts as not set; of those for signing in none counts then, as half of them would be another sign-in.
func Sound(section []byte, read func(section []byte) error) ([]byte, error) {
	whole := read(section)
	if whole == nil {
		return section, nil
	}
	values, faults := flat(section)
	if values == nil {
		return nil, whole
	}
	for _, s := range EditorSettings {
		value, set := values[s.Name]
		if !set {
			continue
		}
		if err := read(nested(map[string]json.RawMessage{s.Name: value})); err != nil {
			faults = append(faults, s.fault(err))
			delete(values, s.Name)
			if group, _, _ := strings.Cut(s.Name, "."); group == "azureAuth" {
				maps.DeleteFunc(values, func(name string, _ json.RawMessage) bool { return strings.HasPrefix(name, group+".") })
			}
		}
	}
	sound := nested(values)
	if err := read(sound); err != nil {
		return nil, errors.Join(append(faults, err)...) // each is possible, but not all at once
	}
	return sound, errors.Join(faults...)
}

// flat gives the settings of a section by their names; nil where it is no section.
func flat(section []byte) (map[string]json.RawMessage, []error) {
	var groups map[string]json.RawMessage
	if json.Unmarshal(section, &groups) != nil {
		return nil, nil
	}
	values := map[string]json.RawMessage{}
	var faults []error
	for _, s := range EditorSettings {
		group, name, inGroup := strings.Cut(s.Name, ".")
		value, set := groups[group]
		if inGroup && set {
			var members map[string]json.RawMessage
			if json.Unmarshal(value, &members) != nil {
				faults = append(faults, fmt.Errorf("calypso.%s: it is no setting; write calypso.%s or another of its group", group, s.Name))
				delete(groups, group)
			}
			value, set = members[name]
		}
		if set {
			values[s.Name] = value
		}
	}
	return values, faults
}

// nested writes settings as the section that has them.
func nested(values map[string]json.RawMessage) []byte {
	groups := map[string]any{}
	for name, value := range values {
		group, member, inGroup := strings.Cut(name, ".")
		if !inGroup {
			groups[group] = value
			continue
		}
		members, _ := groups[group].(map[string]json.RawMessage)
		if members == nil {
			members = map[string]json.RawMessage{}
			groups[group] = members
		}
		members[member] = value
	}
	section, _ := json.Marshal(groups) // what was read can be written
	return section
}

// fault names the setting as the editor does, and says what it may be.
func (s EditorSetting) fault(err error) error {
	var kind *json.UnmarshalTypeError
	var m *mistake
	switch name := "calypso." + s.Name; {
	case errors.As(err, &kind):
		return fmt.Errorf("%s: %s", name, s.wants())
	case errors.As(err, &m):
		return fmt.Errorf("%s: %s", name, m.message)
	case strings.Contains(err.Error(), name):
		return err
	default:
		return fmt.Errorf("%s: %w", name, err)
	}
}

func (s EditorSetting) wants() string {
	switch {
	case s.Type == "boolean":
		return "choose true or false, without quotes"
	case s.Type == "integer" && s.Max > 0:
		return fmt.Sprintf("write a whole number from %d to %d, without quotes", s.Min, s.Max)
	case s.Type == "object":
		return "write an object of texts, as {\"name\": \"value\"}"
	}
	return "write a text in quotes"
}
