//! Which addresses images may be fetched from.
//!
//! Image URLs come out of answers of the API, so out of text that somebody else wrote. A proxy that fetched whatever it
//! was given would let that text reach every server this machine can reach; so the list of hosts is closed, https only,
//! default port only. Hosts of TTAPI and of the model's vendor are known; a person can add others when starting the
//! server. The one exception to https is loopback, for tests and for a stand-in of the API.

use url::Url;

use crate::Error;
use crate::guard::{is_host_name, is_loopback_host};

/// TTAPI's own hosts, and those of Black Forest Labs that finished jobs have linked to.
const KNOWN: [&str; 2] = ["*.ttapi.io", "*.bfl.ai"];

/// The longest image address that is looked at, in bytes; signed links of vendors stay far below.
const MAX_URL_BYTES: usize = 4096;

/// The closed list.
#[derive(Debug, Clone)]
pub(crate) struct ImageHosts(Vec<Rule>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Rule {
    /// https, exactly this host.
    Exactly(String),
    /// https, any host that ends so; with the leading dot, so that `eviltt…` does not.
    Below(String),
    /// http, exactly this origin, on loopback.
    Loopback(url::Origin),
}

impl ImageHosts {
    /// The known hosts, those of `more`, and the upstream's own origin where that is loopback http.
    pub(crate) fn new(more: &[String], upstream: &Url) -> Result<Self, Error> {
        let mut rules = Vec::new();
        for text in KNOWN.into_iter().chain(more.iter().map(String::as_str)) {
            rules.push(parse_rule(text).ok_or_else(|| Error::ImageHost(text.to_owned()))?);
        }
        if is_loopback_http(upstream) {
            rules.push(Rule::Loopback(upstream.origin()));
        }
        Ok(Self(rules))
    }

    /// The address to fetch, or the sentence why it is not fetched.
    pub(crate) fn check(&self, text: &str) -> Result<Url, &'static str> {
        const MALFORMED: &str = "This is not an image address: it must be a full https address without user name, port, spaces or backslashes.";
        if text.len() > MAX_URL_BYTES {
            return Err("This image address is too long.");
        }
        // The URL parser repairs these silently, and a repaired address is not the one that somebody looked at.
        let odd = |character: char| {
            character.is_control() || character.is_whitespace() || character == '\\' || !character.is_ascii()
        };
        if text.contains(odd) {
            return Err(MALFORMED);
        }
        let authority = authority(text);
        if authority.is_empty() || authority.contains('@') {
            return Err(MALFORMED);
        }
        let url = Url::parse(text).map_err(|_| MALFORMED)?;
        if self.0.iter().any(|rule| rule.allows(&url)) {
            Ok(url)
        } else {
            Err(
                "Images are fetched from TTAPI's hosts only, over https. When you trust the host of this one, start the server with --allow-image-host and its name.",
            )
        }
    }
}

impl Rule {
    fn allows(&self, url: &Url) -> bool {
        let plain_https = url.scheme() == "https" && url.port().is_none();
        let host = url.host_str().unwrap_or("");
        match self {
            Self::Exactly(own) => plain_https && host == own,
            Self::Below(suffix) => plain_https && host.len() > suffix.len() && host.ends_with(suffix),
            Self::Loopback(origin) => url.origin() == *origin,
        }
    }
}

fn parse_rule(text: &str) -> Option<Rule> {
    let text = text.to_ascii_lowercase();
    if text.starts_with("http://") {
        let url = Url::parse(&text).ok()?;
        let only_an_origin = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        return (only_an_origin && is_loopback_http(&url)).then(|| Rule::Loopback(url.origin()));
    }
    if let Some(parent) = text.strip_prefix("*.") {
        // `*.com` would be everybody.
        return (is_host_name(parent) && parent.contains('.')).then(|| Rule::Below(format!(".{parent}")));
    }
    is_host_name(&text).then_some(Rule::Exactly(text))
}

/// True for http addresses on this machine, the only ones that may do without TLS.
pub(crate) fn is_loopback_http(url: &Url) -> bool {
    url.scheme() == "http" && url.host_str().is_some_and(is_loopback_host)
}

