//! Settings inside picture files: written into PNG, JPEG and WebP they are read back by an independent reader (exiftool) and
//! no pixel changes; what others wrote is read; what is hostile is text or is refused (FAULTS H4, H15, H16).
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::process::Command;

use base64::Engine;
use flux_studio_bytes::Inside;
use flux_studio_bytes::inside::{parse, read, strip, text, write};
use flux_studio_bytes::takeout::{Pack, take};
use flux_studio_bytes::zip::{Archive, Limits};
use flux_studio_core::attempt::Record;
use flux_studio_core::draft::Order;
use flux_studio_core::id::{IdSource, JobId};
use flux_studio_core::mode::ModeId;
use flux_studio_core::shape::Shape;
use flux_studio_core::time::Wall;
use flux_studio_core::{limits, sniff};
use flux_studio_simulator::draw;
use image::{ExtendedColorType, ImageEncoder};
use img_parts::jpeg::{Jpeg, JpegSegment, markers};
use img_parts::png::{Png, PngChunk};
use img_parts::riff::{RiffChunk, RiffContent};
use img_parts::webp::WebP;
use img_parts::{Bytes, ImageICC};
use proptest::prelude::*;

const MADE: Wall = Wall(1_770_724_800_000);

fn row(prompt: &str, shape: Shape) -> Record {
    let id = IdSource::new(1).at(MADE);
    let order = Order {
        prompt: prompt.to_owned(),
        mode: ModeId::parse("flux1-pro").unwrap(),
        shape,
        hook_url: Some("https://hook.example/secret".to_owned()),
    };
    Record { job: JobId::parse("job_000001"), ..Record::new(id, id, 1, order, MADE) }
}

/// A drawn picture in each format: PNG and WebP with and without alpha, JPEG, and a lossy WebP that other hands made.
fn pictures() -> Vec<(&'static str, Vec<u8>)> {
    let mut rgba = draw::draw("a harbour", 7, 48, 32);
    // Something that can be seen through, or the format leaves alpha out.
    rgba[3] = 7;
    let rgb: Vec<u8> = rgba.chunks(4).flat_map(|pixel| pixel[..3].to_vec()).collect();
    let mut all = Vec::new();
    for (pixels, colour) in [(&rgba, ExtendedColorType::Rgba8), (&rgb, ExtendedColorType::Rgb8)] {
        let mut png = Vec::new();
        image::codecs::png::PngEncoder::new(&mut png).write_image(pixels, 48, 32, colour).unwrap();
        let mut webp = Vec::new();
        image::codecs::webp::WebPEncoder::new_lossless(&mut webp).write_image(pixels, 48, 32, colour).unwrap();
        all.extend([("png", png), ("webp", webp)]);
    }
    let mut jpeg = Vec::new();
    image::codecs::jpeg::JpegEncoder::new(&mut jpeg).write_image(&rgb, 48, 32, ExtendedColorType::Rgb8).unwrap();
    all.push(("jpg", jpeg));
    let lossy = "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA";
    all.push(("webp", base64::engine::general_purpose::STANDARD.decode(lossy).unwrap()));
    all
}

fn pixels(data: &[u8]) -> (u32, u32, Vec<u8>) {
    let picture = image::load_from_memory(data).unwrap().to_rgba8();
    (picture.width(), picture.height(), picture.into_raw())
}

/// What exiftool reads in a file, and what it finds wrong with it.
fn exiftool(data: &[u8], ext: &str, tag: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("a.{ext}"));
    std::fs::write(&path, data).unwrap();
    let out = Command::new("exiftool")
        .args(["-b", "-charset", "utf8", tag])
        .arg(&path)
        .output()
        .expect("exiftool reads these files back: sudo apt-get install -y libimage-exiftool-perl");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

const PLAIN: &str = "a red fox, \"running\"";
const HARD: &str =
    "夜の街 <script>alert(1)</script>\nSteps: 1, Sampler: x, Seed: 2\nNegative prompt: none\n🦊, Model: evil";

