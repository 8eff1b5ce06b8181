//! Settings from a flag or from the environment: the flag wins, and an empty variable is none.

use super::Failure;
use std::ffi::OsString;

/// A text, and where it comes from, so that a failure can name both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The flag or the variable.
    pub source: &'static str,
    /// What it says.
    pub text: String,
}

impl Setting {
    /// What was given with the flag.
    pub fn flag(name: &'static str, value: Option<&String>) -> Option<Self> {
        value.map(|text| Self { source: name, text: text.clone() })
    }

    /// What the environment says.
    ///
    /// # Errors
    /// When that is no text.
    pub fn variable(name: &'static str) -> Result<Option<Self>, Failure> {
        Self::from_value(name, std::env::var_os(name))
    }

    fn from_value(name: &'static str, value: Option<OsString>) -> Result<Option<Self>, Failure> {
        let Some(value) = value.filter(|value| !value.is_empty()) else { return Ok(None) };
        let text = value.into_string().map_err(|value| {
            let shown = value.to_string_lossy().into_owned();
            Failure::usage("usage", format!("{name} is '{shown}', which is no UTF-8 text"))
                .hint(format!("set {name} to plain text, or unset it"))
        })?;
        Ok(Some(Self { source: name, text }))
    }

    /// A usage failure about this setting.
    pub fn fault(&self, code: &'static str, what: &str) -> Failure {
        Failure::usage(code, format!("{} is '{}': {what}", self.source, self.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_is_none() {
        assert_eq!(Setting::from_value("X", None).unwrap(), None);
        assert_eq!(Setting::from_value("X", Some(OsString::new())).unwrap(), None);
        let setting = Setting::from_value("X", Some("2".into())).unwrap().unwrap();
        assert_eq!((setting.source, setting.text.as_str()), ("X", "2"));
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_no_text_is_a_failure() {
        use std::os::unix::ffi::OsStringExt;
        assert!(Setting::from_value("X", Some(OsString::from_vec(vec![0xff]))).is_err());
    }
}
