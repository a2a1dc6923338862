//! Hand-picked palettes and the words that call for them.

use super::colour::{Rgb, hex};

/// A set of colours that go together, with a role for each.
#[derive(Clone, Copy, Debug)]
pub(super) struct Palette {
    pub(super) name: &'static str,
    /// Words of a prompt that ask for it.
    words: &'static [&'static str],
    /// From the zenith to the horizon.
    pub(super) sky: [Rgb; 4],
    /// Sun, moon, lamp.
    pub(super) light: Rgb,
    /// What is far away, in haze.
    pub(super) far: Rgb,
    /// What is near, in shadow.
    pub(super) near: Rgb,
    /// Things, leaves, paint: from strong to pale.
    pub(super) accents: [Rgb; 5],
}

const fn sky(a: u32, b: u32, c: u32, d: u32) -> [Rgb; 4] {
    [hex(a), hex(b), hex(c), hex(d)]
}

const fn five(a: u32, b: u32, c: u32, d: u32, e: u32) -> [Rgb; 5] {
    [hex(a), hex(b), hex(c), hex(d), hex(e)]
}

/// All palettes.
pub(super) const PALETTES: [Palette; 15] = [
    Palette {
        name: "dawn",
        words: &["dawn", "sunrise", "morning", "daybreak", "rose", "pastel"],
        sky: sky(0x2b3d6b, 0x7a6290, 0xd48c92, 0xf8cfa4),
        light: hex(0xfff3d6),
        far: hex(0xd0959a),
        near: hex(0x2a2146),
        accents: five(0x2f3f70, 0x8a5f8f, 0xd8767b, 0xf2b48c, 0xfbe6cf),
    },
    Palette {
        name: "dusk",
        words: &["dusk", "sunset", "evening", "twilight", "neon", "cyberpunk"],
        sky: sky(0x1c2148, 0x573f70, 0xbd5a6e, 0xf5a66e),
        light: hex(0xffdca6),
        far: hex(0x9a5c78),
        near: hex(0x17142c),
        accents: five(0x232551, 0x6c3f74, 0xc9566a, 0xf29460, 0xfbd9a8),
    },
    Palette {
        name: "gold",
        words: &["golden", "gold", "yellow", "amber", "honey", "wheat", "lion", "warm"],
        sky: sky(0x5b7f99, 0xb9b09a, 0xf0cb86, 0xffe9b8),
        light: hex(0xfffae6),
        far: hex(0xdcab70),
        near: hex(0x46281a),
        accents: five(0x53301d, 0xa8622a, 0xe0a03c, 0xf3cf7c, 0xfaf0d6),
    },
    Palette {
        name: "blue",
        words: &["blue", "day", "clear", "azure", "cobalt", "lake", "calm"],
        sky: sky(0x2f6fa8, 0x6ba6d0, 0xb0d5e8, 0xeef5f0),
        light: hex(0xffffff),
        far: hex(0xa4c8da),
        near: hex(0x16384f),
        accents: five(0x12334f, 0x2c6b9a, 0x67a9cc, 0xf0a35c, 0xf4efe2),
    },
    Palette {
        name: "night",
        words: &["night", "midnight", "stars", "starry", "dark", "milky", "galaxy", "moonlit", "navy"],
        sky: sky(0x050817, 0x0c1634, 0x1a2a58, 0x40548c),
        light: hex(0xf6efd9),
        far: hex(0x2b3d6b),
        near: hex(0x04060e),
        accents: five(0x0b1230, 0x27407f, 0x6f7fc0, 0xd8b36a, 0xf1ead6),
    },
    Palette {
        name: "winter",
        words: &["winter", "snow", "snowy", "ice", "icy", "frost", "arctic", "cold", "white", "glacier"],
        sky: sky(0x7f9cba, 0xaac1d4, 0xd3e0e8, 0xf6f4ee),
        light: hex(0xfffdf3),
        far: hex(0xbdcfdb),
        near: hex(0x2c4257),
        accents: five(0x23384c, 0x56788f, 0x9dbacb, 0xd96c4a, 0xf3f1ea),
    },
    Palette {
        name: "autumn",
        words: &["autumn", "fall", "october", "rust", "copper", "harvest", "brown"],
        sky: sky(0x73605e, 0xb97e5e, 0xe5a86a, 0xf8dcab),
        light: hex(0xfff1cf),
        far: hex(0xc98a5f),
        near: hex(0x321913),
        accents: five(0x4a1f17, 0xa3402a, 0xd9792f, 0xe9b44c, 0xf6e7c8),
    },
    Palette {
        name: "spring",
        words: &["spring", "blossom", "bloom", "cherry", "meadow", "garden", "pink", "peach"],
        sky: sky(0x9fcbd0, 0xcfe4d6, 0xf7e6da, 0xfbd5cf),
        light: hex(0xfffaf0),
        far: hex(0xb7d0b4),
        near: hex(0x2f5a4c),
        accents: five(0x2f5a4c, 0x7fae86, 0xe98a94, 0xf6bfb2, 0xfaf3e4),
    },
    Palette {
        name: "forest",
        words: &["forest", "green", "moss", "jungle", "fern", "emerald", "tea", "woods"],
        sky: sky(0x6f9488, 0xa0bca4, 0xd2ddc2, 0xf4f0da),
        light: hex(0xfffbe8),
        far: hex(0xa5bba3),
        near: hex(0x0f2b26),
        accents: five(0x10332b, 0x2f6a4f, 0x86a95f, 0xe0a94e, 0xf3eedb),
    },
    Palette {
        name: "teal",
        words: &["teal", "turquoise", "cyan", "ocean", "sea", "underwater", "wave", "waves", "lagoon"],
        sky: sky(0x0b2a3f, 0x17546d, 0x469aa3, 0xbfe3d2),
        light: hex(0xfff6dc),
        far: hex(0x4f98a0),
        near: hex(0x061a26),
        accents: five(0x0a2b40, 0x17607a, 0x4ba9a6, 0xf2a777, 0xf5ecd8),
    },
    Palette {
        name: "desert",
        words: &["desert", "sand", "dune", "dunes", "orange", "terracotta", "mars", "canyon", "clay", "sahara"],
        sky: sky(0x3d7391, 0x9fb8ae, 0xf2cf9d, 0xf9b479),
        light: hex(0xfff3d8),
        far: hex(0xeab07c),
        near: hex(0x642616),
        accents: five(0x5d2517, 0xb5502d, 0xe58a4e, 0xf2bf86, 0xfaecd6),
    },
    Palette {
        name: "red",
        words: &["red", "crimson", "scarlet", "fire", "lava", "ruby", "volcano"],
        sky: sky(0x2b1026, 0x6e1f34, 0xc4463c, 0xf59f62),
        light: hex(0xffe2b0),
        far: hex(0xa8453f),
        near: hex(0x1a0a14),
        accents: five(0x2a0f22, 0x8a1f32, 0xd6483a, 0xf39a5a, 0xfbe3c4),
    },
    Palette {
        name: "violet",
        words: &["violet", "purple", "lavender", "lilac", "dream", "dreamy", "fantasy", "magic", "magical"],
        sky: sky(0x241d4a, 0x574890, 0xa48cc8, 0xeccfe0),
        light: hex(0xfff2f4),
        far: hex(0x9a84bf),
        near: hex(0x181236),
        accents: five(0x221a4a, 0x5b4797, 0xa681c6, 0xf0a8b4, 0xf7ecef),
    },
    Palette {
        name: "ink",
        words: &[
            "ink",
            "black",
            "monochrome",
            "grey",
            "gray",
            "noir",
            "sumi",
            "minimal",
            "charcoal",
            "pencil",
            "sketch",
        ],
        sky: sky(0x5e646c, 0x90959b, 0xc6c7c6, 0xeeece6),
        light: hex(0xfffdf6),
        far: hex(0xb3b5b5),
        near: hex(0x1b1e23),
        accents: five(0x1b1e23, 0x565b62, 0x9a9c9c, 0xc6452f, 0xf1eee6),
    },
    Palette {
        name: "aurora",
        words: &["aurora", "borealis", "polar"],
        sky: sky(0x030c18, 0x07202f, 0x0d4048, 0x2a7a70),
        light: hex(0xe6fff2),
        far: hex(0x14505a),
        near: hex(0x02090e),
        accents: five(0x0a2a3a, 0x1f8f86, 0x5cf0b0, 0x8a6cf0, 0xe8fff4),
    },
];

