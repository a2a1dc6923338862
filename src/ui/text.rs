//! Every English word on the screens that is not a sentence of the core ([`flux_studio_core::message`]). A name that is
//! used and not here does not compile.

use flux_studio_bytes::Contents;
use flux_studio_core::attempt::Hold;
use flux_studio_core::time::Wall;
use flux_studio_core::view::{Overview, Tile, duration_text, quota_text};

use super::kit::format::{self, bytes as size, number};

// The top bar.
pub const PICTURE_SIZE: &str = "Picture size";
pub const SETTINGS: &str = "Settings";
pub const RUNNING: &str = "Running";
pub const WAITING: &str = "Waiting";
pub const PAUSE: &str = "Pause sending";
pub const DEMO: &str = "Demo";
pub const DEMO_NOTE: &str = "Pictures are drawn in this page and cost nothing";
pub const LEAVE_DEMO: &str = "Leave the demo";
pub const STARTING: &str = "Starting";

/// The connection in two words.
pub fn connection(overview: &Overview) -> &'static str {
    match &overview.hold {
        Some(Hold::KeyRefused(_)) => "Key refused",
        Some(Hold::NoQuota(_)) => "No quota",
        Some(Hold::Blocked(_)) => "Account blocked",
        Some(Hold::Address | Hold::Policy) => "Address unusable",
        Some(Hold::Store) => "Storage trouble",
        Some(Hold::Paused) => "Paused",
        Some(Hold::NoKey) | None if overview.key => "Connected",
        Some(Hold::NoKey) | None => "No key yet",
        Some(_) => "Not reachable",
    }
}

/// Whether the page can be closed.
pub const SAFE: &str = "Safe to close";
pub const SAFE_WHY: &str = "Nothing is lost if this page is closed now. Running jobs go on when it is opened again.";
pub const UNSAFE: &str = "Keep this page open";
pub const UNSAFE_WHY: &str = "A paid request waits for its answer, or a picture is only in this page’s memory.";

/// The head of the list of pictures at risk.
pub fn at_risk(count: usize) -> String {
    match count {
        1 => "1 picture is not safely kept".to_owned(),
        _ => format!("{count} pictures are not safely kept"),
    }
}
pub const AT_RISK_WHY: &str =
    "They are paid for. The studio goes on trying; with Download you have them as files whatever happens.";

/// How long the address of a picture can be counted on: milliseconds, or `None` where there is no address.
pub fn url_left(ms: Option<u64>, in_memory: bool) -> String {
    let left = match ms {
        None => "It has no address yet.".to_owned(),
        Some(0) => "Its address may have expired.".to_owned(),
        Some(ms) if ms < 3_600_000 => format!("Its address holds for about {} min.", ms.div_ceil(60_000)),
        Some(ms) if ms < 2 * 86_400_000 => format!("Its address holds for about {} h.", ms / 3_600_000),
        Some(ms) => format!("Its address holds for about {} days.", ms / 86_400_000),
    };
    if in_memory { format!("Its bytes are in this page. {left}") } else { left }
}

// The composer.
pub const MODE: &str = "Mode";
pub const SIZE: &str = "Size";
pub const IMAGES: &str = "Images";
pub const SIZES: &str = "Sizes";
pub const RATIOS: &str = "Aspect ratios";
pub const CHOICE_OF_SHAPES: &str = "Kind of size";
pub const MORE_MODES: &str = "More modes";
pub const FEWER_MODES: &str = "Fewer modes";
pub const ADD_MODE: &str = "Add a mode";
pub const ADD: &str = "Add";
pub const BAD_MODE: &str = "A mode's id has 1 to 64 letters, digits, dots, hyphens or underscores.";
pub const FEWER: &str = "Fewer";
pub const MORE: &str = "More";
pub const ADVANCED: &str = "Advanced";
pub const HOOK: &str = "Hook URL";
pub const HOOK_HELP: &str = "TTAPI calls this https address when a picture is done. Leave it empty if you have none.";
pub const GENERATE: &str = "Generate";
pub const RESUME: &str = "Resume";
pub const REPLACE_KEY: &str = "Replace the key";
pub const CORRECT_ADDRESS: &str = "Correct the address";
pub const COST: &str = "Cost";
pub const NO_COST_YET: &str = "The cost is shown here after the first picture";
pub const COST_NOT_KNOWN: &str = "Cost of this choice not known yet";
pub const DEMO_COST: &str = "The demo costs nothing";
pub const SUMMARY: &str = "Mode, size and count";
pub const CLOSE_COMPOSER: &str = "Close the composer";
pub const SHORTCUT_MAKES: &str = "Ctrl/⌘ Enter";

