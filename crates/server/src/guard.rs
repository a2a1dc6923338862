//! Who may ask: requests addressed to this server by one of its own names, and sent by its own page.
//!
//! A server on loopback is reachable from every page in the person's browser. `Host` catches a foreign name that was
//! made to resolve to this machine (DNS rebinding); `Origin` and `Sec-Fetch-Site` catch a foreign page that calls the
//! right name. Programs that are not browsers send neither of the latter two and pass: they need no page to lend them
//! anything.

use std::net::IpAddr;

use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, Uri};

use crate::Error;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The names under which this server may be addressed.
#[derive(Debug, Clone)]
pub(crate) struct HostNames {
    names: Vec<String>,
    any_address: bool,
}

impl HostNames {
    /// Loopback names always; `listen` and `more` as given. When `listens_beyond_loopback`, every IP address is
    /// accepted too: it cannot be rebound, and the machine's own addresses change.
    pub(crate) fn new(listen: &str, more: &[String], listens_beyond_loopback: bool) -> Result<Self, Error> {
        let mut names = vec![listen.to_ascii_lowercase()];
        for name in more {
            if !is_host_name(name) {
                return Err(Error::AllowedHost(name.clone()));
            }
            names.push(name.to_ascii_lowercase());
        }
        Ok(Self { names, any_address: listens_beyond_loopback })
    }

    fn knows(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        if is_loopback_host(&host) || self.names.contains(&host) {
            return true;
        }
        self.any_address && host_address(&host).is_some()
    }

    /// The sentence for a request that names another host, or `None` when it names this server.
    pub(crate) fn refuses(&self, uri: &Uri, headers: &HeaderMap) -> Option<&'static str> {
        const FOREIGN: &str = "This address belongs to another name than the server was started for. Open the studio at the address that the server printed, or start it with --allow-host and this name.";
        let Some(authority) = the_only(headers, &HOST).and_then(parse_authority) else {
            return Some("The request does not say which host it is for, exactly once.");
        };
        // A request line may carry a host of its own; both must be ours.
        let in_line = uri.authority().map(Authority::host);
        if !self.knows(authority.host()) || in_line.is_some_and(|host| !self.knows(host)) {
            return Some(FOREIGN);
        }
        None
    }
}

/// The sentence for a request that a foreign page made, or `None` for one of this server's page or of a program.
pub(crate) fn refuses_sender(headers: &HeaderMap) -> Option<&'static str> {
    const FOREIGN: &str = "Only the studio's own page may use its proxy; this request came from another site.";
    const OPENED: &str = "The proxy answers the studio's own page, it cannot be opened as a page itself.";
    if headers.contains_key(&SEC_FETCH_SITE) {
        match the_only(headers, &SEC_FETCH_SITE) {
            Some("same-origin") => {}
            Some("none") => return Some(OPENED),
            _ => return Some(FOREIGN),
        }
    }
    if headers.contains_key(&ORIGIN) {
        let own = the_only(headers, &HOST).map(str::to_ascii_lowercase);
        let sender = the_only(headers, &ORIGIN).map(str::to_ascii_lowercase).and_then(|origin| {
            // Behind a reverse proxy that adds TLS the page is https although this server speaks http.
            origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://")).map(str::to_owned)
        });
        if sender.is_none() || sender != own {
            return Some(FOREIGN);
        }
    }
    None
}

/// True for `localhost`, names below it, and loopback addresses; `host` in lower case, IPv6 with or without brackets.
pub(crate) fn is_loopback_host(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host_address(host).is_some_and(|address| address.is_loopback())
}

fn host_address(host: &str) -> Option<IpAddr> {
    host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host).parse().ok()
}

/// True for a plain ASCII host name or address without port.
pub(crate) fn is_host_name(text: &str) -> bool {
    let labels_are_fine = text.split('.').all(|label| {
        !label.is_empty() && label.len() <= 63 && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    });
    (labels_are_fine && text.len() <= 253) || host_address(text).is_some()
}

