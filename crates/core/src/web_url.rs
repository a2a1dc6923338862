//! Web addresses, read strictly: what is accepted here is read by the browser in the same way.
//!
//! The key goes to one host, so the host that this module names must be the host that the browser calls. The browser's
//! own rules (WHATWG) mend nearly everything: backslashes, missing slashes, tabs, `0x7f.1`. Here all of that is refused
//! instead, and what is left has one meaning. The `url` crate follows the browser's rules in full and would be 13 kB of
//! the page's download; it is the witness in this module's tests instead.

use std::fmt;

/// Why a text is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UrlProblem {
    /// It has no scheme.
    Relative,
    /// Its scheme is neither `https:` nor `http:`.
    Scheme,
    /// A user name or password stands in front of the host.
    UserInfo,
    /// Anything else that does not have exactly one meaning.
    Malformed,
}

/// An `http:` or `https:` address without user name and fragment, in its normal form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebUrl {
    https: bool,
    host: String,
    kind: HostKind,
    port: Option<u16>,
    path: String,
    query: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HostKind {
    Name,
    Ip { loopback: bool },
}

impl WebUrl {
    /// Reads an absolute address. A fragment, which never travels, is dropped.
    ///
    /// # Errors
    /// The first [`UrlProblem`].
    pub fn parse(text: &str) -> Result<Self, UrlProblem> {
        // Browsers drop tabs, line breaks and outer spaces and turn `\` into `/`: nobody who means an address types them.
        if text.contains(|c: char| c.is_control() || c == '\\') || text.trim() != text {
            return Err(UrlProblem::Malformed);
        }
        let (scheme, rest) = split_scheme(text).ok_or(UrlProblem::Relative)?;
        let https = scheme.eq_ignore_ascii_case("https");
        if !https && !scheme.eq_ignore_ascii_case("http") {
            return Err(UrlProblem::Scheme);
        }
        let rest = rest.strip_prefix("//").ok_or(UrlProblem::Malformed)?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        if authority.contains('@') {
            return Err(UrlProblem::UserInfo);
        }
        let (host, port) = split_port(authority).ok_or(UrlProblem::Malformed)?;
        let (host, kind) = read_host(host).ok_or(UrlProblem::Malformed)?;
        let port = port.filter(|port| *port != if https { 443 } else { 80 });
        let mut url = Self { https, host, kind, port, path: String::new(), query: None };
        url.set_tail(tail);
        Ok(url)
    }

    /// Reads an address that may be relative to this one. `//host` is refused: relative by the letter, somebody else's
    /// in effect.
    ///
    /// # Errors
    /// The first [`UrlProblem`].
    pub fn join(&self, text: &str) -> Result<Self, UrlProblem> {
        match Self::parse(text) {
            Err(UrlProblem::Relative) if !text.starts_with("//") => {}
            Err(UrlProblem::Relative) => return Err(UrlProblem::Malformed),
            other => return other,
        }
        let folder = match text.chars().next() {
            Some('/') => "",
            Some('?' | '#') | None => &self.path,
            Some(_) => {
                self.path.rsplit_once('/').map_or("/", |(folder, _)| self.path.get(..=folder.len()).unwrap_or("/"))
            }
        };
        let mut url = self.clone();
        url.set_tail(&[folder, text].concat());
        Ok(url)
    }

    /// Whether it is `https:`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// The host as it is called: lower case, IPv6 in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether the host is a name in the public tree: neither a number nor this machine.
    #[must_use]
    pub fn has_public_name(&self) -> bool {
        self.kind == HostKind::Name && self.host.contains('.') && !self.is_loopback()
    }

