use crate::cancel::CancelHandle;
use crate::library::{Handle, Request};
use crate::reader::Reader;
use crate::values::{self, Named};
use crate::waiting::Waiting;
use crate::{Batch, BatchCall, Call, ClientBuilder, Mapped, Options, Pending, Result, Value};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

/// A client of one portal, with a group of methods for each part of it.
///
/// Any thread may use it, at the same time as others. A clone is the same client; when the last one is dropped, it is
/// closed and released.
#[derive(Clone)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
    options: Options,
}

pub(crate) struct Shared {
    pub(crate) handle: Handle,
    pub(crate) waiting: Waiting,
    closed: AtomicBool,
    portal: String,
    base_url: Option<String>,
}

impl ClientBuilder {
    /// A setting by its name, such as one read from a file.
    pub fn set(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.settings.set(name, value);
        self
    }

    /// The client. Nothing is sent, so that wrong credentials show at the first call.
    ///
    /// # Errors
    /// [`Error::Usage`](crate::Error::Usage) names every mistake in the settings;
    /// [`Error::Library`](crate::Error::Library) says where the library was looked for.
    pub fn build(self) -> Result<Client> {
        let config = values::text(&Value::Object(self.settings.0.clone()))?;
        let known = |name: &str| self.settings.0.get(name).and_then(Value::as_str).map(str::to_owned);
        let shared = Shared {
            handle: Handle::new(&config)?,
            waiting: Waiting::default(),
            closed: AtomicBool::new(false),
            portal: known("portal").unwrap_or_default(),
            base_url: known("base_url"),
        };
        Ok(Client { shared: Arc::new(shared), options: Options::new() })
    }
}

impl Client {
    /// What a client is made from.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// Any operation by its id or its method and path, with its parameters as an object (`Value::Null`: none).
    ///
    /// ```no_run
    /// # let client = hostbill::Client::builder().build()?;
    /// use hostbill::json;
    /// client.call("POST /server/{server_id}/reboot", json!({"server_id": 7})).send()?;
    /// # Ok::<(), hostbill::Error>(())
    /// ```
    pub fn call(&self, operation: &str, params: impl Into<Value>) -> Call<'_> {
        Call::new(self, operation, params.into())
    }

    /// Many calls, of which some are under way at any time.
    pub fn batch<I: IntoIterator<Item = BatchCall>>(&self, calls: I) -> Batch<I::IntoIter> {
        Batch::new(self.clone(), calls.into_iter())
    }

    /// One operation with each of many values of a parameter, as a [`batch`](Client::batch); values are taken as outcomes are
    /// taken. [`params`](Batch::params) and [`options`](Batch::options) are the same for all calls.
    ///
    /// ```no_run
    /// # let client = hostbill::Client::builder().build()?;
    /// use hostbill::json;
    /// for outcome in client.map("domains.get", "domain_id", 1..1000).window(16) {
    ///     println!("{} {:?}", outcome.index + 1, outcome.answer.map(|answer| answer.data));
    /// }
    /// let names = ["www", "mail"];
    /// let record = json!({"domain_id": 7, "type": "A", "content": "192.0.2.10"});
    /// for outcome in client.map("domains.dns_records.create", "name", names).params(record)? {
    ///     println!("{} {:?}", names[outcome.index], outcome.answer.err());
    /// }
    /// # Ok::<(), hostbill::Error>(())
    /// ```
    pub fn map<I>(&self, operation: &str, parameter: &str, values: I) -> Batch<Mapped<I::IntoIter>>
    where
        I: IntoIterator,
        I::Item: Into<Value>,
    {
        Batch::new(self.clone(), Mapped::new(operation, parameter, values.into_iter()))
    }

    /// The same client with these options for every call that is made through what this returns.
    #[must_use]
    pub fn with_options(&self, options: Options) -> Client {
        Client { shared: Arc::clone(&self.shared), options: self.options.joined(&options) }
    }

    /// Stops every call in progress, which then fail, and refuses new ones. May be repeated.
    pub fn close(&self) {
        self.shared.closed.store(true, Ordering::Release);
        self.shared.handle.close();
    }

    /// Whether it has been closed.
    pub fn is_closed(&self) -> bool {
        self.shared.closed.load(Ordering::Acquire)
    }

    /// Runs an operation and gives what `read` makes of the answer's document.
    pub(crate) fn run<T>(
        &self,
        operation: &str,
        params: &Value,
        options: &Options,
        cancel: Option<&CancelHandle>,
        read: impl FnOnce(&mut Reader<'_>) -> Option<T>,
    ) -> Result<T> {
        match cancel {
            None => self.shared.handle.call(&self.request(operation, params, options)?, read),
            Some(cancel) => {
                let watched = cancel.watch(&self.shared)?;
                let options = options.clone().set("cancel_key", watched.key());
                self.shared.handle.call(&self.request(operation, params, &options)?, read)
            }
        }
    }

    pub(crate) fn start(&self, operation: &str, params: &Value, options: &Options) -> Pending {
        let id = self
            .request(operation, params, options)
            .and_then(|request| self.shared.waiting.submit(&self.shared, &request));
        Pending::new(Arc::clone(&self.shared), id)
    }

    fn request(&self, operation: &str, params: &Value, options: &Options) -> Result<Request> {
        Ok(Request {
            operation: values::name(operation)?,
            params: if params.is_null() { None } else { Some(values::text(params)?) },
            options: match (self.options.settings.0.is_empty(), options.settings.0.is_empty()) {
                (_, true) => self.options.settings.text()?,
                (true, _) => options.settings.text()?,
                _ => self.options.joined(options).settings.text()?,
            },
        })
    }
}

impl Options {
    /// An option by its name.
    pub fn set(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.settings.set(name, value);
        self
    }

    fn joined(&self, more: &Options) -> Options {
        let mut all = self.settings.0.clone();
        all.extend(more.settings.0.iter().map(|(name, value)| (name.clone(), value.clone())));
        Options { settings: Named(all) }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = out.debug_struct("Client");
        shown.field("portal", &self.shared.portal);
        if let Some(base_url) = &self.shared.base_url {
            shown.field("base_url", base_url);
        }
        shown.field("closed", &self.is_closed()).finish()
    }
}
