//! Rules for a new password beyond its form (`domain::Password`): it must not be a common password, and not be made of words
//! that others know about its user. The list has the passwords of at least ten characters, in lower case, of two maintained
//! lists: Django's (20,000 common passwords by Royce Williams; copyright Django Software Foundation, BSD-3-Clause) and zxcvbn's
//! as zxcvbn-ts keeps it (copyright 2012-2016 Dan Wheeler and Dropbox, Inc., and zxcvbn-ts; MIT). Shorter passwords are refused
//! for their length.

use std::{collections::HashSet, sync::LazyLock};

use domain::{Fields, InvalidPassword, Password};

static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// Refuses a common password, and a password made of one of the `known` words. `field` is the password's name in the form.
pub(crate) fn check<'a>(
    field: &str,
    password: &Password,
    known: impl IntoIterator<Item = &'a str>,
) -> Result<(), Fields> {
    let text = password.secret().expose().to_lowercase();
    let why = if is_common(&text) {
        InvalidPassword::Common
    } else if known.into_iter().any(|word| is_made_of(&text, &word.to_lowercase())) {
        InvalidPassword::Known
    } else {
        return Ok(());
    };
    Err(Fields::one(field, why))
}

/// Whether the list has the password. Signs at its end are ignored too.
fn is_common(text: &str) -> bool {
    let bare = text.trim_end_matches(|letter: char| !letter.is_alphanumeric());
    COMMON.contains(text) || COMMON.contains(bare)
}

/// Whether the password is the word, or has the same letters in the same order. Digits and signs around a word are what an
/// attacker tries first. For an email address, the part before the @ counts as a word too.
fn is_made_of(text: &str, word: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|letter| letter.is_alphabetic()).collect::<String>();
    let is_same = |word: &str| text == word || (!letters(word).is_empty() && letters(text) == letters(word));
    !word.is_empty() && (is_same(word) || word.split_once('@').is_some_and(|(local, _)| is_same(local)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(text: &str, known: &[&str]) -> Option<String> {
        let refused = check("password", &text.parse().unwrap(), known.iter().copied()).err()?;
        refused.get("password").map(str::to_owned)
    }

    #[test]
    fn common_passwords_are_refused_in_any_case_and_with_signs_at_the_end() {
        for common in ["1234567890", "password123", "PassWord1234", "passwordpassw0rd", "qwertyuiop", "Basketball!!"] {
            let is_listed = common != "passwordpassw0rd";
            assert_eq!(verdict(common, &[]).is_some(), is_listed, "{common}");
        }
        assert_eq!(verdict("correct horse battery", &["acme", "root"]), None);
    }

    #[test]
    fn what_others_know_of_a_user_is_no_password() {
        let known = ["acme-works", "grace", "Grace Hopper", "grace.m.hopper@example.com", "4711082915", ""];
        for bad in [
            "acme-works",
            "Acme Works 2026",
            "grace12345",
            "gracehopper",
            "GRACE_HOPPER!",
            "grace.m.hopper",
            "4711082915",
        ] {
            assert!(verdict(bad, &known).is_some(), "{bad}");
        }
        for good in ["grace of my own", "4711082916", "acme works well", "1234512346"] {
            assert_eq!(verdict(good, &known), None, "{good}");
        }
    }
}
