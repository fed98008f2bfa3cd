//! Answers in the types of their operations.

use hostbill::types::{Data, DateTime, Decimal, Invoice, InvoiceStatus, TaskRun};
use hostbill::{json, Error, Map, Options, Value};
use hostbill_tests::{results, Portal};

/// Without members that are null: what may be missing is left out then.
fn without_null(value: &Value) -> Value {
    match value {
        Value::Array(list) => list.iter().map(without_null).collect(),
        Value::Object(map) => {
            let there = map.iter().filter(|(_, inner)| !inner.is_null());
            Value::Object(there.map(|(name, inner)| (name.clone(), without_null(inner))).collect())
        }
        other => other.clone(),
    }
}

fn examples(portal: &str) -> Map {
    let catalog = hostbill::catalog(Some(portal)).unwrap();
    let rows = catalog["operations"].as_array().unwrap();
    rows.iter().map(|row| (row["id"].as_str().unwrap().to_owned(), row["result"]["raw"]["example"].clone())).collect()
}

#[test]
fn every_example_becomes_its_type_and_back() {
    let mut tested = 0;
    for name in ["coloup", "generic", "time4vps", "elsecloud", "internetport"] {
        let examples = examples(name);
        let wire = format!("{}/../../wire/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let wire: Value = serde_json(&std::fs::read_to_string(wire).unwrap());
        let portal = Portal::start();
        let client = portal.client().portal(name).build().unwrap();
        for case in wire["cases"].as_array().unwrap() {
            let operation = case["operation"].as_str().unwrap();
            let example = examples.get(operation).filter(|example| !example.is_null());
            let Some(example) = example.filter(|_| !operation.starts_with("auth.")) else { continue };
            let answer = std::thread::scope(|scope| {
                let call = scope.spawn(|| client.call(operation, case["params"].clone()).answer());
                portal.next().answer(&example.to_string());
                call.join().unwrap().unwrap()
            });
            assert!(!answer.meta.all.contains_key("unshaped"), "{operation}: {:?}", answer.meta);
            let (back, _) = results::through(operation, answer.data.clone()).expect(operation);
            assert_eq!(without_null(&back), without_null(&answer.data), "{operation}");
            tested += 1;
        }
    }
    assert!(tested > 400, "{tested}");
}

fn serde_json(text: &str) -> Value {
    hostbill::serde_json::from_str(text).unwrap()
}

/// Rows that resemble each other, or do not: names that come, go, change places, come again, or are written in another way.
#[test]
fn rows_are_what_was_sent() {
    let text = concat!(
        r#"{"rows":[{"id":1,"name":"a\/b","total":"1.50"},{"id":2,"name":"longer than before \" \\","total":"1.5"},"#,
        r#"{"id":3,"name":"c","more":null,"total":"2"},{"id":4,"total":"2","name":"x"},{"id":5,"name":"y"},"#,
        r#"{"id":6,"name":"z","total":"1","id":7},{"name":"v","name":"w"},{},{"id":8,"name":[1,{"id":9}],"total":{}},"#,
        r#"{"id":10,"name":{"name":"n"},"total":-0.10},{"na\u006de":"u","id":1e2},3,"s",null,[],{"id":"caf\u00e9\n"},"#,
        r#"{"a\\":1},{"a\":":2},{"id":true}],"none":[],"one":[{"id":1}],"more":[1,2,3]}"#
    );
    let portal = Portal::start();
    let client = portal.client().build().unwrap().with_options(Options::new().raw(true));
    for whole in [false, true] {
        let data = std::thread::scope(|scope| {
            let call = client.call("invoices.list", Value::Null);
            let call = scope.spawn(move || if whole { call.answer().map(|answer| answer.data) } else { call.send() });
            portal.next().answer(text);
            call.join().unwrap().unwrap()
        });
        assert_eq!(data, serde_json(text));
        assert_eq!(data.to_string(), serde_json(text).to_string(), "in order");
    }
}

#[test]
fn texts_of_any_length_are_what_they_were() {
    for text in ["", "1", "-12345678901234567.8901", "123456789012345678901234567890.12", "1234567890123456789012"] {
        let amount = Decimal::from_data(json!(text)).unwrap();
        assert_eq!((amount.as_str(), amount.to_data()), (text, json!(text)));
        assert_eq!(amount.clone(), amount);
    }
    for text in ["2026-11-23T18:30:00", "2026-11-23T18:30:00+02:00", "2026-11-23T18:30:00.123456789+02:00"] {
        assert_eq!(DateTime::from_data(json!(text)).unwrap().to_string(), text);
    }
    let paid = InvoiceStatus::from_data(json!("Paid")).unwrap();
    assert_eq!((paid.clone(), format!("{paid:?}")), (InvoiceStatus::PAID, format!("{:?}", InvoiceStatus::PAID)));
    let other = InvoiceStatus::from_data(json!("Waiting for the bank's answer, caf\u{e9}")).unwrap();
    assert!(paid < other && other.as_str().ends_with("caf\u{e9}"));
}

#[test]
fn what_does_not_fit_is_kept() {
    let sent = json!({
        "id": "9", "status": "Paid up", "date": "2026-02-02", "duedate": "soon", "total": "36.30", "subtotal": ["x"],
        "number": "2026/9", "currency": "EUR", "colour": "blue", "datepaid": "2026-02-03 11:20:31", "credit": "12.5",
        "items": [{"id": 1, "amount": "1.50", "description": "a"}, "a line alone"],
    });
    let portal = Portal::start();
    let client = portal.client().build().unwrap();
    let invoice = std::thread::scope(|scope| {
        let call = scope.spawn(|| client.invoices().get(9).send());
        portal.next().answer(&sent.to_string());
        call.join().unwrap().unwrap()
    });
    assert_eq!(invoice.id, 9);
    assert_eq!(invoice.status, "Paid up");
    assert_ne!(invoice.status, InvoiceStatus::PAID);
    assert_eq!(invoice.total, "36.30");
    assert_eq!((invoice.total.scaled(2), invoice.total.scaled(0)), (Some(3630), None));
    assert_eq!(invoice.date.as_ref().unwrap().parts(), Some((2026, 2, 2)));
    assert_eq!(invoice.datepaid.as_ref().unwrap().time(), Some((11, 20, 31)));
    assert_eq!((&invoice.duedate, &invoice.subtotal), (&None, &None));
    assert_eq!((&invoice.extra["duedate"], &invoice.extra["colour"]), (&json!("soon"), &json!("blue")));
    assert_eq!(invoice.items.as_ref().unwrap()[0].amount, "1.50");
    assert_eq!(invoice.items.as_ref().unwrap()[1].extra[""], "a line alone");
    let again = Invoice::from_data(invoice.to_data()).unwrap();
    assert_eq!(again, invoice);
    let text = hostbill::serde_json::to_string(&invoice).unwrap();
    assert_eq!(hostbill::serde_json::from_str::<Invoice>(&text).unwrap(), invoice);
}

#[test]
fn what_is_no_list_is_an_error_that_says_so() {
    let portal = Portal::start();
    let client = portal.client().build().unwrap().with_options(Options::new().raw(true));
    std::thread::scope(|scope| {
        let call = scope.spawn(|| client.invoices().list().send());
        portal.next().answer("\"come back later\"");
        assert!(matches!(call.join().unwrap(), Err(Error::Decode(_))));
    });
}

#[test]
fn secrets_are_not_shown() {
    let sent = json!({
        "name": "reset_password", "results": "New password: hunter22", "pin": "hunter22",
        "credentials": [{"label": null, "username": "root", "password": "hunter22", "url": "https://hunter22",
                         "host": null, "port": null}],
    });
    let run = TaskRun::from_data(sent.clone()).unwrap();
    assert_eq!(run.results.as_ref().unwrap().reveal(), "New password: hunter22");
    assert!(!format!("{run:?} {run:#?}").contains("hunter22"));
    assert_eq!(without_null(&run.to_data()), without_null(&sent));
}

/// `send` reads the text itself, `answer` makes a JSON value first, of which serde makes the type: both have to agree.
#[test]
fn texts_and_values_become_the_same() {
    let portal = Portal::start();
    let client = portal.client().build().unwrap().with_options(Options::new().raw(true));
    for text in [
        r#"{"id":"9007199254740993","status":"","total":null,"number":7,"items":[{"id":"x"},5,null],"client":[]}"#,
        r#"{"id":1.5,"date":"2026-1-1","datepaid":"2026-02-03T11:20:31+02:00","credit":-0,"tax":1e3,"taxrate":[[]]}"#,
        r#"{"id":"07","taxexempt":"true","notes":"caf\u00e9 \ud83d\ude00 \"\\\/\n\u0000 é","items":{},"a\"b":{"":[{}]}}"#,
        r#"{"id":-3,"taxexempt":false,"notes":null,"items":[],"deep":[[[{"x":[true,false,null,-12.50,0]}]]]}"#,
        r#"[1,2]"#,
        r#""a line alone""#,
        r#"{}"#,
    ] {
        let (sent, answer) = std::thread::scope(|scope| {
            let call = scope.spawn(|| client.invoices().get(9).send());
            portal.next().answer(text);
            let sent = call.join().unwrap().unwrap();
            let call = scope.spawn(|| client.invoices().get(9).answer());
            portal.next().answer(text);
            (sent, call.join().unwrap().unwrap())
        });
        assert_eq!(answer.data, serde_json(text), "{text}");
        assert_eq!(Invoice::from_data(answer.data).unwrap(), sent, "{text}");
    }
}
