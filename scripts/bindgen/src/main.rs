//! `evertoken-bindgen <wasm> <folder>`: writes the module for the web, and the JavaScript that loads it, into a folder.

use std::env::args;
use std::error::Error;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<(), Box<dyn Error>> {
    let (wasm, folder) = args().nth(1).zip(args().nth(2)).ok_or("usage: evertoken-bindgen <wasm> <folder>")?;
    let mut bindgen = Bindgen::new();
    // The entries bring the module, so that no bundler has to find it by a URL.
    bindgen.input_path(wasm).web(true)?.typescript(true).omit_default_module_path(true).out_name("evertoken");
    bindgen.generate(folder)?;
    Ok(())
}