#[test]
fn settings_are_read_back_by_exiftool_and_no_pixel_changes() {
    for (ext, data) in pictures() {
        for prompt in [PLAIN, "été", HARD] {
            let text = text(&row(prompt, Shape::Size(1024, 1024)), None);
            assert!(!text.contains("hook.example"), "addresses of one's own stay at home");
            let written = write(data.clone(), &text).unwrap();
            assert_eq!(pixels(&written), pixels(&data), "{ext}");
            let tag = if ext == "png" { "-PNG:Parameters" } else { "-ExifIFD:UserComment" };
            assert_eq!(exiftool(&written, ext, tag), text, "{ext}");
            assert_eq!(exiftool(&written, ext, "-Warning"), "", "{ext}");
            assert_eq!(
                sniff::facts(&written).map(|f| (f.width, f.height)),
                sniff::facts(&data).map(|f| (f.width, f.height))
            );

            let inside = read(written.clone()).unwrap();
            assert_eq!((inside.prompt.as_str(), inside.mode.as_str()), (prompt, "flux1-pro"));
            assert_eq!((inside.shape.as_str(), inside.negative.as_str(), inside.own), ("1024x1024", "", true));

            // Twice is once, and out again is out.
            assert_eq!(write(written.clone(), &text).unwrap(), written, "{ext}");
            let clean = strip(written).unwrap();
            assert_eq!(read(clean.clone()).unwrap(), Inside::default());
            assert_eq!(pixels(&clean), pixels(&data));
        }
    }
}

#[test]
fn an_aspect_ratio_is_told_beside_the_pixels() {
    let (_, data) = pictures().swap_remove(0);
    let taken = take(&row("a pier", Shape::Ratio(3, 2)), data, true);
    assert_eq!(taken.unchanged, None);
    assert_eq!(
        exiftool(&taken.data, "png", "-PNG:Parameters").lines().nth(1).unwrap().split(", Version").next().unwrap(),
        "Size: 48x32, Aspect ratio: \"3:2\", Model: flux1-pro, Job id: job_000001, Created: \"2026-02-10T12:00:00Z\""
    );
    assert_eq!(read(taken.data).unwrap().shape, "3:2");
}

/// EXIF of a camera: who made it, how it is turned, and a directory of its own with another value.
fn camera() -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value].concat()
    };
    tiff.extend([3, 0]);
    tiff.extend(entry(0x010f, 2, 4, *b"Ada\0"));
    tiff.extend(entry(0x0112, 3, 1, [6, 0, 0, 0]));
    tiff.extend(entry(0x8769, 4, 1, [50, 0, 0, 0]));
    tiff.extend([0; 4]);
    tiff.extend([1, 0]);
    tiff.extend(entry(0x8827, 3, 1, [200, 0, 0, 0]));
    tiff.extend([0; 4]);
    tiff
}

/// Pictures with metadata of somebody else's: EXIF, XMP, comments, a colour profile, something behind the end.
fn strangers() -> Vec<(&'static str, Vec<u8>)> {
    use img_parts::ImageEXIF;
    let named = |wanted: &str| pictures().into_iter().find(|(ext, _)| *ext == wanted).unwrap().1;
    let mut png = Png::from_bytes(named("png").into()).unwrap();
    png.set_exif(Some(camera().into()));
    png.set_icc_profile(Some(Bytes::from_static(b"a profile")));
    png.chunks_mut().insert(1, PngChunk::new(*b"tEXt", Bytes::from_static(b"Author\0Ada")));
    let mut jpeg = Jpeg::from_bytes(named("jpg").into()).unwrap();
    jpeg.set_exif(Some(camera().into()));
    jpeg.set_icc_profile(Some(Bytes::from_static(b"a profile")));
    jpeg.segments_mut().insert(1, JpegSegment::new_with_contents(markers::COM, Bytes::from_static(b"Ada was here")));
    let xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>Ada</x:xmpmeta>";
    jpeg.segments_mut().insert(1, JpegSegment::new_with_contents(markers::APP1, Bytes::from_static(xmp)));
    let mut jpeg = jpeg.encoder().bytes().to_vec();
    jpeg.extend_from_slice(b"Ada behind the end");
    jpeg.extend([0xff, 0xd9]);
    let mut webp = WebP::from_bytes(named("webp").into()).unwrap();
    webp.set_exif(Some(camera().into()));
    webp.set_icc_profile(Some(Bytes::from_static(b"a profile")));
    webp.chunks_mut()
        .push(RiffChunk::new(*b"XMP ", RiffContent::Data(Bytes::from_static(b"<x:xmpmeta>Ada</x:xmpmeta>"))));
    vec![("png", png.encoder().bytes().to_vec()), ("jpg", jpeg), ("webp", webp.encoder().bytes().to_vec())]
}

