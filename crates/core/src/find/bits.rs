//! A set of places in a list, one bit to each.

/// Which places are in.
#[derive(Debug, Clone)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// None of so many places.
    pub(super) fn none(places: usize) -> Bits {
        Bits(vec![0; places.div_ceil(64)])
    }

    /// Takes a place in.
    pub(super) fn set(&mut self, place: usize) {
        if let Some(word) = self.0.get_mut(place / 64) {
            *word |= 1 << (place % 64);
        }
    }

    /// Whether a place is in.
    pub(super) fn has(&self, place: usize) -> bool {
        self.0.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
    }

    /// How many are in.
    pub(super) fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Keeps what is in the other set too, or with `not` what is not in it.
    pub(super) fn and(&mut self, other: &Bits, not: bool) {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word &= if not { !other } else { *other };
        }
    }

    /// Keeps the places that the judge says `true` to.
    pub(super) fn retain(&mut self, judge: &mut dyn FnMut(usize) -> bool) {
        for (at, word) in self.0.iter_mut().enumerate() {
            let mut left = *word;
            while left != 0 {
                let bit = left.trailing_zeros();
                left &= left - 1;
                if !judge(at * 64 + bit as usize) {
                    *word &= !(1 << bit);
                }
            }
        }
    }
}
