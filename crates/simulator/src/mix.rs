//! Seeds from seeds and from text: a finaliser (SplitMix64) and FNV-1a, so that results are the same on every machine.

/// Scrambles all bits of `value`.
#[must_use]
pub const fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A seed from text.
#[must_use]
pub fn hash_text(text: &str) -> u64 {
    mix(text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)))
}

/// An id in the form of a version 4 UUID.
#[must_use]
pub fn uuid(seed: u64) -> String {
    let high = (mix(seed) & 0xffff_ffff_ffff_0fff) | 0x4000;
    let low = (mix(seed ^ 0x5555_5555_5555_5555) & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000;
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_look_like_uuids_and_differ() {
        let ids: std::collections::BTreeSet<String> = (0..1_000).map(uuid).collect();
        assert_eq!(ids.len(), 1_000);
        for id in ids {
            assert_eq!(id.len(), 36);
            assert_eq!(id.as_bytes().get(14), Some(&b'4'));
            assert!(id.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit()));
        }
    }
}
