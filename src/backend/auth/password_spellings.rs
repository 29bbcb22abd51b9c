//! The spellings in which a typed password is tried. Password hashes are made from the NFKC form, so that the same keys give
//! the same password on every machine. Older hashes were made from the password as typed. The number of spellings depends only
//! on the typed text, so an unknown user costs as much as a known one.

use domain::{Secret, User};

/// Returns the spellings of a typed password. `None` means that the user is unknown. For a one-time password, case, spaces and
/// dashes are ignored.
pub(crate) fn spellings(typed: &Secret, user: Option<&User>) -> Vec<Secret> {
    let normal = typed.normalized();
    let as_typed = (normal != *typed).then(|| typed.clone());
    let is_one_time = user.is_some_and(|user| user.password_change_required);
    let first = if is_one_time { one_time(&normal).unwrap_or(normal) } else { normal };
    std::iter::once(first).chain(as_typed).collect()
}

/// The form of a one-time password: four groups of five characters.
fn one_time(typed: &Secret) -> Option<Secret> {
    let letters = typed.expose().chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase());
    let letters: Vec<char> = letters.collect();
    let groups: Vec<String> = letters.chunks(5).map(|group| group.iter().collect()).collect();
    (letters.len() == 20).then(|| groups.join("-").into())
}