fn parse_authority(text: &str) -> Option<Authority> {
    let authority: Authority = text.parse().ok()?;
    // `user@host` is no host header, however the rest reads.
    (!text.contains('@')).then_some(authority)
}

/// The value of a header that must not be repeated, as text.
fn the_only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    value.to_str().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(*name, value.parse().unwrap());
        }
        map
    }

    fn accepts(names: &HostNames, host: &str) -> bool {
        names.refuses(&Uri::from_static("/"), &headers(&[("host", host)])).is_none()
    }

    #[test]
    fn only_own_names_are_hosts() {
        let local = HostNames::new("127.0.0.1", &["Studio.Example.com".to_owned()], false).unwrap();
        for host in [
            "127.0.0.1:8080",
            "127.0.0.1",
            "localhost:1",
            "LOCALHOST:8080",
            "[::1]:8080",
            "127.1.2.3",
            "a.localhost:8080",
            "studio.example.com",
            "STUDIO.example.com:443",
        ] {
            assert!(accepts(&local, host), "{host}");
        }
        for host in [
            "evil.com",
            "evil.com:8080",
            "localhost.evil.com",
            "127.0.0.1.nip.io",
            "127.0.0.1.evil.com:8080",
            "192.168.1.5:8080",
            "localhost.",
            "evillocalhost",
            "evil@localhost",
            "localhost@evil",
            "x.studio.example.com",
            "",
            "0.0.0.0:8080",
        ] {
            assert!(!accepts(&local, host), "{host}");
        }
        let wide = HostNames::new("0.0.0.0", &[], true).unwrap();
        assert!(accepts(&wide, "192.168.1.5:8080"));
        assert!(accepts(&wide, "[fe80::1]:8080"));
        assert!(!accepts(&wide, "evil.com:8080"));
        let named = HostNames::new("nas.local", &[], true).unwrap();
        assert!(accepts(&named, "nas.local:8080"));
        assert!(!accepts(&named, "other.local:8080"));
    }

    #[test]
    fn a_missing_or_doubled_host_is_refused() {
        let names = HostNames::new("127.0.0.1", &[], false).unwrap();
        assert!(names.refuses(&Uri::from_static("/"), &headers(&[])).is_some());
        let twice = headers(&[("host", "localhost"), ("host", "localhost")]);
        assert!(names.refuses(&Uri::from_static("/"), &twice).is_some());
        let line = Uri::from_static("http://evil.com/");
        assert!(names.refuses(&line, &headers(&[("host", "localhost")])).is_some());
    }

    #[test]
    fn additional_names_are_checked() {
        for name in ["https://a.b", "a.b:80", "a/b", "", "*.a.b", "a b", "ä.de"] {
            assert!(HostNames::new("127.0.0.1", &[name.to_owned()], false).is_err(), "{name}");
        }
    }

    #[test]
    fn only_the_own_page_and_programs_may_send() {
        let own = ("host", "127.0.0.1:8080");
        for fine in [
            vec![own],
            vec![own, ("origin", "http://127.0.0.1:8080")],
            vec![own, ("origin", "https://127.0.0.1:8080")],
            vec![own, ("sec-fetch-site", "same-origin")],
            vec![own, ("sec-fetch-site", "same-origin"), ("origin", "http://127.0.0.1:8080")],
        ] {
            assert_eq!(refuses_sender(&headers(&fine)), None, "{fine:?}");
        }
        for bad in [
            ("origin", "http://localhost:8080"),
            ("origin", "http://127.0.0.1:8081"),
            ("origin", "http://127.0.0.1"),
            ("origin", "null"),
            ("origin", "https://evil.com"),
            ("origin", "127.0.0.1:8080"),
            ("origin", "http://127.0.0.1:8080.evil.com"),
            ("origin", "ftp://127.0.0.1:8080"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-site", "none"),
            ("sec-fetch-site", ""),
        ] {
            assert!(refuses_sender(&headers(&[own, bad])).is_some(), "{bad:?}");
        }
        let twice = [own, ("origin", "http://127.0.0.1:8080"), ("origin", "http://127.0.0.1:8080")];
        assert!(refuses_sender(&headers(&twice)).is_some());
    }
}
