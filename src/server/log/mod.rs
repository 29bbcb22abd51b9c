//! The log on standard error: readable text on a terminal, else one JSON object a line. `FREEHOLD_LOG` filters it, such as
//! `debug` or `info,backend=debug`. Each module decides what it logs. Secrets are never logged.

mod json;
mod writer;

use std::{
    env::VarError,
    io::{self, IsTerminal, stderr},
};

use tracing_subscriber::{EnvFilter, fmt};

use json::{JsonLine, Members};
use writer::{LastLines, LogWriter, MOMENT};

/// Why the log cannot start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LogError {
    /// The filter cannot be parsed.
    #[error(
        "FREEHOLD_LOG cannot be used: {0}. Write a level ({levels}), or levels by module, such as info,backend=debug",
        levels = LEVELS.join(", ")
    )]
    Filter(String),
    /// The thread of the log cannot be started.
    #[error("the log's thread cannot be started: {0}")]
    Thread(io::Error),
}

/// The levels that a filter may name.
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// Starts the log, also for panics. `level` applies unless `FREEHOLD_LOG` is set. The returned value writes the last lines when
/// it is dropped.
pub(crate) fn init(level: &str) -> Result<LastLines, LogError> {
    let filter = filter(std::env::var("FREEHOLD_LOG"), level)?;
    let (writer, last_lines) = LogWriter::new(stderr(), MOMENT, dropped).map_err(LogError::Thread)?;
    let log = fmt().with_env_filter(filter).with_writer(writer);
    let begun = if stderr().is_terminal() {
        log.compact().with_target(false).try_init()
    } else {
        log.fmt_fields(Members).event_format(JsonLine).try_init()
    };
    std::panic::set_hook(Box::new(|panic| tracing::error!(%panic, "a thread panicked")));
    // Fails only if a log has started already, as in tests that start several servers.
    drop(begun);
    Ok(last_lines)
}

/// Logs how many lines were dropped.
fn dropped(lines: u64) {
    tracing::warn!(lines, "log lines were dropped: standard error was not read fast enough");
}

fn filter(asked: Result<String, VarError>, level: &str) -> Result<EnvFilter, LogError> {
    let text = match asked {
        Ok(text) if !text.trim().is_empty() => text,
        Ok(_) | Err(VarError::NotPresent) => level.to_owned(),
        Err(error) => return Err(LogError::Filter(error.to_string())),
    };
    let directives: Vec<&str> = text.split(',').map(str::trim).collect();
    directives.iter().try_for_each(|directive| known(directive))?;
    EnvFilter::try_new(directives.join(",")).map_err(|error| LogError::Filter(error.to_string()))
}

/// Checks that a directive is a level, or a module with a level. `EnvFilter` takes any other word for a module, so that it
/// would log nothing with a misspelt level.
fn known(directive: &str) -> Result<(), LogError> {
    let (module, level) = directive.split_once('=').map_or((None, directive), |(module, level)| (Some(module), level));
    let is_level = LEVELS.iter().any(|known| known.eq_ignore_ascii_case(level));
    let is_module = |name: &str| {
        !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_:".contains(letter))
    };
    if !is_level {
        return Err(LogError::Filter(format!("`{}` is not a level", level.escape_debug())));
    }
    match module {
        Some(name) if !is_module(name) => Err(LogError::Filter(format!("`{}` is not a module", name.escape_debug()))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_cannot_be_read_is_refused() {
        for (asked, filtered) in [
            (Err(VarError::NotPresent), Some("info")),
            (Ok(String::new()), Some("info")),
            (Ok("warn,backend=debug".to_owned()), Some("backend=debug,warn")),
            (Ok("WARN, libsql::local=off".to_owned()), Some("libsql::local=off,warn")),
            (Ok("backend=loud".to_owned()), None),
            (Ok("=".to_owned()), None),
            (Ok("inof".to_owned()), None),
            (Ok("warning".to_owned()), None),
            (Ok("garbage".to_owned()), None),
            (Ok("or".to_owned()), None),
            (Ok("info,backnd".to_owned()), None),
            (Ok("info,".to_owned()), None),
            (Ok("=debug".to_owned()), None),
            (Ok("3".to_owned()), None),
        ] {
            let result = filter(asked.clone(), "info").ok().map(|filter| filter.to_string());
            assert_eq!(result.as_deref(), filtered, "{asked:?}");
        }
    }
}
