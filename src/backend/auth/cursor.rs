//! Cursors: where the next page of a list begins. A cursor is signed for one tenant and one list. A changed cursor, or one from
//! another list or tenant, is refused. A cursor grants no rights.

use aws_lc_rs::hmac;
use data_encoding::BASE64URL_NOPAD;
use domain::{Fields, TenantId};

use crate::{
    Error,
    auth::secrets::{Purpose, Secrets},
};

/// How many bytes of the tag are kept: 128 bits.
const TAG: usize = 16;

/// Makes and opens the cursors of one tenant.
pub(crate) struct Cursors(hmac::Key);

impl Cursors {
    pub(crate) fn new(secrets: &Secrets, tenant: TenantId) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &secrets.key::<32>(Purpose::Cursor, Some(tenant), 1)))
    }

    /// Makes the cursor that continues after `item`. `list` names the list and its filters.
    pub(crate) fn seal(&self, list: &str, item: &str) -> String {
        BASE64URL_NOPAD.encode(&[&self.tag(list, item)[..], item.as_bytes()].concat())
    }

    /// Returns the item after which `list` continues.
    pub(crate) fn open(&self, list: &str, cursor: &str) -> Result<String, Error> {
        self.opened(list, cursor).ok_or_else(|| Fields::one("cursor", "Use the `next` of this very list.").into())
    }

    fn opened(&self, list: &str, cursor: &str) -> Option<String> {
        let bytes = BASE64URL_NOPAD.decode(cursor.as_bytes()).ok()?;
        let (tag, item) = bytes.split_at_checked(TAG)?;
        let item = String::from_utf8(item.to_owned()).ok()?;
        let same = aws_lc_rs::constant_time::verify_slices_are_equal(tag, &self.tag(list, &item));
        same.is_ok().then_some(item)
    }

    fn tag(&self, list: &str, item: &str) -> [u8; TAG] {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(&(list.len() as u64).to_be_bytes());
        context.update(list.as_bytes());
        context.update(item.as_bytes());
        let mut tag = [0; TAG];
        tag.copy_from_slice(&context.sign().as_ref()[..TAG]);
        tag
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Ambient;

    #[test]
    fn a_cursor_is_good_for_its_list_and_its_tenant_alone() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = Secrets::load(&folder.path().join("secret"), &Ambient, 0).unwrap();
        let [ours, theirs] = [1, 2].map(|byte| Cursors::new(&secrets, TenantId::new(1, &[byte; 10])));
        let cursor = ours.seal("users", "ada");
        assert_eq!(ours.open("users", &cursor).unwrap(), "ada");
        for (cursors, list, cursor) in [
            (&theirs, "users", cursor.clone()),
            (&ours, "sessions", cursor.clone()),
            (&ours, "users", format!("{cursor}AA")),
            (&ours, "users", String::new()),
            (&ours, "users", "ada".to_owned()),
        ] {
            assert!(matches!(cursors.open(list, &cursor), Err(Error::Invalid(_))), "{list} {cursor}");
        }
    }
}
