package identity

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"sync"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"calypso/auth"
	"calypso/internal/fakeentra"
)

// buffer is a text that many goroutines write.
type buffer struct {
	mu   sync.Mutex // guards text
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// sealed looks into every file below a folder: none can be read by others, and nothing in it is a secret that can be read at all.
func sealed(t *testing.T, folder string, marks *regexp.Regexp) {
	t.Helper()
	_ = filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		body, err := os.ReadFile(path)
		if err != nil || marks.Match(body) || bytes.Contains(body, []byte("RefreshToken")) {
			t.Errorf("%s can be read: %v", path, err)
		}
		if info, err := d.Info(); err != nil || runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is open to others", path)
		}
		return nil
	})
}

// TestNothingLeaks runs sign-in through its ways and failures with the log at its most talkative, and looks for what the fake marks as
// secret: in the log, in errors however they are printed, in what people are told, in the stacks that a crash would dump, and in every
// file. Only the sealed session may hold any, and it can't be read.
func TestNothingLeaks(t *testing.T) {
	marks := regexp.MustCompile(fakeentra.Markers)
	var log, told buffer
	core := zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), zapcore.AddSync(&log), zapcore.DebugLevel)
	for _, text := range []string{
		"[azure_auth]\nmode = \"device_code\"\nstorage = \"file\"\n",
		"[azure_auth]\nmode = \"default\"\nstorage = \"file\"\n",
		"[azure_auth]\nmode = \"client_secret\"\ntenant_id = \"" + fakeentra.Tenant + "\"\nclient_id = \"app\"\nclient_secret = \"FAKE-RIGHT\"\n",
		"[azure_auth]\nmode = \"client_secret\"\ntenant_id = \"" + fakeentra.Tenant + "\"\nclient_id = \"app\"\nclient_secret = \"FAKE-WRONG\"\n",
		"[azure_auth]\nmode = \"managed_identity\"\n",
	} {
		var folder string
		ids, fake, ui := start(t, text, func(o *Options) {
			folder = o.Folder
			o.Log = zap.New(core)
			o.Say = func(s string) { fmt.Fprintln(&told, s) }
			o.Changed = func(id *Identity, s auth.Status) { fmt.Fprintf(&told, "%+v %v %#v\n", s, s.Err, id.Block) }
		})
		fake.Set(func(k *fakeentra.Knobs) { k.Apps = map[string]fakeentra.App{"app": {Secret: "FAKE-RIGHT"}} })
		client := cluster(t, ids, "https://one.kusto.windows.net")
		note := func(err error) { fmt.Fprintf(&told, "%v|%+v|%#v\n", err, err, err) }
		ask := func() {
			_, err := get(t, client, "https://one.kusto.windows.net/v2/rest/query")
			note(err)
		}
		ask()
		fake.RevokeAccess()
		ask()
		fake.Set(func(k *fakeentra.Knobs) {
			k.Claims = map[string]string{"one.kusto.windows.net": `{"access_token":{"x":{"essential":true}}}`}
		})
		fake.RevokeAccess()
		ask()
		fake.Set(func(k *fakeentra.Knobs) {
			k.Claims = nil
			k.Edit = func(_ fakeentra.Call, m map[string]any) { delete(m, "token_type"); m["expires_in"] = "soon" }
		})
		fake.RevokeAccess()
		ask()
		fake.RevokeSessions()
		ask()
		id, err := ids.General()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&told, "%+v\n%+v\n%+v\n", ids.Settings(), id.Broker.Status(), id.Block)
		_, err = id.Import(context.Background())
		note(err)
		note(id.Broker.SignOut(context.Background()))
		for _, p := range ui.prompts {
			fmt.Fprintln(&told, p.Message, p.Reason, p.Resource) // the code and the address are the person's
		}
		stacks := make([]byte, 1<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		if found := marks.Find(stacks); found != nil {
			t.Errorf("a dump of all stacks holds %s", found)
		}
		sealed(t, folder, marks)
	}
	for name, text := range map[string]string{"the log": log.String(), "what people are told": told.String()} {
		if found := marks.FindStringIndex(text); found != nil {
			from := max(0, found[0]-200)
			t.Errorf("%s holds %s", name, text[from:found[1]])
		}
	}
	if len(told.String()) < 1000 {
		t.Errorf("too little was told to look at: %s", told.String())
	}
}
