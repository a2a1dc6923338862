//! Every number that the studio decides by, with its unit and its reason. Nothing else in the code holds such a number.

/// Characters of the longest prompt. The API documents no limit; the studio shows and keeps at most this much.
pub const PROMPT_MAX_CHARS: usize = 8_000;
/// Most images of one press of Generate (interface contract).
pub const IMAGES_MAX: u16 = 16;
/// Characters of the shortest key that is taken.
pub const KEY_MIN: usize = 16;
/// Characters of the longest key that is taken.
pub const KEY_MAX: usize = 128;
/// Characters of the longest address that is taken, for settings and for images.
pub const URL_MAX: usize = 2_048;

/// Milliseconds that a picture on `cdn.ttapi.io` can be fetched (the API's documentation: "a month or more").
pub const CDN_LIFE_MS: u64 = 30 * 24 * 3_600_000;
/// Milliseconds that a picture on `cloudflarer2.ttapi.io` can be fetched (three days).
pub const R2_LIFE_MS: u64 = 3 * 24 * 3_600_000;
/// Milliseconds that a picture on any other host can be counted on: the vendors' own addresses end after ten minutes.
pub const OTHER_LIFE_MS: u64 = 10 * 60_000;

/// Paid requests on their way at once: an outage puts at most this many in doubt.
pub const POSTS_AT_ONCE: usize = 2;
/// Accepted jobs at once; the API's own `max_queue` is 5 (as the API's documentation has it).
pub const JOBS_AT_ONCE: usize = 5;
/// Polls on their way at once.
pub const POLLS_AT_ONCE: usize = 4;
/// Downloads on their way at once.
pub const DOWNLOADS_AT_ONCE: usize = 3;

/// Milliseconds until a paid request without an answer is taken for unknown.
pub const GENERATE_TIMEOUT_MS: u32 = 90_000;
/// Milliseconds until a poll or a probe without an answer is given up; it is free and comes again.
pub const POLL_TIMEOUT_MS: u32 = 20_000;
/// Milliseconds until the first byte of an image must have come.
pub const DOWNLOAD_FIRST_BYTE_MS: u32 = 30_000;
/// Milliseconds that a download may stand still.
pub const DOWNLOAD_STALL_MS: u32 = 20_000;

/// Bytes of an answer of the API that are read before it is cut off (1 MiB).
pub const ANSWER_MAX: usize = 1 << 20;
/// Bytes of a raw answer that are kept with the attempt (64 KiB).
pub const RAW_KEPT: usize = 64 << 10;
/// Bytes of the largest image that is taken (50 MB).
pub const IMAGE_MAX: usize = 50_000_000;
/// Pixels of the longest edge of an image that is decoded.
pub const IMAGE_EDGE_MAX: u32 = 16_384;
/// Pixels of the largest image that is decoded (100 M).
pub const IMAGE_PIXELS_MAX: u64 = 100_000_000;
/// Characters of a server's message that are shown; the rest stays in the raw answer.
pub const MESSAGE_SHOWN: usize = 400;

/// Milliseconds after acceptance until the first poll, without better knowledge.
pub const FIRST_POLL_MS: u64 = 2_000;
/// Milliseconds between two questions about one job at the least, however much is known.
pub const POLL_MIN_MS: u64 = 700;
/// Milliseconds that knowledge of earlier durations may put a question off: the API may have become faster.
pub const POLL_LEARNED_MAX_MS: u64 = 20_000;
/// Factor by which the interval of healthy polls grows, in percent (×1.3).
pub const POLL_GROWTH_PERCENT: u64 = 130;
/// Milliseconds of the longest healthy interval.
pub const POLL_MAX_MS: u64 = 8_000;
/// Jitter on healthy intervals in percent either way.
pub const POLL_JITTER_PERCENT: u64 = 20;
/// Milliseconds between polls of a hidden page at the least.
pub const POLL_HIDDEN_MS: u64 = 60_000;
/// Lower bound in milliseconds of the decorrelated back-off after errors.
pub const BACKOFF_MIN_MS: u64 = 1_500;
/// Upper bound in milliseconds of the back-off: after a failed poll the next comes within 20 s (interface contract).
pub const BACKOFF_MAX_MS: u64 = 20_000;
/// Milliseconds to wait at the least after a 429 whose `Retry-After` CORS hides.
pub const BACKOFF_429_MS: u64 = 5_000;
/// Shortest `Retry-After` that is believed, in milliseconds.
pub const RETRY_AFTER_MIN_MS: u64 = 1_000;
/// Longest `Retry-After` that is believed, in milliseconds (10 min).
pub const RETRY_AFTER_MAX_MS: u64 = 600_000;
/// Questions about one job that may go out at a stroke while its answers fail, or before their time.
pub const POLL_BURST: u64 = 4;
/// Milliseconds in which such a job earns one more question: with the burst at most twelve a minute (I8).
pub const POLL_SPACING_MS: u64 = 7_500;
/// Milliseconds after which an answer that never came is no longer waited for: three times the time-out of a poll.
pub const POLL_LOST_MS: u64 = 60_000;
/// The same for a download, which may be slow as long as it moves.
pub const DOWNLOAD_LOST_MS: u64 = 600_000;
/// Polls since the last change of state until polling pauses. Never a reason to call a job failed.
pub const POLL_BUDGET: u32 = 200;
/// Milliseconds since the last change of state until polling pauses (30 min).
pub const POLL_BUDGET_MS: u64 = 30 * 60_000;
/// Answers 400 or 404 in a row until a job counts as not known there (three tries over a minute).
pub const POLL_REFUSALS: u32 = 3;
/// Milliseconds between those tries.
pub const POLL_REFUSAL_GAP_MS: u64 = 20_000;
/// Further polls after a SUCCESS without a usable address, until the bytes count as missing.
pub const POLLS_WITHOUT_URL: u32 = 5;
/// Transport failures in a row, over all jobs, until only one poll at a time goes out.
pub const BREAKER_FAILURES: u32 = 5;

