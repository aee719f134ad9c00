//! Text on a grid: the only place that measures width and shortens names, money, numbers and ages.

use std::borrow::Cow;
use std::ops::Range;

use ratatui::buffer::CellWidth;
use unicode_segmentation::UnicodeSegmentation;

/// What stands for the part of a text that did not fit.
pub const ELLIPSIS: &str = "…";

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;

/// Days are counted on up to this many, because "93d" says more to a seller than "3mo".
const LAST_DAY_COUNT: i64 = 999;

/// How numbers and ages are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Locale {
    /// `1.2M`, `3d`.
    #[default]
    English,
    /// `120万`, `1.2亿`, `3天`.
    Chinese,
}

impl Locale {
    /// The locale of a language tag or of a `LANG` value: `zh-CN`, `zh_CN.UTF-8`, `en_GB`; English when it is neither.
    pub fn from_tag(tag: &str) -> Self {
        let language = tag.get(..2).unwrap_or_default();
        if language.eq_ignore_ascii_case("zh") {
            Self::Chinese
        } else {
            Self::English
        }
    }

    /// The language tag: `en` or `zh-CN`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }
}

/// Where a text stands in a field that is wider than it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Names: padding follows.
    Left,
    /// Figures: padding comes first, so that digits stay under digits.
    Right,
}

/// Columns a text takes on the screen. Control characters take none, as ratatui drops them.
pub fn width(text: &str) -> usize {
    let mut columns = 0;
    for letter in text.chars() {
        match simple_width(letter) {
            Some(one) => columns += one,
            None => return text.graphemes(true).map(grapheme_width).sum(),
        }
    }
    columns
}

/// Columns of a letter that is a grapheme of its own among others of its sort; none for letters that may join their neighbours
/// and so must be measured by grapheme. It covers what nearly all text on the screen consists of.
pub const fn simple_width(letter: char) -> Option<usize> {
    match letter {
        // Latin with its accents; a soft hyphen (U+00AD) is not seen, and © and ® may become emoji.
        ' '..='~' | '·' | '\u{00C0}'..='\u{02AF}' => Some(1),
        '…' | '–' | '—' | '›' | '↑' | '→' | '↓' => Some(1),
        '\u{2500}'..='\u{259F}' | '●' | '○' | '▲' | '◌' | '◔' | '✓' | '✗' => Some(1),
        '\u{3001}' | '\u{3002}' | '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' => Some(2),
        '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' => Some(2),
        '\u{FF01}'..='\u{FF60}' => Some(2),
        _ => None,
    }
}

/// Columns one grapheme takes, by ratatui's own rule: with another one columns would drift.
pub fn grapheme_width(grapheme: &str) -> usize {
    if grapheme.contains(char::is_control) {
        return 0;
    }
    usize::from(grapheme.cell_width())
}

/// The longest start of a text that fits into `columns`, never cutting a grapheme.
pub fn prefix(text: &str, columns: usize) -> &str {
    let mut used = 0;
    for (offset, letter) in text.char_indices() {
        let Some(width) = simple_width(letter) else {
            break;
        };
        used += width;
        if used > columns {
            return &text[..offset];
        }
    }
    used = 0;
    for (offset, grapheme) in text.grapheme_indices(true) {
        used += grapheme_width(grapheme);
        if used > columns {
            return &text[..offset];
        }
    }
    text
}

/// The text itself if it fits into `columns`, else as much of it as fits with an ellipsis.
pub fn truncate(text: &str, columns: usize) -> Cow<'_, str> {
    // A byte never takes more than one column, so the common short name needs no measuring.
    if text.len() <= columns && text.is_ascii() || width(text) <= columns {
        return Cow::Borrowed(text);
    }
    if columns == 0 {
        return Cow::Borrowed("");
    }
    let mut shortened = prefix(text, columns - 1).trim_end().to_owned();
    shortened.push_str(ELLIPSIS);
    Cow::Owned(shortened)
}

