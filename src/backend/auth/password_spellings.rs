//! In which spellings a typed password is tried. Passwords are kept as NFKC, so that the same keys are the same password on
//! every machine; those of before that were kept as they were typed. How many are tried follows from what was typed alone:
//! who is unknown costs as much as who is known.

use domain::{Secret, User};

/// The spellings of what was typed, for this user or for none. Of a one-time password case, spaces and dashes do not count.
pub(crate) fn spellings(typed: &Secret, user: Option<&User>) -> Vec<Secret> {
    let normal = typed.normalized();
    let as_typed = (normal != *typed).then(|| typed.clone());
    let is_one_time = user.is_some_and(|user| user.password_change_required);
    let first = if is_one_time { one_time(&normal).unwrap_or(normal) } else { normal };
    std::iter::once(first).chain(as_typed).collect()
}

/// The form in which one-time passwords are given: four groups of five.
fn one_time(typed: &Secret) -> Option<Secret> {
    let letters = typed.expose().chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase());
    let letters: Vec<char> = letters.collect();
    let groups: Vec<String> = letters.chunks(5).map(|group| group.iter().collect()).collect();
    (letters.len() == 20).then(|| groups.join("-").into())
}
