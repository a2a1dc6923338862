//! Pictures by the browser's own decoders and encoders: nothing of an image library has to be downloaded.

use js_sys::{Array, ArrayBuffer};
use wasm_bindgen::{Clamped, JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, ImageBitmap, ImageData, ImageEncodeOptions, OffscreenCanvas,
    OffscreenCanvasRenderingContext2d, WorkerGlobalScope,
};

/// Thumbnails' type where the browser can write it.
const SMALL: &str = "image/webp";
/// Their type where it cannot (Safari).
const ELSE: &str = "image/jpeg";
/// Quality of thumbnails, 0 to 1: below it flat skies show bands.
const QUALITY: f64 = 0.84;

/// Smaller pictures, one for each edge; an empty buffer where the picture is not larger. And their type.
pub async fn thumbs(picture: &ArrayBuffer, mime: &str, edges: &[u32]) -> Result<(String, Vec<ArrayBuffer>), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    let blob = Blob::new_with_buffer_source_sequence_and_options(&Array::of1(picture), &options)?;
    let scope: WorkerGlobalScope = js_sys::global().dyn_into()?;
    let bitmap: ImageBitmap = JsFuture::from(scope.create_image_bitmap_with_blob(&blob)?).await?.dyn_into()?;
    let made = smaller(&bitmap, edges).await;
    // Frees the decoded picture now, not at some later collection.
    bitmap.close();
    made
}

async fn smaller(bitmap: &ImageBitmap, edges: &[u32]) -> Result<(String, Vec<ArrayBuffer>), JsValue> {
    let (width, height) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
    let mut mime = SMALL.to_owned();
    let mut buffers = Vec::new();
    for edge in edges {
        let scale = f64::from(*edge) / width.max(height);
        if scale >= 1.0 {
            buffers.push(ArrayBuffer::new(0));
            continue;
        }
        let (w, h) = ((width * scale).round().max(1.0), (height * scale).round().max(1.0));
        let (canvas, context) = canvas(w as u32, h as u32)?;
        context.set_image_smoothing_enabled(true);
        // Not in the bindings; without it the browser shrinks in one coarse step.
        js_sys::Reflect::set(&context, &"imageSmoothingQuality".into(), &"high".into())?;
        context.draw_image_with_image_bitmap_and_dw_and_dh(bitmap, 0.0, 0.0, w, h)?;
        let mut blob = blob(&canvas, SMALL).await?;
        if blob.type_() != SMALL {
            blob = self::blob(&canvas, ELSE).await?;
        }
        mime = blob.type_();
        buffers.push(bytes(&blob).await?);
    }
    Ok((mime, buffers))
}

/// Pixels (RGBA, eight bits each) as a file of this type, or as PNG where the browser cannot write it.
pub async fn encode(pixels: &[u8], width: u32, height: u32, mime: &str) -> Result<ArrayBuffer, JsValue> {
    let (canvas, context) = canvas(width, height)?;
    let data = ImageData::new_with_u8_clamped_array_and_sh(Clamped(pixels), width, height)?;
    context.put_image_data(&data, 0.0, 0.0)?;
    bytes(&blob(&canvas, mime).await?).await
}

fn canvas(width: u32, height: u32) -> Result<(OffscreenCanvas, OffscreenCanvasRenderingContext2d), JsValue> {
    let canvas = OffscreenCanvas::new(width, height)?;
    let context = canvas.get_context("2d")?.ok_or("no canvas here")?.dyn_into()?;
    Ok((canvas, context))
}

async fn blob(canvas: &OffscreenCanvas, mime: &str) -> Result<Blob, JsValue> {
    let options = ImageEncodeOptions::new();
    options.set_type(mime);
    options.set_quality(QUALITY);
    JsFuture::from(canvas.convert_to_blob_with_options(&options)?).await?.dyn_into()
}

async fn bytes(blob: &Blob) -> Result<ArrayBuffer, JsValue> {
    JsFuture::from(blob.array_buffer()).await?.dyn_into()
}
