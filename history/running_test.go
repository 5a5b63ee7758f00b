package history

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// begun keeps a run that has only begun, as the process with this number would.
func begun(t *testing.T, path, text string, process int) {
	t.Helper()
	l := Open(path, 10)
	if _, err := l.Begin(Entry{At: time.Now(), Text: text}); err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	own, other := `"process":`+strconv.Itoa(os.Getpid()), `"process":`+strconv.Itoa(process)
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(body), own, other)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// ended gives the number of a process that there isn't any more.
func ended(t *testing.T) int {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^$")
	if err := child.Run(); err != nil {
		t.Fatal(err)
	}
	return child.Process.Pid
}

// A run is seen from its end on, with how it ended, by this process and by others; in memory too.
func TestBeginAndEnd(t *testing.T) {
	onDisk, path := open(t, 10)
	for name, l := range map[string]*Log{"disk": onDisk, "memory": Open("", 10)} {
		add(t, l, "before")
		id, err := l.Begin(Entry{At: time.Now(), Text: "T", Connection: "c"})
		if err != nil {
			t.Fatal(err)
		}
		add(t, l, "between")
		if got := texts(t, l, ""); got != "between|before" {
			t.Errorf("%s: while it runs: %s", name, got)
		}
		if _, ok := l.Find(id); ok {
			t.Errorf("%s: it is found while it runs", name)
		}
		if err := l.End(id, Entry{Status: "done", Database: "Samples", Ms: 7, Rows: 3}); err != nil {
			t.Fatal(err)
		}
		e, ok := l.Find(id)
		if !ok || e.Text != "T" || e.Connection != "c" || e.Database != "Samples" || e.Status != "done" || e.Ms != 7 || e.Rows != 3 || e.Process != 0 {
			t.Errorf("%s: %+v", name, e)
		}
	}
	if got := texts(t, Open(path, 10), ""); got != "between|T|before" {
		t.Errorf("another process reads %s", got)
	}
}

// What is deleted while it runs stays deleted, and what a rewriting process finds running, runs on.
func TestEndOfDeleted(t *testing.T) {
	l, path := open(t, 10)
	gone, err := l.Begin(Entry{At: time.Now(), Text: "canary"})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Clear(); err != nil {
		t.Fatal(err)
	}
	stays, err := l.Begin(Entry{At: time.Now(), Text: "T"})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Remove(add(t, l, "other")); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{gone, stays, ""} {
		if err := l.End(id, Entry{Status: "done"}); err != nil {
			t.Fatal(err)
		}
	}
	body, _ := os.ReadFile(path)
	if got := texts(t, l, ""); got != "T" || strings.Contains(string(body), gone) {
		t.Errorf("left: %s in %s", got, body)
	}
}

// A run is cut off when its process is gone, when its process's number is ours or long somebody else's; not while its process is there.
func TestCutOff(t *testing.T) {
	_, path := open(t, 10)
	begun(t, path, "killed", ended(t))
	begun(t, path, "elsewhere", os.Getppid())
	begun(t, path, "same number", os.Getpid())
	l := Open(path, 10)
	add(t, l, "after")
	list, _, err := l.List("", 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range list {
		got = append(got, e.Text+":"+e.Status+":"+e.Error)
	}
	if want := "after:done:|same number:failed:server ended|killed:failed:server ended"; strings.Join(got, "|") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "|"), want)
	}
	for i := range l.entries {
		l.entries[i].At = time.Now().Add(-2 * longest)
	}
	if got := texts(t, l, ""); got != "after|same number|elsewhere|killed" {
		t.Errorf("two days later: %s", got)
	}
}

// IDs has every entry that is kept, one that runs too, and none that was deleted.
func TestIDs(t *testing.T) {
	l, _ := open(t, 2)
	if ids, err := l.IDs(); err != nil || len(ids) != 0 {
		t.Errorf("without a file: %v, %v", ids, err)
	}
	var made []string
	for range 3 {
		id, err := l.Begin(Entry{At: time.Now(), Text: "x"})
		if err != nil {
			t.Fatal(err)
		}
		made = append(made, id)
	}
	if err := l.Remove(made[1]); err != nil {
		t.Fatal(err)
	}
	ids, err := l.IDs()
	if err != nil || ids[made[1]] || !ids[made[2]] {
		t.Errorf("of %v: %v, %v", made, ids, err)
	}
}
