//! Who may speak to the node and who may write the journal; and the password, which is nowhere.

use super::*;
use crate::program::hashjoule;

#[test]
fn wrong_password_wrong_chain_and_nobody_there_end_with_a_clear_line() {
    let node = FakeNode::start(|_, call| {
        // "hashjoule:" and the password of the tests, in base64.
        let right = "Basic aGFzaGpvdWxlOmh1bnRlcjItdmVyeS1zZWNyZXQ=";
        (call.authorization.as_deref() != Some(right)).then(|| Reply::Http(401, String::new()))
    });
    let of = |miner: Miner| {
        let ended = miner.run();
        assert_no_secret(&ended.all());
        (ended.code, ended.stderr)
    };
    let (code, text) = of(Miner::new(&node.url()).password("wrong-secret"));
    assert_eq!(code, Some(3), "{text}");
    assert!(text.contains("does not let us in (HTTP 401)\nhint: check --cookie"), "{text}");

    let main = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";
    let (code, text) = of(Miner::new(&node.url()).without_payout().with(&["--address", main]));
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("is not one of regtest: it belongs to main"), "{text}");

    let (code, text) = of(Miner::new(&node.url()).with(&["--network", "signet"]));
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("error: the node is on regtest, not on signet"), "{text}");

    node.stop();
    let (code, text) = of(Miner::new(&node.url()));
    assert_eq!(code, Some(3), "{text}");
    assert!(text.contains(&format!("error: cannot reach {}: Connection refused", node.url())), "{text}");
}