fn profile(data: &[u8]) -> Option<Bytes> {
    img_parts::DynImage::from_bytes(Bytes::copy_from_slice(data)).unwrap().unwrap().icc_profile()
}

#[test]
fn what_others_put_in_stays_beside_our_settings_and_goes_when_nothing_is_to_stay() {
    for (ext, data) in strangers() {
        let has = |data: &[u8], text: &str| data.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(has(&data, "Ada"));
        let first = write(data.clone(), "an earlier prompt\nSteps: 1, Size: 1x1, Model: m").unwrap();
        let written = write(first.clone(), &text(&row(HARD, Shape::DEFAULT), None)).unwrap();
        for tag in ["-Make", "-ISO", "-Orientation#"] {
            assert_eq!(exiftool(&written, ext, tag), exiftool(&data, ext, tag), "{ext} {tag}");
        }
        assert_eq!(exiftool(&written, ext, "-ISO"), "200");
        assert_eq!(read(written.clone()).unwrap().prompt, HARD);
        let earlier: Vec<u8> = "an earlier prompt".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert!(
            !written.windows(earlier.len()).any(|window| window == earlier),
            "{ext}: overwritten, not only forgotten"
        );
        assert!(!has(&written, "an earlier prompt"));

        let clean = strip(written).unwrap();
        assert!(!has(&clean, "Ada") && !has(&clean, "script"), "{ext}");
        assert_eq!(profile(&clean).as_deref(), Some(&b"a profile"[..]), "{ext}");
        assert_eq!(exiftool(&clean, ext, "-Orientation#"), "6", "{ext}: it is still turned the right way");
        assert_eq!(exiftool(&clean, ext, "-Warning"), exiftool(&data, ext, "-Warning"), "{ext}");
        assert_eq!(pixels(&clean), pixels(&data));
        assert_eq!(strip(clean.clone()).unwrap(), clean);
    }
}

#[test]
fn what_other_programs_write_is_read() {
    let web_ui = "a castle, (detailed:1.2)\non a hill\nNegative prompt: blurry,\nlow quality\nSteps: 20, Sampler: \"Euler, a\", CFG scale: 7, Seed: 1234, Size: 512x768, Model hash: abc, Model: sd_xl_base_1.0, Version: v1.6.0\nTemplate: {a|b}";
    let inside = parse(web_ui);
    assert_eq!(inside.prompt, "a castle, (detailed:1.2)\non a hill");
    assert_eq!(inside.negative, "blurry,\nlow quality");
    assert_eq!((inside.mode.as_str(), inside.shape.as_str(), inside.own), ("sd_xl_base_1.0", "512x768", false));
    assert!(inside.others.contains(&("Sampler".to_owned(), "Euler, a".to_owned())));
    assert!(inside.others.contains(&("Seed".to_owned(), "1234".to_owned())));

    // No line of pairs: all of it is the prompt.
    assert_eq!(parse("a fox: red, quick\nNegative prompt: dog").prompt, "a fox: red, quick");
    assert_eq!(parse("a fox: red, quick\nNegative prompt: dog").negative, "dog");

    // Packed, in the other order of bytes, under another name.
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(web_ui.as_bytes(), 6);
    let png = |kind: &[u8; 4], contents: Vec<u8>| {
        let mut png = Png::from_bytes(pictures().swap_remove(0).1.into()).unwrap();
        png.chunks_mut().insert(1, PngChunk::new(*kind, contents.into()));
        read(png.encoder().bytes().to_vec()).unwrap()
    };
    assert_eq!(png(b"zTXt", [b"parameters\0\0".as_slice(), &packed].concat()), inside);
    assert_eq!(png(b"iTXt", [b"parameters\0\x01\0en\0P\0".as_slice(), &packed].concat()), inside);
    let workflow = png(b"tEXt", b"workflow\0{\"nodes\":[]}".to_vec());
    assert_eq!(workflow, Inside { others: vec![("workflow".into(), "{\"nodes\":[]}".into())], ..Inside::default() });
    let little: Vec<u8> = web_ui.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut tiff = b"II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x1a\0\0\0\0\0\0\0\x01\0\x86\x92\x07\0".to_vec();
    tiff.extend((little.len() as u32 + 8).to_le_bytes());
    tiff.extend([0x2c, 0, 0, 0, 0, 0, 0, 0]);
    tiff.extend(b"UNICODE\0");
    tiff.extend(little);
    assert_eq!(png(b"eXIf", tiff), inside);
}

