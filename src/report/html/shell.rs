//! The shell of every page: head, policy, style, script. What is shown and what runs is exactly what was written here.
//!
//! The policy is `default-src 'none'`; style and script are allowed by their SHA-256, so that nothing that slips into
//! the page from a record can run or load.

use crate::sha256::sha256;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// What a page consists of.
#[derive(Debug)]
pub struct Page<'a> {
    /// Title of the window.
    pub title: &'a str,
    /// One sentence for search and previews.
    pub description: &'a str,
    /// Style sheets, in order.
    pub styles: &'a [&'a str],
    /// The script, or nothing; the page must make sense without it.
    pub script: &'a str,
    /// Data for the script: read by it with [`DATA_ID`].
    pub data: Option<serde_json::Value>,
    /// What stands in the body.
    pub body: Markup,
}

/// The id of the element that holds the page's data as JSON.
pub const DATA_ID: &str = "hj-data";

/// The whole document.
pub fn document(page: &Page<'_>) -> String {
    render(page, "")
}

/// The same for a script that starts workers from texts of its own page.
pub fn document_with_workers(page: &Page<'_>) -> String {
    render(page, " worker-src blob:;")
}

fn render(page: &Page<'_>, workers: &str) -> String {
    let style = page.styles.concat();
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy(&style, page.script, workers));
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta name="description" content=(page.description);
                title { (page.title) }
                style { (PreEscaped(&style)) }
            }
            body {
                (page.body)
                @if let Some(data) = &page.data {
                    script type="application/json" id=(DATA_ID) { (PreEscaped(island(data))) }
                }
                @if !page.script.is_empty() {
                    script { (PreEscaped(page.script)) }
                }
            }
        }
    };
    markup.into_string()
}

/// Nothing but this style and this script, and the workers' directive where there are any.
fn policy(style: &str, script: &str, workers: &str) -> String {
    let hash = |text: &str| format!("'sha256-{}'", base64(&sha256(text.as_bytes())));
    let script = if script.is_empty() { "'none'".to_owned() } else { hash(script) };
    let style = hash(style);
    format!("default-src 'none'; style-src {style}; script-src {script};{workers} base-uri 'none'; form-action 'none'")
}

/// JSON that cannot end its own element: `<` stands only inside strings, where it may be escaped.
fn island(data: &serde_json::Value) -> String {
    data.to_string().replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

/// RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, i| bits << 8 | u32::from(chunk.get(i).copied().unwrap_or(0)));
        for i in 0..4 {
            let six = (bits >> (18 - 6 * i)) & 63;
            text.push(if i <= chunk.len() { char::from(ALPHABET[six as usize]) } else { '=' }); // below 64
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_as_in_rfc_4648() {
        let cases = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, coded) in cases {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn foreign_text_neither_ends_the_island_nor_opens_a_tag() {
        let foreign = "</script><script>alert(1)</script>";
        let page = Page {
            title: foreign,
            description: foreign,
            styles: &["p{}"],
            script: "1;",
            data: Some(serde_json::json!({ "x": foreign })),
            body: html! { p title=(foreign) { (foreign) } },
        };
        let text = document(&page);
        assert!(!text.contains(foreign) && text.matches("</script>").count() == 2);
        let (_, data) = text.split_once("id=\"hj-data\">").unwrap();
        let value: serde_json::Value = serde_json::from_str(data.split_once("</script>").unwrap().0).unwrap();
        assert_eq!(value["x"], foreign);
    }
}