/// What stands between `//` and the path, as written; empty where an address has no such part.
fn authority(text: &str) -> &str {
    ["https://", "http://"]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme))
        .unwrap_or("")
        .split(['/', '?', '#'])
        .next()
        .unwrap_or("")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn hosts(more: &[&str], upstream: &str) -> ImageHosts {
        let more: Vec<String> = more.iter().map(|text| (*text).to_owned()).collect();
        ImageHosts::new(&more, &Url::parse(upstream).unwrap()).unwrap()
    }

    #[test]
    fn known_hosts_are_allowed() {
        let list = hosts(&[], "https://api.ttapi.io");
        for text in [
            "https://cdn.ttapi.io/2024-09-13/a.png",
            "https://cdnb.ttapi.io/a.png",
            "https://cdnc.ttapi.io/a.webp",
            "https://cloudflarer2.ttapi.io/a.webp?X-Sig=a%2Fb&c=d",
            "https://CDN.TTAPI.IO/a.png",
            "https://delivery.eu2.bfl.ai/results/a/sample.png?se=2026&sig=x%2B",
            "https://delivery-us1.bfl.ai/a.jpeg",
            "https://cdn.ttapi.io:443/a.png",
            "https://cdn.ttapi.io",
        ] {
            assert!(list.check(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn squats_and_oddities_are_refused() {
        let list = hosts(&["images.example.com"], "https://api.ttapi.io");
        for text in [
            // Names that look like an allowed one.
            "https://evilttapi.io/a",
            "https://cdn.evilttapi.io/a",
            "https://ttapi.io.evil.com/a",
            "https://cdn.ttapi.io.evil.com/a",
            "https://cdn-ttapi.io/a",
            "https://ttapi.io/a",
            "https://.ttapi.io/a",
            "https://cdn.ttapi.io./a",
            "https://cdn.ttapi.co/a",
            "https://xn--ttap-8va.io/a",
            "https://cdn.ttаpi.io/a",
            "https://cdn%2ettapi.io.evil.com/",
            "https://evil.com%2f.ttapi.io/a",
            "https://a.images.example.com/a",
            "https://bfl.ai.evil.com/",
            "https://evilbfl.ai/",
            // Parts that hide another host.
            "https://cdn.ttapi.io@evil.com/a",
            "https://cdn.ttapi.io:x@evil.com/a",
            "https://evil@cdn.ttapi.io/a",
            "https://@cdn.ttapi.io/a",
            "https://evil.com#@cdn.ttapi.io/a",
            "https://evil.com?@cdn.ttapi.io/a",
            "https://evil.com/@cdn.ttapi.io/",
            "https://evil.com\\@cdn.ttapi.io/a",
            "https://evil.com\\.ttapi.io/",
            // Shapes that a parser repairs.
            "//cdn.ttapi.io/a",
            "/\\cdn.ttapi.io/a",
            "https:/cdn.ttapi.io/a",
            "https:cdn.ttapi.io/a",
            "https:///cdn.ttapi.io/a",
            "https:\\\\cdn.ttapi.io/a",
            " https://cdn.ttapi.io/a",
            "https://cdn.ttapi.io/a ",
            "https://cdn.tt\tapi.io/a",
            "https://cdn.ttapi.io/\na",
            "cdn.ttapi.io/a",
            "",
            // Schemes, ports, addresses.
            "http://cdn.ttapi.io/a",
            "ftp://cdn.ttapi.io/a",
            "file:///etc/passwd",
            "data:image/png;base64,AA",
            "javascript:alert(1)",
            "blob:https://cdn.ttapi.io/a",
            "https://cdn.ttapi.io:8443/a",
            "https://cdn.ttapi.io:80/a",
            "https://127.0.0.1/a",
            "https://[::1]/a",
            "https://2130706433/a",
            "https://0x7f.1/a",
            "https://10.0.0.1/a",
            "https://169.254.169.254/latest/meta-data/",
            "http://127.0.0.1:9000/a",
            "http://localhost/a",
        ] {
            assert!(list.check(text).is_err(), "{text}");
        }
        assert!(list.check(&format!("https://cdn.ttapi.io/{}", "a".repeat(5000))).is_err());
    }

    #[test]
    fn hosts_can_be_added_and_loopback_is_exact() {
        let list =
            hosts(&["Images.Example.com", "*.pics.test", "http://127.0.0.1:9001"], "http://127.0.0.1:9000/prefix");
        for text in [
            "https://images.example.com/a",
            "https://a.b.pics.test/a",
            "http://127.0.0.1:9000/cdn/a.png",
            "http://127.0.0.1:9001/a",
        ] {
            assert!(list.check(text).is_ok(), "{text}");
        }
        for text in [
            "http://images.example.com/a",
            "https://pics.test/a",
            "http://127.0.0.1:9002/a",
            "http://localhost:9000/a",
            "https://127.0.0.1:9000/a",
            "http://127.0.0.1/a",
        ] {
            assert!(list.check(text).is_err(), "{text}");
        }
    }

    #[test]
    fn rules_that_are_no_hosts_are_refused() {
        let upstream = Url::parse("https://api.ttapi.io").unwrap();
        for text in [
            "",
            "*",
            "*.",
            "*.com",
            "*.*.com",
            "a.*.com",
            "https://a.b",
            "a.b:80",
            "a.b/c",
            "http://a.b",
            "http://127.0.0.1:1/x",
            "http://u@127.0.0.1:1",
            "a b",
        ] {
            assert!(ImageHosts::new(&[text.to_owned()], &upstream).is_err(), "{text}");
        }
    }
}
