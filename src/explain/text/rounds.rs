//! The rounds, as a table of a..h.

use super::{Ink, Pen, Style, words};
use crate::explain::{EarlyExit, Story, Touched, touched};
use crate::sha256::{K, Trace};

/// In the second chunk: before the nonce, when it enters, until it fills the state, and the end.
const TELLING: [usize; 9] = [0, 1, 2, 3, 4, 5, 6, 62, 63];

/// In the second hash: the start, and the word that decides on its way to h.
const TELLING_IN_SECOND_HASH: [usize; 5] = [0, EarlyExit::ROUND, 61, 62, 63];

pub(super) fn lines(story: &Story, style: &Style) -> Vec<String> {
    let pen = style.pen;
    let mut lines = vec![
        pen.ink(Ink::Title, "The rounds: 64 for each chunk, each mixes one word into eight"),
        "  T1 = h + Sigma1(e) + Ch(e,f,g) + K + W     T2 = Sigma0(a) + Maj(a,b,c)".into(),
        "  a becomes T1 + T2, e becomes d + T1, the others move one place: b was a, c was b, ...".into(),
        String::new(),
    ];
    if style.all_rounds {
        let constant = touched([false; 8], [false; 16]);
        lines.extend(table("first chunk, from the IV", &story.first_chunk, &constant, &all(), pen));
        lines.push(String::new());
    }
    let chosen = |telling: &[usize]| if style.all_rounds { all() } else { telling.to_vec() };
    let by_nonce = story.touched();
    lines.extend(table("second chunk, from the midstate", &story.second_chunk, &by_nonce, &chosen(&TELLING), pen));
    lines.extend(remark(&by_nonce));
    lines.push(String::new());
    let by_digest = touched([false; 8], std::array::from_fn(|i| i < 8));
    let telling = chosen(&TELLING_IN_SECOND_HASH);
    lines.extend(table(
        "second hash, of the 32 bytes above, from the IV",
        &story.second_hash,
        &by_digest,
        &telling,
        pen,
    ));
    if !style.all_rounds {
        lines.push("  (--rounds shows all of them)".into());
    }
    lines
}

fn all() -> Vec<usize> {
    (0..64).collect()
}

fn table(title: &str, trace: &Trace, touched: &Touched, shown: &[usize], pen: Pen) -> Vec<String> {
    let names = ["W", "a", "b", "c", "d", "e", "f", "g", "h"].map(|name| format!("{name:<8}")).join(" ");
    let mut lines = vec![format!("  {title}"), format!("  round  {names}").trim_end().to_owned()];
    lines.push(format!("  start  {:8} {}", "", words(&trace.before)));
    let mut expected = 0;
    for &t in shown {
        if t != expected {
            lines.push("    ...".into());
        }
        expected = t + 1;
        lines.push(row(t, trace, touched, pen));
    }
    lines.push(format!("  sum    {:8} {}   (start + last round)", "", words(&trace.after)));
    lines
}

fn row(t: usize, trace: &Trace, touched: &Touched, pen: Pen) -> String {
    let cell =
        |word: u32, touches: bool| pen.ink(if touches { Ink::Nonce } else { Ink::Constant }, format!("{word:08x}"));
    let state = trace.rounds[t].iter().zip(touched.rounds[t]).map(|(&word, touches)| cell(word, touches));
    let state: Vec<String> = state.collect();
    format!("  {t:>5}  {} {}", cell(trace.w[t], touched.w[t]), state.join(" "))
}

/// What the telling rounds tell.
fn remark(touched: &Touched) -> Vec<String> {
    let Some((first, full)) = touched.first_and_full_round() else { return vec![] };
    vec![
        format!(
            "  Rounds 0-{} are the same for every nonce. It enters in round {first}, and after round {full}",
            first - 1
        ),
        format!("  it has touched all eight words. K starts with {:08x}: 64 constants, the same for all.", K[0]),
    ]
}
