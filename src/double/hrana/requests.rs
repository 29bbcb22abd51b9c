//! One request of a pipeline. It is converted to a program, and the program's results to its answer.

use std::collections::HashMap;

use libsql_hrana::proto::{self, StreamRequest, StreamResponse};

use super::{
    args::Args,
    failure::Failure,
    job::Asked,
    program::{Program, looks_back},
    results::Gathered,
    sql::{Kind, Statement},
    streams::Taken,
};
use crate::{access::Access, refusal::Refusal, store::lock};

/// What stops a request. A failure is answered in its place, and a refusal ends the whole pipeline.
pub(crate) enum Stop {
    Failed(Failure),
    Refused(Refusal),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

pub(crate) async fn handle(
    stream: &mut Taken<'_>,
    asked: &Asked,
    request: StreamRequest,
) -> Result<StreamResponse, Stop> {
    Ok(match request {
        StreamRequest::None => return Err(Refusal::protocol("StreamRequest type not recognized").into()),
        StreamRequest::Close(_) => {
            stream.close();
            StreamResponse::Close(proto::CloseStreamResp {})
        }
        StreamRequest::Execute(request) => {
            let statement = statement(&request.stmt, stream)?;
            let (results, frame) = run(Program::one(statement, Args::new(&request.stmt)?), stream, asked).await?;
            let result = proto::StmtResult { replication_index: Some(frame), ..results.one()? };
            StreamResponse::Execute(proto::ExecuteStreamResp { result })
        }
        StreamRequest::Batch(request) => {
            let (results, frame) = run(program(&request.batch, stream)?, stream, asked).await?;
            StreamResponse::Batch(proto::BatchStreamResp { result: results.batch(frame) })
        }
        StreamRequest::Sequence(request) => {
            let statements = Statement::all(&text(request.sql, request.sql_id, stream)?)?;
            run(Program::sequence(statements), stream, asked).await?.0.all()?;
            StreamResponse::Sequence(proto::SequenceStreamResp {})
        }
        StreamRequest::Describe(request) => {
            let result = describe(&text(request.sql, request.sql_id, stream)?, stream, asked)?;
            StreamResponse::Describe(proto::DescribeStreamResp { result })
        }
        StreamRequest::StoreSql(request) => store(request, stream)?,
        StreamRequest::CloseSql(request) => {
            stream.texts().map(|texts| texts.remove(&request.sql_id));
            StreamResponse::CloseSql(proto::CloseSqlStreamResp {})
        }
        StreamRequest::GetAutocommit(_) => {
            let is_autocommit = lock(&*stream.connection()?).is_autocommit();
            StreamResponse::GetAutocommit(proto::GetAutocommitStreamResp { is_autocommit })
        }
    })
}

/// The program of a batch.
pub(crate) fn program(batch: &proto::Batch, stream: &mut Taken<'_>) -> Result<Program, Stop> {
    let mut program = Program::empty();
    for (number, step) in batch.steps.iter().enumerate() {
        if step.condition.as_ref().is_some_and(|condition| !looks_back(condition, number)) {
            return Err(Refusal::protocol("Invalid reference to step in a batch condition").into());
        }
        program.push(statement(&step.stmt, stream)?, Args::new(&step.stmt)?, step.condition.clone());
    }
    Ok(program)
}

async fn run(program: Program, stream: &Taken<'_>, asked: &Asked) -> Result<(Gathered, u64), Stop> {
    program.check(asked.access, &asked.database.key)?;
    let (job, _gives_up) = asked.job(stream.connection()?);
    let mut results = Gathered::new(asked.room);
    let work = move || program.run(&job, &mut results).map(|()| results);
    match asked.jobs.run(work).await? {
        Ok(results) => Ok((results, asked.database.advance())),
        Err(failure) => Err(failure.refusal().map_or(Stop::Failed(failure), Stop::Refused)),
    }
}

fn statement(statement: &proto::Stmt, stream: &mut Taken<'_>) -> Result<Statement, Stop> {
    Ok(Statement::one(&text(statement.sql.clone(), statement.sql_id, stream)?)?)
}

/// The SQL text that was sent, or one that was stored before.
fn text(sql: Option<String>, id: Option<i32>, stream: &mut Taken<'_>) -> Result<String, Refusal> {
    match (sql, id) {
        (Some(sql), None) => Ok(sql),
        (None, Some(id)) => stream
            .texts()
            .and_then(|texts| texts.get(&id).cloned())
            .ok_or_else(|| Refusal::protocol(format!("SQL text {id} not found"))),
        (Some(_), Some(_)) => Err(Refusal::protocol("Either `sql` or `sql_id` are required, but not both")),
        (None, None) => Err(Refusal::protocol("Either `sql` or `sql_id` are required")),
    }
}

fn describe(sql: &str, stream: &Taken<'_>, asked: &Asked) -> Result<proto::DescribeResult, Stop> {
    asked.access.allows(Access::Read, &asked.database.key)?;
    let (params, columns) = lock(&*stream.connection()?).describe(sql)?;
    let kind = Statement::one(sql).map(|statement| statement.kind).ok(); // refused statements are described too
    let column =
        |column: proto::Col| proto::DescribeCol { name: column.name.unwrap_or_default(), decltype: column.decltype };
    Ok(proto::DescribeResult {
        params,
        cols: columns.into_iter().map(column).collect(),
        is_explain: kind == Some(Kind::Explain),
        is_readonly: sql.trim().is_empty() || kind.is_some_and(|kind| ![Kind::Write, Kind::Schema].contains(&kind)),
    })
}

fn store(request: proto::StoreSqlStreamReq, stream: &mut Taken<'_>) -> Result<StreamResponse, Stop> {
    let mut none = HashMap::new();
    let texts = stream.texts().unwrap_or(&mut none);
    if texts.contains_key(&request.sql_id) {
        return Err(Refusal::protocol(format!("SQL text {} already exists", request.sql_id)).into());
    }
    if texts.len() >= 50 {
        let why = format!("The server already stores {} SQL texts, it cannot store more", texts.len());
        return Err(Failure::new("SQL_STORE_TOO_MANY", why).into());
    }
    texts.insert(request.sql_id, request.sql);
    Ok(StreamResponse::StoreSql(proto::StoreSqlStreamResp {}))
}
