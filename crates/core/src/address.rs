//! Where requests go: base URL, proxy, and what may be an address at all.
//!
//! The key is bound to one origin, so addresses are decided in one place and parsed by the WHATWG rules that the
//! browser itself follows: what this module calls the host is the host that will be called.

use url::{Host, Url};

use crate::limits;

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
    base: Url,
    via: Via,
    page: Option<Url>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Via {
    Direct,
    Base(Url),
    Template(String, Url),
}

impl Connection {
    /// Makes the addresses out of the settings that hold. `page` is the page's own address, against which a relative
    /// proxy (`./ttapi/`) is resolved; a relative address may be plain http where the page itself is.
    ///
    /// # Errors
    /// The field and its [`AddressProblem`].
    pub fn resolve(base: &str, proxy: &str, page: &str) -> Result<Connection, (Field, AddressProblem)> {
        let page = Url::parse(page).ok();
        let base = parse(base, None).map_err(|problem| (Field::Base, problem))?;
        let via = if proxy.is_empty() {
            Via::Direct
        } else {
            via(proxy, page.as_ref()).map_err(|problem| (Field::Proxy, problem))?
        };
        Ok(Connection { base: directory(base), via, page })
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
        url.origin().ascii_serialization()
    }

    /// The address text the key is bound to: when it changes, the key is asked for again.
    #[must_use]
    pub fn binding(&self) -> String {
        let via = match &self.via {
            Via::Direct => "",
            Via::Base(url) => url.as_str(),
            Via::Template(text, _) => text,
        };
        format!("{} {via}", self.base)
    }

    /// Whether requests go to the page's own origin (no CORS there).
    #[must_use]
    pub fn same_origin(&self) -> bool {
        self.page.as_ref().is_some_and(|page| page.origin().ascii_serialization() == self.holder())
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
        let direct = image.0.to_string();
        match &self.via {
            Via::Direct => vec![direct],
            Via::Base(proxy) => {
                let mut route = proxy.clone();
                route.set_path(&format!("{}image", proxy.path()));
                vec![format!("{route}?url={}", encode(&direct)), direct]
            }
            Via::Template(text, _) => vec![text.replace("{url}", &encode(&direct)), direct],
        }
    }

    /// Takes an address from the API for that of an image.
    ///
    /// `https:` with a named host; or the API's or the proxy's own origin while that is this machine (PROTOCOL 4.7).
    #[must_use]
    pub fn image_url(&self, text: &str) -> Option<ImageUrl> {
        if text.len() > limits::URL_MAX {
            return None;
        }
        let url = Url::parse(text.trim()).ok()?;
        if !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        let own = |other: &Url| loopback(other) && other.origin() == url.origin();
        let proxied = match &self.via {
            Via::Direct => false,
            Via::Base(proxy) | Via::Template(_, proxy) => own(proxy),
        };
        let named = url.scheme() == "https"
            && matches!(url.host(), Some(Host::Domain(name)) if name.contains('.') && !is_local_name(name));
        (named || own(&self.base) || proxied).then_some(ImageUrl(url))
    }

    fn endpoint(&self, path: &str) -> String {
        let direct = format!("{}{path}", self.base);
        match &self.via {
            Via::Direct => direct,
            Via::Base(proxy) => format!("{proxy}{path}"),
            Via::Template(text, _) => text.replace("{url}", &encode(&direct)),
        }
    }
}

/// An image's address that may be fetched: without key, without credentials, never as a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageUrl(Url);

impl ImageUrl {
    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The host, for messages.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }
}

fn via(proxy: &str, page: Option<&Url>) -> Result<Via, AddressProblem> {
    if !proxy.contains("{url}") {
        return parse(proxy, page).map(|url| Via::Base(directory(url)));
    }
    let filled = proxy.replace("{url}", "https%3A%2F%2Fapi.example%2F");
    let url = parse_any(&filled, page)
        .map_err(|problem| if problem == AddressProblem::Malformed { AddressProblem::Template } else { problem })?;
    let other = parse_any(&proxy.replace("{url}", "x"), page).map_err(|_| AddressProblem::Template)?;
    if url.origin() != other.origin() {
        return Err(AddressProblem::Template);
    }
    let text = match (Url::parse(&filled), page) {
        (Ok(_), _) => proxy.to_owned(),
        // A relative template: the page's folder goes in front, the braces stay.
        (Err(_), Some(page)) => {
            let whole = page.join(&proxy.replace("{url}", "FLUX-URL-HERE")).map_err(|_| AddressProblem::Template)?;
            whole.as_str().replace("FLUX-URL-HERE", "{url}")
        }
        (Err(_), None) => return Err(AddressProblem::Template),
    };
    let mut holder = url;
    holder.set_query(None);
    Ok(Via::Template(text, holder))
}

fn parse(text: &str, page: Option<&Url>) -> Result<Url, AddressProblem> {
    let url = parse_any(text, page)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(AddressProblem::Extra);
    }
    Ok(url)
}

fn parse_any(text: &str, page: Option<&Url>) -> Result<Url, AddressProblem> {
    let text = text.trim();
    if text.len() > limits::URL_MAX {
        return Err(AddressProblem::Long);
    }
    // The WHATWG parser drops tabs and line breaks and turns `\` into `/`; a person who means an address types neither.
    if text.chars().any(|c| c.is_control() || c == '\\' || c == ' ') {
        return Err(AddressProblem::Malformed);
    }
    let (url, own) = match (Url::parse(text), page) {
        (Ok(url), _) => (url, false),
        // `//host/` is relative by the letter and an address of somebody else's in effect.
        (Err(url::ParseError::RelativeUrlWithoutBase), Some(page)) if !text.starts_with("//") => {
            let url = page.join(text).map_err(|_| AddressProblem::Malformed)?;
            let own = url.origin() == page.origin();
            (url, own)
        }
        _ => return Err(AddressProblem::Malformed),
    };
    if url.host().is_none() {
        return Err(if matches!(url.scheme(), "http" | "https") {
            AddressProblem::Malformed
        } else {
            AddressProblem::Scheme
        });
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressProblem::UserInfo);
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if own || loopback(&url) => Ok(url),
        _ => Err(AddressProblem::Scheme),
    }
}

/// Whether the address is one of this machine's own.
fn loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => is_local_name(name),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn is_local_name(name: &str) -> bool {
    name == "localhost" || name.ends_with(".localhost")
}

/// A base always ends in a slash, so that a path can be put behind it.
fn directory(mut url: Url) -> Url {
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    url
}

/// Percent-encodes like JavaScript's `encodeURIComponent`, which is what templates of public proxies expect.
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 3 / 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(hex(byte >> 4));
            out.push(hex(byte & 15));
        }
    }
    out
}

fn hex(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).unwrap_or('0').to_ascii_uppercase()
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
