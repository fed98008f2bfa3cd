//! Threads, cancelling, closing, numbers and what is shown, with a portal that does as it is told.

use hostbill::{json, CancelHandle, Client, Error, Number, Options, Retry, Sandbox, Value};
use hostbill_tests::Portal;
use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll, Wake};
use std::time::Duration;

fn goes_anywhere<T: Send + Sync + 'static>() {}

#[test]
fn everything_may_be_sent_and_shared_between_threads() {
    goes_anywhere::<Client>();
    goes_anywhere::<Sandbox>();
    goes_anywhere::<CancelHandle>();
    goes_anywhere::<Error>();
    goes_anywhere::<hostbill::Answer>();
    goes_anywhere::<hostbill::Pending>();
    goes_anywhere::<hostbill::ClientBuilder>();
}

#[test]
fn decimals_keep_every_digit() {
    let portal = Portal::start();
    let client = portal.client().build().unwrap();
    let thread = std::thread::spawn(move || client.account().balance().options(Options::new().raw(true)).answer());
    portal.next().answer(r#"{"price":0.10,"large":12345678901234.56789,"count":3,"whole":123456789012345678901}"#);
    let answer = thread.join().unwrap().unwrap();
    assert_eq!(answer.data["price"].to_string(), "0.10");
    assert_eq!(answer.data["large"].to_string(), "12345678901234.56789");
    assert_eq!(answer.data["count"].as_i64(), Some(3));
    assert_eq!(answer.data["whole"].to_string(), "123456789012345678901");
    assert_eq!(answer.meta.operation, "account.balance");
    assert_eq!((answer.meta.http_status, answer.meta.attempts), (200, 1));
}

#[test]
fn answers_become_types() {
    #[derive(serde::Deserialize, Debug)]
    struct Balance {
        owed: Number,
        currency: String,
    }
    let portal = Portal::start();
    let client = portal.client().build().unwrap().with_options(Options::new().raw(true));
    std::thread::scope(|scope| {
        let good = scope.spawn(|| client.account().balance().decode::<Balance>());
        portal.next().answer(r#"{"owed":36.30,"currency":"EUR"}"#);
        let balance = good.join().unwrap().unwrap();
        assert_eq!((balance.owed.to_string().as_str(), balance.currency.as_str()), ("36.30", "EUR"));
        let bad = scope.spawn(|| client.account().balance().decode::<Balance>());
        portal.next().answer(r#"{"owed":36.30}"#);
        assert!(matches!(bad.join().unwrap(), Err(Error::Decode(details)) if details.message.contains("currency")));
    });
}

#[test]
fn cancelling_stops_one_call_and_no_other() {
    let portal = Portal::start();
    let client = portal.client().build().unwrap();
    let (one, other) = (CancelHandle::new(), CancelHandle::new());
    std::thread::scope(|scope| {
        let first = scope.spawn(|| client.servers().get(1).cancel_with(&one).send());
        let first_request = portal.next();
        let second = scope.spawn(|| client.servers().get(2).cancel_with(&other).send());
        let second_request = portal.next();
        let plain = scope.spawn(|| client.servers().get(3).send());
        let third_request = portal.next();
        one.cancel();
        assert!(matches!(first.join().unwrap(), Err(Error::Cancelled(_))));
        second_request.answer("{}");
        third_request.answer("{}");
        assert!(second.join().unwrap().is_ok());
        assert!(plain.join().unwrap().is_ok());
        drop(first_request);
    });
    assert!(one.is_cancelled() && !other.is_cancelled());
}

#[test]
fn what_is_cancelled_beforehand_is_never_sent() {
    let portal = Portal::start();
    let client = portal.client().build().unwrap();
    let cancel = CancelHandle::new();
    cancel.cancel();
    for _ in 0..20 {
        let outcome = client.servers().reboot(1).cancel_with(&cancel).send();
        assert!(matches!(outcome, Err(Error::Cancelled(details)) if details.attempts == 0));
    }
    assert!(!portal.has_another());
}

#[test]
fn a_request_that_left_and_must_not_be_repeated_has_an_unknown_outcome() {
    let portal = Portal::start();
    let client = portal.client().build().unwrap();
    let cancel = CancelHandle::new();
    std::thread::scope(|scope| {
        let call = scope.spawn(|| client.servers().reboot(7).cancel_with(&cancel).send());
        let request = portal.next();
        assert!(request.head.starts_with("POST /api/server/7/reboot "));
        cancel.cancel();
        match call.join().unwrap() {
            Err(Error::OutcomeUnknown(details)) => {
                assert_eq!(details.reconcile.expect("a way to settle it")["operation"], "servers.reboot");
            }
            other => panic!("{other:?}"),
        }
    });
}

/// Before the call, during it and after it: it ends in time, and what comes later is not disturbed.
#[test]
fn cancelling_at_any_time_stops_a_call_or_none() {
    let client =
        hostbill::Client::builder().portal("coloup").base_url("http://127.0.0.1:1/api").token("t").build().unwrap();
    let client = client.with_options(Options::new().max_attempts(1));
    for n in 0..300 {
        let cancel = CancelHandle::new();
        std::thread::scope(|scope| {
            let call = scope.spawn(|| client.invoices().list().cancel_with(&cancel).send());
            std::thread::sleep(std::time::Duration::from_micros(n));
            cancel.cancel();
            assert!(matches!(call.join().unwrap(), Err(Error::Cancelled(_) | Error::Network(_))));
        });
    }
    assert!(!matches!(client.account().balance().send(), Err(Error::Cancelled(_))));
}

#[test]
fn many_cancellable_calls_at_once_get_their_own_answers() {
    let portal = Portal::start();
    let client = portal.client().build().unwrap();
    let cancel = CancelHandle::new();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..16_i64)
            .map(|n| {
                let call = client.servers().get(n).options(Options::new().raw(true)).cancel_with(&cancel);
                (n, scope.spawn(move || call.send()))
            })
            .collect();
        let requests: Vec<_> = threads.iter().map(|_| portal.next()).collect();
        for request in requests {
            let path = request.head.split(' ').nth(1).unwrap_or_default().to_owned();
            let number = path.rsplit('/').next().unwrap_or_default().to_owned();
            request.answer(&format!("{{\"n\":{number}}}"));
        }
        for (n, thread) in threads {
            assert_eq!(thread.join().unwrap().unwrap().extra["n"], n);
        }
    });
}

