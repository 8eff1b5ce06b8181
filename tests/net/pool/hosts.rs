//! Where the client goes when a pool sends it away, is not there or does not want it.

use super::*;

#[test]
fn a_foreign_host_is_refused_and_the_own_one_with_a_port_as_text_is_followed() {
    let second = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(MASK);
        peer.notify(Job::new("there"));
        peer.share();
    });
    let port = second.port.to_string();
    let first = Server::start(move |door| {
        let mut peer = door.accept();
        peer.handshake(MASK);
        peer.notify(Job::new("here"));
        peer.tell("client.reconnect", json!(["thief.example", 3333, 0]));
        peer.share();
        peer.tell("client.reconnect", json!(["127.0.0.1", port, "0"]));
        assert_eq!(peer.drain(), 0);
    });
    let mut miner = Miner::new(&first.url());
    let work = miner.work();
    miner.find(&work);
    assert_eq!(miner.answer().0, Verdict::Accepted);
    assert!(miner.said.contains("thief.example: refused"), "{}", miner.said);
    miner.idle();
    let work = miner.work();
    miner.find(&work);
    assert_eq!(miner.answer().0, Verdict::Accepted);
    first.join();
    second.join();
}

#[test]
fn the_second_pool_serves_when_the_first_does_not() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(MASK);
        peer.notify(Job::new("a"));
        peer.share();
    });
    let mut miner = Miner::with(config(&[format!("127.0.0.1:{closed}"), server.url()]));
    let work = miner.work();
    assert_eq!(miner.source.status().pool, Some(server.url()));
    miner.find(&work);
    assert_eq!(miner.answer().0, Verdict::Accepted);
    server.join();
}

#[test]
fn a_refused_user_is_the_end_with_a_clear_line() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        let configure = peer.expect("mining.configure");
        peer.grant(&configure, MASK);
        peer.subscribe();
        let authorize = peer.expect("mining.authorize");
        peer.refuse(&authorize, json!([24, format!("no such worker with password {PASSWORD}")]));
        assert_eq!(peer.drain(), 0);
    });
    let mut miner = Miner::new(&server.url());
    let fatal = miner.fatal();
    assert!(fatal.message.contains("worker.1") && fatal.message.contains("no such worker"), "{fatal:?}");
    assert!(!fatal.message.contains(PASSWORD));
    server.join();
}
