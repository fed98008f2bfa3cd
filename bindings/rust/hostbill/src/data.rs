//! How JSON values become types of results, and back.

use crate::reader::Reader;
use crate::text::Text;
use crate::{Map, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// What the data of answers become: lenient, so that no value is lost and none makes a call fail.
pub trait Data: Sized {
    /// The value in this type; the value itself where it does not fit.
    #[allow(clippy::missing_errors_doc)]
    fn from_data(value: Value) -> Result<Self, Value>;

    /// As JSON again, secrets and `extra` included.
    fn to_data(&self) -> Value;

    /// The same from a text, without a JSON value in between. `None` where it does not fit.
    #[doc(hidden)]
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Self::from_data(reader.value()?).ok()
    }
}

/// What a struct has no field for, and what did not fit its field, by name and as it was sent. Where a whole thing was sent
/// as something else, such as a text, it stands under the empty name. `Debug` shows the names alone.
#[derive(Clone, Default, PartialEq)]
pub struct Extra(pub Map);

impl std::ops::Deref for Extra {
    type Target = Map;

    fn deref(&self) -> &Map {
        &self.0
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_set().entries(self.0.keys()).finish()
    }
}

impl Data for Value {
    fn from_data(value: Value) -> Result<Self, Value> {
        Ok(value)
    }

    fn to_data(&self) -> Value {
        self.clone()
    }
}

impl Data for bool {
    fn from_data(value: Value) -> Result<Self, Value> {
        value.as_bool().ok_or(value)
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        match reader.word("true") {
            Some(()) => Some(true),
            None => reader.word("false").map(|()| false),
        }
    }

    fn to_data(&self) -> Value {
        Value::Bool(*self)
    }
}

impl Data for i64 {
    /// What is beyond 2^53 comes as its digits.
    fn from_data(value: Value) -> Result<Self, Value> {
        let digits = |text: &str| text.parse().ok().filter(|number: &i64| number.to_string() == text);
        value.as_i64().or_else(|| digits(value.as_str()?)).ok_or(value)
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        if reader.peek() == b'"' {
            return Self::from_data(reader.value()?).ok();
        }
        reader.digits()?.parse().ok()
    }

    fn to_data(&self) -> Value {
        Value::from(*self)
    }
}

impl Data for String {
    fn from_data(value: Value) -> Result<Self, Value> {
        match value {
            Value::String(text) => Ok(text),
            other => Err(other),
        }
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        reader.string().map(Cow::into_owned)
    }

    fn to_data(&self) -> Value {
        Value::from(self.as_str())
    }
}

impl<T: Data> Data for Option<T> {
    fn from_data(value: Value) -> Result<Self, Value> {
        match value {
            Value::Null => Ok(None),
            other => T::from_data(other).map(Some),
        }
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        match reader.word("null") {
            Some(()) => Some(None),
            None => T::read(reader).map(Some),
        }
    }

    fn to_data(&self) -> Value {
        self.as_ref().map_or(Value::Null, Data::to_data)
    }
}

impl<T: Data> Data for Vec<T> {
    fn from_data(value: Value) -> Result<Self, Value> {
        let list = match value {
            Value::Array(list) => list,
            other => return Err(other),
        };
        let mut out = Vec::with_capacity(list.len());
        let mut rest = list.into_iter();
        while let Some(item) = rest.next() {
            match T::from_data(item) {
                Ok(item) => out.push(item),
                Err(item) => {
                    let before = out.iter().map(Data::to_data);
                    return Err(before.chain(std::iter::once(item)).chain(rest).collect());
                }
            }
        }
        Ok(out)
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        reader.items(|reader, _| T::read(reader))
    }

    fn to_data(&self) -> Value {
        self.iter().map(Data::to_data).collect()
    }
}

impl<T: Data> Data for BTreeMap<String, T> {
    fn from_data(value: Value) -> Result<Self, Value> {
        let map = match value {
            Value::Object(map) => map,
            other => return Err(other),
        };
        let mut out = BTreeMap::new();
        let mut rest = map.into_iter();
        while let Some((name, item)) = rest.next() {
            match T::from_data(item) {
                Ok(item) => drop(out.insert(name, item)),
                Err(item) => {
                    let before = out.iter().map(|(name, item): (&String, &T)| (name.clone(), item.to_data()));
                    return Err(Value::Object(before.chain(std::iter::once((name, item))).chain(rest).collect()));
                }
            }
        }
        Ok(out)
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let mut out = BTreeMap::new();
        reader.object(|reader, name| {
            out.insert(name.to_owned(), T::read(reader)?);
            Some(())
        })?;
        Some(out)
    }

