//! Where the libraries are looked for.

use crate::{Library, SandboxLibrary, ABI_VERSION};
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

const LIBRARY: &str = "libhostbill.so.1";
const SANDBOX_LIBRARY: &str = "libhostbill_sandbox.so.1";

/// No library that fits was found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoadError {
    /// What was looked for: `libhostbill.so.1`.
    pub name: String,
    /// Every path that was tried, and why it would not do.
    pub tried: Vec<(PathBuf, String)>,
}

impl fmt::Display for LoadError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} could not be loaded", self.name)?;
        for (n, (path, reason)) in self.tried.iter().enumerate() {
            write!(out, "{} {}: {reason}", if n == 0 { ":" } else { ";" }, path.display())?;
        }
        Ok(())
    }
}

impl std::error::Error for LoadError {}

/// The library, loaded at the first call. It stays loaded until the process ends.
///
/// Looks in `$HOSTBILL_LIBRARY` alone if that is set; else where the system keeps libraries and in the usual folders.
pub fn library() -> Result<&'static Library, LoadError> {
    static LOADED: Mutex<Option<&'static Library>> = Mutex::new(None);
    once(&LOADED, || first(LIBRARY, places(LIBRARY, "HOSTBILL_LIBRARY", None), checked))
}

/// The sandbox's library, loaded at the first call. It stays loaded until the process ends.
///
/// Looks in `$HOSTBILL_SANDBOX_LIBRARY` alone if that is set; else beside `$HOSTBILL_LIBRARY`, where the system keeps
/// libraries and in the usual folders.
pub fn sandbox_library() -> Result<&'static SandboxLibrary, LoadError> {
    static LOADED: Mutex<Option<&'static SandboxLibrary>> = Mutex::new(None);
    let beside = given("HOSTBILL_LIBRARY").map(|path| Path::new(&path).with_file_name(SANDBOX_LIBRARY));
    once(&LOADED, || {
        first(SANDBOX_LIBRARY, places(SANDBOX_LIBRARY, "HOSTBILL_SANDBOX_LIBRARY", beside), |library| {
            // SAFETY: the functions of that name have the types of hostbill_sandbox.h.
            unsafe { SandboxLibrary::find(library) }.map_err(|error| error.to_string())
        })
    })
}

fn checked(library: &libloading::Library) -> Result<Library, String> {
    // SAFETY: the functions of that name have the types of hostbill.h, if the version is the same, which comes first.
    let found = unsafe {
        let version: libloading::Symbol<'_, unsafe extern "C" fn() -> std::os::raw::c_int> =
            library.get(b"hostbill_abi_version\0").map_err(|error| error.to_string())?;
        match version() {
            ABI_VERSION => Library::find(library),
            other => return Err(format!("its ABI has version {other}, but version {ABI_VERSION} is needed")),
        }
    };
    found.map_err(|error| error.to_string())
}

/// A failure is not remembered: the library may be installed, or the variable set, before the next call.
fn once<T>(
    loaded: &Mutex<Option<&'static T>>,
    load: impl FnOnce() -> Result<T, LoadError>,
) -> Result<&'static T, LoadError> {
    let mut loaded = loaded.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    match *loaded {
        Some(library) => Ok(library),
        None => Ok(loaded.insert(Box::leak(Box::new(load()?)))),
    }
}

fn first<T>(
    name: &str,
    places: Vec<PathBuf>,
    find: impl Fn(&libloading::Library) -> Result<T, String>,
) -> Result<T, LoadError> {
    let mut tried = Vec::new();
    for path in places {
        // SAFETY: nothing runs when libhostbill is loaded.
        match unsafe { libloading::Library::new(&path) } {
            Ok(library) => match find(&library) {
                Ok(functions) => {
                    std::mem::forget(library); // It stays, as the functions do.
                    return Ok(functions);
                }
                Err(reason) => tried.push((path, reason)),
            },
            Err(error) => {
                let reason = reason(&error, &path);
                tried.push((path, reason));
            }
        }
    }
    Err(LoadError { name: name.to_owned(), tried })
}

/// What the system says, without libloading's own words around it, and without the path, which is named anyway.
fn reason(error: &libloading::Error, path: &Path) -> String {
    let said = std::error::Error::source(error).map_or_else(|| error.to_string(), |source| source.to_string());
    said.strip_prefix(&format!("{}: ", path.display())).map(str::to_owned).unwrap_or(said)
}

fn given(variable: &str) -> Option<OsString> {
    std::env::var_os(variable).filter(|value| !value.is_empty())
}

fn places(name: &str, variable: &str, beside: Option<PathBuf>) -> Vec<PathBuf> {
    if let Some(path) = given(variable) {
        return vec![path.into()];
    }
    let machine = format!("/usr/lib/{}-linux-gnu", std::env::consts::ARCH);
    let folders = ["", "/usr/local/lib", machine.as_str()];
    beside.into_iter().chain(folders.iter().map(|folder| Path::new(folder).join(name))).collect()
}
