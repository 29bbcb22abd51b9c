//! `LogWriter`: gathers log lines in memory. A thread of its own writes many of them at once, so that few requests make a
//! system call for their lines. The thread writes 50 ms after the first line. A warning wakes it at once. A process that is
//! killed loses the lines of that time. Logging never blocks a request: lines that arrive faster than they can be written are
//! dropped, and their number is logged when lines are written again.

use std::{
    io::{self, Write},
    mem::{swap, take},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// How long a line may wait for further lines.
pub(crate) const MOMENT: Duration = Duration::from_millis(50);
/// Bytes at which the thread writes without waiting for further lines.
const ENOUGH: usize = 256 * 1024;
/// Bytes that may wait to be written. Further lines are dropped.
const MOST: usize = 4 * 1024 * 1024;
/// Upper bound on writing the last lines when the process ends.
const FAREWELL: Duration = Duration::from_secs(1);

/// Gathers log lines for the thread that writes them.
pub(crate) struct LogWriter(Arc<Shared>);

/// Waits on drop until the gathered lines are written. They are the last lines of the process.
pub(crate) struct LastLines(Arc<Shared>);

/// Adds one line to the gathered lines.
pub(crate) struct Line<'a> {
    to: &'a Shared,
    at_once: bool,
}

#[derive(Default)]
struct Shared {
    gathered: Mutex<Gathered>,
    /// Wakes the writing thread.
    some: Condvar,
    /// Wakes a thread that waits for the last lines.
    written: Condvar,
}

#[derive(Default)]
struct Gathered {
    lines: Vec<u8>,
    at_once: bool,
    is_writing: bool,
    ended: bool,
    /// Lines that were dropped since the number was last logged.
    dropped: u64,
}

impl LogWriter {
    /// Starts the writing thread, which ends when the `LogWriter` is dropped. `dropped` logs how many lines were dropped.
    pub(crate) fn new(
        to: impl Write + Send + 'static,
        moment: Duration,
        dropped: impl Fn(u64) + Send + 'static,
    ) -> io::Result<(Self, LastLines)> {
        let shared = Arc::new(Shared::default());
        let ours = Arc::clone(&shared);
        thread::Builder::new().name("log".to_owned()).spawn(move || ours.write_to(to, moment, dropped))?;
        Ok((Self(Arc::clone(&shared)), LastLines(shared)))
    }
}

impl Shared {
    fn gathered(&self) -> MutexGuard<'_, Gathered> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_line(&self, line: &[u8], at_once: bool) {
        let mut gathered = self.gathered();
        if gathered.lines.len() >= MOST {
            gathered.dropped += 1;
            return;
        }
        let before = gathered.lines.len();
        gathered.lines.extend_from_slice(line);
        gathered.at_once |= at_once;
        // Waking the thread is a system call, so it is not done for each line.
        if before == 0 || at_once || (before < ENOUGH && gathered.lines.len() >= ENOUGH) {
            self.some.notify_one();
        }
    }

    /// Writes the gathered lines until the log ends. The lock is free while it writes. Lines that cannot be written are lost,
    /// because a broken log has no place to report them.
    fn write_to(&self, mut to: impl Write, moment: Duration, dropped: impl Fn(u64)) {
        let mut lines = Vec::new();
        while self.gather(&mut lines, moment) {
            drop(to.write_all(&lines).and_then(|()| to.flush()));
            lines.clear();
            let lost = take(&mut self.gathered().dropped);
            if lost > 0 {
                dropped(lost); // logs a line itself, so the lock must be free
            }
            self.gathered().is_writing = false;
            self.written.notify_all();
        }
    }

    /// Waits for a line, and then up to `moment` for more. False means that the log has ended.
    fn gather(&self, lines: &mut Vec<u8>, moment: Duration) -> bool {
        let first = self.some.wait_while(self.gathered(), |now| now.lines.is_empty() && !now.ended);
        let first = first.unwrap_or_else(PoisonError::into_inner);
        let more = |now: &mut Gathered| !now.at_once && !now.ended && now.lines.len() < ENOUGH;
        let waited = self.some.wait_timeout_while(first, moment, more);
        let (mut gathered, _) = waited.unwrap_or_else(PoisonError::into_inner);
        swap(lines, &mut gathered.lines);
        (gathered.at_once, gathered.is_writing) = (false, !lines.is_empty());
        gathered.is_writing
    }
}

impl<'a> MakeWriter<'a> for LogWriter {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line { to: &self.0, at_once: false }
    }

    fn make_writer_for(&'a self, about: &Metadata<'_>) -> Line<'a> {
        Line { to: &self.0, at_once: *about.level() <= Level::WARN }
    }
}

