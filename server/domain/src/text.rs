//! Cleans the texts people give: trimmed, NFC, bounded, without control characters.

use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use crate::rejection::Violations;

/// Invisible characters that reorder or hide what a terminal shows.
fn is_deceptive(character: char) -> bool {
    matches!(
        character,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
    )
}

/// A text of one line. Empty counts as absent.
pub(crate) fn line(
    field: &str,
    given: &str,
    max_chars: usize,
    violations: &mut Violations,
) -> Option<Box<str>> {
    clean(field, given, max_chars, false, violations)
}

/// A text that may have line breaks and tabs. Empty counts as absent.
pub(crate) fn lines(
    field: &str,
    given: &str,
    max_chars: usize,
    violations: &mut Violations,
) -> Option<Box<str>> {
    clean(field, given, max_chars, true, violations)
}

/// A text of one line that must not be empty; a violation, and an empty text in its place, when it is.
pub(crate) fn required(
    field: &str,
    given: &str,
    max_chars: usize,
    violations: &mut Violations,
) -> Box<str> {
    let before = violations.len();
    match line(field, given, max_chars, violations) {
        Some(text) => text,
        None => {
            if violations.len() == before {
                violations.invalid(field, "must not be empty");
            }
            "".into()
        }
    }
}

/// `line` of an optional text.
pub(crate) fn optional(
    field: &str,
    given: &Option<String>,
    max_chars: usize,
    violations: &mut Violations,
) -> Option<Box<str>> {
    given
        .as_deref()
        .and_then(|text| line(field, text, max_chars, violations))
}

/// `lines` of an optional text.
pub(crate) fn optional_lines(
    field: &str,
    given: &Option<String>,
    max_chars: usize,
    violations: &mut Violations,
) -> Option<Box<str>> {
    given
        .as_deref()
        .and_then(|text| lines(field, text, max_chars, violations))
}

fn clean(
    field: &str,
    given: &str,
    max_chars: usize,
    multiline: bool,
    violations: &mut Violations,
) -> Option<Box<str>> {
    // A text so long that it cannot fit is not worth normalising.
    let trimmed = given.trim();
    if trimmed.is_empty() {
        return None;
    }
    if trimmed.len() > max_chars.saturating_mul(16) {
        violations.invalid(field, format!("must have at most {max_chars} characters"));
        return None;
    }
    let text: String = if multiline {
        trimmed.replace("\r\n", "\n").nfc().collect()
    } else {
        trimmed.nfc().collect()
    };
    let count = text.chars().count();
    if count > max_chars {
        violations.invalid(
            field,
            format!("must have at most {max_chars} characters, has {count}"),
        );
        return None;
    }
    let allowed = |character: char| multiline && matches!(character, '\n' | '\t');
    let refused = text.chars().find(|&character| {
        (character.is_control() && !allowed(character)) || is_deceptive(character)
    });
    if let Some(character) = refused {
        violations.invalid(
            field,
            format!(
                "must not contain the control character U+{:04X}",
                u32::from(character)
            ),
        );
        return None;
    }
    Some(text.into())
}

/// What two spellings of one name have in common: compatibility forms, letter case and spaces evened out.
///
/// Full-width letters become plain ones, so that `万科Ａ` and `万科A` meet.
pub fn normal_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    let mut space_pending = false;
    // ASCII is the common case and needs no tables.
    if text.is_ascii() {
        for byte in text.bytes() {
            push_key(
                &mut key,
                &mut space_pending,
                char::from(byte.to_ascii_lowercase()),
            );
        }
        return key;
    }
    if is_plain(text) {
        for character in text.chars() {
            push_key(&mut key, &mut space_pending, character.to_ascii_lowercase());
        }
        return key;
    }
    for character in text.nfkc().flat_map(char::to_lowercase) {
        push_key(&mut key, &mut space_pending, character);
    }
    key
}

fn push_key(key: &mut String, space_pending: &mut bool, character: char) {
    if character.is_whitespace() {
        *space_pending = !key.is_empty();
        return;
    }
    if std::mem::take(space_pending) {
        key.push(' ');
    }
    key.push(character);
}

/// Whether a text has only characters whose compatibility form is themselves and whose case, if any, is ASCII's: ASCII, and
/// the Han characters from U+4000 to U+9FFF, which are three bytes long and begin with 0xE4 to 0xE9.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        at += match byte {
            0..=0x7F => 1,
            0xE4..=0xE9 => 3,
            _ => return false,
        };
    }
    true
}

/// Whether the key of a text contains a key, without making the former where that can be avoided.
pub(crate) fn key_contains(text: &str, key: &str) -> bool {
    let Some((&first, rest)) = key.as_bytes().split_first() else {
        return true;
    };
    // A space of the key may stand for several of the text.
    if !is_plain(text) || first == b' ' || rest.contains(&b' ') {
        return normal_key(text).contains(key);
    }
    let text = text.as_bytes();
    text.windows(key.len()).any(|window| {
        window[0].to_ascii_lowercase() == first && {
            let others = window[1..].iter().map(u8::to_ascii_lowercase);
            others.eq(rest.iter().copied())
        }
    })
}

/// `normal_key`, shared.
pub(crate) fn shared_key(text: &str) -> Arc<str> {
    normal_key(text).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_trimmed_composed_and_judged() {
        let mut violations = Violations::default();
        let name = required("name", "  Cafe\u{301} \n", 10, &mut violations);
        assert_eq!(&*name, "Café");
        assert!(violations.is_empty());
        assert_eq!(&*required("name", " \t ", 10, &mut violations), "");
        assert_eq!(line("name", "a\u{7}b", 10, &mut violations), None);
        assert_eq!(line("name", "a\nb", 10, &mut violations), None);
        assert_eq!(line("name", "a\u{202E}b", 10, &mut violations), None);
        assert_eq!(line("name", "12345678901", 10, &mut violations), None);
        assert_eq!(line("name", &"x".repeat(10_000), 10, &mut violations), None);
        assert_eq!(violations.len(), 6);
        assert_eq!(
            lines("note", "a\r\nb\tc", 10, &mut violations).as_deref(),
            Some("a\nb\tc")
        );
    }

    #[test]
    fn a_text_contains_what_its_key_contains() {
        for text in [
            "",
            "华北 电力Ａ",
            "华北  Acme电力",
            "Acme  Corp",
            "ACME\tcorp",
            "万科Ａ Corp",
            "a b",
            "É x",
        ] {
            for key in [
                "",
                "a",
                "acme",
                "acme corp",
                "电力",
                "北 电",
                "acme电",
                "e c",
                "万科a",
                "é",
                "corp",
                "zzz",
            ] {
                let expected = normal_key(text).contains(key);
                assert_eq!(key_contains(text, key), expected, "{text:?} {key:?}");
            }
        }
    }

    #[test]
    fn keys_even_out_width_case_and_spaces() {
        assert_eq!(normal_key("万科Ａ"), normal_key("万科a"));
        assert_eq!(normal_key("  Acme   Corp "), "acme corp");
        assert_eq!(normal_key("Ⅷ\u{3000}ÉCOLE"), "viii école");
    }
}
