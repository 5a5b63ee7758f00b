package kusto

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"calypso/kusto/wire"
)

func ask(c *Client, text string) error {
	_, err := Tools{Of: c}.ExecuteQuery(context.Background(), text)
	return err
}

const (
	semantic = `{"error":{"code":"General_BadRequest","message":"Request is invalid and cannot be processed","@type":"Kusto.Data.Exceptions.SemanticException","@message":"Request is invalid and cannot be processed: Semantic error: SEM0100: 'where' operator: Failed to resolve column or scalar expression named 'Timeout' [line:position=2:5]. Query: 'secret query text'","@context":{"clientRequestId":"a"},"innererror":{"code":"SEM0100","message":"m","@message":"Semantic error: SEM0100: 'where' operator: Failed to resolve column or scalar expression named 'Timeout' [line:position=2:5]. Query: 'secret query text'"}}}`
	missing  = `{"error":{"code":"BadRequest_DatabaseNotExist","message":"Entity NotFound","@message":"database 'X' not found"}}`
	memory   = `{"error":{"code":"General_InternalServerError","message":"Request aborted","@message":"Query execution lacks memory resources to complete (80DA0007): Partial query failure: Low memory condition (E_LOW_MEMORY_CONDITION)."}}`
	slow     = `{"error":{"code":"Gateway timeout","message":"Request aborted due to an internal service error.","@type":"Kusto.Data.Exceptions.KustoServiceTimeoutException","@message":"Request timed out"}}`
	busy     = `{"error":{"code":"TooManyRequests","message":"Request is denied due to throttling.","@message":"Request is aborted due to throttling"}}`
)

// Each row is something that clusters, proxies or wrong addresses do.
func TestFailures(t *testing.T) {
	const json, html = "application/json", "text/html; charset=utf-8"
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc
		kind   Kind
		want   string
	}{
		{"web page", text(200, html, "<!DOCTYPE html>"), NotKusto, "answers with a web page, not as a Kusto cluster; check the cluster's address"},
		{"web page without a type", text(200, json, "<html>"), Broken, "web page"},
		{"web page as an error", text(501, html, "<html>"), NotKusto, "web page"},
		{"not found", text(404, "text/plain", "404 page not found"), NotKusto, "HTTP 404"},
		{"sign in", text(401, "text/plain", ""), SignIn, "wants you to sign in; no sign-in is sent there, as it isn't https to a name"},
		{"sign in with a page", text(401, html, "<html>"), SignIn, "wants you to sign in"},
		{"forbidden", text(403, "text/plain", ""), SignIn, "doesn't let you in; ask for access"},
		{"forbidden by name", text(403, json, `{"error":{"code":"Forbidden","message":"Caller is not authorized"}}`), SignIn, "Caller is not authorized; no sign-in is sent there"},
		{"proxy", text(407, html, "<html>"), Unreachable, "the proxy before"},
		{"gateway", text(502, "text/plain", "bad gateway"), Server, "HTTP 502: bad gateway; try again later"},
		{"gateway page", text(503, html, "<html>secret</html>"), Server, "failed with HTTP 503; try again later"},
		{"gateway timeout", text(504, html, "<html>"), Timeout, "narrow the query"},
		{"rows with an error status", text(500, json, `{"Tables":[{"Rows":[["secret query text"]]}]}`), Server, "HTTP 500; try"},
		{"elsewhere", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://evil.example/x?sig=secret+query+text", http.StatusFound)
		}, NotKusto, `sends requests on to "https://evil.example/x"`},
		{"query error", text(400, json, semantic), BadQuery, "'where' operator: Failed to resolve column or scalar expression named 'Timeout'"},
		{"no database", text(400, json, missing), NotFound, "database 'X' not found"},
		{"memory", text(500, json, memory), Limit, "Low memory condition"},
		{"timeout", text(504, json, slow), Timeout, "Request timed out; narrow the query"},
		{"nothing", text(200, json, ""), Broken, "ended too early; run it again"},
		{"cut", text(200, json, `[{"FrameType":"DataSetHeader"}`), Broken, "ended too early"},
		{"cut connection", hangUp, Broken, "ended too early"},
		{"no gzip", packed("gzip", "no gzip at all"), Broken, "can't be unpacked"},
		{"unknown packing", packed("br", "x"), NotKusto, `packed as "br"`},
		{"other JSON", text(200, json, `[]`), Broken, "DataSetCompletion"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := ask(cluster(t, c.answer), "secret query text")
			var f *Failure
			if !errors.As(err, &f) || f.Kind != c.kind || !strings.Contains(f.Error(), c.want) {
				t.Fatalf("got %#v %v, want %q", f, err, c.want)
			}
			if strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), inside+"/") {
				t.Errorf("the error tells too much: %v", err)
			}
			if f.ClientRequestID == "" {
				t.Error("no request id")
			}
			if c.name == "query error" && (f.Code != "SEM0100" || f.Line != 2 || f.Column != 5 || strings.Contains(f.Message, "position")) {
				t.Errorf("place: %+v", f)
			}
		})
	}
}

// hangUp ends the connection within an answer.
func hangUp(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = io.WriteString(w, `[{"FrameType":"DataSetHeader","Version":"v2.0"`)
	panic(http.ErrAbortHandler)
}

func packed(encoding, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", encoding)
		_, _ = io.WriteString(w, body)
	}
}

