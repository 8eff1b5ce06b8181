//! Pools behind TLS, and certificates that prove nothing.

use super::*;

fn over_tls(name: &'static str, expired: bool, trust_it: bool) -> (Server, PoolConfig) {
    let authority = Authority::new();
    let server = Server::start_tls(authority.server(name, expired), move |door| {
        if let Ok(mut peer) = door.try_accept() {
            peer.handshake(MASK);
            peer.notify(Job::new("a"));
            peer.share();
        }
    });
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &authority.pem).unwrap();
    let trust = if trust_it { Trust::only(file.path()).unwrap() } else { Trust::web() };
    let url = format!("stratum+ssl://127.0.0.1:{}", server.port);
    (server, PoolConfig { trust, ..config(&[url]) })
}

#[test]
fn a_pool_behind_tls_with_our_own_authority_serves() {
    let (server, config) = over_tls("127.0.0.1", false, true);
    let mut miner = Miner::with(config);
    let work = miner.work();
    miner.find(&work);
    assert_eq!(miner.answer().0, Verdict::Accepted);
    server.join();
}

#[test]
fn certificates_that_prove_nothing_are_the_end_with_a_clear_line() {
    for (name, expired, trust_it, words) in [
        ("127.0.0.1", false, false, "nobody we trust has issued it"),
        ("127.0.0.1", true, true, "it has expired"),
        ("pool.example", false, true, "it is for another name than 127.0.0.1"),
    ] {
        let (server, config) = over_tls(name, expired, trust_it);
        let fatal = Miner::with(config).fatal();
        assert!(fatal.message.contains(words), "{fatal:?}");
        server.join();
    }
}

#[test]
fn a_pool_without_tls_is_told_apart() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.raw(b"{\"id\":null,\"method\":\"mining.set_difficulty\",\"params\":[1]}\n");
        std::thread::sleep(Duration::from_millis(200));
    });
    let url = format!("stratum+ssl://127.0.0.1:{}", server.port);
    let fatal = Miner::with(config(&[url])).fatal();
    assert!(fatal.message.contains("does not speak TLS"), "{fatal:?}");
    server.join();
}

#[test]
fn authorities_that_are_none_are_refused() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "no certificate").unwrap();
    assert!(Trust::only(file.path()).unwrap_err().to_string().contains("no certificate in it"));
    assert!(Trust::only(std::path::Path::new("absent.pem")).is_err());
}
