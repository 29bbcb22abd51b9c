//! The manual: help, completions and manual pages have every command. A mistyped command is answered with the right one.

use std::process::{Command, Stdio};

use super::done;
use crate::process::freehold;

/// The section titles that a manual page may have.
const SECTIONS: [&str; 11] = [
    "NAME",
    "SYNOPSIS",
    "DESCRIPTION",
    "OPTIONS",
    "STORAGE",
    "SUBCOMMANDS",
    "EXAMPLE",
    "EXAMPLES",
    "NOTES",
    "\"EXIT STATUS\"",
    "\"WHAT MAY BE WRONG\"",
];

const COMMANDS: [&[&str]; 35] = [
    &["serve"],
    &["tenants", "create"],
    &["tenants", "list"],
    &["tenants", "show"],
    &["tenants", "overview"],
    &["tenants", "activity"],
    &["tenants", "usage"],
    &["tenants", "rename"],
    &["tenants", "suspend"],
    &["tenants", "resume"],
    &["tenants", "sign-out"],
    &["tenants", "move"],
    &["tenants", "undo"],
    &["tenants", "forget-copies"],
    &["tenants", "delete"],
    &["users", "list"],
    &["users", "show"],
    &["users", "add"],
    &["users", "edit"],
    &["users", "disable"],
    &["users", "enable"],
    &["users", "reset-password"],
    &["users", "sign-out"],
    &["users", "remove"],
    &["backup"],
    &["backups"],
    &["drill"],
    &["restore"],
    &["export"],
    &["import"],
    &["doctor"],
    &["catalog", "restore"],
    &["secret", "new"],
    &["completions"],
    &["man"],
];

#[test]
fn help_is_a_manual_with_an_example_for_every_command() {
    let folder = tempfile::tempdir().unwrap();
    for command in [&[&[][..]], &COMMANDS[..]].concat() {
        let help = done(folder.path(), &[command, &["--help"]].concat()).out;
        assert!(help.contains("Example") && help.contains("freehold "), "{command:?} {help}");
    }
    for (command, words) in [
        (
            &["users", "list"][..],
            &["owner", "admin", "member", "active", "one-time-password", "expired", "disabled", "idle"][..],
        ),
        (&["users", "add"], &["owner", "admin", "member"]),
        (&["users", "edit"], &["owner", "admin", "member"]),
    ] {
        let help = done(folder.path(), &[command, &["-h"]].concat()).out;
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(help.contains("possible values: owner, admin, member"), "{help}");
        assert!(words.iter().all(|word| help.contains(word)), "{help}");
    }
    let moving = done(folder.path(), &["tenants", "move", "--help"]).out;
    let told = ["local:", "libsql-server:", "turso:", "503", "ten minutes", "forget-copies"];
    assert!(told.iter().all(|word| moving.contains(word)), "{moving}");
}

#[test]
fn completions_know_every_command_role_and_status() {
    let folder = tempfile::tempdir().unwrap();
    let (commands, values) = (COMMANDS.concat(), ["owner", "one-time-password"]);
    for (shell, values) in
        [("bash", &values[..]), ("fish", &values), ("zsh", &values), ("elvish", &[]), ("powershell", &[])]
    {
        let script = done(folder.path(), &["completions", shell]).out;
        for word in commands.iter().chain(values).chain(&["display-name", "json"]) {
            assert!(script.contains(word), "{shell} lacks {word}");
        }
    }
    assert!(!folder.path().join("secret").exists(), "a manual opens no folder");
}

#[test]
fn bash_completes_with_them() {
    let folder = tempfile::tempdir().unwrap();
    let complete = "eval \"$($0 completions bash)\"; COMP_WORDS=(freehold users list --status ''); COMP_CWORD=4; \
        _freehold freehold '' --status; echo ${COMPREPLY[@]}";
    let binary = env!("CARGO_BIN_EXE_freehold");
    let output = Command::new("bash").args(["-c", complete, binary]).current_dir(folder.path()).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), "active one-time-password expired disabled idle");
}