impl Write for Line<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.to.take_line(line, self.at_once);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for LogWriter {
    fn drop(&mut self) {
        self.0.gathered().ended = true;
        self.0.some.notify_one();
    }
}

impl Drop for LastLines {
    fn drop(&mut self) {
        let mut gathered = self.0.gathered();
        gathered.at_once = true;
        self.0.some.notify_one();
        let unwritten = |now: &mut Gathered| now.is_writing || !now.lines.is_empty();
        drop(self.0.written.wait_timeout_while(gathered, FAREWELL, unwritten));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
    use tracing::subscriber::with_default;
    use tracing_subscriber::fmt;

    const NEVER: Duration = Duration::from_hours(1);

    /// Passes each write to the test, and blocks until the test receives it. The first writes fail, as many as `self.1`.
    struct Writes(SyncSender<String>, usize);

    impl Write for Writes {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.1 > 0 {
                self.1 -= 1;
                return Err(io::ErrorKind::StorageFull.into());
            }
            drop(self.0.send(String::from_utf8_lossy(bytes).into_owned()));
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn writer(moment: Duration, fail: usize) -> (LogWriter, LastLines, Receiver<String>) {
        let (sender, received) = sync_channel(0);
        let (writer, last) = LogWriter::new(Writes(sender, fail), moment, |_| ()).unwrap();
        (writer, last, received)
    }

    /// Receives writes until one ends with `end`.
    fn until(received: &Receiver<String>, end: &str) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        while !all.last().is_some_and(|text| text.ends_with(end)) {
            all.push(received.recv_timeout(Duration::from_secs(20)).unwrap());
        }
        all
    }

    #[test]
    fn lines_are_written_a_moment_later_many_at_once() {
        let (writer, _last, received) = writer(MOMENT, 0);
        let lines: Vec<String> = (1..=1000).map(|line| format!("{line}\n")).collect();
        for line in &lines {
            writer.make_writer().write_all(line.as_bytes()).unwrap();
        }
        let all = until(&received, "1000\n");
        assert!(all.len() < 100, "{} writes", all.len());
        assert_eq!(all.concat(), lines.concat());
    }

    #[test]
    fn a_warning_is_written_at_once_with_what_came_before() {
        let (writer, _last, received) = writer(NEVER, 0);
        let log = fmt().without_time().with_ansi(false).with_target(false).with_writer(writer).finish();
        with_default(log, || {
            tracing::info!("before");
            tracing::warn!("now");
            assert_eq!(until(&received, "now\n").concat(), " INFO before\n WARN now\n");
        });
    }

    #[test]
    fn a_log_that_is_not_read_holds_nobody_up_and_tells_later_how_many_lines_it_dropped() {
        let (sender, received) = sync_channel(0);
        let (told, counts) = sync_channel(1);
        let count = move |lines| told.send(lines).unwrap();
        let (writer, last) = LogWriter::new(Writes(sender, 0), MOMENT, count).unwrap();
        let line = "x".repeat(1024 * 1024);
        for _ in 0..12 {
            writer.make_writer().write_all(line.as_bytes()).unwrap(); // does not block, although nothing is read
        }
        let mut read = received.recv_timeout(Duration::from_secs(20)).unwrap().len();
        let dropped = counts.recv_timeout(Duration::from_secs(20)).unwrap();
        assert!((1..12).contains(&dropped), "{dropped}");
        let kept = (12 - usize::try_from(dropped).unwrap()) * line.len();
        while read < kept {
            read += received.recv_timeout(Duration::from_secs(20)).unwrap().len();
        }
        writer.make_writer().write_all(b"and on it goes").unwrap();
        assert_eq!(until(&received, "goes").concat(), "and on it goes");
        drop(received);
        drop(last);
    }

    #[test]
    fn a_log_that_is_not_read_does_not_hold_up_the_end() {
        let (writer, last, received) = writer(MOMENT, 0);
        writer.make_writer().write_all(b"never read").unwrap();
        drop(last);
        drop(received);
    }

    #[test]
    fn the_last_lines_are_written_and_so_is_what_follows_a_failure() {
        let (writer, last, received) = writer(NEVER, 1);
        let mut warn = Line { to: &writer.0, at_once: true };
        warn.write_all(b"lost").unwrap();
        let kept = writer.0.written.wait_while(writer.0.gathered(), |now| now.is_writing || !now.lines.is_empty());
        drop(kept);
        writer.make_writer().write_all(b"kept").unwrap();
        let ended = thread::spawn(move || drop(last));
        assert_eq!(until(&received, "kept"), ["kept"]);
        ended.join().unwrap();
    }
}
