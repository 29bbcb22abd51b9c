//! Has the binary built again when `cargo leptos` made the site anew: files that come or go are seen here, changed ones
//! by the compiler itself. The folder is made where it is missing, because Cargo takes a missing one for always changed.

fn main() {
    let site = "../../target/site";
    drop(std::fs::create_dir_all(site));
    println!("cargo:rerun-if-changed={site}");
}
