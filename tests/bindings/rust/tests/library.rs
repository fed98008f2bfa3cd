//! What happens when the library is missing or of another version: each in a process of its own.

use std::process::Command;

/// Runs the test `child` of this program with the library at that path, and returns what it says.
fn with_library(path: &str) -> String {
    let this = std::env::current_exe().expect("a path");
    let run = Command::new(this)
        .args(["--exact", "child", "--ignored", "--nocapture"])
        .env("HOSTBILL_LIBRARY", path)
        .env("HOSTBILL_SANDBOX_LIBRARY", path)
        .output()
        .expect("the program runs");
    String::from_utf8_lossy(&run.stdout).into_owned()
}

#[test]
#[ignore = "started by the others"]
fn child() {
    let error = hostbill::Client::builder().portal("time4vps").build().expect_err("there is no library");
    assert!(matches!(error, hostbill::Error::Library(_)));
    println!("client: {error}");
    println!("sandbox: {}", hostbill::Sandbox::builder().portal("time4vps").start().expect_err("there is no library"));
    println!("version: {}", hostbill::version().expect_err("there is no library"));
}

#[test]
fn a_missing_library_is_an_error_that_names_the_path() {
    let said = with_library("/nowhere/libhostbill.so.1");
    assert!(said.contains("client: libhostbill.so.1 could not be loaded: /nowhere/libhostbill.so.1: "), "{said}");
    assert!(said.contains("sandbox: libhostbill_sandbox.so.1 could not be loaded: /nowhere/"), "{said}");
    assert!(said.contains("No such file"), "{said}");
}

#[test]
fn a_file_that_is_no_library_is_an_error() {
    let said = with_library(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
    assert!(said.contains("Cargo.toml: ") && said.contains("version: "), "{said}");
}

#[test]
fn a_library_of_another_abi_is_an_error() {
    let path = std::env::var("HOSTBILL_OTHER_ABI").expect("run.sh builds one");
    let said = with_library(&path);
    assert!(said.contains("its ABI has version 99, but version 1 is needed"), "{said}");
}