#[test]
fn every_command_has_a_manual_page_that_its_own_leads_to() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man1");
    let written = done(folder.path(), &["man", "--dir", pages.to_str().unwrap()]);
    assert!(written.out.is_empty() && written.err.contains("freehold.1"), "{written:?}");
    let page = |command: &[&str]| {
        let name = [&["freehold"], command].concat().join("-");
        std::fs::read_to_string(pages.join(format!("{name}.1"))).unwrap()
    };
    for command in COMMANDS {
        let text = page(command);
        assert!(text.contains(".SH NAME") && text.contains(".SH EXAMPLE"), "{text}");
        let sections: Vec<_> = text.lines().filter_map(|line| line.strip_prefix(".SH ")).collect();
        assert!(sections.iter().all(|section| SECTIONS.contains(section)), "{sections:?}");
        let (name, above) = command.split_last().unwrap();
        assert!(page(above).contains(&name.replace('-', "\\-")), "{command:?}");
    }
    assert_eq!(
        std::fs::read_dir(&pages).unwrap().count(),
        COMMANDS.len() + 5,
        "and freehold, tenants, users, catalog, secret"
    );
    assert!(page(&["serve"]).contains("FREEHOLD_LISTEN"), "settings are told with their variables");
    let first = done(folder.path(), &["man"]);
    assert_eq!(first.out, page(&[]));
    assert!(first.out.contains(".SH \"EXIT STATUS\"") && first.out.contains("freehold serve"), "{first:?}");
    let nowhere = freehold(folder.path(), &["man", "--dir", "/proc/man1"], "");
    assert!(nowhere.status == 1 && nowhere.err.contains("name another folder"), "{nowhere:?}");
}

#[test]
fn what_is_typed_wrongly_is_answered_with_what_is_right() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, says) in [
        (&["users", "list", "acme", "--role", "king"][..], "owner, admin, member"),
        (&["users", "list", "acme", "--status", "lost"], "active, one-time-password, expired, disabled, idle"),
        (&["tenants", "list", "--state", "lost"], "creating, active, suspended, deleting"),
        (&["tenants", "list", "--sort", "size"], "name, created"),
        (&["users", "edit", "acme", "grace"], "--display-name"),
        (&["users", "edit", "acme", "grace", "--email", "grace"], "ada@example.com"),
        (&["users", "add", "acme", "Grace Hopper"], "letters a–z"),
        (&["users", "remove", "acme"], "<USERNAME>"),
        (&["tenants", "rename", "acme"], "<DISPLAY_NAME>"),
        (&["tenants", "activity", "acme", "--limit", "0"], "--limit"),
        (&["tenants", "move", "acme", "--to", "floppy"], "local, libsql-server, turso"),
        (&["backup"], "<NAME|--all>"),
        (&["backup", "acme", "--all"], "cannot be used with"),
        (&["backup", "--all", "--keep", "0"], "how many of the latest"),
        (&["drill", "--count", "0"], "--count"),
        (&["restore"], "<NAME>"),
        (&["export", "acme"], "<FILE>"),
        (&["serve", "--backup-every", "often"], "`24h`"),
        (&["serve", "--backup-every", "5s"], "from a minute to a year"),
        (&["completions", "tcsh"], "bash, elvish, fish, powershell, zsh"),
    ] {
        let output = freehold(folder.path(), arguments, "");
        assert_eq!((output.status, output.out.as_str()), (2, ""), "{arguments:?} {output:?}");
        assert!(output.err.contains(says), "{arguments:?} {output:?}");
    }
}

#[test]
fn who_stops_reading_has_read_enough() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_freehold"));
    let mut child =
        command.args(["completions", "bash"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.is_empty()), (Some(0), true), "{output:?}");
}
