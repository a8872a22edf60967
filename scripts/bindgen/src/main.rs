//! Writes the JavaScript glue and the processed module of a wasm file: `evertoken-bindgen <input.wasm> <out-dir>`.

use std::env::args;
use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let (Some(input), Some(out_dir)) = (args().nth(1), args().nth(2)) else {
        eprintln!("usage: evertoken-bindgen <input.wasm> <out-dir>");
        return ExitCode::FAILURE;
    };
    let mut bindgen = Bindgen::new();
    bindgen.input_path(input).typescript(true);
    match bindgen.bundler(true).and_then(|bindgen| bindgen.generate(out_dir)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}
