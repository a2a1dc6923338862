//! A server that speaks proper TLS with a certificate that nobody vouches for: nothing but the handshake reaches it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use flux_studio_server::Server;
use rustls::pki_types::PrivateKeyDer;
use support::{Ask, KEY, dist, options};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

#[tokio::test]
async fn n23_an_untrusted_certificate_ends_it_before_the_key() {
    let certified = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (tried, trusted) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counters = (Arc::clone(&tried), Arc::clone(&trusted));
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            counters.0.fetch_add(1, Ordering::SeqCst);
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let mut byte = [0];
                if matches!(tokio::io::AsyncReadExt::read(&mut stream, &mut byte).await, Ok(1)) {
                    counters.1.fetch_add(1, Ordering::SeqCst);
                }
            }
        }
    });
    let dist = dist();
    let upstream = format!("https://localhost:{port}").parse().unwrap();
    let server = Server::start(options(&dist, upstream)).await.unwrap();
    for ask in [Ask::generate("id"), Ask::get("/ttapi/midjourney/v1/info").with("TT-API-KEY", KEY)] {
        let reply = ask.of(&server).await;
        assert!(reply.is_of_the_proxy(502, "not-sent").message().contains("TLS"));
    }
    assert!(tried.load(Ordering::SeqCst) >= 2, "the connections were tried");
    assert_eq!(trusted.load(Ordering::SeqCst), 0);
}
