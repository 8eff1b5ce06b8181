//! Shares: which are sent, how their answers find them, and what becomes of those without one.

use super::*;

#[test]
fn shares_with_rolled_bits_are_accepted() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(0xffff_ffff);
        peer.notify(Job::new("a"));
        let bits: Vec<String> = (0..3).map(|_| peer.share()["params"][5].to_string()).collect();
        assert_eq!(bits, vec!["\"15554000\""; 3]);
        assert_eq!(peer.drain(), 0);
    });
    let mut miner = Miner::new(&server.url());
    let work = miner.work();
    assert_eq!(work.version_mask, MASK);
    (0..3).for_each(|_| miner.find(&work));
    (0..3).for_each(|_| assert_eq!(miner.answer(), (Verdict::Accepted, String::new())));
    drop(miner);
    server.join();
}

#[test]
fn answers_out_of_order_and_of_any_shape_find_their_shares() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(MASK);
        peer.notify(Job::new("a"));
        let shares: Vec<_> = (0..4).map(|_| peer.expect("mining.submit")).collect();
        peer.refuse(&shares[3], json!([21, "Job not found"]));
        peer.say(&json!({ "id": 999, "result": true, "error": null }));
        peer.say(&json!({ "id": shares[1]["id"].to_string(), "result": null, "error": [22, "Duplicate share", null] }));
        peer.refuse(&shares[2], json!({ "code": 20, "message": format!("I know your {PASSWORD}\u{1b}[2J") }));
        peer.answer(&shares[0], json!(true));
        assert_eq!(peer.drain(), 0);
    });
    let mut miner = Miner::new(&server.url());
    let work = miner.work();
    (0..4).for_each(|_| miner.find(&work));
    let verdicts: Vec<Verdict> = (0..4).map(|_| miner.answer().0).collect();
    assert_eq!(verdicts, [Verdict::Stale, Verdict::Duplicate, Verdict::Rejected, Verdict::Accepted]);
    assert!(miner.said.contains("I know your [password]"), "{}", miner.said);
    drop(miner);
    server.join();
}

#[test]
fn a_flood_of_shares_waits_for_the_pool_and_none_is_lost() {
    const COUNT: usize = 200;
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(MASK);
        peer.tell("mining.set_difficulty", json!([1e-9]));
        peer.notify(Job::new("a"));
        // No answer until so many stand open.
        let first: Vec<_> = (0..64).map(|_| peer.expect("mining.submit")).collect();
        std::thread::sleep(Duration::from_millis(100));
        first.iter().for_each(|share| {
            peer.check(share);
            peer.answer(share, json!(true));
        });
        (64..COUNT).for_each(|_| drop(peer.share()));
        assert_eq!(peer.drain(), 0);
    });
    let mut miner = Miner::new(&server.url());
    let work = miner.work();
    (0..COUNT).for_each(|_| miner.find(&work));
    assert!(miner.idle().contains("faster than the pool answers"));
    (0..COUNT).for_each(|_| assert_eq!(miner.answer().0, Verdict::Accepted));
    assert!(miner.work.is_some(), "the search goes on");
    drop(miner);
    server.join();
}

#[test]
fn a_share_without_an_answer_is_told_when_the_connection_goes() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(MASK);
        peer.notify(Job::new("a"));
        peer.expect("mining.submit");
        drop(peer);
        door.accept().expect("mining.configure");
    });
    let mut miner = Miner::new(&server.url());
    let work = miner.work();
    miner.find(&work);
    assert_eq!(miner.answer(), (Verdict::Stale, "the pool never answered".into()));
    drop(work);
    server.join();
}
