//! The contestants in Rust: main NAME, with the settings in the environment.

#[cfg(feature = "others")]
mod others;
#[cfg(feature = "ours")]
mod ours;

use serde_json::Value;
use std::env::var;
use std::error::Error;
use std::io::{stdin, BufRead};

/// What so many calls brought: how many invoices, and the last one's id.
pub type Outcome = Result<(usize, String), Box<dyn Error>>;
pub type Calls = Box<dyn FnMut(usize) -> Outcome>;

pub fn setting(name: &str) -> String {
    var(name).unwrap_or_default()
}

pub fn last_id(list: &[Value]) -> String {
    list.last().and_then(|one| one["id"].as_str()).unwrap_or("-").to_owned()
}

/// `call` gives the invoices of one answer.
pub fn one_by_one(mut call: impl FnMut() -> Result<Value, Box<dyn Error>> + 'static) -> Calls {
    Box::new(move |count| {
        let (mut total, mut id) = (0, String::new());
        for left in (0..count).rev() {
            let answer = call()?;
            let list = answer["invoices"].as_array().ok_or("no invoices")?;
            total += list.len();
            if left == 0 {
                id = last_id(list);
            }
        }
        Ok((total, id))
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let name = std::env::args().nth(1).unwrap_or_default();
    let mut calls = match name.as_str() {
        #[cfg(feature = "ours")]
        "hostbill" => ours::shaped()?,
        #[cfg(feature = "ours")]
        "hostbill_raw" => ours::raw()?,
        #[cfg(feature = "others")]
        "ureq" => others::ureq()?,
        #[cfg(feature = "others")]
        "reqwest" => others::reqwest()?,
        #[cfg(feature = "others")]
        "reqwest_async" => others::reqwest_async()?,
        _ => return Err("there is no contestant of that name".into()),
    };
    println!("{}", env!("BENCH_VERSIONS"));
    for line in stdin().lock().lines() {
        let (total, id) = calls(line?.trim().parse()?)?;
        println!("{total} {id}");
    }
    Ok(())
}
