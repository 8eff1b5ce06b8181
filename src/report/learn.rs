//! The interactive lesson: one self-contained page that recomputes what `hashjoule explain` says.
//!
//! The parts beside this file are joined here: styles, a plain SHA-256, a worker, six steps. The page asks the
//! network for nothing (its policy forbids it) and runs only the scripts whose digests it names.

use crate::explain::{Document, EXAMPLES, Ladder, Story};
use crate::sha256::sha256;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde::Serialize;

const STYLE: &str = include_str!("learn/page.css");
const BODY: &str = include_str!("learn/body.html");
const SHA256: &str = include_str!("learn/sha256.js");
const MINER: &str = include_str!("learn/miner.js");
const PAGE: &str = concat!(
    "\"use strict\";\n(() => {\n",
    include_str!("learn/number.js"),
    include_str!("learn/header.js"),
    include_str!("learn/page.js"),
    include_str!("learn/step1.js"),
    include_str!("learn/step2.js"),
    include_str!("learn/step4.js"),
    include_str!("learn/step5.js"),
    include_str!("learn/step6.js"),
    include_str!("learn/ladder.js"),
    include_str!("learn/selftest.js"),
    include_str!("learn/main.js"),
    "})();\n",
);

/// What the page is given to compare with, and the ladder.
#[derive(Serialize)]
struct Lesson {
    schema: &'static str,
    examples: Vec<Explained>,
    ladder: Ladder,
}

#[derive(Serialize)]
struct Explained {
    name: &'static str,
    about: &'static str,
    explained: Document,
}

impl Lesson {
    fn built_in() -> Self {
        let examples = EXAMPLES.iter().map(|example| {
            let header = example.header().expect("the examples are 160 hex digits: a test reads them");
            let story = Story::new(header).expect("the examples are blocks: a test checks them").named(example.name);
            Explained { name: example.name, about: example.about, explained: Document::from(&story) }
        });
        Self { schema: "hashjoule-lesson/1", examples: examples.collect(), ladder: Ladder::built_in() }
    }
}

/// The page, complete.
pub fn page() -> String {
    let data = serde_json::to_string(&Lesson::built_in()).expect("plain structs with string keys become JSON");
    markup(&island(&data)).into_string()
}

/// JSON that cannot end the script element it lies in.
fn island(json: &str) -> String {
    json.replace('<', "\\u003c")
}

fn markup(data: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "One block header, taken apart - hashjoule" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (PreEscaped(BODY))
                script type="application/json" id="data" { (PreEscaped(data)) }
                script type="text/plain" id="miner" { (PreEscaped(MINER)) }
                script id="sha256" { (PreEscaped(SHA256)) }
                script { (PreEscaped(PAGE)) }
            }
        }
    }
}

/// Nothing but the scripts and the style of this page, and workers that it makes of them.
fn policy() -> String {
    let allowed = |text: &str| format!("'sha256-{}'", base64(&sha256(text.as_bytes())));
    format!(
        "default-src 'none'; script-src {} {}; style-src {}; worker-src blob:; base-uri 'none'; form-action 'none'",
        allowed(SHA256),
        allowed(PAGE),
        allowed(STYLE)
    )
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |i: usize| chunk.get(i).map_or(0, |&byte| usize::from(byte));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        let digit = |i: usize| if i > chunk.len() { '=' } else { char::from(DIGITS[bits >> (18 - 6 * i) & 63]) };
        text.extend((0..4).map(digit));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_by_the_examples_of_rfc_4648() {
        let said = ["", "f", "fo", "foo", "foob", "fooba", "foobar"].map(|text| base64(text.as_bytes()));
        assert_eq!(said, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]);
    }

    #[test]
    fn no_part_ends_its_own_element() {
        for part in [SHA256, MINER, PAGE] {
            assert!(!part.contains("</script") && !part.contains("<!--"));
        }
        assert!(!STYLE.contains("</style"));
        assert_eq!(island("</script>"), "\\u003c/script>");
    }

    #[test]
    fn the_page_names_no_other_place() {
        let page = page();
        for reference in ["src=", "href=\"http", "url(", "@import", "fetch(", "XMLHttpRequest"] {
            assert!(!page.contains(reference), "{reference}");
        }
    }
}
