//! Many calls, some of them under way at any time.

use crate::{Answer, Client, Error, Options, Pending, Result, Value};
use std::collections::VecDeque;
use std::future::Future;
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
    calls: I,
    window: usize,
    ordered: bool,
    last: bool,
    begun: usize,
    under_way: VecDeque<(usize, Pending)>,
}

impl<I: Iterator<Item = BatchCall>> Batch<I> {
    pub(crate) fn new(client: Client, calls: I) -> Self {
        Batch { client, calls, window: 64, ordered: true, last: false, begun: 0, under_way: VecDeque::new() }
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
        while !self.last && self.under_way.len() < self.window {
            match self.calls.next() {
                Some(call) => {
                    let pending = self.client.start(&call.operation, &call.params, &call.options);
                    self.under_way.push_back((self.begun, pending));
                    self.begun += 1;
                }
                None => self.last = true,
            }
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

/// The calls of [`Client::map`]: one operation with each of many values of a parameter.
#[derive(Clone, Debug)]
pub struct Mapped<I> {
    common: BatchCall,
    parameter: String,
    values: I,
}

impl<I> Mapped<I> {
    pub(crate) fn new(operation: &str, parameter: &str, values: I) -> Self {
        let common = BatchCall::new(operation, crate::Map::new());
        Mapped { common, parameter: parameter.to_owned(), values }
    }
}

impl<I: Iterator> Iterator for Mapped<I>
where
    I::Item: Into<Value>,
{
    type Item = BatchCall;

    fn next(&mut self) -> Option<BatchCall> {
        let value = self.values.next()?;
        let mut call = self.common.clone();
        call.params[&self.parameter] = value.into();
        Some(call)
    }
}

impl<I: Iterator> Batch<Mapped<I>>
where
    I::Item: Into<Value>,
{
    /// The other parameters, as an object (`Value::Null`: none): they are the same for all calls.
    ///
    /// # Errors
    /// [`Error::Usage`]: they have the parameter whose values are given, too, or are no object.
    pub fn params(mut self, params: impl Into<Value>) -> Result<Self> {
        let Mapped { common, parameter, .. } = &mut self.calls;
        match params.into() {
            Value::Null => {}
            Value::Object(others) if others.contains_key(parameter) => {
                let problem = "is given twice: with its values, and in the parameters for all calls";
                return Err(Error::usage_of(parameter, problem));
            }
            Value::Object(others) => common.params = Value::Object(others),
            _ => return Err(Error::usage("the parameters for all calls have to be an object")),
        }
        Ok(self)
    }

    /// What holds for each call.
    pub fn options(mut self, options: Options) -> Self {
        self.calls.common.options = options;
        self
    }
}

/// Wakes the thread that waits.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
