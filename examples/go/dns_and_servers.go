// A domain's DNS zone is found by whole labels, a TXT record added, read back and removed; then unpaid invoices, and a
// server that is rebooted.
//
// Without HOSTBILL_BASE_URL, HOSTBILL_USERNAME and HOSTBILL_PASSWORD it starts a sandbox. HOSTBILL_PORTAL is the portal:
// time4vps where nothing is said; of those known by name it alone has both zones of DNS services and such servers.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"

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

func records(ctx context.Context, client *hostbill.Client) error {
	name := hostbill.String("_acme-challenge.www.example.net")
	zone, err := client.DNS.Zones.Find(ctx, hostbill.DNSZonesFindParams{Name: name})
	if err != nil {
		return err
	}
	fmt.Printf("zone %s holds %s\n", zone.Zone, zone.Relative)

	service, id := *zone.ServiceID, *zone.ZoneID
	_, err = client.DNS.Records.Create(ctx, service, id, hostbill.DNSRecordsCreateParams{
		Name:    &zone.Relative,
		Type:    hostbill.String("TXT"),
		Content: "token-1",
	})
	if err != nil {
		return err
	}
	found, err := texts(ctx, client, service, id, zone.Relative)
	if err != nil {
		return err
	}
	for _, one := range found {
		fmt.Printf("read back %s %s\n", one.Type, one.Content)
		if _, err := client.DNS.Records.Delete(ctx, service, id, one.ID); err != nil {
			return err
		}
	}
	left, err := texts(ctx, client, service, id, zone.Relative)
	fmt.Printf("removed, %d left\n", len(left))
	return err
}

// The TXT records of a name.
func texts(ctx context.Context, client *hostbill.Client, service, id int64, name string) ([]hostbill.DNSRecord, error) {
	zone, err := client.DNS.Zones.Get(ctx, service, id)
	var out []hostbill.DNSRecord
	for _, one := range zone.Records {
		if one.Type == "TXT" && one.Name == name {
			out = append(out, one)
		}
	}
	return out, err
}

func invoices(ctx context.Context, client *hostbill.Client) error {
	all, err := client.Invoices.List(ctx)
	for _, one := range all {
		if one.Status == hostbill.InvoiceStatusUnpaid {
			fmt.Printf("invoice %d is unpaid: %s %s\n", one.ID, one.Total, one.Currency)
		}
	}
	return err
}

func reboot(ctx context.Context, client *hostbill.Client) error {
	servers, err := client.Servers.List(ctx)
	if err != nil || len(servers) == 0 {
		return err
	}
	server := servers[0].ServerID
	task, err := client.Servers.Reboot(ctx, server)
	if err != nil {
		return err
	}
	waited, err := client.Servers.Tasks.Wait(ctx, hostbill.ServersTasksWaitParams{
		ServerID: &server,
		TaskID:   hostbill.String(strconv.FormatInt(task.TaskID, 10)),
	})
	if err != nil {
		return err
	}
	fmt.Printf("server %d rebooted: %t\n", server, waited.Done)
	return nil
}
