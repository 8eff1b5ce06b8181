//! NIST's response files (`.rsp`), read as they are: "Len", "Msg", "MD" for messages, "Seed", "COUNT", "MD" for Monte Carlo.

use super::groups::{Answer, DigestAnswer, MessageInput, Question, SeedInput};
use super::hex::{Hex, HexBytes, decode};
use super::{Case, VectorError};

struct Reader<'a> {
    file: &'a str,
    stem: String,
    cases: Vec<Case>,
    bits: Option<usize>,
    message: Option<Vec<u8>>,
    seed: Option<Hex<32>>,
}

/// The cases of an `.rsp` file; ids are `sha256/<file>-<number>` and `sha256_monte/<file>-<number>`.
pub(super) fn parse(file: &str, text: &str) -> Result<Vec<Case>, VectorError> {
    let mut reader = Reader { file, stem: stem(file), cases: Vec::new(), bits: None, message: None, seed: None };
    let lines = text.lines().map(str::trim).enumerate();
    for (number, line) in lines.filter(|(_, l)| !l.is_empty() && !l.starts_with(['#', '['])) {
        reader.line(line).map_err(|what| VectorError::at(file, number + 1, what))?;
    }
    reader.end(text.lines().count())
}

/// `nist/SHA256ShortMsg.rsp` to `sha256shortmsg`.
fn stem(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = name.split('.').next().unwrap_or(name).to_lowercase();
    let words: Vec<&str> = stem.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    words.join("-")
}

impl Reader<'_> {
    fn line(&mut self, line: &str) -> Result<(), String> {
        let (key, value) = line.split_once('=').ok_or_else(|| format!("{line:.60?} is no \"key = value\""))?;
        let value = value.trim();
        match key.trim() {
            "Len" => self.bits = Some(value.parse().map_err(|_| format!("Len {value:.20?} is no number of bits"))?),
            "Msg" => self.message = Some(decode(value).map_err(|error| format!("Msg: {error}"))?),
            "Seed" => self.seed = Some(digest(value).map_err(|error| format!("Seed: {error}"))?),
            "COUNT" => {}
            "MD" => self.digest(digest(value).map_err(|error| format!("MD: {error}"))?)?,
            other => return Err(format!("unknown key {other:.40?}")),
        }
        Ok(())
    }

    /// "MD" ends a case. Each Monte Carlo digest is the seed of the next.
    fn digest(&mut self, digest: Hex<32>) -> Result<(), String> {
        let question = if let Some(seed) = self.seed.replace(digest) {
            Question::Sha256Monte(SeedInput { seed })
        } else {
            self.seed = None;
            Question::Sha256(MessageInput { message: HexBytes(self.take_message()?) })
        };
        let expect = DigestAnswer { digest };
        let answer = match &question {
            Question::Sha256Monte(_) => Answer::Sha256Monte(expect),
            _ => Answer::Sha256(expect),
        };
        let id = format!("{}/{}-{}", question.op(), self.stem, self.cases.len());
        self.cases.push(Case { id, flags: vec!["nist".into()], source: None, question, answer });
        Ok(())
    }

    /// With "Len = 0" the message is empty, though "Msg = 00" is printed.
    fn take_message(&mut self) -> Result<Vec<u8>, String> {
        let bits = self.bits.take().ok_or("MD without a Len before it")?;
        let mut message = self.message.take().ok_or("MD without a Msg before it")?;
        if bits % 8 != 0 {
            return Err(format!("a message of {bits} bits is no whole number of bytes"));
        }
        if bits == 0 {
            message.clear();
        }
        if message.len() == bits / 8 {
            Ok(message)
        } else {
            Err(format!("Len says {bits} bits, Msg has {}", 8 * message.len()))
        }
    }

    fn end(self, line: usize) -> Result<Vec<Case>, VectorError> {
        if self.bits.is_some() || self.message.is_some() {
            return Err(VectorError::at(self.file, line, "the file ends before the message's MD"));
        }
        if self.cases.is_empty() {
            return Err(VectorError::at(self.file, line, "no case: not one MD line"));
        }
        Ok(self.cases)
    }
}

fn digest(text: &str) -> Result<Hex<32>, String> {
    let bytes = decode(text).map_err(|error| error.to_string())?;
    let digits = 2 * bytes.len();
    bytes.try_into().map(Hex).map_err(|_| format!("{digits} hex digits where 64 are wanted"))
}
