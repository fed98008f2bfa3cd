use crate::values::members;
use crate::{Error, Map, Result, Value};
use serde::de::DeserializeOwned;

/// What a portal answered.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Answer {
    /// The data.
    pub data: Value,
    /// The portal's remarks.
    pub info: Vec<String>,
    /// Facts about the call.
    pub meta: Meta,
}

/// Facts about a call.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Meta {
    /// The operation's id.
    pub operation: String,
    /// The status of the last response.
    pub http_status: u16,
    /// How many requests were sent.
    pub attempts: u32,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
    /// The text that was given as the option `tag`.
    pub tag: Option<String>,
    /// Each request, if there was more than one.
    pub history: Vec<Attempt>,
    /// All members, those of newer libraries included.
    pub all: Map,
}

/// One of several requests of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// Its number, from 1.
    pub attempt: u32,
    /// `ok`, or the class of an error.
    pub outcome: String,
    /// The status of the response; 0 if there was none.
    pub http_status: u16,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
    /// How long was waited before it, in milliseconds.
    pub waited_ms: u64,
}

impl Answer {
    /// The data as a type of yours.
    pub fn decode<T: DeserializeOwned>(self) -> Result<T> {
        T::deserialize(self.data).map_err(|error| Error::decode(&error))
    }

    pub(crate) fn from_document(document: Value) -> Self {
        let mut document = members(document);
        let meta = document.remove("meta").map(members).unwrap_or_default();
        Answer {
            data: document.remove("data").unwrap_or_default(),
            info: texts(document.get("info")),
            meta: Meta {
                operation: text(meta.get("operation")).unwrap_or_default(),
                http_status: number(meta.get("http_status")),
                attempts: number(meta.get("attempts")),
                elapsed_ms: number(meta.get("elapsed_ms")),
                tag: text(meta.get("tag")),
                history: Attempt::list(meta.get("history")),
                all: meta,
            },
        }
    }
}

impl Attempt {
    pub(crate) fn list(value: Option<&Value>) -> Vec<Attempt> {
        let read = |row: &Value| Attempt {
            attempt: number(row.get("attempt")),
            outcome: text(row.get("outcome")).unwrap_or_default(),
            http_status: number(row.get("http_status")),
            elapsed_ms: number(row.get("elapsed_ms")),
            waited_ms: number(row.get("waited_ms")),
        };
        value.and_then(Value::as_array).into_iter().flatten().map(read).collect()
    }
}

/// A text, if it is one.
pub(crate) fn text(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(str::to_owned)
}

/// The texts of a list.
pub(crate) fn texts(value: Option<&Value>) -> Vec<String> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(|item| text(Some(item))).collect()
}

/// A whole number; 0 for anything else.
pub(crate) fn number<T: TryFrom<u64> + Default>(value: Option<&Value>) -> T {
    value.and_then(Value::as_u64).and_then(|number| T::try_from(number).ok()).unwrap_or_default()
}