    fn to_data(&self) -> Value {
        Value::Object(self.iter().map(|(name, item)| (name.clone(), item.to_data())).collect())
    }
}

/// Takes a field out of an object; what does not fit stays there.
pub(crate) fn take<T: Data + Default>(map: &mut Map, name: &str) -> T {
    match map.remove(name).map(T::from_data) {
        Some(Ok(value)) => value,
        Some(Err(value)) => {
            map.insert(name.to_owned(), value);
            T::default()
        }
        None => T::default(),
    }
}

/// Reads a field; what does not fit is given back.
pub(crate) fn read_field<T: Data>(reader: &mut Reader<'_>, place: &mut T) -> Option<Option<Value>> {
    match reader.fitting()? {
        Ok(value) => {
            *place = value;
            Some(None)
        }
        Err(value) => Some(Some(value)),
    }
}

/// Reading and writing by serde, for what is `Data`.
macro_rules! serde_by_data {
    ($name:ty) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let wrong = |_| serde::de::Error::custom(concat!("no ", stringify!($name)));
                <$name as $crate::data::Data>::from_data(serde::Deserialize::deserialize(from)?).map_err(wrong)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                serde::Serialize::serialize(&$crate::data::Data::to_data(self), to)
            }
        }
    };
}
pub(crate) use serde_by_data;

