//! Tells the tests of this crate which external storages are available. Tests of the others are shown as ignored, with the
//! reason. The shipped program does not depend on this.

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
