//! Says which field of a JSON body is wrong, and why, in sentences for clients. serde reports it as a text with the names of
//! Rust types. This module knows the common forms of that text. For any other form it only says that the value does not fit.

use domain::Fields;
use serde_path_to_error::{Error, Path};

/// The field that an error of `serde_json` is about, with a sentence that says what it must be.
pub(super) fn fields(error: &Error<serde_json::Error>) -> Fields {
    let text = error.inner().to_string();
    let (within, message) = told(&text);
    Fields::one(&field(error.path(), within), message)
}

/// Returns the field's name if the error names one that the path lacks, and the sentence about it.
fn told(text: &str) -> (Option<&str>, &'static str) {
    let named = |form: &str| text.strip_prefix(form).and_then(|rest| rest.split('`').next());
    if let Some(name) = named("missing field `") {
        return (Some(name), "This field is missing.");
    }
    if let Some(name) = named("duplicate field `") {
        return (Some(name), "Send this field once.");
    }
    (None, if text.starts_with("unknown field `") { "This field is not known." } else { expected(text) })
}

/// Says what a value of the wrong type must be. The text of the error ends with the expected type and the position in the body.
fn expected(text: &str) -> &'static str {
    let what = text.rsplit_once(", expected ").map_or("", |(_, what)| what);
    let what = what.split_once(" at line ").map_or(what, |(what, _)| what);
    match what {
        "a string" => "This must be text.",
        "a boolean" => "This must be true or false.",
        _ => "This value does not fit.",
    }
}

fn field(path: &Path, within: Option<&str>) -> String {
    let parent = (path.iter().len() > 0).then(|| path.to_string());
    parent.as_deref().into_iter().chain(within).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "nothing here is ever whole")]
    struct Outer {
        inner: Inner,
        maybe: Option<bool>,
        list: Option<Vec<String>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "likewise")]
    struct Inner {
        name: String,
        number: Option<u8>,
    }

    #[test]
    fn an_error_names_the_path_of_its_field_and_no_type() {
        let inner = r#""inner":{"name":"a"}"#;
        for (body, field, message) in [
            ("{}".to_owned(), "inner", "This field is missing."),
            (r#"{"inner":{}}"#.to_owned(), "inner.name", "This field is missing."),
            (r#"{"inner":{"name":5}}"#.to_owned(), "inner.name", "This must be text."),
            (r#"{"inner":{"name":null}}"#.to_owned(), "inner.name", "This must be text."),
            (r#"{"inner":{"name":{"a":1}}}"#.to_owned(), "inner.name", "This must be text."),
            (r#"{"inner":{"name":"a","name":"b"}}"#.to_owned(), "inner.name", "Send this field once."),
            (r#"{"inner":{"name":"a","number":"b"}}"#.to_owned(), "inner.number", "This value does not fit."),
            (r#"{"inner":{"name":"a","number":300}}"#.to_owned(), "inner.number", "This value does not fit."),
            (r#"{"inner":"a, expected a string"}"#.to_owned(), "inner", "This value does not fit."),
            (
                r#"{"inner":{"`a`, expected a string":1}}"#.to_owned(),
                "inner.`a`, expected a string",
                "This field is not known.",
            ),
            (format!(r#"{{{inner},"maybe":"yes"}}"#), "maybe", "This must be true or false."),
            (format!(r#"{{{inner},"list":["a",1]}}"#), "list[1]", "This must be text."),
            (format!(r#"{{{inner},"other":1}}"#), "other", "This field is not known."),
        ] {
            let mut json = serde_json::Deserializer::from_str(&body);
            let error = serde_path_to_error::deserialize::<_, Outer>(&mut json).unwrap_err();
            assert_eq!(fields(&error), Fields::one(field, message), "{body}: {error}");
        }
    }
}
