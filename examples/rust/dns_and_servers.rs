//! A domain's DNS zone is found by whole labels, a TXT record added, read back and removed; then unpaid invoices, and a
//! server that is rebooted.
//!
//! Without HOSTBILL_BASE_URL, HOSTBILL_USERNAME and HOSTBILL_PASSWORD it starts a sandbox. HOSTBILL_PORTAL is the portal:
//! time4vps where nothing is said; of those known by name it alone has both zones of DNS services and such servers.

use hostbill::types::{DnsRecord, InvoiceStatus};
use hostbill::{Client, Result, Sandbox};
use std::env::var;

/// The TXT records of a name.
fn texts(client: &Client, service: i64, zone: i64, name: &str) -> Result<Vec<DnsRecord>> {
    let all = client.dns().zones().get(service, zone).send()?.records.unwrap_or_default();
    Ok(all.into_iter().filter(|one| one.type_ == "TXT" && one.name == name).collect())
}

fn records(client: &Client) -> Result<()> {
    let zone = client.dns().zones().find().name("_acme-challenge.www.example.net").send()?;
    println!("zone {} holds {}", zone.zone, zone.relative);
    let (service, id) = (zone.service_id.unwrap_or_default(), zone.zone_id.unwrap_or_default());
    let records = client.dns().records();
    records.create(service, id).name(&zone.relative).type_("TXT").content("token-1").send()?;
    for record in texts(client, service, id, &zone.relative)? {
        println!("read back {} {}", record.type_, record.content);
        records.delete(service, id, record.id).send()?;
    }
    println!("removed, {} left", texts(client, service, id, &zone.relative)?.len());
    Ok(())
}

fn invoices(client: &Client) -> Result<()> {
    for one in client.invoices().list().send()?.iter().filter(|one| one.status == InvoiceStatus::UNPAID) {
        println!("invoice {} is unpaid: {} {}", one.id, one.total, one.currency);
    }
    Ok(())
}

fn reboot(client: &Client) -> Result<()> {
    if let Some(server) = client.servers().list().send()?.first().map(|server| server.server_id) {
        let task = client.servers().reboot(server).send()?;
        let waited = client.servers().tasks().wait().server_id(server).task_id(task.task_id.to_string()).send()?;
        println!("server {server} rebooted: {}", waited.done);
    }
    Ok(())
}

fn main() -> Result<()> {
    let portal = var("HOSTBILL_PORTAL").unwrap_or_else(|_| "time4vps".to_owned());
    let given = |name: &str| var(name).unwrap_or_default();
    // The sandbox stops at the end of main.
    let (client, _sandbox) = if given("HOSTBILL_BASE_URL").is_empty() {
        let sandbox = Sandbox::builder().portal(portal).start()?;
        (sandbox.client()?, Some(sandbox))
    } else {
        let builder = Client::builder().portal(portal).base_url(given("HOSTBILL_BASE_URL"));
        (builder.username(given("HOSTBILL_USERNAME")).password(given("HOSTBILL_PASSWORD")).build()?, None)
    };
    records(&client)?;
    invoices(&client)?;
    reboot(&client)
}
