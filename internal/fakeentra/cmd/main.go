// Command cmd runs the fake authority until its input ends, for tests in other languages. It prints one line of JSON that says where
// things are: authority, plain, proxy, and the file with the certificate to trust. Tokens of it are worth nothing anywhere else.
//
//	go run ./internal/fakeentra/cmd -ca /tmp/ca.pem -backend http://127.0.0.1:8080
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"

	"calypso/internal/fakeentra"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "fakeentra:", err)
		os.Exit(1)
	}
}

func run() error {
	ca := flag.String("ca", "", "file to write the certificate authority to")
	backend := flag.String("backend", "", "address that answers requests with a good token, as calypso serve")
	manual := flag.Bool("manual", false, "device codes wait for the page or for /fake/approve")
	flag.Parse()

	s, err := fakeentra.New()
	if err != nil {
		return err
	}
	defer s.Close()
	if *ca != "" {
		if err := os.WriteFile(*ca, s.CA(), 0o600); err != nil {
			return err
		}
	}
	var behind http.Handler
	if *backend != "" {
		u, err := url.Parse(*backend)
		if err != nil {
			return err
		}
		behind = &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(u); r.Out.Header.Del("Authorization") }}
	}
	s.Set(func(k *fakeentra.Knobs) { k.Backend, k.Manual = behind, *manual })
	if err := json.NewEncoder(os.Stdout).Encode(map[string]string{
		"authority": s.URL(), "plain": s.PlainURL(), "proxy": s.ProxyURL(), "ca": *ca, "tenant": fakeentra.Tenant, "user": fakeentra.User,
	}); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}
