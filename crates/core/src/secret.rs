//! The API key as a type that cannot leak by accident.

use thiserror::Error;
use zeroize::Zeroize;

use crate::limits;

/// The API key. It has no `Debug`, `Display`, `Serialize` or `Clone`, so that neither a log line, nor a panic text, nor
/// a stored record can hold it; its memory is overwritten when it is dropped. The only reader is the HTTP adapter,
/// which puts it into the one header `TT-API-KEY`.
///
/// ```compile_fail
/// let key = flux_studio_core::secret::Secret::parse("0123456789abcdef0123").unwrap();
/// println!("{key:?}");
/// ```
/// ```compile_fail
/// let key = flux_studio_core::secret::Secret::parse("0123456789abcdef0123").unwrap();
/// println!("{key}");
/// ```
/// ```compile_fail
/// let key = flux_studio_core::secret::Secret::parse("0123456789abcdef0123").unwrap();
/// let twice = key.clone();
/// ```
/// ```compile_fail
/// let key = flux_studio_core::secret::Secret::parse("0123456789abcdef0123").unwrap();
/// serde_json::to_string(&key).unwrap();
/// ```
pub struct Secret(String);

/// Why a pasted key cannot be one. The text of the key is never repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyProblem {
    /// Nothing but white space.
    #[error("the key is empty")]
    Empty,
    /// Shorter than any key.
    #[error("the key is too short")]
    TooShort,
    /// Longer than any key.
    #[error("the key is too long")]
    TooLong,
    /// A space, line break, control or non-ASCII character inside: it could not be a header's value.
    #[error("the key has characters that no key has")]
    Characters,
}

impl Secret {
    /// Takes a pasted key: trimmed, 16 to 128 visible ASCII characters.
    ///
    /// # Errors
    /// A [`KeyProblem`] that says what is wrong and does not repeat the text.
    pub fn parse(text: &str) -> Result<Secret, KeyProblem> {
        let text = text.trim();
        if text.is_empty() {
            return Err(KeyProblem::Empty);
        }
        if !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(KeyProblem::Characters);
        }
        if text.len() < limits::KEY_MIN {
            return Err(KeyProblem::TooShort);
        }
        if text.len() > limits::KEY_MAX {
            return Err(KeyProblem::TooLong);
        }
        Ok(Secret(text.to_owned()))
    }

    /// The key itself, for the one header and for the vault's cipher.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn x12_keys_that_could_break_a_header_are_refused() {
        let table = [
            ("", KeyProblem::Empty),
            ("   ", KeyProblem::Empty),
            ("short", KeyProblem::TooShort),
            ("0123456789abcdef\r\nX-Evil: 1", KeyProblem::Characters),
            ("0123456789 abcdef", KeyProblem::Characters),
            ("0123456789abcdéf", KeyProblem::Characters),
        ];
        for (text, problem) in table {
            assert_eq!(Secret::parse(text).err(), Some(problem), "{text}");
        }
        assert_eq!(Secret::parse(&"k".repeat(400)).err(), Some(KeyProblem::TooLong));
    }

    #[test]
    fn keys_are_trimmed() {
        assert_eq!(Secret::parse("  0123456789abcdef\n").unwrap().expose(), "0123456789abcdef");
    }
}
