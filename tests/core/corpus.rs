//! What the fuzz targets start from, replayed: every file of their corpus through its body.

use std::fs;
use std::path::Path;

use evertoken::fuzz;

fn replay(target: &str, body: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(target);
    let files = fs::read_dir(&folder).expect("a corpus").map(|entry| entry.expect("a file").path());
    for file in files.inspect(|file| eprintln!("{}", file.display())) {
        body(&fs::read(file).expect("bytes"));
    }
}

#[test]
fn tokens() {
    replay("token", fuzz::token);
}

#[test]
fn durations_and_settings() {
    replay("settings", fuzz::settings);
}

#[test]
fn sequences_of_events() {
    replay("session", fuzz::session);
}
