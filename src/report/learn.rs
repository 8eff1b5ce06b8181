//! The interactive lesson: one self-contained page that recomputes what `hashjoule explain` says.
//!
//! The parts beside this file are joined here: styles, a plain SHA-256, a worker, six steps. The worker's text lies in
//! the page as data, and the page makes it a worker: so the lesson works from a file, without a server.

use super::html::shell::{self, Page};
use crate::compare::Machine;
use crate::explain::{Document, EXAMPLES, Ladder, Story, header_named};
use maud::{PreEscaped, html};
use serde::Serialize;

const STYLE: &str = include_str!("learn/page.css");
const BODY: &str = include_str!("learn/body.html");
const WORKER: &str = concat!("\"use strict\";\n", include_str!("learn/sha256.js"), include_str!("learn/miner.js"));
const SCRIPT: &str = concat!(
    "\"use strict\";\n(() => {\n",
    include_str!("learn/sha256.js"),
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

/// What the page is given: words to compare its own with, and the ladder.
#[derive(Serialize)]
struct Lesson<'a> {
    schema: &'static str,
    examples: Vec<Example>,
    ladder: Ladder,
    machines: &'a [Machine],
}

#[derive(Serialize)]
struct Example {
    name: &'static str,
    about: &'static str,
    explained: Document,
}

impl<'a> Lesson<'a> {
    fn with(machines: &'a [Machine]) -> Self {
        let examples = EXAMPLES.iter().map(|example| {
            let header = header_named(example.name).expect("the examples are among the vectors: a test looks them up");
            let story = Story::new(header).expect("the examples are blocks: a test checks them").named(example.name);
            Example { name: example.name, about: example.about, explained: Document::from(&story) }
        });
        Self { schema: "hashjoule-lesson/1", examples: examples.collect(), ladder: Ladder::built_in(), machines }
    }
}

/// The page, complete, with these machines on its ladder beside the catalogue's.
pub fn page(machines: &[Machine]) -> String {
    let data = serde_json::to_value(Lesson::with(machines)).expect("plain structs with string keys become JSON");
    shell::document_with_workers(&Page {
        title: "One block header, taken apart - hashjoule",
        description: "An interactive lesson: what a Bitcoin miner computes, from eighty bytes to a block.",
        styles: &[STYLE],
        script: SCRIPT,
        data: Some(data),
        body: html! {
            (PreEscaped(BODY))
            script type="text/plain" id="worker" { (PreEscaped(WORKER)) }
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{HashRate, Power};

    #[test]
    fn no_part_ends_its_own_element() {
        for part in [WORKER, SCRIPT] {
            assert!(!part.contains("</script") && !part.contains("<!--"));
        }
        assert!(!STYLE.contains("</style"));
    }

    #[test]
    fn the_page_names_no_other_place() {
        let page = page(&[]);
        for reference in ["src=", "href=\"http", "url(", "@import", "fetch(", "XMLHttpRequest"] {
            assert!(!page.contains(reference), "{reference}");
        }
    }

    #[test]
    fn a_machine_of_the_user_is_on_the_page() {
        let rate = HashRate::from_hashes_per_second(81_234_567.0);
        let mut machine = Machine::declared(rate, Some(Power::from_watts(65.0)));
        machine.name = "</script>".into();
        let page = page(&[machine]);
        assert!(
            page.contains("81234567")
                && page.matches("</script>").count() == super::page(&[]).matches("</script>").count()
        );
    }
}
