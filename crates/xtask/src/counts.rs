//! Reads how many tests passed and failed from what test runners print: libtest, wasm-bindgen's runner and nextest.

use std::ops::AddAssign;

/// How many tests passed and failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed or ran out of time.
    pub failed: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl Counts {
    /// The figures of a runner's closing line; nothing for every other line.
    #[must_use]
    pub fn of_line(line: &str) -> Option<Self> {
        let line = line.trim_start();
        let sums = line.strip_prefix("test result:").or_else(|| line.strip_prefix("Summary ["))?;
        let words: Vec<_> = sums.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let mut counts = Self::default();
        for pair in words.windows(2) {
            let [number, word] = pair else { continue };
            let Ok(number) = number.parse::<u64>() else { continue };
            match *word {
                "passed" => counts.passed += number,
                // nextest: "1 failed", "1 timed out", "1 exec failed".
                "failed" | "timed" | "exec" => counts.failed += number,
                _ => {}
            }
        }
        Some(counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_read() {
        let cases = [
            (
                "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
                Some((12, 0)),
            ),
            ("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 filtered out; finished in 1.20s", Some((3, 2))),
            ("     Summary [   0.123s] 12 tests run: 12 passed, 0 skipped", Some((12, 0))),
            ("Summary [ 9.5s] 9/12 tests run: 6 passed (1 slow), 2 failed, 1 timed out, 3 skipped", Some((6, 3))),
            ("test it_passed ... ok", None),
            ("running 12 tests", None),
        ];
        for (line, expected) in cases {
            let expected = expected.map(|(passed, failed)| Counts { passed, failed });
            assert_eq!(Counts::of_line(line), expected, "{line}");
        }
    }
}