impl Palette {
    /// How many words of the prompt ask for this palette.
    fn score(&self, words: &[String]) -> usize {
        words.iter().filter(|word| self.words.contains(&word.as_str())).count()
    }

    /// The palette that the words ask for; without such words one of the favourites, by chance.
    pub(super) fn choose(words: &[String], favourites: &[&str], random: &mut fastrand::Rng) -> Self {
        let best = PALETTES.iter().map(|palette| palette.score(words)).max().unwrap_or(0);
        let fits = |palette: &&Self| {
            if best > 0 { palette.score(words) == best } else { favourites.contains(&palette.name) }
        };
        let fitting: Vec<&Self> = PALETTES.iter().filter(fits).collect();
        let chosen = random.choice(fitting).or(PALETTES.first()).copied();
        // A turn of a few degrees, so that two pictures in one palette are not twins.
        let angle = (random.f32() - 0.5) * 0.22;
        chosen.map_or_else(Self::plain, |palette| palette.turned(angle))
    }

    fn plain() -> Self {
        let [first, ..] = PALETTES;
        first
    }

    fn turned(self, angle: f32) -> Self {
        Self {
            sky: self.sky.map(|colour| colour.turn(angle)),
            light: self.light,
            far: self.far.turn(angle),
            near: self.near.turn(angle),
            accents: self.accents.map(|colour| colour.turn(angle)),
            ..self
        }
    }

    /// The same colours after nightfall; a palette that is dark already stays as it is.
    pub(super) fn at_night(self) -> Self {
        if self.is_dark() {
            return self;
        }
        let [top, high, low, last] = self.sky;
        let dark = |colour: Rgb, light: f32, blue: u32| colour.scale(light).mix(hex(blue), 0.6);
        Self {
            sky: [
                dark(top, 0.12, 0x04_08_18),
                dark(high, 0.2, 0x0c_18_38),
                dark(low, 0.3, 0x1c_2e_5c),
                dark(last, 0.45, 0x44_58_8c),
            ],
            far: self.far.scale(0.3),
            near: self.near.scale(0.22),
            ..self
        }
    }

    /// Whether its sky is dark enough for stars.
    pub(super) fn is_dark(&self) -> bool {
        let [top, ..] = self.sky;
        top.luma() < 0.17
    }
}
