package agent

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"calypso/agent/model/script"
	"calypso/agent/tool"
)

// fullDisk takes the first bytes of a write and no more, while full.
type fullDisk struct {
	*os.File
	full bool
}

func (d *fullDisk) Write(p []byte) (int, error) {
	if !d.full {
		return d.File.Write(p)
	}
	n, _ := d.File.Write(p[:len(p)/2])
	return n, errors.New("no space left on device")
}

// TestFullDisk: half a record on a full disk is taken back, so that what is written once there is room can be read.
func TestFullDisk(t *testing.T) {
	folder := t.TempDir()
	s := store{folder: folder}
	log, err := s.create(Info{ID: "one"}, "test", "")
	if err != nil {
		t.Fatal(err)
	}
	disk := &fullDisk{log.file.(*os.File), true}
	log.file = disk
	if err := log.write(record{T: recordShown, Shown: &Item{ID: "lost"}}); err == nil {
		t.Error("a full disk goes unsaid")
	}
	disk.full = false
	if err := log.write(record{T: recordShown, Shown: &Item{ID: "later"}}); err != nil {
		t.Fatal(err)
	}
	log.close()
	v, log, err := s.open("one", "")
	if err != nil {
		t.Fatal(err)
	}
	defer log.close()
	if len(v.shown) != 1 || v.shown[0].ID != "later" {
		t.Errorf("%+v", v.shown)
	}
}

// TestDamage: of a transcript that is damaged in its middle what follows isn't thrown away: a copy stays.
func TestDamage(t *testing.T) {
	s := store{folder: t.TempDir()}
	log, err := s.create(Info{ID: "one"}, "test", "")
	if err != nil {
		t.Fatal(err)
	}
	path, _ := s.path("one")
	for _, line := range []string{"{\x00\n", `{"t":"shown","shown":{"id":"behind","type":"notice"}}` + "\n"} {
		if _, err := log.file.Write([]byte(line)); err != nil {
			t.Fatal(err)
		}
	}
	log.close()
	if _, log, err = s.open("one", ""); err != nil {
		t.Fatal(err)
	}
	log.close()
	if bad, err := os.ReadFile(path + ".bad"); err != nil || !strings.Contains(string(bad), "behind") {
		t.Errorf("%v %s", err, bad)
	}
	if text, err := os.ReadFile(path); err != nil || strings.Contains(string(text), "\x00") {
		t.Errorf("%v %q", err, text)
	}
}

// TestCommand: a person's own command and what it gave are there after a restart, the model isn't told of them, and where no rows are
// kept what it gave isn't in the file.
func TestCommand(t *testing.T) {
	for history, kept := range map[string]bool{"": true, "no_rows": false} {
		folder, ctx := t.TempDir(), context.Background()
		change := func(o *Options) { o.Folder, o.History = folder, history }
		s := newStage(t, script.New(), change)
		id := s.thread()
		gave := func(at Info) CommandResult {
			if at.ID != id {
				t.Errorf("the command runs in %+v", at)
			}
			return CommandResult{Blocks: []Block{{Text: "TEXAS"}}}
		}
		if _, err := s.agent.Command(ctx, id, "/sample StormEvents", gave); err != nil {
			t.Fatal(err)
		}
		if err := s.agent.Refused(ctx, id, "how many?", &Failure{Kind: "noModel", Message: "no model"}); err != nil {
			t.Fatal(err)
		}
		s.agent.Close()
		s = newStage(t, script.New(), change)
		info, items, err := s.agent.Resume(ctx, id)
		if err != nil || len(items) != 4 || items[1].Type != Command || items[3].Error.Message != "no model" || info.Name != "how many?" {
			t.Fatalf("%v %+v %+v", err, info, items)
		}
		if got := items[1].Run.Blocks[0].Text == "TEXAS"; got != kept {
			t.Errorf("history %q: %+v", history, items[1].Run)
		}
		paths, _ := filepath.Glob(filepath.Join(folder, "*", "*", "*", "*"))
		for _, path := range paths {
			if text, _ := os.ReadFile(path); strings.Contains(string(text), "TEXAS") != kept {
				t.Errorf("history %q: the file says %s", history, text)
			}
		}
		if told := s.agent.threads[id].items; len(told) != 0 {
			t.Errorf("the model is told %s", told)
		}
	}
}

// TestConnectionGone: a thread whose connection is there no more can be read, exported and deleted; asking says what is wrong.
func TestConnectionGone(t *testing.T) {
	folder, ctx := t.TempDir(), context.Background()
	s := newStage(t, script.New("text: yes"), func(o *Options) { o.Folder = folder })
	id := s.thread()
	s.say(id, "hello")
	s.agent.Close()
	s = newStage(t, script.New("text: no"), func(o *Options) {
		o.Folder = folder
		o.Tools = func(context.Context, string, string) (*tool.Set, error) {
			return nil, errors.New("there is no such connection")
		}
	})
	if _, items, err := s.agent.Resume(ctx, id); err != nil || len(items) != 2 {
		t.Fatal(err, items)
	}
	if text, err := s.agent.Export(ctx, id, "markdown"); err != nil || !strings.Contains(text, "hello") {
		t.Error(err, text)
	}
	if err := s.agent.Compact(ctx, id); err == nil || !strings.Contains(err.Error(), "no such connection") {
		t.Error(err)
	}
	s.say(id, "and now?")
	_, items, err := s.agent.Resume(ctx, id)
	if last := items[len(items)-1]; err != nil || last.Error == nil || last.Error.Message != "there is no such connection" {
		t.Errorf("%v %+v", err, last)
	}
	if err := s.agent.Delete(ctx, id); err != nil {
		t.Error(err)
	}
}
