//! The API key on its way through: in memory for one request, in one header, and never readable.

use std::fmt;

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// The API's header.
pub(super) const HEADER: HeaderName = HeaderName::from_static("tt-api-key");

/// Longer than any key of the API by far; what is longer is a mistake of pasting.
const MAX_BYTES: usize = 512;

/// A key as the page sent it. It is neither cloned, shown, logged nor stored; the header made from it is marked
/// sensitive, so that HTTP libraries show it as such.
pub(super) struct ApiKey(HeaderValue);

impl ApiKey {
    /// Takes the key out of a request. `None` when there is none: the API itself then says so.
    ///
    /// # Errors
    /// A sentence, which does not contain the key, when it cannot be one.
    pub(super) fn take(headers: &mut HeaderMap) -> Result<Option<Self>, &'static str> {
        const MALFORMED: &str =
            "This cannot be an API key: it must be one line of letters, digits and signs without spaces.";
        if headers.get_all(&HEADER).iter().count() > 1 {
            return Err(MALFORMED);
        }
        let Some(mut value) = headers.remove(&HEADER) else {
            return Ok(None);
        };
        if value.is_empty() {
            return Ok(None);
        }
        if value.len() > MAX_BYTES || !value.as_bytes().iter().all(u8::is_ascii_graphic) {
            return Err(MALFORMED);
        }
        value.set_sensitive(true);
        Ok(Some(Self(value)))
    }

    /// For the request upstream; ends the key's life here.
    pub(super) fn into_header(self) -> HeaderValue {
        self.0
    }

    /// For the keyed hash that tells whether a repeat is a repeat.
    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn take(values: &[&[u8]]) -> Result<Option<ApiKey>, &'static str> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(HEADER, HeaderValue::from_bytes(value).unwrap());
        }
        ApiKey::take(&mut headers)
    }

    #[test]
    fn a_key_shows_nothing() {
        let key = take(&[b"canary-0123456789"]).unwrap().unwrap();
        assert_eq!(format!("{key:?}"), "***");
        assert_eq!(format!("{:?}", key.into_header()), "Sensitive");
    }

    #[test]
    fn what_cannot_be_a_key_is_refused_without_an_echo() {
        let long = vec![b'a'; MAX_BYTES + 1];
        for bad in [&[b"two words".as_slice()][..], &["schlüssel".as_bytes()], &[b"a\tb"], &[&long], &[b"one", b"two"]]
        {
            let sentence = take(bad).unwrap_err();
            assert!(!sentence.contains("two words"));
        }
        assert!(take(&[]).unwrap().is_none());
        assert!(take(&[b""]).unwrap().is_none());
    }
}
