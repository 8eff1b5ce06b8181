//! The lines of `hashjoule-exec/1`: JSON objects, one a line.

use super::quote;
use crate::vectors::{Case, GROUPS};
use serde_json::{Map, Value, json};

/// The first line to the process.
pub(super) fn hello() -> String {
    format!("{}\n", json!({"op": "hello", "protocol": 1}))
}

/// What the process says of itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Hello {
    pub(super) name: String,
    pub(super) ops: Vec<String>,
}

impl Hello {
    pub(super) fn parse(line: &str) -> Result<Self, String> {
        let object = object(line)?;
        let text = |key: &str| object.get(key).and_then(Value::as_str).map(str::to_owned);
        let ops = object.get("ops").and_then(Value::as_array).ok_or("has no list \"ops\"")?;
        let ops: Vec<String> = ops.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        if let Some(op) = ops.iter().find(|op| !GROUPS.contains(&op.as_str())) {
            return Err(format!("names an op {}, and there are {}", quote(op), GROUPS.join(", ")));
        }
        let name = text("name").ok_or("has no \"name\"")?;
        let version = text("version").map(|version| format!(" {version}")).unwrap_or_default();
        Ok(Self { name: format!("{name}{version}").chars().take(80).collect(), ops })
    }
}

/// A question in one line.
pub(super) fn request(case: &Case) -> String {
    let mut request = json!({"id": case.id});
    if let (Some(request), Ok(Value::Object(question))) =
        (request.as_object_mut(), serde_json::to_value(&case.question))
    {
        request.extend(question);
    }
    format!("{request}\n")
}

/// What the process says to the question `id`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Response {
    pub(super) id: String,
    pub(super) says: Says,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Says {
    Answer(Map<String, Value>),
    Skip(String),
    Error(String),
}

impl Response {
    pub(super) fn parse(line: &str) -> Result<Self, String> {
        let mut object = object(line)?;
        let Some(Value::String(id)) = object.remove("id") else {
            return Err(format!("a line without a text \"id\": {}", quote(line)));
        };
        let says = match (text(&object, "skip"), text(&object, "error")) {
            (Some(why), _) => Says::Skip(why),
            (None, Some(what)) => Says::Error(what),
            (None, None) => Says::Answer(object),
        };
        Ok(Self { id, says })
    }
}

fn text(object: &Map<String, Value>, key: &str) -> Option<String> {
    let value = object.get(key)?;
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Some(text.chars().take(300).collect())
}

fn object(line: &str) -> Result<Map<String, Value>, String> {
    match serde_json::from_str(line) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(format!("a line that is no JSON object: {}", quote(line))),
        Err(error) => Err(format!("a line that is no JSON ({error}): {}", quote(line))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hello_names_the_ops() {
        let hello = Hello::parse(r#"{"name": "mine", "version": "2", "ops": ["scan"]}"#).unwrap();
        assert_eq!((hello.name.as_str(), hello.ops), ("mine 2", vec!["scan".to_owned()]));
        for (line, part) in [
            ("{}", "has no list \"ops\""),
            (r#"{"ops": ["scan"]}"#, "has no \"name\""),
            (r#"{"name": "x", "ops": ["scam"]}"#, "names an op \"scam\", and there are header_hash,"),
            ("[]", "no JSON object"),
            ("hello", "no JSON ("),
        ] {
            let error = Hello::parse(line).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn responses_are_answers_skips_or_errors() {
        let says = |line: &str| Response::parse(line).unwrap().says;
        assert_eq!(says(r#"{"id": "a", "skip": "no"}"#), Says::Skip("no".into()));
        assert_eq!(says(r#"{"id": "a", "error": {"x": 1}}"#), Says::Error("{\"x\":1}".into()));
        assert!(matches!(says(r#"{"id": "a", "hash": "00"}"#), Says::Answer(map) if map.len() == 1));
        assert!(Response::parse(r#"{"id": 5, "hash": "00"}"#).unwrap_err().contains("without a text \"id\""));
    }
}
