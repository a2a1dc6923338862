//! Drawing and encoding off the connection tasks, each picture once.

use std::collections::HashMap;
use std::io::Cursor;
use std::sync::{Arc, Mutex, PoisonError};

use image::codecs::{jpeg::JpegEncoder, png, webp::WebPEncoder};
use image::{ExtendedColorType, ImageEncoder, ImageError};
use tokio::sync::OnceCell;

use crate::config::ImageFormat;
use crate::draw;
use crate::message::ImageRequest;

/// Encoded pictures to keep, a few megabytes each.
const KEPT: usize = 48;

type Bytes = Arc<Vec<u8>>;
type Cell = Arc<OnceCell<Bytes>>;

/// Pictures that were asked for.
#[derive(Debug, Default)]
pub(super) struct Pictures {
    kept: Mutex<HashMap<ImageRequest, Cell>>,
}

impl Pictures {
    /// The encoded picture; `None` when it could not be encoded.
    pub(super) async fn get(&self, request: ImageRequest) -> Option<Bytes> {
        let cell = self.cell(&request);
        let drawn = cell.get_or_try_init(|| async {
            let task = tokio::task::spawn_blocking(move || encode(&request).map(Arc::new));
            task.await.ok().and_then(Result::ok).ok_or(())
        });
        drawn.await.ok().cloned()
    }

    /// Two requests for one picture share a cell, so it is drawn once.
    fn cell(&self, request: &ImageRequest) -> Cell {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT && !kept.contains_key(request) {
            kept.clear();
        }
        Arc::clone(kept.entry(request.clone()).or_default())
    }
}

/// Draws and encodes. Alpha is dropped: the pictures are opaque, and a third of the bytes is time.
fn encode(request: &ImageRequest) -> Result<Vec<u8>, ImageError> {
    let rgba = draw::draw(&request.prompt, request.seed, request.width, request.height);
    let rgb: Vec<u8> = rgba.chunks_exact(4).flat_map(|pixel| pixel.iter().take(3).copied()).collect();
    let (width, height, color) = (request.width, request.height, ExtendedColorType::Rgb8);
    let mut bytes = Cursor::new(Vec::new());
    match request.format {
        ImageFormat::Png => {
            let encoder =
                png::PngEncoder::new_with_quality(&mut bytes, png::CompressionType::Fast, png::FilterType::Adaptive);
            encoder.write_image(&rgb, width, height, color)?;
        }
        ImageFormat::Webp => WebPEncoder::new_lossless(&mut bytes).write_image(&rgb, width, height, color)?,
        ImageFormat::Jpeg => JpegEncoder::new_with_quality(&mut bytes, 90).write_image(&rgb, width, height, color)?,
    }
    Ok(bytes.into_inner())
}
