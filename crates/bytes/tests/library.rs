//! Library files: what goes out comes back byte by byte; what others write is read; what is hostile is refused or listed,
//! and the rest comes in (FAULTS H3, H5 to H9).
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::time::Instant;

use flux_studio_bytes::library::{Export, Import, Next, parse};
use flux_studio_bytes::zip::{Source, Writer};
use flux_studio_core::attempt::{FileFacts, Record, State};
use flux_studio_core::draft::Order;
use flux_studio_core::id::{IdSource, JobId};
use flux_studio_core::mode::ModeId;
use flux_studio_core::shape::Shape;
use flux_studio_core::sniff;
use flux_studio_core::time::Wall;
use flux_studio_simulator::draw;
use sha2::{Digest, Sha256};

const NOW: u64 = 1_770_724_800_000;

fn sha256(data: &[u8]) -> String {
    Sha256::digest(data).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A small picture of its own.
fn picture(n: u64) -> Vec<u8> {
    let mut png = Vec::new();
    let pixels = draw::draw(&format!("picture {n}"), n, 32, 16);
    let encoder = image::codecs::png::PngEncoder::new(&mut png);
    image::ImageEncoder::write_image(encoder, &pixels, 32, 16, image::ExtendedColorType::Rgba8).unwrap();
    png
}

fn row(ids: &mut IdSource, n: u64, data: &[u8], prompt: &str) -> Record {
    let order = Order {
        prompt: prompt.to_owned(),
        mode: ModeId::parse("flux1-pro").unwrap(),
        shape: Shape::Ratio(2, 1),
        hook_url: None,
    };
    let created = Wall(NOW + n * 1_000);
    let id = ids.next(created);
    let facts = sniff::facts(data).unwrap();
    Record {
        state: State::Stored,
        job: JobId::parse(&format!("job{n:06}")),
        url: Some(format!("https://cdn.ttapi.io/{n}.png")),
        quota: Some(1_500),
        took_ms: Some(8_000 + n),
        file: Some(FileFacts {
            mime: facts.mime.to_owned(),
            bytes: data.len() as u64,
            sha256: sha256(data),
            width: facts.width,
            height: facts.height,
        }),
        favourite: n == 1,
        rating: (n % 6) as u8,
        tags: vec!["red fox".to_owned(), "夜".to_owned()],
        collections: vec!["Best of".to_owned()],
        template: Some("a {animal}".to_owned()),
        ..Record::new(id, id, 1, order, created)
    }
}

fn exported(rows: &[(Record, Vec<u8>)]) -> Vec<u8> {
    let (mut export, mut out) = (Export::default(), Vec::new());
    for (row, data) in rows {
        if let Some(head) = export.image(row, data, &sha256(data)).unwrap() {
            out.extend(head);
            out.extend(data);
        }
    }
    assert_eq!(export.count() as usize, rows.len());
    out.extend(export.finish(NOW).unwrap());
    out
}

fn open(bytes: &[u8]) -> Result<Import, String> {
    Import::open(bytes, &BTreeSet::new(), 1)
}

/// Images that came in with their bytes, and what did not, with the reasons.
type Taken = (Vec<(Record, Vec<u8>)>, Vec<(String, String)>);

fn taken(bytes: &[u8]) -> Taken {
    let mut import = open(bytes).unwrap();
    let (mut images, mut wrong) = (Vec::new(), import.problems.clone());
    loop {
        match import.next(bytes) {
            Next::Image(row, data) => images.push((*row, data)),
            Next::Wrong(name, why) => wrong.push((name, why)),
            Next::End => return (images, wrong),
        }
    }
}

/// A zip of these files, the manifest among them.
fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut zip, mut out) = (Writer::default(), Vec::new());
    for (name, data) in files {
        out.extend(zip.entry(name, crc32fast::hash(data), data.len() as u32, NOW));
        out.extend_from_slice(data);
    }
    out.extend(zip.finish());
    out
}

