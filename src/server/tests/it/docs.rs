//! The documents agree with the code: the paths in ARCHITECTURE.md and CONTRIBUTING.md exist, links lead to files, and the
//! contract has every error.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use domain::Code;
use serde_json::Value;

use crate::architecture;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
/// The documents that describe the code.
const GUIDES: [&str; 2] = ["ARCHITECTURE.md", "CONTRIBUTING.md"];

fn read(file: &str) -> String {
    std::fs::read_to_string(Path::new(ROOT).join(file)).unwrap_or_else(|why| panic!("{file}: {why}"))
}

/// Returns whether a text in backticks is a path in the repository. A text that begins with a slash is an address. One that
/// begins with `./` or `target/` is a folder that a program makes.
fn is_path(code: &str) -> bool {
    let is_plain = code.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-./".contains(letter));
    let is_file = [".rs", ".md", ".toml", ".ts", ".sql", ".css"].iter().any(|ending| code.ends_with(ending));
    is_plain && !["/", "./", "target/"].iter().any(|start| code.starts_with(start)) && (code.contains('/') || is_file)
}

#[test]
fn every_path_that_a_document_names_is_there() {
    for file in GUIDES {
        let text = read(file);
        let paths: Vec<_> = text.split('`').skip(1).step_by(2).filter(|code| is_path(code)).collect();
        assert!(paths.len() > 5, "{file} names {paths:?} only");
        for path in paths {
            assert!(Path::new(ROOT).join(path).exists(), "{file} names {path}, which is not there");
        }
    }
}

/// The words of all Rust files.
fn words() -> HashSet<String> {
    let code: String =
        architecture::files(&["app", "src"], &["rs"]).map(|file| std::fs::read_to_string(file).unwrap()).collect();
    code.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')).map(str::to_owned).collect()
}

/// Whether a text in backticks is an item of the code, such as `Backend::visit` or `MaintenanceLock`.
fn is_item(code: &str) -> bool {
    let is_plain = code.chars().all(|letter| letter.is_ascii_alphanumeric() || "_:".contains(letter));
    let is_type = code.starts_with(|letter: char| letter.is_ascii_uppercase()) && code.contains(char::is_lowercase);
    is_plain && (code.contains("::") || is_type)
}

#[test]
fn every_item_that_a_document_names_is_in_the_code() {
    let words = words();
    for file in GUIDES {
        let text = read(file);
        let items = text.split('`').skip(1).step_by(2).filter(|code| is_item(code));
        for (item, part) in items.flat_map(|item| item.split("::").map(move |part| (item, part))) {
            assert!(words.contains(part), "{file} names {item}, which is not in the code");
        }
    }
}

#[test]
fn every_link_between_documents_leads_to_a_file() {
    let others = ["README.md", "docs/contract.md", "docs/deploy.md", "docs/storage.md"];
    for file in GUIDES.into_iter().chain(others) {
        let text = read(file);
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for link in links.filter(|link| !link.starts_with("http") && !link.starts_with('#')) {
            let path = link.split('#').next().map_or_else(PathBuf::new, PathBuf::from);
            let there = Path::new(ROOT).join(file).parent().unwrap().join(path);
            assert!(there.exists(), "{file} links to {link}, which is not there");
        }
    }
}

#[test]
fn the_contract_has_every_error_with_its_status_and_title() {
    let contract = read("docs/contract.md");
    let description: Value = serde_json::from_str(&read("end2end/client/openapi.json")).unwrap();
    for code in description["components"]["schemas"]["Code"]["enum"].as_array().unwrap() {
        let known: Code = serde_json::from_value(code.clone()).unwrap();
        let row = format!("| `{}` | {} `{}`", code.as_str().unwrap(), known.status(), known.title());
        assert!(contract.contains(&row), "docs/contract.md has no row {row}");
    }
}
