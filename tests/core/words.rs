//! The words that cross to JavaScript, on both sides.

use evertoken::core::Word;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test(unsupported = test)]
fn typescript_has_the_same_words_in_the_same_order() {
    let source = include_str!("../../js/words.ts");
    let (list, _) = source.split_once(".split").unwrap();
    let theirs: Vec<&str> = list.split('\'').skip(1).step_by(2).flat_map(str::split_whitespace).collect();
    let ours: Vec<&str> = Word::ALL.iter().map(|word| word.as_str()).collect();
    assert_eq!(theirs, ours);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_word_is_found_by_its_text() {
    for (place, word) in Word::ALL.iter().enumerate() {
        assert_eq!((*word as usize, Word::of(word.as_str())), (place, Some(*word)));
    }
    assert_eq!((Word::of(""), Word::of("Idle"), Word::of("idle ")), (None, None, None));
}
