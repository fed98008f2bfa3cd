use crate::values::{self, members};
use crate::{Client, ClientBuilder, Error, ErrorDetails, Map, Result, SandboxBuilder, Value};
use hostbill_sys::{hostbill_sandbox, SandboxLibrary};
use std::ffi::CStr;
use std::fmt;
use std::os::raw::c_char;
use std::ptr::{null_mut, NonNull};
use std::sync::RwLock;

/// A portal in a box: it serves the API of a portal on a free port of this machine, with an account that may do
/// everything. What was created can be read back, and money adds up. Nothing leaves this machine.
///
/// ```no_run
/// let sandbox = hostbill::Sandbox::builder().portal("time4vps").start()?;
/// let client = sandbox.client()?;
/// client.servers().list().send()?;
/// # Ok::<(), hostbill::Error>(())
/// ```
///
/// It stops when it is dropped.
pub struct Sandbox {
    library: &'static SandboxLibrary,
    running: RwLock<Option<Running>>,
    info: Map,
}

struct Running(NonNull<hostbill_sandbox>);

// SAFETY: hostbill_sandbox.h says that any function may be called from any thread but the one that frees, which needs
// the lock for writing.
unsafe impl Send for Running {}
unsafe impl Sync for Running {}

impl SandboxBuilder {
    /// A setting by its name.
    pub fn set(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.settings.set(name, value);
        self
    }

    /// The sandbox, serving.
    ///
    /// # Errors
    /// [`Error::Usage`] names every mistake in the settings; [`Error::Library`] says where the sandbox's library was
    /// looked for.
    pub fn start(self) -> Result<Sandbox> {
        let library = hostbill_sys::sandbox_library()?;
        let config = values::text(&Value::Object(self.settings.0))?;
        let (mut made, mut error) = (null_mut(), null_mut());
        // SAFETY: all pointers live until the function returns, and the text is ours.
        let error = unsafe {
            (library.hostbill_sandbox_new)(config.as_ptr(), &mut made, &mut error);
            taken(library, error)
        };
        let made = NonNull::new(made).ok_or_else(|| failure(error))?;
        let mut sandbox = Sandbox { library, running: RwLock::new(Some(Running(made))), info: Map::new() };
        sandbox.info = members(sandbox.control("info", Value::Null)?);
        Ok(sandbox)
    }
}

impl Sandbox {
    /// What a sandbox is made from.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::new()
    }

    /// Which portal it is like.
    pub fn portal(&self) -> &str {
        self.text("portal")
    }

    /// The base URL of its API.
    pub fn url(&self) -> &str {
        self.text("url")
    }

    /// The name of its account.
    pub fn username(&self) -> &str {
        self.text("username")
    }

    /// The password of its account.
    pub fn password(&self) -> &str {
        self.text("password")
    }

    /// All that it says of itself: `url`, `username`, `ids` of what the account has from the start, `operations` with
    /// parameters that work, and more.
    pub fn info(&self) -> &Map {
        &self.info
    }

    /// The id of something that the account has from the start, by the name of the parameter that takes it.
    pub fn id(&self, parameter: &str) -> Option<i64> {
        self.info.get("ids")?.get(parameter)?.as_i64()
    }

    /// Gives it a command, with details as an object (`Value::Null`: none), and returns what it says.
    ///
    /// ```no_run
    /// # let sandbox = hostbill::Sandbox::builder().portal("coloup").start()?;
    /// use hostbill::json;
    /// sandbox.control("clock", json!({"advance": 3600}))?;
    /// # Ok::<(), hostbill::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Usage`] if it cannot be done, or the sandbox is closed.
    pub fn control(&self, command: &str, details: impl Into<Value>) -> Result<Value> {
        let mut request = match details.into() {
            Value::Object(details) => details,
            Value::Null => Map::new(),
            _ => return Err(Error::usage("the details of a command must be an object")),
        };
        request.insert("command".to_owned(), command.into());
        let request = values::text(&Value::Object(request))?;
        let running = self.running.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        let sandbox = running.as_ref().ok_or_else(|| Error::usage("the sandbox is closed"))?;
        // SAFETY: the lock keeps it alive, and the text is ours.
        let answer = unsafe {
            let answer = (self.library.hostbill_sandbox_control)(sandbox.0.as_ptr(), request.as_ptr());
            taken(self.library, answer)
        };
        let mut answer = answer.ok_or_else(|| Error::internal("the sandbox gave nothing"))?;
        match answer.get_mut("error").map(Value::take) {
            Some(error) => Err(failure(Some(error))),
            None => Ok(answer),
        }
    }

    /// A client that is logged in to it.
    ///
    /// # Errors
    /// Those of [`ClientBuilder::build`].
    pub fn client(&self) -> Result<Client> {
        self.client_builder().build()
    }

    /// The same, to be told more.
    pub fn client_builder(&self) -> ClientBuilder {
        Client::builder().portal(self.portal()).base_url(self.url()).username(self.username()).password(self.password())
    }

    /// Stops it. May be repeated.
    pub fn close(&self) {
        let mut running = self.running.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(sandbox) = running.take() {
            // SAFETY: the lock keeps everybody else out.
            unsafe { (self.library.hostbill_sandbox_free)(sandbox.0.as_ptr()) }
        }
    }

    fn text(&self, name: &str) -> &str {
        self.info.get(name).and_then(Value::as_str).unwrap_or_default()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Sandbox").field("portal", &self.portal()).field("url", &self.url()).finish()
    }
}

/// What a text of the sandbox's says.
///
/// # Safety
/// The text is the sandbox's, or NULL, and is given to nobody else.
unsafe fn taken(library: &SandboxLibrary, text: *mut c_char) -> Option<Value> {
    if text.is_null() {
        return None;
    }
    let value = serde_json::from_slice(CStr::from_ptr(text).to_bytes()).ok();
    (library.hostbill_sandbox_string_free)(text);
    value
}

fn failure(document: Option<Value>) -> Error {
    Error::from_details(ErrorDetails::from_document(document.unwrap_or_default()))
}
