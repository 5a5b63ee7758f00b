package source

import (
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"calypso/engine/exec"
	"calypso/kusto/value"
)

// show prints a table the way the cases expect it: a line of name:type, then a line a row, cells joined by |, null as ∅.
func show(t testing.TB, table exec.Table) string {
	t.Helper()
	var out strings.Builder
	for i, c := range table.Columns() {
		if i > 0 {
			out.WriteByte('|')
		}
		out.WriteString(c.Name + ":" + c.Kind.String())
	}
	out.WriteByte('\n')
	rows := int64(0)
	all := make([]int, len(table.Columns()))
	for i := range all {
		all[i] = i
	}
	for s := range table.Segments() {
		b, err := table.Segment(context.Background(), s, all)
		if err != nil {
			t.Fatal(err)
		}
		rows += int64(b.N)
		for r := range b.N {
			for i, v := range b.Cols {
				if v.N != b.N {
					t.Fatalf("segment %d, column %d: %d rows instead of %d", s, i, v.N, b.N)
				}
				if i > 0 {
					out.WriteByte('|')
				}
				out.WriteString(cellText(v, r))
			}
			out.WriteByte('\n')
		}
	}
	if rows != table.Rows() {
		t.Fatalf("%d rows read, %d promised", rows, table.Rows())
	}
	return out.String()
}

func cellText(v *value.Vector, r int) string {
	switch {
	case v.IsNull(r):
		return "∅"
	case v.Kind == value.Dynamic:
		return v.Dynamics[r].String()
	}
	return value.DynAt(v, r).Text()
}

// writeFile puts a file into a test's folder; a name ending in .gz is compressed.
func writeFile(t testing.TB, dir, name, text string) string {
	t.Helper()
	data := []byte(text)
	if strings.HasSuffix(name, ".gz") {
		var out bytes.Buffer
		z := gzip.NewWriter(&out)
		z.Write(data)
		z.Close()
		data = out.Bytes()
	}
	full := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return full
}

// textCase is a text file and the table, or the error, that it gives.
type textCase struct {
	name, file, text string
	options          Options
	want             string // as show prints it, or "error: " and the error without the folder
}

func runTextCases(t *testing.T, cases []textCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			table, err := OpenFile(context.Background(), writeFile(t, dir, c.file, c.text), c.options)
			got := ""
			if err != nil {
				got = "error: " + strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), "")
			} else {
				got = show(t, table)
			}
			if strings.TrimSpace(got) != strings.TrimSpace(c.want) {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}
