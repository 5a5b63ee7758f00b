package agent

// Transcripts: a file per thread, a JSON record a line, only ever appended to. A record is on disk before what it says is acted on,
// so that a process that ends anywhere leaves a thread that goes on. Never a token, key or header is in one.

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// The records.
const (
	recordMeta      = "meta"      // the first: the program's version and Info
	recordInfo      = "info"      // the thread as it is now
	recordItem      = "item"      // one item for the model, raw
	recordShown     = "shown"     // one or several finished items of the screen
	recordUnshown   = "unshown"   // items of the screen taken back
	recordCut       = "cut"       // the model is told only the first Length items from now on
	recordCompacted = "compacted" // the model is told these items in place of all before
	recordTurn      = "turn"      // a turn's end
	recordQuery     = "query"     // audit: what was sent, then what came of it
	recordApproval  = "approval"  // audit: who allowed what
)

type record struct {
	T         string            `json:"t"`
	At        int64             `json:"at"` // Unix milliseconds
	Version   string            `json:"version,omitempty"`
	Info      *Info             `json:"info,omitempty"`
	Raw       json.RawMessage   `json:"raw,omitempty"`
	Shown     *Item             `json:"shown,omitempty"`
	ShownList []Item            `json:"shownList,omitempty"`
	IDs       []string          `json:"ids,omitempty"`
	Length    int               `json:"length,omitempty"`
	Items     []json.RawMessage `json:"items,omitempty"`
	Turn      *Turn             `json:"turn,omitempty"`
	Query     *audit            `json:"query,omitempty"`
	Approval  *approved         `json:"approval,omitempty"`
}

// audit is one query: what was sent, and later what came of it, under one request id.
type audit struct {
	RequestID string `json:"requestId"`
	Text      string `json:"text,omitempty"`
	Edited    bool   `json:"edited,omitempty"`
	Rows      int64  `json:"rows,omitempty"`
	Ms        int64  `json:"ms,omitempty"`
	Failed    string `json:"failed,omitempty"`
}

type approved struct {
	ID       string  `json:"id"`
	Query    string  `json:"query"`
	Reason   string  `json:"reason"`
	Decision string  `json:"decision"`
	Edited   *string `json:"edited,omitempty"`
}

// logFile is what a transcript needs of its file: what is written goes behind what is there.
type logFile interface {
	io.WriteCloser
	Stat() (fs.FileInfo, error)
	Truncate(size int64) error
}

// transcript is one thread's file. The zero value keeps nothing: a thread in memory.
type transcript struct {
	mu     sync.Mutex // guards file, and that records are written whole
	file   logFile
	only   bool // for reading: another process writes it
	noRows bool // results aren't kept
	off    bool // nothing is, for now
}

// keep sets how much is written from now on.
func (t *transcript) keep(history string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.noRows, t.off = history == "no_rows", history == off
}

// adopt goes on in another's file.
func (t *transcript) adopt(other *transcript) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.file, t.only, t.noRows, t.off = other.file, other.only, other.noRows, false
}

// absent tells whether there is no file.
func (t *transcript) absent() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.file == nil
}

// missing tells whether there is no file, or one that lacks what came meanwhile.
func (t *transcript) missing() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.file == nil || t.off
}

func (t *transcript) readOnly() bool { return t.only }

func (t *transcript) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.file != nil {
		_ = t.file.Close()
		t.file = nil
	}
}

// write appends records, all or none as far as a file can.
func (t *transcript) write(records ...record) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.file == nil || t.only || t.off {
		return nil
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	for _, r := range records {
		r.At = time.Now().UnixMilli()
		if t.noRows {
			r = withoutRows(r)
		}
		if err := e.Encode(r); err != nil {
			return fmt.Errorf("the thread can't be written: %w", err)
		}
	}
	return t.append(out.Bytes())
}

// append writes all of some records or none: half a one would hide all that follows it.
func (t *transcript) append(records []byte) error {
	before, err := t.file.Stat()
	if err == nil {
		_, err = t.file.Write(records)
	}
	if err == nil {
		return nil
	}
	if before != nil {
		_ = t.file.Truncate(before.Size()) // where even this fails, reading stops at the half
	}
	return fmt.Errorf("the thread can't be written: %w", err)
}

