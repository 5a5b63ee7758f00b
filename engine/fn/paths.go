// File paths and command lines, taken apart.

package fn

import (
	"strings"

	"calypso/kusto/value"
)

var pathFamily = []scalar{
	simple("parse_path", value.Dynamic, fallible(value.Dynamic, parseFilePath), value.String),
	simple("parse_command_line", value.Dynamic, commandLineBody, value.String, value.String),
}

// parseFilePath names the parts of a path of Windows or Unix. Of schemes only file: with a drive is known to be told apart as
// the real engine does.
func parseFilePath(s string) (value.Dyn, bool, error) {
	refusal := &NotBuilt{Name: "parse_path", Detail: "a path of this form"}
	scheme, rest, hasScheme := strings.Cut(s, "://")
	if !hasScheme {
		scheme, rest = "", s
	} else if scheme != "file" || !startsWithDrive(rest) {
		return value.Dyn{}, false, refusal
	}
	root := ""
	if startsWithDrive(rest) {
		root = rest[:3]
	}
	last := strings.LastIndexAny(rest, `\/`)
	if last < 0 || last == len(rest)-1 || root != "" && last == 2 || last == 0 {
		return value.Dyn{}, false, refusal
	}
	directory, file := rest[:last], rest[last+1:]
	folder := directory[strings.LastIndexAny(directory, `\/`)+1:]
	file, stream, _ := strings.Cut(file, ":")
	if folder == "" || file == "" || strings.ContainsAny(stream, ":") || strings.Contains(directory[min(len(root), len(directory)):], ":") {
		return value.Dyn{}, false, refusal
	}
	extension := ""
	if dot := strings.LastIndexByte(file, '.'); dot >= 0 {
		if extension = file[dot+1:]; extension == "" || dot == 0 {
			return value.Dyn{}, false, refusal
		}
	}
	text := value.DynOfString
	return value.NewBag(
		[]string{"Scheme", "RootPath", "DirectoryPath", "DirectoryName", "Filename", "Extension", "AlternateDataStreamName"},
		[]value.Dyn{text(scheme), text(root), text(directory), text(folder), text(file), text(extension), text(stream)}), true, nil
}

func startsWithDrive(s string) bool {
	return len(s) > 2 && lowerByte(s[0]) >= 'a' && lowerByte(s[0]) <= 'z' && s[1] == ':' && (s[2] == '\\' || s[2] == '/')
}

// commandLineBody: parse_command_line(text, "windows").
func commandLineBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	const name = "parse_command_line"
	out := make([]value.Dyn, n)
	for i := range out {
		if a[1].Strings[i&a[1].Mask()] != "windows" {
			return nil, &BadArgument{Name: name, Index: 1, Why: `must be "windows"`}
		}
		s := a[0].Strings[i&a[0].Mask()]
		words, ok := windowsWords(s)
		if !ok {
			return nil, &NotBuilt{Name: name, Detail: "an empty text, or a quote that is escaped, doubled or left open,"}
		}
		out[i] = stringArray(words)
	}
	return vectorOf(value.Dynamic, out, nil), nil
}

// windowsWords splits at blanks and tabs outside of quotes. What programs on Windows don't all read alike gives false.
func windowsWords(s string) ([]string, bool) {
	if strings.Contains(s, `\"`) || strings.Contains(s, `""`) || strings.Count(s, `"`)%2 != 0 || strings.Trim(s, " \t") != s || s == "" {
		return nil, false
	}
	var words []string
	var word strings.Builder
	quoted, open := false, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			quoted, open = !quoted, true
		case !quoted && (c == ' ' || c == '\t'):
			if open {
				words = append(words, word.String())
				word.Reset()
			}
			open = false
		case c < ' ':
			return nil, false
		default:
			word.WriteByte(c)
			open = true
		}
	}
	return append(words, word.String()), true
}
