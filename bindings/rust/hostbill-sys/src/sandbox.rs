use crate::hostbill_sandbox;
use std::os::raw::{c_char, c_int};

/// The functions of `hostbill_sandbox.h`.
#[derive(Clone, Copy, Debug)]
pub struct SandboxLibrary {
    /// Starts a portal.
    pub hostbill_sandbox_new: unsafe extern "C" fn(
        config_json: *const c_char,
        sandbox: *mut *mut hostbill_sandbox,
        error: *mut *mut c_char,
    ) -> c_int,
    /// The base URL of its API.
    pub hostbill_sandbox_url: unsafe extern "C" fn(sandbox: *const hostbill_sandbox) -> *const c_char,
    /// One command, one answer.
    pub hostbill_sandbox_control:
        unsafe extern "C" fn(sandbox: *mut hostbill_sandbox, json: *const c_char) -> *mut c_char,
    /// Stops it.
    pub hostbill_sandbox_free: unsafe extern "C" fn(sandbox: *mut hostbill_sandbox),
    /// Releases a text that the sandbox gave.
    pub hostbill_sandbox_string_free: unsafe extern "C" fn(text: *mut c_char),
}

impl SandboxLibrary {
    pub(crate) unsafe fn find(library: &libloading::Library) -> Result<Self, libloading::Error> {
        Ok(SandboxLibrary {
            hostbill_sandbox_new: *library.get(b"hostbill_sandbox_new\0")?,
            hostbill_sandbox_url: *library.get(b"hostbill_sandbox_url\0")?,
            hostbill_sandbox_control: *library.get(b"hostbill_sandbox_control\0")?,
            hostbill_sandbox_free: *library.get(b"hostbill_sandbox_free\0")?,
            hostbill_sandbox_string_free: *library.get(b"hostbill_sandbox_string_free\0")?,
        })
    }
}