/// "4 images".
pub fn images(count: usize) -> String {
    if count == 1 { "1 image".to_owned() } else { format!("{} images", format::number(count)) }
}

/// "1 quota · 14 s" beside the chosen mode.
pub fn each(quota: Option<u64>, expected_ms: Option<u64>) -> String {
    let cost = quota.map(|each| format!("{} quota", quota_text(each)));
    let time = expected_ms.map(|ms| duration_text(ms.max(1_000)));
    [cost, time].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// "4 quota".
pub fn quota(thousandths: u64) -> String {
    format!("{} quota", quota_text(thousandths))
}

/// "Balance 412".
pub fn balance(thousandths: u64) -> String {
    format!("Balance {}", quota_text(thousandths))
}

/// Below the prompt: how much there is.
pub fn words(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => "1 word".to_owned(),
        _ => format!("{} words", format::number(count)),
    }
}

/// Below a prompt that is too long.
pub fn too_long(characters: usize, most: usize) -> String {
    format!("{} of {} characters", format::number(characters), format::number(most))
}

// The library.
pub const LIBRARY: &str = "Library";
pub const TODAY: &str = "Today";
pub const YESTERDAY: &str = "Yesterday";
pub const TIME_PASSED: &str = "Time passed";
pub const TWICE: &str = "Send again may be charged a second time.";
pub const JOB_ID: &str = "Job id";
pub const ATTACH_TITLE: &str = "Attach job id";
pub const ATTACH_HELP: &str =
    "Find the job in your TTAPI account and paste its id. The picture is then fetched, which costs nothing.";
pub const ATTACH: &str = "Attach";
pub const BACK: &str = "Back";

/// A state in two words, and how it is felt: `bad`, `warn` or `quiet`.
pub fn state(tile: &Tile) -> (&'static str, &'static str) {
    use flux_studio_core::attempt::Status as S;
    match tile.status {
        S::Queued => ("Waiting", "quiet"),
        S::Sending => ("Sending", "quiet"),
        S::Unknown => ("Outcome unknown", "warn"),
        S::Rejected => ("Not accepted", "bad"),
        S::Running => ("Running", "quiet"),
        S::Stalled => ("No news", "warn"),
        S::Failed => ("Failed", "bad"),
        S::Downloading => ("Storing", "quiet"),
        S::Stored => ("Stored", "quiet"),
        S::AtRisk => ("Not stored yet", "warn"),
        S::Cancelled => ("Cancelled", "quiet"),
    }
}

/// "9 of about 14 s" under a running picture.
pub fn elapsed(ms: u64, expected_ms: Option<u64>) -> String {
    match expected_ms {
        None => duration_text(ms),
        Some(expected) if ms > expected => format!("{}, usually about {}", duration_text(ms), duration_text(expected)),
        Some(expected) if expected < 90_000 => format!("{} of about {} s", ms / 1_000, (expected / 1_000).max(1)),
        Some(expected) => format!("{} of about {}", duration_text(ms), duration_text(expected)),
    }
}

// The first visit and empty libraries.
pub const HEADLINE: &str = "Describe a picture. Keep it for good.";
pub const LEAD: &str = "Flux Studio makes pictures through TTAPI’s Flux and keeps each of them in this browser. Bring your own API key, or look around first with pretend pictures that cost nothing.";
pub const ADD_KEY: &str = "Add your API key";
pub const TRY_DEMO: &str = "Try the demo";
pub const PAID_ONCE: &str = "Paid once";
pub const PAID_ONCE_WHY: &str = "Nothing is ever sent twice by itself. You see the cost before you spend it.";
pub const NEVER_LOST: &str = "Never lost";
pub const NEVER_LOST_WHY: &str = "Reload, close the lid, lose the network: running pictures still arrive.";
pub const KEY_STAYS: &str = "Your key stays here";
pub const KEY_STAYS_WHY: &str = "Encrypted on this device. It goes to the API and nowhere else.";
pub const START_FROM: &str = "Start from one of these";
pub const EMPTY_TITLE: &str = "Nothing here yet";
pub const EMPTY_WHY: &str =
    "Describe a picture and press Generate. It is kept in this browser, with everything that made it.";
