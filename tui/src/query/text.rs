//! Looks for folded words in texts as they are, without making a folded copy where none is needed.

use crate::entry::names::fold;

/// True when `text` contains `needle` with case and width aside. `needle` is folded already.
pub fn contains(text: &str, needle: &str) -> bool {
    if text.is_ascii() {
        return contains_ascii(text.as_bytes(), needle.as_bytes());
    }
    fold(text).contains(needle)
}

fn contains_ascii(text: &[u8], needle: &[u8]) -> bool {
    let Some((first, rest)) = needle.split_first() else {
        return true;
    };
    let Some(last_start) = text.len().checked_sub(needle.len()) else {
        return false;
    };
    let upper = first.to_ascii_uppercase();
    (0..=last_start).any(|at| {
        (text[at] == *first || text[at] == upper)
            && text[at + 1..at + needle.len()].eq_ignore_ascii_case(rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_and_width_do_not_matter() {
        for (text, needle, expected) in [
            ("Acme Renewal", "ren", true),
            ("ＡＣＭＥ", "acme", true),
            ("华北电力ACME", "acme", true),
            ("华北电力", "电力", true),
            ("ÄRZTE", "ärz", true),
            ("Acme", "acmes", false),
            ("", "a", false),
            ("a", "", true),
        ] {
            assert_eq!(contains(text, needle), expected, "{text} {needle}");
        }
    }

    proptest! {
        #[test]
        fn it_finds_what_a_folded_copy_would_contain(text in "[a-cA-C华北Äß ]{0,20}", needle in "[a-cA-C华北Ä]{0,4}") {
            let needle = fold(&needle);
            prop_assert_eq!(contains(&text, &needle), fold(&text).contains(&needle));
        }
    }
}
