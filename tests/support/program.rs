//! The binary, as every test starts it.

use std::ffi::{OsStr, OsString};
use std::process::{Command, Stdio};

/// The binary with these arguments and no settings from the environment; nothing is on stdin, what it prints is caught.
pub fn hashjoule<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hashjoule"));
    let is_setting = |name: &str| name.starts_with("HASHJOULE_");
    let settings = std::env::vars_os().map(|(name, _)| name).filter(|name| name.to_str().is_some_and(is_setting));
    for variable in settings.chain(["NO_COLOR", "CLICOLOR_FORCE", "COLUMNS"].map(OsString::from)) {
        command.env_remove(variable);
    }
    command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}
