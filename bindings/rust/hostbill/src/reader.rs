//! Reads JSON texts of the library's straight into types of results, and into JSON values where that is wanted.

use crate::types::Data;
use crate::{Map, Number, Value};
use std::borrow::Cow;

/// A first guess.
const MEMBERS_OF_A_ROW: usize = 8;

/// A text that is read from its beginning to its end. What a function gives is `None` where the text is no JSON or not what
/// was to be read; the place is then anywhere after the one before.
#[doc(hidden)]
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
    members: usize,   // of the last object
    first_list: bool, // Whether the next list is the first, which mostly is nearly all that there is.
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Reader { text, at: 0, members: 0, first_list: false }
    }

    /// The next byte that is not blank; 0 at the end.
    pub(crate) fn peek(&mut self) -> u8 {
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                Some(byte) => return *byte,
                None => return 0,
            }
        }
    }

    fn take(&mut self, wanted: u8) -> Option<()> {
        if self.peek() != wanted {
            return None;
        }
        self.at += 1;
        Some(())
    }

    pub(crate) fn word(&mut self, wanted: &str) -> Option<()> {
        self.peek();
        if !self.text.as_bytes()[self.at..].starts_with(wanted.as_bytes()) {
            return None;
        }
        self.at += wanted.len();
        Some(())
    }

    /// An object, each of whose values `member` reads.
    pub(crate) fn object(&mut self, mut member: impl FnMut(&mut Self, &str) -> Option<()>) -> Option<()> {
        self.take(b'{')?;
        if self.take(b'}').is_some() {
            return Some(());
        }
        loop {
            let name = self.string()?;
            self.take(b':')?;
            member(self, &name)?;
            if self.take(b',').is_none() {
                return self.take(b'}');
            }
        }
    }

    /// The member of that name, which `read` reads. What comes after it is not looked at.
    pub(crate) fn member<T>(&mut self, wanted: &str, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.take(b'{')?;
        loop {
            let name = self.string()?;
            self.take(b':')?;
            if name == wanted {
                let value = read(self)?;
                self.at = self.text.len();
                return Some(value);
            }
            self.skip()?;
            self.take(b',')?;
        }
    }

    /// A list, each of whose items `item` reads.
    pub(crate) fn list(&mut self, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.take(b'[')?;
        if self.take(b']').is_some() {
            return Some(());
        }
        loop {
            item(self)?;
            if self.take(b',').is_none() {
                return self.take(b']');
            }
        }
    }

    pub(crate) fn string(&mut self) -> Option<Cow<'a, str>> {
        self.take(b'"')?;
        let begin = self.at;
        let mut end = begin + special(&self.text.as_bytes()[begin..])?;
        if self.text.as_bytes()[end] == b'"' {
            self.at = end + 1;
            return Some(Cow::Borrowed(&self.text[begin..end]));
        }
        while self.text.as_bytes()[end] != b'"' {
            let after = end + 2;
            end = after + special(self.text.as_bytes().get(after..)?)?;
        }
        self.at = end + 1;
        let text = &self.text[begin..end];
        match unescaped(text) {
            Some(plain) => Some(Cow::Owned(plain)),
            None => serde_json::from_str(&self.text[begin - 1..=end]).ok().map(Cow::Owned),
        }
    }

    /// The text of a number.
    pub(crate) fn digits(&mut self) -> Option<&'a str> {
        self.peek();
        let rest = &self.text[self.at..];
        let other = |byte: u8| !byte.is_ascii_digit() && !matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E');
        let size = rest.bytes().position(other).unwrap_or(rest.len());
        self.at += size;
        if size == 0 {
            return None;
        }
        Some(&rest[..size])
    }

    /// Any value.
    pub(crate) fn value(&mut self) -> Option<Value> {
        match self.peek() {
            b'"' => self.string().map(|text| Value::String(text.into_owned())),
            b'{' => {
                // One like the last before it, mostly.
                let mut map = Map::with_capacity(self.members);
                self.object(|reader, name| {
                    let value = reader.value()?;
                    map.insert(name.to_owned(), value);
                    Some(())
                })?;
                self.members = map.len();
                Some(Value::Object(map))
            }
            b'[' => self.items(Self::item).map(Value::Array),
            b't' => self.word("true").map(|()| Value::Bool(true)),
            b'f' => self.word("false").map(|()| Value::Bool(false)),
            b'n' => self.word("null").map(|()| Value::Null),
            _ => number(self.digits()?).map(Value::Number),
        }
    }

    /// An item of a list, where the one before is that.
    fn item(&mut self, before: Option<&Value>) -> Option<Value> {
        match before {
            Some(Value::Object(row)) if self.peek() == b'{' && row.values().all(is_plain) => return self.row(row),
            Some(_) => {}
            None => self.members = MEMBERS_OF_A_ROW,
        }
        self.value()
    }

    /// An object that resembles that one: a copy, for which no table grows and no name is looked for, and in which what
    /// differs is put.
    fn row(&mut self, before: &Map) -> Option<Value> {
        self.take(b'{')?;
        // By itself a copy has room for more, which with eight members is as much as malloc has no cheap way to give.
        let mut map = Map::with_capacity(before.len());
        map.clone_from(before);
        let mut same = 0;
        let mut name = self.next_name(b'{')?;
        for (expected, value) in map.iter_mut() {
            if name.as_deref() != Some(expected.as_str()) {
                break;
            }
            self.replace(value)?;
            same += 1;
            name = self.next_name(b',')?;
        }
        if same < map.len() {
            map = map.into_iter().take(same).collect();
        }
        while let Some(other) = name {
            map.insert(other.into_owned(), self.value()?);
            name = self.next_name(b',')?;
        }
        Some(Value::Object(map))
    }

    /// The name of an object's next member, with what stands around it; nothing at the object's end.
    fn next_name(&mut self, before: u8) -> Option<Option<Cow<'a, str>>> {
        if self.take(b'}').is_some() {
            return Some(None);
        }
        if before == b',' {
            self.take(b',')?;
        }
        let name = self.string()?;
        self.take(b':')?;
        Some(Some(name))
    }

    /// The value that comes next in place of another, whose memory serves again where that has about the right size.
    fn replace(&mut self, value: &mut Value) -> Option<()> {
        match value {
            Value::String(text) if self.peek() == b'"' => match self.string()? {
                Cow::Borrowed(new) if new.len() <= text.capacity() && text.capacity() / 2 <= new.len() => {
                    text.clear();
                    text.push_str(new);
                }
                new => *text = new.into_owned(),
            },
            _ => *value = self.value()?,
        }
        Some(())
    }

    /// Passes over any value.
    pub(crate) fn skip(&mut self) -> Option<()> {
        match self.peek() {
            b'"' => self.string().map(drop),
            b'{' => self.object(|reader, _| reader.skip()),
            b'[' => self.list(Self::skip),
            _ => self.value().map(drop),
        }
    }

    /// The data of an answer: a value of that type, or the JSON value that is no such thing.
    pub(crate) fn data<T: Data>(&mut self) -> Option<Result<T, Value>> {
        self.first_list = true;
        self.fitting()
    }

    /// Items of a list, each of which may resemble the one before. Of a long one the first tells about how many there are,
    /// so that what holds them need not grow.
    pub(crate) fn items<T>(&mut self, mut item: impl FnMut(&mut Self, Option<&T>) -> Option<T>) -> Option<Vec<T>> {
        let first_list = std::mem::take(&mut self.first_list);
        let mut out = Vec::new();
        self.list(|reader| {
            let begin = reader.at;
            let next = item(reader, out.last())?;
            out.push(next);
            if first_list && out.len() == 1 {
                out.reserve((reader.text.len() - reader.at) / (reader.at - begin).max(16));
            }
            Some(())
        })?;
        if first_list && out.capacity() / 2 > out.len() {
            out.shrink_to_fit();
        }
        Some(out)
    }

    /// A value of that type, or the JSON value that is no such thing.
    pub(crate) fn fitting<T: Data>(&mut self) -> Option<Result<T, Value>> {
        let begin = self.at;
        if let Some(value) = T::read(self) {
            return Some(Ok(value));
        }
        self.at = begin;
        self.value().map(Err)
    }

    /// Nothing more may come.
    pub(crate) fn end(&mut self) -> Option<()> {
        if self.peek() == 0 {
            Some(())
        } else {
            None
        }
    }
}

