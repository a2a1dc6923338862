//! The model behind a loopback socket: faults on demand, a ledger of every arrival, control over HTTP.
//!
//! Raw sockets instead of an HTTP framework: the purpose is to reset connections, cut bodies short and lie about lengths,
//! which a framework exists to prevent. One task per connection, and one thread pool for drawing.
//!
//! Control paths, answered as JSON and not part of the ledger:
//!
//! | call | does |
//! |---|---|
//! | `GET /__ctl/config` | the switches |
//! | `PUT /__ctl/config` | merges a JSON object into them (RFC 7396) |
//! | `GET`, `POST`, `DELETE /__ctl/faults` | lists the faults still to come, adds one [`Fault`] or a list, forgets them |
//! | `GET /__ctl/ledger?from=<n>` | arrivals from number `n` on |
//! | `GET /__ctl/account`, `GET /__ctl/jobs` | money and jobs |
//! | `POST /__ctl/grant` | `{"quota": 5}` into the account |
//! | `POST /__ctl/advance` | `{"ms": 1000}` on a settable clock |
//! | `POST /__ctl/drop` | resets every other open connection |
//! | `POST /__ctl/reset` | forgets jobs, faults and ledger; `{"seed": 3, "config": {…}}` are optional |

mod canned;
mod clock;
mod connection;
mod control;
mod fault;
mod ledger;
mod pictures;
mod script;
mod server;
mod state;
mod wire;

pub use canned::Canned;
pub use clock::ClockKind;
pub use fault::{Answer, Fault, Match, Target, Wire};
pub use ledger::{Arrival, Ended, hash_key};
pub use server::{Server, ServerOptions, StartError};
