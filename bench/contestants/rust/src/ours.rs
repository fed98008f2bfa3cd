//! Ours.

use crate::{one_by_one, setting, Calls};
use serde_json::Value;
use std::error::Error;

fn client() -> Result<hostbill::Client, hostbill::Error> {
    let builder = hostbill::Client::builder().portal("coloup").base_url(setting("BENCH_BASE")).auth("none");
    let file = setting("BENCH_CA_FILE");
    if file.is_empty() { builder } else { builder.ca_file(file) }.build()
}

/// Structs with types for every field.
pub fn shaped() -> Result<Calls, Box<dyn Error>> {
    let client = client()?;
    Ok(Box::new(move |count| {
        let (mut total, mut id) = (0, 0);
        for _ in 0..count {
            let list = client.invoices().list().send()?;
            total += list.len();
            id = list.last().map_or(0, |one| one.id);
        }
        Ok((total, id.to_string()))
    }))
}

/// JSON values with what the portal sent.
pub fn raw() -> Result<Calls, Box<dyn Error>> {
    let client = client()?.with_options(hostbill::Options::new().raw(true));
    Ok(one_by_one(move || Ok(client.call("invoices.list", Value::Null).send()?)))
}
