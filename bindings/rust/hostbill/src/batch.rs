//! Many calls, some of them under way at any time.

use crate::{Answer, Client, Options, Pending, Result, Value};
use std::collections::VecDeque;
use std::future::Future;
use std::iter::Fuse;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake};
use std::thread::Thread;

/// A call of a [`Batch`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BatchCall {
    /// An operation's id, or its method and path.
    pub operation: String,
    /// Its parameters as an object; null: none.
    pub params: Value,
    /// What holds for this call alone.
    pub options: Options,
}

impl BatchCall {
    /// A call without options.
    pub fn new(operation: impl Into<String>, params: impl Into<Value>) -> Self {
        BatchCall { operation: operation.into(), params: params.into(), options: Options::new() }
    }

    /// What holds for this call alone.
    #[must_use]
    pub fn options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }
}

/// What came of a call of a [`Batch`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// The call's number, from 0.
    pub index: usize,
    /// The answer, or why the call failed.
    pub answer: Result<Answer>,
}

/// Many calls, of which up to 64 are under way at any time: an iterator of their outcomes, in the order of the calls.
///
/// More calls are taken as outcomes are taken. A call that fails is an outcome like any other. Dropping the batch stops what
/// is under way.
///
/// ```no_run
/// # let client = hostbill::Client::builder().build()?;
/// use hostbill::{json, BatchCall};
/// let calls = (1..1000).map(|id| BatchCall::new("domains.get", json!({"domain_id": id})));
/// for outcome in client.batch(calls) {
///     println!("{} {:?}", outcome.index, outcome.answer.map(|answer| answer.data));
/// }
/// # Ok::<(), hostbill::Error>(())
/// ```
#[must_use = "nothing happens until an outcome is asked for"]
pub struct Batch<I: Iterator<Item = BatchCall>> {
    client: Client,
    calls: Fuse<I>,
    window: usize,
    ordered: bool,
    begun: usize,
    under_way: VecDeque<(usize, Pending)>,
}

impl<I: Iterator<Item = BatchCall>> Batch<I> {
    pub(crate) fn new(client: Client, calls: I) -> Self {
        Batch { client, calls: calls.fuse(), window: 64, ordered: true, begun: 0, under_way: VecDeque::new() }
    }

    /// How many calls are under way at most, instead of 64; at least one is.
    pub fn window(mut self, calls: usize) -> Self {
        self.window = calls.max(1);
        self
    }

    /// Outcomes come as calls end.
    pub fn unordered(mut self) -> Self {
        self.ordered = false;
        self
    }

    fn fill(&mut self) {
        while self.under_way.len() < self.window {
            let Some(call) = self.calls.next() else { return };
            self.under_way.push_back((self.begun, self.client.start(&call.operation, &call.params, &call.options)));
            self.begun += 1;
        }
    }
}

impl<I: Iterator<Item = BatchCall>> Iterator for Batch<I> {
    type Item = Outcome;

    fn next(&mut self) -> Option<Outcome> {
        self.fill();
        if self.under_way.is_empty() {
            return None;
        }
        let waker = Arc::new(Unpark(std::thread::current())).into();
        let mut context = Context::from_waker(&waker);
        let candidates = if self.ordered { 1 } else { self.under_way.len() };
        loop {
            for place in 0..candidates {
                let (index, pending) = &mut self.under_way[place];
                if let Poll::Ready(answer) = Pin::new(pending).poll(&mut context) {
                    let index = *index;
                    self.under_way.remove(place);
                    return Some(Outcome { index, answer });
                }
            }
            std::thread::park();
        }
    }
}

/// Wakes the thread that waits.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
