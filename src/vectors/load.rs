//! From the text of a vector file to its cases, or to an error with file and position. Memory is bounded by the file's size limit.

use super::groups::{ForGroup, GROUPS, Group, for_group};
use super::{Case, File, MAX_BYTES, SCHEMA, VectorError, nist};
use serde::de::{Error, IgnoredAny};
use serde::{Deserialize, Deserializer};
use std::collections::{BTreeMap, HashSet};
use std::fmt::Display;
use std::io::Read;
use std::path::Path;

/// What decides how the rest is read. All else is skipped in this first pass.
#[derive(Deserialize)]
struct Head {
    #[serde(rename = "schema")]
    _schema: SchemaName,
    group: GroupName,
}

struct SchemaName;

impl<'de> Deserialize<'de> for SchemaName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let error = || D::Error::custom(format!("schema {name:.60?}: this program reads {SCHEMA:?}"));
        if name == SCHEMA { Ok(Self) } else { Err(error()) }
    }
}

struct GroupName(&'static str);

impl<'de> Deserialize<'de> for GroupName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let known = GROUPS.iter().find(|group| **group == name);
        let error = || D::Error::custom(format!("unknown group {name:.60?}: the groups are {}", GROUPS.join(", ")));
        known.map(|group| Self(group)).ok_or_else(error)
    }
}

struct Id(String);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = String::deserialize(deserializer)?;
        let is_fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '/' | '.');
        if id.len() <= 120
            && id.split('/').count() == 2
            && !id.starts_with('/')
            && !id.ends_with('/')
            && id.chars().all(is_fine)
        {
            return Ok(Self(id));
        }
        Err(D::Error::custom(format!(
            "id {id:.60?}: an id is group/name in lower-case letters, digits, '-', '_' and '.'"
        )))
    }
}

/// A whole file of one group.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
struct Body<G: Group> {
    #[serde(rename = "schema")]
    _schema: IgnoredAny,
    #[serde(rename = "group")]
    _group: IgnoredAny,
    #[serde(default)]
    about: String,
    #[serde(default, rename = "license")]
    _license: IgnoredAny,
    #[serde(default, rename = "made_by")]
    _made_by: IgnoredAny,
    #[serde(default)]
    sources: BTreeMap<String, String>,
    #[serde(default)]
    flags: BTreeMap<String, String>,
    cases: Vec<CaseOf<G>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
struct CaseOf<G: Group> {
    id: Id,
    #[serde(default)]
    flags: Vec<String>,
    source: Option<String>,
    input: G::Input,
    expect: G::Expect,
}

impl<G: Group> CaseOf<G> {
    fn untyped(self) -> Case {
        let (question, answer) = (G::question(self.input), G::answer(self.expect));
        Case { id: self.id.0, flags: self.flags, source: self.source, question, answer }
    }
}

/// Reads a vector file (JSON, or NIST's `.rsp` by its extension).
///
/// # Errors
/// When the file cannot be read, is larger than [`MAX_BYTES`], or is no vector file; the error says where.
pub fn read(path: &Path) -> Result<File, VectorError> {
    let name = path.display().to_string();
    let fail = |what: &dyn Display| VectorError::of(&name, what);
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(|error| fail(&format_args!("cannot open: {error}")))?;
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| fail(&format_args!("cannot read: {error}")))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(fail(&format_args!("larger than {} MiB, the limit for a vector file", MAX_BYTES >> 20)));
    }
    let text = String::from_utf8(bytes).map_err(|error| fail(&not_utf8(&error)))?;
    parse(&name, &text)
}

fn not_utf8(error: &std::string::FromUtf8Error) -> String {
    format!("no UTF-8 text: the byte at offset {} does not belong there", error.utf8_error().valid_up_to())
}

/// Reads the text of a vector file; `name` is for messages, and its extension `.rsp` means NIST's format.
///
/// # Errors
/// When the text is no vector file; the error says where.
pub fn parse(name: &str, text: &str) -> Result<File, VectorError> {
    if Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("rsp")) {
        let cases = nist::parse(name, text)?;
        let group = cases.first().map_or("sha256", |case| case.question.op());
        return Ok(File {
            group,
            about: "NIST's response file".into(),
            sources: BTreeMap::new(),
            flags: BTreeMap::new(),
            cases,
        });
    }
    let head: Head = serde_json::from_str(text).map_err(|error| VectorError::json(name, &error))?;
    for_group(head.group.0, Source { name, text }).expect("a GroupName is one of GROUPS")
}

#[derive(Clone, Copy)]
struct Source<'a> {
    name: &'a str,
    text: &'a str,
}

impl ForGroup for Source<'_> {
    type Output = Result<File, VectorError>;

    fn run<G: Group>(self) -> Self::Output {
        let body: Body<G> = serde_json::from_str(self.text).map_err(|error| VectorError::json(self.name, &error))?;
        let cases = body.cases.into_iter().map(CaseOf::untyped).collect();
        let file = File { group: G::NAME, about: body.about, sources: body.sources, flags: body.flags, cases };
        check(&file, self)?;
        Ok(file)
    }
}

/// What no single field can see.
fn check(file: &File, source: Source) -> Result<(), VectorError> {
    let mut seen = HashSet::new();
    for case in &file.cases {
        let occurrence = usize::from(!seen.insert(&case.id));
        let fail = |what: String| Err(source.at_id(&case.id, occurrence, &what));
        if occurrence > 0 {
            return fail(format!("the id {:?} stands here a second time", case.id));
        }
        if case.id.split('/').next() != Some(file.group) {
            return fail(format!("the id {:?} does not start with the group, {:?}", case.id, file.group));
        }
        if let Some(flag) = case.flags.iter().find(|flag| !file.flags.contains_key(*flag)) {
            return fail(format!("{}: the flag {flag:.60?} is not explained in the file's \"flags\"", case.id));
        }
        if let Some(key) = case.source.as_ref().filter(|key| !file.sources.contains_key(*key)) {
            return fail(format!("{}: the source {key:.60?} is not named in the file's \"sources\"", case.id));
        }
        if let Some(end) = case.question.nonce_end().filter(|end| *end > 1 << 32) {
            return fail(format!("{}: start + count is {end}, above 2^32", case.id));
        }
    }
    Ok(())
}

impl Source<'_> {
    /// An error at the line where the id stands for the first (0) or second (1) time.
    fn at_id(self, id: &str, occurrence: usize, what: &str) -> VectorError {
        let quoted = format!("\"{id}\"");
        match self.text.match_indices(&quoted).nth(occurrence) {
            Some((at, _)) => VectorError::at(self.name, self.text[..at].lines().count().max(1), what),
            None => VectorError::of(self.name, what), // written with escapes
        }
    }
}
