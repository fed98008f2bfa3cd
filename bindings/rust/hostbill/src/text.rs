//! Texts that are mostly short, such as amounts and days: without memory of their own.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

/// So many bytes are as large as a `String`, with what says which it is.
const IN_PLACE: usize = 22;

#[derive(Clone)]
enum Form {
    Short(u8, [u8; IN_PLACE]),
    Known(&'static str),
    Long(Box<str>),
}

/// A text that does not change.
#[derive(Clone)]
pub struct Text(Form);

impl Text {
    /// A text that the program has in any case.
    pub const fn known(text: &'static str) -> Self {
        Text(Form::Known(text))
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        let mut bytes = [0; IN_PLACE];
        match bytes.get_mut(..text.len()) {
            Some(place) => {
                place.copy_from_slice(text.as_bytes());
                Text(Form::Short(text.len() as u8, bytes)) // At most IN_PLACE.
            }
            None => Text(Form::Long(text.into())),
        }
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        match &self.0 {
            // SAFETY: the bytes are a whole text's.
            Form::Short(size, bytes) => unsafe { std::str::from_utf8_unchecked(&bytes[..usize::from(*size)]) },
            Form::Known(text) => text,
            Form::Long(text) => text,
        }
    }
}

impl Default for Text {
    fn default() -> Self {
        Text::known("")
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, out)
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Text {}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}
