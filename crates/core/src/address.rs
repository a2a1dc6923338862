//! Where requests go: base URL, proxy, and what may be an address at all.
//!
//! The key is bound to one origin, so addresses are decided in one place: what this module calls the host is the host
//! that will be called ([`WebUrl`]).

use crate::limits;
use crate::web_url::{UrlProblem, WebUrl, encode_component};

/// Which of the two fields of the settings an address stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// "API base URL".
    Base,
    /// "Proxy URL".
    Proxy,
}

/// Why a text is not taken for an address. Nothing is stored and nothing is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressProblem {
    /// It cannot be parsed, has no host, or its host is outside ASCII (look-alike names are refused, not translated).
    Malformed,
    /// `http:` to a host that is not this machine, or a scheme that is no web address.
    Scheme,
    /// A user name or password in the address.
    UserInfo,
    /// A query or fragment where only a base belongs.
    Extra,
    /// Longer than [`limits::URL_MAX`].
    Long,
    /// A template whose `{url}` stands in the host, or that is no address once it is filled.
    Template,
}

/// The addresses of one connection, ready to be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    base: WebUrl,
    via: Via,
    page: Option<WebUrl>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Via {
    Direct,
    Base(WebUrl),
    Template(String, WebUrl),
}

impl Connection {
    /// Makes the addresses out of the settings that hold. `page` is the page's own address, against which a relative
    /// proxy (`./ttapi/`) is resolved; a relative address may be plain http where the page itself is.
    ///
    /// # Errors
    /// The field and its [`AddressProblem`].
    pub fn resolve(base: &str, proxy: &str, page: &str) -> Result<Connection, (Field, AddressProblem)> {
        let page = WebUrl::parse(page).ok();
        let base = parse(base, None).map_err(|problem| (Field::Base, problem))?;
        let via = if proxy.is_empty() {
            Via::Direct
        } else {
            via(proxy, page.as_ref()).map_err(|problem| (Field::Proxy, problem))?
        };
        Ok(Connection { base: base.directory(), via, page })
    }

    /// Address of the paid request.
    #[must_use]
    pub fn generate(&self) -> String {
        self.endpoint("flux/generate")
    }

    /// Address of the free status request.
    #[must_use]
    pub fn fetch(&self) -> String {
        self.endpoint("flux/fetch")
    }

    /// Address of the free account request (balance).
    #[must_use]
    pub fn info(&self) -> String {
        self.endpoint("midjourney/v1/info")
    }

    /// The one origin that sees the key, for the screen and for the vault's binding.
    #[must_use]
    pub fn holder(&self) -> String {
        let url = match &self.via {
            Via::Direct => &self.base,
            Via::Base(url) | Via::Template(_, url) => url,
        };
        url.origin()
    }

    /// The address text the key is bound to: when it changes, the key is asked for again.
    #[must_use]
    pub fn binding(&self) -> String {
        let via = match &self.via {
            Via::Direct => String::new(),
            Via::Base(url) => url.to_string(),
            Via::Template(text, _) => text.clone(),
        };
        format!("{} {via}", self.base)
    }

    /// Whether requests go to the page's own origin (no CORS there).
    #[must_use]
    pub fn same_origin(&self) -> bool {
        self.page.as_ref().is_some_and(|page| page.origin() == self.holder())
    }

    /// Whether a proxy is set.
    #[must_use]
    pub fn proxied(&self) -> bool {
        self.via != Via::Direct
    }

    /// The addresses to try for an image, in this order: through the proxy first, because it exists where CORS forbids
    /// the direct way; then the image's own.
    #[must_use]
    pub fn image_routes(&self, image: &ImageUrl) -> Vec<String> {
        let direct = image.0.clone();
        match &self.via {
            Via::Direct => vec![direct],
            Via::Base(proxy) => vec![format!("{proxy}image?url={}", encode_component(&direct)), direct],
            Via::Template(text, _) => vec![text.replace("{url}", &encode_component(&direct)), direct],
        }
    }

    /// Takes an address from the API for that of an image.
    ///
    /// `https:` with a named host; or the API's or the proxy's own origin while that is this machine.
    #[must_use]
    pub fn image_url(&self, text: &str) -> Option<ImageUrl> {
        if text.len() > limits::URL_MAX {
            return None;
        }
        let url = WebUrl::parse(text.trim()).ok()?;
        let own = |other: &WebUrl| other.is_loopback() && other.origin() == url.origin();
        let proxied = match &self.via {
            Via::Direct => false,
            Via::Base(proxy) | Via::Template(_, proxy) => own(proxy),
        };
        // Names from other scripts look like ones that are trusted: no picture comes from there.
        let foreign = url.host().split('.').any(|label| label.starts_with("xn--"));
        let named = url.is_https() && url.has_public_name() && !foreign;
        (named || own(&self.base) || proxied).then(|| ImageUrl(url.to_string()))
    }