    /// Whether the host is this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match self.kind {
            HostKind::Ip { loopback } => loopback,
            HostKind::Name => self.host == "localhost" || self.host.ends_with(".localhost"),
        }
    }

    /// Scheme, host and port: what the browser isolates by.
    #[must_use]
    pub fn origin(&self) -> String {
        let mut text = String::from(if self.https { "https://" } else { "http://" });
        text.push_str(&self.host);
        if let Some(port) = self.port {
            text.push(':');
            text.push_str(&port.to_string());
        }
        text
    }

    /// Path, beginning with a slash.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What follows the `?`, if there is one.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// The address without its query, ending in a slash, so that a path can be put behind it.
    #[must_use]
    pub fn directory(mut self) -> Self {
        self.query = None;
        if !self.path.ends_with('/') {
            self.path.push('/');
        }
        self
    }

    fn set_tail(&mut self, tail: &str) {
        let tail = tail.split('#').next().unwrap_or_default();
        let (path, query) = match tail.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (tail, None),
        };
        self.path = normal_path(path);
        self.query = query.map(|query| encoded(query, b"\"#<>'"));
    }
}

impl fmt::Display for WebUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin())?;
        f.write_str(&self.path)?;
        if let Some(query) = &self.query {
            f.write_str("?")?;
            f.write_str(query)?;
        }
        Ok(())
    }
}

/// Percent-encodes like JavaScript's `encodeURIComponent`, which is what templates of public proxies expect.
#[must_use]
pub fn encode_component(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 3 / 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            out.push(char::from(byte));
        } else {
            push_percent(&mut out, byte);
        }
    }
    out
}

/// The scheme in front of a colon, by the grammar of schemes, and what follows the colon.
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    (scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(letters)).then_some((scheme, rest))
}

fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let colon = match authority.rfind(']') {
        Some(end) => authority.get(end..)?.find(':').map(|at| end + at),
        None => authority.find(':'),
    };
    let Some(colon) = colon else { return Some((authority, None)) };
    let (host, port) = authority.split_at(colon);
    let digits = port.get(1..)?;
    // An empty port is allowed and means the scheme's own.
    if digits.is_empty() {
        return Some((host, None));
    }
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some((host, Some(digits.parse().ok()?)))
}

fn read_host(host: &str) -> Option<(String, HostKind)> {
    // Of IPv6 only this machine: whoever runs a server that browsers trust has a name for it.
    if host == "[::1]" {
        return Some((host.to_owned(), HostKind::Ip { loopback: true }));
    }
    let right =
        |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if host.len() > 253 || !host.split('.').all(right) {
        return None;
    }
    let host = host.to_ascii_lowercase();
    let last = host.rsplit('.').next().unwrap_or_default();
    // Where the last label is a number, browsers read the whole host as one, in octal and hexadecimal too.
    if last.bytes().all(|b| b.is_ascii_digit()) || last.starts_with("0x") {
        let right = host.split('.').count() == 4 && host.split('.').all(is_octet);
        let loopback = host.starts_with("127.");
        return right.then_some((host, HostKind::Ip { loopback }));
    }
    Some((host, HostKind::Name))
}

/// A number from 0 to 255 in its only plain spelling.
fn is_octet(text: &str) -> bool {
    let plain = text == "0" || (!text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit()));
    plain && text.parse::<u8>().is_ok()
}

/// The path with its dots taken out, as browsers do before they send it.
fn normal_path(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.strip_prefix('/').unwrap_or(path).split('/').peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment.to_ascii_lowercase().replace("%2e", ".").as_str() {
            "." if last => kept.push(""),
            "." => {}
            ".." => {
                kept.pop();
                if last {
                    kept.push("");
                }
            }
            _ => kept.push(segment),
        }
    }
    let mut out = String::from("/");
    out.push_str(&encoded(&kept.join("/"), b"\"#<>?`{}"));
    out
}

/// Percent-encodes what may not stand in this part of an address; what is encoded already stays.
fn encoded(text: &str, also: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_graphic() && !also.contains(&byte) {
            out.push(char::from(byte));
        } else {
            push_percent(&mut out, byte);
        }
    }
    out
}