/// Calls without end that send nothing; every tenth is a mistake.
fn endless(asked: &std::cell::Cell<usize>) -> impl Iterator<Item = hostbill::BatchCall> + '_ {
    std::iter::from_fn(move || {
        asked.set(asked.get() + 1);
        let dry = Options::new().dry_run(true);
        Some(match asked.get() % 10 {
            0 => hostbill::BatchCall::new("no.such", Value::Null),
            _ => hostbill::BatchCall::new("servers.get", json!({"server_id": asked.get()})).options(dry),
        })
    })
}

#[test]
fn outcomes_of_a_batch_come_in_order_and_calls_no_sooner_than_the_window_allows() {
    let portal = Portal::start();
    let client = portal.client().build().unwrap();
    let asked = std::cell::Cell::new(0);
    for (n, outcome) in client.batch(endless(&asked)).window(5).take(100).enumerate() {
        assert_eq!(outcome.index, n);
        assert!(asked.get() <= n + 5);
        match outcome.answer {
            Err(Error::Usage(_)) => assert_eq!(n % 10, 9),
            answer => {
                let url = answer.unwrap().data["url"].as_str().unwrap().to_owned();
                assert!(url.ends_with(&format!("/server/{}", n + 1)), "{url}");
            }
        }
    }
}

#[test]
fn a_batch_gives_outcomes_as_calls_end_and_stops_them_when_it_is_dropped() {
    let portal = Portal::start();
    let client = portal.client().build().unwrap();
    let call =
        |n: i64| hostbill::BatchCall::new("servers.get", json!({"server_id": n})).options(Options::new().raw(true));
    let mut batch = client.batch((1..).map(call)).window(3).unordered();
    std::thread::scope(|scope| {
        let first = scope.spawn(|| batch.next().unwrap());
        let requests: Vec<_> = (0..3).map(|_| portal.next()).collect();
        let last = requests.into_iter().find(|request| request.head.starts_with("GET /api/server/3 ")).unwrap();
        last.answer("{}");
        let outcome = first.join().unwrap();
        assert_eq!(outcome.index, 2);
        assert!(outcome.answer.is_ok());
        assert!(!portal.has_another());
    });
    let started = std::time::Instant::now();
    drop(batch); // What it leaves behind ends long before the portal would answer.
    drop(client);
    assert!(started.elapsed() < Duration::from_secs(10));
}

/// A server's id, or for every tenth what is none: a list.
fn id(n: usize) -> Value {
    match n % 10 {
        0 => json!([n]),
        _ => json!(n),
    }
}

