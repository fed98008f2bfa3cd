package tests

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"hostbill.example/hostbill"
)

// Calls without end: servers 0, 1, 2 ..; every tenth is a mistake. asked counts them.
func endless(asked *int) func() (hostbill.BatchCall, bool) {
	return func() (hostbill.BatchCall, bool) {
		index := *asked
		*asked++
		if index%10 == 9 {
			return hostbill.BatchCall{Operation: "no.such"}, true
		}
		return hostbill.BatchCall{Operation: "servers.get", Params: hostbill.Params{"server_id": index}, Options: []hostbill.Option{hostbill.WithRaw()}}, true
	}
}

func TestBatchKeepsOrderAndWindow(t *testing.T) {
	var underWay, most int64
	p := servePortal(t, func(w http.ResponseWriter, r *http.Request) {
		if now := atomic.AddInt64(&underWay, 1); now > atomic.LoadInt64(&most) {
			atomic.StoreInt64(&most, now)
		}
		defer atomic.AddInt64(&underWay, -1)
		_, _ = io.WriteString(w, `{"path":"`+r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]+`"}`)
	})
	client := p.client(t)
	asked, seen := 0, 0
	client.Batch(background, endless(&asked), hostbill.BatchOptions{Window: 5})(func(outcome hostbill.Outcome) bool {
		if outcome.Index != seen || asked > seen+5 {
			t.Errorf("%d instead of %d, %d asked for", outcome.Index, seen, asked)
		}
		if failed := errors.Is(outcome.Err, hostbill.ErrUsage); failed != (seen%10 == 9) || failed != (outcome.Answer == nil) {
			t.Errorf("%d: %v, %v", seen, outcome.Answer, outcome.Err)
		}
		seen++
		return seen < 200
	})
	if seen != 200 || most > 5 {
		t.Errorf("%d outcomes, %d at once", seen, most)
	}
}

func TestBatchAsCallsEnd(t *testing.T) {
	release := make(chan struct{})
	p := servePortal(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/0") {
			<-release
		}
		_, _ = io.WriteString(w, `{}`)
	})
	client := p.client(t)
	asked, indices := 0, []int{}
	limited := func() (hostbill.BatchCall, bool) {
		call, _ := endless(&asked)()
		return call, asked <= 5
	}
	client.Batch(background, limited, hostbill.BatchOptions{Unordered: true})(func(outcome hostbill.Outcome) bool {
		indices = append(indices, outcome.Index)
		if len(indices) == 4 {
			close(release)
		}
		return true
	})
	if len(indices) != 5 || indices[4] != 0 {
		t.Error(indices)
	}
}

// Leaving a batch stops what is under way, and says so to the portal; nothing is left.
func TestBatchCanBeLeft(t *testing.T) {
	var stopped int64
	arrived := make(chan struct{}, 64)
	p := servePortal(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/0") {
			for n := 0; n < 7; n++ {
				<-arrived
			}
			_, _ = io.WriteString(w, `{}`)
			return
		}
		arrived <- struct{}{}
		<-r.Context().Done()
		atomic.AddInt64(&stopped, 1)
	})
	before := hostbill.LiveObjects()
	client := p.client(t)
	asked, seen := 0, 0
	client.Batch(background, endless(&asked), hostbill.BatchOptions{Window: 8})(func(hostbill.Outcome) bool { seen++; return false })
	if seen != 1 || asked != 8 {
		t.Errorf("%d outcomes of %d calls", seen, asked)
	}
	client.Close()
	if after := hostbill.LiveObjects(); after != before {
		t.Errorf("%d objects are left", after-before)
	}
	client.Batch(background, endless(&asked), hostbill.BatchOptions{Window: -1})(func(outcome hostbill.Outcome) bool {
		if !errors.Is(outcome.Err, hostbill.ErrUsage) {
			t.Error(outcome.Err)
		}
		return true
	})
}

// Server ids without end: 1, 2, 3 ..; every tenth value is none. asked counts them.
func endlessIDs(asked *int) func() (any, bool) {
	return func() (any, bool) {
		*asked++
		if *asked%10 == 0 {
			return func() {}, true
		}
		return *asked, true
	}
}

func TestMapMakesOneOperationWithEachOfManyValues(t *testing.T) {
	client := servePortal(t, func(http.ResponseWriter, *http.Request) { t.Error("something was sent") }).client(t)
	dry := []hostbill.Option{hostbill.WithDryRun()}
	asked, seen := 0, 0
	settings := hostbill.MapOptions{Options: dry, Window: 5}
	client.Map(background, "servers.get", "server_id", endlessIDs(&asked), settings)(func(outcome hostbill.Outcome) bool {
		if outcome.Index != seen || asked > seen+5 {
			t.Errorf("%d instead of %d, %d asked for", outcome.Index, seen, asked)
		}
		seen++
		var wrong *hostbill.UsageError
		if seen%10 == 0 {
			if !errors.As(outcome.Err, &wrong) || len(wrong.Fields) != 1 || wrong.Fields[0].Field != "server_id" {
				t.Errorf("%d: %v", seen, outcome.Err)
			}
		} else if outcome.Err != nil || outcome.Call.Params["server_id"] != seen {
			t.Errorf("%d: %v, %v", seen, outcome.Call, outcome.Err)
		} else if url := outcome.Answer.Data.(map[string]any)["url"].(string); !strings.HasSuffix(url, fmt.Sprint("/server/", seen)) {
			t.Error(url)
		}
		return seen < 100
	})
	if seen != 100 {
		t.Errorf("%d outcomes", seen)
	}

	params := hostbill.Params{"server_id": 7}
	bodies := make([]any, 3)
	settings = hostbill.MapOptions{Params: params, Options: dry, Unordered: true}
	names := hostbill.Values([]string{"a", "b", "c"})
	client.Map(background, "servers.rename", "hostname", names, settings)(func(outcome hostbill.Outcome) bool {
		bodies[outcome.Index] = outcome.Answer.Data.(map[string]any)["body"]
		return true
	})
	if fmt.Sprint(bodies) != `[{"hostname":"a"} {"hostname":"b"} {"hostname":"c"}]` || len(params) != 1 {
		t.Error(bodies, params)
	}

	before, seen := asked, 0
	twice := hostbill.MapOptions{Params: params}
	client.Map(background, "servers.get", "server_id", endlessIDs(&asked), twice)(func(outcome hostbill.Outcome) bool {
		seen++
		if !errors.Is(outcome.Err, hostbill.ErrUsage) || !strings.Contains(outcome.Err.Error(), "server_id is given twice") {
			t.Error(outcome.Err)
		}
		return true
	})
	if seen != 1 || asked != before {
		t.Errorf("%d outcomes, %d values", seen, asked-before)
	}
}
