// One file inside an allowed folder: opened through os.Root, so that neither a link nor ".." leads out of it.

package source

import (
	"context"
	"os"
	"path/filepath"

	"calypso/engine/exec"
)

// OpenIn loads a file of a folder as OpenFile does; name is relative to the folder.
func OpenIn(ctx context.Context, root *os.Root, name string, options Options) (exec.Table, error) {
	table, f, _ := options.formatOf(filepath.ToSlash(name))
	if f == noFormat {
		return nil, unknownFormat(name)
	}
	open := func() (*os.File, error) {
		if err := onlyRegular(root.Stat(name)); err != nil {
			return nil, err
		}
		return root.Open(name)
	}
	return load(ctx, table, name, open, options)
}