#[test]
fn h16_metadata_that_lies_is_bounded_text_or_a_sentence() {
    // What unpacks to a gigabyte is read as far as anything is.
    let bomb = miniz_oxide::deflate::compress_to_vec_zlib(&vec![b'a'; 50 << 20], 9);
    let mut png = Png::from_bytes(pictures().swap_remove(0).1.into()).unwrap();
    for _ in 0..500 {
        let keyword: [&[u8]; 2] = [b"parameters\0\0", b"other\0\0"];
        png.chunks_mut().insert(1, PngChunk::new(*b"zTXt", [keyword[0], &bomb].concat().into()));
        png.chunks_mut().insert(1, PngChunk::new(*b"tEXt", [keyword[1], &[b'x'; 10_000]].concat().into()));
    }
    let inside = read(png.encoder().bytes().to_vec()).unwrap();
    assert_eq!(inside.prompt.chars().count(), limits::PROMPT_MAX_CHARS + 1, "clipped, with an ellipsis");
    assert_eq!(inside.others.len(), limits::SETTINGS_OTHERS_MAX);
    assert!(inside.others.iter().all(|(_, text)| text.chars().count() <= limits::SETTINGS_VALUE_MAX + 1));

    // Directories that point at themselves, behind the end, and at more entries than there are.
    for lie in [
        &b"II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x08\0\0\0\0\0\0\0"[..],
        b"MM\0*\xff\xff\xff\xff",
        b"MM\0*\0\0\0\x08\xff\xff",
    ] {
        let mut jpeg =
            Jpeg::from_bytes(pictures().into_iter().find(|(ext, _)| *ext == "jpg").unwrap().1.into()).unwrap();
        img_parts::ImageEXIF::set_exif(&mut jpeg, Some(Bytes::from_static(lie)));
        let data = jpeg.encoder().bytes().to_vec();
        assert_eq!(read(data.clone()).unwrap(), Inside::default());
        assert_eq!(read(write(data, "a fox\nSize: 1x1, Model: m, Seed: 1").unwrap()).unwrap().prompt, "a fox");
    }

    // A picture whose EXIF fills its segment goes out as it is, with the reason.
    let mut jpeg = Jpeg::from_bytes(pictures().into_iter().find(|(ext, _)| *ext == "jpg").unwrap().1.into()).unwrap();
    let full = [camera(), vec![0; 65_000]].concat();
    img_parts::ImageEXIF::set_exif(&mut jpeg, Some(full.into()));
    let data = jpeg.encoder().bytes().to_vec();
    let taken = take(&row(&"é".repeat(8_000), Shape::DEFAULT), data.clone(), true);
    assert_eq!((taken.data, taken.unchanged.unwrap().contains("no room")), (data, true));

    // What is no picture, and what is one no more.
    for data in [
        &b""[..],
        b"PK\x03\x04",
        b"<svg onload=alert(1)>",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe1\xff\xff",
        b"RIFF\xff\xff\xff\xffWEBPVP8X",
    ] {
        assert!(read(data.to_vec()).unwrap_err().contains("no picture"));
        assert_eq!(take(&row("x", Shape::DEFAULT), data.to_vec(), true).data, data);
    }
    for (_, data) in pictures() {
        assert!(read(data[..data.len() / 2].to_vec()).unwrap_err().contains("no picture"));
    }
    assert!(read(b"GIF89a\x01\0\x01\0\x3b".to_vec()).unwrap_err().contains("PNG, JPEG and WebP"));
}

