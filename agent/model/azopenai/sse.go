package azopenai

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// maxLine bounds one line of a stream, and one event.
const maxLine = 32 << 20

// errLine is a stream with a line that is too long to be an event.
var errLine = errors.New("a line of the stream is too long")

// events reads server-sent events and hands on their data, each with beat called for every line that comes, comments too. A last
// event without the blank line that should end it counts. It stops at take's false or error.
func events(r io.Reader, beat func(), take func(data []byte) (bool, error)) error {
	lines := bufio.NewReaderSize(r, 64<<10)
	var data []byte
	dispatch := func() (bool, error) {
		if data == nil {
			return true, nil
		}
		event := data
		data = nil
		return take(event)
	}
	for {
		line, err := readLine(lines)
		beat()
		if err != nil {
			if errors.Is(err, io.EOF) {
				_, err = dispatch()
			}
			return err
		}
		if len(line) == 0 {
			if more, err := dispatch(); err != nil || !more {
				return err
			}
			continue
		}
		if rest, ok := bytes.CutPrefix(line, []byte("data:")); ok {
			if data != nil {
				data = append(data, '\n')
			}
			if data = append(data, bytes.TrimPrefix(rest, []byte(" "))...); len(data) > maxLine {
				return errLine
			}
			if data == nil {
				data = []byte{}
			}
		}
	}
}

// readLine reads a line without its end; what stands before the stream's end without one is a line too.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxLine:
			return nil, errLine
		case err == nil, errors.Is(err, io.EOF) && len(line) > 0:
			return bytes.TrimRight(line, "\r\n"), nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}
