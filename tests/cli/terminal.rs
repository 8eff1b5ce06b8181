//! What a terminal is shown: progress that leaves no trace, and nothing at all where it is not wanted.

use super::*;
use crate::on_terminal::drawn;

/// Takes the line away.
const WIPE: &str = "\u{1b}[2K";

#[test]
fn a_search_shows_its_progress_and_wipes_it_away() {
    let (output, drawn) = drawn(hashjoule("mine --threads 1 --no-pin --time 2s".split(' ')));
    let ran = Ran::from(output);
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{drawn:?}");
    let (progress, _) = drawn.split_once("No hit so far").unwrap();
    let (share, rate) = progress.rsplit_once(" %  ").unwrap();
    assert!(share.ends_with(|c: char| c.is_ascii_digit()) && rate.contains("H/s"), "{drawn:?}");
    assert!(rate.contains(WIPE) && !progress.contains('\n'), "{drawn:?}");
}

#[test]
fn a_bench_shows_which_round_it_is_at_and_wipes_it_away() {
    let words = "bench --kernels portable --modes one-version --threads 1 --hashes 1 --no-warn";
    let (output, drawn) = drawn(hashjoule(words.split(' ')));
    assert_eq!(output.status.code(), Some(0), "{drawn:?}");
    let (bar, wiped) = drawn.rsplit_once(" %  ").unwrap();
    assert!(bar.contains("portable") && wiped.contains(WIPE), "{drawn:?}");
}

#[test]
fn nothing_is_drawn_for_tools_or_for_who_wants_quiet() {
    for shape in ["-q", "--json"] {
        let words = format!("mine --threads 1 --no-pin --time 1s {shape}");
        assert_eq!(drawn(hashjoule(words.split(' '))).1, "", "{shape}");
    }
}
