package server

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"
	"sync/atomic"

	"go.lsp.dev/jsonrpc2"
	"go.uber.org/zap"
)

// The library's stream takes frames up to 1 GiB, never gives its buffers back, and ends the connection at a message that is
// JSON but no JSON-RPC. This one refuses big frames, shrinks, and answers what it can.

const (
	maxFrame   = 64 << 20 // bytes of one message; a bigger one is refused
	keepBuffer = 1 << 20  // buffers above this are given back after use
	maxHeader  = 16 << 10 // bytes of one frame's header, and of the read buffer that holds it
	peekBytes  = 4 << 10  // bytes of a refused message that are searched for its id
)

// errFraming marks input after which no message boundary can be found again.
var errFraming = errors.New("broken framing")

// stream is the wire: Content-Length frames on a pair of pipes. Reads come from one goroutine, writes from many.
type stream struct {
	in    *bufio.Reader
	out   io.Writer
	close func() error
	trace *tracer
	log   *zap.Logger

	rbuf []byte

	mu   sync.Mutex // guards out and wbuf: a frame is one write
	wbuf []byte

	afterwards afterwards

	broken atomic.Pointer[error] // why reading ended, when the input was broken
	ended  chan struct{}         // closed when nothing more will be read
}

func newStream(in io.Reader, out io.Writer, close func() error, trace *tracer, log *zap.Logger) *stream {
	return &stream{
		in: bufio.NewReaderSize(in, maxHeader), out: out, close: close, trace: trace, log: log, ended: make(chan struct{}),
	}
}

// ReadFrame gives the next message that is fit to be dispatched; it answers the others itself. The bytes are valid until the
// next call.
func (s *stream) ReadFrame(ctx context.Context) (body []byte, n int64, err error) {
	defer func() {
		if err != nil {
			close(s.ended) // the library reads no more after an error
		}
	}()
	for {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		body, n, err := s.frame()
		if err != nil {
			if !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				s.broken.Store(&err)
			}
			return nil, 0, err
		}
		if body != nil && s.fit(ctx, body) {
			s.trace.received(body)
			return body, n, nil
		}
		if err := s.broken.Load(); err != nil {
			return nil, 0, *err
		}
	}
}

// fit tells whether the library can dispatch the body. A message that is JSON but no JSON-RPC is answered with -32600; one that
// is no JSON means that the framing is off: answered with -32700, and the end.
func (s *stream) fit(ctx context.Context, body []byte) bool {
	if b := bytes.TrimLeft(body, " \t\r\n"); len(b) > 0 && b[0] == '[' {
		if _, err := jsonrpc2.ParseRequests(body); err == nil {
			return true
		}
	} else if _, err := jsonrpc2.DecodeMessage(body); err == nil {
		return true
	}
	if !validJSON(body) {
		err := fmt.Errorf("%w: the body is no JSON", errFraming)
		s.refuse(ctx, jsonrpc2.ID{}, jsonrpc2.NewError(jsonrpc2.ParseError, "the message is no JSON"))
		s.broken.Store(&err)
		return false
	}
	s.log.Warn("a message is no JSON-RPC", zap.Int("bytes", len(body)))
	s.refuse(ctx, idOf(body), jsonrpc2.NewError(jsonrpc2.InvalidRequest, "the message is no JSON-RPC 2.0 request"))
	return false
}

// frame reads one frame; a nil body is one that was refused.
func (s *stream) frame() ([]byte, int64, error) {
	length, err := s.header()
	if err != nil {
		return nil, 0, err
	}
	if length > maxFrame {
		return nil, 0, s.skip(length)
	}
	if cap(s.rbuf) < length || (cap(s.rbuf) > keepBuffer && length <= keepBuffer) {
		s.rbuf = make([]byte, length)
	}
	body := s.rbuf[:length]
	if _, err := io.ReadFull(s.in, body); err != nil {
		return nil, 0, fmt.Errorf("%w: the input ends within a message", errFraming)
	}
	return body, int64(length), nil
}

