//! The functions of `hostbill.h`, looked up in `libhostbill.so.1` when the program runs.
//!
//! ```no_run
//! let library = hostbill_sys::library()?;
//! let version = unsafe { std::ffi::CStr::from_ptr((library.hostbill_version)()) };
//! println!("{}", version.to_string_lossy());
//! # Ok::<(), hostbill_sys::LoadError>(())
//! ```
//!
//! The contract of each function is the one in `hostbill.h`. The crate `hostbill` is the safe way to use them.
#![deny(missing_docs)]

#[rustfmt::skip]
mod functions;
mod load;
mod sandbox;

pub use functions::{hostbill_interrupt_callback, hostbill_log_callback, Library, ABI_VERSION};
pub use load::{library, sandbox_library, LoadError};
pub use sandbox::SandboxLibrary;

/// A client, as the library sees it.
#[repr(C)]
#[allow(non_camel_case_types)]
pub struct hostbill_client {
    _nothing_to_see: [u8; 0],
    _neither_send_nor_sync: std::marker::PhantomData<(*mut u8, std::marker::PhantomPinned)>,
}

/// A sandbox, as its library sees it.
#[repr(C)]
#[allow(non_camel_case_types)]
pub struct hostbill_sandbox {
    _nothing_to_see: [u8; 0],
    _neither_send_nor_sync: std::marker::PhantomData<(*mut u8, std::marker::PhantomPinned)>,
}
