//! Calls that another thread may stop. They are submissions: the library runs them, and the caller waits for the answer
//! of that number.

use crate::client::Shared;
use crate::library::Request;
use crate::{Error, ErrorDetails, Result, Value};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, Weak};

/// Stops the calls that it was given to, and no others.
///
/// ```no_run
/// # let client = hostbill::Client::builder().build()?;
/// let cancel = hostbill::CancelHandle::new();
/// let stop = cancel.clone();
/// std::thread::spawn(move || stop.cancel());
/// let outcome = client.servers().list().cancel_with(&cancel).send();
/// # Ok::<(), hostbill::Error>(())
/// ```
///
/// The call then fails as [`Error::Cancelled`], or as [`Error::OutcomeUnknown`] when a request that must not be repeated
/// had already left. Such calls run on threads of the library's, up to 64 of a client at once.
#[derive(Clone, Default)]
pub struct CancelHandle {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    cancelled: bool,
    calls: Vec<(Weak<Shared>, i64)>,
}

impl CancelHandle {
    /// One that has not been cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops the calls in progress, and later ones before anything is sent.
    pub fn cancel(&self) {
        let mut state = lock(&self.state);
        state.cancelled = true;
        let calls = std::mem::take(&mut state.calls);
        drop(state);
        for (client, id) in calls {
            if let Some(client) = client.upgrade() {
                client.handle.cancel(id);
            }
        }
    }

    /// Whether it has been cancelled.
    pub fn is_cancelled(&self) -> bool {
        lock(&self.state).cancelled
    }

    pub(crate) fn run(&self, client: &Arc<Shared>, request: &Request) -> Result<Value> {
        let mut state = lock(&self.state);
        if state.cancelled {
            return Err(Error::cancelled());
        }
        let id = client.handle.submit(request)?;
        state.calls.push((Arc::downgrade(client), id));
        drop(state);
        let answer = client.waiting.wait_for(client, id);
        let this = Arc::downgrade(client);
        lock(&self.state).calls.retain(|(other, number)| !(*number == id && other.ptr_eq(&this)));
        let mut answer = answer?;
        match answer.get_mut("error").map(Value::take) {
            Some(error) => Err(Error::from_details(ErrorDetails::from_document(error))),
            None => Ok(answer),
        }
    }
}

impl fmt::Debug for CancelHandle {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("CancelHandle").field("cancelled", &self.is_cancelled()).finish()
    }
}

/// Those who wait for a submission. One of them asks the library, for all; the others wait until it has found something.
#[derive(Default)]
pub(crate) struct Waiting {
    answers: Mutex<Answers>,
    changed: Condvar,
}

#[derive(Default)]
struct Answers {
    ready: HashMap<i64, Value>,
    somebody_asks: bool,
}

impl Waiting {
    fn wait_for(&self, client: &Shared, id: i64) -> Result<Value> {
        let mut answers = lock(&self.answers);
        loop {
            if let Some(answer) = answers.ready.remove(&id) {
                return Ok(answer);
            }
            if answers.somebody_asks {
                answers = self.changed.wait(answers).unwrap_or_else(|poisoned| poisoned.into_inner());
                continue;
            }
            answers.somebody_asks = true;
            drop(answers);
            let found = client.handle.next();
            answers = lock(&self.answers);
            answers.somebody_asks = false;
            self.changed.notify_all();
            let answer = found?;
            answers.ready.insert(answer.get("id").and_then(Value::as_i64).unwrap_or_default(), answer);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