/// Failed downloads in a row until an image is shown as at risk (interface contract).
pub const DOWNLOAD_TRIES: u32 = 3;
/// Milliseconds after which a download that has not succeeded is shown as at risk (interface contract: 60 s).
pub const DOWNLOAD_RISK_MS: u64 = 60_000;
/// Milliseconds between the tries to download at the most while the page is visible (interface contract).
pub const DOWNLOAD_RETRY_MAX_MS: u64 = 20_000;

/// Milliseconds within which a second press with an unchanged composer is taken for a repeat (interface contract).
pub const REPEAT_PRESS_MS: u64 = 500;
/// Milliseconds between two tries to write what must not be lost.
pub const WRITE_RETRY_MS: u64 = 2_000;

/// Finished attempts of a mode and size from which their own duration is believed.
pub const ESTIMATE_MIN_SAMPLES: usize = 3;
/// Finished attempts of a mode and size that are looked at, newest first.
pub const ESTIMATE_SAMPLES: usize = 50;

/// Job ids that one paste files at the most: each is one free question.
pub const RESCUE_MAX: usize = 500;

/// Stars at the most.
pub const RATING_MAX: u8 = 5;
/// Characters of a tag's or collection's name: a chip on a phone.
pub const LABEL_MAX_CHARS: usize = 64;
/// Tags, and collections, of one image.
pub const LABELS_MAX: usize = 100;
/// Library actions that can be taken back: the last hundred, each a few bytes for each image.
pub const UNDO_MAX: usize = 100;
/// Milliseconds that the trash keeps what is in it: thirty days, as people know it from other libraries.
pub const TRASH_MS: u64 = 30 * 24 * 3_600_000;
/// Images in no export from which on it is time for one: fewer are an afternoon's work.
pub const BACKUP_DUE_IMAGES: usize = 50;
/// Milliseconds since the last export before which nobody is reminded: two weeks.
pub const BACKUP_DUE_MS: u64 = 14 * 24 * 3_600_000;
/// Milliseconds between two reminders: a week, for who has decided otherwise.
pub const BACKUP_AGAIN_MS: u64 = 7 * 24 * 3_600_000;
/// Searches that are kept under names at the most: more would be no list that one looks through.
pub const SAVED_SEARCHES_MAX: usize = 100;
/// Completions of the search box at once: what fits under it without scrolling.
pub const SUGGESTIONS_MAX: usize = 8;
/// Places of removed rows, beyond as many as there are rows, until the index of the search is packed again.
pub const INDEX_WASTE: usize = 1_000;

/// Bytes of a text inside a picture that are read: four times the longest prompt in UTF-16, and far less than what makes a page slow.
pub const SETTINGS_TEXT_MAX: usize = 128 << 10;
/// Settings inside a picture, beside prompt, mode and size, that are shown: more would be no list that one reads.
pub const SETTINGS_OTHERS_MAX: usize = 40;
/// Characters of such a setting's name: a line on a phone.
pub const SETTINGS_KEY_MAX: usize = 64;
/// Characters of its value: a paragraph.
pub const SETTINGS_VALUE_MAX: usize = 600;
/// Characters of the pattern of file names.
pub const FILE_PATTERN_MAX: usize = 200;
/// Bytes of a file's name before its ending: with ending and a number it stays below 120, which leaves room for
/// folders within the 255 of most file systems.
pub const FILE_STEM_MAX: usize = 100;
