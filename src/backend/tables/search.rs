//! Search for users by a part of their names or email address: the stored text of each user, and the words of a search. Both
//! are folded in the same way, so that `zoe` finds Zoë, and `lukasz` finds Łukasz, in every Unicode encoding.

use std::collections::BTreeSet;

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use libsql::Value;
use storage::{Result, Rewrite, Row};

/// The letters in an entry of the index. A shorter word is searched for in every text.
const ENTRY: usize = 3;
/// The most entries that one search asks for. SQLite does not stop a statement between two entries, so there is a limit.
const MOST: usize = 16;

/// Folds the texts that an older version stored. Texts that are pure ASCII need no change.
pub(crate) const FOLD_KEPT_TEXTS: Rewrite = Rewrite {
    rows: "SELECT id, username, display_name, email FROM users WHERE length(search) < length(CAST(search AS BLOB))",
    change: "UPDATE users SET search = ?2 WHERE id = ?1",
    with: folded_again,
};

/// Returns the text of a user that a search reads: the username, the display name and the email address, folded, one on each
/// line.
pub(crate) fn search_text(username: &str, name: Option<&str>, email: Option<&str>) -> String {
    fold(&format!("{username}\n{}\n{}", name.unwrap_or_default(), email.unwrap_or_default()))
}

/// The words of a search. A user matches if their text has all of them.
pub(crate) struct Words(BTreeSet<String>);

impl Words {
    /// Splits a typed line into words. Without words, all users match.
    pub(crate) fn of(line: &str) -> Self {
        Self(fold(line).split_whitespace().map(str::to_owned).collect())
    }

    /// The words, for SQL's `instr`.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &String> {
        self.0.iter()
    }

    /// The query for the index. `None` means that no word is long enough. Each entry is quoted, so that nothing in a word is an
    /// operator.
    pub(crate) fn entries(&self) -> Option<String> {
        let entries: BTreeSet<String> = self.iter().flat_map(|word| entries(word)).take(MOST).collect();
        let quoted: Vec<_> = entries.iter().map(|entry| format!("\"{}\"", entry.replace('"', "\"\""))).collect();
        (!quoted.is_empty()).then(|| quoted.join(" AND "))
    }
}

fn entries(word: &str) -> impl Iterator<Item = String> {
    let letters: Vec<char> = word.chars().collect();
    let distinct: BTreeSet<String> = letters.windows(ENTRY).map(|entry| entry.iter().collect()).collect();
    distinct.into_iter()
}

/// Converts a text to lower case. Latin and Greek letters lose their accents, and Latin letters become ASCII. Other scripts
/// stay as they are, because a mark can make another letter there.
fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let (mut folded, mut loses_accents) = (String::with_capacity(text.len()), false);
    for letter in DecomposingNormalizerBorrowed::new_nfkd().normalize(text).chars().flat_map(char::to_lowercase) {
        match letter {
            '\u{300}'..='\u{36f}' if loses_accents => {}
            letter if is_latin(letter) => {
                loses_accents = true;
                folded.push_str(&ascii(letter));
            }
            letter => {
                loses_accents = is_greek(letter);
                folded.push(letter);
            }
        }
    }
    ComposingNormalizerBorrowed::new_nfc().normalize(&folded).into_owned()
}

fn ascii(letter: char) -> String {
    deunicode::deunicode_char(letter).map_or_else(|| letter.to_string(), str::to_lowercase)
}

/// Whether a letter is Latin, a sign that is used with Latin letters, or a typographic dash or quotation mark.
fn is_latin(letter: char) -> bool {
    matches!(letter, '\u{21}'..='\u{7e}' | '\u{aa}' | '\u{ba}' | '\u{c0}'..='\u{2ff}' | '\u{1d00}'..='\u{1dbf}'
        | '\u{1e00}'..='\u{1eff}' | '\u{2010}'..='\u{2027}' | '\u{2c60}'..='\u{2c7f}' | '\u{a720}'..='\u{a7ff}'
        | '\u{ab30}'..='\u{ab6f}')
}

fn is_greek(letter: char) -> bool {
    matches!(letter, '\u{370}'..='\u{3ff}')
}

fn folded_again(row: &Row) -> Result<Vec<Value>> {
    let (id, username): (String, String) = (row.get(0)?, row.get(1)?);
    let (name, email): (Option<String>, Option<String>) = (row.get(2)?, row.get(3)?);
    Ok(vec![id.into(), search_text(&username, name.as_deref(), email.as_deref()).into()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_letters_that_ascii_lacks_are_folded_in_latin_and_greek() {
        for (text, folded) in [
            ("Zoë ZOE\u{308} Müller Ångström", "zoe zoe muller angstrom"),
            ("Łukasz Bjørn Đorđe Straße STRASSE\u{1e9e}", "lukasz bjorn dorde strasse strassess"),
            ("Æsa œuvre Þór Ðóra Diyarbakır İzmir", "aesa oeuvre thor dora diyarbakir izmir"),
            ("Nguyễn Văn Đức Şahin Čapek", "nguyen van duc sahin capek"),
            ("O’Brien O\u{2bc}Brien ｆｕｌｌ ﬁ", "o'brien o'brien full fi"),
            ("Γιώργος ΓΙΩΡΓΟΣ", "γιωργος γιωργοσ"),
        ] {
            assert_eq!(fold(text), folded);
        }
    }

    #[test]
    fn other_scripts_stay_as_they_are() {
        for text in ["йод ёж їжак", "がぎ 田中 한국어", "हिन्दी देवनागरी", "שָׁלוֹם", "مُحَمَّد", "ไทย"]
        {
            assert_eq!(fold(text), fold(&fold(text)), "{text}");
            let composed = ComposingNormalizerBorrowed::new_nfkc().normalize(text);
            assert_eq!(fold(text), composed, "{text}");
        }
    }

    #[test]
    fn a_word_asks_for_each_of_its_trigrams_once_and_nothing_in_it_is_an_operator() {
        let entries = |line: &str| Words::of(line).entries();
        assert_eq!(entries(&"a".repeat(100)).as_deref(), Some("\"aaa\""));
        assert_eq!(
            entries("NEAR( a\"b* or").as_deref(),
            Some("\"\"\"b*\" AND \"a\"\"b\" AND \"ar(\" AND \"ear\" AND \"nea\"")
        );
        assert_eq!(entries("al % _"), None);
        let many: String = ('a'..='z').collect();
        assert_eq!(entries(&many).unwrap().matches(" AND ").count(), MOST - 1);
    }
}
