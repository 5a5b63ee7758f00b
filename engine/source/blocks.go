// Reading a text file in blocks of whole records: one goroutine reads and cuts, several parse, and the results come out in the
// file's order, whatever the number of workers.

package source

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"sync"
	"unicode/utf8"
)

const (
	blockSize = 2 << 20
	// maxRecord bounds one record: a forgotten quote or a file that is one long line ends in a message, not in memory.
	maxRecord = 64 << 20
	// padding lets a scanner read eight bytes at a time past the end of a block.
	padding = 8
)

// block is some whole records of a file.
type block struct {
	index int
	data  []byte // followed by padding bytes within its capacity
	line  int64  // number of its first line
	final bool   // the file ends with it; it may be empty
}

// cutter finds where records end.
type cutter interface {
	// cut gives the end of the last whole record in data, which starts at a record; 0 when there is none. At the end of the
	// file (final) it gives len(data).
	cut(data []byte, final bool) int
}

// blockReader reads blocks one after the other.
type blockReader struct {
	file  string
	in    io.Reader
	cut   cutter
	size  int // bytes to read at a time
	limit int // bytes of the longest record
	rest  []byte
	line  int64
	index int
	ended bool             // nothing is left to read
	final bool             // the last block was given
	spare func(int) []byte // a buffer of that capacity, with padding
}

// next gives the next block, or io.EOF.
func (r *blockReader) next() (*block, error) {
	buf := append(r.buffer(max(r.size, len(r.rest)))[:0], r.rest...)
	for {
		if !r.ended {
			var err error
			if buf, err = r.fill(buf); err != nil {
				return nil, err
			}
		}
		if r.index == 0 && r.line == 0 {
			if err := r.start(&buf); err != nil {
				return nil, err
			}
		}
		if r.final || len(buf) == 0 && r.index == 0 {
			return nil, io.EOF
		}
		if end := r.cut.cut(buf, r.ended); end > 0 || r.ended {
			return r.emit(buf, end), nil
		}
		if len(buf) >= r.limit {
			return nil, problemf(r.file, r.line, "the record that starts here doesn't end within %d bytes; look for a quote or bracket that isn't closed, or split the file", r.limit)
		}
		grown := append(r.buffer(2 * cap(buf))[:0], buf...)
		buf = grown
	}
}

func (r *blockReader) buffer(size int) []byte {
	if r.spare != nil {
		return r.spare(size)
	}
	return make([]byte, 0, size+padding)
}

// fill reads until buf is full, or to the end of the file.
func (r *blockReader) fill(buf []byte) ([]byte, error) {
	for room := cap(buf) - padding; len(buf) < room; {
		n, err := r.in.Read(buf[len(buf):room])
		buf = buf[:len(buf)+n]
		if err == io.EOF {
			r.ended = true
			return buf, nil
		}
		if err != nil {
			return nil, readProblem(r.file, err)
		}
	}
	return buf, nil
}

// start looks at the first bytes of the file: it drops a byte order mark and refuses what is no text.
func (r *blockReader) start(buf *[]byte) error {
	r.line = 1
	b := *buf
	if bytes.HasPrefix(b, []byte{0xff, 0xfe}) || bytes.HasPrefix(b, []byte{0xfe, 0xff}) {
		return problemf(r.file, 1, "is UTF-16; save it as UTF-8")
	}
	if bytes.HasPrefix(b, []byte("PAR1")) {
		return problemf(r.file, 0, "is a Parquet file by its content; name it .parquet")
	}
	if bytes.HasPrefix(b, []byte("PK\x03\x04")) || bytes.HasPrefix(b, []byte{0x1f, 0x8b}) {
		return problemf(r.file, 0, "is a compressed file by its content; unpack it, or name it .gz if it is gzip")
	}
	*buf = append(b[:0], bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))...)
	return nil
}

func (r *blockReader) emit(buf []byte, end int) *block {
	r.final = r.ended
	b := &block{index: r.index, data: buf[:end], line: r.line, final: r.final}
	r.rest = append(r.rest[:0], buf[end:]...)
	r.line += int64(bytes.Count(b.data, newline))
	r.index++
	return b
}

var newline = []byte{'\n'}

// readProblem words an error met while reading.
func readProblem(file string, err error) error {
	var known *Error
	if errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return problemf(file, 0, "can't be read: %s", bareReason(err))
}

// checkText refuses a block with bytes that aren't UTF-8 text: replacing them would make different values equal.
func (b *block) checkText(file string) error {
	if i := bytes.IndexByte(b.data, 0); i >= 0 {
		return problemf(file, b.lineAt(i), "a NUL byte; this isn't a text file, or it was damaged")
	}
	if utf8.Valid(b.data) {
		return nil
	}
	for i := 0; i < len(b.data); {
		if b.data[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b.data[i:])
		if r == utf8.RuneError && n == 1 {
			return problemf(file, b.lineAt(i), "byte 0x%02x isn't UTF-8; convert the file, for example with iconv -f WINDOWS-1252 -t UTF-8", b.data[i])
		}
		i += n
	}
	return nil
}

// lineAt gives the number of the line that holds byte i of the block.
func (b *block) lineAt(i int) int64 { return b.line + int64(bytes.Count(b.data[:i], newline)) }

// parsed is what a worker makes of a block.
type parsed[T any] struct {
	value T
	err   error
}

type job[T any] struct {
	block *block
	done  chan parsed[T]
}

// eachBlock parses the blocks of r in parallel and hands the results to take in the file's order. The first error in that order
// ends it. No goroutine is left when it returns.
func eachBlock[T any](ctx context.Context, r *blockReader, parse func(*block) (T, error), take func(T) error) error {
	ctx, stop := context.WithCancel(ctx)
	workers := runtime.GOMAXPROCS(0)
	work, ordered := make(chan job[T]), make(chan job[T], workers+1)
	var pool sync.Pool
	r.spare = func(size int) []byte {
		if b, ok := pool.Get().(*[]byte); ok && cap(*b) >= size+padding {
			return (*b)[: 0 : size+padding] // blocks end where they would without the pool
		}
		return make([]byte, 0, size+padding)
	}
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	running.Go(func() {
		defer close(work)
		defer close(ordered)
		produce(ctx, r, work, ordered)
	})
	for range workers {
		running.Go(func() {
			for j := range work {
				v, err := parse(j.block)
				buf := j.block.data[:0]
				pool.Put(&buf)
				j.done <- parsed[T]{v, err}
			}
		})
	}
	for j := range ordered {
		p := <-j.done
		if p.err != nil {
			return p.err
		}
		if err := take(p.value); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// produce reads blocks and hands each to the workers and, in order, to the taker.
func produce[T any](ctx context.Context, r *blockReader, work, ordered chan<- job[T]) {
	for {
		b, err := r.next()
		if err == io.EOF {
			return
		}
		j := job[T]{block: b, done: make(chan parsed[T], 1)}
		if err != nil {
			j.done <- parsed[T]{err: err}
		}
		select {
		case ordered <- j:
		case <-ctx.Done():
			return
		}
		if err != nil {
			return
		}
		select {
		case work <- j:
		case <-ctx.Done():
			j.done <- parsed[T]{err: ctx.Err()}
			return
		}
	}
}
