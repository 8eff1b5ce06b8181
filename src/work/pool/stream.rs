//! A connection's bytes, plain or through TLS.

use super::endpoint::Endpoint;
use super::link::Lost;
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use rustls::{CertificateError, ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How long a connection may take to come about, and a write to get through.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whose certificates are believed.
#[derive(Clone, Debug)]
pub struct Trust(Arc<ClientConfig>);

/// Roots that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the certificates in {path}: {reason}")]
pub struct TrustError {
    path: String,
    reason: String,
}

impl Trust {
    /// The roots that browsers trust (Mozilla's list).
    pub fn web() -> Self {
        Self::with(webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect())
    }

    /// Only the certificates of a PEM file.
    ///
    /// # Errors
    /// When the file cannot be read or holds no certificate.
    pub fn only(path: &Path) -> Result<Self, TrustError> {
        let error = |reason: String| TrustError { path: path.display().to_string(), reason };
        let found = CertificateDer::pem_file_iter(path).map_err(|e| error(e.to_string()))?;
        let mut roots = RootCertStore::empty();
        for certificate in found {
            let certificate = certificate.map_err(|e| error(e.to_string()))?;
            roots.add(certificate).map_err(|e| error(e.to_string()))?;
        }
        if roots.is_empty() { Err(error("no certificate in it".into())) } else { Ok(Self::with(roots)) }
    }

    fn with(roots: RootCertStore) -> Self {
        let ring = Arc::new(rustls::crypto::ring::default_provider());
        let versions = ClientConfig::builder_with_provider(ring).with_safe_default_protocol_versions();
        let config = versions.expect("ring has the default versions' ciphers");
        Self(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
    }
}

/// An open connection; reads give up after [`Stream::POLL`] with `WouldBlock` or `TimedOut`.
pub enum Stream {
    /// TCP alone.
    Plain(TcpStream),
    /// TLS over TCP.
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Stream {
    /// How long one read waits for bytes: the longest that a share waits for its turn to be sent.
    pub const POLL: Duration = Duration::from_millis(20);

    /// Connects, through TLS where the endpoint says so.
    ///
    /// # Errors
    /// When the host cannot be reached, or its certificate does not prove that it is the host.
    pub fn open(endpoint: &Endpoint, trust: &Trust) -> Result<Self, Lost> {
        let socket = connect(endpoint).map_err(Lost::Unreachable)?;
        let timeouts = socket.set_write_timeout(Some(PATIENCE)).and_then(|()| socket.set_read_timeout(Some(PATIENCE)));
        timeouts.and_then(|()| socket.set_nodelay(true)).map_err(Lost::Unreachable)?;
        let stream = if endpoint.tls { secured(endpoint, trust, socket)? } else { Self::Plain(socket) };
        stream.socket().set_read_timeout(Some(Self::POLL)).map_err(Lost::Unreachable)?;
        Ok(stream)
    }

    fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(socket) => socket,
            Self::Tls(tls) => &tls.sock,
        }
    }

    /// The bytes that have come, `Ok(0)` at the end of the connection, `None` when none came within [`Stream::POLL`].
    ///
    /// # Errors
    /// When the connection is broken.
    pub fn receive(&mut self, buffer: &mut [u8]) -> io::Result<Option<usize>> {
        use io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
        let result = match self {
            Self::Plain(socket) => socket.read(buffer),
            Self::Tls(tls) => tls.read(buffer),
        };
        match result {
            Err(error) if matches!(error.kind(), WouldBlock | TimedOut | Interrupted) => Ok(None),
            other => other.map(Some),
        }
    }

    /// Sends all of the bytes.
    ///
    /// # Errors
    /// When the connection is broken or the pool stopped reading.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(socket) => socket.write_all(bytes),
            Self::Tls(tls) => tls.write_all(bytes).and_then(|()| tls.flush()),
        }
    }
}

/// The first address that answers.
fn connect(endpoint: &Endpoint) -> io::Result<TcpStream> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, format!("{} has no address", endpoint.host));
    for address in (endpoint.host.as_str(), endpoint.port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(socket) => return Ok(socket),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn secured(endpoint: &Endpoint, trust: &Trust, mut socket: TcpStream) -> Result<Stream, Lost> {
    let name = ServerName::try_from(endpoint.host.clone());
    let name =
        name.map_err(|_| Lost::Untrusted(format!("{:?} is no name that a certificate can have", endpoint.host)))?;
    let client = ClientConnection::new(Arc::clone(&trust.0), name);
    let mut client = client.map_err(|error| Lost::Untrusted(error.to_string()))?;
    while client.is_handshaking() {
        client.complete_io(&mut socket).map_err(|error| explain(endpoint, error))?;
    }
    Ok(Stream::Tls(Box::new(StreamOwned::new(client, socket))))
}

/// A certificate that is not believed, in words; everything else may pass.
fn explain(endpoint: &Endpoint, error: io::Error) -> Lost {
    use CertificateError as C;
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let host = &endpoint.host;
    let why = match inner {
        Some(rustls::Error::InvalidCertificate(why)) => match why {
            C::Expired | C::ExpiredContext { .. } => "it has expired".to_owned(),
            C::NotValidYet | C::NotValidYetContext { .. } => {
                "it is not valid yet (is this machine's clock right?)".into()
            }
            C::NotValidForName | C::NotValidForNameContext { .. } => format!("it is for another name than {host}"),
            C::UnknownIssuer => "nobody we trust has issued it (--ca-file names your own authority)".to_owned(),
            other => format!("{other:?}"),
        },
        Some(rustls::Error::InvalidMessage(_)) => {
            return Lost::Untrusted(format!("{endpoint} does not speak TLS (stratum+tcp:// does without)"));
        }
        _ => return Lost::Unreachable(error),
    };
    Lost::Untrusted(format!("the certificate of {endpoint} cannot be trusted: {why}"))
}
