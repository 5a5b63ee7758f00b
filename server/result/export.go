package result

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"calypso/kusto/value"
)

const (
	// chunk is how many bytes gather before they are written to the file.
	chunk = 256 << 10
	// unwatched is how many cells are written at most before it is asked whether anybody still wants them: a few ms of work.
	unwatched = 1 << 13
)

// File is an export under way: rows in one format, in a file that has another name until it is whole. Close gives it its name, Abort
// takes it away; one of them must be called. A cancelled or failed export so leaves the target as it was.
//
// A cancel takes the file's name away at once, whatever its writer is waiting for: a disk may hold a write up for as long as it likes. Where
// the system keeps the names of open files, Abort does it.
type File struct {
	Rows, Bytes int64
	Target      string // the file that it will be

	ctx    context.Context
	format format
	file   *os.File
	buffer []byte
	own    []byte // what the format wrote by itself
	cells  int    // since the last look at ctx
	whole  bool   // all of it is on the disk
	done   bool
	kept   func() bool // ends that a cancel takes the file away; false when one did
}

// selfWriting is a format that writes pieces by itself, rather than append rows. Without a writer it appends all of them in the end.
type selfWriting interface{ writeTo(io.Writer) }

// Create begins a file. columns are those of the rows that follow.
func Create(ctx context.Context, name, target string, columns []value.Column) (*File, error) {
	f, err := newFormat(name, true)
	if err != nil {
		return nil, err
	}
	if len(columns) == 0 {
		return nil, badf("the table has no columns")
	}
	target, perm, err := replaceable(target)
	if err != nil {
		return nil, err
	}
	part := filepath.Join(filepath.Dir(target), ".export-"+rand.Text()+".part") // no longer than a name may be, however long the target's is
	file, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return nil, err
	}
	out := &File{ctx: ctx, format: f, Target: target, file: file}
	out.kept = context.AfterFunc(ctx, func() { _ = os.Remove(part) })
	if f, ok := f.(selfWriting); ok {
		f.writeTo(out)
	} else {
		out.buffer = make([]byte, 0, chunk+chunk/4)
	}
	out.buffer = f.begin(out.buffer, columns)
	return out, nil
}

// replaceable finds out, before all the work, whether a file can have this name: the file that a link leads to, and its rights. Those of
// a new one are the umask's matter.
func replaceable(target string) (string, fs.FileMode, error) {
	if real, err := filepath.EvalSymlinks(target); err == nil {
		target = real
	}
	info, err := os.Stat(target)
	fault := ""
	switch {
	case err != nil:
		return target, 0o666, nil // making it says what is wrong, if anything
	case info.IsDir():
		fault = "it is a folder"
	case !info.Mode().IsRegular():
		fault = "it is no regular file"
	case info.Mode().Perm()&0o200 == 0:
		fault = "it is there already, and marked as read-only"
	}
	if fault != "" {
		return "", 0, &fs.PathError{Op: "replace", Path: target, Err: errors.New(fault)}
	}
	return target, info.Mode().Perm(), nil
}

// Row adds a row: the cells of row i of each vector.
func (f *File) Row(cells []*value.Vector, i int) error {
	f.buffer = f.format.row(f.buffer, cells, i)
	f.Rows++
	if len(f.buffer) >= chunk {
		return f.flush()
	}
	if f.cells += len(cells); f.cells >= unwatched {
		return f.wanted()
	}
	return nil
}

// wanted tells why no more rows are to come, if so.
func (f *File) wanted() error {
	f.cells = 0
	if err := f.ctx.Err(); err != nil {
		return err
	}
	return failed(f.format)
}

// Batch adds all rows of a batch.
func (f *File) Batch(b *value.Batch) error {
	for i := range b.N {
		if err := f.Row(b.Cols, i); err != nil {
			return err
		}
	}
	return nil
}

// Write takes a piece of a format that writes by itself. An error ends its work on what is still to come: a row group of Parquet can take
// far longer than a person waits after a click on Cancel.
func (f *File) Write(piece []byte) (int, error) {
	if err := f.ctx.Err(); err != nil {
		return 0, err
	}
	if len(f.own)+len(piece) > chunk {
		if err := f.put(f.own); err != nil {
			return 0, err
		}
		f.own = f.own[:0]
	}
	if len(piece) >= chunk {
		if err := f.put(piece); err != nil {
			return 0, err
		}
		return len(piece), nil
	}
	f.own = append(f.own, piece...)
	return len(piece), nil
}

// flush brings what gathered to the disk.
func (f *File) flush() error {
	if err := f.wanted(); err != nil {
		return err
	}
	for _, gathered := range []*[]byte{&f.own, &f.buffer} {
		if err := f.put(*gathered); err != nil {
			return err
		}
		*gathered = (*gathered)[:0]
	}
	return nil
}

func (f *File) put(data []byte) error {
	n, err := f.file.Write(data)
	f.Bytes += int64(n)
	return err
}

// failed is what went wrong in a format that can fail.
func failed(f format) error {
	if f, ok := f.(interface{ failure() error }); ok {
		return f.failure()
	}
	return nil
}

// Seal ends the file without giving it its name: what can go wrong with its rows has gone wrong by then.
func (f *File) Seal() error {
	if f.whole {
		return nil
	}
	f.buffer = f.format.end(f.buffer)
	if err := f.flush(); err != nil {
		return err
	}
	err := f.file.Close()
	if err == nil && !f.kept() {
		err = f.ctx.Err()
	}
	f.whole = err == nil
	return err
}

// Close ends the file and gives it its name. After an error nothing is left of it.
func (f *File) Close() error {
	defer f.Abort()
	if err := f.Seal(); err != nil {
		return err
	}
	if err := os.Rename(f.file.Name(), f.Target); err != nil {
		return err
	}
	f.done = true
	return nil
}

// Abort takes the file away, unless it was closed.
func (f *File) Abort() {
	if !f.done {
		f.done = true
		f.kept()
		_ = f.file.Close()
		_ = os.Remove(f.file.Name())
	}
}

// Export writes all rows of the view to a file; headings of groups aren't rows. progress, when given, hears of rows and bytes now and
// then.
func (v *View) Export(ctx context.Context, name, target string, progress func(rows, bytes int64)) (rows, bytes int64, err error) {
	f, err := Create(ctx, name, target, v.Columns())
	if err != nil {
		return 0, 0, err
	}
	defer f.Abort()
	plain := *v
	plain.groups = nil
	cells := make([]*value.Vector, 0, len(v.Columns()))
	for row := range plain.Rows() {
		of, i, _ := plain.cells(row, cells)
		if err := f.Row(of, i); err != nil {
			return f.Rows, f.Bytes, err
		}
		if row%often == 0 && progress != nil {
			progress(f.Rows, f.Bytes)
		}
	}
	err = f.Close()
	return f.Rows, f.Bytes, err
}
