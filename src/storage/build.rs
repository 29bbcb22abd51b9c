//! Says which of the storages elsewhere are at hand for the tests of this crate: those that are not are shown as ignored, and
//! why. What is shipped does not depend on it.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    for (cfg, variables) in [
        ("test_sqld", &["FREEHOLD_TEST_SQLD"][..]),
        (
            "test_turso",
            &["FREEHOLD_TEST_TURSO_ORGANIZATION", "FREEHOLD_TEST_TURSO_GROUP", "FREEHOLD_TEST_TURSO_API_TOKEN"],
        ),
    ] {
        println!("cargo:rustc-check-cfg=cfg({cfg})");
        for variable in variables {
            println!("cargo:rerun-if-env-changed={variable}");
        }
        if variables.iter().all(|variable| std::env::var_os(variable).is_some_and(|value| !value.is_empty())) {
            println!("cargo:rustc-cfg={cfg}");
        }
    }
}
