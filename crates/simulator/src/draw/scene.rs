//! Which scene a prompt gets.

use fastrand::Rng;

use super::canvas::Canvas;
use super::palette::Palette;
use super::{alpine, city, dunes, forest, ink, land, paper, space, still, water};

/// The kinds of picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scene {
    Hills,
    Dunes,
    Sea,
    Night,
    Aurora,
    Peaks,
    Pines,
    Flow,
    Still,
    Planet,
    Leaves,
    City,
}

/// Every scene with the words that ask for it, nouns rather than moods: moods choose the palette.
const SCENES: [(Scene, &[&str]); 12] = [
    (
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
            "hazy",
            "countryside",
            "meadow",
            "field",
            "fields",
            "vineyard",
            "sunrise",
            "dawn",
            "horizon",
        ],
    ),
    (Scene::Dunes, &["dune", "dunes", "desert", "sand", "sahara", "camel", "mars", "canyon", "oasis"]),
    (
        Scene::Sea,
        &[
            "sea",
            "ocean",
            "moon",
            "moonlight",
            "moonlit",
            "boat",
            "boats",
            "sail",
            "sailing",
            "ship",
            "beach",
            "coast",
            "island",
            "lighthouse",
            "waves",
            "water",
            "shore",
            "bay",
            "whale",
            "fish",
        ],
    ),
    (
        Scene::Night,
        &[
            "night",
            "star",
            "stars",
            "starry",
            "milky",
            "galaxy",
            "ridge",
            "constellation",
            "midnight",
            "astronomer",
            "comet",
            "campfire",
        ],
    ),
    (Scene::Aurora, &["aurora", "borealis", "northern", "lights", "polar", "iceland", "norway", "fjord", "arctic"]),
    (
        Scene::Peaks,
        &[
            "mountain",
            "mountains",
            "peak",
            "peaks",
            "alps",
            "alpine",
            "glacier",
            "summit",
            "snow",
            "snowy",
            "himalaya",
            "climber",
            "ski",
        ],
    ),
    (
        Scene::Pines,
        &[
            "forest", "pine", "pines", "fir", "tree", "trees", "wood", "woods", "woodland", "fog", "foggy", "deer",
            "fox", "wolf", "bear", "cabin", "owl",
        ],
    ),
    (
        Scene::Flow,
        &[
            "abstract",
            "ink",
            "marble",
            "marbling",
            "flow",
            "flowing",
            "paint",
            "painting",
            "brush",
            "swirl",
            "swirls",
            "fluid",
            "pattern",
            "texture",
            "silk",
            "wave",
            "storm",
            "wind",
            "impressionist",
            "gogh",
            "energy",
            "dream",
            "fire",
            "smoke",
        ],
    ),
    (
        Scene::Still,
        &[
            "vase", "still", "life", "sphere", "spheres", "bowl", "ceramic", "pottery", "arch", "product", "bottle",
            "cup", "table", "flower", "flowers", "bouquet", "fruit", "interior", "teapot", "coffee", "minimal",
        ],
    ),
    (
        Scene::Planet,
        &[
            "planet",
            "planets",
            "space",
            "saturn",
            "ringed",
            "ring",
            "rings",
            "cosmos",
            "cosmic",
            "nebula",
            "astronaut",
            "rocket",
            "spaceship",
            "universe",
            "alien",
            "orbit",
            "satellite",
            "jupiter",
            "robot",
        ],
    ),
    (
        Scene::Leaves,
        &[
            "leaf",
            "leaves",
            "paper",
            "papercut",
            "botanical",
            "plant",
            "plants",
            "jungle",
            "garden",
            "tropical",
            "monstera",
            "fern",
            "collage",
            "origami",
            "bird",
            "butterfly",
            "parrot",
            "flora",
        ],
    ),
    (
        Scene::City,
        &[
            "city",
            "harbour",
            "harbor",
            "skyline",
            "skyscraper",
            "skyscrapers",
            "town",
            "street",
            "building",
            "buildings",
            "urban",
            "downtown",
            "bridge",
            "tokyo",
            "cyberpunk",
            "port",
            "metropolis",
            "neon",
            "car",
        ],
    ),
];

impl Scene {
    /// The scene that most words ask for, else any.
    pub(super) fn choose(words: &[String], random: &mut Rng) -> Self {
        let score = |asked: &[&str]| words.iter().filter(|word| asked.contains(&word.as_str())).count();
        let best = SCENES.iter().map(|(_, asked)| score(asked)).max().unwrap_or(0);
        let fitting: Vec<Self> =
            SCENES.iter().filter(|(_, asked)| score(asked) == best).map(|(scene, _)| *scene).collect();
        random.choice(fitting).unwrap_or(Self::Hills)
    }

    /// Palettes to choose from when no word asks for one.
    pub(super) fn favourites(self) -> &'static [&'static str] {
        match self {
            Self::Hills => &["dawn", "dusk", "blue", "forest", "gold", "violet", "winter"],
            Self::Dunes => &["desert", "dusk", "gold", "dawn", "red"],
            Self::Sea => &["night", "dusk", "teal", "dawn", "violet"],
            Self::Night => &["night", "violet", "aurora"],
            Self::Aurora => &["aurora"],
            Self::Peaks => &["winter", "blue", "dawn", "gold"],
            Self::Pines => &["forest", "winter", "dawn", "gold", "ink"],
            Self::Flow => &["blue", "dusk", "teal", "desert", "red", "forest", "violet"],
            Self::Still => &["desert", "spring", "gold", "dawn", "forest", "winter"],
            Self::Planet => &["gold", "desert", "violet", "dusk", "teal", "night"],
            Self::Leaves => &["forest", "autumn", "spring", "teal", "desert"],
            Self::City => &["dusk", "violet", "dawn", "red", "night"],
        }
    }

    /// Whether words may change its colours. The northern lights are what they are.
    pub(super) fn takes_wishes(self) -> bool {
        self != Self::Aurora
    }

    /// Strength of vignette and grain (in steps of a byte).
    pub(super) fn finish(self) -> (f32, f32) {
        match self {
            Self::Flow | Self::Leaves => (0.1, 1.2),
            Self::Night | Self::Aurora | Self::Planet => (0.22, 1.3),
            _ => (0.16, 1.5),
        }
    }

    /// Paints it.
    pub(super) fn paint(self, canvas: &mut Canvas, palette: &Palette, random: &mut Rng) {
        match self {
            Self::Hills => land::hills(canvas, palette, random),
            Self::Dunes => dunes::dunes(canvas, palette, random),
            Self::Sea => water::moon_sea(canvas, palette, random),
            Self::Night => alpine::night(canvas, &palette.at_night(), random),
            Self::Aurora => alpine::aurora(canvas, palette, random),
            Self::Peaks => alpine::peaks(canvas, palette, random),
            Self::Pines => forest::pines(canvas, palette, random),
            Self::Flow => ink::flow(canvas, palette, random),
            Self::Still => still::vase(canvas, palette, random),
            Self::Planet => space::planet(canvas, palette, random),
            Self::Leaves => paper::leaves(canvas, palette, random),
            Self::City => city::harbour(canvas, palette, random),
        }
    }
}
