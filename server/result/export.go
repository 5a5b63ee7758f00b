package result

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
)

// chunk is how many bytes gather before they are written to the file.
const chunk = 256 << 10

// Export writes all rows of the view to a file. The file has another name until it is whole, so that a cancelled or failed export
// leaves the target as it was. progress, when given, hears of rows and bytes now and then.
func (v *View) Export(ctx context.Context, name, target string, progress func(rows, bytes int64)) (rows, bytes int64, err error) {
	f, err := newFormat(name, true)
	if err != nil {
		return 0, 0, err
	}
	if len(v.Table.Columns) == 0 {
		return 0, 0, badf("the table has no columns")
	}
	part := filepath.Join(filepath.Dir(target), "."+filepath.Base(target)+"."+rand.Text()[:8]+".part")
	file, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666) // the umask says who may read it
	if err != nil {
		return 0, 0, err
	}
	defer func() {
		if err != nil {
			_ = file.Close()
			_ = os.Remove(part)
		}
	}()
	put := func(out []byte) error {
		n, err := file.Write(out)
		bytes += int64(n)
		return err
	}
	all := Area{EndRow: v.Rows(), EndColumn: len(v.Table.Columns)}
	out, err := v.write(nil, f, all, 0, func(out []byte) ([]byte, error) {
		rows++
		if len(out) < chunk {
			return out, nil
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		err := put(out)
		if progress != nil {
			progress(rows, bytes)
		}
		return out[:0], err
	})
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = put(out)
	}
	if err == nil {
		err = file.Close()
	}
	if err == nil {
		err = os.Rename(part, target)
	}
	return rows, bytes, err
}
