//! Has the binary built again when `cargo leptos` made the site anew: files that come or go are seen here, changed ones
//! by the compiler itself. The folder is made where it is missing, because Cargo takes a missing one for always changed.

fn main() {
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let site = if is_release { "../../target/site" } else { "../../target/watch" };
    drop(std::fs::create_dir_all(site));
    // A debug build reads the files while it runs: `make watch` need not build it again for them.
    println!("cargo:rerun-if-changed={}", if is_release { site } else { "build.rs" });
}
