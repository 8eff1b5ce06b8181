//! What a pool changes while shares of the job before are on their way.

use super::*;

#[test]
fn masks_extranonces_and_jobs_change_in_flight() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(MASK);
        peer.notify(Job::new("a"));
        peer.share();
        peer.tell("mining.set_version_mask", json!(["00004000"]));
        peer.mask = Some(0x4000);
        assert_eq!(peer.share()["params"][5], "00004000");
        peer.tell("mining.set_extranonce", json!(["00112233445566778899aabbccddeeff", 0]));
        // Counts from the next job; the present one keeps its own.
        peer.share();
        (peer.extranonce1, peer.extranonce2_size) = (hex::decode("00112233445566778899aabbccddeeff").unwrap(), 0);
        peer.notify(Job::new("b"));
        assert_eq!(peer.share()["params"][2], "");
        assert_eq!(peer.share()["params"][2], "");
    });
    let mut miner = Miner::new(&server.url());
    let work = miner.work();
    miner.find(&work);
    assert_eq!(miner.answer().0, Verdict::Accepted);
    let work = miner.work();
    assert_eq!(work.version_mask, 0x4000);
    miner.find(&work);
    miner.find(&work);
    assert_eq!((miner.answer().0, miner.answer().0), (Verdict::Accepted, Verdict::Accepted));
    let work = miner.work();
    assert_eq!(work.template.coinbase.extranonces(), 1);
    miner.find(&work);
    miner.find(&work);
    assert_eq!((miner.answer().0, miner.answer().0), (Verdict::Accepted, Verdict::Accepted));
    server.join();
}

#[test]
fn two_notifies_after_a_block_leave_the_old_job_dead_and_both_new_ones_alive() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(MASK);
        peer.notify(Job::new("old"));
        peer.share();
        peer.notify(Job::new("empty").on(4));
        std::thread::sleep(Duration::from_millis(50));
        peer.notify(Job::new("full").on(4).stale_jobs_live());
        let jobs = [peer.share(), peer.share()].map(|share| share["params"][1].to_string());
        assert_eq!(jobs, ["\"empty\"", "\"full\""]);
        assert_eq!(peer.drain(), 0);
    });
    let mut miner = Miner::new(&server.url());
    let old = miner.work();
    miner.find(&old);
    assert_eq!(miner.answer().0, Verdict::Accepted);
    let (empty, full) = (miner.work(), miner.work());
    assert_eq!((empty.clean, full.clean), (true, false));
    miner.find(&old);
    assert_eq!(miner.answer().0, Verdict::Stale);
    miner.find(&empty);
    miner.find(&full);
    assert_eq!((miner.answer().0, miner.answer().0), (Verdict::Accepted, Verdict::Accepted));
    drop(miner);
    server.join();
}
