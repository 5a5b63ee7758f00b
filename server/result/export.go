package result

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"

	"calypso/kusto/value"
)

// chunk is how many bytes gather before they are written to the file.
const chunk = 256 << 10

// File is an export under way: rows in one format, in a file that has another name until it is whole. Close gives it its name, Abort
// takes it away; one of them must be called. A cancelled or failed export so leaves the target as it was.
type File struct {
	Rows, Bytes int64

	ctx    context.Context
	format format
	target string
	file   *os.File
	buffer []byte
	done   bool
}

// Create begins a file. columns are those of the rows that follow.
func Create(ctx context.Context, name, target string, columns []value.Column) (*File, error) {
	f, err := newFormat(name, true)
	if err != nil {
		return nil, err
	}
	if len(columns) == 0 {
		return nil, badf("the table has no columns")
	}
	part := filepath.Join(filepath.Dir(target), "."+filepath.Base(target)+"."+rand.Text()[:8]+".part")
	file, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666) // the umask says who may read it
	if err != nil {
		return nil, err
	}
	return &File{ctx: ctx, format: f, target: target, file: file, buffer: f.begin(make([]byte, 0, chunk+chunk/4), columns)}, nil
}

// Row adds a row: the cells of row i of each vector.
func (f *File) Row(cells []*value.Vector, i int) error {
	f.buffer = f.format.row(f.buffer, cells, i)
	f.Rows++
	if len(f.buffer) < chunk {
		if f.Rows%1024 == 0 { // a format may keep rows for itself
			return f.ctx.Err()
		}
		return nil
	}
	return f.flush()
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

func (f *File) flush() error {
	if err := f.ctx.Err(); err != nil {
		return err
	}
	if err := failed(f.format); err != nil {
		return err
	}
	n, err := f.file.Write(f.buffer)
	f.Bytes += int64(n)
	f.buffer = f.buffer[:0]
	return err
}

// failed is what went wrong in a format that can fail.
func failed(f format) error {
	if f, ok := f.(interface{ failure() error }); ok {
		return f.failure()
	}
	return nil
}

// Close ends the file and gives it its name. After an error nothing is left of it.
func (f *File) Close() error {
	defer f.Abort()
	f.buffer = f.format.end(f.buffer)
	if err := f.flush(); err != nil {
		return err
	}
	if err := f.file.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.file.Name(), f.target); err != nil {
		return err
	}
	f.done = true
	return nil
}

// Abort takes the file away, unless it was closed.
func (f *File) Abort() {
	if !f.done {
		f.done = true
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
