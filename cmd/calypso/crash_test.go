package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// kills is how often the process is killed; CALYPSO_KILLS=200 runs the whole test, of which each run of the tests is a part.
func kills(t *testing.T) int {
	text := os.Getenv("CALYPSO_KILLS")
	if text == "" {
		return 20
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("CALYPSO_KILLS=%q is no number of kills", text)
	}
	return n
}

// crashed is what is known of a database that a killed process left: batches of rows by their number.
type crashed struct {
	acknowledged map[int]int // rows of the batches that were answered
	unsure       map[int]int // rows of those that weren't: all of them are there, or none
	replaced     int         // the last answered state of the table that is replaced again and again
}

// TestKill starts the real process, lets clients append batches of rows, small ones and such as go to files of their own, and another
// replace a table's rows, kills it in the middle of that, and starts it again: every batch that was answered is whole there, every other
// one whole or not at all; the replaced table has the rows of one state, the last that was answered or the one after it; a table that
// an update policy fills and a materialized view have what their source gives.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: the process isn't killed")
	}
	program := ownProgram(t)
	dir := filepath.Join(t.TempDir(), "db")
	state := &crashed{acknowledged: map[int]int{}, unsure: map[int]int{}}
	r := rand.New(rand.NewPCG(11, 12))
	appends := 0
	for kill := range kills(t) {
		p := startServe(t, program, dir)
		if kill == 0 {
			for _, command := range []string{
				".create tables T (batch: long, row: long, text: string), R (state: long, row: long), S (batch: long, n: long)",
				`.alter table S policy update @'[{"IsEnabled": true, "Source": "T", "Query": "T | summarize n = count() by batch", "IsTransactional": true}]'`,
				".create materialized-view V on table T { T | summarize n = count() by batch }",
			} {
				if err := p.command(command); err != nil {
					t.Fatal(err)
				}
			}
		} else {
			state.check(t, p, kill)
		}
		appends += state.appendUntilKilled(t, p, r, kill)
	}
	p := startServe(t, program, dir)
	state.check(t, p, -1)
	p.kill()
	files, err := os.ReadDir(filepath.Join(dir, "segments"))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d kills, %d batches answered in all, %d rows, %d files", kills(t), appends, state.rows(), len(files))
}

func (s *crashed) rows() (n int) {
	for _, rows := range s.acknowledged {
		n += rows
	}
	return n
}

// appendUntilKilled lets two clients append until the process dies at a random moment.
func (s *crashed) appendUntilKilled(t *testing.T, p *process, r *rand.Rand, kill int) int {
	var mu sync.Mutex
	var clients sync.WaitGroup
	answered := 0
	for client := range 2 {
		seed := r.Uint64()
		clients.Go(func() {
			mine := rand.New(rand.NewPCG(seed, 1))
			for i := 0; ; i++ {
				batch, rows := kill*100_000+client*50_000+i, 1+mine.IntN(20)
				if mine.IntN(8) == 0 {
					rows = 66_000 + mine.IntN(1000) // more than a segment: written to a file before the change
				}
				mu.Lock()
				s.unsure[batch] = rows
				mu.Unlock()
				if p.command(fmt.Sprintf(".append T <| range row from 1 to %d step 1 | project batch = long(%d), row, text = strcat('row ', row)", rows, batch)) != nil {
					return
				}
				mu.Lock()
				delete(s.unsure, batch)
				s.acknowledged[batch] = rows
				answered++
				mu.Unlock()
			}
		})
	}
	clients.Go(func() {
		for state := s.replaced + 1; ; state++ {
			if p.command(fmt.Sprintf(".set-or-replace R <| range row from 1 to %d step 1 | project state = long(%d), row", 1+state%50, state)) != nil {
				return
			}
			s.replaced = state // nobody else looks before the process is dead
		}
	})
	clients.Go(func() {
		for { // whoever reads meanwhile sees one state, never a part of two
			rows, err := p.query("R | summarize count(), max(row) by state")
			if err != nil {
				return
			}
			var cells []int
			if len(rows) > 1 || len(rows) == 1 && (json.Unmarshal(rows[0], &cells) != nil || cells[1] != 1+cells[0]%50 || cells[2] != cells[1]) {
				t.Errorf("a reader saw %s", rows)
				return
			}
		}
	})
	time.Sleep(time.Duration(1+r.IntN(150)) * time.Millisecond) // the moment of the kill is what the test varies
	p.kill()
	clients.Wait()
	return answered
}