/// Structs of results: each field with its name in JSON, and whether it is left out where there is none.
macro_rules! records {
    ($($(#[$about:meta])* $name:ident { $($(#[$field_about:meta])* $field:ident $wire:literal $optional:literal $kind:ty,)* })*) => {$(
        $(#[$about])*
        #[derive(Clone, Debug, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$field_about])* pub $field: $kind,)*
            /// What no field is known for, and what did not fit its field.
            pub extra: Extra,
        }

        impl Data for $name {
            fn from_data(value: crate::Value) -> Result<Self, crate::Value> {
                let mut map = match value {
                    crate::Value::Object(map) => map,
                    other => std::iter::once((String::new(), other)).collect(),
                };
                Ok($name {
                    $($field: crate::data::take(&mut map, $wire),)*
                    extra: Extra(map),
                })
            }

            fn read(reader: &mut crate::reader::Reader<'_>) -> Option<Self> {
                let mut out = $name::default();
                if reader.peek() != b'{' {
                    out.extra.0.insert(String::new(), reader.value()?);
                    return Some(out);
                }
                reader.object(|reader, name| {
                    let misfit = match name {
                        $($wire => crate::data::read_field(reader, &mut out.$field)?,)*
                        _ => Some(reader.value()?),
                    };
                    if let Some(value) = misfit {
                        out.extra.0.insert(name.to_owned(), value);
                    }
                    Some(())
                })?;
                Some(out)
            }

            fn to_data(&self) -> crate::Value {
                if let Some(whole) = self.extra.get("") {
                    return whole.clone();
                }
                let mut map = crate::Map::new();
                $(
                    let value = self.$field.to_data();
                    if !($optional && value.is_null()) {
                        map.insert($wire.to_owned(), value);
                    }
                )*
                map.extend(self.extra.iter().map(|(name, value)| (name.clone(), value.clone())));
                crate::Value::Object(map)
            }
        }

        crate::data::serde_by_data!($name);
    )*};
}
pub(crate) use records;

/// Texts of which some values are known.
macro_rules! states {
    ($($(#[$about:meta])* $name:ident { $($constant:ident $value:literal,)* })*) => {$(
        $(#[$about])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(crate::text::Text);

        impl $name {
            $(
                #[doc = concat!("`", $value, "`.")]
                pub const $constant: $name = $name(crate::text::Text::known($value));
            )*
        }

        crate::data::texts!($name, |_| true);
    )*};
}
pub(crate) use states;

/// What a type has that holds a `Text` of some form.
macro_rules! texts {
    ($name:ident, $fits:expr) => {
        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.pad(&self.0)
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                *self.0 == **other
            }
        }

        impl crate::data::Data for $name {
            fn from_data(value: crate::Value) -> Result<Self, crate::Value> {
                let fits: fn(&str) -> bool = $fits;
                match value {
                    // Empty: what a field has that was not sent.
                    crate::Value::String(text) if text.is_empty() || fits(&text) => Ok($name(text.as_str().into())),
                    other => Err(other),
                }
            }

            fn read(reader: &mut crate::reader::Reader<'_>) -> Option<Self> {
                let text = reader.string()?;
                let fits: fn(&str) -> bool = $fits;
                if text.is_empty() || fits(&text) {
                    Some($name((&*text).into()))
                } else {
                    None
                }
            }

            fn to_data(&self) -> crate::Value {
                crate::Value::from(&*self.0)
            }
        }

        crate::data::serde_by_data!($name);
    };
}
pub(crate) use texts;

/// An exact decimal number, such as `36.30`, with the digits that the portal wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Decimal(Text);
texts!(Decimal, |text| {
    let (whole, part) =
        text.strip_prefix('-').unwrap_or(text).split_once('.').unwrap_or_else(|| (text.trim_start_matches('-'), "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|digit| digit.is_ascii_digit());
    digits(whole) && digits(part)
});

impl Decimal {
    /// The number in units of its so many-th decimal place: `36.30` in cents, `scaled(2)`, is 3630. None if it has more
    /// places than that, or is too large.
    pub fn scaled(&self, places: usize) -> Option<i128> {
        let (whole, part) = self.0.split_once('.').unwrap_or((&self.0, ""));
        let part = part.trim_end_matches('0');
        if part.len() > places {
            return None;
        }
        format!("{whole}{part:0<places$}").parse().ok()
    }
}

/// A day, such as `2026-11-23`. Days are in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(Text);
texts!(Date, |text| text.len() == 10 && is_day(text));

impl Date {
    /// Year, month and day.
    pub fn parts(&self) -> Option<(u16, u8, u8)> {
        let number = |from, to| self.0.get(from..to);
        Some((number(0, 4)?.parse().ok()?, number(5, 7)?.parse().ok()?, number(8, 10)?.parse().ok()?))
    }
}

/// A day and a time of day, such as `2026-11-23T18:30:00`: in the portal's own time, unless the portal sent an offset,
/// which stands behind it then.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct DateTime(Text);
texts!(DateTime, |text| {
    let time = text.as_bytes();
    time.len() >= 19 && is_day(text) && time[10] == b'T' && time[13] == b':' && time[16] == b':'
});

impl DateTime {
    /// The day.
    pub fn date(&self) -> Date {
        Date(self.0.get(..10).unwrap_or_default().into())
    }

    /// Hour, minute and second.
    pub fn time(&self) -> Option<(u8, u8, u8)> {
        let number = |from, to| self.0.get(from..to)?.parse().ok();
        Some((number(11, 13)?, number(14, 16)?, number(17, 19)?))
    }

    /// What stands behind the time, such as `+02:00`; empty in most.
    pub fn offset(&self) -> &str {
        self.0.get(19..).unwrap_or_default().trim_start_matches(|c: char| c == '.' || c.is_ascii_digit())
    }
}

fn is_day(text: &str) -> bool {
    let digit = |place: (usize, u8)| if matches!(place.0, 4 | 7) { place.1 == b'-' } else { place.1.is_ascii_digit() };
    text.is_ascii() && text.bytes().take(10).enumerate().all(digit)
}

/// What a DNS record holds: one text, or several where the portal has it in parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content(pub Vec<String>);

/// With blanks between the parts.
impl fmt::Display for Content {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.0.join(" "))
    }
}

impl Data for Content {
    fn from_data(value: Value) -> Result<Self, Value> {
        match value {
            Value::String(text) => Ok(Content(vec![text])),
            other => Data::from_data(other).map(Content),
        }
    }

    fn to_data(&self) -> Value {
        match self.0.as_slice() {
            [one] => Value::from(one.as_str()),
            all => Value::from(all),
        }
    }
}
serde_by_data!(Content);

/// A text that `Debug` does not show; serde does write it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("[hidden]")
    }
}

impl Data for Secret {
    fn from_data(value: Value) -> Result<Self, Value> {
        String::from_data(value).map(Secret)
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        String::read(reader).map(Secret)
    }

    fn to_data(&self) -> Value {
        self.0.to_data()
    }
}
serde_by_data!(Secret);
