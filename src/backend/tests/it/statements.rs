//! Every SQL statement in the sources of this crate, prepared against the schema that the migrations make: a misspelt column
//! fails here and not in production. A statement that is composed at run time is not a literal, and is left out.

use std::{
    fs,
    path::{Path, PathBuf},
};

const MIGRATIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations");
const VERBS: [&str; 5] = ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "];

/// A database in memory with the schema of a folder of migrations.
async fn schema(folder: &str) -> libsql::Connection {
    let connection = libsql::Builder::new_local(":memory:").build().await.unwrap().connect().unwrap();
    let mut files: Vec<_> =
        fs::read_dir(format!("{MIGRATIONS}/{folder}")).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    for file in files {
        connection.execute_batch(&fs::read_to_string(file).unwrap()).await.unwrap();
    }
    connection
        .execute_batch("CREATE TABLE migrations (version INTEGER, checksum TEXT, applied_at INTEGER)")
        .await
        .unwrap();
    connection
}

/// The Rust files of a folder, without those of the tests.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let of = |path: PathBuf| match path.extension() {
        _ if path.is_dir() && !path.ends_with("tests") && !path.ends_with("benches") => sources(&path),
        Some(ending) if ending == "rs" => vec![path],
        _ => vec![],
    };
    entries.flat_map(of).collect()
}

/// The string literals of a source, each as the compiler reads it. `columns` stands for `user_columns!()`.
fn literals(source: &str, columns: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let code: String = code.split_inclusive('\n').filter(|line| !line.trim_start().starts_with("//")).collect();
    let mut literals = Vec::new();
    let mut rest = code.as_str();
    while let Some((before, after)) = rest.split_once('"') {
        let end = end_of(after);
        let literal = unescaped(&after[..end]);
        match literals.last_mut() {
            Some(last) if joins_by_columns(before) => *last = format!("{last}{columns}{literal}"),
            _ => literals.push(literal),
        }
        rest = &after[end + 1..];
    }
    literals
}

/// Whether the code between two literals is `user_columns!()`, within `concat!`.
fn joins_by_columns(code: &str) -> bool {
    code.split_whitespace().collect::<String>() == ",user_columns!(),"
}

/// Where a literal ends: at the first quote that is not escaped.
fn end_of(text: &str) -> usize {
    let mut is_escaped = false;
    let ends = |letter: char| {
        let ends = letter == '"' && !is_escaped;
        is_escaped = letter == '\\' && !is_escaped;
        ends
    };
    text.find(ends).unwrap()
}

/// A backslash at the end of a line joins the next line to it.
fn unescaped(literal: &str) -> String {
    let mut lines = literal.split("\\\n");
    let first = lines.next().unwrap_or_default().to_owned();
    lines.fold(first, |text, line| text + line.trim_start()).replace("\\\"", "\"").replace("\\n", "\n")
}

#[tokio::test]
async fn every_statement_fits_the_schema_that_the_migrations_make() {
    let (tenant, catalog) = (schema("tenant").await, schema("catalog").await);
    let user = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tables/user.rs")).unwrap();
    let columns = literals(&user, "").into_iter().find(|literal| literal.starts_with("users.id")).unwrap();
    let mut prepared = 0;
    for file in sources(Path::new(env!("CARGO_MANIFEST_DIR"))) {
        let source = fs::read_to_string(&file).unwrap();
        let is_statement =
            |sql: &String| VERBS.iter().any(|verb| sql.trim_start().starts_with(verb)) && !sql.contains(['{', ';']);
        for sql in literals(&source, &columns).into_iter().filter(is_statement) {
            let (of_tenant, of_catalog) = (tenant.prepare(&sql).await, catalog.prepare(&sql).await);
            if let (Err(of_tenant), Err(of_catalog)) = (of_tenant, of_catalog) {
                panic!("{}: `{sql}` fits no schema: {of_tenant}; {of_catalog}", file.display());
            }
            prepared += 1;
        }
    }
    assert!(prepared > 60, "only {prepared} statements were found");
}
