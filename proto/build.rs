//! Compiles the protos with protox, in Rust: nobody needs a protoc to build Sluice.
#![allow(
    clippy::expect_used,
    reason = "a build script stops at its first error"
)]

use prost::Message as _;
use std::{env, fs, path::PathBuf};

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let mut files: Vec<PathBuf> = fs::read_dir(root.join("sluice/v1"))
        .expect("the folder of the protos")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "proto")
        })
        .collect();
    files.sort();
    println!("cargo:rerun-if-changed=sluice/v1");
    let descriptors = protox::compile(&files, [&root]).expect("the protos compile");
    fs::write(out.join("sluice.v1.binpb"), descriptors.encode_to_vec())
        .expect("a writable OUT_DIR");
    tonic_prost_build::configure()
        .out_dir(&out)
        .compile_fds(descriptors)
        .expect("the generated code is written");
}
