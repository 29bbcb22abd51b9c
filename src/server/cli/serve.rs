//! `freehold serve`: prints the addresses and runs the server. A first signal lets running requests finish. A second one ends
//! the process at once.

#![expect(clippy::doc_markdown, reason = "these docs are the manual, read as plain text")]

use std::{
    io::{Write, stdout},
    sync::Arc,
};

use anyhow::Context;
use backend::{Ambient, SignUpPolicy};
use clap::Args;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::oneshot,
};

use crate::cli::kit::operator_client::Refused;
use crate::{Config, Server, log};

/// Run the server until SIGINT or SIGTERM
///
/// Without any flag it serves http://localhost:3000 with its data in ./data. Each flag has an environment variable; the
/// flag wins. FREEHOLD_LOG filters the log (`info`, `debug`, `warn,server=debug`).
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Serve {
    #[command(flatten)]
    config: Config,
}

const AFTER_HELP: &str = "\
Examples:
  freehold serve
  freehold serve --listen 127.0.0.1:8080 --data /var/lib/freehold
  freehold serve --base-url https://freehold.example --trusted-proxies 127.0.0.1 --sign-up open

Every host answers /healthz (it runs) and /readyz (it can answer).";

impl Serve {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let _log = log::init("info").map_err(Refused::new)?;
        let server = Server::open(&self.config, Arc::new(Ambient), Arc::new(Ambient)).await.map_err(Refused::new)?;
        let (mut signals, others) = (Signals::listen()?, Others::listen()?);
        greet(&self.config, &server);
        let (stop, stopped) = oneshot::channel::<()>();
        let again = async {
            signals.next().await;
            drop(stop);
            signals.next().await;
        };
        tokio::spawn(others.ignored());
        tokio::select! {
            done = server.run(async { drop(stopped.await) }) => done.context("the operator's socket failed"),
            () = again => Err(Refused::new("a second signal: stopped at once, and broke off what had begun").into()),
        }
    }
}

/// Prints the addresses, the data folder and the sign-up policy. Errors of standard output are ignored, because nobody may read
/// it.
fn greet(config: &Config, server: &Server) {
    let data = std::path::absolute(&config.data).unwrap_or_else(|_| config.data.clone());
    let sign_up = match server.sign_up_policy() {
        SignUpPolicy::Open => "open: anyone who reaches it may make a workspace",
        SignUpPolicy::Closed => "closed: `freehold tenants create` makes workspaces",
    };
    let lines = format!(
        "Freehold   {}\nlistens on {}\ndata in    {}\nsign-up is {sign_up}\n",
        server.base_url(),
        server.address(),
        data.display()
    );
    drop(stdout().write_all(lines.as_bytes()));
}

/// SIGINT and SIGTERM. The first signal asks the server to finish, the second ends it at once.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

/// Signals that would end a process by default, and that the server ignores.
struct Others([(&'static str, Signal); 3]);

impl Others {
    fn listen() -> anyhow::Result<Self> {
        Ok(Self([
            ("SIGHUP", signal(SignalKind::hangup())?),
            ("SIGUSR1", signal(SignalKind::user_defined1())?),
            ("SIGUSR2", signal(SignalKind::user_defined2())?),
        ]))
    }

    /// Logs that each of these signals is ignored, for as long as it is polled.
    async fn ignored(self) {
        let Self([mut hangup, mut one, mut two]) = self;
        loop {
            let name = tokio::select! {
                _ = hangup.1.recv() => hangup.0,
                _ = one.1.recv() => one.0,
                _ = two.1.recv() => two.0,
            };
            tracing::info!(signal = name, "the signal is ignored: SIGTERM or SIGINT stops the server");
        }
    }
}

impl Signals {
    /// Starts listening. No signal is missed from now on.
    fn listen() -> anyhow::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
