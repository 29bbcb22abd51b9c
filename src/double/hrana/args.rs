//! The arguments of a statement, by position or by name. Each parameter must have one.

use libsql_hrana::proto;

use super::failure::Failure;
use crate::connection::is_too_big;

/// The arguments that a statement was given.
#[derive(Debug, Clone)]
pub(crate) enum Args {
    Positional(Vec<libsql::Value>),
    Named(Vec<(String, libsql::Value)>),
}

impl Args {
    pub(crate) fn new(statement: &proto::Stmt) -> Result<Self, Failure> {
        if statement.named_args.is_empty() {
            return Ok(Self::Positional(statement.args.iter().map(value).collect()));
        }
        if statement.args.is_empty() {
            let named = statement.named_args.iter().map(|arg| (arg.name.clone(), value(&arg.value)));
            return Ok(Self::Named(named.collect()));
        }
        let why = "Specifying both positional and named arguments is not supported";
        Err(Failure::new("ARGS_BOTH_POSITIONAL_AND_NAMED", why))
    }

    pub(crate) fn none() -> Self {
        Self::Positional(Vec::new())
    }

    /// The values for all parameters of a statement, in order. An explained statement may lack some.
    pub(crate) fn values(&self, statement: &libsql::Statement, explained: bool) -> Result<Vec<libsql::Value>, Failure> {
        let (takes, given) = (statement.parameter_count(), self.len());
        if takes < given {
            return Err(Failure::args(&format!("too many parameters, expected {takes} found {given}")));
        }
        let mut values = Vec::with_capacity(takes);
        for (at, number) in (1..).zip(1..=takes) {
            let name = statement.parameter_name(at);
            match self.find(number, name) {
                Some(value) if is_too_big(value) => return Err(Failure::args("string or blob too big")),
                Some(value) => values.push(value.clone()),
                None if explained => values.push(libsql::Value::Null),
                None => {
                    let name = name.map_or_else(|| number.to_string(), str::to_owned);
                    return Err(Failure::args(&format!("value for parameter {name} not found")));
                }
            }
        }
        Ok(values)
    }

    fn find(&self, number: usize, name: Option<&str>) -> Option<&libsql::Value> {
        let bare = name.and_then(|name| name.get(1..));
        match self {
            Self::Named(named) => {
                let find = |name: &str| named.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value);
                name.and_then(find).or_else(|| bare.and_then(find))
            }
            Self::Positional(values) => match name {
                None => values.get(number - 1),
                Some(name) if name.starts_with('?') => values.get(bare?.parse::<usize>().ok()?.checked_sub(1)?),
                Some(_) => None,
            },
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Positional(values) => values.len(),
            Self::Named(named) => named.len(),
        }
    }
}

fn value(value: &proto::Value) -> libsql::Value {
    match value {
        proto::Value::None | proto::Value::Null => libsql::Value::Null,
        proto::Value::Integer { value } => libsql::Value::Integer(*value),
        proto::Value::Float { value } => libsql::Value::Real(*value),
        proto::Value::Text { value } => libsql::Value::Text(value.to_string()),
        proto::Value::Blob { value } => libsql::Value::Blob(value.to_vec()),
    }
}
