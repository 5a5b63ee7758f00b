package httpauth

import (
	"net/http"
	"testing"

	"calypso/internal/fakeentra"
)

func TestBaseTrustsTheFile(t *testing.T) {
	fake, err := fakeentra.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fake.Close)
	if _, err := Base([]byte("no certificate")); err == nil {
		t.Error("anything is taken for a certificate")
	}
	for _, c := range []struct {
		ca []byte
		ok bool
	}{{fake.CA(), true}, {nil, false}} {
		base, err := Base(c.ca)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := (&http.Client{Transport: base}).Get(fake.URL() + "/common/discovery/instance")
		if err == nil {
			_ = resp.Body.Close()
		}
		if (err == nil) != c.ok {
			t.Errorf("with file %v: %v", c.ca != nil, err)
		}
		base.CloseIdleConnections()
	}
}
