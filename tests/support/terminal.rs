//! A terminal for a program's stderr, and what was drawn on it.

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use std::fs::File;
use std::io::Read;
use std::process::{Command, Output, Stdio};

/// Runs it to its end with stderr on a terminal. What is drawn there is not in the `Output`.
pub fn drawn(mut command: Command) -> (Output, String) {
    let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("this system has terminals");
    grantpt(&controller).unwrap();
    unlockpt(&controller).unwrap();
    let name = ptsname(&controller, Vec::new()).unwrap();
    let terminal = rustix::fs::open(&name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
    command.env("TERM", "xterm").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(terminal);
    let child = command.spawn().unwrap();
    drop(command); // it holds the terminal open as well
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // When nobody has it open any more, reading ends with an error.
        let _ = File::from(controller).read_to_end(&mut bytes);
        String::from_utf8(bytes).expect("what is drawn is text")
    });
    (child.wait_with_output().unwrap(), reader.join().unwrap())
}
