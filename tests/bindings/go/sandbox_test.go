package tests

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"

	"hostbill.example/hostbill"
)

func TestSandboxKeepsWhatItIsTold(t *testing.T) {
	sandbox, err := hostbill.NewSandbox(hostbill.SandboxConfig{Portal: "coloup", Username: "me@example.com", Password: "s3cret-pass"})
	if err != nil {
		t.Fatal(err)
	}
	defer sandbox.Close()
	if sandbox.Username() != "me@example.com" || sandbox.Password() != "s3cret-pass" || strings.Contains(sandbox.String(), "s3cret") {
		t.Error(sandbox)
	}
	client, err := sandbox.Client(hostbill.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	domain, err := sandbox.IDs()["domain_id"].(json.Number).Int64()
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Domains.DNSRecords.Create(background, domain, hostbill.DomainsDNSRecordsCreateParams{
		Name:    hostbill.String("go-test"),
		Type:    hostbill.String("TXT"),
		Content: hostbill.String("é😀"),
	})
	if err != nil {
		t.Fatal(err)
	}
	records, err := client.Domains.DNSRecords.List(background, domain)
	if err != nil {
		t.Fatal(err)
	}
	if text, _ := json.Marshal(records); !strings.Contains(string(text), "é😀") {
		t.Errorf("%s", text)
	}
	ledger, err := sandbox.Control("ledger", nil)
	if err != nil || ledger["domains.dns_records.create"] != json.Number("1") {
		t.Errorf("%v, %v", ledger, err)
	}
}

func TestSandboxMistakes(t *testing.T) {
	_, err := hostbill.NewSandbox(hostbill.SandboxConfig{Portal: "time4vsp"})
	var usage *hostbill.UsageError
	if !errors.As(err, &usage) || usage.Fields[0].Nearest != "time4vps" {
		t.Errorf("got %T: %v", err, err)
	}
	sandbox, err := hostbill.NewSandbox(hostbill.SandboxConfig{Portal: "time4vps", TaskPolls: hostbill.Ptr(0)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sandbox.Control("nonsense", nil); err == nil {
		t.Error("no error for nonsense")
	}
	var group sync.WaitGroup
	for n := 0; n < 8; n++ {
		group.Add(2)
		go func() { defer group.Done(); _, _ = sandbox.Control("info", nil) }()
		go func() { defer group.Done(); sandbox.Close() }()
	}
	group.Wait()
	if _, err := sandbox.Control("info", nil); !errors.Is(err, hostbill.ErrUsage) {
		t.Errorf("after close: %v", err)
	}
}

// More waits than run on their callers' threads: how far one is does not pass for its answer.
func TestWaitsThatTellHowFarTheyAre(t *testing.T) {
	sandbox, err := hostbill.NewSandbox(hostbill.SandboxConfig{Portal: "time4vps", TaskPolls: hostbill.Ptr(12)})
	if err != nil {
		t.Fatal(err)
	}
	defer sandbox.Close()
	client, err := sandbox.Client(hostbill.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	server, err := sandbox.IDs()["server_id"].(json.Number).Int64()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Servers.Reboot(background, server); err != nil {
		t.Fatal(err)
	}
	params := hostbill.ServersTasksWaitParams{ServerID: hostbill.Ptr(server), TaskID: hostbill.String("server_reboot")}
	var group sync.WaitGroup
	for n := 0; n < 8; n++ {
		group.Add(1)
		go func() {
			defer group.Done()
			waited, err := client.Servers.Tasks.Wait(background, params, hostbill.WithProgress())
			if err != nil || !waited.Done {
				t.Errorf("%+v, %v", waited, err)
			}
		}()
	}
	group.Wait()
}