// withoutRows leaves results out of a record: what tools gave may hold rows.
func withoutRows(r record) record {
	hidden := json.RawMessage(`{"notKept":true}`)
	if typeOf(r.Raw) == "function_call_output" {
		var item struct {
			CallID string `json:"call_id"`
		}
		_ = json.Unmarshal(r.Raw, &item)
		out, err := json.Marshal(map[string]string{"type": "function_call_output", "call_id": item.CallID, "output": string(hidden)})
		if err == nil {
			r.Raw = out
		}
	}
	if r.Shown != nil && len(r.Shown.Result) > 0 {
		item := *r.Shown
		item.Result = hidden
		r.Shown = &item
	}
	if r.Shown != nil && r.Shown.Run != nil && len(r.Shown.Run.Blocks) > 0 {
		item, run := *r.Shown, *r.Shown.Run
		run.Blocks = []Block{{Text: "What it gave isn't kept."}}
		item.Run, r.Shown = &run, &item
	}
	r.Items, r.ShownList = slices.Clone(r.Items), slices.Clone(r.ShownList)
	for i := range r.Items {
		r.Items[i] = withoutRows(record{Raw: r.Items[i]}).Raw
	}
	for i := range r.ShownList {
		r.ShownList[i] = *withoutRows(record{Shown: &r.ShownList[i]}).Shown
	}
	return r
}

// store is the folder of transcripts: agent/YYYY/MM/DD/<id>.jsonl below it.
type store struct {
	folder string
}

// off keeps no transcript.
const off = "off"

func (s *store) create(info Info, version, history string) (*transcript, error) {
	if s.folder == "" || history == off {
		return &transcript{}, nil
	}
	dir := filepath.Join(s.folder, time.UnixMilli(info.Created).UTC().Format("2006/01/02"))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("the folder of threads can't be made: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(dir, info.ID+".jsonl"), os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the thread can't be written: %w", err)
	}
	t := &transcript{file: file, noRows: history == "no_rows"}
	t.only = !lock(file)
	return t, t.write(record{T: recordMeta, Version: version, Info: &info})
}

// saved is what a transcript holds.
type saved struct {
	info  Info
	items []json.RawMessage
	shown []Item
	seq   int64
}

// path finds a thread's file.
func (s *store) path(id string) (string, error) {
	if s.folder == "" || strings.ContainsAny(id, `/\*?[`) || id == "" {
		return "", unknownThread(id)
	}
	found, err := filepath.Glob(filepath.Join(s.folder, "*", "*", "*", id+".jsonl"))
	if err != nil || len(found) == 0 {
		return "", unknownThread(id)
	}
	return found[0], nil
}

// open reads a thread and opens its file to go on.
func (s *store) open(id, history string) (saved, *transcript, error) {
	path, err := s.path(id)
	if err != nil {
		return saved{}, nil, err
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_RDWR, 0o600)
	if err != nil {
		return saved{}, nil, fmt.Errorf("the thread can't be read: %w", err)
	}
	t := &transcript{file: file, noRows: history == "no_rows", off: history == off, only: !lock(file)}
	v, good, err := load(file)
	if err == nil && !t.only {
		err = cutTo(file, good) // a torn last line would spoil the next one
	}
	if err != nil {
		t.close()
		return saved{}, nil, err
	}
	before := len(v.items)
	v.items = answered(v.items)
	for _, raw := range v.items[before:] {
		if err := t.write(record{T: recordItem, Raw: raw}); err != nil {
			t.close()
			return saved{}, nil, err
		}
	}
	return v, t, nil
}

// cutTo takes off what can't be read at a file's end: the torn line of a process that ended. More than that is damage, and is kept in
// a copy.
func cutTo(file *os.File, good int64) error {
	if _, err := file.Seek(good, io.SeekStart); err != nil {
		return err
	}
	rest, err := io.ReadAll(file)
	if err != nil || len(rest) == 0 {
		return err
	}
	if bytes.IndexByte(rest, '\n') >= 0 {
		whole, err := os.ReadFile(file.Name())
		if err == nil {
			err = os.WriteFile(file.Name()+".bad", whole, 0o600)
		}
		if err != nil {
			return fmt.Errorf("the thread is damaged, and no copy can be made: %w", err)
		}
	}
	return file.Truncate(good)
}

