//! Why a source gives no joules, and what to type about it.

use super::CommandError;

/// Why a source gives no joules.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MeterError {
    /// This machine has no such source.
    #[error("{0}")]
    Absent(String),
    /// There is one, but not for this user.
    #[error("{path}: permission denied")]
    Denied {
        /// The file.
        path: String,
    },
    /// The file was there before.
    #[error("{path} has vanished")]
    Vanished {
        /// The file.
        path: String,
    },
    /// The file cannot be read.
    #[error("{path}: {error}")]
    Unreadable {
        /// The file.
        path: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// The file holds something else.
    #[error("{path} holds '{text}', which is no {wanted}")]
    Content {
        /// The file.
        path: String,
        /// What it holds.
        text: String,
        /// What it should hold.
        wanted: &'static str,
    },
    /// The counter did not move.
    #[error("the counter stood still for {seconds:.1} s")]
    StandsStill {
        /// How long.
        seconds: f64,
    },
    /// The machine runs on mains power, so the battery says nothing about it.
    #[error("{path} says '{status}', not 'Discharging': the machine runs on mains power")]
    OnMains {
        /// The file.
        path: String,
        /// What it says.
        status: String,
    },
    /// The meter command.
    #[error(transparent)]
    Command(#[from] CommandError),
}

impl MeterError {
    /// What to type, where something can be typed.
    pub fn advice(&self) -> Option<&'static str> {
        match self {
            Self::Denied { path } if path.contains("powercap") => Some(
                "sudo chmod a+r /sys/class/powercap/intel-rapl:*/energy_uj (until the next boot; it lets every program \
                 watch the power, CVE-2020-8694), or run this with sudo",
            ),
            Self::Denied { path } if path.contains("perf") => {
                Some("sudo sysctl kernel.perf_event_paranoid=0 (until the next boot), or run this with sudo")
            }
            Self::Denied { .. } => Some("run this with sudo, or give your group the right to read the file"),
            Self::OnMains { .. } => Some("pull the plug and run again"),
            Self::StandsStill { .. } => Some("this counter is not wired up here: give --watts or --meter-cmd"),
            _ => None,
        }
    }

    pub(super) fn from_io(path: String, error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::PermissionDenied => Self::Denied { path },
            std::io::ErrorKind::NotFound => Self::Vanished { path },
            _ => Self::Unreadable { path, error },
        }
    }
}
