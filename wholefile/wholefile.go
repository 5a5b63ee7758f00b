// Package wholefile replaces a file at once or not at all: whoever reads it finds the old bytes or the new ones, whatever happens
// in between, and of two programs that write at once the last one wins. It makes no folders and takes no locks.
//
// Start at Write.
package wholefile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// TempPrefix begins the names of the files that a program which was killed may leave beside its target.
const TempPrefix = ".calypso-new-"

// Write puts body into the file at path. A new file gets the rights perm, one that is there keeps its own. A symbolic link stays
// one: what it points to is replaced.
func Write(path string, body []byte, perm fs.FileMode) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if info, err := os.Stat(path); err == nil {
		if !info.Mode().IsRegular() {
			return &fs.PathError{Op: "replace", Path: path, Err: errors.New("it is no regular file")}
		}
		perm = info.Mode().Perm()
	}
	next, err := os.CreateTemp(filepath.Dir(path), TempPrefix+"*")
	if err != nil {
		return about(path, err)
	}
	_, err = next.Write(body)
	err = errors.Join(err, next.Close())
	if err == nil {
		err = os.Chmod(next.Name(), perm)
	}
	if err == nil {
		err = os.Rename(next.Name(), path)
	}
	if err != nil {
		_ = os.Remove(next.Name()) // the error that counts is told already
		return about(path, err)
	}
	return nil
}

// about names the file that was meant: nobody knows the new one's name.
func about(path string, err error) error {
	var p *fs.PathError
	var l *os.LinkError
	switch {
	case errors.As(err, &p):
		err = p.Err
	case errors.As(err, &l):
		err = l.Err
	}
	return &fs.PathError{Op: "write", Path: path, Err: err}
}
