//! Which scene a prompt gets.

use fastrand::Rng;

use super::canvas::Canvas;
use super::land;
use super::palette::Palette;

/// The kinds of picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scene {
    Hills,
}

/// Every scene with the words that ask for it.
const SCENES: [(Scene, &[&str]); 1] = [(
    Scene::Hills,
    &[
        "hill",
        "hills",
        "valley",
        "mist",
        "misty",
        "landscape",
        "layered",
        "haze",
        "countryside",
        "fog",
        "foggy",
    ],
)];

impl Scene {
    /// The scene that most words ask for, else any.
    pub(super) fn choose(words: &[String], random: &mut Rng) -> Self {
        let score = |asked: &[&str]| {
            words
                .iter()
                .filter(|word| asked.contains(&word.as_str()))
                .count()
        };
        let best = SCENES
            .iter()
            .map(|(_, asked)| score(asked))
            .max()
            .unwrap_or(0);
        let fitting: Vec<Self> = SCENES
            .iter()
            .filter(|(_, asked)| score(asked) == best)
            .map(|(scene, _)| *scene)
            .collect();
        random.choice(fitting).unwrap_or(Self::Hills)
    }

    /// Palettes to choose from when no word asks for one.
    pub(super) fn favourites(self) -> &'static [&'static str] {
        match self {
            Self::Hills => &["dawn", "dusk", "blue", "forest", "gold", "violet", "winter"],
        }
    }

    /// Strength of vignette and grain (in steps of a byte).
    pub(super) fn finish(self) -> (f32, f32) {
        match self {
            Self::Hills => (0.16, 1.6),
        }
    }

    /// Paints it.
    pub(super) fn paint(
        self,
        canvas: &mut Canvas,
        palette: &Palette,
        words: &[String],
        random: &mut Rng,
    ) {
        let _ = words;
        match self {
            Self::Hills => land::hills(canvas, palette, random),
        }
    }
}