fn assert_no_secret(text: &str) {
    for secret in [PASSWORD, "wrong-secret", "aGFzaGpvdWxl"] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[test]
fn the_password_is_in_no_output_no_process_title_and_no_journal() {
    let node = FakeNode::honest();
    node.state().bits = HOPELESS;
    let miner = Miner::new(&node.url()).with(&["-v"]);
    let running = miner.spawn();
    wait_until("it searches", || node.times_asked("getblocktemplate") >= 3);
    for file in ["cmdline", "comm"] {
        assert_no_secret(&std::fs::read_to_string(format!("/proc/{}/{file}", running.id())).unwrap());
    }
    running.interrupt();
    let ended = running.ended();
    assert_eq!(ended.code, Some(130), "{}", ended.all());
    assert_eq!(ended.summary()["interrupted"], true);
    assert_no_secret(&ended.all());
    assert_no_secret(&miner.journal_text());
}

#[test]
fn a_cookie_is_read_again_after_the_node_restarted() {
    let cookie = std::sync::Arc::new(std::sync::Mutex::new("Basic Zm9vOmJhcg==")); // foo:bar
    let refused = std::sync::Arc::new(AtomicUsize::new(0));
    let (wanted, count) = (std::sync::Arc::clone(&cookie), std::sync::Arc::clone(&refused));
    let node = FakeNode::start(move |_, call| {
        (call.authorization.as_deref() != Some(*wanted.lock().unwrap())).then(|| {
            count.fetch_add(1, Ordering::SeqCst);
            Reply::Http(401, String::new())
        })
    });
    node.state().bits = HOPELESS;
    let miner = Miner::new(&node.url()).with(&["--blocks", "1"]);
    let path = miner.folder.path().join("cookie");
    std::fs::write(&path, "foo:bar\n").unwrap();
    let miner = miner.with(&["--cookie", path.to_str().unwrap()]);
    let running = miner.spawn();
    wait_until("it searches", || node.times_asked("getblocktemplate") >= 3);
    node.stop();
    node.state().bits = EASY;
    *cookie.lock().unwrap() = "Basic Zm9vOmJheg=="; // foo:baz
    node.restart();
    wait_until("it comes back with the old cookie", || refused.load(Ordering::SeqCst) > 0);
    std::fs::write(&path, "foo:baz\n").unwrap();
    let ended = running.ended();
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    assert_eq!(node.height(), 1);
}

#[test]
fn a_disk_without_room_or_leave_is_seen_before_the_first_hash() {
    let node = FakeNode::honest();
    let miner = Miner::new(&node.url());
    for (journal, words) in [
        ("/dev/full", "cannot write to the journal /dev/full: No space left on device"),
        ("/proc/hashjoule.journal", "cannot open the journal /proc/hashjoule.journal: "),
    ] {
        let ended = miner.spawn_with_journal(Path::new(journal)).ended();
        assert_eq!(ended.code, Some(3), "{}", ended.all());
        assert!(ended.stderr.contains(words), "{}", ended.stderr);
    }
    assert_eq!(node.state().asked.len(), 0);
}

#[test]
fn a_second_miner_with_the_same_journal_is_kept_out() {
    let node = FakeNode::honest();
    node.state().bits = HOPELESS;
    let miner = Miner::new(&node.url());
    let first = miner.spawn();
    wait_until("it searches", || node.times_asked("getblocktemplate") >= 1);
    let second = miner.run();
    assert_eq!(second.code, Some(3), "{}", second.all());
    assert!(second.stderr.contains("is in use by another process"), "{}", second.stderr);
    first.interrupt();
    assert_eq!(first.ended().code, Some(130));
}

/// What cannot be right is refused before anybody is asked, and each refusal says what to do.
#[test]
fn the_command_line_is_looked_at_before_the_node_is_asked() {
    let node = FakeNode::honest();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (blank, foreign) = (file("blank", "\nsecond line"), file("foreign", "a diary\n"));
    let main = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";
    for (arguments, code, error, hint) in [
        (vec![], 2, "--node needs to know whom to pay", "give --address ADDRESS, or --payout-script HEX"),
        (vec!["--payout-script", "51"], 2, "there is no home folder to keep the journal in", "give --journal FILE"),
        (vec!["--address", main, "--network", "signet"], 2, "is not one of signet: it belongs to main", ""),
        (vec!["--payout-script", "5"], 2, "error: ", ""),
        (vec!["--payout-script", "51", "--coinbase-text", &"x".repeat(101)], 2, "is 101 bytes long", "75 bytes fit"),
        (
            vec!["--payout-script", "51", "--password-file", "/no/such/file"],
            3,
            "cannot read /no/such/file: No such",
            "",
        ),
        (vec!["--payout-script", "51", "--password-file", &blank], 3, "holds no password in its first line", ""),
        (
            vec!["--payout-script", "51", "--journal", &foreign],
            3,
            "is not a journal of hashjoule",
            "choose another file",
        ),
    ] {
        let output = mine(&node, &arguments).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {stderr}");
        let has_hint = stderr.contains(&format!("hint: {hint}")) || hint.is_empty();
        assert!(stderr.contains(error) && has_hint, "{arguments:?}: {stderr}");
    }
    assert_eq!(node.state().asked.len(), 0);
}

fn mine(node: &FakeNode, arguments: &[&str]) -> std::process::Command {
    let mut command = hashjoule(["mine", "--node", &node.url(), "--threads", "1", "--kernel", "portable"]);
    command.args(arguments).env_clear();
    command
}

/// A name, its password from a file, the cookie where Bitcoin Core leaves it: each reaches the node as it should.
#[test]
fn credentials_come_from_where_they_are_said_to() {
    let home = tempfile::tempdir().unwrap();
    let password = home.path().join("password");
    std::fs::write(&password, "bar\nnot this\n").unwrap();
    let password = ["--user", "foo", "--password-file", password.to_str().unwrap()];
    std::fs::create_dir_all(home.path().join(".bitcoin/regtest")).unwrap();
    std::fs::write(home.path().join(".bitcoin/regtest/.cookie"), "foo:bar").unwrap();
    for arguments in [&password[..], &["--network", "regtest"]] {
        let node = FakeNode::start(|_, call| {
            (call.authorization.as_deref() != Some("Basic Zm9vOmJhcg==")).then(|| Reply::Http(401, String::new()))
        });
        let arguments = [&["--payout-script", "51", "--blocks", "1"], arguments].concat();
        let output = mine(&node, &arguments).env("HOME", home.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(node.height(), 1);
    }
    let node = FakeNode::honest();
    let output = mine(&node, &["--payout-script", "51", "--user", "foo"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("hint: give --password-file FILE, or set HASHJOULE_PASSWORD")
    );
}
