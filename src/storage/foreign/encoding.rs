//! Text encoding of a foreign file. SQLite returns a text that is read as bytes in the file's own encoding.

use libsql::Value;

use crate::{Result, local::Connection};

/// The three text encodings of SQLite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16Little,
    Utf16Big,
}

impl Encoding {
    pub(super) fn of(connection: &Connection) -> Result<Self> {
        let name = connection.ask("PRAGMA encoding")?.first().map(|row| row.get::<String>(0)).transpose()?;
        Ok(match name.as_deref() {
            Some("UTF-16le") => Self::Utf16Little,
            Some("UTF-16be") => Self::Utf16Big,
            _ => Self::Utf8,
        })
    }

    /// Converts a text that was read as bytes to UTF-8. Bytes that are not valid text become bytes that are not valid UTF-8.
    pub(super) fn in_utf8(self, value: Value) -> Value {
        let Value::Blob(bytes) = value else { return value };
        let unit: fn([u8; 2]) -> u16 = match self {
            Self::Utf8 => return Value::Blob(bytes),
            Self::Utf16Little => u16::from_le_bytes,
            Self::Utf16Big => u16::from_be_bytes,
        };
        let (units, rest) = bytes.as_chunks::<2>();
        let units: Vec<_> = units.iter().map(|bytes| unit(*bytes)).collect();
        match String::from_utf16(&units) {
            Ok(text) if rest.is_empty() => Value::Blob(text.into_bytes()),
            _ => Value::Blob(vec![0xff]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_any_encoding_becomes_utf8_and_what_is_no_text_does_not() {
        let of = |encoding: Encoding, bytes: &[u8]| encoding.in_utf8(Value::Blob(bytes.to_vec()));
        assert_eq!(of(Encoding::Utf8, "é".as_bytes()), Value::Blob("é".into()));
        assert_eq!(of(Encoding::Utf16Little, &[0xe9, 0, 0x3d, 0xd8, 0x00, 0xde]), Value::Blob("é😀".into()));
        assert_eq!(of(Encoding::Utf16Big, &[0, 0xe9]), Value::Blob("é".into()));
        for bytes in [&[0x3d, 0xd8][..], &[0xe9, 0, 1]] {
            let Value::Blob(read) = of(Encoding::Utf16Little, bytes) else { panic!() };
            assert!(str::from_utf8(&read).is_err());
        }
        assert_eq!(Encoding::Utf16Big.in_utf8(Value::Integer(1)), Value::Integer(1));
    }
}
