//! Compresses and decompresses a file, and computes the checksums of both forms. Blocking.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use aws_lc_rs::digest::{Context, SHA256};

/// zstd's default level. It makes a database of text three times smaller, at hundreds of megabytes a second.
const LEVEL: i32 = 3;

/// The length and the SHA-256 of a stream.
pub(crate) struct Sum {
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

/// A reader or writer that passes bytes on and computes their checksum.
struct Summing<T> {
    inner: T,
    bytes: u64,
    context: Context,
}

/// Compresses a file into a new one and syncs it. Returns the checksums of the original and of the compressed file.
pub(crate) fn pack(from: &Path, to: &Path) -> io::Result<(Sum, Sum)> {
    let mut plain = Summing::new(File::open(from)?);
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(to)?;
    let mut encoder = zstd::Encoder::new(Summing::new(file), LEVEL)?;
    io::copy(&mut plain, &mut encoder)?;
    let packed = encoder.finish()?;
    packed.inner.sync_all()?;
    Ok((plain.sum(), packed.sum()))
}

/// Decompresses a file into a new one. Returns the checksums of the decompressed and of the compressed file.
pub(crate) fn unpack(from: &Path, to: &Path) -> io::Result<(Sum, Sum)> {
    let mut packed = Summing::new(File::open(from)?);
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to)?;
    let mut plain = Summing::new(file);
    io::copy(&mut zstd::Decoder::new(&mut packed)?, &mut plain)?;
    io::copy(&mut packed, &mut io::sink())?; // bytes after the end of the zstd data count too
    Ok((plain.sum(), packed.sum()))
}

impl<T> Summing<T> {
    fn new(inner: T) -> Self {
        Self { inner, bytes: 0, context: Context::new(&SHA256) }
    }

    fn add(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.context.update(bytes);
    }

    fn sum(self) -> Sum {
        Sum { bytes: self.bytes, sha256: data_encoding::HEXLOWER.encode(self.context.finish().as_ref()) }
    }
}

impl<T: Read> Read for Summing<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.add(&buffer[..read]);
        Ok(read)
    }
}

impl<T: Write> Write for Summing<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.add(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