// check holds what a fresh process finds against what is known.
func (s *crashed) check(t *testing.T, p *process, kill int) {
	t.Helper()
	rows, err := p.query("T | summarize n = count(), least = min(row), most = max(row), texts = countif(text == strcat('row ', row)) by batch")
	if err != nil {
		t.Fatalf("after kill %d: %v", kill, err)
	}
	found := map[int]int{}
	for _, row := range rows {
		var cells []int
		if err := json.Unmarshal(row, &cells); err != nil || len(cells) != 5 {
			t.Fatalf("after kill %d: row %s", kill, row)
		}
		if n := cells[1]; cells[2] != 1 || cells[3] != n || cells[4] != n {
			t.Errorf("after kill %d: batch %d is broken: %s", kill, cells[0], row)
		}
		found[cells[0]] = cells[1]
	}
	for batch, n := range s.acknowledged {
		if found[batch] != n {
			t.Fatalf("after kill %d: batch %d was answered with %d rows, %d are there", kill, batch, n, found[batch])
		}
		delete(found, batch)
	}
	for batch, n := range found {
		if s.unsure[batch] != n {
			t.Fatalf("after kill %d: batch %d has %d rows, %d were to come", kill, batch, n, s.unsure[batch])
		}
		s.acknowledged[batch] = n
	}
	clear(s.unsure)
	s.checkReplaced(t, p, kill)
	for _, derived := range []string{"S", "V"} {
		rows, err := p.query("T | summarize n = count() by batch | join kind=fullouter " + derived + " on batch | where n != n1 | take 5")
		if err != nil || len(rows) > 0 {
			t.Fatalf("after kill %d: %s, which an update policy fills or a view gives, differs from its source: %s, %v", kill, derived, rows, err)
		}
	}
}

func (s *crashed) checkReplaced(t *testing.T, p *process, kill int) {
	t.Helper()
	rows, err := p.query("R | summarize count(), max(row) by state")
	if err != nil {
		t.Fatalf("after kill %d: %v", kill, err)
	}
	if len(rows) == 0 && s.replaced == 0 {
		return
	}
	var cells []int
	if len(rows) != 1 || json.Unmarshal(rows[0], &cells) != nil || len(cells) != 3 {
		t.Fatalf("after kill %d: the replaced table has rows of %d states: %s", kill, len(rows), rows)
	}
	if state := cells[0]; state != s.replaced && state != s.replaced+1 || cells[1] != 1+state%50 || cells[2] != cells[1] {
		t.Fatalf("after kill %d: the replaced table is %v, its last state that was answered is %d", kill, cells, s.replaced)
	}
	s.replaced = cells[0]
}

// process is a running server.
type process struct {
	cmd *exec.Cmd
	url string
}

var listens = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

func startServe(t *testing.T, program, dir string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(program, "serve", "--listen", "127.0.0.1:0", "--db", dir)}
	var stderr bytes.Buffer
	p.cmd.Stderr = &stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	if p.url = listens.FindString(line); p.url == "" {
		p.kill()
		t.Fatalf("the server didn't start: %v %q %s", err, line, stderr.String())
	}
	return p
}

// kill ends the process at once, as kill -9 does.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

func (p *process) post(path, text string) ([]byte, error) {
	body, err := json.Marshal(map[string]any{"csl": text, "properties": map[string]any{"Options": map[string]any{"notruncation": true}}})
	if err != nil {
		return nil, err
	}
	resp, err := http.Post(p.url+path, "application/json", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", resp.Status, answer)
	}
	return answer, err
}

func (p *process) command(text string) error {
	answer, err := p.post("/v1/rest/mgmt", text)
	if err == nil && !strings.HasSuffix(strings.TrimSpace(string(answer)), "}") {
		err = io.ErrUnexpectedEOF // the answer was cut: nobody was told
	}
	return err
}

func (p *process) query(text string) ([]json.RawMessage, error) {
	answer, err := p.post("/v1/rest/query", text)
	if err != nil {
		return nil, err
	}
	var out struct {
		Tables []struct{ Rows []json.RawMessage }
	}
	if err := json.Unmarshal(answer, &out); err != nil || len(out.Tables) == 0 {
		return nil, fmt.Errorf("%w: %s", err, answer)
	}
	return out.Tables[0].Rows, nil
}
