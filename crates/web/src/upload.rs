//! Forms with files (`multipart/form-data`, RFC 7578), read in pieces and under one limit.
//!
//! The reader of the parts takes whatever is there before it hands on anything: a client faster than this program could
//! fill memory between two looks at the limit. So the body is given to it in breaths.
//!
//! Never here: what a file means.

use crate::failure::Failure;
use axum::body::{Body, Bytes};
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use futures_util::Stream;
use kernel::{Error, Result, both};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Bytes the reader of the parts may take before it has to hand on what it has.
const BREATH: usize = 256 * 1024;
/// Beyond this a file gets its whole place at once: growing by doubling would hold three times its size for a moment.
const SMALL: usize = 1024 * 1024;

/// What a part counts beside its content: a form of endless empty parts ends at the limit too.
const PART: usize = 256;

/// The parts of a form, one after the other.
pub struct Parts(Multipart);

impl<S: Send + Sync> FromRequest<S> for Parts {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Parts, Failure> {
        let mut paced = request.map(|body| Body::from_stream(Paced { body: body.into_data_stream(), taken: 0 }));
        // The limit of ordinary forms is not meant: whoever reads the parts sets one.
        DefaultBodyLimit::disable().apply(&mut paced);
        Multipart::from_request(paced, state).await.map(Parts).map_err(|_| Failure(unreadable()))
    }
}

impl Parts {
    /// The next part.
    ///
    /// # Errors
    /// `BadRequest` when the form is cut off or no form at all.
    pub async fn next(&mut self) -> Result<Option<Field<'_>>> {
        self.0.next_field().await.map_err(|error| broken(&error))
    }
}

/// What became of a form that could not be read on, in words for the sender.
pub fn broken(error: &MultipartError) -> Error {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        return Error::TooLarge { limit_bytes: 0 };
    }
    unreadable()
}

fn unreadable() -> Error {
    Error::bad_request(both(
        "送られたフォームが途中で切れているか、読み取れません。もう一度送ってください。",
        "The form was cut off or cannot be read. Please send it again.",
    ))
}

/// A part as text.
///
/// # Errors
/// `TooLarge` beyond `most` bytes, before they are held; `BadRequest` when it is not UTF-8.
pub async fn text(field: Field<'_>, most: usize) -> Result<String> {
    let mut bytes = Vec::new();
    take(field, &mut bytes, &mut { most }, most).await?;
    String::from_utf8(bytes)
        .map_err(|_| Error::bad_request(both("文字コードが正しくありません。", "The text is not valid UTF-8.")))
}

/// A form with one file, held in memory. Small files only: a large one goes to the store as it comes.
#[derive(Debug, Default)]
pub struct Sent {
    /// As the sender calls it, at most 200 characters.
    pub file_name: String,
    pub file: Vec<u8>,
    pub fields: BTreeMap<String, Vec<u8>>,
}

impl Sent {
    /// Reads the parts under one limit; what comes after it is not read at all. The file is the part `file`.
    ///
    /// # Errors
    /// `TooLarge` beyond `limit` bytes in all parts together, `BadRequest` when the form cannot be read.
    pub async fn receive(mut parts: Parts, limit: usize) -> Result<Sent> {
        let (mut sent, mut left) = (Sent::default(), limit);
        while let Some(part) = parts.next().await? {
            let name = part.name().unwrap_or_default().to_owned();
            left = left.checked_sub(PART + name.len()).ok_or(Error::TooLarge { limit_bytes: limit as u64 })?;
            if name == "file" {
                sent.file_name = part.file_name().unwrap_or_default().chars().take(200).collect();
                take(part, &mut sent.file, &mut left, limit).await?;
            } else {
                take(part, sent.fields.entry(name).or_default(), &mut left, limit).await?;
            }
        }
        Ok(sent)
    }

    /// A field as text; what is not UTF-8 is replaced, as for a field that was not sent at all.
    pub fn text(&self, name: &str) -> String {
        self.fields.get(name).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
    }
}

async fn take(mut part: Field<'_>, into: &mut Vec<u8>, left: &mut usize, limit: usize) -> Result<()> {
    while let Some(chunk) = part.chunk().await.map_err(|error| broken(&error))? {
        *left = left.checked_sub(chunk.len()).ok_or(Error::TooLarge { limit_bytes: limit as u64 })?;
        if into.len() + chunk.len() > into.capacity().max(SMALL) {
            into.reserve_exact(chunk.len() + *left);
        }
        into.extend_from_slice(&chunk);
    }
    Ok(())
}

/// A body that says "not yet" once in a while, though more is there.
struct Paced<S> {
    body: S,
    taken: usize,
}

impl<S: Stream<Item = Result<Bytes, axum::Error>> + Unpin> Stream for Paced<S> {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.taken >= BREATH {
            self.taken = 0;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let polled = Pin::new(&mut self.body).poll_next(context);
        if let Poll::Ready(Some(Ok(bytes))) = &polled {
            self.taken += bytes.len();
        }
        polled
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use futures_util::stream;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    const HEAD: &str = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n";

    async fn parts(pieces: impl Iterator<Item = Bytes> + Send + 'static) -> Parts {
        let body = Body::from_stream(stream::iter(pieces.map(Ok::<_, std::io::Error>)));
        let request =
            Request::builder().header("content-type", "multipart/form-data; boundary=edge").body(body).unwrap();
        Parts::from_request(request, &()).await.map_err(|failure| failure.0).unwrap()
    }

    /// A client that always has more is stopped at the limit, and little beyond it is ever taken.
    #[tokio::test]
    async fn little_is_taken_beyond_the_limit() {
        const PIECE: usize = 16 * 1024;
        const LIMIT: usize = 2 * 1024 * 1024;
        let given = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&given);
        let endless = std::iter::repeat_with(move || {
            count.fetch_add(PIECE, Ordering::Relaxed);
            Bytes::from_static(&[b'a'; PIECE])
        });
        let parts = parts(std::iter::once(Bytes::from(HEAD)).chain(endless)).await;
        let Err(Error::TooLarge { limit_bytes }) = Sent::receive(parts, LIMIT).await else { panic!("taken") };
        assert_eq!(limit_bytes, LIMIT as u64);
        assert!(given.load(Ordering::Relaxed) <= LIMIT + 2 * BREATH, "{given:?}");
    }

    #[tokio::test]
    async fn endless_empty_parts_end_at_the_limit() {
        let empty = |number: u32| {
            Bytes::from(format!("--edge\r\nContent-Disposition: form-data; name=\"n{number}\"\r\n\r\n\r\n"))
        };
        let outcome = Sent::receive(parts((0..).map(empty)).await, 256 * 1024).await;
        assert!(matches!(outcome, Err(Error::TooLarge { .. })), "{outcome:?}");
    }

    #[tokio::test]
    async fn a_file_and_its_fields_arrive_as_they_were_sent() {
        let file = "あ,い\r\n".repeat(300_000);
        let body = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"what\"\r\n\r\nwishes\r\n{HEAD}{file}\r\n--edge--\r\n"
        );
        let pieces: Vec<Bytes> = body.as_bytes().chunks(10_007).map(Bytes::copy_from_slice).collect();
        let sent = Sent::receive(parts(pieces.into_iter()).await, 64 * 1024 * 1024).await.unwrap();
        assert_eq!(
            (sent.text("what").as_str(), sent.file_name.as_str(), sent.text("none").as_str()),
            ("wishes", "a.csv", "")
        );
        assert!(sent.file == file.as_bytes());
    }
}
