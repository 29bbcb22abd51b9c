//! The log as JSON: one object a line, with the fields of the request in it. The format is that of
//! `tracing_subscriber::fmt::json`, which parses the fields of a span and writes them again for each line. Here they are kept
//! as text for the lines.

use std::{
    borrow::Cow,
    fmt::{self, Debug, Write},
};

use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_log::NormalizeEvent;
use tracing_subscriber::{
    field::RecordFields,
    fmt::{
        FmtContext, FormatEvent, FormatFields, FormattedFields,
        format::Writer,
        time::{FormatTime, SystemTime},
    },
    registry::LookupSpan,
};

/// Writes fields as members of a JSON object, each with a comma after it. Another member must follow.
pub(crate) struct Members;

/// Writes an event as one line of JSON.
pub(crate) struct JsonLine;

struct Visitor<'w> {
    writer: Writer<'w>,
    written: fmt::Result,
}

impl Visitor<'_> {
    fn member(&mut self, field: &Field, value: impl serde::Serialize) {
        let value = serde_json::to_string(&value).map_err(|_| fmt::Error);
        let written =
            value.and_then(|value| write(&mut self.writer, &["\"", field.name(), "\":", &visible(&value), ","]));
        self.written = self.written.and(written);
    }
}

/// Escapes the characters of JSON text that a terminal obeys or does not show: C1 controls, text direction marks, tags.
fn visible(json: &str) -> Cow<'_, str> {
    if json.is_ascii() || !json.chars().any(is_unseen) {
        return json.into(); // serde_json has escaped the ASCII controls already
    }
    let mut text = String::with_capacity(json.len() + 16);
    for letter in json.chars() {
        if is_unseen(letter) {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                _ = write!(text, "\\u{unit:04x}"); // a `String` never fails
            }
        } else {
            text.push(letter);
        }
    }
    text.into()
}

/// Whether a character changes how others are shown, or is not shown itself.
fn is_unseen(letter: char) -> bool {
    matches!(letter,
        '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Writes texts one after another. `write!` does the same, but is much slower.
fn write(writer: &mut Writer<'_>, texts: &[&str]) -> fmt::Result {
    texts.iter().try_for_each(|text| writer.write_str(text))
}

impl Visit for Visitor<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.member(field, format_args!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.member(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.member(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.member(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.member(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.member(field, value);
    }
}

impl<'w> FormatFields<'w> for Members {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'w>, fields: R) -> fmt::Result {
        let mut visitor = Visitor { writer, written: Ok(()) };
        fields.record(&mut visitor);
        visitor.written
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> FormatEvent<S, Members> for JsonLine {
    fn format_event(
        &self,
        context: &FmtContext<'_, S, Members>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let of_log = event.normalized_metadata(); // for an event of the crate `log`
        let about = of_log.as_ref().unwrap_or_else(|| event.metadata());
        writer.write_str(r#"{"timestamp":""#)?;
        SystemTime.format_time(&mut writer)?;
        write(&mut writer, &["\",\"level\":\"", about.level().as_str(), "\","])?;
        context.format_fields(writer.by_ref(), event)?;
        if let Some(span) = context.lookup_current() {
            let extensions = span.extensions();
            let members = extensions.get::<FormattedFields<Members>>().map_or("", |fields| fields.fields.as_str());
            write(&mut writer, &["\"span\":{", members, "\"name\":\"", span.name(), "\"},"])?;
        }
        write(&mut writer, &["\"target\":\"", about.target(), "\"}\n"])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        fs::File,
        io::{Read, Seek},
        sync::Arc,
    };
    use tracing::{field::Empty, subscriber::with_default};
    use tracing_subscriber::fmt;

    fn say() {
        tracing::warn!(count = -1, why = ?"a \"quote\"", "outside");
        let span = tracing::info_span!("request", id = %"7", path = "/\u{1f511}\n\\", tenant = Empty);
        let _entered = span.enter();
        tracing::info!("before");
        span.record("tenant", "acme");
        tracing::info!(status = 200_u16, milliseconds = 0.5, good = true, "answered");
        tracing::info_span!("within").in_scope(|| tracing::error!(none = f64::NAN, "deeper"));
    }

    fn lines(mut file: &File) -> Vec<serde_json::Value> {
        let mut text = String::new();
        file.rewind().unwrap();
        file.read_to_string(&mut text).unwrap();
        let timed = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        timed
            .map(|mut line| {
                assert!(line["timestamp"].take().is_string());
                line
            })
            .collect()
    }

    #[test]
    fn what_a_terminal_obeys_or_hides_is_escaped() {
        let file = Arc::new(tempfile::tempfile().unwrap());
        let log = fmt().with_writer(Arc::clone(&file)).fmt_fields(Members).event_format(JsonLine).finish();
        let text = "/\u{9b}31m\u{202e}abc\u{e0041}\u{7f}\u{200b}é日";
        with_default(log, || tracing::info_span!("request", path = text).in_scope(|| tracing::info!(text, "said")));
        let mut raw = String::new();
        (&*file).rewind().unwrap();
        (&*file).read_to_string(&mut raw).unwrap();
        assert!(!raw.chars().any(is_unseen) && raw.contains("é日"), "{raw:?}");
        assert_eq!(lines(&file)[0]["text"], text, "and it reads back as it was");
        assert_eq!(lines(&file)[0]["span"]["path"], text);
    }

    #[test]
    fn a_line_says_what_the_librarys_own_says() {
        let (ours, theirs) = (Arc::new(tempfile::tempfile().unwrap()), Arc::new(tempfile::tempfile().unwrap()));
        let to = |file: &Arc<File>| fmt().with_writer(Arc::clone(file));
        with_default(to(&ours).fmt_fields(Members).event_format(JsonLine).finish(), say);
        with_default(to(&theirs).json().flatten_event(true).with_span_list(false).finish(), say);
        assert_eq!(lines(&ours), lines(&theirs));
        assert_eq!(lines(&ours).len(), 4);
    }
}
