//! A stand-in for TTAPI's Flux API, for tests and for the demo inside the page.
//!
//! It is written from the description of the API, not from the client's types, so that the two can disagree.
//!
//! Without features the crate is pure and compiles to WebAssembly: [`Model`] takes calls as values and the time as a number,
//! and answers values; [`draw::draw`] makes pictures. With the feature `http`, [`http::Server`] puts a model behind a loopback
//! socket, with faults on demand and a ledger of every arrival.
//!
//! # In a page
//! ```
//! use flux_studio_simulator::{ApiBody, ApiRequest, Config, Model, config::DEFAULT_KEY, draw};
//! use serde_json::json;
//!
//! let mut model = Model::new(Config::demo(), 7);
//! let order = json!({"prompt": "misty hills at dawn", "mode": "flux1-dev", "size": "1024x1024"});
//! let call = ApiRequest::new("POST", "/flux/generate").header("TT-API-KEY", DEFAULT_KEY).json(&order);
//! let made = model.handle(&call, 1_000).made.expect("accepted");
//!
//! let poll = ApiRequest::new("GET", &format!("/flux/fetch?jobId={}", made.job_id)).header("TT-API-KEY", DEFAULT_KEY);
//! assert_eq!(model.handle(&poll, 60_000).json_body().expect("json")["status"], "SUCCESS");
//!
//! let path = model.job(&made.job_id).expect("known").image_path();
//! if let ApiBody::Image(image) = model.handle(&ApiRequest::new("GET", &path), 60_000).body {
//!     let rgba = draw::draw(&image.prompt, image.seed, 64, 64); // image.width, image.height
//!     assert_eq!(rgba.len(), 64 * 64 * 4);
//! }
//! let model = Model::restore(&model.snapshot()).expect("a snapshot"); // survives a reload
//! assert_eq!(model.account().spent(), 1);
//! ```
//!
//! # Over HTTP
//! ```no_run
//! # #[cfg(feature = "http")]
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use flux_studio_simulator::http::{Fault, Server, ServerOptions, Target};
//! use flux_studio_simulator::{Config, config::Cors};
//!
//! let config = Config { cors_api: Cors::on(), cors_cdn: Cors::on(), ..Config::quick() };
//! let server = Server::start(ServerOptions { config, ..ServerOptions::default() }).await?;
//! println!("{}", server.url()); // http://127.0.0.1:<port>
//! server.push_fault(Fault::reset_after_body(true).on(Target::Generate).reused());
//! server.configure(|config| config.jitter_percent = 0);
//! // … drive a client …
//! let posts = server.ledger().into_iter().filter(|arrival| arrival.is_generate()).count();
//! assert_eq!(posts, 1);
//! server.shutdown().await;
//! # Ok(())
//! # }
//! ```

pub mod account;
pub mod config;
pub mod draw;
mod fetch;
mod generate;
#[cfg(feature = "http")]
pub mod http;
mod input;
pub mod job;
pub mod message;
mod mix;
mod model;

pub use config::Config;
pub use message::{ApiBody, ApiRequest, ApiResponse, ImageRequest, Made};
pub use model::{Model, SnapshotError};
