//! HTTP: the connections, the steps that each request passes, the pages, the JSON API and the files of the site. `server` uses
//! the items that are exported here.

mod accept;
mod activity;
mod api;
mod assets;
mod auth;
mod body;
mod client_address;
mod compression;
mod connection_limits;
mod connections;
mod cross_site;
mod download;
mod events;
mod guard;
mod headers;
mod health;
mod host;
mod once;
mod pages;
mod problem;
mod render;
mod route_class;
mod router;
mod tenant;
mod trace;
mod welcome;
mod write_timeout;

pub(crate) use client_address::{Proxy, TrustedProxies};
pub(crate) use connections::Connections;
pub(crate) use health::Stopping;
pub(crate) use router::router;