func TestNobodyListens(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	c, err := Dial(s.URL, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var f *Failure
	if err := ask(c, "print 1"); !errors.As(err, &f) || f.Kind != Unreachable || !strings.Contains(f.Message, "nothing listens at "+s.URL) {
		t.Errorf("got %v", err)
	}
	if _, err := c.Mgmt(context.Background(), Query{Text: ".show tables"}); !errors.As(err, &f) || f.Kind != Unreachable {
		t.Errorf("got %v", err)
	}
}

// dialTo is a transport that finds every host at one address.
func dialTo(address string, dialErr error) *http.Transport {
	return &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		if dialErr != nil {
			return nil, dialErr
		}
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}}
}

func TestHostUnknown(t *testing.T) {
	c, _ := Dial("https://help.kusto.windows.net", Options{Transport: dialTo("", &net.DNSError{Err: "no such host", Name: "help.kusto.windows.net", IsNotFound: true})})
	var f *Failure
	if err := ask(c, "print 1"); !errors.As(err, &f) || f.Kind != Unreachable || !strings.Contains(f.Error(), `no host "help.kusto.windows.net" is known; check`) {
		t.Errorf("got %v", err)
	}
}

func TestCertificates(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { numbers(w, 1, nil) }))
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // it tells of refused handshakes
	s.StartTLS()
	defer s.Close()
	doubting := dialTo(s.Listener.Addr().String(), nil)
	trusting := doubting.Clone()
	trusting.TLSClientConfig = &tls.Config{RootCAs: s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs}
	var f *Failure
	c, _ := Dial("https://example.com", Options{Transport: doubting})
	if err := ask(c, "print 1"); !errors.As(err, &f) || f.Kind != Unreachable || !strings.Contains(f.Error(), "certificate") {
		t.Errorf("got %v", err)
	}
	c, _ = Dial("https://example.com", Options{Transport: trusting}) // no host of Microsoft's
	if err := ask(c, "print 1"); err != nil {
		t.Error(err)
	}
	c, _ = Dial("https://other.example.org", Options{Transport: trusting})
	if err := ask(c, "print 1"); !errors.As(err, &f) || f.Kind != Unreachable || !strings.Contains(f.Error(), "other.example.org") {
		t.Errorf("got %v", err)
	}
	plain := cluster(t, text(200, "text/plain", ""))
	c, _ = Dial("https"+strings.TrimPrefix(plain.where.URL, "http"), Options{})
	if err := ask(c, "print 1"); !errors.As(err, &f) || f.Kind != Unreachable || !strings.Contains(f.Error(), "no safe connection") {
		t.Errorf("got %v", err)
	}
}

func TestThrottled(t *testing.T) {
	for _, c := range []struct {
		name, wait string
		times      int
		want       string // "" means that it works in the end
		requests   int
	}{
		{"once", "0", 1, "", 2},
		{"a date that has passed", "Wed, 21 Oct 2015 07:28:00 GMT", 1, "", 2},
		{"twice", "0", 2, "throttling; try again in 1s", 2},
		{"for long", "120", 9, "throttling; try again in 2m0s", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var all heard
			client := cluster(t, func(w http.ResponseWriter, r *http.Request) {
				all.note(r)
				if len(all.all()) > c.times {
					numbers(w, 1, nil)
					return
				}
				w.Header().Set("Retry-After", c.wait)
				text(429, "application/json", busy)(w, r)
			})
			err := ask(client, "print 1")
			bodies := all.all()
			if len(bodies) != c.requests || len(bodies) == 2 && bodies[0] != bodies[1] {
				t.Errorf("sent %q", bodies)
			}
			var f *Failure
			if c.want == "" && err != nil || c.want != "" && (!errors.As(err, &f) || f.Kind != Throttled || !strings.Contains(f.Error(), c.want)) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestWaitEndsWithTheContext(t *testing.T) {
	c := cluster(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "9")
		text(429, "text/plain", "")(w, r)
	})
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	var f *Failure
	if _, err := c.Mgmt(ctx, Query{Text: ".show tables"}); !errors.As(err, &f) || f.Kind != Timeout {
		t.Errorf("got %v", err)
	}
}

// Azure packs errors too.
func TestGzip(t *testing.T) {
	zip := func(w http.ResponseWriter, status int, write func(io.Writer)) {
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(status)
		z := gzip.NewWriter(w)
		write(z)
		_ = z.Close()
	}
	c := cluster(t, func(w http.ResponseWriter, _ *http.Request) { zip(w, 200, func(w io.Writer) { numbers(w, 3, nil) }) })
	if got, err := (Tools{Of: c}).ExecuteQuery(context.Background(), "x"); err != nil || got.RowCount != 3 {
		t.Errorf("got %+v %v", got, err)
	}
	c = cluster(t, func(w http.ResponseWriter, _ *http.Request) {
		zip(w, 400, func(w io.Writer) { _, _ = io.WriteString(w, missing) })
	})
	var f *Failure
	if err := ask(c, "x"); !errors.As(err, &f) || f.Kind != NotFound {
		t.Errorf("got %v", err)
	}
	c = cluster(t, func(w http.ResponseWriter, _ *http.Request) {
		zip(w, 200, func(w io.Writer) { oneTable(w, "DatabaseName", "A", "Samples") })
	})
	if names, err := c.Databases(context.Background()); err != nil || strings.Join(names, " ") != "Samples A" {
		t.Errorf("got %v %v", names, err)
	}
}

// Nothing of a cluster's text may panic or end up without a message.
func FuzzErrorBody(f *testing.F) {
	for _, s := range []string{semantic, missing, memory, slow, busy} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		e, ok := wire.ParseErrorBody([]byte(body))
		if !ok {
			return
		}
		if got := fromRemote(e, "id"); got.Message == "" {
			t.Errorf("no message from %q", body)
		}
	})
}
