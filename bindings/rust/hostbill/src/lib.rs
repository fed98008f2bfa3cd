//! One client for the customer API of web hosts that run the HostBill panel.
//!
//! ```no_run
//! use hostbill::Client;
//!
//! let client = Client::builder().portal("time4vps").username("user@example.com").password("...").build()?;
//! for domain in client.domains().list().send()? {
//!     println!("{:?} {:?}", domain.name, domain.expires);
//! }
//! client.domains().dns_records().create(7).name("www").type_("A").content("192.0.2.10").send()?;
//! # Ok::<(), hostbill::Error>(())
//! ```
//!
//! Every operation of the portals is a method of a group: `client.domains().dns_records().create(..)`. What stands in
//! the request's path is the method's arguments, all else is set by name. [`send`](Call::send) sends the request and
//! gives the answer's data in its type of [`types`]; `answer` gives them as JSON, with the remarks and facts about the
//! call; `decode` makes a type of yours. Operations can also be named: [`Client::call`].
//!
//! # Types
//!
//! What does not fit a field is in `extra`, as it was sent, beside what no field is known for; the field has its default
//! then, and nothing fails. Only data that are no list at all where a list was to come, which the options `raw` and `dry_run`
//! bring about too, are an [`Error::Decode`]: `answer` has them. What may be missing, or null, is an `Option`. Amounts are a
//! [`types::Decimal`], and no [`types::Secret`] is shown by `Debug`.
//!
//! # Numbers
//!
//! Data as JSON are [`serde_json`] values. Numbers keep the text that the portal wrote (the feature `arbitrary_precision`), so
//! that neither decimals nor large whole numbers pass through a float.
//!
//! # Threads, waiting, cancelling
//!
//! A [`Client`] is `Send`, `Sync` and cheap to clone; calls of several threads run side by side, each on its own
//! thread. A call is stopped from another thread by a [`CancelHandle`], all calls of a client by [`Client::close`].
//!
//! [`start`](Call::start) gives a future instead, for any executor: `client.servers().list().start().await?.data`. The
//! library runs up to 64 such calls of a client at once, on threads of its own. Dropping the future cancels the call.
//!
//! # The library
//!
//! `libhostbill.so.1` is loaded when the first client is made. It is looked for in `$HOSTBILL_LIBRARY` alone if that is
//! set; else where the system keeps libraries. [`Error::Library`] says what was tried.
#![deny(missing_docs)]
#![warn(rust_2018_idioms)]

mod answer;
mod batch;
mod call;
mod cancel;
mod client;
mod data;
mod error;
mod library;
mod pending;
mod reader;
mod sandbox;
mod text;
mod values;
mod waiting;

#[rustfmt::skip]
mod generated {
    pub mod errors;
    pub mod operations;
    pub mod settings;
    pub mod types;
}

pub use answer::{Answer, Attempt, Meta};
pub use batch::{Batch, BatchCall, Mapped, Outcome};
pub use call::Call;
pub use cancel::CancelHandle;
pub use client::Client;
pub use error::{ErrorDetails, FieldProblem};
pub use generated::errors::Error;
pub use generated::operations;
pub use generated::settings::*;
pub use generated::types;
pub use library::{build_info, catalog, live_objects, version};
pub use pending::Pending;
pub use sandbox::Sandbox;
pub use values::Numeric;

pub use serde_json;
pub use serde_json::{json, Number, Value};

/// An object of JSON: values by name, in the order in which they came.
pub type Map = serde_json::Map<String, Value>;

/// What calls give.
pub type Result<T, E = Error> = std::result::Result<T, E>;
