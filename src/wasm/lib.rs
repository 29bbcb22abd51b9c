//! The entry that the hydration script calls in the browser. The islands are in `app`; naming it here is what keeps
//! their exports in the module.

use app as _;
use wasm_bindgen::prelude::wasm_bindgen;

/// Readies the page, so that the script can hydrate one island after the other.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