pub const EMPTY_DEMO_TITLE: &str = "This is the demo";
pub const EMPTY_DEMO_WHY: &str = "Describe a picture and press Generate. It is drawn in this page: no key, no network, no cost. Demo pictures stay apart from yours.";

// One image large.
pub const IMAGE: &str = "Image";
pub const NEXT: &str = "Next";
pub const PREVIOUS: &str = "Previous";
pub const CLOSE: &str = "Close";
pub const ZOOM_IN: &str = "Zoom in";
pub const ZOOM_OUT: &str = "Zoom out";
pub const FIT: &str = "Fit";
pub const OWN_PIXELS: &str = "Actual size";
pub const COMPARE: &str = "Compare";
pub const ADVANCE: &str = "Auto-advance";
pub const STRIP: &str = "Film strip";
pub const DETAILS: &str = "Details";
pub const COPY_TEXT: &str = "Copy text";
pub const COPIED: &str = "Copied";
pub const NOT_COPIED: &str = "Not possible here";
pub const PIXELS: &str = "Pixels";
pub const MADE: &str = "Made";
pub const STORED: &str = "Stored";
pub const BATCH: &str = "Batch";
pub const ADDRESS: &str = "Address";
pub const SENT: &str = "Sent";
pub const ACCEPTED: &str = "Accepted";
pub const FINISHED: &str = "Finished";
pub const CHECKED: &str = "SHA-256";
pub const RAW: &str = "Answers of the API";
pub const NO_RAW: &str = "None are kept.";

/// "142 %".
pub fn percent(times: f64) -> String {
    format!("{} %", (times * 100.0).round() as i64)
}

/// What an answer answered to: "fetch, HTTP 200".
pub fn raw(to: &str, status: u16) -> String {
    format!("{to}, HTTP {status}")
}

/// By which the bytes were checked when they were stored: its two ends tell files apart.
pub fn checked(sha256: &str) -> String {
    let (start, end) = (sha256.get(..8).unwrap_or_default(), sha256.get(56..).unwrap_or_default());
    format!("{start}…{end}, read back and equal")
}

/// "7 of 1,284".
pub fn place(index: usize, count: usize) -> String {
    format!("{} of {}", format::number(index + 1), format::number(count))
}

/// "1.3 MB WebP, on this device".
pub fn stored(bytes: u64, mime: &str) -> String {
    format!("{} {}, on this device", format::bytes(bytes), format::kind(mime))
}

/// "Today 14:32, in 13 s".
pub fn made(moment: &str, duration_ms: Option<u64>) -> String {
    match duration_ms {
        Some(ms) => format!("{moment}, in {}", duration_text(ms)),
        None => moment.to_owned(),
    }
}

/// "2 of 4" of one press of Generate.
pub fn of_batch(count: u16) -> String {
    format!("one of {count}")
}

