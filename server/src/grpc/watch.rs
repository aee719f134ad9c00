//! `WatchService`: a watch of the engine as a stream of messages, each commit encoded once for all watchers.
//!
//! The service is written by hand instead of generated for the sake of its codec: it sends bytes that were encoded for
//! another watcher.

use std::{
    convert::Infallible,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use futures_util::{Stream, StreamExt as _};
use prost::{Message as _, encoding};
use sluice_domain::{EntityKind, Filter, State};
use sluice_proto::v1::{self, watch_request::Start, watch_response::Message};
use tonic::{
    Request, Response, Status,
    body::Body,
    codec::{Codec, EncodeBuf, Encoder},
    server::{Grpc, NamedService, ServerStreamingService},
};
use tonic_prost::{ProstCodec, ProstDecoder};
use tower::Service;

use super::{
    api::Api,
    convert::{
        Fields, event,
        resource::{read_kind, write},
    },
    panic::incident,
    refuse,
    serve::DECODE_LIMIT_BYTES,
    status::Refusal,
};
use crate::engine::{WatchCommit, WatchItem, WatchOptions, WatchStart, watch::PROGRESS_INTERVAL};

/// Shortest and longest time between two progress messages.
pub const PROGRESS_INTERVALS: std::ops::RangeInclusive<Duration> =
    Duration::from_millis(100)..=Duration::from_secs(600);
/// Bytes of one part of a snapshot: clients refuse messages of more than 4 MiB unless told otherwise.
const CHUNK_MAX_BYTES: usize = 1024 * 1024;
/// Path of the one method.
const WATCH_PATH: &str = "/sluice.v1.WatchService/Watch";
/// Number of `revision` in `WatchResponse`.
const REVISION_FIELD: u32 = 1;
/// Number of `commit_batch` in `WatchResponse`.
const COMMIT_BATCH_FIELD: u32 = 5;
/// Number of `commits` in `CommitBatch`.
const COMMITS_FIELD: u32 = 1;

/// A commit as a field of `CommitBatch`: key, length, bytes.
type EncodedCommit = Vec<u8>;

/// One message on its way out.
#[derive(Debug)]
pub enum Frame {
    /// Encoded when it is sent.
    Message(v1::WatchResponse),
    /// A batch of commits that are encoded already.
    Batch {
        /// The revision reached.
        revision: u64,
        /// The commits.
        commits: Vec<Arc<EncodedCommit>>,
    },
}

impl Frame {
    fn message(revision: u64, message: Message) -> Self {
        Self::Message(v1::WatchResponse {
            revision,
            message: Some(message),
        })
    }

    /// The messages of an item: one, except for a part of a snapshot that is too large for a client.
    fn of(item: WatchItem, state: &State) -> Vec<Self> {
        let revision = item.revision();
        let message = match item {
            WatchItem::Opened {
                log_id,
                head,
                oldest,
                ..
            } => Message::Opened(v1::Opened {
                log_id,
                head_revision: head,
                oldest_revision: oldest,
            }),
            WatchItem::SnapshotChunk { entities, .. } => {
                let resources = entities.iter().filter_map(|entity| write(entity, state));
                let chunks = within_bytes(resources).into_iter();
                let chunks = chunks.map(|resources| v1::SnapshotChunk { resources });
                return chunks
                    .map(|chunk| Self::message(revision, Message::SnapshotChunk(chunk)))
                    .collect();
            }
            WatchItem::SnapshotEnd { count, .. } => Message::SnapshotEnd(v1::SnapshotEnd {
                resource_count: count,
            }),
            WatchItem::CommitBatch { commits, .. } => {
                let commits = commits
                    .iter()
                    .map(|commit| encoded(commit, state))
                    .collect();
                return vec![Self::Batch { revision, commits }];
            }
            WatchItem::Progress { .. } => Message::Progress(v1::Progress {}),
        };
        vec![Self::message(revision, message)]
    }
}

/// The resources in chunks of at most [`CHUNK_MAX_BYTES`], or of one resource.
fn within_bytes(resources: impl Iterator<Item = v1::Resource>) -> Vec<Vec<v1::Resource>> {
    let mut chunks: Vec<Vec<v1::Resource>> = Vec::new();
    let mut room = 0;
    for resource in resources {
        let bytes = resource.encoded_len();
        match chunks.last_mut().filter(|_| bytes <= room) {
            Some(chunk) => {
                chunk.push(resource);
                room -= bytes;
            }
            None => {
                chunks.push(vec![resource]);
                room = CHUNK_MAX_BYTES.saturating_sub(bytes);
            }
        }
    }
    chunks
}

/// The bytes of a commit; those of a whole one are made once for all watchers.
fn encoded(commit: &WatchCommit, state: &State) -> Arc<EncodedCommit> {
    let encode = || {
        let mut bytes = Vec::new();
        encoding::message::encode(COMMITS_FIELD, &event::write(commit, state), &mut bytes);
        bytes
    };
    let shared = if commit.is_whole() {
        commit.commit.encoded.get_or_make(encode)
    } else {
        None
    };
    shared.unwrap_or_else(|| Arc::new(encode()))
}

/// Sends [`Frame`]s, receives `WatchRequest`s.
#[derive(Clone, Copy, Debug, Default)]
struct FrameCodec;

impl Codec for FrameCodec {
    type Encode = Frame;
    type Decode = v1::WatchRequest;
    type Encoder = FrameEncoder;
    type Decoder = ProstDecoder<v1::WatchRequest>;

    fn encoder(&mut self) -> FrameEncoder {
        FrameEncoder
    }

    fn decoder(&mut self) -> Self::Decoder {
        ProstCodec::<v1::WatchResponse, v1::WatchRequest>::default().decoder()
    }
}

#[derive(Clone, Copy, Debug)]
struct FrameEncoder;

impl Encoder for FrameEncoder {
    type Item = Frame;
    type Error = Status;

    fn encode(&mut self, frame: Frame, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        match frame {
            Frame::Message(message) => message
                .encode(buffer)
                .map_err(|error| Status::internal(format!("encoding a watch: {error}"))),
            Frame::Batch { revision, commits } => {
                encode_batch(revision, &commits, buffer);
                Ok(())
            }
        }
    }
}

fn encode_batch(
    revision: u64,
    commits: &[Arc<EncodedCommit>],
    buffer: &mut impl prost::bytes::BufMut,
) {
    let length: usize = commits.iter().map(|commit| commit.len()).sum();
    encoding::uint64::encode(REVISION_FIELD, &revision, buffer);
    encoding::encode_key(
        COMMIT_BATCH_FIELD,
        encoding::WireType::LengthDelimited,
        buffer,
    );
    encoding::encode_varint(length as u64, buffer);
    for commit in commits {
        buffer.put_slice(commit);
    }
}

type Frames = Pin<Box<dyn Stream<Item = Result<Frame, Status>> + Send>>;

impl Api {
    /// Opens a watch.
    fn watch(&self, request: Request<v1::WatchRequest>) -> Result<Response<Frames>, Status> {
        let (_, request) = self.open(request)?;
        let options = read(request)?;
        let items = self
            .engine
            .watch(options)
            .map_err(|end| refuse::watch(&end))?;
        let engine = self.engine.clone();
        let frames = items.flat_map(move |item| {
            futures_util::stream::iter(match item {
                Ok(item) => Frame::of(item, &engine.snapshot())
                    .into_iter()
                    .map(Ok)
                    .collect(),
                Err(end) => vec![Err(Status::from(refuse::watch(&end)))],
            })
        });
        // A panic must not look like the end of the stream, which would be OK.
        let guarded = AssertUnwindSafe(frames)
            .catch_unwind()
            .map(|caught| caught.unwrap_or_else(|panic| Err(incident(panic.as_ref()))));
        Ok(Response::new(Box::pin(guarded)))
    }
}

/// Reads a request.
fn read(request: v1::WatchRequest) -> Result<WatchOptions, Refusal> {
    let mut fields = Fields::under("");
    let mut kinds: Vec<EntityKind> = Vec::new();
    for (index, kind) in request.kinds.into_iter().enumerate() {
        let field = format!("kinds[{index}]");
        let kind: v1::Kind = fields.enumeration(&field, kind);
        match read_kind(kind) {
            Some(kind) => kinds.push(kind),
            None => fields.invalid(&field, "is not a kind"),
        }
    }
    let filter = if request.filter.trim().is_empty() {
        None
    } else {
        let parsed = Filter::parse(&request.filter).and_then(|filter| match kinds.as_slice() {
            [kind] => filter.check_kind(*kind).map(|()| filter),
            _ => Ok(filter),
        });
        Some(parsed.map_err(|error| refuse::filter(error, "filter"))?)
    };
    let progress_interval = request
        .progress_interval
        .map_or(Some(PROGRESS_INTERVAL), |interval| interval.try_into().ok());
    let progress_interval =
        progress_interval.filter(|interval| PROGRESS_INTERVALS.contains(interval));
    if progress_interval.is_none() {
        fields.invalid("progress_interval", "must be between 0.1 s and 600 s");
    }
    let start = match request.start {
        Some(Start::AfterRevision(revision)) => WatchStart::After(revision),
        Some(Start::Snapshot(_)) | None => WatchStart::Snapshot,
    };
    fields.finish(WatchOptions {
        start,
        kinds,
        filter,
        log_id: Some(request.log_id).filter(|id| !id.is_empty()),
        progress_interval: progress_interval.unwrap_or(PROGRESS_INTERVAL),
    })
}

/// `WatchService` on the wire.
#[derive(Clone, Debug)]
pub struct WatchServer {
    api: Api,
}

impl WatchServer {
    /// Watches of an engine.
    pub const fn new(api: Api) -> Self {
        Self { api }
    }
}

impl NamedService for WatchServer {
    const NAME: &'static str = v1::watch_service_server::SERVICE_NAME;
}

struct WatchMethod(Api);

impl ServerStreamingService<v1::WatchRequest> for WatchMethod {
    type Response = Frame;
    type ResponseStream = Frames;
    type Future = std::future::Ready<Result<Response<Frames>, Status>>;

    fn call(&mut self, request: Request<v1::WatchRequest>) -> Self::Future {
        std::future::ready(self.0.watch(request))
    }
}

impl Service<http::Request<Body>> for WatchServer {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let method = WatchMethod(self.api.clone());
        Box::pin(async move {
            if request.uri().path() != WATCH_PATH {
                return Ok(Status::unimplemented("WatchService has one method: Watch").into_http());
            }
            let mut grpc = Grpc::new(FrameCodec).max_decoding_message_size(DECODE_LIMIT_BYTES);
            Ok(grpc.server_streaming(method, request).await)
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn a_large_part_of_a_snapshot_is_sent_in_several_messages() {
        let team = |bytes: usize| v1::Resource {
            resource: Some(v1::resource::Resource::Team(v1::Team {
                name: "x".repeat(bytes),
                ..Default::default()
            })),
        };
        let sizes = [600_000, 600_000, 400_000, 2_000_000, 10];
        let chunks = within_bytes(sizes.into_iter().map(team));
        let lengths: Vec<usize> = chunks.iter().map(Vec::len).collect();
        assert_eq!(lengths, [1, 2, 1, 1]);
        assert!(within_bytes(std::iter::empty()).is_empty());
    }

    #[test]
    fn a_batch_put_together_from_bytes_reads_like_one_encoded_whole() {
        let commits: Vec<v1::Commit> = [7, 300]
            .map(|revision| v1::Commit {
                revision,
                request_id: "r".repeat(200),
                ..Default::default()
            })
            .to_vec();
        let parts: Vec<Arc<EncodedCommit>> = commits
            .iter()
            .map(|commit| {
                let mut bytes = Vec::new();
                encoding::message::encode(COMMITS_FIELD, commit, &mut bytes);
                Arc::new(bytes)
            })
            .collect();
        let mut bytes = Vec::new();
        encode_batch(300, &parts, &mut bytes);
        let message = Some(Message::CommitBatch(v1::CommitBatch { commits }));
        assert_eq!(
            v1::WatchResponse::decode(bytes.as_slice()).unwrap(),
            v1::WatchResponse {
                revision: 300,
                message
            }
        );
    }
}
