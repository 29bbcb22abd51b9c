//! `freehold serve`: says where to go, runs the server, stops it at a signal.

#![expect(clippy::doc_markdown, reason = "these docs are the manual, read as plain text")]

use std::{
    io::{Write, stdout},
    sync::Arc,
};

use anyhow::Context;
use backend::{Ambient, SignUpPolicy};
use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use super::operate::Refused;
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
        log::init("info");
        let server = Server::open(&self.config, Arc::new(Ambient), Arc::new(Ambient)).await.map_err(Refused::new)?;
        let until = stopped()?;
        greet(&self.config, &server);
        server.run(until).await.context("the operator's socket cannot be made")
    }
}

/// The lines at the start: where to go, where things are. A server that nobody watches serves all the same.
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

/// Over at the first SIGINT or SIGTERM. Listening begins at once, so that no signal is missed.
fn stopped() -> anyhow::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
