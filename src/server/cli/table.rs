//! What the operator reads on standard output: columns that line up.

use std::io::{self, Write, stdout};

/// Prints rows under their heads.
pub(super) fn print<const N: usize>(heads: [&str; N], rows: &[[String; N]]) -> io::Result<()> {
    let mut all = vec![heads.map(str::to_owned)];
    all.extend_from_slice(rows);
    print_record(&all)
}

/// Prints rows that need no heads, each column as wide as its widest text.
pub(super) fn print_record<const N: usize>(rows: &[[String; N]]) -> io::Result<()> {
    let widths: [usize; N] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default());
    let mut out = stdout().lock();
    for row in rows {
        let cells = row.iter().zip(widths).map(|(text, width)| format!("{text:width$}"));
        writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    out.flush()
}
