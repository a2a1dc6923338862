//! Six small drawings for the first visit: what the studio might make, drawn with a few shapes so that they cost the
//! page next to nothing and need no request.

use leptos::prelude::*;

/// A suggestion.
pub struct Start {
    /// What goes into the prompt box.
    pub prompt: &'static str,
    /// `wide`, `square` or `tall` (welcome.css).
    pub shape: &'static str,
    /// Its drawing.
    pub art: fn() -> AnyView,
}

/// The suggestions, in the order of the screen.
pub const STARTS: [Start; 6] = [
    Start {
        prompt: "Layered hills at dawn, the sun half risen, rose and indigo haze, wide quiet sky",
        shape: "wide",
        art: hills,
    },
    Start { prompt: "Vase, two spheres and an arch, warm clay, soft window light", shape: "square", art: still_life },
    Start { prompt: "Terracotta dunes under a red sun, flat poster colours", shape: "tall", art: dunes },
    Start { prompt: "Ink and ember, combed flow field, macro", shape: "square", art: flow },
    Start { prompt: "White court with stairs and arches, noon", shape: "tall", art: court },
    Start { prompt: "Moon over a slow sea, teal night", shape: "wide", art: moon_sea },
];

fn hills() -> AnyView {
    view! {
        <svg viewBox="0 0 280 160" aria-hidden="true">
            <linearGradient id="a-sky" x2="0" y2="1">
                <stop stop-color="#3a3168"/>
                <stop offset=".45" stop-color="#a9718f"/>
                <stop offset=".75" stop-color="#e6a98c"/>
            </linearGradient>
            <radialGradient id="a-glow">
                <stop stop-color="#ffd9a8" stop-opacity=".95"/>
                <stop offset="1" stop-color="#ffd9a8" stop-opacity="0"/>
            </radialGradient>
            <path fill="url(#a-sky)" d="M0 0h280v160H0z"/>
            <circle cx="186" cy="66" r="70" fill="url(#a-glow)"/>
            <circle cx="186" cy="66" r="13" fill="#fff1d6"/>
            <path fill="#d08f95" d="M0 60c28-12 52 4 84 4s44-16 72-10 40 14 68 8 38-8 56-4v102H0z"/>
            <path fill="#b07491" d="M0 84c36-10 60 8 98 6s58-14 92-6 52 6 90-4v80H0z"/>
            <path fill="#875789" d="M0 106c30 2 48-10 86-6s62 14 96 6 60-10 98-2v56H0z"/>
            <path fill="#5c4077" d="M0 124c42-8 70 8 112 6s62-14 98-8 46 8 70 4v34H0z"/>
            <path fill="#372a55" d="M0 144c50-10 84 2 130-2s96-10 150 0v18H0z"/>
        </svg>
    }
    .into_any()
}

fn still_life() -> AnyView {
    view! {
        <svg viewBox="0 0 160 160" aria-hidden="true">
            <linearGradient id="b-wall" x2="1" y2="1">
                <stop stop-color="#ebc7a7"/>
                <stop offset="1" stop-color="#cf9474"/>
            </linearGradient>
            <linearGradient id="b-vase">
                <stop stop-color="#f3efe8"/>
                <stop offset="1" stop-color="#a5a19a"/>
            </linearGradient>
            <radialGradient id="b-ball" cx=".35" cy=".3">
                <stop stop-color="#e98a55"/>
                <stop offset="1" stop-color="#9c3a1d"/>
            </radialGradient>
            <path fill="url(#b-wall)" d="M0 0h160v160H0z"/>
            <path fill="#96432d" d="M70 122V66a34 34 0 0 1 68 0v56z"/>
            <path fill="#b9745a" d="M0 120h160v40H0z"/>
            <path fill="#a8634b" d="M40 132c30-4 74-4 104 2l-6 8H44z"/>
            <path fill="none" stroke="#5d6b45" stroke-width="2.500" stroke-linecap="round" d="M57 66C54 44 58 30 66 18M57 62C50 48 44 40 34 32M59 60c6-10 12-16 22-20"/>
            <path fill="url(#b-vase)" d="M50 64h16c0 10 16 18 16 38 0 18-10 34-24 34s-24-16-24-34c0-20 16-28 16-38z"/>
            <circle cx="104" cy="120" r="19" fill="url(#b-ball)"/>
            <circle cx="130" cy="130" r="10" fill="#1f5563"/>
        </svg>
    }
    .into_any()
}

