use crate::answer::{number, text, texts, Attempt};
use crate::values::members;
use crate::{Error, Map, Value};

/// What there is to know of a failure. None of it is ever secret.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ErrorDetails {
    /// The class by name: `not_found`.
    pub class: String,
    /// The class as the C library's number: -6.
    pub status: i32,
    /// One line.
    pub message: String,
    /// The operation's id, as far as known.
    pub operation: Option<String>,
    /// The status of the last response, if there was one.
    pub http_status: Option<u16>,
    /// The portal's own words.
    pub portal_errors: Vec<String>,
    /// How many requests were sent.
    pub attempts: u32,
    /// Whether the same call may succeed later, and may be made again.
    pub retryable: bool,
    /// Every mistake in what was given.
    pub fields: Vec<FieldProblem>,
    /// The portals that have the operation, where this one does not.
    pub portals: Vec<String>,
    /// After an unknown outcome: the parameters with which the operation `reconcile` settles it.
    pub reconcile: Option<Map>,
    /// In how many seconds the portal wants to be asked again.
    pub retry_after_s: Option<u64>,
    /// Each request, if there was more than one.
    pub history: Vec<Attempt>,
    /// The text that was given as the option `tag`.
    pub tag: Option<String>,
    /// All members, those of newer libraries included.
    pub all: Map,
}

/// One mistake in what was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldProblem {
    /// Where: the name of a parameter, an option or a setting.
    pub field: String,
    /// What is wrong.
    pub problem: String,
    /// What it should be.
    pub expected: Option<String>,
    /// The right name that is most like the wrong one.
    pub nearest: Option<String>,
}

impl ErrorDetails {
    pub(crate) fn from_document(document: Value) -> Self {
        let all = members(document);
        let problem = |row: &Value| FieldProblem {
            field: text(row.get("field")).unwrap_or_default(),
            problem: text(row.get("problem")).unwrap_or_default(),
            expected: text(row.get("expected")),
            nearest: text(row.get("nearest")),
        };
        let status = all.get("status").and_then(Value::as_i64).and_then(|status| i32::try_from(status).ok());
        ErrorDetails {
            class: text(all.get("class")).unwrap_or_else(|| "internal".to_owned()),
            status: status.unwrap_or_default(),
            message: text(all.get("message")).unwrap_or_else(|| "the library gave no reason".to_owned()),
            operation: text(all.get("operation")),
            http_status: Some(number(all.get("http_status"))).filter(|status| *status != 0),
            portal_errors: texts(all.get("portal_errors")),
            attempts: number(all.get("attempts")),
            retryable: all.get("retryable").and_then(Value::as_bool).unwrap_or_default(),
            fields: all.get("fields").and_then(Value::as_array).into_iter().flatten().map(problem).collect(),
            portals: texts(all.get("portals")),
            reconcile: all.get("reconcile").and_then(Value::as_object).cloned(),
            retry_after_s: all.get("retry_after_s").and_then(Value::as_u64),
            history: Attempt::list(all.get("history")),
            tag: text(all.get("tag")),
            all,
        }
    }

    fn of(class: &str, status: i32, message: String) -> Box<Self> {
        Box::new(ErrorDetails { class: class.to_owned(), status, message, ..ErrorDetails::default() })
    }
}

impl Error {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Error::Usage(ErrorDetails::of("usage", -1, message.into()))
    }

    pub(crate) fn usage_of(field: &str, problem: &str) -> Self {
        let mut details = ErrorDetails::of("usage", -1, format!("{field} {problem}"));
        details.fields.push(FieldProblem {
            field: field.to_owned(),
            problem: problem.to_owned(),
            ..FieldProblem::default()
        });
        Error::Usage(details)
    }

    pub(crate) fn cancelled() -> Self {
        Error::Cancelled(ErrorDetails::of("cancelled", -16, "cancelled before anything was sent".to_owned()))
    }

    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Error::Internal(ErrorDetails::of("internal", -18, message.into()))
    }

    pub(crate) fn decode(error: &dyn std::fmt::Display) -> Self {
        Error::Decode(ErrorDetails::of("decode", 0, format!("the answer does not fit the type: {error}")))
    }
}

impl From<hostbill_sys::LoadError> for Error {
    fn from(error: hostbill_sys::LoadError) -> Self {
        Error::Library(ErrorDetails::of("usage", -1, error.to_string()))
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.details().message)
    }
}

impl std::error::Error for Error {}
