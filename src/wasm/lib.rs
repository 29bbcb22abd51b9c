//! The entry point that the hydration script calls in the browser. The islands are in `app`. Without the import of `app` the
//! linker would drop their exports from the module.

use app as _;
use wasm_bindgen::prelude::wasm_bindgen;

/// Prepares the page. The script can then hydrate the islands one after the other.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
