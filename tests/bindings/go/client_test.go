package tests

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"net"
	"net/http"
	"os"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"hostbill.example/hostbill"
)

var background = context.Background()

func TestContextStopsItsOwnCallAlone(t *testing.T) {
	arrived, release := make(chan string, 2), make(chan struct{})
	p := servePortal(t, func(w http.ResponseWriter, r *http.Request) {
		arrived <- r.URL.Path
		select {
		case <-release:
		case <-r.Context().Done():
		}
		_, _ = io.WriteString(w, `{"domain":"example.com"}`)
	})
	client := p.client(t)
	ctx, cancel := context.WithCancel(background)
	stopped, other := make(chan error, 1), make(chan error, 1)
	go func() { _, err := client.Account.Balance(ctx, hostbill.WithRaw()); stopped <- err }()
	<-arrived
	go func() { _, err := client.Account.Get(background, hostbill.WithRaw()); other <- err }()
	<-arrived

	cancel()
	err := <-stopped
	if !errors.Is(err, context.Canceled) || !errors.Is(err, hostbill.ErrCancelled) {
		t.Errorf("a stopped call: %v", err)
	}
	close(release)
	if err := <-other; err != nil {
		t.Errorf("another call was stopped too: %v", err)
	}
}

func TestDeadlineOfAnActLeavesItsOutcomeOpen(t *testing.T) {
	p := servePortal(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	client := p.client(t)
	ctx, cancel := context.WithTimeout(background, 200*time.Millisecond)
	defer cancel()
	started := time.Now()
	_, err := client.Servers.Reboot(ctx, 7)
	var unknown *hostbill.OutcomeUnknownError
	if !errors.As(err, &unknown) || !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %T: %v", err, err)
	}
	if unknown.Reconcile["operation"] != "servers.reboot" {
		t.Errorf("reconcile: %v", unknown.Reconcile)
	}
	if waited := time.Since(started); waited > 5*time.Second {
		t.Errorf("stopped after %s", waited)
	}
}

func TestContextThatHasEndedSendsNothing(t *testing.T) {
	p := servePortal(t, says("{}"))
	ctx, cancel := context.WithCancel(background)
	cancel()
	_, err := p.client(t).Account.Balance(ctx)
	if !errors.Is(err, context.Canceled) || !errors.Is(err, hostbill.ErrCancelled) || p.count() != 0 {
		t.Errorf("%v, %d requests", err, p.count())
	}
}

func TestSixtyFourCallsRunSideBySide(t *testing.T) {
	const calls = 64
	var together sync.WaitGroup
	together.Add(calls)
	p := servePortal(t, func(w http.ResponseWriter, _ *http.Request) {
		together.Done()
		together.Wait() // None is answered before all have arrived.
		_, _ = io.WriteString(w, `{"acc_balance":"1.00"}`)
	})
	client := p.client(t)
	var group sync.WaitGroup
	for n := 0; n < calls; n++ {
		group.Add(1)
		go func() {
			defer group.Done()
			if _, err := client.Account.Balance(background, hostbill.WithRaw()); err != nil {
				t.Error(err)
			}
		}()
	}
	group.Wait()
}

// Contexts that end when the answer comes: the one or the other, never neither, and the client goes on.
func TestContextsThatEndWithTheAnswer(t *testing.T) {
	client := servePortal(t, says(`{"acc_balance":"1.00"}`)).client(t)
	for n := 0; n < 300; n++ {
		ctx, cancel := context.WithTimeout(background, time.Duration(n)*10*time.Microsecond)
		_, err := client.Account.Balance(ctx)
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("%T: %v", err, err)
		}
		cancel()
	}
	if _, err := client.Account.Balance(background); err != nil {
		t.Error(err)
	}
}

func TestManyGoroutinesShareAClient(t *testing.T) {
	p := servePortal(t, says(`{"acc_balance":"1.00"}`))
	client := p.client(t)
	var group sync.WaitGroup
	for n := 0; n < 200; n++ {
		group.Add(1)
		go func(n int) {
			defer group.Done()
			ctx, cancel := context.WithTimeout(background, time.Minute)
			defer cancel()
			if n%10 == 0 {
				cancel()
			}
			if _, err := client.Account.Balance(ctx); err != nil && !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		}(n)
	}
	group.Wait()
}

