//! Calls that another thread may stop: each has a key, under which the library knows it.

use crate::client::Shared;
use crate::waiting::lock;
use crate::{Error, Result};
use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
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
/// had already left.
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
        for (client, key) in calls {
            if let Some(client) = client.upgrade() {
                client.handle.cancel(-key);
            }
        }
    }

    /// Whether it has been cancelled.
    pub fn is_cancelled(&self) -> bool {
        lock(&self.state).cancelled
    }

    /// Stops the call that gets the key, for as long as what this returns lives.
    pub(crate) fn watch(&self, client: &Arc<Shared>) -> Result<Watched<'_>> {
        static LAST_KEY: AtomicI64 = AtomicI64::new(0);
        let mut state = lock(&self.state);
        if state.cancelled {
            return Err(Error::cancelled());
        }
        let key = LAST_KEY.fetch_add(1, Ordering::Relaxed) + 1;
        state.calls.push((Arc::downgrade(client), key));
        Ok(Watched { cancel: self, key })
    }
}

/// A call that its handle can stop.
pub(crate) struct Watched<'a> {
    cancel: &'a CancelHandle,
    key: i64,
}

impl Watched<'_> {
    pub(crate) fn key(&self) -> i64 {
        self.key
    }
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        lock(&self.cancel.state).calls.retain(|(_, key)| *key != self.key);
    }
}

impl fmt::Debug for CancelHandle {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("CancelHandle").field("cancelled", &self.is_cancelled()).finish()
    }
}