    fn endpoint(&self, path: &str) -> String {
        let direct = format!("{}{path}", self.base);
        match &self.via {
            Via::Direct => direct,
            Via::Base(proxy) => format!("{proxy}{path}"),
            Via::Template(text, _) => text.replace("{url}", &encode_component(&direct)),
        }
    }
}

/// An image's address that may be fetched: without key, without credentials, never as a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageUrl(String);

impl ImageUrl {
    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn via(proxy: &str, page: Option<&WebUrl>) -> Result<Via, AddressProblem> {
    if !proxy.contains("{url}") {
        return parse(proxy, page).map(|url| Via::Base(url.directory()));
    }
    // Letters that stay as they are in every part of an address, filled in twice: where they move the origin, the place
    // for the address stands in the host.
    let filled = |mark: &str| {
        parse_any(&proxy.replace("{url}", mark), page)
            .map_err(|problem| if problem == AddressProblem::Malformed { AddressProblem::Template } else { problem })
    };
    let (one, other) = (filled(MARK)?, filled("x")?);
    let text = one.to_string();
    if one.origin() != other.origin() || !text.contains(MARK) {
        return Err(AddressProblem::Template);
    }
    Ok(Via::Template(text.replace(MARK, "{url}"), one))
}

/// Stands for the address in a template while the template is read.
const MARK: &str = "FLUX-URL-HERE";

fn parse(text: &str, page: Option<&WebUrl>) -> Result<WebUrl, AddressProblem> {
    let url = parse_any(text, page)?;
    if url.query().is_some() || text.contains('#') {
        return Err(AddressProblem::Extra);
    }
    Ok(url)
}

fn parse_any(text: &str, page: Option<&WebUrl>) -> Result<WebUrl, AddressProblem> {
    let text = text.trim();
    if text.len() > limits::URL_MAX {
        return Err(AddressProblem::Long);
    }
    if text.contains(' ') {
        return Err(AddressProblem::Malformed);
    }
    let (read, own) = match (WebUrl::parse(text), page) {
        (Err(UrlProblem::Relative), Some(page)) => {
            let joined = page.join(text);
            let own = joined.as_ref().is_ok_and(|url| url.origin() == page.origin());
            (joined, own)
        }
        (read, _) => (read, false),
    };
    let url = read.map_err(|problem| match problem {
        UrlProblem::Relative | UrlProblem::Malformed => AddressProblem::Malformed,
        UrlProblem::Scheme => AddressProblem::Scheme,
        UrlProblem::UserInfo => AddressProblem::UserInfo,
    })?;
    if url.is_https() || own || url.is_loopback() { Ok(url) } else { Err(AddressProblem::Scheme) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const PAGE: &str = "https://studio.example/sub/path/index.html";

    fn resolve(base: &str, proxy: &str) -> Result<Connection, (Field, AddressProblem)> {
        Connection::resolve(base, proxy, PAGE)
    }

    #[test]
    fn a_direct_connection() {
        let c = resolve("https://api.ttapi.io", "").unwrap();
        assert_eq!(c.generate(), "https://api.ttapi.io/flux/generate");
        assert_eq!(c.fetch(), "https://api.ttapi.io/flux/fetch");
        assert_eq!(c.info(), "https://api.ttapi.io/midjourney/v1/info");
        assert_eq!(c.holder(), "https://api.ttapi.io");
        assert!(!c.proxied());
        let image = c.image_url("https://cdnb.ttapi.io/2024/x y.png").unwrap();
        assert_eq!(c.image_routes(&image), ["https://cdnb.ttapi.io/2024/x%20y.png"]);
    }

    #[test]
    fn a_base_proxy_replaces_the_base() {
        for proxy in ["https://p.example/relay", "https://p.example/relay/"] {
            let c = resolve("https://api.ttapi.io", proxy).unwrap();
            assert_eq!(c.generate(), "https://p.example/relay/flux/generate");
            assert_eq!(c.holder(), "https://p.example");
            let image = c.image_url("https://cdnb.ttapi.io/a.png?x=1&y").unwrap();
            assert_eq!(
                c.image_routes(&image),
                [
                    "https://p.example/relay/image?url=https%3A%2F%2Fcdnb.ttapi.io%2Fa.png%3Fx%3D1%26y",
                    "https://cdnb.ttapi.io/a.png?x=1&y"
                ]
            );
        }
    }

    #[test]
    fn a_relative_proxy_hangs_on_the_page() {
        let c = resolve("https://api.ttapi.io", "./ttapi/").unwrap();
        assert_eq!(c.generate(), "https://studio.example/sub/path/ttapi/flux/generate");
        assert!(c.same_origin());
        let nas = Connection::resolve("https://api.ttapi.io", "/ttapi", "http://nas.local:8080/").unwrap();
        assert_eq!(nas.fetch(), "http://nas.local:8080/ttapi/flux/fetch");
    }

    #[test]
    fn a_template_takes_the_whole_address() {
        let c = resolve("http://127.0.0.1:9000", "https://p.example/?u={url}&k=1").unwrap();
        assert_eq!(c.generate(), "https://p.example/?u=http%3A%2F%2F127.0.0.1%3A9000%2Fflux%2Fgenerate&k=1");
        assert_eq!(c.holder(), "https://p.example");
        let relative = resolve("https://api.ttapi.io", "relay?u={url}").unwrap();
        assert_eq!(
            relative.fetch(),
            "https://studio.example/sub/path/relay?u=https%3A%2F%2Fapi.ttapi.io%2Fflux%2Ffetch"
        );
        let path = resolve("https://api.ttapi.io", "http://localhost:8010/{url}").unwrap();
        assert_eq!(path.fetch(), "http://localhost:8010/https%3A%2F%2Fapi.ttapi.io%2Fflux%2Ffetch");
    }

    #[test]
    fn h14_addresses_that_mislead_are_refused() {
        use AddressProblem as P;
        let table = [
            ("http://p.example/", P::Scheme),
            ("ftp://p.example/", P::Scheme),
            ("javascript:alert(1)", P::Scheme),
            ("https://ttapi.io@evil.example/", P::UserInfo),
            ("https://user:pass@p.example/", P::UserInfo),
            ("//evil.example/", P::Malformed),
            ("/\\evil.example/", P::Malformed),
            ("https://p.exa\tmple/", P::Malformed),
            ("https://p.example/?a=1", P::Extra),
            ("https://p.example/#a", P::Extra),
            ("https://", P::Malformed),
            ("https://tta\u{440}i.io/", P::Malformed),
            ("https://{url}/", P::Template),
            ("https://p{url}.example/", P::Template),
        ];
        for (proxy, problem) in table {
            assert_eq!(resolve("https://api.ttapi.io", proxy), Err((Field::Proxy, problem)), "{proxy}");
        }
        assert_eq!(resolve("api.ttapi.io", "").err(), Some((Field::Base, P::Malformed)));
        assert_eq!(resolve(&format!("https://a.example/{}", "x".repeat(3000)), "").err(), Some((Field::Base, P::Long)));
        for loopback in ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "http://127.8.9.1"] {
            assert!(resolve(loopback, loopback).is_ok(), "{loopback}");
        }
        assert!(resolve("http://127.0.0.1.evil.example", "").is_err());
        assert!(resolve("http://192.168.1.2", "").is_err());
    }

    #[test]
    fn a_new_address_is_a_new_binding() {
        let direct = resolve("https://api.ttapi.io", "").unwrap();
        let same = resolve("https://api.ttapi.io/", "").unwrap();
        let proxied = resolve("https://api.ttapi.io", "./ttapi/").unwrap();
        assert_eq!(direct.binding(), same.binding());
        assert_ne!(direct.binding(), proxied.binding());
    }

    #[test]
    fn h01_image_addresses_that_are_no_pictures_are_refused() {
        let c = resolve("http://127.0.0.1:9000", "").unwrap();
        for good in
            ["https://cdn.ttapi.io/a.webp", "https://delivery.eu2.bfl.ai/a?sig=1", "http://127.0.0.1:9000/cdn/a.png"]
        {
            assert!(c.image_url(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "a.png",
            "javascript:alert(1)",
            "data:image/png;base64,AA",
            "blob:https://x.example/1",
            "file:///etc/passwd",
            "http://cdn.ttapi.io/a.png",
            "https://u:p@cdn.ttapi.io/a.png",
            "https://10.0.0.1/a.png",
            "https://[::1]/a.png",
            "https://xn--ttapi-9ta.example/a.png",
            "https://localhost/a.png",
            "http://127.0.0.1:9001/a.png",
            "ftp://cdn.ttapi.io/a.png",
        ] {
            assert!(c.image_url(bad).is_none(), "{bad}");
        }
        let away = resolve("https://api.ttapi.io", "").unwrap();
        assert!(away.image_url("http://127.0.0.1:9000/cdn/a.png").is_none());
        assert!(away.image_url(&format!("https://a.example/{}", "x".repeat(3000))).is_none());
    }
}
