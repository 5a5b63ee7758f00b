package symbol

// This file reads a column list as KQL writes it: (a: long, ['b c']: string, *).

import (
	"fmt"
	"strings"
)

// ParseColumns reads (a: long, ['b c']: string); the outer brackets may be missing, and * says that more columns may exist.
func ParseColumns(text string) (Columns, error) {
	s := strings.TrimSpace(text)
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") {
		s = strings.TrimSpace(s[1 : len(s)-1])
	}
	var columns Columns
	for s != "" {
		if strings.HasPrefix(s, "*") {
			columns.Open = true
			s = strings.TrimSpace(s[1:])
		} else {
			var column *Column
			var err error
			if column, s, err = parseColumn(s); err != nil {
				return Columns{}, err
			}
			columns.List = append(columns.List, column)
		}
		if s == "" {
			break
		}
		if s[0] != ',' {
			return Columns{}, fmt.Errorf("expected a comma before %q", clip(s))
		}
		s = strings.TrimSpace(s[1:])
	}
	return columns, nil
}

func parseColumn(s string) (*Column, string, error) {
	name, rest, err := parseColumnName(s)
	if err != nil {
		return nil, "", err
	}
	rest = strings.TrimSpace(rest)
	if !strings.HasPrefix(rest, ":") {
		return nil, "", fmt.Errorf("expected \": type\" after column %q", name)
	}
	rest = strings.TrimSpace(rest[1:])
	end := strings.IndexAny(rest, ", \t\r\n)")
	if end < 0 {
		end = len(rest)
	}
	typ, ok := ParseType(rest[:end])
	if !ok {
		return nil, "", fmt.Errorf("column %q has the unknown type %q", name, rest[:end])
	}
	return &Column{Name: name, Type: typ}, strings.TrimSpace(rest[end:]), nil
}

func parseColumnName(s string) (name, rest string, err error) {
	if s[0] != '[' {
		end := strings.IndexAny(s, ":,")
		if end <= 0 {
			return "", "", fmt.Errorf("expected name: type, found %q", clip(s))
		}
		return strings.TrimSpace(s[:end]), s[end:], nil
	}
	inner := strings.TrimSpace(s[1:])
	if inner == "" || inner[0] != '\'' && inner[0] != '"' {
		return "", "", fmt.Errorf("expected a quoted name after [ in %q", clip(s))
	}
	quote := inner[0]
	var b []byte
	for i := 1; i < len(inner); i++ {
		switch {
		case inner[i] == '\\' && i+1 < len(inner):
			i++
			b = append(b, inner[i])
		case inner[i] == quote:
			rest := strings.TrimSpace(inner[i+1:])
			if !strings.HasPrefix(rest, "]") {
				return "", "", fmt.Errorf("expected ] after the name in %q", clip(s))
			}
			return string(b), rest[1:], nil
		default:
			b = append(b, inner[i])
		}
	}
	return "", "", fmt.Errorf("the quoted name in %q isn't closed", clip(s))
}

// clip shortens a text that goes into an error.
func clip(s string) string {
	if len(s) <= 40 {
		return s
	}
	return strings.ToValidUTF8(s[:40], "") + "…"
}
