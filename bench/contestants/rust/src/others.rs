//! What else there is.

use crate::{last_id, one_by_one, setting, Calls};
use serde_json::Value;
use std::error::Error;

fn certificate() -> Option<Vec<u8>> {
    let file = setting("BENCH_CA_FILE");
    (!file.is_empty()).then(|| std::fs::read(file).expect("the certificate"))
}

pub fn ureq() -> Result<Calls, Box<dyn Error>> {
    let mut config = ureq::Agent::config_builder();
    if let Some(pem) = certificate() {
        let root = ureq::tls::Certificate::from_pem(&pem)?.to_owned();
        let roots = ureq::tls::RootCerts::new_with_certs(&[root]);
        config = config.tls_config(ureq::tls::TlsConfig::builder().root_certs(roots).build());
    }
    let agent: ureq::Agent = config.build().into();
    let url = setting("BENCH_URL");
    Ok(one_by_one(move || {
        let text = agent.get(&url).call()?.body_mut().read_to_vec()?;
        Ok(serde_json::from_slice(&text)?)
    }))
}

pub fn reqwest() -> Result<Calls, Box<dyn Error>> {
    let mut builder = reqwest::blocking::Client::builder();
    if let Some(pem) = certificate() {
        builder = builder.add_root_certificate(reqwest::Certificate::from_pem(&pem)?);
    }
    let client = builder.build()?;
    let url = setting("BENCH_URL");
    Ok(one_by_one(move || Ok(client.get(&url).send()?.error_for_status()?.json()?)))
}

/// Many in flight, on one thread.
pub fn reqwest_async() -> Result<Calls, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut builder = reqwest::Client::builder();
    if let Some(pem) = certificate() {
        builder = builder.add_root_certificate(reqwest::Certificate::from_pem(&pem)?);
    }
    let client = builder.build()?;
    let url = setting("BENCH_URL");
    let in_flight: usize = setting("BENCH_IN_FLIGHT").parse()?;
    Ok(Box::new(move |count| {
        runtime.block_on(async {
            let local = tokio::task::LocalSet::new();
            let mut workers = Vec::new();
            for number in 0..in_flight {
                let share = count / in_flight + usize::from(number < count % in_flight);
                let (client, url) = (client.clone(), url.clone());
                workers.push(local.spawn_local(async move {
                    let (mut total, mut id) = (0, String::new());
                    for left in (0..share).rev() {
                        let answer: Value = client.get(&url).send().await?.error_for_status()?.json().await?;
                        let list = answer["invoices"].as_array().map_or(&[][..], Vec::as_slice);
                        total += list.len();
                        if left == 0 {
                            id = last_id(list);
                        }
                    }
                    Ok::<_, reqwest::Error>((total, id))
                }));
            }
            local
                .run_until(async {
                    let (mut total, mut last) = (0, String::new());
                    for worker in workers {
                        let (some, id) = worker.await??;
                        total += some;
                        if some > 0 {
                            last = id;
                        }
                    }
                    Ok((total, last))
                })
                .await
        })
    }))
}
