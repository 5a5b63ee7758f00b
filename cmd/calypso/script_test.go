package main

import (
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"calypso": main, "calypso-faulty": faulty,
	})
}

// TestScripts runs the terminal sessions of testdata/script.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"waitport": waitPort, "exits": exits, "fakeentra": startAuthority, "entra": authority, "fakeopenai": startModel, "clean": clean, "waitfor": waitFor, "editor": editor,
			"browse": browse, "certificate": certificate,
		},
		UpdateScripts: os.Getenv("CALYPSO_UPDATE") != "", // accepts what cmp sees
		Setup: func(env *testscript.Env) error {
			env.Setenv("PORT", freePort())
			env.Values[authorityKey{}] = &held{}
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("CODEX_HOME", env.WorkDir+"/codex")
			return nil
		},
	})
}

// ports counts those that scripts were given; each process of tests begins at another.
var ports = func() *atomic.Int64 {
	var n atomic.Int64
	n.Store(int64(os.Getpid()))
	return &n
}()

// freePort gives a port that nobody listens on. It is below those that a system gives to who asks for any: one of these would be
// somebody else's by the time that the script listens.
func freePort() string {
	for {
		port := strconv.FormatInt(20_000+ports.Add(1)%10_000, 10)
		if free, err := net.Listen("tcp", "127.0.0.1:"+port); err == nil {
			free.Close()
			return port
		}
	}
}

// faulty is calypso with a fault: it panics, as a bug of ours would, when a request with a token is about to leave.
func faulty() {
	base := http.DefaultTransport.(*http.Transport)
	proxy := base.Proxy
	base.DisableKeepAlives = true // or only the first request to a host would ask for the proxy
	base.Proxy = func(r *http.Request) (*url.URL, error) {
		if strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ") {
			var sent map[string]int
			//lint:ignore SA5000 this is the fault
			sent[r.Header.Get("Authorization")]++
		}
		return proxy(r)
	}
	main()
}

// waitPort waits until something listens on an address.
func waitPort(ts *testscript.TestScript, _ bool, args []string) {
	for deadline := time.Now().Add(time.Minute); ; {
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