proptest! {
    #[test]
    fn h16_no_damage_panics(which in 0usize..9, places in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20), cut in any::<prop::sample::Index>()) {
        let all: Vec<_> = pictures().into_iter().chain(strangers()).collect();
        let mut data = write(all[which].1.clone(), "a fox\nSteps: 1, Size: 1x1, Model: m").unwrap();
        // Half of them keep the parts whole and are hurt inside, where no sum protects them.
        for (place, byte) in places {
            let place = place.index(data.len().min(400));
            data[place] = byte;
        }
        let end = cut.index(data.len());
        for data in [data.clone(), data[..end].to_vec()] {
            let _ = read(data.clone());
            let _ = strip(data.clone());
            let _ = write(data, "another");
        }
    }

    #[test]
    fn h16_any_prompt_comes_back(prompt in "\\PC{1,200}(\n\\PC{1,80}){0,3}", which in 0usize..6) {
        let prompt = prompt.trim().to_owned();
        prop_assume!(!prompt.is_empty());
        let data = pictures().swap_remove(which).1;
        let written = write(data, &text(&row(&prompt, Shape::DEFAULT), None)).unwrap();
        prop_assert_eq!(read(written).unwrap().prompt, prompt);
    }
}

#[test]
fn h04_h15_a_zip_of_pictures_has_harmless_names_and_no_tables() {
    let (mut pack, mut out) = (Pack::default(), Vec::new());
    let formula = "=HYPERLINK(\"https://evil.example\",\"../../x\")";
    for (ext, data) in pictures().into_iter().filter(|(ext, _)| *ext != "webp").chain(strangers()) {
        let (bytes, unchanged) = pack.image(&row(formula, Shape::DEFAULT), "hyperlink", data, ext == "png").unwrap();
        out.extend(bytes);
        assert_eq!(unchanged, None);
    }
    assert_eq!(pack.count(), 6);
    out.extend(pack.finish());
    let limits = Limits { entries: 100, entry: 1 << 20, exception: ("", 0) };
    let archive = Archive::open(&*out, limits).unwrap();
    let bytes = |name: &str| archive.read(&*out, archive.entry(name).unwrap()).unwrap();
    for (name, ext) in [
        ("hyperlink", "png"),
        ("hyperlink-2", "png"),
        ("hyperlink-3", "jpg"),
        ("hyperlink-4", "png"),
        ("hyperlink-5", "jpg"),
        ("hyperlink-6", "webp"),
    ] {
        let picture = bytes(&format!("{name}.{ext}"));
        let inside = read(picture.clone()).unwrap();
        assert_eq!(inside.prompt, if ext == "png" { formula } else { "" });
        // For people and other tools, and for programs: the file that lies beside it, described.
        assert!(
            String::from_utf8(bytes(&format!("{name}.txt")))
                .unwrap()
                .starts_with(&format!("{formula}\nSize: 1024x1024, "))
        );
        let json: serde_json::Value = serde_json::from_slice(&bytes(&format!("{name}.json"))).unwrap();
        assert_eq!((&json["prompt"], &json["file"]), (&formula.into(), &format!("{name}.{ext}").into()));
        assert_eq!((json["bytes"].as_u64(), json["width"].as_u64()), (Some(picture.len() as u64), Some(48)));
    }
    assert!(archive.entry("hyperlink.csv").is_none());
}
