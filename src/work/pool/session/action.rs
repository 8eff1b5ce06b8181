//! What goes into a session once, and what comes out of it.

use super::Session;
use crate::work::pool::message::Reconnect;
use crate::work::{Answer, Secret};

/// What a session needs to know about its owner.
#[derive(Clone, Debug)]
pub struct Config {
    /// The worker's name.
    pub user: String,
    /// Its password; shown nowhere.
    pub password: Secret,
    /// The version bits that we would roll; 0 asks for none.
    pub mask: u32,
    /// A share difficulty to ask for.
    pub suggest_difficulty: Option<f64>,
    /// The pool's host: the only one that `client.reconnect` may name.
    pub host: String,
    /// Except when it may name any.
    pub follows_anywhere: bool,
}

impl Config {
    pub(super) fn may_move_to(&self, host: Option<&str>) -> bool {
        self.follows_anywhere || host.is_none_or(|host| host.eq_ignore_ascii_case(&self.host))
    }

    /// A foreign text without our password, should the pool repeat it. The customary "x" hides nothing.
    pub fn redact(&self, text: &str) -> String {
        let is_secret = self.password.reveal().len() > 3;
        if is_secret { text.replace(self.password.reveal(), "[password]") } else { text.to_owned() }
    }
}

/// What the client is to do.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Action {
    /// Send this line.
    Send(String),
    /// Search the session's job from now on.
    NewWork {
        /// Whether everything older is dead.
        clean: bool,
    },
    /// What became of a share.
    Judged(Answer),
    /// Something for people.
    Note(String),
    /// Something for people who asked for more.
    Detail(String),
    /// Close the connection. Nothing follows.
    End(End),
}

/// Why a session ended by its own decision.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum End {
    /// No line for [`Session::SILENCE`].
    #[error("the pool said nothing for {} s", Session::SILENCE.as_secs())]
    Silent,
    /// A step of the handshake got no answer.
    #[error("the pool did not answer {0}")]
    NoAnswer(&'static str),
    /// The pool refuses to serve us.
    #[error("the pool refused the subscription: {0}")]
    SubscribeRefused(String),
    /// The pool refuses the user or the password: trying again would not help.
    #[error("the pool refused the user {user:?} or the password: {reason}")]
    Unauthorized {
        /// The user, as given.
        user: String,
        /// The pool's words.
        reason: String,
    },
    /// The pool forgot who we are.
    #[error("the pool wants a new handshake: {0}")]
    HandshakeLost(String),
    /// The pool sends us elsewhere.
    #[error("the pool asked for a new connection")]
    Reconnect(Reconnect),
    /// Too many lines in a row that make no sense.
    #[error("{0} lines in a row made no sense; the last: {1}")]
    Nonsense(usize, String),
}
