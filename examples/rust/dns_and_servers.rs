//! A domain's DNS zone is found by whole labels, a TXT record added, read back and removed; then unpaid invoices, and a
//! server that is rebooted.
//!
//! Without HOSTBILL_BASE_URL, HOSTBILL_USERNAME and HOSTBILL_PASSWORD it starts a sandbox. HOSTBILL_PORTAL is the portal.

use hostbill::{Client, Result, Sandbox};
use serde::Deserialize;
use std::env::var;

#[derive(Deserialize)]
struct Zone {
    zone: String,
    service_id: i64,
    zone_id: i64,
    relative: String,
}

#[derive(Deserialize)]
struct Record {
    id: i64,
    name: String,
    #[serde(rename = "type")]
    kind: String,
    content: hostbill::Value,
}

#[derive(Deserialize)]
struct Records {
    records: Vec<Record>,
}

#[derive(Deserialize)]
struct Invoice {
    id: i64,
    status: String,
    total: String,
    currency: String,
}

/// The TXT records of a name.
fn texts(client: &Client, zone: &Zone) -> Result<Vec<Record>> {
    let all: Records = client.dns().zones().get(zone.service_id, zone.zone_id).decode()?;
    Ok(all.records.into_iter().filter(|one| one.kind == "TXT" && one.name == zone.relative).collect())
}

fn records(client: &Client) -> Result<()> {
    let zone: Zone = client.dns().zones().find().name("_acme-challenge.www.example.net").decode()?;
    println!("zone {} holds {}", zone.zone, zone.relative);
    let records = client.dns().records();
    records.create(zone.service_id, zone.zone_id).name(&zone.relative).type_("TXT").content("token-1").send()?;
    for record in texts(client, &zone)? {
        println!("read back {} {}", record.kind, record.content.as_str().unwrap_or_default());
        records.delete(zone.service_id, zone.zone_id, record.id).send()?;
    }
    println!("removed, {} left", texts(client, &zone)?.len());
    Ok(())
}

fn invoices(client: &Client) -> Result<()> {
    let all: Vec<Invoice> = client.invoices().list().decode()?;
    for one in all.iter().filter(|one| one.status == "Unpaid") {
        println!("invoice {} is unpaid: {} {}", one.id, one.total, one.currency);
    }
    Ok(())
}

fn reboot(client: &Client) -> Result<()> {
    if let Some(server) = client.servers().list().send()?[0]["server_id"].as_i64() {
        let task = client.servers().reboot(server).send()?;
        let waited =
            client.servers().tasks().wait().server_id(server).param("task_id", task["task_id"].clone()).send()?;
        println!("server {server} rebooted: {}", waited["done"]);
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
