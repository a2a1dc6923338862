//! One image of a manifest, and its way from and to a row of the library.

use flux_studio_core::attempt::mark::Mark;
use flux_studio_core::attempt::{FileFacts, Record, State};
use flux_studio_core::draft::Order;
use flux_studio_core::id::{AttemptId, IdSource, JobId};
use flux_studio_core::limits;
use flux_studio_core::mode::ModeId;
use flux_studio_core::shape::Shape;
use flux_studio_core::time::Wall;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Years that a date may be in.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2100;

/// An image as the manifest describes it. What a program does not know it leaves out; what this one does not know it
/// ignores.
#[derive(Debug, Serialize, Deserialize)]
pub struct Item {
    /// The row's name where this program wrote it; anything else elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<Loose>,
    /// The prompt as it was sent.
    pub prompt: String,
    /// The mode.
    pub mode: String,
    /// RFC 3339.
    pub created: String,
    /// Its place in the zip.
    pub file: String,
    /// 64 hex digits.
    pub sha256: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bytes: Option<Loose>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    width: Option<Loose>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    height: Option<Loose>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    template: Option<Loose>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    size: Option<Loose>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    aspect_ratio: Option<Loose>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    quota: Option<Loose>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    job_id: Option<Loose>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    duration_ms: Option<Loose>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    favourite: Option<Loose>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rating: Option<Loose>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tags: Option<Loose>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    collections: Option<Loose>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    url: Option<Loose>,
}

/// A value that may be of another type than it should be: then it is left out, and the image comes in all the same.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
struct Loose(Box<RawValue>);

impl Loose {
    fn of<T: Serialize>(value: T) -> Option<Loose> {
        serde_json::value::to_raw_value(&value).ok().map(Loose)
    }

    fn read<T: for<'a> Deserialize<'a>>(this: Option<&Loose>) -> Option<T> {
        serde_json::from_str(this?.0.get()).ok()
    }
}

impl Item {
    /// Describes a row with its file. The quota is in the API's own unit.
    #[must_use]
    pub fn of(row: &Record, file: &FileFacts, place: String) -> Item {
        let (size, ratio) = match row.order.shape {
            Shape::Size(..) => (Some(row.order.shape.text()), None),
            Shape::Ratio(..) => (None, Some(row.order.shape.text())),
        };
        let listed = |names: &[String]| if names.is_empty() { None } else { Loose::of(names) };
        Item {
            id: Loose::of(row.id.as_str()),
            prompt: row.order.prompt.clone(),
            mode: row.order.mode.as_str().to_owned(),
            created: rfc3339(row.created),
            file: place,
            sha256: file.sha256.clone(),
            bytes: Loose::of(file.bytes),
            width: Loose::of(file.width),
            height: Loose::of(file.height),
            template: row.template.as_ref().and_then(Loose::of),
            size: size.and_then(Loose::of),
            aspect_ratio: ratio.and_then(Loose::of),
            quota: row.quota.and_then(|thousandths| Loose::of(thousandths as f64 / 1_000.0)),
            job_id: row.job.as_ref().and_then(|job| Loose::of(job.as_str())),
            duration_ms: row.took_ms.and_then(Loose::of),
            favourite: row.favourite.then_some(true).and_then(Loose::of),
            rating: (row.rating > 0).then_some(row.rating).and_then(Loose::of),
            tags: listed(&row.tags),
            collections: listed(&row.collections),
            url: row.url.as_ref().and_then(Loose::of),
        }
    }

    /// The name that it brings, where it is one of this program's.
    #[must_use]
    pub fn id(&self) -> Option<AttemptId> {
        AttemptId::parse(&Loose::read::<String>(self.id.as_ref())?)
    }

    /// Length of its file, where it is said.
    #[must_use]
    pub fn bytes(&self) -> Option<u64> {
        Loose::read(self.bytes.as_ref())
    }

    /// Whether what must be there makes sense; the reason ends a sentence.
    ///
    /// # Errors
    /// What is wrong.
    pub fn check(&self) -> Result<(), &'static str> {
        let hex = |text: &str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
        if !hex(&self.sha256) {
            return Err("its sha256 is not 64 hex digits");
        }
        if self.prompt.chars().count() > limits::PROMPT_MAX_CHARS {
            return Err("its prompt is longer than 8,000 characters");
        }
        if ModeId::parse(&self.mode).is_none() {
            return Err("its mode is no mode id");
        }
        if wall(&self.created).is_none() {
            return Err("its date is not one between 2000 and 2100 as RFC 3339 writes them");
        }
        Ok(())
    }

    /// The row for it, with what its bytes say of themselves, under a name of its time. `None` where [`Item::check`] fails.
    #[must_use]
    pub fn row(&self, file: FileFacts) -> Option<Record> {
        self.check().ok()?;
        let created = wall(&self.created)?;
        let id = IdSource::new(0).at(created);
        let shape = |loose: &Option<Loose>| Loose::read::<String>(loose.as_ref()).and_then(|text| Shape::parse(&text));
        let shape = shape(&self.size).or_else(|| shape(&self.aspect_ratio));
        let order = Order {
            prompt: self.prompt.clone(),
            mode: ModeId::parse(&self.mode)?,
            shape: shape.unwrap_or(Shape::Size(file.width, file.height)),
            hook_url: None,
        };
        let mut row = Record::new(id, id, 1, order, created);
        row.state = State::Stored;
        row.imported = true;
        row.job = Loose::read::<String>(self.job_id.as_ref()).and_then(|job| JobId::parse(&job));
        row.url = Loose::read::<String>(self.url.as_ref())
            .filter(|url| url.len() <= limits::URL_MAX && url.starts_with("https://"));
        let quota = Loose::read::<f64>(self.quota.as_ref())
            .or_else(|| Loose::read::<String>(self.quota.as_ref()).and_then(|text| text.trim().parse().ok()));
        row.quota = quota.filter(|quota| (0.0..1e9).contains(quota)).map(|quota| (quota * 1_000.0).round() as u64);
        row.took_ms = Loose::read::<u64>(self.duration_ms.as_ref()).filter(|ms| *ms < 1 << 40);
        row.template = Loose::read::<String>(self.template.as_ref())
            .filter(|text| text.chars().count() <= limits::PROMPT_MAX_CHARS);
        let mut marks = vec![
            Mark::Favourite(Loose::read(self.favourite.as_ref()).unwrap_or(false)),
            Mark::Rating(Loose::read::<u8>(self.rating.as_ref()).filter(|n| *n <= limits::RATING_MAX).unwrap_or(0)),
        ];
        let names = |loose: &Option<Loose>| Loose::read::<Vec<String>>(loose.as_ref()).unwrap_or_default();
        marks.extend(names(&self.tags).into_iter().map(|tag| Mark::Tag(tag, true)));
        marks.extend(names(&self.collections).into_iter().map(|name| Mark::Collection(name, true)));
        for mark in marks {
            // What is no label, or one too many, is left out.
            let _ = mark.put(&mut row, created);
        }
        row.file = Some(file);
        Some(row)
    }
}

/// A time as the manifest writes it, in UTC.
pub(crate) fn rfc3339(wall: Wall) -> String {
    let nanos = i128::from(wall.0) * 1_000_000;
    let time = OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    time.format(&Rfc3339).unwrap_or_default()
}

fn wall(text: &str) -> Option<Wall> {
    let time = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    YEARS.contains(&time.year()).then_some(())?;
    u64::try_from(time.unix_timestamp_nanos() / 1_000_000).ok().map(Wall)
}