// skip passes over a message that is too big, and answers it if its id stands near its beginning.
func (s *stream) skip(length int) error {
	head := make([]byte, min(peekBytes, length))
	if _, err := io.ReadFull(s.in, head); err != nil {
		return fmt.Errorf("%w: the input ends within a message", errFraming)
	}
	if _, err := io.CopyN(io.Discard, s.in, int64(length-len(head))); err != nil {
		return fmt.Errorf("%w: the input ends within a message", errFraming)
	}
	s.log.Error("a message is too big and was dropped", zap.Int("bytes", length), zap.Int("limit", maxFrame))
	if id := idOf(head); id.IsValid() {
		s.refuse(context.Background(), id, jsonrpc2.Errorf(jsonrpc2.InvalidRequest,
			"the message has %d bytes, more than the limit of %d", length, maxFrame))
	}
	return nil
}

// header reads up to the blank line and gives the body's length. Other fields than Content-Length are ignored.
func (s *stream) header() (int, error) {
	length, total := -1, 0
	for {
		line, err := s.in.ReadSlice('\n')
		total += len(line)
		switch {
		case err == io.EOF && total == 0:
			return 0, io.EOF
		case err != nil || total > maxHeader:
			return 0, fmt.Errorf("%w: no header ends within %d bytes", errFraming, maxHeader)
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		name, value, ok := bytes.Cut(line, []byte(":"))
		if !ok {
			return 0, fmt.Errorf("%w: a header line has no colon", errFraming)
		}
		if !bytes.EqualFold(bytes.TrimSpace(name), []byte("Content-Length")) {
			continue
		}
		n, err := strconv.ParseUint(string(bytes.TrimSpace(value)), 10, 31)
		if err != nil {
			return 0, fmt.Errorf("%w: Content-Length is no number of bytes", errFraming)
		}
		length = int(n)
	}
	if length <= 0 {
		return 0, fmt.Errorf("%w: no Content-Length", errFraming)
	}
	return length, nil
}

// Read is the library's way for streams without frames; it is here for the interface.
func (s *stream) Read(ctx context.Context) (jsonrpc2.Message, int64, error) {
	body, n, err := s.ReadFrame(ctx)
	if err != nil {
		return nil, 0, err
	}
	m, err := jsonrpc2.DecodeMessage(body)
	return m, n, err
}

// Write sends one message.
func (s *stream) Write(ctx context.Context, m jsonrpc2.Message) (int64, error) {
	n, err := s.send(ctx, func(b []byte) []byte { return jsonrpc2.AppendMessage(b, m) })
	s.afterwards.wrote(m)
	return n, err
}

// WriteFrame sends a body that is encoded already: the answers of a batch.
func (s *stream) WriteFrame(ctx context.Context, body []byte) (int64, error) {
	n, err := s.send(ctx, func(b []byte) []byte { return append(b, body...) })
	s.afterwards.wroteBatch()
	return n, err
}

func (s *stream) refuse(ctx context.Context, id jsonrpc2.ID, why *jsonrpc2.Error) {
	if _, err := s.Write(ctx, jsonrpc2.NewResponse(id, nil, why)); err != nil {
		s.log.Warn("an answer couldn't be written", zap.Error(err))
	}
}

// headerRoom is as many bytes as the longest header takes; the body is written behind it, the header then right before it.
const headerRoom = len("Content-Length: ") + 20 + len("\r\n\r\n")

func (s *stream) send(_ context.Context, body func([]byte) []byte) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if cap(s.wbuf) < headerRoom {
		s.wbuf = make([]byte, headerRoom, 4<<10)
	}
	b := body(s.wbuf[:headerRoom])
	s.wbuf = b
	if cap(b) > keepBuffer {
		s.wbuf = nil
	}
	s.trace.sent(b[headerRoom:])
	var head [headerRoom]byte
	h := append(head[:0], "Content-Length: "...)
	h = strconv.AppendInt(h, int64(len(b)-headerRoom), 10)
	h = append(h, "\r\n\r\n"...)
	start := headerRoom - len(h)
	copy(b[start:], h)
	n, err := s.out.Write(b[start:])
	return int64(n), err
}

// Close ends both directions.
func (s *stream) Close() error { return s.close() }
