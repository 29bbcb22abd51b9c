//! The log: to standard error, pretty on a terminal, one JSON object a line otherwise. `FREEHOLD_LOG` filters it, such as
//! `debug` or `info,backend=debug`. What is logged is decided where it is logged; no secret ever is.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::{EnvFilter, fmt};

/// Begins logging, of panics too, at this level unless `FREEHOLD_LOG` says otherwise.
pub(crate) fn init(level: &str) {
    let filter = EnvFilter::try_from_env("FREEHOLD_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let log = fmt().with_env_filter(filter).with_writer(stderr);
    let begun = if stderr().is_terminal() {
        log.compact().with_target(false).try_init()
    } else {
        log.json().flatten_event(true).with_span_list(false).try_init()
    };
    std::panic::set_hook(Box::new(|panic| tracing::error!(%panic, "a thread panicked")));
    // It fails only where a log has begun already, as in tests that start several servers.
    drop(begun);
}
