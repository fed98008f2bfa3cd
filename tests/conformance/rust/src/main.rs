//! Runs conformance cases in Rust; ../README.md has the protocol.

mod given;
#[rustfmt::skip]
mod methods;

use hostbill::{json, CancelHandle, Client, Error, Map, Options, Result, Sandbox, Value};
use std::io::Write;
use std::time::Duration;

struct Case<'a> {
    row: &'a Value,
    sandbox: Option<Sandbox>,
    client: Client,
}

impl<'a> Case<'a> {
    fn new(row: &'a Value) -> Result<Self> {
        let sandbox = match row.get("sandbox").and_then(Value::as_object) {
            Some(settings) => {
                Some(settings.iter().fold(Sandbox::builder(), |all, (k, v)| all.set(k, v.clone())).start()?)
            }
            None => None,
        };
        let client = client(row, sandbox.as_ref())?;
        Ok(Case { row, sandbox, client })
    }

    fn step(&self, step: &Value) -> Result<Value> {
        Ok(match step["do"].as_str().unwrap_or_default() {
            "call" => data(call(&self.client, step, None)?.data),
            "dry" => data(call(&self.client, &with_dry_run(step), None)?.data),
            "full" => {
                let answer = call(&self.client, step, None)?;
                let mut meta = json!({
                    "operation": answer.meta.operation,
                    "http_status": answer.meta.http_status,
                    "attempts": answer.meta.attempts,
                    "elapsed_ms": answer.meta.elapsed_ms,
                });
                if let Some(tag) = answer.meta.tag {
                    meta["tag"] = tag.into();
                }
                if !answer.meta.history.is_empty() {
                    meta["history"] = history(&answer.meta.history);
                }
                json!({"ok": true, "data": answer.data, "info": answer.info, "meta": meta})
            }
            "close" => {
                self.client.close();
                data(Value::Null)
            }
            "closed" => data(self.client.is_closed().into()),
            "control" => {
                let details = step.get("arguments").cloned().unwrap_or_default();
                data(self.sandbox().control(step["command"].as_str().unwrap_or_default(), details)?)
            }
            "stop" => {
                self.sandbox().close();
                data(Value::Null)
            }
            "parallel" => data(self.parallel(step)),
            "cancel" => data(self.cancelled(step)?),
            "catalog" => {
                let found = hostbill::catalog(step["portal"].as_str())?;
                let count = |name: &str| found[name].as_array().map_or(0, Vec::len);
                data(json!({"operations": count("operations"), "compositions": count("compositions")}))
            }
            "version" => data(hostbill::version()?.into()),
            "value" => data(step["json"].clone()),
            other => json!({"skipped": format!("there is no step {other}")}),
        })
    }

    fn sandbox(&self) -> &Sandbox {
        self.sandbox.as_ref().expect("the case has a sandbox")
    }

    fn parallel(&self, step: &Value) -> Value {
        let each = step["each"].as_u64().unwrap_or_default();
        let one = || -> Vec<Result<Value>> {
            match client(self.row, self.sandbox.as_ref()) {
                Ok(client) => (0..each).map(|_| Ok(call(&client, &step["step"], None)?.data)).collect(),
                Err(error) => vec![Err(error)],
            }
        };
        let answers: Vec<Result<Value>> = std::thread::scope(|scope| {
            let clients = step["clients"].as_u64().unwrap_or_default();
            let threads: Vec<_> = (0..clients).map(|_| scope.spawn(one)).collect();
            threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
        });
        let good: Vec<&Value> = answers.iter().filter_map(|answer| answer.as_ref().ok()).collect();
        let different = good.iter().filter(|answer| **answer != good[0]).count();
        json!({"succeeded": good.len(), "failed": answers.len() - good.len(), "different": different})
    }

    fn cancelled(&self, step: &Value) -> Result<Value> {
        let cancel = CancelHandle::new();
        let after = Duration::from_millis(step["after_ms"].as_u64().unwrap_or_default());
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(after);
                cancel.cancel();
            });
            Ok(call(&self.client, &step["step"], Some(&cancel))?.data)
        })
    }
}

fn client(row: &Value, sandbox: Option<&Sandbox>) -> Result<Client> {
    let builder = sandbox.map_or_else(Client::builder, Sandbox::client_builder);
    let settings = row.get("client").and_then(Value::as_object).cloned().unwrap_or_default();
    settings.into_iter().fold(builder, |all, (name, value)| all.set(name, value)).build()
}

fn call(client: &Client, step: &Value, cancel: Option<&CancelHandle>) -> given::Sent {
    let operation = step["operation"].as_str().unwrap_or_default();
    let params = step.get("params").and_then(Value::as_object).cloned().unwrap_or_default();
    let given = step.get("options").and_then(Value::as_object).cloned().unwrap_or_default();
    let options = given.into_iter().fold(Options::new(), |all, (name, value)| all.set(name, value));
    if step["via"] == "method" && cancel.is_none() {
        if let Some(answer) = methods::method(client, operation, params, options) {
            return answer;
        }
        panic!("{operation} has no method for these parameters");
    }
    let call = client.call(operation, Value::Object(params)).options(options);
    match cancel {
        Some(cancel) => call.cancel_with(cancel).answer(),
        None => call.answer(),
    }
}

fn with_dry_run(step: &Value) -> Value {
    let mut step = step.clone();
    step["options"]["dry_run"] = true.into();
    step
}

fn data(data: Value) -> Value {
    json!({"ok": true, "data": data})
}

fn history(attempts: &[hostbill::Attempt]) -> Value {
    attempts
        .iter()
        .map(|one| {
            json!({
                "attempt": one.attempt, "outcome": one.outcome, "http_status": one.http_status,
                "elapsed_ms": one.elapsed_ms, "waited_ms": one.waited_ms,
            })
        })
        .collect()
}

fn said(error: &Error) -> Value {
    let details = error.details();
    let fields: Vec<Value> = details
        .fields
        .iter()
        .map(
            |row| json!({"field": row.field, "problem": row.problem, "expected": row.expected, "nearest": row.nearest}),
        )
        .collect();
    json!({"ok": false, "error": {
        "type": error.name(), "class": details.class, "status": details.status, "message": error.to_string(),
        "operation": details.operation, "http_status": details.http_status, "portal_errors": details.portal_errors,
        "attempts": details.attempts, "retryable": details.retryable, "fields": fields, "portals": details.portals,
        "reconcile": details.reconcile, "retry_after_s": details.retry_after_s, "history": history(&details.history),
        "tag": details.tag,
    }})
}

fn main() {
    let path = std::env::args().nth(1).expect("a file of cases");
    let text = std::fs::read_to_string(path).expect("the file can be read");
    let cases: Value = hostbill::serde_json::from_str(&text).expect("the file is JSON");
    let mut out = std::io::stdout();
    for row in cases["cases"].as_array().expect("the file has cases") {
        let results: Vec<Value> = match Case::new(row) {
            Err(error) => vec![said(&error)],
            Ok(case) => {
                let steps = row["steps"].as_array().cloned().unwrap_or_default();
                steps.iter().map(|step| case.step(step).unwrap_or_else(|error| said(&error))).collect()
            }
        };
        let line = Map::from_iter([("case".to_owned(), row["name"].clone()), ("results".to_owned(), results.into())]);
        writeln!(out, "{}", Value::Object(line)).expect("standard output");
    }
    let live = hostbill::live_objects().expect("the library is loaded");
    writeln!(out, "{}", json!({"live_objects": live})).expect("standard output");
}
