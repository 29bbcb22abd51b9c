//! `PageTitle`: the document's title. Leptos 0.8 does not escape a title, and titles contain names that users choose. So this
//! component escapes the text, and no page may use another `Title`; a test reads all sources to check it.

use leptos::prelude::*;
use leptos_meta::Title;

/// The title of a page, escaped.
#[component]
pub fn PageTitle(#[prop(into)] text: String) -> impl IntoView {
    view! { <Title text=escaped(&text) /> }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    #[test]
    fn a_name_does_not_end_the_title() {
        assert_eq!(super::escaped("</title>&<b>"), "&lt;/title&gt;&amp;&lt;b&gt;");
    }

    #[test]
    fn no_page_sets_a_title_that_is_not_escaped() {
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
        while let Some(folder) = folders.pop() {
            for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if path.is_dir() {
                    folders.push(path);
                } else if !path.ends_with("title.rs") && path.extension().is_some_and(|kind| kind == "rs") {
                    assert!(!fs::read_to_string(&path).unwrap().contains("leptos_meta::Title"), "{}", path.display());
                }
            }
        }
    }
}
