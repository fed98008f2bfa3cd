use crate::reader::Reader;
use crate::types::Data;
use crate::{Answer, CancelHandle, Client, Error, Options, Pending, Result, Value};
use serde::de::DeserializeOwned;
use std::fmt;
use std::marker::PhantomData;

/// An operation with its parameters, ready to be sent. `T` is what its data become.
#[must_use = "nothing happens until it is sent"]
#[derive(Clone)]
pub struct Call<'a, T = Value> {
    client: &'a Client,
    operation: String,
    params: Value,
    options: Options,
    cancel: Option<CancelHandle>,
    data: PhantomData<fn() -> T>,
}

impl<'a, T> Call<'a, T> {
    pub(crate) fn new(client: &'a Client, operation: &str, params: Value) -> Self {
        Call {
            client,
            operation: operation.to_owned(),
            params,
            options: Options::new(),
            cancel: None,
            data: PhantomData,
        }
    }

    /// A parameter by its name.
    pub fn param(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        if self.params.is_null() {
            self.params = Value::Object(crate::Map::new());
        }
        // The library refuses parameters that are no object.
        if let Value::Object(params) = &mut self.params {
            params.insert(name.into(), value.into());
        }
        self
    }

    /// What holds for this call alone.
    pub fn options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// Lets the handle stop this call.
    pub fn cancel_with(mut self, cancel: &CancelHandle) -> Self {
        self.cancel = Some(cancel.clone());
        self
    }

    /// Sends it, waits for the answer and gives its data.
    ///
    /// # Errors
    /// Every class of [`Error`](crate::Error). After [`Error::OutcomeUnknown`](crate::Error::OutcomeUnknown) it may have
    /// happened: call `reconcile` with what the error says before trying again.
    /// [`Error::Decode`](crate::Error::Decode) where a list was to come and something else came.
    pub fn send(self) -> Result<T>
    where
        T: Data,
    {
        let data = self.run(|reader| reader.member("data", Reader::data))?;
        data.map_err(|_: Value| Error::decode(&"`answer` has it as JSON"))
    }

    /// As `send`, and makes a type of yours of the data.
    ///
    /// # Errors
    /// As `send`, and [`Error::Decode`](crate::Error::Decode) if the data are of another form.
    pub fn decode<D: DeserializeOwned>(self) -> Result<D> {
        self.answer()?.decode()
    }

    /// As `send`, and gives the whole answer: data, remarks and facts about the call.
    ///
    /// # Errors
    /// As `send`.
    pub fn answer(self) -> Result<Answer> {
        self.run(|reader| reader.value()).map(Answer::from_document)
    }

    fn run<R>(self, read: impl FnOnce(&mut Reader<'_>) -> Option<R>) -> Result<R> {
        self.client.run(&self.operation, &self.params, &self.options, self.cancel.as_ref(), read)
    }

    /// Sends it without waiting: a future of the whole answer, which runs from now on. A [`CancelHandle`] is of no use to
    /// it: dropping the future cancels the call, as its [`cancel`](Pending::cancel) does.
    pub fn start(self) -> Pending {
        self.client.start(&self.operation, &self.params, &self.options)
    }
}

/// Shows names alone: values may be secret.
impl<T> fmt::Debug for Call<'_, T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&String> = self.params.as_object().into_iter().flat_map(|params| params.keys()).collect();
        out.debug_struct("Call").field("operation", &self.operation).field("params", &names).finish()
    }
}

/// What the calls of single operations have of `Call`.
macro_rules! call_of_an_operation {
    ($name:ident, $data:ty) => {
        impl $name<'_> {
            /// A parameter by its name, such as one that this version does not know.
            pub fn param(self, name: impl Into<String>, value: impl Into<crate::Value>) -> Self {
                Self(self.0.param(name, value))
            }

            /// What holds for this call alone.
            pub fn options(self, options: crate::Options) -> Self {
                Self(self.0.options(options))
            }

            /// Lets the handle stop this call.
            pub fn cancel_with(self, cancel: &crate::CancelHandle) -> Self {
                Self(self.0.cancel_with(cancel))
            }

            /// Sends it, waits for the answer and gives its data. Errors are those of [`Call::send`](crate::Call::send).
            pub fn send(self) -> crate::Result<$data> {
                self.0.send()
            }

            /// As `send`, and makes a type of yours of the data.
            pub fn decode<D: serde::de::DeserializeOwned>(self) -> crate::Result<D> {
                self.0.decode()
            }

            /// As `send`, and gives the whole answer: data, remarks and facts about the call.
            pub fn answer(self) -> crate::Result<crate::Answer> {
                self.0.answer()
            }

            /// As `answer`, but a future, which runs from now on; see [`Call::start`](crate::Call::start).
            pub fn start(self) -> crate::Pending {
                self.0.start()
            }
        }
    };
}
pub(crate) use call_of_an_operation;