// Settings.
pub const CONNECTION: &str = "Connection";
pub const CONNECTION_WHY: &str = "Where requests go, and the key that pays for them.";
pub const API_KEY: &str = "API key";
pub const KEY_STORED: &str = "Stored, paste to replace";
pub const KEY_MISSING: &str = "Paste your key";
pub const TEST: &str = "Test connection";
pub const TESTING: &str = "Testing the connection";
pub const REMEMBER: &str = "Remember key";
pub const REMEMBER_TAB: &str = "This tab only";
pub const REMEMBER_TAB_WHY: &str = "Asked again after a reload";
pub const REMEMBER_DEVICE: &str = "This device";
pub const REMEMBER_DEVICE_WHY: &str = "Encrypted with a key that cannot leave this browser";
pub const REMEMBER_PASSPHRASE: &str = "This device, with a passphrase";
pub const REMEMBER_PASSPHRASE_WHY: &str = "Asked again after a reload; safe even from who has your files";
pub const PASSPHRASE: &str = "Passphrase";
pub const PASSPHRASE_NEW: &str = "At least 8 characters. It is kept nowhere: who forgets it pastes the key anew.";
pub const PASSPHRASE_LOCKED: &str = "Your key is locked. Type its passphrase and press Save.";
pub const KEY_LOCKED: &str = "Key locked";
pub const BASE_URL: &str = "API base URL";
pub const PROXY_URL: &str = "Proxy URL";
pub const PROXY_HELP: &str = "The API does not answer browsers directly. The server that comes with the studio relays at ./ttapi/; any other proxy works too, as a base address or as a template with {url}. Empty: no proxy.";
pub const LOOK: &str = "Look";
pub const LOOK_WHY: &str = "Follows your system, or not.";
pub const THEME: &str = "Theme";
pub const THEME_SYSTEM: &str = "System";
pub const THEME_LIGHT: &str = "Light";
pub const THEME_DARK: &str = "Dark";
pub const MODES: &str = "Modes";
pub const MODES_WHY: &str = "Which models the composer offers. The API’s own list moves; add what is missing.";
pub const LATER_MODES: &str = "Offer the later modes";
pub const LATER_MODES_WHY: &str = "Kontext and FLUX.2 beside the first three";
pub const OWN_MODES: &str = "Your own modes";
pub const SAVE: &str = "Save";
pub const SAVED: &str = "Saved.";
pub const CHANGED: &str = "Changed, not stored yet";
pub const UNCHANGED: &str = "No changes";
pub const NO_OWN_MODES: &str = "None yet. Under “More modes” in the composer there is a field for them.";
pub const FORGET_KEY: &str = "Forget key";

/// Who sees the key.
pub fn key_goes_to(holder: &str) -> String {
    format!("Your key goes to {holder} and nowhere else.")
}

/// Takes a mode of one's own out again.
pub fn remove(mode: &str) -> String {
    format!("Remove {mode}")
}

pub const LIBRARY_WHY: &str = "Everything is kept in this browser, and only here: export it now and then.";
pub const STORAGE: &str = "Storage";
pub const NOT_LASTING: &str = " The browser may clear it when the device runs short of room: keep an export elsewhere.";
pub const BACKUP: &str = "Backup";
pub const EXPORT: &str = "Export library";
pub const IMPORT: &str = "Import library";
pub const IMPORT_FILE: &str = "Library file";
pub const EXPORTING: &str = "Exporting";
pub const IMPORTING: &str = "Importing";
pub const LOOKING: &str = "Looking into the file…";

/// "2.3 GB in use. Room for about 3,400 more images."
pub fn storage(used: f64, quota: f64, images: usize) -> String {
    let used_text = size(used as u64);
    if images == 0 {
        return format!("{used_text} in use, {} free.", size((quota - used).max(0.0) as u64));
    }
    let more = ((quota - used).max(0.0) / (used / images as f64).max(1.0)) as usize;
    // An estimate of an estimate: two digits are honest.
    let round = 10_usize.pow((more.max(1).ilog10()).saturating_sub(1));
    format!("{used_text} in use. Room for about {} more images.", number(more / round * round))
}

/// When the library was last exported.
pub fn last_export(last: Option<Wall>) -> String {
    match last {
        Some(last) => format!("Last export: {}.", format::moment(last)),
        None => "Never exported.".to_owned(),
    }
}

/// "Exporting 120 of 2,000 images".
pub fn progress(what: &str, done: usize, of: usize) -> String {
    format!("{what} {} of {} images", number(done), number(of))
}

/// How an export ended.
pub fn exported(images: usize, bytes: u64, missing: usize) -> String {
    let said = format!("Exported {} ({}).", images_of(images), size(bytes));
    if missing == 0 { said } else { format!("{said} {} could not be read and are not in it.", images_of(missing)) }
}

/// Why there is no export.
pub fn not_exported(why: &str) -> String {
    format!("Nothing was exported: {why}.")
}

