//! Tests of Freehold from outside: a real server on a real port with real databases, over real HTTP and through the real
//! binary. Each test has a server of its own. Tests call into the crates mainly to start a server.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod accounts;
mod api;
mod architecture;
mod asking;
mod cli;
mod cross_site;
mod docs;
mod document;
mod doors;
mod downloads;
mod everyone;
mod fairness;
mod faults;
mod faults_of_turso;
mod forms;
mod kill;
mod logs;
mod members_pages;
mod operator;
mod owners;
mod pages;
mod passwords;
mod people;
mod process;
mod screens;
mod sessions;
mod stopping;
mod storm;
mod support;
mod tenant;
mod token;
mod words;