/// The text shortened or padded to exactly `columns`.
pub fn fit(text: &str, columns: usize, align: Align) -> String {
    let shown = truncate(text, columns);
    let padding = columns.saturating_sub(width(&shown));
    let mut field = String::with_capacity(shown.len() + padding);
    if align == Align::Right {
        field.extend(std::iter::repeat_n(' ', padding));
    }
    field.push_str(&shown);
    if align == Align::Left {
        field.extend(std::iter::repeat_n(' ', padding));
    }
    field
}

/// The text broken into lines of at most `columns`: at spaces where there are some, between any two graphemes in scripts that
/// have none. Line breaks of the text are kept. A grapheme wider than `columns` gets a line of its own.
pub fn wrap(text: &str, columns: usize) -> Vec<&str> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        wrap_paragraph(paragraph, columns, &mut lines);
    }
    lines
}

fn wrap_paragraph<'a>(paragraph: &'a str, columns: usize, lines: &mut Vec<&'a str>) {
    let mut line: Option<(usize, usize)> = None;
    for atom in atoms(paragraph, columns) {
        line = match line {
            Some((start, _)) if width(&paragraph[start..atom.end]) <= columns => {
                Some((start, atom.end))
            }
            Some((start, end)) => {
                lines.push(&paragraph[start..end]);
                Some((atom.start, atom.end))
            }
            None => Some((atom.start, atom.end)),
        };
    }
    let (start, end) = line.unwrap_or_default();
    lines.push(&paragraph[start..end]);
}

/// The pieces a line break may stand between: words, wide characters, and parts of words longer than a line.
fn atoms(paragraph: &str, columns: usize) -> Vec<Range<usize>> {
    let mut atoms: Vec<Range<usize>> = Vec::new();
    let mut open = 0;
    for (start, grapheme) in paragraph.grapheme_indices(true) {
        let end = start + grapheme.len();
        let wide = grapheme_width(grapheme);
        match atoms.last_mut() {
            _ if grapheme.chars().all(char::is_whitespace) => open = 0,
            Some(last) if wide < 2 && open > 0 && open + wide <= columns => {
                last.end = end;
                open += wide;
            }
            _ => {
                atoms.push(start..end);
                open = if wide < 2 { wide.max(1) } else { 0 };
            }
        }
    }
    atoms
}

