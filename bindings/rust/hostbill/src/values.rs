//! Native values on their way into JSON texts, and back.

use crate::{Error, Map, Result, Value};
use std::ffi::CString;
use std::fmt;

/// A text or a whole number, for parameters that take either.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Numeric(Value);

macro_rules! numeric_from {
    ($($type:ty),*) => {
        $(impl From<$type> for Numeric {
            fn from(value: $type) -> Self {
                Numeric(Value::from(value))
            }
        })*
    };
}
numeric_from!(i8, i16, i32, i64, u8, u16, u32, u64, &str, String);

impl From<&String> for Numeric {
    fn from(value: &String) -> Self {
        Numeric(Value::from(value.as_str()))
    }
}

impl From<Numeric> for Value {
    fn from(value: Numeric) -> Self {
        value.0
    }
}

impl fmt::Display for Numeric {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Value::String(text) => out.pad(text),
            other => out.pad(&other.to_string()),
        }
    }
}

impl crate::types::Data for Numeric {
    fn from_data(value: Value) -> std::result::Result<Self, Value> {
        if value.is_string() || value.is_i64() {
            Ok(Numeric(value))
        } else {
            Err(value)
        }
    }

    fn to_data(&self) -> Value {
        self.0.clone()
    }
}
crate::data::serde_by_data!(Numeric);

/// Settings by name. Shown without their values, which may be secret.
#[derive(Clone, Default, PartialEq)]
pub struct Named(pub Map);

impl Named {
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.0.insert(name.into(), value.into());
    }

    /// A JSON text; nothing for no settings.
    pub fn text(&self) -> Result<Option<CString>> {
        if self.0.is_empty() {
            return Ok(None);
        }
        text(&Value::Object(self.0.clone())).map(Some)
    }
}

impl fmt::Debug for Named {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_set().entries(self.0.keys()).finish()
    }
}

/// As JSON, which escapes NUL.
pub fn text(value: &Value) -> Result<CString> {
    let written = serde_json::to_vec(value).map_err(|error| Error::usage(format!("no JSON: {error}")))?;
    CString::new(written).map_err(|_| Error::usage("no JSON"))
}

/// A name on its way in.
pub fn name(text: &str) -> Result<CString> {
    CString::new(text).map_err(|_| Error::usage("the operation's name must not hold NUL"))
}

/// A duration in seconds, in decimals.
pub fn seconds(duration: std::time::Duration) -> Value {
    let text = format!("{}.{:09}", duration.as_secs(), duration.subsec_nanos());
    text.parse().map(Value::Number).unwrap_or(Value::Null)
}

/// A value of the type that a parameter takes.
pub fn value<T: Into<Value>>(value: impl Into<T>) -> Value {
    let value: T = value.into();
    value.into()
}

/// A list of such values.
pub fn list<T: Into<Value>>(items: impl IntoIterator<Item = impl Into<T>>) -> Value {
    Value::Array(items.into_iter().map(value::<T>).collect())
}

/// The members of an object; none for anything else.
pub fn members(value: Value) -> Map {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