#[test]
fn map_makes_one_operation_with_each_of_many_values() {
    let portal = Portal::start();
    let client = portal.client().build().unwrap();
    let dry = Options::new().dry_run(true);
    let asked = std::cell::Cell::new(0);
    let ids = || {
        std::iter::from_fn(|| {
            asked.set(asked.get() + 1);
            Some(id(asked.get()))
        })
    };
    let mut seen = 0;
    for outcome in client.map("servers.get", "server_id", ids()).options(dry.clone()).window(5).take(100) {
        assert_eq!(outcome.index, seen);
        assert!(asked.get() <= seen + 5);
        seen += 1;
        match outcome.answer {
            Err(Error::Usage(details)) => {
                assert_eq!(seen % 10, 0);
                assert_eq!(details.fields[0].field, "server_id");
            }
            answer => {
                let url = answer.unwrap().data["url"].as_str().unwrap().to_owned();
                assert!(url.ends_with(&format!("/server/{seen}")), "{url}");
            }
        }
    }
    assert_eq!(seen, 100);

    let mapped = client.map("servers.rename", "hostname", ["a", "b"]).options(dry).params(json!({"server_id": 7}));
    let mut outcomes: Vec<_> = mapped.unwrap().unordered().collect();
    outcomes.sort_by_key(|outcome| outcome.index);
    let bodies: Vec<_> = outcomes.into_iter().map(|outcome| outcome.answer.unwrap().data["body"].clone()).collect();
    assert_eq!(bodies, [json!("{\"hostname\":\"a\"}"), json!("{\"hostname\":\"b\"}")]);

    let before = asked.get();
    for (params, said) in [(json!({"server_id": 7}), "server_id is given twice"), (json!([7]), "have to be an object")]
    {
        match client.map("servers.get", "server_id", ids()).params(params).err() {
            Some(Error::Usage(details)) => assert!(details.message.contains(said), "{}", details.message),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(asked.get(), before);
    assert!(!portal.has_another());
}

/// The smallest executor there is.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(std::thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let mut future = Box::pin(future);
    let waker = Arc::new(Unpark(std::thread::current())).into();
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => std::thread::park(),
        }
    }
}

#[test]
fn futures_run_side_by_side_and_beside_calls_that_block() {
    let portal = Portal::start();
    let client = portal.client().build().unwrap().with_options(Options::new().raw(true));
    let cancel = CancelHandle::new();
    for _ in 0..3 {
        let futures: Vec<_> = (0..8_i64).map(|n| client.servers().get(n).start()).collect();
        std::thread::scope(|scope| {
            let blocking = scope.spawn(|| client.servers().get(8).cancel_with(&cancel).send());
            for _ in 0..9 {
                let request = portal.next();
                let path = request.head.split(' ').nth(1).unwrap_or_default().to_owned();
                request.answer(&format!("{{\"n\":{}}}", path.rsplit('/').next().unwrap_or_default()));
            }
            for (n, future) in futures.into_iter().enumerate() {
                assert_eq!(block_on(future).unwrap().data["n"], n);
            }
            assert_eq!(blocking.join().unwrap().unwrap().extra["n"], 8);
        });
    }
}

#[test]
fn futures_are_cancelled_by_hand_and_by_dropping() {
    let portal = Portal::start();
    let client = portal.client().build().unwrap();
    let future = client.servers().get(1).start();
    let _request = portal.next();
    future.cancel();
    assert!(matches!(block_on(future), Err(Error::Cancelled(_))));
    let dropped = client.servers().get(2).start();
    let _request = portal.next();
    drop(dropped);
    let closed = client.servers().get(3).start();
    let _request = portal.next();
    client.close();
    assert!(matches!(block_on(closed), Err(Error::Cancelled(_))));
    assert!(matches!(block_on(client.servers().get(4).start()), Err(Error::Usage(_))));
}

#[test]
fn close_ends_calls_of_other_threads_and_refuses_later_ones() {
    let portal = Portal::start();
    let client = portal.client().build().unwrap();
    std::thread::scope(|scope| {
        let call = scope.spawn(|| client.servers().list().send());
        let _request = portal.next();
        let copy = client.clone();
        copy.close();
        copy.close();
        assert!(matches!(call.join().unwrap(), Err(Error::Cancelled(_))));
    });
    assert!(client.is_closed());
    assert!(matches!(client.servers().list().send(), Err(Error::Usage(details)) if details.message.contains("closed")));
    let cancel = CancelHandle::new();
    assert!(matches!(client.invoices().list().cancel_with(&cancel).send(), Err(Error::Usage(_))));
}

