package tests

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"hostbill.example/hostbill"
)

// A portal that does what a test says, and counts what arrives.
type portal struct {
	*httptest.Server
	requests int64
}

func servePortal(t *testing.T, answer http.HandlerFunc) *portal {
	t.Helper()
	p := &portal{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		atomic.AddInt64(&p.requests, 1)
		answer(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *portal) count() int64 { return atomic.LoadInt64(&p.requests) }

func says(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) }
}

func (p *portal) client(t *testing.T) *hostbill.Client {
	t.Helper()
	client, err := hostbill.New(hostbill.Config{
		Portal: "time4vps", BaseURL: p.URL + "/api", Username: "user@example.com", Password: "s3cret-pass",
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}
