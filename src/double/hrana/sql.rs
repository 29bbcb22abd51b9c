//! Splits a text into statements and says what kind each is, with the same parser and the same rules as libsql-server. A
//! statement of an unknown kind is refused.

use std::panic::catch_unwind;

use fallible_iterator::FallibleIterator;
use libsql_sqlite3_parser::{
    ast::{Cmd, Expr, QualifiedName, Stmt, TransactionType},
    lexer::sql::{Error, Parser, ParserError},
};

use super::failure::Failure;

/// One statement.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub(crate) text: String,
    pub(crate) kind: Kind,
    /// Whether it is an INSERT, UPDATE or DELETE.
    pub(crate) changes_rows: bool,
    pub(crate) inserts: bool,
    /// Whether it begins a transaction that takes the write lock at once.
    begins_writing: bool,
}

/// What a statement does, for the checks of rights and blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Begin,
    End,
    Read,
    Explain,
    Write,
    Savepoint,
    Release,
    Attach(String),
    Detach,
    Schema,
}

impl Statement {
    /// Parses a text that has exactly one statement.
    pub(crate) fn one(sql: &str) -> Result<Self, Failure> {
        let mut all = parse(sql).into_iter();
        let first = all
            .next()
            .ok_or_else(|| Failure::new("SQL_NO_STATEMENT", "SQL string does not contain any statement"))??;
        match all.next() {
            None => Ok(first),
            Some(_) => Err(Failure::new("SQL_MANY_STATEMENTS", "SQL string contains more than one statement")),
        }
    }

    /// Parses all statements of a text.
    pub(crate) fn all(sql: &str) -> Result<Vec<Self>, Failure> {
        parse(sql).into_iter().collect()
    }

    /// Whether its transaction keeps others from writing.
    pub(crate) fn writes(&self) -> bool {
        self.begins_writing || matches!(self.kind, Kind::Write | Kind::Schema)
    }

    fn new(cmd: &Cmd, text: &str, whole: &str) -> Result<Self, Failure> {
        let kind = kind(cmd).ok_or_else(|| Failure::parsing(&format!("unsupported statement: {whole}")))?;
        let changes_rows = matches!(cmd, Cmd::Stmt(Stmt::Insert { .. } | Stmt::Update { .. } | Stmt::Delete { .. }));
        let inserts = matches!(cmd, Cmd::Stmt(Stmt::Insert { .. }));
        let begins_writing =
            matches!(cmd, Cmd::Stmt(Stmt::Begin(Some(TransactionType::Immediate | TransactionType::Exclusive), _)));
        Ok(Self { text: text.to_owned(), kind, changes_rows, inserts, begins_writing })
    }
}

/// The statements up to the first wrong one.
fn parse(sql: &str) -> Vec<Result<Statement, Failure>> {
    let parsed = catch_unwind(|| {
        let mut parser = Box::new(Parser::new(sql.as_bytes()));
        let mut commands = fallible_iterator::from_fn(move || {
            let start = parser.offset();
            let command = parser.next()?;
            Ok(command.map(|command| (command, &sql[start..parser.offset()])))
        })
        .peekable();
        let mut all = Vec::new();
        loop {
            match commands.next() {
                Ok(None) => return all,
                Ok(Some((command, text))) => all.push(Statement::new(&command, text, sql)),
                Err(error) => all.push(Err(Failure::parsing(&why(&error)))),
            }
            if all.last().is_some_and(Result::is_err) {
                return all;
            }
            drop(commands.peek()); // looks ahead as the server does, which swallows a syntax error right after a good statement
        }
    });
    parsed.unwrap_or_else(|_| vec![Err(Failure::parsing("unexpected parser error"))])
}

fn why(error: &Error) -> String {
    match error {
        Error::ParserError(ParserError::SyntaxError { found: Some(found), .. }, Some((line, column))) => {
            format!("syntax error around L{line}:{column}: `{found}`")
        }
        error => error.to_string(),
    }
}

fn kind(cmd: &Cmd) -> Option<Kind> {
    match cmd {
        Cmd::Explain(Stmt::Pragma(name, body)) => pragma(name, body.is_some()),
        Cmd::Explain(_) | Cmd::ExplainQueryPlan(_) => Some(Kind::Explain),
        Cmd::Stmt(statement) => statement_kind(statement),
    }
}

