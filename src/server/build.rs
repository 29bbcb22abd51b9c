//! Makes Cargo rebuild the binary when `cargo leptos` has built the site again. Cargo sees here that files were added or
//! removed. The compiler itself sees changed files. A missing folder is created, because Cargo would take it for always
//! changed.

fn main() {
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let site = if is_release { "../../target/site" } else { "../../target/watch" };
    drop(std::fs::create_dir_all(site));
    // A debug build reads the files at run time, so `make watch` need not rebuild it for them.
    println!("cargo:rerun-if-changed={}", if is_release { site } else { "build.rs" });
}
