//! One tab of the world.

use flux_studio_core::event::Event;
use flux_studio_core::message::Notice;
use flux_studio_core::studio::Studio;

pub struct Tab {
    pub studio: Studio,
    pub alive: bool,
    pub frozen: bool,
    pub leader: bool,
    /// The browser took its locks while it stood still.
    pub robbed: bool,
    /// What arrived while it stood still.
    pub held: Vec<Event>,
    /// Its light says that it should stay open.
    pub warned: bool,
    /// What it told the person.
    pub notices: Vec<Notice>,
    pub tick_at: Option<u64>,
}

impl Tab {
    pub fn new(seed: u64) -> Tab {
        Tab {
            studio: Studio::new(seed),
            alive: true,
            frozen: false,
            leader: false,
            robbed: false,
            held: Vec::new(),
            warned: false,
            notices: Vec::new(),
            tick_at: None,
        }
    }
}
