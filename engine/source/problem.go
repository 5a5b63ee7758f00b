// What is wrong with a file, in words: file, line, what was found, what to do next.

package source

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
)

// Error tells what is wrong with a source. Its text is "file:line: what; next step".
type Error struct {
	File string // as the user knows it: relative to the opened folder, or the path given
	Line int64  // 1-based line where a text format is wrong, 0 when there is none
	Text string // what was found and what to do next
	Err  error  // the cause, nil when the text says it all
}

func (e *Error) Error() string {
	at := e.File
	if e.Line > 0 {
		at += ":" + strconv.FormatInt(e.Line, 10)
	}
	return at + ": " + e.Text
}

func (e *Error) Unwrap() error { return e.Err }

// problemf makes an Error; a %w in the format is kept as its cause.
func problemf(file string, line int64, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{File: file, Line: line, Text: err.Error(), Err: errors.Unwrap(err)}
}

// cannotOpen words an error of the file system, without the path that the system repeats.
func cannotOpen(file string, err error) *Error {
	text := "can't be opened: " + bareReason(err)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		text = "no such file or folder; check the path"
	case errors.Is(err, fs.ErrPermission):
		text = "permission denied; make it readable for this user"
	}
	return &Error{File: file, Text: text, Err: err}
}

// bareReason takes the operation and the path off a file system error.
func bareReason(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}
