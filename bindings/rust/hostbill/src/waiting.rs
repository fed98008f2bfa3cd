//! Which future waits for which submission. The library hands answers out in the order in which they finish, so one thread
//! asks it for all; it lives as long as futures are pending.

use crate::client::Shared;
use crate::library::Request;
use crate::{Error, Result, Value};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Poll, Waker};

#[derive(Default)]
pub(crate) struct Waiting {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    ready: HashMap<i64, Result<Value>>,
    /// The futures without an answer yet, and whom to wake.
    futures: HashMap<i64, Option<Waker>>,
    /// Futures that were dropped before their answer came.
    abandoned: HashSet<i64>,
    somebody_asks: bool,
}

impl State {
    fn deliver(&mut self, answer: Value) {
        if answer.get("progress").is_some() {
            return; // How far a wait is; the answer is still to come.
        }
        let id = answer.get("id").and_then(Value::as_i64).unwrap_or_default();
        if self.abandoned.remove(&id) {
            return;
        }
        self.ready.insert(id, Ok(answer));
        if let Some(Some(waker)) = self.futures.remove(&id) {
            waker.wake();
        }
    }

    fn needs_a_thread(&self) -> bool {
        let wanted = self.futures.len() + self.abandoned.len();
        wanted > 0 && !self.somebody_asks
    }
}

impl Waiting {
    /// Hands a call to the library, for a future.
    pub(crate) fn submit(&self, client: &Arc<Shared>, request: &Request) -> Result<i64> {
        // Held all the while, so that the answer cannot come before the number is known.
        let mut state = lock(&self.state);
        let id = client.handle.submit(request)?;
        state.futures.insert(id, None);
        self.appoint(client, &mut state);
        Ok(id)
    }

    /// The answer, or else the waker is woken when it is there.
    pub(crate) fn poll(&self, id: i64, waker: &Waker) -> Poll<Result<Value>> {
        let mut state = lock(&self.state);
        match state.ready.remove(&id) {
            Some(answer) => Poll::Ready(answer),
            None => {
                state.futures.insert(id, Some(waker.clone()));
                Poll::Pending
            }
        }
    }

    /// Nobody wants the answer any more.
    pub(crate) fn abandon(&self, id: i64) {
        let mut state = lock(&self.state);
        if state.ready.remove(&id).is_none() && state.futures.remove(&id).is_some() {
            state.abandoned.insert(id);
        }
    }

    /// Starts a thread that asks, if there are futures and nobody asks.
    fn appoint(&self, client: &Arc<Shared>, state: &mut State) {
        if !state.needs_a_thread() {
            return;
        }
        let client = Arc::clone(client);
        let thread = std::thread::Builder::new().name("hostbill-answers".to_owned());
        match thread.spawn(move || client.waiting.ask(&client)) {
            Ok(_) => state.somebody_asks = true,
            Err(error) => fail(state, &Error::internal(format!("no thread can be started: {error}"))),
        }
    }

    fn ask(&self, client: &Shared) {
        loop {
            let found = client.handle.next();
            let mut state = lock(&self.state);
            match found {
                Ok(answer) => state.deliver(answer),
                Err(error) => fail(&mut state, &error),
            }
            state.somebody_asks = false;
            let again = state.needs_a_thread();
            state.somebody_asks = again;
            if !again {
                return;
            }
        }
    }
}

/// No answers will come any more.
fn fail(state: &mut State, error: &Error) {
    state.abandoned.clear();
    for (id, waker) in std::mem::take(&mut state.futures) {
        state.ready.insert(id, Err(error.clone()));
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