fn statement_kind(statement: &Stmt) -> Option<Kind> {
    match statement {
        Stmt::Begin(..) => Some(Kind::Begin),
        Stmt::Commit(_) | Stmt::Rollback { savepoint_name: None, .. } => Some(Kind::End),
        Stmt::Release(_) | Stmt::Rollback { .. } => Some(Kind::Release),
        Stmt::Savepoint(_) => Some(Kind::Savepoint),
        Stmt::Select(_) => Some(Kind::Read),
        Stmt::Pragma(name, body) => pragma(name, body.is_some()),
        Stmt::Insert { tbl_name, .. } | Stmt::Update { tbl_name, .. } | Stmt::Delete { tbl_name, .. } => {
            (!is_reserved(tbl_name)).then_some(Kind::Write)
        }
        Stmt::DropTable { tbl_name, .. } | Stmt::AlterTable(tbl_name, _) => {
            (!is_reserved(tbl_name)).then_some(Kind::Schema)
        }
        Stmt::CreateVirtualTable { tbl_name, .. } | Stmt::CreateTable { tbl_name, temporary: false, .. } => {
            (!is_temporary(tbl_name)).then_some(Kind::Schema)
        }
        Stmt::DropIndex { .. }
        | Stmt::DropTrigger { .. }
        | Stmt::DropView { .. }
        | Stmt::CreateIndex { .. }
        | Stmt::CreateTrigger { temporary: false, .. }
        | Stmt::CreateView { temporary: false, .. } => Some(Kind::Schema),
        Stmt::Reindex { .. } => Some(Kind::Write),
        Stmt::Attach { expr: Expr::Id(name), .. } => Some(Kind::Attach(name.0.trim_matches('"').to_owned())),
        Stmt::Detach(_) => Some(Kind::Detach),
        _ => None,
    }
}

fn is_temporary(name: &QualifiedName) -> bool {
    name.db_name.as_ref().is_some_and(|name| name.0 == "TEMP")
}

fn is_reserved(name: &QualifiedName) -> bool {
    ["_litestream_seq", "_litestream_lock", "libsql_wasm_func_table"].contains(&name.name.0.to_lowercase().as_str())
}

const READ: [&str; 12] = [
    "table_list",
    "index_list",
    "table_info",
    "table_xinfo",
    "index_info",
    "index_xinfo",
    "pragma_list",
    "compile_options",
    "database_list",
    "function_list",
    "module_list",
    "encoding",
];
const WRITE: [&str; 13] = [
    "defer_foreign_keys",
    "foreign_keys",
    "foreign_key_list",
    "foreign_key_check",
    "collation_list",
    "data_version",
    "freelist_count",
    "integrity_check",
    "legacy_file_format",
    "page_count",
    "quick_check",
    "stats",
    "user_version",
];
/// Pragmas that are allowed only if they set nothing.
const ASKED: [&str; 29] = [
    "analysis_limit",
    "application_id",
    "auto_vacuum",
    "automatic_index",
    "busy_timeout",
    "cache_size",
    "cache_spill",
    "cell_size_check",
    "checkpoint_fullfsync",
    "fullfsync",
    "hard_heap_limit",
    "journal_mode",
    "journal_size_limit",
    "legacy_alter_table",
    "locking_mode",
    "max_page_count",
    "mmap_size",
    "page_size",
    "query_only",
    "read_uncommitted",
    "recursive_triggers",
    "reverse_unordered_selects",
    "secure_delete",
    "soft_heap_limit",
    "synchronous",
    "temp_store",
    "threads",
    "trusted_schema",
    "wal_autocheckpoint",
];

fn pragma(name: &QualifiedName, sets: bool) -> Option<Kind> {
    let name = name.name.0.to_ascii_lowercase();
    let name = name.as_str();
    if READ.contains(&name) || (name == "schema_version" && !sets) {
        return Some(Kind::Read);
    }
    (WRITE.contains(&name) || (ASKED.contains(&name) && !sets)).then_some(Kind::Write)
}