#[test]
fn options_hold_for_a_call_or_for_all_of_a_client() {
    let portal = Portal::start();
    let client = portal.client().build().unwrap();
    let dry = client.with_options(Options::new().dry_run(true).tag("all"));
    let answer = dry.servers().get(7).answer().unwrap();
    assert_eq!((answer.data["method"].as_str(), answer.meta.tag.as_deref()), (Some("GET"), Some("all")));
    let answer = dry.servers().get(7).options(Options::new().tag("one")).answer().unwrap();
    assert_eq!(answer.meta.tag.as_deref(), Some("one"));
    let late = client.servers().get(7).options(Options::new().timeout(Duration::from_millis(50))).send();
    assert!(matches!(late, Err(Error::Timeout(_))));
}

#[test]
fn mistakes_are_named_all_at_once() {
    let client = Portal::start().client().portal("coloup").retry(Retry::new().max_attempts(2)).build().unwrap();
    match client.call("tickets.create", json!({"subjekt": "x"})).send() {
        Err(Error::Usage(details)) => {
            assert!(details.fields.iter().any(|row| row.nearest.as_deref() == Some("subject")));
            assert!(details.fields.len() > 1, "{:?}", details.fields);
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(client.call("a\0b", Value::Null).send(), Err(Error::Usage(_))));
    assert!(matches!(client.call("invoices.list", json!([1])).send(), Err(Error::Usage(_))));
    let wrong = Client::builder().portal("time4vsp").set("pasword", "x").build();
    assert!(matches!(wrong, Err(Error::Usage(details)) if details.fields.len() >= 2));
}

#[test]
fn secrets_are_not_shown() {
    let portal = Portal::start();
    let builder = portal.client().proxy("").token("t0ken-word");
    let shown = format!("{builder:?}");
    assert!(shown.contains("password") && !shown.contains("s3cret-word") && !shown.contains("t0ken-word"), "{shown}");
    let client = portal.client().build().unwrap();
    let shown = format!("{client:?}");
    assert!(shown.contains("time4vps") && !shown.contains("s3cret-word"), "{shown}");
    let call = client.account().signup().password("an0ther-Secret-word");
    let shown = format!("{call:?}");
    assert!(shown.contains("password") && !shown.contains("an0ther"), "{shown}");
    let error = call.send().unwrap_err();
    assert!(!format!("{error:?} {error}").contains("an0ther"));
    let dry = client.account().signup().email("a@example.com").password("an0ther-Secret-word");
    let dry = dry.options(Options::new().dry_run(true)).send().unwrap();
    assert!(!dry.extra["body"].to_string().contains("an0ther"));
}

#[test]
fn the_sandbox_is_a_portal() {
    let sandbox = Sandbox::builder().portal("time4vps").task_polls(1).username("ada@example.com").start().unwrap();
    assert!(sandbox.url().starts_with("http://127.0.0.1:"));
    assert!(!format!("{sandbox:?}").contains(sandbox.password()));
    let client = sandbox.client().unwrap();
    client.servers().reboot(sandbox.id("server_id").expect("a server")).send().unwrap();
    assert_eq!(sandbox.control("ledger", Value::Null).unwrap()["servers.reboot"], 1);
    assert!(matches!(sandbox.control("nonsense", Value::Null), Err(Error::Usage(_))));
    sandbox.close();
    sandbox.close();
    assert!(
        matches!(sandbox.control("info", Value::Null), Err(Error::Usage(details)) if details.message.contains("closed"))
    );
    assert!(matches!(client.servers().list().send(), Err(Error::Network(_))));
}

#[test]
fn a_portal_of_its_own_document() {
    let swagger = json!({"swagger": "2.0", "basePath": "/api", "paths": {"/balance": {"get": {"responses": {}}}}});
    let client =
        Client::builder().portal(json!({ "swagger": swagger })).base_url("http://127.0.0.1:1/api").auth("none");
    let client = client.build().unwrap().with_options(Options::new().dry_run(true));
    assert_eq!(client.account().balance().send().unwrap().extra["method"], "GET");
    assert!(matches!(client.servers().list().send(), Err(Error::Unsupported(_))));
}

#[test]
fn an_error_for_each_class() {
    let catalog = hostbill::catalog(Some("coloup")).unwrap();
    assert!(catalog["operations"].as_array().is_some_and(|rows| rows.len() > 50));
    match hostbill::catalog(Some("colup")) {
        Err(error @ Error::Usage(_)) => assert_eq!(error.name(), "Usage"),
        other => panic!("{other:?}"),
    }
    assert_eq!(hostbill::build_info().unwrap()["abi_version"], 1);
}
