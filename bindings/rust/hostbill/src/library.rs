//! The C functions with ownership: handles and texts are released where they go out of scope.

use crate::reader::Reader;
use crate::values;
use crate::{Error, ErrorDetails, Result, Value};
use hostbill_sys::{hostbill_client, Library};
use std::ffi::{CStr, CString};
use std::os::raw::{c_char, c_int};
use std::ptr::{null, null_mut, NonNull};

/// The version of the library that is loaded: `0.1.0`.
pub fn version() -> Result<&'static str> {
    // SAFETY: the text is immortal.
    unsafe { immortal((hostbill_sys::library()?.hostbill_version)()) }
}

/// How the library was built, for bug reports.
pub fn build_info() -> Result<Value> {
    // SAFETY: the text is immortal.
    parse(unsafe { immortal((hostbill_sys::library()?.hostbill_build_info)()) }?, |reader| reader.value())
}

/// How many clients and texts of this process the library has handed out and not got back.
pub fn live_objects() -> Result<i64> {
    // SAFETY: nothing is handed over.
    Ok(unsafe { (hostbill_sys::library()?.hostbill_live_objects)() })
}

/// Every operation of one portal with its parameters, or of all portals.
pub fn catalog(portal: Option<&str>) -> Result<Value> {
    let library = hostbill_sys::library()?;
    let portal = portal.map(values::name).transpose()?;
    // SAFETY: the name lives until the function returns; the text is ours.
    outcome(unsafe { Text::take(library, (library.hostbill_catalog)(pointer(&portal))) }.parsed()?)
}

/// An envelope as it is, or as the error that is in it.
pub fn outcome(mut envelope: Value) -> Result<Value> {
    match envelope.get_mut("error").map(Value::take) {
        Some(error) => Err(Error::from_details(ErrorDetails::from_document(error))),
        None => Ok(envelope),
    }
}

unsafe fn immortal(text: *const c_char) -> Result<&'static str> {
    CStr::from_ptr(text).to_str().map_err(|_| Error::internal("the library's text is no UTF-8"))
}

fn parse<T>(text: &str, read: impl FnOnce(&mut Reader<'_>) -> Option<T>) -> Result<T> {
    let mut reader = Reader::new(text);
    let value = read(&mut reader).filter(|_| reader.end().is_some());
    value.ok_or_else(|| Error::internal("the library's text is no JSON"))
}

fn pointer(text: &Option<CString>) -> *const c_char {
    text.as_ref().map_or(null(), |text| text.as_ptr())
}

/// A text of the library's, or nothing.
struct Text {
    library: &'static Library,
    pointer: *mut c_char,
}

impl Text {
    /// # Safety
    /// The pointer comes from the library and is given to nobody else.
    unsafe fn take(library: &'static Library, pointer: *mut c_char) -> Self {
        Text { library, pointer }
    }

    fn parsed(&self) -> Result<Value> {
        self.read(|reader| reader.value())
    }

    fn read<T>(&self, read: impl FnOnce(&mut Reader<'_>) -> Option<T>) -> Result<T> {
        if self.pointer.is_null() {
            return Err(Error::internal("the library gave nothing"));
        }
        // SAFETY: it ends with NUL, and lives as long as self.
        let text = unsafe { CStr::from_ptr(self.pointer) }.to_str();
        parse(text.map_err(|_| Error::internal("the library's text is no UTF-8"))?, read)
    }

    fn error(&self) -> Error {
        self.parsed().map_or_else(|error| error, |it| Error::from_details(ErrorDetails::from_document(it)))
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        // SAFETY: it is the library's, and freed here alone.
        unsafe { (self.library.hostbill_string_free)(self.pointer) }
    }
}

/// A client of the library's.
pub struct Handle {
    library: &'static Library,
    client: NonNull<hostbill_client>,
}

// SAFETY: hostbill.h says that any function may be called from any thread; Drop needs the only reference.
unsafe impl Send for Handle {}
unsafe impl Sync for Handle {}

/// One operation, as the library wants it.
pub struct Request {
    pub operation: CString,
    pub params: Option<CString>,
    pub options: Option<CString>,
}

impl Handle {
    pub fn new(config: &CString) -> Result<Self> {
        let library = hostbill_sys::library()?;
        let (mut client, mut error) = (null_mut(), null_mut());
        // SAFETY: all pointers live until the function returns.
        let _status = unsafe { (library.hostbill_client_new)(config.as_ptr(), &mut client, &mut error) };
        // SAFETY: the text is ours.
        let error = unsafe { Text::take(library, error) };
        NonNull::new(client).map(|client| Handle { library, client }).ok_or_else(|| error.error())
    }

    /// Waits for the answer, and gives what `read` makes of it.
    pub fn call<T>(&self, request: &Request, read: impl FnOnce(&mut Reader<'_>) -> Option<T>) -> Result<T> {
        let mut out = null_mut();
        // SAFETY: all pointers live until the function returns.
        let status = unsafe {
            (self.library.hostbill_client_call)(
                self.client.as_ptr(),
                request.operation.as_ptr(),
                pointer(&request.params),
                pointer(&request.options),
                &mut out,
            )
        };
        self.outcome(status, out, read)
    }

    /// The number under which the answer will come.
    pub fn submit(&self, request: &Request) -> Result<i64> {
        let (mut id, mut error) = (0, null_mut());
        // SAFETY: all pointers live until the function returns.
        let status = unsafe {
            (self.library.hostbill_client_submit)(
                self.client.as_ptr(),
                request.operation.as_ptr(),
                pointer(&request.params),
                pointer(&request.options),
                &mut id,
                &mut error,
            )
        };
        // SAFETY: the text is ours.
        let error = unsafe { Text::take(self.library, error) };
        if status == 0 {
            Ok(id)
        } else {
            Err(error.error())
        }
    }

    /// The next answer to a submission, as an envelope with its number. Waits for it.
    pub fn next(&self) -> Result<Value> {
        let mut out = null_mut();
        // SAFETY: all pointers live until the function returns.
        let status = unsafe { (self.library.hostbill_client_next)(self.client.as_ptr(), -1, &mut out) };
        self.outcome(status, out, |reader| reader.value())
    }

    pub fn cancel(&self, id: i64) {
        // SAFETY: the client is alive. A status other than 0 says that there is nothing to cancel.
        let _status = unsafe { (self.library.hostbill_client_cancel)(self.client.as_ptr(), id) };
    }

    pub fn close(&self) {
        // SAFETY: the client is alive.
        unsafe { (self.library.hostbill_client_close)(self.client.as_ptr()) }
    }

    fn outcome<T>(
        &self,
        status: c_int,
        out: *mut c_char,
        read: impl FnOnce(&mut Reader<'_>) -> Option<T>,
    ) -> Result<T> {
        // SAFETY: the text is ours.
        let text = unsafe { Text::take(self.library, out) };
        if status == 0 {
            text.read(read)
        } else {
            Err(text.error())
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: this was the only reference, so that nobody else is in a function with it.
        unsafe { (self.library.hostbill_client_free)(self.client.as_ptr()) }
    }
}
