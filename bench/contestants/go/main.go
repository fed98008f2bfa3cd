// The contestants in Go: main NAME, with the settings in the environment.
package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"

	"hostbill.example/hostbill"
)

// What one call brought: how many invoices, and the id of the last one.
type result struct {
	count int
	id    string
}

type invoices struct {
	Invoices []map[string]any `json:"invoices"`
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func client() *hostbill.Client {
	config := hostbill.Config{Portal: "coloup", BaseURL: os.Getenv("BENCH_BASE"), Auth: "none", CAFile: os.Getenv("BENCH_CA_FILE")}
	out, err := hostbill.New(config)
	check(err)
	return out
}

// Structs with types for every field.
func ours() func() result {
	client := client()
	return func() result {
		list, err := client.Invoices.List(context.Background())
		check(err)
		return result{len(list), fmt.Sprint(list[len(list)-1].ID)}
	}
}

// Maps and lists with what the portal sent.
func oursRaw() func() result {
	client := client()
	return func() result {
		answer, err := client.Call(context.Background(), "invoices.list", nil, hostbill.WithRaw())
		check(err)
		list := answer.Data.(map[string]any)["invoices"].([]any)
		return result{len(list), list[len(list)-1].(map[string]any)["id"].(string)}
	}
}

func netHTTP() func() result {
	inFlight, err := strconv.Atoi(os.Getenv("BENCH_IN_FLIGHT"))
	check(err)
	transport := &http.Transport{MaxIdleConnsPerHost: inFlight, MaxConnsPerHost: inFlight, ForceAttemptHTTP2: os.Getenv("BENCH_H2") != ""}
	if file := os.Getenv("BENCH_CA_FILE"); file != "" {
		pem, err := os.ReadFile(file)
		check(err)
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(pem)
		transport.TLSClientConfig = &tls.Config{RootCAs: roots}
	}
	client := &http.Client{Transport: transport}
	url := os.Getenv("BENCH_URL")
	return func() result {
		answer, err := client.Get(url)
		check(err)
		defer answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			check(fmt.Errorf("status %d", answer.StatusCode))
		}
		var found invoices
		check(json.NewDecoder(answer.Body).Decode(&found))
		return result{len(found.Invoices), found.Invoices[len(found.Invoices)-1]["id"].(string)}
	}
}

func main() {
	contestants := map[string]func() func() result{"hostbill": ours, "hostbill_raw": oursRaw, "net_http": netHTTP}
	call := contestants[os.Args[1]]()
	inFlight, err := strconv.Atoi(os.Getenv("BENCH_IN_FLIGHT"))
	check(err)
	fmt.Printf("{\"Go\":%q}\n", runtime.Version()[2:])
	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		calls, err := strconv.ParseInt(input.Text(), 10, 64)
		check(err)
		var total, left atomic.Int64
		var last atomic.Value
		left.Store(calls)
		work := func() {
			for left.Add(-1) >= 0 {
				one := call()
				total.Add(int64(one.count))
				last.Store(one.id)
			}
		}
		if inFlight == 1 {
			work()
		} else {
			var all sync.WaitGroup
			for i := 0; i < inFlight; i++ {
				all.Add(1)
				go func() { defer all.Done(); work() }()
			}
			all.Wait()
		}
		fmt.Println(total.Load(), last.Load())
	}
}
