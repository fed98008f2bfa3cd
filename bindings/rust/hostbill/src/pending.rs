use crate::client::Shared;
use crate::library::outcome;
use crate::{Answer, Error, Result};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// The answer of a call under way, for any executor.
///
/// Dropping it before it is done cancels the call; a request that must not be repeated may have left by then.
#[must_use = "dropping it cancels the call"]
pub struct Pending(State);

enum State {
    UnderWay { client: Arc<Shared>, id: i64 },
    Refused(Box<Error>),
    Done,
}

impl Pending {
    pub(crate) fn new(client: Arc<Shared>, id: Result<i64>) -> Self {
        Pending(match id {
            Ok(id) => State::UnderWay { client, id },
            Err(error) => State::Refused(Box::new(error)),
        })
    }

    /// Stops the call. It still ends by itself, as [`Error::Cancelled`] or [`Error::OutcomeUnknown`].
    pub fn cancel(&self) {
        if let State::UnderWay { client, id } = &self.0 {
            client.handle.cancel(*id);
        }
    }
}

impl Future for Pending {
    type Output = Result<Answer>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = match &self.0 {
            State::UnderWay { client, id } => match client.waiting.poll(*id, context.waker()) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(envelope) => envelope.and_then(outcome).map(Answer::from_document),
            },
            State::Refused(error) => Err((**error).clone()),
            State::Done => panic!("a future was polled after it was done"),
        };
        self.0 = State::Done;
        Poll::Ready(answer)
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let State::UnderWay { client, id } = &self.0 {
            client.handle.cancel(*id);
            client.waiting.abandon(*id);
        }
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &self.0 {
            State::UnderWay { .. } => "under way",
            State::Refused(_) => "refused",
            State::Done => "done",
        };
        write!(out, "Pending({state})")
    }
}
