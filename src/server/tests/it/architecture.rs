//! The architecture, checked with Cargo's metadata and the files: dependencies between our crates, a single SQLite, allowed
//! licences, a `//!` line at the start of each file, and all settings in the README.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Licences allowed in a program under MIT. `A OR B` needs one of the two, `A AND B` needs both.
const LICENCES: [&str; 15] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0", // Mozilla's root certificates, which are data
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

fn metadata() -> Metadata {
    MetadataCommand::new().manifest_path(format!("{ROOT}/Cargo.toml")).exec().unwrap()
}

#[test]
fn our_crates_depend_on_each_other_in_one_direction() {
    let metadata = metadata();
    let ours: BTreeSet<_> = metadata.workspace_packages().iter().map(|package| package.name.to_string()).collect();
    let arrows: BTreeSet<_> = metadata
        .workspace_packages()
        .iter()
        .flat_map(|package| {
            let normal = package.dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Normal);
            normal.map(|dependency| (package.name.to_string(), dependency.name.clone()))
        })
        .filter(|(_, on)| ours.contains(on))
        .collect();
    let expected = [
        ("app", "backend"),
        ("app", "domain"),
        ("backend", "domain"),
        ("backend", "storage"),
        ("server", "app"),
        ("server", "backend"),
        ("server", "domain"),
        ("storage", "domain"),
        ("wasm", "app"),
    ];
    assert_eq!(arrows, expected.map(|(from, on)| (from.to_owned(), on.to_owned())).into());
}

#[test]
fn there_is_one_sqlite_and_it_is_libsqls() {
    let metadata = metadata();
    let is_sqlite = |name: &str| {
        name.contains("sqlite3-sys")
            || ["rusqlite", "sqlx-sqlite", "diesel", "libsql-ffi", "libsql-rusqlite", "turso_core"].contains(&name)
    };
    let found: Vec<_> = metadata.packages.iter().filter(|package| is_sqlite(&package.name)).collect();
    let found: Vec<_> = found.iter().map(|package| (package.name.as_str(), package.version.to_string())).collect();
    assert_eq!(found, [("libsql-ffi", "0.10.0".to_owned())]);
}

#[test]
fn every_licence_suits_ours() {
    let allowed = |licence: &str| LICENCES.contains(&licence.trim());
    let suits = |expression: &str| {
        let expression = expression.replace(['(', ')'], "").replace('/', " OR ");
        expression.split(" AND ").all(|part| part.split(" OR ").any(allowed))
    };
    for package in &metadata().packages {
        let licence = package.license.as_deref().unwrap_or("none");
        // ring and aws-lc add licence files to their expressions. The expressions themselves are permissive.
        assert!(suits(licence), "{} {}: {licence}", package.name, package.version);
    }
}

#[test]
fn every_dependency_that_a_crate_declares_is_named_in_its_code() {
    for package in metadata().workspace_packages() {
        let folder = package.manifest_path.parent().unwrap();
        let code: String =
            files(&[folder.as_str()], &["rs"]).map(|file| std::fs::read_to_string(file).unwrap()).collect();
        let words: BTreeSet<_> = code.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')).collect();
        for dependency in &package.dependencies {
            let name = dependency.rename.as_ref().unwrap_or(&dependency.name).replace('-', "_");
            assert!(words.contains(name.as_str()), "{} declares {name} and does not use it", package.name);
        }
    }
}

/// The files of these folders, named from the repository's root, with one of these endings.
pub(crate) fn files(folders: &[&str], endings: &[&str]) -> impl Iterator<Item = PathBuf> {
    let found = Command::new("find").args(folders).args(["-type", "f"]).current_dir(ROOT).output().unwrap();
    let found: Vec<_> =
        String::from_utf8(found.stdout).unwrap().lines().map(|file| Path::new(ROOT).join(file)).collect();
    let endings: Vec<_> = endings.iter().map(OsString::from).collect();
    found
        .into_iter()
        .filter(move |file| file.extension().is_some_and(|ending| endings.iter().any(|known| known == ending)))
}

#[test]
fn every_file_says_first_what_it_is() {
    for file in files(&["app", "src"], &["rs", "css"]) {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("//! "), "{} must begin with `//!`", file.display());
    }
}

#[test]
fn the_readme_names_the_settings_that_there_are() {
    let help = Command::new(env!("CARGO_BIN_EXE_freehold")).args(["serve", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let variables = |text: &str| -> BTreeSet<String> {
        let words = text.split(|letter: char| !(letter.is_ascii_uppercase() || letter == '_'));
        words.filter(|word| word.starts_with("FREEHOLD_")).map(str::to_owned).collect()
    };
    let readme = std::fs::read_to_string(format!("{ROOT}/README.md")).unwrap();
    let told: BTreeSet<_> = readme.lines().filter(|line| line.starts_with("| `--")).flat_map(variables).collect();
    let mut there = variables(&help);
    there.remove("FREEHOLD_LOG");
    assert_eq!(told, there);
    for line in readme.lines().filter(|line| line.starts_with("| `--")) {
        let flag = line.split('`').nth(1).unwrap();
        assert!(help.contains(flag), "{flag} is in the README alone");
    }
}
