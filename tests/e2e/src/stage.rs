//! Everything around the browser: the API's stand-in, whoever serves the page, and the way between page and API.

use std::collections::BTreeSet;
use std::path::PathBuf;

use flux_studio_server::{Options, Server};
use flux_studio_simulator::Config;
use flux_studio_simulator::config::Cors;
use url::Url;

use crate::api::Api;
use crate::browser::provide_tls;
use crate::host::{Files, Relay};
use crate::netlog::origin;

/// How the page reaches the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// `cargo xtask run`: the bundled server serves the page and a proxy beside it. Only the key is asked for.
    Bundled,
    /// A static host; the API itself is called, and allows that.
    Direct,
    /// A static host; the API itself is called, and sends no CORS headers, as the real one.
    Refused,
    /// A static host; somebody else's proxy stands in for the API's address.
    Base,
    /// A static host; somebody else's proxy takes the whole address in its query.
    Template,
}

enum Page {
    Bundled(Server),
    Plain(Files),
}

/// The stage of one story.
pub struct Stage {
    /// The API's stand-in.
    pub api: Api,
    way: Way,
    page: Page,
    relay: Option<Relay>,
}

impl Stage {
    /// Starts all servers. `below` is the path of a static host's folder, `presets` its `studio.json`.
    ///
    /// # Panics
    /// When the built page is not there, a server does not start, or presets are meant for the bundled server.
    pub async fn set(way: Way, mut config: Config, below: &str, presets: Option<String>) -> Self {
        if way == Way::Direct {
            config.cors_api = Cors::on();
            config.cors_cdn = Cors::on();
        }
        let api = Api::start(config).await;
        let upstream = api.server.url();
        let page = if way == Way::Bundled {
            assert!(presets.is_none(), "the bundled server presets its own proxy");
            let upstream = Url::parse(&upstream).expect("an address");
            let options = Options { port: 0, upstream, ..Options::new(dist()) };
            Page::Bundled(Server::start(options).await.expect("the bundled server starts"))
        } else {
            Page::Plain(Files::start(&dist(), below, presets).await)
        };
        let relay = match way {
            Way::Base | Way::Template => {
                // The browser, which comes after the stage, wants it too.
                provide_tls();
                Some(Relay::start(upstream).await)
            }
            _ => None,
        };
        Self { api, way, page, relay }
    }

    /// Address of the page.
    pub fn url(&self) -> String {
        match &self.page {
            Page::Bundled(server) => server.url().to_owned(),
            Page::Plain(files) => files.url(),
        }
    }

    /// The static host.
    ///
    /// # Panics
    /// When the page is served by the bundled server.
    pub fn files(&self) -> &Files {
        match &self.page {
            Page::Plain(files) => files,
            Page::Bundled(_) => panic!("this story has no static host"),
        }
    }

    /// What a person types as "API base URL"; nothing where the host presets it.
    pub fn base_url(&self) -> Option<String> {
        (self.way != Way::Bundled).then(|| self.api.server.url())
    }

    /// What a person types as "Proxy URL"; nothing where the host presets it.
    pub fn proxy_url(&self) -> Option<String> {
        match (self.way, &self.relay) {
            (Way::Bundled, _) => None,
            (Way::Base, Some(relay)) => Some(relay.base()),
            (Way::Template, Some(relay)) => Some(relay.template()),
            _ => Some(String::new()),
        }
    }

    /// The only origin that may see the key.
    pub fn keyed_origin(&self) -> String {
        match (&self.relay, &self.page) {
            (Some(relay), _) => relay.origin(),
            (None, Page::Bundled(server)) => origin(server.url()),
            (None, Page::Plain(_)) => self.api.server.url(),
        }
    }

    /// Every origin that the page may talk to.
    pub fn origins(&self) -> BTreeSet<String> {
        BTreeSet::from([origin(&self.url()), self.keyed_origin()])
    }
}

/// The built page: `FLUX_STUDIO_DIST`, else `dist` in the workspace.
///
/// # Panics
/// When there is none.
pub fn dist() -> PathBuf {
    let workspace = concat!(env!("CARGO_MANIFEST_DIR"), "/../../dist");
    let folder = std::env::var_os("FLUX_STUDIO_DIST").map_or_else(|| PathBuf::from(workspace), PathBuf::from);
    assert!(
        folder.join("index.html").is_file(),
        "there is no built page in {}: run `cargo xtask build`, or set FLUX_STUDIO_DIST",
        folder.display()
    );
    folder
}
