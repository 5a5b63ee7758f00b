package main

import (
	"net"
	"os"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"calypso": main,
	})
}

// TestScripts runs the terminal sessions of testdata/script.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"waitport": waitPort, "exits": exits, "fakeentra": startAuthority, "entra": authority, "fakeopenai": startModel, "clean": clean, "waitfor": waitFor, "editor": editor,
		},
		UpdateScripts: os.Getenv("CALYPSO_UPDATE") != "", // accepts what cmp sees
		Setup: func(env *testscript.Env) error {
			free, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			_, port, _ := net.SplitHostPort(free.Addr().String())
			env.Setenv("PORT", port)
			free.Close()
			env.Values[authorityKey{}] = &held{}
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("CODEX_HOME", env.WorkDir+"/codex")
			return nil
		},
	})
}

// waitPort waits until something listens on an address.
func waitPort(ts *testscript.TestScript, _ bool, args []string) {
	for deadline := time.Now().Add(20 * time.Second); ; {
		conn, err := net.DialTimeout("tcp", args[0], time.Second)
		if err == nil {
			conn.Close()
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("nothing listens on %s: %v", args[0], err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