func TestErrorsHaveTypesAndSentinels(t *testing.T) {
	p := servePortal(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"error":["nothing here"]}`)
	})
	_, err := p.client(t).Servers.Get(background, 9)
	var notFound *hostbill.NotFoundError
	var any *hostbill.Error
	var conflict *hostbill.ConflictError
	if !errors.As(err, &notFound) || !errors.As(err, &any) || errors.As(err, &conflict) {
		t.Fatalf("got %T: %v", err, err)
	}
	if !errors.Is(err, hostbill.ErrNotFound) || errors.Is(err, hostbill.ErrConflict) {
		t.Error("the sentinels do not fit")
	}
	if notFound.HTTPStatus != 404 || any.PortalErrors[0] != "nothing here" || any.Operation != "servers.get" {
		t.Errorf("%+v", *any)
	}
	if wrapped := fmt.Errorf("while looking: %w", err); !errors.Is(wrapped, hostbill.ErrNotFound) {
		t.Error("a wrapped error is not recognised")
	}
}

func TestTimeoutIsATimeoutOfGoToo(t *testing.T) {
	p := servePortal(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	_, err := p.client(t).Account.Balance(background, hostbill.WithTimeout(200*time.Millisecond))
	if !errors.Is(err, hostbill.ErrTimeout) || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("got %T: %v", err, err)
	}
	var timeout interface{ Timeout() bool }
	if !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Error("Timeout() is false")
	}
}

func TestBadInputNamesTheField(t *testing.T) {
	p := servePortal(t, says("{}"))
	client := p.client(t)
	endless := map[string]any{}
	endless["a"], endless["b"] = endless, endless
	for field, params := range map[string]hostbill.Params{
		"subject":   {"subject": "\xff\xfe"},
		"dept_id":   {"dept_id": math.NaN()},
		"body":      {"body": func() {}},
		"items":     {"items": endless},
		"list[1]":   {"list": []any{1, math.Inf(1)}},
		"bytes":     {"bytes": []byte("x")},
		"number":    {"number": json.Number("one")},
		"keys":      {"keys": map[float64]string{1.5: "x"}},
		"deep.in.x": {"deep": map[string]any{"in": map[string]any{"x": make(chan int)}}},
	} {
		_, err := client.Call(background, "tickets.create", params)
		var usage *hostbill.UsageError
		if !errors.As(err, &usage) || len(usage.Fields) == 0 || usage.Fields[0].Field != field {
			t.Errorf("%s: got %T: %v", field, err, err)
		}
	}
	if _, err := client.Call(background, "a\x00b", nil); !errors.Is(err, hostbill.ErrUsage) {
		t.Errorf("a NUL in the operation's name: %v", err)
	}
	if p.count() != 0 {
		t.Errorf("%d requests were sent", p.count())
	}
}

func TestNativeValuesGoOut(t *testing.T) {
	bodies := make(chan string, 1)
	p := servePortal(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		bodies <- string(body)
		_, _ = io.WriteString(w, "{}")
	})
	type inner struct {
		Size int `json:"size"`
	}
	_, err := p.client(t).Call(background, "orders.create", hostbill.Params{
		"product_id": uint8(3),
		"custom": map[int]any{1618: map[string]any{
			"price": json.Number("19.990"), "big": big.NewInt(1 << 60), "half": 0.5, "none": (*string)(nil),
			"own": inner{7}, "list": []string{"a\x00b", "é😀"}, "when": time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
			"never": (*time.Time)(nil), "any": []any{(*net.IP)(nil), 1e6, 1234567.89, -2e-7, 1e21},
		}},
	}, hostbill.WithRaw())
	if err != nil {
		t.Fatal(err)
	}
	want := `"1618":{"any":[null,1000000,1234567.89,-2e-07,1e+21],"big":1152921504606846976,"half":0.5,` +
		`"list":["a\u0000b","é😀"],"never":null,"none":null,"own":{"size":7},` +
		`"price":19.990,"when":"2026-01-02T03:04:05Z"}`
	if body := <-bodies; !strings.Contains(body, want) {
		t.Errorf("got  %s\nwant %s", body, want)
	}
}

func TestAnswersInOwnTypes(t *testing.T) {
	p := servePortal(t, says(`{"acc_balance":"0.30","vm":"17","number":17,"exact":12345678901234.56789}`))
	var answer hostbill.Answer
	data, err := p.client(t).Account.Balance(background, hostbill.WithRaw(), hostbill.WithAnswer(&answer), hostbill.WithTag("t"))
	if err != nil {
		t.Fatal(err)
	}
	if exact := data.Extra["exact"]; exact != json.Number("12345678901234.56789") {
		t.Errorf("%v", exact)
	}
	var own struct {
		Balance string      `json:"acc_balance"`
		VM      hostbill.ID `json:"vm"`
		Number  hostbill.ID `json:"number"`
	}
	if err := answer.Decode(&own); err != nil || own.Balance != "0.30" || own.VM != "17" || own.Number != hostbill.IntID(17) {
		t.Errorf("%+v, %v", own, err)
	}
	if answer.Meta.Operation != "account.balance" || answer.Meta.HTTPStatus != 200 || answer.Meta.Tag != "t" {
		t.Errorf("%+v", answer.Meta)
	}
}

func TestValuesAreWhatWasSent(t *testing.T) {
	text := `{"rows":[{"id":1,"name":"a\/b","total":"1.50"},{"id":2,"name":"\" \\ \b\f\n\r\t","total":[]},{"total":{},"id":-0.10},{},` +
		`{"id":1e2,"id":true},{"na\u006de":"caf\u00e9 \ud83d\ude00 \ud800"},3,"s",null,[[{"a":[{"b":"}"}]}]]],"none":[]}`
	var want any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&want); err != nil {
		t.Fatal(err)
	}
	answer, err := servePortal(t, says(text)).client(t).Call(background, "invoices.list", nil, hostbill.WithRaw(), hostbill.WithTag("<a&b>"), hostbill.WithTag("<é>"))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(answer.Data, want) {
		t.Errorf("got  %#v\nwant %#v", answer.Data, want)
	}
	if answer.Info == nil || len(answer.Info) != 0 || answer.Meta.Tag != "<é>" || answer.Meta.Values["tag"] != "<é>" {
		t.Errorf("%#v, %+v", answer.Info, answer.Meta)
	}
}

func TestCloseStopsEverythingAndMayBeRepeated(t *testing.T) {
	arrived := make(chan struct{}, 8)
	p := servePortal(t, func(_ http.ResponseWriter, r *http.Request) { arrived <- struct{}{}; <-r.Context().Done() })
	client := p.client(t)
	ended := make(chan error, 8)
	for n := 0; n < 8; n++ {
		go func() { _, err := client.Account.Balance(background); ended <- err }()
	}
	for n := 0; n < 8; n++ {
		<-arrived
	}
	var group sync.WaitGroup
	for n := 0; n < 4; n++ {
		group.Add(1)
		go func() { defer group.Done(); client.Close() }()
	}
	group.Wait()
	for n := 0; n < 8; n++ {
		if err := <-ended; !errors.Is(err, hostbill.ErrCancelled) {
			t.Errorf("got %T: %v", err, err)
		}
	}
	if _, err := client.Account.Balance(background); !errors.Is(err, hostbill.ErrUsage) || err.Error() != "the client is closed" {
		t.Errorf("after close: %v", err)
	}
	if !client.Closed() || client.Close() != nil {
		t.Error("closing again")
	}
}

func TestForgottenClientsAreCollected(t *testing.T) {
	p := servePortal(t, says("{}"))
	before := hostbill.LiveObjects()
	for n := 0; n < 20; n++ {
		client, err := hostbill.New(hostbill.Config{Portal: "time4vps", BaseURL: p.URL + "/api", Username: "u", Password: "p"})
		if err != nil {
			t.Fatal(err)
		}
		if n%2 == 0 {
			_, _ = client.Account.Balance(background, hostbill.WithRaw())
		}
	}
	for deadline := time.Now().Add(30 * time.Second); hostbill.LiveObjects() > before; runtime.GC() {
		if time.Now().After(deadline) {
			t.Fatalf("%d objects are left", hostbill.LiveObjects()-before)
		}
		time.Sleep(time.Millisecond)
	}
}

func TestNothingIsLeft(t *testing.T) {
	p := servePortal(t, says("{}"))
	before := hostbill.LiveObjects()
	client := p.client(t)
	_, _ = client.Account.Balance(background)
	_, _ = client.Call(background, "no.such", nil)
	client.Close()
	if _, err := hostbill.New(hostbill.Config{Portal: "nowhere"}); !errors.Is(err, hostbill.ErrUsage) {
		t.Error(err)
	}
	if _, err := hostbill.Catalog("nowhere"); !errors.Is(err, hostbill.ErrUsage) {
		t.Error(err)
	}
	if after := hostbill.LiveObjects(); after != before {
		t.Errorf("%d objects are left", after-before)
	}
}

func TestPrintingShowsNoSecret(t *testing.T) {
	p := servePortal(t, says("{}"))
	client := p.client(t)
	config := hostbill.Config{Portal: "time4vps", Password: "s3cret-pass", Token: "s3cret-pass"}
	sandbox := hostbill.SandboxConfig{Portal: "time4vps", Password: "s3cret-pass"}
	_, err := hostbill.New(hostbill.Config{Portal: "time4vps", Username: "u", Password: "s3cret-pass", More: map[string]any{"x": 1}})
	for _, value := range []any{client, config, &config, sandbox, &sandbox, err} {
		for _, form := range []string{"%v", "%+v", "%#v", "%s"} {
			if text := fmt.Sprintf(form, value); strings.Contains(text, "s3cret") {
				t.Errorf("%s of %T: %s", form, value, text)
			}
		}
	}
}

func TestZeroOfASettingCountsWhereItMeansSomething(t *testing.T) {
	p := servePortal(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
	})
	client, err := hostbill.New(hostbill.Config{
		Portal: "time4vps", BaseURL: p.URL + "/api", Username: "u", Password: "p", Retry: &hostbill.Retry{Budget: hostbill.Ptr(0)},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if _, err := client.Account.Balance(background); err == nil || p.count() != 1 {
		t.Errorf("%v after %d requests", err, p.count())
	}
}