fn push_percent(out: &mut String, byte: u8) {
    out.push('%');
    for nibble in [byte >> 4, byte & 15] {
        out.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0').to_ascii_uppercase());
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_has_two_readings_is_refused() {
        use UrlProblem as P;
        let table = [
            ("api.ttapi.io", P::Relative),
            ("", P::Relative),
            ("/a", P::Relative),
            ("ftp://a.example/", P::Scheme),
            ("localhost:8080/x", P::Scheme),
            ("https:a.example", P::Malformed),
            ("https:/a.example", P::Malformed),
            ("https:///a.example", P::Malformed),
            ("https://a@b.example", P::UserInfo),
            ("https://@b.example", P::UserInfo),
            ("https://a.example\\@b.example", P::Malformed),
            ("https://a..example/", P::Malformed),
            ("https://a.example./", P::Malformed),
            ("https://a%2eexample/", P::Malformed),
            ("https://a.example:99999/", P::Malformed),
            ("https://a.example:+1/", P::Malformed),
            ("https://127.1/", P::Malformed),
            ("https://2130706433/", P::Malformed),
            ("https://0x7f.0.0.1/", P::Malformed),
            ("https://127.0.0.0x1/", P::Malformed),
            ("https://127.0.0.01/", P::Malformed),
            ("https://[::ffff:127.0.0.1]/", P::Malformed),
            ("https://[::1/", P::Malformed),
            ("https://[2001:db8::1]/", P::Malformed),
            ("https://\u{ff41}.example/", P::Malformed),
        ];
        for (text, problem) in table {
            assert_eq!(WebUrl::parse(text), Err(problem), "{text}");
        }
    }

    #[test]
    fn relative_addresses_hang_on_the_page() {
        let page = WebUrl::parse("https://studio.example/sub/path/index.html?q#/settings").unwrap();
        let table = [
            ("./ttapi/", "https://studio.example/sub/path/ttapi/"),
            ("ttapi?x=1", "https://studio.example/sub/path/ttapi?x=1"),
            ("../up", "https://studio.example/sub/up"),
            ("/root", "https://studio.example/root"),
            ("../../../../a", "https://studio.example/a"),
            ("?z", "https://studio.example/sub/path/index.html?z"),
            ("https://other.example", "https://other.example/"),
        ];
        for (text, whole) in table {
            assert_eq!(page.join(text).unwrap().to_string(), whole, "{text}");
        }
        assert_eq!(page.join("//evil.example/"), Err(UrlProblem::Malformed));
    }

    proptest! {
        /// Whatever is accepted means the same to the rules that the browser follows.
        #[test]
        fn what_is_accepted_is_read_alike_by_the_browsers_rules(
            text in "(https?|HTTPS)://[a-zA-Z0-9.:@\\[\\]x%_-]{1,14}[/?#:@.\\\\a-z0-9 %{}<>^'\"`é|]{0,20}"
        ) {
            if let Ok(mine) = WebUrl::parse(&text) {
                let mut theirs = url::Url::parse(&text).unwrap();
                theirs.set_fragment(None);
                prop_assert_eq!(mine.to_string(), theirs.as_str());
                prop_assert_eq!(mine.origin(), theirs.origin().ascii_serialization());
                prop_assert_eq!(mine.host(), theirs.host_str().unwrap());
            }
        }

        /// The same for hosts that are made of numbers, where browsers know many spellings.
        #[test]
        fn numbers_are_read_alike(text in "https?://(0x|0)?[0-9a-f]{1,3}(\\.(0x|0)?[0-9a-f]{0,3}){0,4}/?") {
            if let Ok(mine) = WebUrl::parse(&text) {
                let theirs = url::Url::parse(&text).unwrap();
                prop_assert_eq!(mine.to_string(), theirs.as_str());
            }
        }

        /// And for relative addresses.
        #[test]
        fn relative_ones_are_read_alike(text in "[/.a-z?%2e:#]{0,24}") {
            let base = "https://studio.example/sub/path/index.html";
            if let Ok(mine) = WebUrl::parse(base).unwrap().join(&text) {
                let mut theirs = url::Url::parse(base).unwrap().join(&text).unwrap();
                theirs.set_fragment(None);
                prop_assert_eq!(mine.to_string(), theirs.as_str());
            }
        }
    }
}
