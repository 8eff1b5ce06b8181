//! What people and tools are told, on a terminal and elsewhere.

use super::*;

#[test]
fn people_get_sentences_and_tools_one_document() {
    let node = FakeNode::honest();
    let told = Miner::new(&node.url()).without_events().with(&["--blocks", "2"]).run();
    assert_eq!(told.code, Some(0), "{}", told.all());
    assert!(
        told.stdout.starts_with("2 blocks found, 2 accepted, 0 stale, 0 duplicate, 0 rejected\n"),
        "{}",
        told.all()
    );
    assert!(told.stdout.contains(" hashes in ") && told.stdout.contains("new work reached the threads after "));
    assert!(told.stderr.contains(&format!("mining for {}", node.url())), "{}", told.stderr);
    let document = Miner::new(&node.url()).without_events().with(&["--blocks", "2", "--json"]).run().stdout;
    let document: Value = serde_json::from_str(&document).unwrap_or_else(|error| panic!("{error}: {document}"));
    assert_eq!((&document["event"], &document["accepted"]), (&json!("summary"), &json!(2)));
}

#[test]
fn a_terminal_shows_the_rate_the_block_and_what_to_expect() {
    let node = FakeNode::honest();
    node.state().bits = HOPELESS;
    let miner = Miner::new(&node.url()).without_events().with(&["--time", "8s", "--watts", "50"]);
    let (output, drawn) = crate::terminal::drawn(miner.command(&miner.journal()));
    assert_eq!(output.status.code(), Some(0), "{drawn:?}");
    // The first lines may be of a time when nobody had hashed yet.
    let of_a_rate = |line: &&str| line.contains("H/s  blocks 0/0  height 1 for ") && line.contains(" J/TH");
    let status = drawn.split("\r\u{1b}[2K").find(of_a_rate).unwrap_or_else(|| panic!("{drawn:?}"));
    assert!(status.contains("  50.0 W (declared), ") && status.contains("  up "), "{status}");
    assert!(drawn.contains("H/s a block takes ") && drawn.contains(" years on average"), "{drawn:?}");
    assert!(drawn.ends_with("\r\u{1b}[2K"), "the status line is taken away: {drawn:?}");
}
