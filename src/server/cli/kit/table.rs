//! Tables for standard output: aligned columns, with times and sizes in short form.

use jiff::Timestamp;

/// Fills an empty cell, so that each row has as many words as the heading.
const NOTHING: &str = "-";

/// Rows under a heading. Without rows the text is empty.
pub(in crate::cli) fn list<const N: usize>(heads: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let filled = |row: [String; N]| row.map(|text| if text.is_empty() { NOTHING.to_owned() } else { text });
    let all: Vec<_> = [heads.map(str::to_owned)].into_iter().chain(rows.into_iter().map(filled)).collect();
    if all.len() == 1 { String::new() } else { record(&all) }
}

/// Rows without a heading. Each column is as wide as its widest text.
pub(in crate::cli) fn record<const N: usize>(rows: &[[String; N]]) -> String {
    let widths: [usize; N] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default());
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths).map(|(text, width)| format!("{text:width$}"));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

/// A row of a record: a name and its value.
pub(in crate::cli) fn row(name: &str, value: impl ToString) -> [String; 2] {
    [name.to_owned(), value.to_string()]
}

/// An optional text. `None` is empty.
pub(in crate::cli) fn text(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// A time in UTC, to the minute.
pub(in crate::cli) fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

/// A time to the second, with its zone.
pub(in crate::cli) fn second(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// A time to the minute. `None` is `never`.
pub(in crate::cli) fn minute_or_never(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "never".to_owned(), minute)
}

/// A size in the largest unit that is not larger than it, as on the pages: `84.0 kB` is 84,000 bytes.
pub(in crate::cli) fn size(bytes: u64) -> String {
    let powers = [("kB", 1000_u64), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000)];
    let Some((unit, one)) = powers.into_iter().rfind(|(_, one)| bytes >= *one) else { return format!("{bytes} B") };
    format!("{}.{} {unit}", bytes / one, bytes % one / (one / 10))
}

/// A number with its noun: `1 owner`, `2 owners`.
pub(in crate::cli) fn count(number: u64, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_in_its_largest_unit() {
        for (bytes, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (86_016, "86.0 kB"),
            (999_999, "999.9 kB"),
            (1_572_864, "1.5 MB"),
            (u64::MAX, "18446744.0 TB"),
        ] {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn columns_line_up_and_no_cell_is_empty() {
        let rows = [["ada", "", "x"], ["édith", "owner", ""]].map(|row| row.map(str::to_owned));
        assert_eq!(list(["NAME", "ROLE", "E"], rows), "NAME   ROLE   E\nada    -      x\nédith  owner  -\n");
    }
}