// load reads records up to the first that is torn; good is where that begins.
func load(r io.Reader) (v saved, good int64, err error) {
	lines := bufio.NewReaderSize(r, 1<<20)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return v, good, fmt.Errorf("the thread can't be read: %w", err)
		}
		var one record
		if len(line) == 0 || line[len(line)-1] != '\n' || json.Unmarshal(line, &one) != nil {
			break
		}
		good += int64(len(line))
		v.apply(one)
	}
	if v.info.ID == "" {
		return v, 0, errors.New("the thread can't be read: its file doesn't begin as one; delete it")
	}
	return v, good, nil
}

// apply plays one record.
func (v *saved) apply(r record) {
	v.seq++
	switch r.T {
	case recordMeta, recordInfo:
		if r.Info != nil {
			v.info = *r.Info
		}
	case recordItem:
		v.items = append(v.items, r.Raw)
	case recordCut:
		v.items = v.items[:min(max(r.Length, 0), len(v.items))]
	case recordCompacted:
		v.items = r.Items
	case recordShown:
		if r.Shown != nil {
			v.shown = append(v.shown, *r.Shown)
		}
		v.shown = append(v.shown, r.ShownList...)
	case recordUnshown:
		v.shown = slices.DeleteFunc(v.shown, func(i Item) bool { return slices.Contains(r.IDs, i.ID) })
	}
}

// unshow takes finished items back from the screen.
func (t *thread) unshow(ids []string) {
	t.mu.Lock()
	t.shown = slices.DeleteFunc(t.shown, func(i Item) bool { return slices.Contains(ids, i.ID) })
	t.mu.Unlock()
	_ = t.log.write(record{T: recordUnshown, IDs: ids})
}

func (s *store) remove(id string) error {
	path, err := s.path(id)
	if err != nil {
		return nil // it was in memory only
	}
	_ = os.Remove(path + ".bad") // there is one after damage only
	return os.Remove(path)
}

// list reads what is told of each thread: the last info record near its file's end, else the first of all.
func (s *store) list(history string) (map[string]Info, error) {
	all := map[string]Info{}
	if s.folder == "" || history == off {
		return all, nil
	}
	err := filepath.WalkDir(s.folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".jsonl" {
			return nil //nolint:nilerr // a folder that can't be read has no threads for us
		}
		if info, ok := infoOf(path); ok {
			all[info.ID] = info
		}
		return nil
	})
	return all, err
}

// edge is how much of a file's beginning and end is read for the list.
const edge = 64 << 10

func infoOf(path string) (Info, bool) {
	file, err := os.Open(path)
	if err != nil {
		return Info{}, false
	}
	defer file.Close()
	var info Info
	read := func(r io.Reader) {
		lines := bufio.NewScanner(r)
		lines.Buffer(nil, edge)
		for lines.Scan() {
			var one record
			if bytes.Contains(lines.Bytes(), []byte(`"info":{`)) && json.Unmarshal(lines.Bytes(), &one) == nil && one.Info != nil {
				info = *one.Info
			}
		}
	}
	read(io.LimitReader(file, edge))
	if size, err := file.Seek(0, io.SeekEnd); err == nil && size > edge {
		if _, err := file.Seek(size-edge, io.SeekStart); err == nil {
			read(file)
		}
	}
	return info, info.ID != ""
}

// pageOf gives one page of a list: by last use, newest first.
func pageOf(all map[string]Info, cursor string, limit int) (page []Info, next string, err error) {
	list := make([]Info, 0, len(all))
	for _, info := range all {
		list = append(list, info)
	}
	slices.SortFunc(list, func(a, b Info) int { return cmp.Or(-cmp.Compare(a.Updated, b.Updated), -cmp.Compare(a.ID, b.ID)) })
	if cursor != "" {
		at := slices.IndexFunc(list, func(i Info) bool { return i.ID == cursor })
		list = list[at+1:]
	}
	if limit <= 0 {
		limit = 50
	}
	if len(list) > limit {
		return list[:limit], list[limit-1].ID, nil
	}
	return list, "", nil
}
