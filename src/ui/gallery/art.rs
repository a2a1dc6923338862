//! Six suggestions for the first visit, with small drawings of what the studio might make of them (`public/art`).

/// A suggestion.
pub struct Start {
    /// What goes into the prompt box.
    pub prompt: &'static str,
    /// `wide`, `square` or `tall` (welcome.css).
    pub shape: &'static str,
    /// Its drawing, beside the page.
    pub art: &'static str,
}

/// The suggestions, in the order of the screen.
pub const STARTS: [Start; 6] = [
    Start {
        prompt: "Layered hills at dawn, the sun half risen, rose and indigo haze, wide quiet sky",
        shape: "wide",
        art: "./art/hills.svg",
    },
    Start {
        prompt: "Vase, two spheres and an arch, warm clay, soft window light",
        shape: "square",
        art: "./art/still-life.svg",
    },
    Start { prompt: "Terracotta dunes under a red sun, flat poster colours", shape: "tall", art: "./art/dunes.svg" },
    Start { prompt: "Ink and ember, combed flow field, macro", shape: "square", art: "./art/flow.svg" },
    Start { prompt: "White court with stairs and arches, noon", shape: "tall", art: "./art/court.svg" },
    Start { prompt: "Moon over a slow sea, teal night", shape: "wide", art: "./art/moon-sea.svg" },
];
