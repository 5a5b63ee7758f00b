package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"calypso/server/protocol"
	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// Scratch pads: documents that nobody has to save. Each is a real file in a folder of the person's own, so the editor restores it as any
// other; a moment after a change the client is asked to save it.

// scratchView is the tree's name.
const scratchView = "scratchPads"

const (
	scratchEnding = ".kql"
	scratchName   = 100             // characters of a name
	scratchPeek   = 64 << 10        // bytes that are looked into for the tree
	scratchPause  = time.Second     // without a change, before it is saved
	scratchSave   = 5 * time.Second // that saving may take
)

func scratchCommands() []uiCommand {
	file := "make a file NAME.kql"
	return []uiCommand{
		{"newScratchPad", newScratchPad, file},
		{"scratch.open", scratchOpen, "open the file"},
		{"scratch.rename", scratchRename, "rename the file"},
		{"scratch.remove", scratchRemove, "delete the file"},
	}
}

func (s *Server) scratchFolder() (string, error) {
	dir := s.opt.ScratchFolder
	if dir == "" {
		return "", failf(protocol.ErrorFile, "set HOME, or XDG_STATE_HOME", "this machine has no folder for scratch pads")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fileFailure(dir, err)
	}
	return dir, nil
}

// scratchTree lists the pads, the one that was changed last first.
func scratchTree(c *call, node, filter string) ([]protocol.UITreeNode, error) {
	if node != "" {
		return nil, badParams("a scratch pad has no children")
	}
	dir, err := c.scratchFolder()
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fileFailure(dir, err)
	}
	type pad struct {
		node    protocol.UITreeNode
		changed time.Time
	}
	var pads []pad
	for _, e := range entries {
		info, err := e.Info()
		name, ok := strings.CutSuffix(e.Name(), scratchEnding)
		if err != nil || !ok || !info.Mode().IsRegular() {
			continue
		}
		text := peek(filepath.Join(dir, e.Name()))
		if !holds(name, filter) && !holds(text, filter) {
			continue
		}
		pads = append(pads, pad{protocol.UITreeNode{
			ID: "s/" + url.PathEscape(e.Name()), Label: name, Icon: "file-code", Context: "scratch", Command: "scratch.open", Description: gist(text, 60),
			Tooltip: beginning(text, 1000),
		}, info.ModTime()})
	}
	slices.SortStableFunc(pads, func(a, b pad) int { return b.changed.Compare(a.changed) })
	nodes := make([]protocol.UITreeNode, len(pads))
	for i, p := range pads {
		nodes[i] = p.node
	}
	return nodes, nil
}

// peek gives the beginning of a file; "" when it can't be read.
func peek(path string) string {
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	body, err := io.ReadAll(io.LimitReader(file, scratchPeek))
	if err != nil {
		return ""
	}
	return strings.ToValidUTF8(string(body), "")
}

// scratchFault tells what is wrong with a name; taken are the files that are there.
func scratchFault(dir, now string) func(string) string {
	return func(name string) string {
		name = strings.TrimSpace(name)
		bad := strings.ContainsFunc(name, func(r rune) bool { return unicode.IsControl(r) || strings.ContainsRune(`/\:*?"<>|`, r) })
		switch {
		case name == "":
			return "A scratch pad needs a name"
		case bad || strings.HasPrefix(name, ".") || strings.HasSuffix(name, "."):
			return `Leave out / \ : * ? " < > | and dots at the ends`
		case len([]rune(name)) > scratchName:
			return fmt.Sprintf("A name has %d characters at most", scratchName)
		case name == now:
			return ""
		}
		if _, err := os.Lstat(filepath.Join(dir, name+scratchEnding)); !errors.Is(err, fs.ErrNotExist) {
			return "There is a scratch pad with this name already"
		}
		return ""
	}
}

// newScratchPad makes a pad with the next free name and opens it; it can be renamed any time.
func newScratchPad(c *call, _ *protocol.UICommandParams) error {
	dir, err := c.scratchFolder()
	if err != nil {
		return err
	}
	for n := 1; ; n++ {
		path := filepath.Join(dir, fmt.Sprintf("Scratch %d%s", n, scratchEnding))
		file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err == nil {
			err = file.Close()
		}
		if err != nil {
			return fileFailure(path, err)
		}
		c.treeChanged(scratchView, "")
		return c.openFile(c, string(uri.File(path)))
	}
}

