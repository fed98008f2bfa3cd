// A domain's DNS zone is found by whole labels, a TXT record added, read back and removed; then unpaid invoices, and a
// server that is rebooted.
//
// Without HOSTBILL_BASE_URL, HOSTBILL_USERNAME and HOSTBILL_PASSWORD it starts a sandbox. HOSTBILL_PORTAL is the portal.
package main

import (
	"context"
	"fmt"
	"os"

	"hostbill.example/hostbill"
)

func main() {
	if err := visit(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func visit(ctx context.Context) error {
	portal := os.Getenv("HOSTBILL_PORTAL")
	if portal == "" {
		portal = "time4vps"
	}
	config := hostbill.Config{
		Portal:   portal,
		BaseURL:  os.Getenv("HOSTBILL_BASE_URL"),
		Username: os.Getenv("HOSTBILL_USERNAME"),
		Password: os.Getenv("HOSTBILL_PASSWORD"),
	}
	if config.BaseURL == "" {
		sandbox, err := hostbill.NewSandbox(hostbill.SandboxConfig{Portal: portal})
		if err != nil {
			return err
		}
		defer sandbox.Close()
		config.BaseURL, config.Username, config.Password = sandbox.URL(), sandbox.Username(), sandbox.Password()
	}
	client, err := hostbill.New(config)
	if err != nil {
		return err
	}
	defer client.Close()
	for _, step := range []func(context.Context, *hostbill.Client) error{records, invoices, reboot} {
		if err := step(ctx, client); err != nil {
			return err
		}
	}
	return nil
}

type record struct {
	ID      int64  `json:"id"`
	Name    string `json:"name"`
	Type    string `json:"type"`
	Content string `json:"content"`
}

func records(ctx context.Context, client *hostbill.Client) error {
	var answer hostbill.Answer
	var zone struct {
		Zone      string `json:"zone"`
		ServiceID int64  `json:"service_id"`
		ZoneID    int64  `json:"zone_id"`
		Relative  string `json:"relative"`
	}
	name := hostbill.String("_acme-challenge.www.example.net")
	if _, err := client.DNS.Zones.Find(ctx, hostbill.DNSZonesFindParams{Name: name}, hostbill.WithAnswer(&answer)); err != nil {
		return err
	}
	if err := answer.Decode(&zone); err != nil {
		return err
	}
	fmt.Printf("zone %s holds %s\n", zone.Zone, zone.Relative)

	_, err := client.DNS.Records.Create(ctx, zone.ServiceID, zone.ZoneID, hostbill.DNSRecordsCreateParams{
		Name:    &zone.Relative,
		Type:    hostbill.String("TXT"),
		Content: "token-1",
	})
	if err != nil {
		return err
	}
	found, err := texts(ctx, client, zone.ServiceID, zone.ZoneID, zone.Relative)
	if err != nil {
		return err
	}
	for _, one := range found {
		fmt.Printf("read back %s %s\n", one.Type, one.Content)
		if _, err := client.DNS.Records.Delete(ctx, zone.ServiceID, zone.ZoneID, one.ID); err != nil {
			return err
		}
	}
	left, err := texts(ctx, client, zone.ServiceID, zone.ZoneID, zone.Relative)
	fmt.Printf("removed, %d left\n", len(left))
	return err
}

// The TXT records of a name.
func texts(ctx context.Context, client *hostbill.Client, service, zone int64, name string) ([]record, error) {
	var answer hostbill.Answer
	if _, err := client.DNS.Zones.Get(ctx, service, zone, hostbill.WithAnswer(&answer)); err != nil {
		return nil, err
	}
	var all struct {
		Records []record `json:"records"`
	}
	err := answer.Decode(&all)
	var out []record
	for _, one := range all.Records {
		if one.Type == "TXT" && one.Name == name {
			out = append(out, one)
		}
	}
	return out, err
}

func invoices(ctx context.Context, client *hostbill.Client) error {
	answer, err := client.Call(ctx, "invoices.list", nil)
	if err != nil {
		return err
	}
	var all []struct {
		ID       int64  `json:"id"`
		Status   string `json:"status"`
		Total    string `json:"total"`
		Currency string `json:"currency"`
	}
	if err := answer.Decode(&all); err != nil {
		return err
	}
	for _, one := range all {
		if one.Status == "Unpaid" {
			fmt.Printf("invoice %d is unpaid: %s %s\n", one.ID, one.Total, one.Currency)
		}
	}
	return nil
}

func reboot(ctx context.Context, client *hostbill.Client) error {
	var answer hostbill.Answer
	if _, err := client.Servers.List(ctx, hostbill.WithAnswer(&answer)); err != nil {
		return err
	}
	var servers []struct {
		ServerID int64 `json:"server_id"`
	}
	if err := answer.Decode(&servers); err != nil || len(servers) == 0 {
		return err
	}
	server := servers[0].ServerID
	if _, err := client.Servers.Reboot(ctx, server, hostbill.WithAnswer(&answer)); err != nil {
		return err
	}
	var task struct {
		TaskID hostbill.ID `json:"task_id"`
	}
	if err := answer.Decode(&task); err != nil {
		return err
	}
	_, err := client.Servers.Tasks.Wait(ctx, hostbill.ServersTasksWaitParams{
		ServerID: &server,
		TaskID:   hostbill.String(string(task.TaskID)),
	}, hostbill.WithAnswer(&answer))
	if err != nil {
		return err
	}
	var waited struct {
		Done bool `json:"done"`
	}
	err = answer.Decode(&waited)
	fmt.Printf("server %d rebooted: %t\n", server, waited.Done)
	return err
}
