//! Lines in pieces, lines without an end, lines of any content, and connections that close in the middle of one.

use super::*;

#[test]
fn nothing_but_the_handshake_is_sent_before_authorisation() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        let configure = peer.expect("mining.configure");
        peer.grant(&configure, MASK);
        peer.notify(Job::new("early"));
        peer.subscribe();
        let authorize = peer.expect("mining.authorize");
        peer.notify(Job::new("a"));
        std::thread::sleep(Duration::from_millis(100));
        peer.answer(&authorize, json!(true));
        peer.share();
    });
    let mut miner = Miner::new(&server.url());
    let work = miner.work();
    miner.find(&work);
    assert_eq!(miner.answer().0, Verdict::Accepted);
    server.join();
}

#[test]
fn partial_lines_are_put_together() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(MASK);
        for piece in
            [&b"\n{\"id\":nu"[..], b"ll,\"method\":\"mining.", b"set_difficulty\",\"params\":[0.001]}\r", b"\n"]
        {
            peer.raw(piece);
            std::thread::sleep(Duration::from_millis(30));
        }
        peer.notify(Job::new("a"));
        peer.share();
    });
    let mut miner = Miner::new(&server.url());
    let work = miner.work();
    assert_eq!(miner.source.status().difficulty, Some(0.001));
    miner.find(&work);
    assert_eq!(miner.answer().0, Verdict::Accepted);
    server.join();
}

#[test]
fn a_pool_that_closes_in_mid_line_is_connected_to_again_and_no_hash_is_made_meanwhile() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(MASK);
        peer.notify(Job::new("a"));
        peer.raw(b"{\"id\":null,\"method\":\"mining.noti");
        drop(peer);
        let mut peer = door.accept();
        peer.extranonce1 = vec![0xee; 3];
        peer.handshake(0x0000_6000);
        peer.notify(Job::new("a"));
        peer.share();
    });
    let mut miner = Miner::new(&server.url());
    let old = miner.work();
    let why = miner.idle();
    assert!(why.contains("closed"), "{why}");
    // Found for the connection that is gone: answered, not sent, not lost without a word.
    miner.find(&old);
    assert_eq!(miner.answer(), (Verdict::Stale, "found for a job that had ended".into()));
    let work = miner.work();
    assert_eq!(work.version_mask, 0x6000, "everything is new after a reconnect");
    miner.find(&work);
    assert_eq!(miner.answer().0, Verdict::Accepted);
    server.join();
}

#[test]
fn two_mebibytes_without_a_newline_end_the_connection() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(MASK);
        peer.raw(&vec![b'['; 2 << 20]);
        let mut peer = door.accept();
        peer.handshake(MASK);
        peer.notify(Job::new("a"));
        peer.share();
    });
    let mut miner = Miner::new(&server.url());
    assert!(miner.idle().contains("1048576 bytes without a newline"));
    let work = miner.work();
    miner.find(&work);
    assert_eq!(miner.answer().0, Verdict::Accepted);
    server.join();
}

#[test]
fn a_pool_that_closes_at_configure_is_asked_without_it() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.expect("mining.configure");
        drop(peer);
        let mut peer = door.accept();
        peer.subscribe();
        peer.authorize();
        peer.notify(Job::new("a"));
        assert_eq!(peer.share()["params"].as_array().unwrap().len(), 5);
    });
    let mut miner = Miner::new(&server.url());
    let work = miner.work();
    assert_eq!((work.version_mask, miner.source.status().version_mask), (0, None));
    miner.find(&work);
    assert_eq!(miner.answer().0, Verdict::Accepted);
    server.join();
}

#[test]
fn requests_of_the_pool_are_answered() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(MASK);
        for (method, expected) in
            [("client.get_version", "hashjoule/"), ("mining.ping", "pong"), ("mining.dance", "unknown")]
        {
            peer.say(&json!({ "id": "x", "method": method, "params": [] }));
            let answer = peer.read().unwrap();
            assert_eq!(answer["id"], "x");
            assert!(answer.to_string().contains(expected), "{answer}");
        }
        peer.tell("client.show_message", json!(["hello\u{7}"]));
        peer.notify(Job::new("a"));
    });
    let mut miner = Miner::new(&server.url());
    miner.work();
    assert!(miner.said.contains("the pool says: hello"), "{}", miner.said);
    server.join();
}