// meantScratch gives the path of the pad that a command was called on, or that the person picks.
func (c *call) meantScratch(p *protocol.UICommandParams, what string) (string, error) {
	dir, err := c.scratchFolder()
	if err != nil {
		return "", err
	}
	id := nodeOf(p, scratchView)
	if id == "" {
		nodes, err := scratchTree(c, "", "")
		if err != nil {
			return "", err
		}
		if len(nodes) == 0 {
			c.inform("There is no scratch pad yet.")
			return "", errDismissed
		}
		ask := protocol.UIPickParams{Title: what}
		for _, n := range nodes {
			ask.Items = append(ask.Items, protocol.UIPickItem{ID: n.ID, Label: n.Label, Description: n.Description, Icon: n.Icon})
		}
		if id, err = c.pickOne(c, ask); err != nil {
			return "", err
		}
	}
	name, err := url.PathUnescape(strings.TrimPrefix(id, "s/"))
	if err != nil || name != filepath.Base(name) || !strings.HasSuffix(name, scratchEnding) {
		return "", badParams("the node is no scratch pad")
	}
	return filepath.Join(dir, name), nil
}

func scratchOpen(c *call, p *protocol.UICommandParams) error {
	path, err := c.meantScratch(p, "Open a scratch pad")
	if err != nil {
		return err
	}
	return c.openFile(c, string(uri.File(path)))
}

func scratchRename(c *call, p *protocol.UICommandParams) error {
	path, err := c.meantScratch(p, "Rename a scratch pad")
	if err != nil {
		return err
	}
	dir, now := filepath.Dir(path), strings.TrimSuffix(filepath.Base(path), scratchEnding)
	name, err := c.input(c, protocol.UIInputParams{Title: "Rename scratch pad", Prompt: "Its name", Value: now}, scratchFault(dir, now))
	if name = strings.TrimSpace(name); err != nil || name == now {
		return err
	}
	to := filepath.Join(dir, name+scratchEnding)
	// What was typed just now is on the disk first: a window that ends in the middle would have it under neither name.
	if err := c.askPerson(c, protocol.MethodUISave, protocol.UISaveParams{URI: string(uri.File(path))}, nil); err != nil && !errors.Is(err, errUnasked) {
		return err
	}
	err = c.changeFiles(map[string]any{"kind": "rename", "oldUri": uri.File(path), "newUri": uri.File(to)}, func() error { return os.Rename(path, to) })
	if err != nil {
		return fileFailure(path, err)
	}
	if t, chosen := c.backend.Chosen(string(session.KeyOf(string(uri.File(path))))); chosen {
		err = c.useFor(string(uri.File(to)), t)
	}
	c.treeChanged(scratchView, "")
	return err
}

// scratchRemove asks first: what is in a pad may be nowhere else.
func scratchRemove(c *call, p *protocol.UICommandParams) error {
	path, err := c.meantScratch(p, "Delete a scratch pad")
	if err != nil {
		return err
	}
	name := strings.TrimSuffix(filepath.Base(path), scratchEnding)
	if err := c.confirm(c, protocol.UIConfirmParams{Message: fmt.Sprintf("Delete the scratch pad %s?", name), Button: "Delete"}); err != nil {
		return err
	}
	err = c.changeFiles(map[string]any{"kind": "delete", "uri": uri.File(path)}, func() error { return os.Remove(path) })
	if err != nil {
		return fileFailure(path, err)
	}
	c.treeChanged(scratchView, "")
	return nil
}

// changeFiles has the editor change files, so that its tabs follow; without it they are changed here.
func (c *call) changeFiles(change map[string]any, here func() error) error {
	if c.can.UI {
		var done lsp.ApplyWorkspaceEditResult
		edit := map[string]any{"edit": map[string]any{"documentChanges": []any{change}}}
		if c.callClient(c, lsp.MethodWorkspaceApplyEdit, edit, &done) == nil && done.Applied {
			return nil
		}
	}
	return here()
}

// pads are scratch pads whose changes aren't saved yet. The zero value is ready.
type pads struct {
	mu    sync.Mutex // guards waits
	waits map[string]*time.Timer
}

// padTouched has a pad saved a moment after its last change.
func (s *Server) padTouched(of string) {
	dir := s.opt.ScratchFolder
	if dir == "" || !s.can.UI || !strings.HasPrefix(of, "file:") {
		return
	}
	if path := uri.URI(of).FsPath(); filepath.Dir(path) != filepath.Clean(dir) {
		return
	}
	s.pads.mu.Lock()
	defer s.pads.mu.Unlock()
	if s.pads.waits == nil {
		s.pads.waits = map[string]*time.Timer{}
	}
	if t := s.pads.waits[of]; t != nil {
		t.Reset(scratchPause)
		return
	}
	s.pads.waits[of] = time.AfterFunc(scratchPause, func() { s.savePad(of) })
}

func (s *Server) savePad(of string) {
	defer s.recovered(protocol.MethodUISave, func(error) {})
	s.pads.mu.Lock()
	delete(s.pads.waits, of)
	s.pads.mu.Unlock()
	ctx, stop := context.WithTimeout(s.ctx, scratchSave)
	defer stop()
	if err := s.askPerson(ctx, protocol.MethodUISave, protocol.UISaveParams{URI: of}, nil); err == nil {
		s.treeChanged(scratchView, "")
	}
}
