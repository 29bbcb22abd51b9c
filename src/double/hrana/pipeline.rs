//! `POST /v3/pipeline`: runs requests on one stream, one after the other, and answers them together.

use axum::{Json, body::Bytes, response::IntoResponse, response::Response};
use libsql_hrana::proto::{PipelineReqBody, PipelineRespBody, StreamResult};
use serde::de::DeserializeOwned;

use super::{
    job::Asked,
    requests::{Stop, handle},
    streams::Streams,
};
use crate::refusal::Refusal;

pub(crate) async fn pipeline(streams: &Streams, asked: &Asked, body: &Bytes) -> Result<Response, Refusal> {
    let body: PipelineReqBody = parse(body)?;
    let mut stream = streams.take(body.baton.as_deref(), asked).await?;
    let mut results = Vec::with_capacity(body.requests.len());
    for request in body.requests {
        results.push(match handle(&mut stream, asked, request).await {
            Ok(response) => StreamResult::Ok { response },
            Err(Stop::Failed(failure)) => StreamResult::Error { error: failure.into() },
            Err(Stop::Refused(refusal)) => return Err(refusal),
        });
    }
    Ok(Json(PipelineRespBody { baton: stream.release(), base_url: None, results }).into_response())
}

pub(crate) fn parse<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refusal> {
    let wrong = |error| Refusal::protocol(format!("Cannot deserialize client message from JSON: {error}"));
    serde_json::from_slice(body).map_err(wrong)
}