/// What a library file would bring.
pub fn contents(contents: &Contents) -> String {
    let new = if contents.images == 0 {
        "There is nothing new in this file.".to_owned()
    } else {
        format!("{} would be added ({}).", images_of(contents.images), size(contents.bytes))
    };
    let known =
        if contents.known == 0 { String::new() } else { format!(" {} here already.", are(contents.known as usize)) };
    let settings = if contents.settings { " It also holds settings, which are not taken over." } else { "" };
    format!("{new}{known}{settings} What is in the library stays as it is.")
}

fn are(count: usize) -> String {
    if count == 1 { "1 image is".to_owned() } else { format!("{} images are", number(count)) }
}

/// "Import 2,000 images".
pub fn import(images: usize) -> String {
    format!("Import {}", images_of(images))
}

/// "Imported 2,000 images".
pub fn imported(images: usize) -> String {
    format!("Imported {}", images_of(images))
}

/// An import that ended before its end.
pub fn broke(images: usize, why: &str) -> String {
    format!("{} came in, then it ended: {why}.", images_of(images))
}

/// Why a file is not imported.
pub fn not_imported(why: &str) -> String {
    format!("Nothing was imported: {why}.")
}

/// "3 entries cannot be imported".
pub fn wrong(count: usize) -> String {
    if count == 1 {
        "1 entry cannot be imported".to_owned()
    } else {
        format!("{} entries cannot be imported", number(count))
    }
}

fn images_of(count: usize) -> String {
    if count == 1 { "1 image".to_owned() } else { format!("{} images", number(count)) }
}
pub const JOB_IDS: &str = "Job ids";
pub const JOB_IDS_HELP: &str = "Pictures that your TTAPI account paid for and that are not here, one id or a list of them. Asking for them costs nothing.";
pub const FETCH_JOBS: &str = "Fetch pictures";

// Files of the person's.
pub const DOWNLOADS: &str = "Downloads";
pub const DOWNLOADS_WHY: &str = "Pictures as files of yours: never encoded anew, every pixel as it came.";
pub const FILE_NAMES: &str = "File names";
pub const SETTINGS_INSIDE: &str = "Settings inside the file";
pub const SETTINGS_INSIDE_WHY: &str =
    "What made the picture, where many tools look for it. Off: the file leaves with nothing inside but the picture.";
pub const INSIDE: &str = "Settings of a file";
pub const READ_INSIDE: &str = "Read settings of a file";
pub const READ_INSIDE_WHY: &str = "Or drop a picture anywhere on the page.";
pub const CHOOSE_FILE: &str = "A PNG, JPEG or WebP file. It stays on this device.";
pub const PICTURE_FILE: &str = "Picture file";
pub const NOTHING_INSIDE: &str = "There are no settings inside this file.";
pub const USE: &str = "Use these settings";
pub const PROMPT: &str = "Prompt";
pub const NEGATIVE: &str = "Negative prompt";
pub const NEGATIVE_WHY: &str = "Flux takes no negative prompt: it is only shown.";
pub const PACKING: &str = "Packing";
pub const SAMPLE: &str = "A lighthouse at dusk";

/// What can stand in a pattern of file names.
pub fn tokens(all: &[&str]) -> String {
    format!("Filled in: {}.", all.join(" "))
}

/// What a pattern makes.
pub fn example(name: &str) -> String {
    format!("Example: {name}.png")
}

/// What in a pattern is not known.
pub fn unknown_tokens(all: &[&str]) -> String {
    format!("Not known, so it stays as it is: {}", all.join(" "))
}

/// Why a file's settings cannot be read.
pub fn not_inside(why: &str) -> String {
    format!("This file cannot be read: {why}.")
}

/// What of a file the composer does not take over.
pub fn left(mode: bool, size: bool) -> &'static str {
    match (mode, size) {
        (true, true) => "Its mode and size are none that this studio offers: the composer keeps its own.",
        (true, false) => "Its mode is none that this studio offers: the composer keeps its own.",
        (false, true) => "Its size is none that this studio offers: the composer keeps its own.",
        (false, false) => "",
    }
}

