//! Freehold's logo and wordmark, both from one drawing (`freehold.svg`), and the favicon of a workspace. The favicon has the
//! six lots of the logo in the workspace's hue, with the workspace's own lot highlighted.

use domain::Hue;
use leptos::prelude::*;

use super::Lot;

/// The outlines of six lots, then of the letters of the name. The letters are outlines because a text would look different with
/// each machine's fonts.
const DRAWING: &str = include_str!("freehold.svg");

/// The outlines of the six lots, in the order of their index.
fn lots() -> impl Iterator<Item = &'static str> {
    outlines().take(6)
}

fn outlines() -> impl Iterator<Item = &'static str> {
    DRAWING.split(" d=\"").skip(1).filter_map(|rest| rest.split('"').next())
}

/// The logo beside a name, with one lot highlighted. Freehold's own lot is the fifth.
#[component]
pub fn Mark(#[prop(default = Lot::FREEHOLD)] lot: Lot) -> impl IntoView {
    view! {
        <svg class="mark" data-parcel=lot.index() viewBox="0 0 32 32" aria-hidden="true">
            {lots().map(|outline| view! { <path d=outline /> }).collect_view()}
        </svg>
    }
}

/// The logo with one lot marked as empty, for pages about something that does not exist.
#[component]
pub fn Vacant(lot: Lot) -> impl IntoView {
    view! {
        <svg class="vacant" data-parcel=lot.index() viewBox="0 0 32 32" aria-hidden="true">
            {lots().map(|outline| view! { <path d=outline /> }).collect_view()}
        </svg>
    }
}

/// The logo with Freehold's name.
#[component]
pub fn Wordmark() -> impl IntoView {
    view! {
        <Mark />
        <svg class="wordmark" viewBox="40 5.5 101.5 19" role="img" aria-label="Freehold"><path d=outlines().last() /></svg>
    }
}

/// A workspace's favicon as a `data:` URL, so that no host has to generate or store it. It follows the browser's light or dark
/// scheme.
pub fn icon(lot: Lot, hue: Hue) -> String {
    let hue = degrees(hue);
    let path = |(index, outline)| {
        let own = if index == usize::from(lot.index()) { " class='own'" } else { "" };
        format!("<path{own} d='{outline}'/>")
    };
    let svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><style>path{{fill:oklch(.76 .08 {hue})}}\
         .own{{fill:oklch(.45 .15 {hue})}}@media(prefers-color-scheme:dark){{path{{fill:oklch(.5 .06 {hue})}}\
         .own{{fill:oklch(.86 .13 {hue})}}}}</style>{}</svg>",
        lots().enumerate().map(path).collect::<String>()
    );
    format!("data:image/svg+xml,{}", svg.replace('<', "%3C").replace('>', "%3E"))
}

/// The `theme-color` values for the light and the dark scheme. They equal the masthead's background in `style/tokens.css`.
pub fn grounds(hue: Option<Hue>) -> [String; 2] {
    match hue.map(degrees) {
        Some(hue) => [format!("oklch(.93 .0456 {hue})"), format!("oklch(.275 .0504 {hue})")],
        None => ["#fdfcfa", "#161c27"].map(String::from),
    }
}

/// The angle of a hue on the colour wheel, in degrees, as in `style/tokens.css`.
fn degrees(hue: Hue) -> u16 {
    10 + 15 * u16::from(hue.index())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::TenantId;

    /// An id with these last two random bytes. The first of them selects the lot, the second the hue.
    fn id(lot: u8, hue: u8) -> TenantId {
        TenantId::new(0, &[0, 0, 0, 0, 0, 0, 0, 0, lot, hue])
    }

    fn hues() -> impl Iterator<Item = Hue> {
        (0..24).map(|last| Hue::of(id(0, last)))
    }

    #[test]
    fn icon_and_stylesheet_know_the_same_hues() {
        let tokens = include_str!("../../../style/tokens.css");
        for hue in hues() {
            let line = format!("[data-hue=\"{}\"] {{ --hue: {}; }}", hue.index(), degrees(hue));
            assert!(tokens.contains(&line), "{line}");
        }
    }

    #[test]
    fn no_two_hues_and_lots_share_an_icon() {
        let icons: std::collections::HashSet<_> =
            hues().flat_map(|hue| (0..6).map(move |lot| icon(Lot::of(id(lot, 0)), hue))).collect();
        assert_eq!(icons.len(), 24 * 6);
        assert!(icons.iter().all(|icon| !icon.contains(['<', '>', '"', '#'])));
        assert_eq!(outlines().count(), 7);
    }
}
