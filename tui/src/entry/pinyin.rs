//! Finds Chinese names by what people type for them on a Latin keyboard: `zs`, `zhangs` and `zhangsan` all mean 张三.

use pinyin::ToPinyinMulti as _;

/// Longest piece of a name that is looked at, in characters: nobody types more.
const MAX_CHARACTERS: usize = 24;

/// True when the letters spell the characters of `name` from its beginning or from one of its later characters: of each character the
/// whole sound or the beginning of it, of none in between nothing. `letters` are folded.
pub fn spells(letters: &str, name: &str) -> bool {
    if letters.is_empty() || !letters.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return false;
    }
    let name: Vec<char> = name.chars().take(MAX_CHARACTERS).collect();
    let is_chinese = |letter: &char| letter.to_pinyin_multi().is_some();
    name.iter().any(is_chinese)
        && (0..name.len()).any(|start| goes_on(letters.as_bytes(), &name[start..]))
}

/// The letters that are left spell the characters that are left, or the first of them.
fn goes_on(letters: &[u8], name: &[char]) -> bool {
    if letters.is_empty() {
        return true;
    }
    let Some((first, rest)) = name.split_first() else {
        return false;
    };
    let Some(sounds) = first.to_pinyin_multi() else {
        // A Latin letter or a digit among them stands for itself.
        let itself = first.to_ascii_lowercase();
        return letters[0] as char == itself && goes_on(&letters[1..], rest);
    };
    (0..sounds.count()).any(|place| {
        let sound = sounds.get(place).plain();
        // As far as the letters follow the sound, each shorter piece of it too: 先 is `x`, `xi` and `xian`.
        let shared = sound
            .chars()
            .zip(letters)
            .take_while(|(sound, letter)| is_typed(*sound, **letter))
            .count();
        (1..=shared).any(|taken| goes_on(&letters[taken..], rest))
    })
}

/// ü is typed as v or u.
fn is_typed(sound: char, letter: u8) -> bool {
    match sound {
        'ü' => matches!(letter, b'v' | b'u'),
        _ => sound == letter as char,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_whole_sounds_and_both_mixed_spell_a_name() {
        for letters in ["z", "zs", "zhang", "zhangs", "zsan", "zhangsan", "s", "san"] {
            assert!(spells(letters, "张三"), "{letters}");
        }
        for letters in ["zss", "sz", "zhb", "", "zs1", "Zs"] {
            assert!(!spells(letters, "张三"), "{letters}");
        }
        assert!(spells("hbdl", "华北电力"));
        assert!(spells("dl", "华北电力"), "a later part of the name");
    }

    #[test]
    fn a_character_of_several_sounds_is_found_by_each() {
        assert!(spells("cq", "重庆"));
        assert!(spells("yh", "中国银行"));
        assert!(spells("yinhang", "中国银行"));
        assert!(spells("lv", "绿地") && spells("lu", "绿地"));
    }

    #[test]
    fn latin_letters_within_a_name_stand_for_themselves() {
        assert!(spells("akj", "A科技"), "from the Latin one on");
        assert!(spells("zga", "中国A"));
        assert!(!spells("acme", "Acme"), "that is not for this");
    }

    #[test]
    fn a_long_name_and_many_letters_end_soon() {
        let name = "行".repeat(5_000);
        assert!(!spells(&"x".repeat(200), &name));
    }
}
