//! `freehold man`: the help as manual pages, with the same text.

use std::{fs, io, path::PathBuf};

use clap::{Args, Command, CommandFactory, ValueHint};
use clap_mangen::{
    Man as Page,
    roff::{Roff, roman},
};

use crate::cli::{
    Cli,
    kit::{
        operator_client::Refused,
        print::{say, write},
    },
};

/// Print the manual page, or write one for every command
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(in crate::cli) struct Man {
    /// Write the pages of all commands into this folder, which is made if it is not there
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    dir: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
Examples:
  freehold man | man -l -
  freehold man --dir ~/.local/share/man/man1
  man freehold-users-add";

const SOURCE: &str = concat!("freehold ", env!("CARGO_PKG_VERSION"));

impl Man {
    pub(in crate::cli) fn run(self) -> anyhow::Result<()> {
        let mut command = Cli::command().disable_help_subcommand(true);
        command.build(); // gives each subcommand its full name
        let pages = pages(&command)?;
        match self.dir {
            None => Ok(write(pages.first().map(|(_, text)| &text[..]).unwrap_or_default())?),
            Some(dir) => keep(&dir, &pages).map_err(|error| {
                let dir = dir.display();
                Refused::new(format!("the pages cannot be written to {dir}: {error}; name another folder")).into()
            }),
        }
    }
}

/// Creates the folder and writes the pages into it.
fn keep(dir: &std::path::Path, pages: &[(String, Vec<u8>)]) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    pages.iter().try_for_each(|(name, text)| fs::write(dir.join(name), text))?;
    say(format_args!("{} pages are in {}; freehold.1 is the first.", pages.len(), dir.display()));
    Ok(())
}

/// The pages of a command and of all commands below it, each with its file name.
fn pages(command: &Command) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut pages = vec![page(command)?];
    for command in command.get_subcommands() {
        pages.extend(self::pages(command)?);
    }
    Ok(pages)
}

fn page(command: &Command) -> io::Result<(String, Vec<u8>)> {
    let (page, mut text) = (Page::new(command.clone()).source(SOURCE), Vec::new());
    page.render_title(&mut text)?;
    page.render_name_section(&mut text)?;
    page.render_synopsis_section(&mut text)?;
    page.render_description_section(&mut text)?;
    page.render_options_section(&mut text)?;
    if command.has_subcommands() {
        page.render_subcommands_section(&mut text)?;
    }
    if let Some(after) = command.get_after_help() {
        sections(&after.to_string()).to_writer(&mut text)?;
    }
    Ok((page.get_filename(), text))
}

/// The text below the help, as sections. A paragraph with a heading, such as `Examples:`, becomes a section that keeps its
/// lines. The other paragraphs become notes.
fn sections(after_help: &str) -> Roff {
    let (mut roff, mut noted) = (Roff::default(), false);
    for paragraph in after_help.split("\n\n") {
        let is_head = |text: &str| text.chars().all(|letter| letter.is_alphabetic() || letter == ' ');
        if let Some((head, lines)) = paragraph.split_once(":\n").filter(|(head, _)| is_head(head)) {
            roff.control("SH", [&*head.to_uppercase()]).control("nf", []).text([roman(lines)]).control("fi", []);
            noted = false;
        } else {
            let begin = if noted { ("PP", vec![]) } else { ("SH", vec!["NOTES"]) };
            roff.control(begin.0, begin.1).text([roman(paragraph)]);
            noted = true;
        }
    }
    roff
}