fn dunes() -> AnyView {
    view! {
        <svg viewBox="0 0 160 280" aria-hidden="true">
            <path fill="#f6c898" d="M0 0h160v280H0z"/>
            <path fill="#f3b583" d="M0 0h160v90H0z"/>
            <circle cx="84" cy="92" r="44" fill="#e2502b"/>
            <path fill="#e3a063" d="M0 140c40-22 70 8 100 2s44-16 60-12v150H0z"/>
            <path fill="#d07d45" d="M0 178c30-12 60-22 90-8s50 8 70-4v114H0z"/>
            <path fill="#b45a32" d="M0 214c50 8 80-28 160-10v76H0z"/>
            <path fill="#8a3c24" d="M0 252c44-22 96-20 160 0v28H0z"/>
        </svg>
    }
    .into_any()
}

fn flow() -> AnyView {
    view! {
        <svg viewBox="0 0 160 160" aria-hidden="true">
            <path fill="#0f2f52" d="M0 0h160v160H0z"/>
            <g fill="none" stroke-width="11" stroke-linecap="round">
                <path stroke="#f0a35e" d="M-10 10C30-10 60 30 100 8S150-8 176 6"/>
                <path stroke="#d9632f" d="M-10 28C34 4 58 50 102 26s52-12 74 0"/>
                <path stroke="#f6e3cd" d="M-10 46C38 20 56 70 104 44s52-12 72 2"/>
                <path stroke="#e07c45" d="M-10 60C40 36 54 88 106 62s50-12 70 4"/>
                <path stroke="#f4efe4" d="M-10 76c54-24 66 30 118 4s50-10 68 4"/>
                <path stroke="#8fc0d4" d="M-10 92c58-24 70 28 122 2s46-6 64 6"/>
                <path stroke="#3b7fa8" d="M-10 108c60-22 74 26 126 2s40-6 60 6"/>
                <path stroke="#dcebee" d="M-10 123c60-18 78 24 130 2s36-4 56 6"/>
                <path stroke="#225d8a" d="M-10 138c62-16 82 20 134 2s32-2 52 6"/>
                <path stroke="#6ba8c4" d="M-10 154c64-14 86 16 138 2s28 0 48 6"/>
            </g>
        </svg>
    }
    .into_any()
}

fn court() -> AnyView {
    view! {
        <svg viewBox="0 0 160 280" aria-hidden="true">
            <path fill="#2f72ab" d="M0 0h160v280H0z"/>
            <path fill="#f4e8d6" d="M0 70 92 96v184H0z"/>
            <path fill="#e6d4bb" d="M0 190l92-14v104H0z"/>
            <path fill="#c98464" d="M92 60l68-34v254H92z"/>
            <path fill="#6a2f20" d="M112 280V164a17 22 0 0 1 34 0v116z"/>
            <path fill="#4d2016" d="M112 280V164a17 22 0 0 1 10-20v136z"/>
            <path fill="#6b5368" d="M14 172v-32a8 9 0 0 1 16 0v31zM40 169v-30a8 9 0 0 1 16 0v29zM66 166v-28a7 9 0 0 1 14 0v27z"/>
            <path fill="#fffaf0" d="M0 280v-18h78v18zM0 262v-18h64v18zM0 244v-18h50v18zM0 226v-18h36v18z"/>
            <path fill="#d9c3a6" d="M0 262h78v4H0zM0 244h64v4H0zM0 226h50v4H0zM0 208h36v4H0z"/>
        </svg>
    }
    .into_any()
}

fn moon_sea() -> AnyView {
    view! {
        <svg viewBox="0 0 280 160" aria-hidden="true">
            <linearGradient id="f-sky" x2="0" y2="1">
                <stop stop-color="#0b1a28"/>
                <stop offset="1" stop-color="#2c5f74"/>
            </linearGradient>
            <linearGradient id="f-sea" x2="0" y2="1">
                <stop stop-color="#1d4a5c"/>
                <stop offset="1" stop-color="#081722"/>
            </linearGradient>
            <radialGradient id="f-glow">
                <stop stop-color="#f6efdc" stop-opacity=".55"/>
                <stop offset="1" stop-color="#f6efdc" stop-opacity="0"/>
            </radialGradient>
            <path fill="url(#f-sky)" d="M0 0h280v92H0z"/>
            <path fill="url(#f-sea)" d="M0 90h280v70H0z"/>
            <circle cx="118" cy="48" r="46" fill="url(#f-glow)"/>
            <circle cx="118" cy="48" r="15" fill="#f8f1de"/>
            <g stroke="#f3ead2" stroke-linecap="round" fill="none">
                <path stroke-width="2" opacity=".9" d="M108 97h20M100 104h30M112 111h26"/>
                <path stroke-width="3" opacity=".7" d="M96 120h24M118 128h30M88 137h28"/>
                <path stroke-width="4" opacity=".5" d="M112 146h44M78 154h40"/>
                <path stroke-width="2" opacity=".18" d="M20 112h50M180 118h64M14 138h38M196 142h60"/>
            </g>
        </svg>
    }
    .into_any()
}