/// Whether a copy of it costs little.
fn is_plain(value: &Value) -> bool {
    !matches!(value, Value::Array(_) | Value::Object(_))
}

/// Where the next quotation mark or backslash is: sixteen bytes at a time where the machine has that, then eight.
#[inline]
fn special(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    #[cfg(target_arch = "x86_64")]
    while let Some(sixteen) = bytes.get(at..at + 16) {
        use std::arch::x86_64::{_mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8};
        // SAFETY: there are sixteen bytes; any x86_64 has SSE2.
        let found = unsafe {
            let sixteen = _mm_loadu_si128(sixteen.as_ptr().cast());
            let quote = _mm_cmpeq_epi8(sixteen, _mm_set1_epi8(b'"' as i8));
            let backslash = _mm_cmpeq_epi8(sixteen, _mm_set1_epi8(b'\\' as i8));
            _mm_movemask_epi8(_mm_or_si128(quote, backslash))
        };
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize);
        }
        at += 16;
    }
    const ONES: u64 = 0x0101_0101_0101_0101;
    while let Some(eight) = bytes.get(at..at + 8).and_then(|eight| eight.try_into().ok()) {
        let eight = u64::from_le_bytes(eight);
        let quote = eight ^ (ONES * u64::from(b'"'));
        let backslash = eight ^ (ONES * u64::from(b'\\'));
        // The high bit of the first such byte; bytes after it may be marked wrongly.
        let found = (quote.wrapping_sub(ONES) & !quote) | (backslash.wrapping_sub(ONES) & !backslash);
        let found = found & (ONES * 0x80);
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    bytes[at..].iter().position(|byte| matches!(byte, b'"' | b'\\')).map(|rest| at + rest)
}

/// A text whose escapes are single letters, such as the slashes of PHP; nothing for one with others.
fn unescaped(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find('\\') {
        out.push_str(&rest[..place]);
        out.push(match rest.as_bytes()[place + 1] {
            same @ (b'/' | b'"' | b'\\') => char::from(same),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            _ => return None,
        });
        rest = &rest[place + 2..];
    }
    out.push_str(rest);
    Some(out)
}

/// With the text that it has, which a whole number has in any case if nothing in it is superfluous.
fn number(digits: &str) -> Option<Number> {
    match digits.parse::<i64>() {
        Ok(number) if digits == "0" || !digits.trim_start_matches('-').starts_with('0') => Some(Number::from(number)),
        _ => digits.parse().ok(),
    }
}
