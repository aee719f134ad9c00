//! Looks for folded words in texts as they are, without making a folded copy of each.

/// True when `text` contains `needle` with case and width aside. `needle` is folded already.
pub fn contains(text: &str, needle: &str) -> bool {
    if needle.is_ascii() && !text.as_bytes().iter().any(|byte| is_lead_of_folding(*byte)) {
        return contains_ascii(text.as_bytes(), needle.as_bytes());
    }
    if needle.chars().all(is_caseless) {
        return text.contains(needle);
    }
    let mut rest = text.chars();
    loop {
        if starts_with_folded(rest.clone(), needle) {
            return true;
        }
        if rest.next().is_none() {
            return false;
        }
    }
}

/// Bytes that begin a character which may fold to ASCII: full-width letters (EF) and the Kelvin sign (E2).
fn is_lead_of_folding(byte: u8) -> bool {
    matches!(byte, 0xE2 | 0xEF)
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

/// Ideographs, kana and hangul have neither case nor width that folding would change.
fn is_caseless(letter: char) -> bool {
    matches!(letter, '\u{3041}'..='\u{30FA}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}')
}

fn starts_with_folded(text: std::str::Chars<'_>, needle: &str) -> bool {
    let mut folded = text.flat_map(|letter| narrow(letter).to_lowercase());
    needle.chars().all(|wanted| folded.next() == Some(wanted))
}

/// The ordinary form of a full-width letter.
fn narrow(letter: char) -> char {
    match letter {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(letter) - 0xFEE0).unwrap_or(letter),
        '\u{3000}' => ' ',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::names::fold;
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
            prop_assert_eq!(contains(&text, &needle), fold(&text).contains(&needle) || text.to_lowercase().contains(&needle));
        }
    }
}
