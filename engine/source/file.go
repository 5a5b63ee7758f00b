// One file as a table: its format by its name, opening it plain or through gzip.

package source

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"calypso/engine/exec"
	"calypso/kusto/value"
)

// Header tells whether a delimited file begins with column names.
type Header uint8

// The ways to know a header.
const (
	HeaderAuto  Header = iota // decided by the first record
	HeaderFirst               // the first record is the header
	HeaderNone                // there is none
)

// Options are wishes for a load; the zero value works.
type Options struct {
	Columns  []value.Column // the schema, which then wins: cells that don't fit become null and are counted
	Header   Header
	Comma    byte   // the delimiter of a delimited file; 0 means by the file's name and first line
	MaxBytes int64  // memory that a loaded file may take; 0 means 4 GiB
	Surplus  bool   // cells beyond the given columns are passed over
	Format   string // csv, tsv, json or parquet, whatever the file's name says; "" means by its name
	Record   string // the one of Columns that takes the whole of a JSON object; "" for none

	block, record int // bytes of a block and of the longest record in tests; 0 means blockSize, maxRecord
}

func (o Options) blockBytes() int { return cmp.Or(o.block, blockSize) }

func (o Options) recordBytes() int { return cmp.Or(o.record, maxRecord) }

func (o Options) maxBytes() int64 {
	if o.MaxBytes > 0 {
		return o.MaxBytes
	}
	return 4 << 30
}

// opener opens a source from its start.
type opener func() (io.ReadCloser, error)

// fileFormat is what a file's name says of its contents.
type fileFormat uint8

const (
	noFormat fileFormat = iota
	formatCSV
	formatTSV
	formatJSON
	formatParquet
)

var formatByExtension = map[string]fileFormat{
	".csv": formatCSV, ".tsv": formatTSV, ".tab": formatTSV, ".json": formatJSON, ".ndjson": formatJSON, ".jsonl": formatJSON,
	".parquet": formatParquet,
}

// formatOf splits a file name into the table's name and the format.
func formatOf(name string) (table string, f fileFormat, zipped bool) {
	base := path.Base(name)
	if strings.EqualFold(path.Ext(base), ".gz") {
		base, zipped = base[:len(base)-3], true
	}
	f = formatByExtension[strings.ToLower(path.Ext(base))]
	if f == noFormat || zipped && f == formatParquet {
		return "", noFormat, false
	}
	return strings.TrimSuffix(base, path.Ext(base)), f, zipped
}

// formatOf is formatOf where the options don't say more.
func (o Options) formatOf(name string) (table string, f fileFormat, zipped bool) {
	table, f, zipped = formatOf(name)
	if o.Format != "" {
		zipped = strings.EqualFold(path.Ext(name), ".gz")
		f = formatByExtension["."+o.Format]
		if zipped && f == formatParquet {
			f = noFormat
		}
	}
	return table, f, zipped
}

// OpenFile loads one file that the user named: .csv, .tsv, .tab, .json, .ndjson or .jsonl, each also with .gz, or .parquet. The
// table has the file's name without its extensions.
func OpenFile(ctx context.Context, name string, options Options) (exec.Table, error) {
	table, f, _ := options.formatOf(filepath.ToSlash(name))
	if f == noFormat {
		return nil, unknownFormat(name)
	}
	open := func() (*os.File, error) {
		if err := onlyRegular(os.Stat(name)); err != nil {
			return nil, err
		}
		return os.Open(name)
	}
	return load(ctx, table, name, open, options)
}

func unknownFormat(name string) error {
	return problemf(name, 0, "no known kind of data file; name it .csv, .tsv, .json, .ndjson or .jsonl (or these with .gz), or .parquet")
}

// load makes a table of a file that open opens; shown is its name in errors.
func load(ctx context.Context, table, shown string, open func() (*os.File, error), options Options) (exec.Table, error) {
	_, format, zipped := options.formatOf(filepath.ToSlash(shown))
	plain := func() (io.ReadCloser, error) { return openText(shown, open, zipped) }
	var t *stored
	var err error
	switch format {
	case formatParquet:
		p, err := openParquet(table, shown, open, options)
		if err != nil {
			return nil, err
		}
		return p, nil
	case formatJSON:
		t, err = loadJSON(ctx, shown, plain, options)
	default:
		t, err = loadCSV(ctx, shown, plain, commaOf(format, options), options)
	}
	if err != nil {
		return nil, err
	}
	t.name = table
	return t, nil
}

// commaOf gives the delimiter of a delimited file, 0 where its first line decides.
func commaOf(format fileFormat, options Options) byte {
	if options.Comma == 0 && format == formatTSV {
		return '\t'
	}
	return options.Comma
}

// openText opens a text file, through gzip if it is compressed.
func openText(shown string, open func() (*os.File, error), zipped bool) (io.ReadCloser, error) {
	in, err := open()
	if err != nil {
		return nil, cannotOpen(shown, err)
	}
	if !zipped {
		return in, nil
	}
	return unzip(shown, in)
}

// errNotRegular refuses what isn't a file before it is opened: opening a pipe would wait for its writer.
var errNotRegular = errors.New("it isn't a regular file")

func onlyRegular(info fs.FileInfo, err error) error {
	if err == nil && !info.Mode().IsRegular() {
		return errNotRegular
	}
	return err
}

// zippedFile reads through gzip and names the file when the data is damaged.
type zippedFile struct {
	shown string
	file  io.Closer
	in    *gzip.Reader
}

func unzip(shown string, file io.ReadCloser) (io.ReadCloser, error) {
	in, err := gzip.NewReader(bufio.NewReaderSize(file, 64<<10))
	if err != nil {
		file.Close()
		return nil, damagedGzip(shown, err)
	}
	return &zippedFile{shown, file, in}, nil
}

func damagedGzip(shown string, err error) error {
	return problemf(shown, 0, "isn't whole gzip data (%w); copy or download it again", err)
}

func (z *zippedFile) Read(p []byte) (int, error) {
	n, err := z.in.Read(p)
	if err != nil && err != io.EOF {
		err = damagedGzip(z.shown, err)
	}
	return n, err
}

func (z *zippedFile) Close() error { return z.file.Close() }