// Order in the library.
pub const SELECTION: &str = "Selection";
pub const SEARCH: &str = "Search images";
pub const NOTHING_FOUND: &str = "No picture matches.";
pub const SORT: &str = "Order";
pub const NEWEST: &str = "Newest first";
pub const OLDEST: &str = "Oldest first";
pub const BEST: &str = "Best rated first";
pub const DEAREST: &str = "Dearest first";
pub const SLOWEST: &str = "Slowest first";
pub const TOGETHER: &str = "Batches together";
pub const SEARCHES: &str = "Searches";
pub const COMPLETIONS: &str = "Completions";
pub const SEARCH_NAME: &str = "Name of this search";
pub const KEEP_SEARCH: &str = "Keep this search";
pub const NO_SEARCHES: &str = "None are kept yet. Search for something, then keep it here under a name.";

/// On the tile that stands for its batch.
pub fn stack(count: u32) -> String {
    format!("Show the {count} of this batch")
}

pub const SELECT: &str = "Select";
pub const SELECT_ALL: &str = "Select all";
pub const CLEAR_SELECTION: &str = "Clear selection";
pub const TAG: &str = "Tag";
pub const TAGS: &str = "Tags";
pub const COLLECTION: &str = "Collection";
pub const COLLECTIONS: &str = "Collections";
pub const RATING: &str = "Rating";
pub const RESTORE: &str = "Restore";
pub const TRASH: &str = "Trash";
pub const ALL: &str = "All";
pub const EMPTY_TRASH: &str = "Empty the trash";
pub const EMPTY_BUT_FAVOURITES: &str = "Empty all but favourites";

/// "3 selected".
pub fn selected(count: usize) -> String {
    format!("{} selected", format::number(count))
}

/// A choice of stars.
pub fn stars(count: u8) -> String {
    match count {
        0 => "No rating".to_owned(),
        1 => "1 star".to_owned(),
        _ => format!("{count} stars"),
    }
}

/// What the trash holds, and for how long.
pub fn trash(count: usize, bytes: u64) -> String {
    format!("{} in the trash, {}. What is in it for 30 days goes for good.", images(count), format::bytes(bytes))
}

// Notices and shortcuts.
pub const UNDO: &str = "Undo";
pub const DISMISS: &str = "Dismiss";
pub const SHORTCUTS: &str = "Keyboard shortcuts";
/// Dialog.
pub const COMMANDS: &str = "Commands";
/// Field in it.
pub const FIND_COMMAND: &str = "Find a command";
/// Command.
pub const WRITE_PROMPT: &str = "Write a prompt";
/// Command.
pub const TRASH_OR_LIBRARY: &str = "Trash, or back to the library";
/// Command.
pub const TO_LIGHT: &str = "Light theme";
/// Command.
pub const TO_DARK: &str = "Dark theme";
/// Command.
pub const TO_SYSTEM: &str = "Theme of the system";
/// A shortcut: what it does, and its keys.
pub type Shortcut = (&'static str, &'static [&'static str]);
/// Groups of shortcuts.
pub const KEYS: [(&str, &[Shortcut]); 3] = [
    (
        "Anywhere",
        &[
            ("Generate, from the prompt", &["Ctrl/⌘", "Enter"]),
            ("Undo in the library", &["Ctrl/⌘", "Z"]),
            ("Commands", &["Ctrl/⌘", "K"]),
            ("This list", &["?"]),
        ],
    ),
    (
        "In the library",
        &[
            ("Move between pictures", &["←", "→", "↑", "↓"]),
            ("First, last", &["Home", "End"]),
            ("Open", &["Enter"]),
            ("Select, select all", &["Space", "Ctrl/⌘ A"]),
            ("Rate, no rating", &["1–5", "0"]),
            ("Favourite", &["F"]),
            ("Delete", &["Del"]),
        ],
    ),
    (
        "One picture large",
        &[
            ("Previous, next", &["←", "→"]),
            ("Zoom in, out, whole", &["+", "−", "W"]),
            ("Actual size", &["Z"]),
            ("Compare with the next", &["C"]),
            ("Rate, no rating", &["1–5", "0"]),
            ("On to the next after a rating", &["A"]),
            ("Favourite", &["F"]),
            ("Delete", &["Del"]),
            ("Close", &["Esc"]),
        ],
    ),
];
