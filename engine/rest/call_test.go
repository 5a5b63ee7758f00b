package rest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/zap"
)

// TestBrokenAnswer: an answer that fails in its middle is cut, so that no client takes what came for all of it; nothing is written behind.
func TestBrokenAnswer(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{server: &Server{log: zap.NewNop()}, w: w, r: r}
		defer c.recover()
		c.serve(func() (request, error) { return request{}, nil }, func(context.Context, request) error {
			if _, err := c.Write([]byte(`[{"FrameType"`)); err != nil {
				t.Error(err)
			}
			c.flush()
			return errors.New("a value that has no form")
		})
	}))
	defer server.Close()
	answer, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil || strings.Contains(string(body), "error") {
		t.Errorf("%q, %v", body, err)
	}
}
