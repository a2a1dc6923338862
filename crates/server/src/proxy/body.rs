//! Reading what the page sent, up to a limit.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use http_body_util::BodyExt;

use super::answer::{Answer, Passed, Reach};

/// The most a request may carry, in bytes: a prompt of 8,000 characters takes half of it in the worst encoding.
pub(super) const MAX_REQUEST_BYTES: usize = 64 * 1024;
/// How much of a request that is too large is read to its end, in bytes: a browser that is cut off while it still sends
/// shows a broken connection in place of the sentence.
const MAX_DISCARDED_BYTES: usize = 8 * 1024 * 1024;
/// How long the page may take to send its request; it comes from this machine or from near it.
const PATIENCE: Duration = Duration::from_secs(30);

/// The whole body, or the answer that refuses it.
pub(super) async fn read(body: Body) -> Passed<Bytes> {
    let refused = |status, sentence| Err(Box::new(Answer::own(status, Reach::NotSent, sentence)));
    match tokio::time::timeout(PATIENCE, collect(body)).await {
        Ok(Ok(Some(bytes))) => Ok(bytes),
        Ok(Ok(None)) => refused(
            StatusCode::PAYLOAD_TOO_LARGE,
            "This request is larger than 64 KiB, which no prompt needs. Nothing was sent.",
        ),
        Ok(Err(_)) => refused(StatusCode::BAD_REQUEST, "The request broke off before its end. Nothing was sent."),
        Err(_) => refused(StatusCode::REQUEST_TIMEOUT, "The request did not arrive within 30 s. Nothing was sent."),
    }
}

async fn collect(mut body: Body) -> Result<Option<Bytes>, axum::Error> {
    let mut kept = Vec::new();
    let mut total = 0_usize;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else {
            continue;
        };
        total += data.len();
        if total <= MAX_REQUEST_BYTES {
            kept.extend_from_slice(&data);
        } else if total > MAX_DISCARDED_BYTES {
            break;
        }
    }
    Ok((total <= MAX_REQUEST_BYTES).then(|| kept.into()))
}
