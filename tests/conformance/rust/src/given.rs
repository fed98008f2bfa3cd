//! What a case gives, as the types that methods take; None where it is of another type, so that it is passed on as it
//! is, for the library to judge.

use hostbill::{Answer, Number, Numeric, Result, Value};

pub type Sent = Result<Answer>;

pub fn integer(value: &Value) -> Option<i64> {
    value.as_i64()
}

pub fn number(value: &Value) -> Option<Number> {
    value.as_number().cloned()
}

pub fn boolean(value: &Value) -> Option<bool> {
    value.as_bool()
}

pub fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

pub fn numeric(value: &Value) -> Option<Numeric> {
    value.as_str().map(Numeric::from).or_else(|| value.as_i64().map(Numeric::from))
}

pub fn any(value: &Value) -> Option<Value> {
    Some(value.clone())
}

pub fn texts(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(text).collect()
}

pub fn integers(value: &Value) -> Option<Vec<i64>> {
    value.as_array()?.iter().map(integer).collect()
}

pub fn values(value: &Value) -> Option<Vec<Value>> {
    value.as_array().cloned()
}

/// In a path, where a number and its text are the same.
pub mod in_path {
    use super::Value;
    pub use super::{numeric, text};

    pub fn integer(value: &Value) -> Option<i64> {
        value.as_i64().or_else(|| value.as_str()?.parse().ok())
    }
}

/// Sets a parameter by its own method, or by its name where the value does not fit that.
macro_rules! set {
    ($call:ident, $method:ident, $kind:ident, $name:ident, $value:ident) => {
        match $kind(&$value) {
            Some(native) => $call.$method(native),
            None => $call.param($name, $value),
        }
    };
}

/// Sends a call with what is left of the parameters.
macro_rules! sent {
    ($call:expr, $params:ident, $options:ident) => {{
        let mut call = $call.options($options);
        for (name, value) in std::mem::take($params) {
            call = call.param(name, value);
        }
        call.answer()
    }};
}
pub(crate) use {sent, set};