/// A whole number with thousands separators: `1,234,567`.
pub fn number(value: i128) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if value < 0 {
        text.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Money in full for details and forms: `1,234,567.80`; minor digits are left away when they are all zero.
pub fn money_full(amount_minor: i128, minor_digits: u8) -> String {
    let scale = power_of_ten(minor_digits);
    let (whole, minor) = (amount_minor / scale, (amount_minor % scale).abs());
    if minor == 0 {
        return number(whole);
    }
    let sign = if amount_minor < 0 && whole == 0 {
        "-"
    } else {
        ""
    };
    let digits = usize::from(minor_digits);
    format!("{sign}{}.{minor:0digits$}", number(whole))
}

/// Money for a card or a column head, at most three or four significant digits: `950`, `12.5k`, `1.2M`, `120万`, `1.2亿`.
pub fn money_short(amount_minor: i128, minor_digits: u8, locale: Locale) -> String {
    short(amount_minor, power_of_ten(minor_digits), locale)
}

/// A whole number shortened in the same way as money.
pub fn number_short(value: i128, locale: Locale) -> String {
    short(value, 1, locale)
}

fn short(value: i128, scale: i128, locale: Locale) -> String {
    let units: &[(i128, &str)] = match locale {
        Locale::English => &[
            (1, ""),
            (1_000, "k"),
            (1_000_000, "M"),
            (1_000_000_000, "B"),
            (1_000_000_000_000, "T"),
        ],
        Locale::Chinese => &[
            (1, ""),
            (10_000, "万"),
            (100_000_000, "亿"),
            (1_000_000_000_000, "万亿"),
        ],
    };
    let sign = if value < 0 { "-" } else { "" };
    let magnitude = i128::try_from(value.unsigned_abs()).unwrap_or(i128::MAX);
    let mut chosen = units.len() - 1;
    for (index, window) in units.windows(2).enumerate() {
        // Rounded before it is compared, so that 999,960 is 1M and not 1000k.
        let rounded = round_to_shown(magnitude, scale.saturating_mul(window[0].0), index == 0);
        if rounded < (window[1].0 / window[0].0) * 10 {
            chosen = index;
            break;
        }
    }
    let (unit, name) = units[chosen];
    let tenths = round_to_shown(magnitude, scale.saturating_mul(unit), chosen == 0);
    let (whole, tenth) = (tenths / 10, tenths % 10);
    if tenth == 0 {
        format!("{sign}{whole}{name}")
    } else {
        format!("{sign}{whole}.{tenth}{name}")
    }
}

/// Tenths of a unit, rounded half up to what is shown: one decimal under a hundred of a larger unit, none else.
fn round_to_shown(magnitude: i128, unit: i128, plain: bool) -> i128 {
    let tenths = (magnitude.saturating_mul(10).saturating_add(unit / 2)) / unit;
    if plain || tenths >= 1_000 {
        (magnitude.saturating_add(unit / 2) / unit).saturating_mul(10)
    } else {
        tenths
    }
}

/// A time span in one figure: `45s`, `12m`, `5h`, `3d`, `4y`; in Chinese `3天`. Negative spans count as none.
pub fn age(seconds: i64, locale: Locale) -> String {
    let seconds = seconds.max(0);
    let (count, english, chinese) = if seconds < MINUTE {
        (seconds, "s", "秒")
    } else if seconds < HOUR {
        (seconds / MINUTE, "m", "分")
    } else if seconds < DAY {
        (seconds / HOUR, "h", "时")
    } else if seconds / DAY <= LAST_DAY_COUNT {
        (seconds / DAY, "d", "天")
    } else {
        (seconds / YEAR, "y", "年")
    };
    let unit = match locale {
        Locale::English => english,
        Locale::Chinese => chinese,
    };
    format!("{count}{unit}")
}

/// Basis points as a percentage: `7000` → `70%`, `1250` → `12.5%`, `333` → `3.33%`.
pub fn percent(basis_points: i64) -> String {
    let sign = if basis_points < 0 { "-" } else { "" };
    let magnitude = basis_points.unsigned_abs();
    let (whole, rest) = (magnitude / 100, magnitude % 100);
    match (rest / 10, rest % 10) {
        (0, 0) => format!("{sign}{whole}%"),
        (tenth, 0) => format!("{sign}{whole}.{tenth}%"),
        _ => format!("{sign}{whole}.{rest:02}%"),
    }
}

fn power_of_ten(digits: u8) -> i128 {
    10_i128.pow(u32::from(digits.min(18)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn width_counts_columns_by_grapheme() {
        for (text, columns) in [
            ("Acme", 4),
            ("华北电力", 8),
            ("e\u{301}", 1),
            ("👩‍👩‍👧", 2),
            ("a\tb", 2),
            ("", 0),
        ] {
            assert_eq!(width(text), columns, "{text:?}");
        }
    }

    #[test]
    fn truncation_never_cuts_a_wide_character_in_half() {
        assert_eq!(truncate("华北电力", 8), "华北电力");
        assert_eq!(truncate("华北电力", 7), "华北电…");
        assert_eq!(truncate("华北电力", 6), "华北…");
        assert_eq!(truncate("Acme renewal", 6), "Acme…");
        assert_eq!(truncate("Acme", 0), "");
        assert_eq!(truncate("华", 1), "…");
        assert_eq!(fit("华北", 5, Align::Left), "华北 ");
        assert_eq!(fit("1.2M", 6, Align::Right), "  1.2M");
    }

    #[test]
    fn money_is_short_by_locale() {
        for (amount, english, chinese) in [
            (0, "0", "0"),
            (950, "950", "950"),
            (1_200, "1.2k", "1200"),
            (12_500, "12.5k", "1.3万"),
            (999_960, "1M", "100万"),
            (1_200_000, "1.2M", "120万"),
            (12_000_000, "12M", "1200万"),
            (120_000_000, "120M", "1.2亿"),
            (99_999_999, "100M", "1亿"),
            (1_550_000_000_000, "1.6T", "1.6万亿"),
            (-1_200_000, "-1.2M", "-120万"),
        ] {
            let amount: i128 = amount;
            assert_eq!(money_short(amount * 100, 2, Locale::English), english);
            assert_eq!(money_short(amount * 100, 2, Locale::Chinese), chinese);
            assert_eq!(number_short(amount, Locale::English), english);
        }
        // Absurd figures are still printed rather than overflowing.
        assert_eq!(money_short(i128::MIN, 0, Locale::English).pop(), Some('T'));
    }

    #[test]
    fn money_in_full_keeps_every_minor_unit() {
        assert_eq!(money_full(123_456_780, 2), "1,234,567.80");
        assert_eq!(money_full(-5, 2), "-0.05");
        assert_eq!(money_full(-100_005, 2), "-1,000.05");
        assert_eq!(money_full(100_000, 2), "1,000");
        assert_eq!(money_full(1_000, 0), "1,000");
    }

    #[test]
    fn ages_are_one_figure() {
        for (seconds, english, chinese) in [
            (-4, "0s", "0秒"),
            (45, "45s", "45秒"),
            (HOUR - 1, "59m", "59分"),
            (5 * HOUR, "5h", "5时"),
            (3 * DAY + 1, "3d", "3天"),
            (400 * DAY, "400d", "400天"),
            (4 * YEAR, "4y", "4年"),
        ] {
            assert_eq!(age(seconds, Locale::English), english);
            assert_eq!(age(seconds, Locale::Chinese), chinese);
        }
    }

    #[test]
    fn percentages_show_what_they_hold() {
        assert_eq!(percent(7_000), "70%");
        assert_eq!(percent(1_250), "12.5%");
        assert_eq!(percent(333), "3.33%");
        assert_eq!(percent(5), "0.05%");
        assert_eq!(percent(-1_000), "-10%");
    }

    #[test]
    fn wrapping_breaks_at_spaces_and_between_ideographs() {
        assert_eq!(wrap("call the buyer", 9), ["call the", "buyer"]);
        assert_eq!(wrap("华北电力二期", 5), ["华北", "电力", "二期"]);
        assert_eq!(wrap("one\ntwo", 80), ["one", "two"]);
        assert_eq!(wrap("incomprehensible", 6), ["incomp", "rehens", "ible"]);
    }

    #[test]
    fn simple_letters_stand_alone_and_are_as_wide_as_said() {
        let simple: Vec<char> = ('\0'..=char::MAX)
            .filter(|letter| simple_width(*letter).is_some())
            .collect();
        let text: String = simple.iter().rev().chain(&simple).collect();
        let graphemes: Vec<&str> = text.graphemes(true).collect();
        assert_eq!(graphemes.len(), 2 * simple.len());
        for grapheme in graphemes {
            let letter = grapheme.chars().next().unwrap();
            assert_eq!(
                simple_width(letter),
                Some(grapheme_width(grapheme)),
                "{letter:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn fitted_text_has_exactly_the_asked_width(text in "\\PC{0,30}", columns in 0_usize..40) {
            prop_assert_eq!(width(&fit(&text, columns, Align::Left)), columns);
            prop_assert_eq!(width(&fit(&text, columns, Align::Right)), columns);
        }

        #[test]
        fn wrapped_lines_fit_and_lose_nothing_but_spaces(text in "[a-c华北 ]{0,60}", columns in 2_usize..20) {
            let lines = wrap(&text, columns);
            prop_assert!(lines.iter().all(|line| width(line) <= columns), "{:?}", lines);
            let kept: String = lines.concat().split_whitespace().collect();
            let all: String = text.split_whitespace().collect();
            prop_assert_eq!(kept, all);
        }

        #[test]
        fn short_figures_stay_short(value in -1_000_000_000_000_000_i128..1_000_000_000_000_000) {
            prop_assert!(width(&number_short(value, Locale::English)) <= 8);
            prop_assert!(width(&number_short(value, Locale::Chinese)) <= 10);
        }
    }
}
