//! Calls that another thread may stop. They are submissions: the library runs them, and the caller waits for the answer
//! of that number.

use crate::client::Shared;
use crate::library::{outcome, Request};
use crate::waiting::lock;
use crate::{Error, Result, Value};
use std::fmt;
use std::sync::{Arc, Mutex, Weak};

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
        outcome(answer?)
    }
}

impl fmt::Debug for CancelHandle {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("CancelHandle").field("cancelled", &self.is_cancelled()).finish()
    }
}