fn manifest(images: &str) -> String {
    format!(r#"{{"format":"flux-studio-library","version":1,"images":[{images}]}}"#)
}

/// The least that a program has to say of an image.
fn least(data: &[u8], prompt: &str) -> String {
    let prompt = serde_json::to_string(prompt).unwrap();
    let sha256 = sha256(data);
    format!(
        r#"{{"id":"1","prompt":{prompt},"mode":"flux1-dev","created":"2025-03-01T10:00:00+02:00","file":"images/{sha256}.png","sha256":"{sha256}"}}"#
    )
}

#[test]
fn what_goes_out_comes_back_byte_by_byte() {
    let mut ids = IdSource::new(1);
    let rows: Vec<(Record, Vec<u8>)> = (0..20)
        .map(|n| (n, picture(n)))
        .map(|(n, data)| (row(&mut ids, n, &data, &format!("fox {n} \u{202e}<img onerror=1> {{{{x}}}} \0 👩‍🚀")), data))
        .collect();
    let (back, wrong) = taken(&exported(&rows));
    assert!(wrong.is_empty(), "{wrong:?}");
    assert_eq!(back.len(), rows.len());
    for ((row, data), (same, bytes)) in rows.iter().zip(&back) {
        assert_eq!(data, bytes);
        let expected = Record { imported: true, batch: row.id, ..row.clone() };
        assert_eq!(*same, expected);
    }
}

#[test]
fn images_that_are_there_already_do_not_come_twice() {
    let mut ids = IdSource::new(1);
    let rows: Vec<(Record, Vec<u8>)> = (0..3).map(|n| (row(&mut ids, n, &picture(n), "fox"), picture(n))).collect();
    let bytes = exported(&[rows.clone(), vec![rows[0].clone()]].concat());
    let digest: [u8; 32] = Sha256::digest(&rows[2].1).into();
    let import = Import::open(&*bytes, &BTreeSet::from([digest]), 1).unwrap();
    assert_eq!((import.left(), import.known, import.problems.len()), (2, 2, 0));
    assert_eq!(import.bytes, (rows[0].1.len() + rows[1].1.len()) as u64);
}

#[test]
fn bytes_that_are_not_the_rows_are_not_passed_on() {
    let row = row(&mut IdSource::new(1), 0, &picture(0), "fox");
    assert!(Export::default().image(&row, &picture(1), &sha256(&picture(1))).is_err());
    let without = Record { file: None, ..row };
    assert_eq!(Export::default().image(&without, &[], ""), Ok(None));
}

#[test]
fn what_another_program_writes_is_read() {
    let data = picture(5);
    let more = r#","size":"1024x1792","aspect_ratio":"1:1","quota":"2.5","favourite":1,"rating":9,"tags":["a","A",7],"collections":"x","url":"javascript:1","new":{"deep":[1]}}"#;
    let item = least(&data, "a heron").replacen('}', more, 1);
    let name = format!("images/{}.png", sha256(&data));
    let bytes = zip(&[("manifest.json", manifest(&item).as_bytes()), (&name, &data), ("readme.txt", b"hello")]);
    let (images, wrong) = taken(&bytes);
    assert_eq!(wrong, [("readme.txt".to_owned(), "the manifest does not name it".to_owned())]);
    let [(row, same)] = &images[..] else { unreachable!("{images:?}") };
    assert_eq!(*same, data);
    // What has another type than it should have is left out, the image comes in.
    assert_eq!(
        (row.order.shape, row.quota, row.favourite, row.rating),
        (Shape::Size(1024, 1792), Some(2_500), false, 0)
    );
    assert!(row.tags.is_empty() && row.collections.is_empty() && row.url.is_none());
    assert_eq!(row.created, Wall(1_740_816_000_000), "with its zone");
    assert!(row.id.as_str().starts_with(&IdSource::new(9).at(row.created).as_str()[..10]), "sorted by its own time");
}

#[test]
fn what_need_not_be_there_hurts_no_image() {
    let data = picture(6);
    let item = least(&data, "a heron").replacen(r#""id":"1""#, r#""id":17"#, 1).replacen(
        '}',
        r#","bytes":"74210","width":16.0,"height":null}"#,
        1,
    );
    let name = format!("images/{}.png", sha256(&data));
    let (images, wrong) = taken(&zip(&[("manifest.json", manifest(&item).as_bytes()), (&name, &data)]));
    assert_eq!((images.len(), wrong), (1, Vec::new()));
}

#[test]
fn h09_a_broken_file_does_not_stand_in_the_way_of_a_good_one() {
    let data = picture(7);
    let at = |place: &str, more: &str| {
        let item = least(&data, "a heron").replacen(&format!("images/{}.png", sha256(&data)), place, 1);
        item.replacen('}', &format!("{more}}}"), 1)
    };
    let good = at("images/good.png", "");
    // Not there, of another length, of other bytes: each says that it is this picture.
    for (broken, why) in [
        (at("images/missing.png", ""), "missing"),
        (at("images/bad.png", r#","bytes":1"#), "length"),
        (at("images/bad.png", ""), "sha256"),
    ] {
        let text = manifest(&[broken, good.clone(), good.clone()].join(","));
        let bytes =
            zip(&[("manifest.json", text.as_bytes()), ("images/good.png", &data), ("images/bad.png", &picture(8))]);
        let (images, wrong) = taken(&bytes);
        assert_eq!(images.len(), 1, "{why}");
        assert!(images[0].1 == data && wrong[0].1.contains(why), "{wrong:?}");
    }
}

#[test]
fn h05_one_file_is_read_once_however_often_it_is_named() {
    let data = picture(9);
    let other = |n: u8| {
        let hash = sha256(&data);
        least(&data, "a heron").replacen(
            &format!("\"sha256\":\"{hash}"),
            &format!("\"sha256\":\"{n:02x}{}", &hash[2..]),
            1,
        )
    };
    let items: Vec<String> = std::iter::once(least(&data, "a heron")).chain((0..200).map(other)).collect();
    let name = format!("images/{}.png", sha256(&data));
    let bytes = zip(&[("manifest.json", manifest(&items.join(",")).as_bytes()), (&name, &data)]);
    let import = open(&bytes).unwrap();
    assert_eq!(import.left(), 1);
    assert!(import.problems.len() >= 199 && import.problems[0].1.contains("two hashes"), "{:?}", import.problems[0]);
}

#[test]
fn h07_manifests_that_are_not_read() {
    let cases: &[(&str, &str)] = &[
        (r#"{"format":"flux-studio-library","version":2,"images":[]}"#, "version 2"),
        (r#"{"format":"flux-studio-library","images":[]}"#, "no version"),
        (r#"{"format":"other","version":1,"images":[]}"#, "another kind"),
        (r#"{"version":1,"images":[]}"#, "another kind"),
        (r#"{"format":"flux-studio-library","version":1}"#, "no list of images"),
        (r#"{"format":"flux-studio-library","version":1,"images":[],"images":[]}"#, "two lists"),
        (r#"{"format":"flux-studio-library","version":1,"images":{}}"#, "cannot be read"),
        ("[]", "cannot be read"),
        ("{", "cannot be read"),
        ("", "cannot be read"),
    ];
    for (text, why) in cases {
        let error = open(&zip(&[("manifest.json", text.as_bytes())])).unwrap_err();
        assert!(error.contains(why), "{text}: {error}");
    }
    assert!(open(&zip(&[("images/a.png", b"x")])).unwrap_err().contains("no manifest.json"));
    assert!(open(b"GIF89a").unwrap_err().contains("not a zip"));
    // Deep, huge, and with names that mean something elsewhere: read in no time, and harmless.
    let begin = Instant::now();
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let text = manifest("").replacen('{', &format!(r#"{{"__proto__":{{"format":"x"}},"deep":{deep},"#), 1);
    assert!(parse(text.as_bytes()).unwrap().items.is_empty());
    let many = vec![r#"{"prompt":"x"}"#; 200_000].join(",");
    assert_eq!(parse(manifest(&many).as_bytes()).unwrap().wrong.len(), 200_000);
    assert!(begin.elapsed().as_secs() < 20, "a bound against hanging, not a measurement");
    // More than that is refused, and not read to its end.
    let flood = manifest(&vec!["0"; 5_000_000].join(","));
    let begin = Instant::now();
    assert!(parse(flood.as_bytes()).unwrap_err().contains("more images than a library file may hold"));
    assert!(begin.elapsed().as_secs() < 2, "{:?}", begin.elapsed());
}

#[test]
fn h08_settings_and_keys_are_never_taken_over() {
    let text = manifest("").replacen('{', r#"{"settings":{"apiKey":"sk-secret","proxy":"https://evil.example"},"#, 1);
    let bytes = zip(&[("manifest.json", text.as_bytes())]);
    let import = open(&bytes).unwrap();
    assert!(import.settings && import.left() == 0);
    assert!(!format!("{import:?}").contains("sk-secret"));
}

#[test]
fn h09_h03_what_is_wrong_is_listed_and_the_rest_comes_in() {
    let (good, bad, missing, other) = (picture(1), picture(2), picture(3), picture(4));
    let html = b"<script>alert(1)</script>".to_vec();
    let long = "x".repeat(1 << 20);
    let items = [
        least(&good, "good"),
        least(&bad, "another hash").replacen(
            &format!("\"sha256\":\"{}\"", sha256(&bad)),
            &format!("\"sha256\":\"{}\"", sha256(&good).replace('a', "b")),
            1,
        ),
        least(&missing, "missing"),
        least(&html, "no picture"),
        least(&other, &long),
        least(&other, "no date").replace("2025-03-01T10:00:00+02:00", "1899-01-01T00:00:00Z"),
        least(&other, "no mode").replace("flux1-dev", "../x"),
        r#"{"prompt":7}"#.to_owned(),
    ];
    let names: Vec<String> = [&good, &bad, &html].iter().map(|data| format!("images/{}.png", sha256(data))).collect();
    let text = manifest(&items.join(","));
    let bytes = zip(&[("manifest.json", text.as_bytes()), (&names[0], &good), (&names[1], &bad), (&names[2], &html)]);
    let (images, wrong) = taken(&bytes);
    assert_eq!(images.len(), 1);
    assert_eq!(images[0].0.order.prompt, "good");
    let whys =
        ["longer than 8,000", "between 2000 and 2100", "no mode id", "invalid type", "missing", "sha256", "no picture"];
    assert_eq!(wrong.len(), whys.len(), "{wrong:?}");
    for ((_, said), why) in wrong.iter().zip(whys) {
        assert!(said.contains(why), "{said} / {why}");
    }
}

#[test]
fn h05_large_lies_are_refused_within_two_seconds() {
    // A manifest that says to be a gigabyte, and images that would be.
    let mut bytes = zip(&[("manifest.json", &[b' '; 1_000])]);
    let central = bytes.windows(4).rposition(|four| four == b"PK\x01\x02").unwrap();
    for at in [20, 24] {
        bytes[central + at..central + at + 4].copy_from_slice(&(1_u32 << 30).to_le_bytes());
    }
    let begin = Instant::now();
    assert!(open(&bytes).unwrap_err().contains("more than is taken"));
    assert!(begin.elapsed().as_secs() < 2);
}

/// What is documented is what is written, field by field.
#[test]
fn the_schema_names_what_is_written() {
    let schema: serde_json::Value = serde_json::from_str(include_str!("../../../docs/library.schema.json")).unwrap();
    let image = &schema["$defs"]["image"];
    let data = picture(1);
    let mut sized = row(&mut IdSource::new(3), 1, &data, "a fox");
    sized.order.shape = Shape::Size(32, 16);
    let mut written = BTreeSet::new();
    for row in [sized, row(&mut IdSource::new(4), 1, &data, "a fox")] {
        let bytes = exported(&[(row, data.clone())]);
        let at = bytes.windows(11).rposition(|part| part == b"{\"format\":\"").unwrap();
        let mut json = serde_json::Deserializer::from_slice(&bytes[at..]).into_iter::<serde_json::Value>();
        let manifest = json.next().unwrap().unwrap();
        assert_eq!(schema["properties"]["format"]["const"], manifest["format"]);
        assert_eq!(schema["properties"]["version"]["const"], manifest["version"]);
        written.extend(manifest["images"][0].as_object().unwrap().keys().cloned());
    }
    let documented: BTreeSet<String> = image["properties"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(written, documented);
    // An entry with the required fields alone comes in, one that lacks any of them does not; a name can be given anew.
    for lacking in [None, Some(1), Some(2), Some(3), Some(4), Some(5)] {
        let mut entry: serde_json::Value = serde_json::from_str(&least(&data, "a fox")).unwrap();
        let required: Vec<&str> = image["required"].as_array().unwrap().iter().filter_map(|n| n.as_str()).collect();
        assert_eq!(entry.as_object().unwrap().len(), required.len());
        if let Some(lacking) = lacking {
            entry.as_object_mut().unwrap().remove(required[lacking]).unwrap();
        }
        let read = parse(manifest(&entry.to_string()).as_bytes()).unwrap();
        assert_eq!((read.items.len(), read.wrong.len()), if lacking.is_none() { (1, 0) } else { (0, 1) });
    }
}

/// Counts what is read of it: what is not read takes no memory.
struct Counted<'a>(&'a [u8], std::cell::Cell<usize>);

impl Source for Counted<'_> {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read(&self, offset: u64, length: usize) -> Result<Vec<u8>, String> {
        self.1.set(self.1.get() + length);
        Source::read(self.0, offset, length)
    }
}

/// Refused within two seconds, after a look at less than a quarter of a megabyte.
fn refused_at_once(bytes: &[u8]) -> String {
    let (source, begin) = (Counted(bytes, std::cell::Cell::new(0)), Instant::now());
    let why = Import::open(&source, &BTreeSet::new(), 1).unwrap_err();
    assert!(begin.elapsed().as_millis() < 2_000, "{why}: {:?}", begin.elapsed());
    assert!(source.1.get() < 256 << 10, "{why}: {} bytes were read", source.1.get());
    why
}

#[test]
fn h05_a_million_entries_are_refused_before_their_names_are_read() {
    let (mut zip, mut out) = (Writer::default(), Vec::new());
    for n in 0..1_000_000 {
        out.extend(zip.entry(&format!("{n}"), 0, 0, NOW));
    }
    out.extend(zip.finish());
    assert!(refused_at_once(&out).contains("more than is taken (files)"));
}

/// A zip with one entry, whose directory says of its sizes and its place what these say, in the fields for large files.
fn large(size: u64, packed: u64, offset: u64, count: u64) -> Vec<u8> {
    let (name, mut out) = (b"manifest.json", Vec::new());
    let head = |out: &mut Vec<u8>| {
        out.extend([0, 0, 0, 0, 0, 0, 0x21, 0x5c]);
        out.extend(crc32fast::hash(b"{}").to_le_bytes());
    };
    out.extend(b"PK\x03\x04\x2d\0");
    head(&mut out);
    out.extend([2, 0, 0, 0, 2, 0, 0, 0, 13, 0, 0, 0]);
    out.extend(name);
    out.extend(b"{}");
    let directory = out.len() as u64;
    out.extend(b"PK\x01\x02\x2d\x03\x2d\0");
    head(&mut out);
    out.extend([0xFF; 8]);
    out.extend([13, 0, 28, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    out.extend([0xFF; 4]);
    out.extend(name);
    out.extend([1, 0, 24, 0]);
    for number in [size, packed, offset] {
        out.extend(number.to_le_bytes());
    }
    let (length, end) = (out.len() as u64 - directory, out.len() as u64);
    out.extend(b"PK\x06\x06");
    out.extend(44_u64.to_le_bytes());
    out.extend([0x2d, 3, 0x2d, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for number in [count, count, length, directory] {
        out.extend(number.to_le_bytes());
    }
    out.extend(b"PK\x06\x07\0\0\0\0");
    out.extend(end.to_le_bytes());
    out.extend([1, 0, 0, 0]);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([0xFF; 12]);
    out.extend([0, 0]);
    out
}

/// Two gigabytes, of which nearly all says to be the directory.
struct Vast(Vec<u8>);

impl Source for Vast {
    fn len(&self) -> u64 {
        (2 << 30) + self.0.len() as u64
    }

    fn read(&self, offset: u64, length: usize) -> Result<Vec<u8>, String> {
        assert!(length < 100 << 20, "{length} bytes at once");
        let all = (offset..offset + length as u64)
            .map(|at| at.checked_sub(2 << 30).and_then(|at| self.0.get(at as usize)).copied().unwrap_or_default());
        Ok(all.collect())
    }
}

#[test]
fn h05_a_directory_of_gigabytes_is_not_read() {
    let mut end = b"PK\x05\x06\0\0\0\0\x50\xC3\x50\xC3".to_vec();
    end.extend((2_u32 << 30).to_le_bytes());
    end.extend([0; 6]);
    let why = Import::open(&Vast(end), &BTreeSet::new(), 1).unwrap_err();
    assert!(why.contains("more than is taken (its directory)"), "{why}");
}

#[test]
fn h05_lies_in_the_fields_for_large_files_are_refused() {
    // The control: without a lie the archive is read, and its manifest is none.
    let control = open(&large(2, 2, 0, 1)).unwrap_err();
    assert!(control.contains("no list of images"), "{control}");
    for (size, packed, offset, count) in [
        (1 << 40, 2, 0, 1),
        (u64::MAX, 2, 0, 1),
        (2, u64::MAX, 0, 1),
        (2, 1 << 32, 0, 1),
        (2, 2, u64::MAX, 1),
        (2, 2, 1 << 20, 1),
        (2, 2, 0, 1 << 60),
        (2, 2, 0, u64::MAX),
        (2, 2, 0, 2),
        (2, 2, 0, 0),
    ] {
        let why = refused_at_once(&large(size, packed, offset, count));
        assert!(why.contains("contradicts itself") || why.contains("more than is taken"), "{why}");
    }
}

#[test]
fn h09_pictures_with_more_pixels_than_can_be_shown_are_listed() {
    for (width, height) in [(16_385_u32, 1_u32), (1, 16_385), (12_000, 12_000), (u32::MAX >> 1, u32::MAX >> 1)] {
        let (mut huge, good) = (picture(1), picture(2));
        huge[16..20].copy_from_slice(&width.to_be_bytes());
        huge[20..24].copy_from_slice(&height.to_be_bytes());
        let sum = crc32fast::hash(&huge[12..29]);
        huge[29..33].copy_from_slice(&sum.to_be_bytes());
        let names = [&huge, &good].map(|data| format!("images/{}.png", sha256(data)));
        let text = manifest(&[least(&huge, "huge"), least(&good, "good")].join(","));
        let (images, wrong) =
            taken(&zip(&[("manifest.json", text.as_bytes()), (&names[0], &huge), (&names[1], &good)]));
        assert_eq!(images.len(), 1, "the rest comes in");
        let [(name, why)] = &wrong[..] else { unreachable!("{wrong:?}") };
        assert_eq!(*name, names[0]);
        assert!(why.contains("more pixels") || why.contains("no picture"), "{width}×{height}: {why}");
    }
}

/// A name from the last instant that a name can say would put everything that is made later behind itself.
#[test]
fn h07_a_name_from_the_end_of_time_is_not_taken_over() {
    let data = picture(1);
    let name = format!("images/{}.png", sha256(&data));
    for id in ["7ZZZZZZZZZ0000000000000000", "ZZZZZZZZZZZZZZZZZZZZZZZZZZ", "../../../../../../../../etc"] {
        let item = least(&data, "later").replacen(r#""id":"1""#, &format!(r#""id":"{id}""#), 1);
        let (images, wrong) = taken(&zip(&[("manifest.json", manifest(&item).as_bytes()), (&name, &data)]));
        assert!(wrong.is_empty(), "{wrong:?}");
        let row = &images[0].0;
        assert_eq!(row.id.stamp(), row.created.0, "{id}: it has a name of its own time");
    }
}
