//! Where a pool is: `stratum+tcp://host:port` or `stratum+ssl://host:port`.

use std::fmt;
use std::str::FromStr;

/// A pool's address. It holds no user and no password, so it may be shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// A name or an address; an IPv6 address without its brackets.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// Whether TLS is spoken.
    pub tls: bool,
}

/// A text that is no pool's address. It never repeats what may be a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EndpointError {
    /// Neither of the schemes.
    #[error("'{0}' is no scheme of a pool: write stratum+tcp://host:port or stratum+ssl://host:port")]
    Scheme(String),
    /// `user:password@`.
    #[error("a pool's address holds no user and no password")]
    Secret,
    /// A host, a colon, a port.
    #[error("'{0}' is no host and port: write it like pool.example:3333")]
    HostAndPort(String),
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, EndpointError> {
        if text.contains('@') {
            return Err(EndpointError::Secret);
        }
        let (scheme, rest) = text.split_once("://").unwrap_or(("stratum+tcp", text));
        let tls = match scheme.to_ascii_lowercase().as_str() {
            "stratum+tcp" | "stratum" | "tcp" => false,
            "stratum+ssl" | "stratum+tls" | "ssl" | "tls" => true,
            _ => return Err(EndpointError::Scheme(scheme.to_owned())),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let error = || EndpointError::HostAndPort(rest.to_owned());
        let (host, port) = rest.rsplit_once(':').ok_or_else(error)?;
        let port = port.parse().ok().filter(|&port| port != 0).ok_or_else(error)?;
        let host = unbracketed(host).filter(|host| is_plain(host)).ok_or_else(error)?;
        Ok(Self { host: host.to_owned(), port, tls })
    }
}

fn unbracketed(host: &str) -> Option<&str> {
    match host.strip_prefix('[') {
        Some(inner) => inner.strip_suffix(']'),
        None => Some(host).filter(|host| !host.contains(':')),
    }
}

fn is_plain(host: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '%');
    !host.is_empty() && host.chars().all(fits)
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "stratum+ssl" } else { "stratum+tcp" };
        match self.host.contains(':') {
            true => write!(f, "{scheme}://[{}]:{}", self.host, self.port),
            false => write!(f, "{scheme}://{}:{}", self.host, self.port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_write_them() {
        for (text, shown) in [
            ("stratum+tcp://pool.example:3333", "stratum+tcp://pool.example:3333"),
            ("stratum+ssl://pool.example:443/", "stratum+ssl://pool.example:443"),
            ("pool.example:3333", "stratum+tcp://pool.example:3333"),
            ("stratum+tls://[::1]:1", "stratum+ssl://[::1]:1"),
            ("STRATUM+TCP://127.0.0.1:65535", "stratum+tcp://127.0.0.1:65535"),
        ] {
            assert_eq!(text.parse::<Endpoint>().map(|endpoint| endpoint.to_string()), Ok(shown.to_owned()));
        }
    }

    #[test]
    fn what_is_none_says_why_and_repeats_no_password() {
        for bad in ["", "pool.example", "http://pool:80", "pool:0", "pool:70000", "::1:80", "a b:1", "[::1:80", ":80"] {
            assert!(bad.parse::<Endpoint>().is_err(), "{bad}");
        }
        let error = "stratum+tcp://me:hunter2@pool.example:3333".parse::<Endpoint>().unwrap_err();
        assert_eq!(error, EndpointError::Secret);
    }
}
