//! Cuts an entry line into words: a sign, a value, and where in the line they stand.

use std::ops::Range;

/// What a word is, by the sign it begins with. Full-width signs of Chinese keyboards count too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// No sign: a part of the name, or the amount.
    Bare,
    /// In quotation marks: a part of the name, whatever it looks like.
    Quoted,
    /// `@proposal`.
    Stage,
    /// `^fri`.
    ContractDate,
    /// `#kim`.
    Contact,
    /// `&lee`.
    Owner,
    /// `:acme`.
    Customer,
    /// `!A`.
    Grade,
}

/// One word of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// What it is.
    pub sign: Sign,
    /// Its text without sign and quotation marks.
    pub value: &'a str,
    /// Its bytes in the line, sign and quotation marks included.
    pub range: Range<usize>,
}

const QUOTES: &[(char, char)] = &[('"', '"'), ('“', '”'), ('「', '」')];

/// The words of a line, in order. A sign alone is a word of the name: `AT & T`. An open quotation runs to the line's end.
pub fn tokens(line: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = line;
    loop {
        rest = rest.trim_start();
        let Some(first) = rest.chars().next() else {
            return tokens;
        };
        let start = line.len() - rest.len();
        let (mut sign, mut body) = match sign_of(first) {
            Some(sign) => (sign, &rest[first.len_utf8()..]),
            None => (Sign::Bare, rest),
        };
        if body.is_empty() || body.starts_with(char::is_whitespace) {
            (sign, body) = (Sign::Bare, rest);
        }
        let (value, consumed) = match quoted(body) {
            Some((inside, consumed)) => {
                if sign == Sign::Bare {
                    sign = Sign::Quoted;
                }
                (inside, consumed)
            }
            None => {
                let end = body.find(char::is_whitespace).unwrap_or(body.len());
                (&body[..end], end)
            }
        };
        let end = line.len() - body.len() + consumed;
        tokens.push(Token {
            sign,
            value,
            range: start..end,
        });
        rest = &line[end..];
    }
}

/// What a word that begins with this letter is.
pub(super) fn sign_of(letter: char) -> Option<Sign> {
    Some(match letter {
        '@' | '＠' => Sign::Stage,
        '^' | '＾' => Sign::ContractDate,
        '#' | '＃' => Sign::Contact,
        '&' | '＆' => Sign::Owner,
        ':' | '：' => Sign::Customer,
        '!' | '！' => Sign::Grade,
        _ => return None,
    })
}

/// The inside of a leading quotation and how many bytes it takes with its marks.
fn quoted(text: &str) -> Option<(&str, usize)> {
    let opening = text.chars().next()?;
    let (_, closing) = QUOTES.iter().find(|(open, _)| *open == opening)?;
    let inside = &text[opening.len_utf8()..];
    Some(match inside.find(*closing) {
        Some(end) => (
            &inside[..end],
            opening.len_utf8() + end + closing.len_utf8(),
        ),
        None => (inside, text.len()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Vec<(Sign, &str)> {
        tokens(line)
            .into_iter()
            .map(|token| (token.sign, token.value))
            .collect()
    }

    #[test]
    fn words_are_told_apart_by_their_sign() {
        assert_eq!(
            read("华北电力 120万 @方案 ^3/15 ＃张三　！A"),
            [
                (Sign::Bare, "华北电力"),
                (Sign::Bare, "120万"),
                (Sign::Stage, "方案"),
                (Sign::ContractDate, "3/15"),
                (Sign::Contact, "张三"),
                (Sign::Grade, "A"),
            ]
        );
        assert_eq!(
            read("AT & T"),
            [(Sign::Bare, "AT"), (Sign::Bare, "&"), (Sign::Bare, "T")]
        );
        assert_eq!(
            read("\"@home 2024\" :\"Acme Holding\""),
            [
                (Sign::Quoted, "@home 2024"),
                (Sign::Customer, "Acme Holding")
            ]
        );
        assert_eq!(read("#\"Kim Le"), [(Sign::Contact, "Kim Le")]);
        assert_eq!(read("  "), []);
        assert_eq!(read("C# R&D"), [(Sign::Bare, "C#"), (Sign::Bare, "R&D")]);
    }

    #[test]
    fn ranges_cover_sign_and_quotation_marks() {
        let line = "Acme :\"B C\" @x";
        let ranges: Vec<&str> = tokens(line)
            .into_iter()
            .map(|token| &line[token.range])
            .collect();
        assert_eq!(ranges, ["Acme", ":\"B C\"", "@x"]);
    }
}
