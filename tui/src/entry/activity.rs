//! Reads an activity in one line: `电话 张总 报价已发 下周二回访`, `visit #lee saw the plant ^fri @Main works`, `@39.9042,116.4074`.

use std::ops::Range;

use jiff::civil::Date;

use super::date::parse_date;
use super::names::fold;
use crate::record::{ActivityKind, CheckInPlace, Coordinates, Site};

/// Titles that stand behind a Chinese family name.
const TITLES: [&str; 16] = [
    "董事长",
    "总经理",
    "总监",
    "经理",
    "主任",
    "处长",
    "科长",
    "部长",
    "局长",
    "老师",
    "先生",
    "女士",
    "总",
    "董",
    "工",
    "姐",
];
/// Most words of a name behind its first.
const MAX_NAME_WORDS: usize = 3;
/// Units of a degree that coordinates are kept in.
const E7: i64 = 10_000_000;
/// Digits behind the point of a degree that are kept.
const DEGREE_DIGITS: usize = 7;

/// Words for each kind; the first word of a line may be one.
const KIND_WORDS: [(ActivityKind, &[&str]); 7] = [
    (
        ActivityKind::Call,
        &["call", "called", "phone", "电话", "致电", "打电话", "通话"],
    ),
    (
        ActivityKind::Visit,
        &["visit", "visited", "拜访", "上门", "走访", "签到"],
    ),
    (
        ActivityKind::Meeting,
        &["meeting", "meet", "met", "会议", "开会", "见面"],
    ),
    (ActivityKind::Demo, &["demo", "演示", "展示"]),
    (
        ActivityKind::Email,
        &["email", "e-mail", "mail", "邮件", "发邮件", "微信"],
    ),
    (ActivityKind::Note, &["note", "备注", "笔记"]),
    (ActivityKind::Other, &["other", "其他", "其它"]),
];

/// A contact that the line may name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownContact {
    /// `contacts/ID`.
    pub id: u64,
    /// Their name.
    pub name: String,
}

/// What a line may speak of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActivityLexicon {
    /// The deal's people.
    pub contacts: Vec<KnownContact>,
    /// The customer's sites.
    pub sites: Vec<Site>,
}

/// What is wrong with a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActivityProblem {
    /// No contact of the deal is called so.
    Contact(String),
    /// Not a day after today.
    Date(String),
    /// Neither a site of the customer nor coordinates.
    Place(String),
}

/// What was understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActivityEntry {
    /// What was done: as said, else a visit at a place, a call with a contact, a note otherwise.
    pub kind: ActivityKind,
    /// With whom.
    pub contact_id: Option<u64>,
    /// What was said; the whole line without kind, contact and place.
    pub text: String,
    /// The day of the next step.
    pub follow_up: Option<Date>,
    /// Where.
    pub place: Option<CheckInPlace>,
    /// What is wrong, in the line's order.
    pub problems: Vec<ActivityProblem>,
    /// Bytes of the line that were taken for something else than text.
    pub marks: Vec<Range<usize>>,
}

impl ActivityEntry {
    /// It says something, and nothing in it is wrong.
    pub fn is_complete(&self) -> bool {
        let says = !self.text.is_empty() || self.place.is_some() || self.contact_id.is_some();
        says && self.problems.is_empty()
    }
}

/// Reads a line, seen from `today`.
pub fn parse(line: &str, lexicon: &ActivityLexicon, today: Date) -> ActivityEntry {
    let mut entry = ActivityEntry::default();
    let mut kind = None;
    let mut words: Vec<&str> = Vec::new();
    let spans = spans(line);
    let mut place = 0;
    while let Some(span) = spans.get(place) {
        let word = &line[span.clone()];
        place += 1;
        if place == 1
            && let Some(said) = kind_of(word)
        {
            kind = Some(said);
            entry.marks.push(span.clone());
        } else if let Some(name) = sign(word, ['#', '＃']) {
            let (found, used) = full_name(span.end - name.len(), line, &spans[place..], lexicon);
            match found.or_else(|| contact(name, lexicon)) {
                Some(id) => entry.contact_id = Some(id),
                None => entry
                    .problems
                    .push(ActivityProblem::Contact(name.to_owned())),
            }
            let end = spans[place..][..used]
                .last()
                .map_or(span.end, |last| last.end);
            entry.marks.push(span.start..end);
            place += used;
        } else if let Some(date) = sign(word, ['^', '＾']) {
            match parse_date(date, today).ok().filter(|day| *day >= today) {
                Some(day) => entry.follow_up = Some(day),
                None => entry.problems.push(ActivityProblem::Date(date.to_owned())),
            }
            entry.marks.push(span.clone());
        } else if let Some(name) = sign(word, ['@', '＠']) {
            // The name of a site may have spaces: as many words as still begin one.
            let (found, used) = site(name, line, &spans[place..], lexicon);
            match found {
                Some(found) => entry.place = Some(found),
                None => entry.problems.push(ActivityProblem::Place(name.to_owned())),
            }
            let end = spans[place..][..used]
                .last()
                .map_or(span.end, |last| last.end);
            entry.marks.push(span.start..end);
            place += used;
        } else if entry.contact_id.is_none()
            && let Some(id) = bare_contact(word, lexicon)
        {
            entry.contact_id = Some(id);
            entry.marks.push(span.clone());
        } else {
            if let Some((length, day)) = bare_date(word, today) {
                entry.follow_up = Some(day);
                entry.marks.push(span.start..span.start + length);
            }
            words.push(word);
        }
    }
    entry.text = words.join(" ");
    entry.kind = kind.unwrap_or(match (&entry.place, entry.contact_id) {
        (Some(_), _) => ActivityKind::Visit,
        (None, Some(_)) => ActivityKind::Call,
        (None, None) => ActivityKind::Note,
    });
    entry
}

/// Bytes of each word.
fn spans(line: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut start = None;
    for (offset, letter) in line.char_indices() {
        match (letter.is_whitespace(), start) {
            (true, Some(from)) => {
                spans.push(from..offset);
                start = None;
            }
            (false, None) => start = Some(offset),
            _ => {}
        }
    }
    if let Some(from) = start {
        spans.push(from..line.len());
    }
    spans
}

fn sign(word: &str, signs: [char; 2]) -> Option<&str> {
    word.strip_prefix(signs)
}

fn kind_of(word: &str) -> Option<ActivityKind> {
    let word = fold(word);
    let word = word.trim_end_matches([':', '：', ',', '，']);
    let known = |(_, words): &&(ActivityKind, &[&str])| words.contains(&word);
    KIND_WORDS.iter().find(known).map(|(kind, _)| *kind)
}

/// The one contact whose name is, begins or contains the text, or whose family name stands before a title: 张总.
fn contact(text: &str, lexicon: &ActivityLexicon) -> Option<u64> {
    let wanted = fold(text);
    if wanted.is_empty() {
        return None;
    }
    let one = |matches: &dyn Fn(&str) -> bool| {
        let mut found = lexicon
            .contacts
            .iter()
            .filter(|contact| matches(&fold(&contact.name)));
        let first = found.next();
        first
            .filter(|_| found.next().is_none())
            .map(|contact| contact.id)
    };
    one(&|name| name == wanted)
        .or_else(|| one(&|name| name.starts_with(&wanted)))
        .or_else(|| titled(&wanted).and_then(|family| one(&|name| name.starts_with(family))))
        .or_else(|| one(&|name| name.contains(&wanted)))
}

/// The contact whose whole name stands here, and the words behind the first that belong to it: `#Lee Park`.
fn full_name(
    start: usize,
    line: &str,
    rest: &[Range<usize>],
    lexicon: &ActivityLexicon,
) -> (Option<u64>, usize) {
    for used in (1..=rest.len().min(MAX_NAME_WORDS)).rev() {
        let written = fold(&line[start..rest[used - 1].end]);
        let is_it = |contact: &&KnownContact| fold(&contact.name) == written;
        if let Some(contact) = lexicon.contacts.iter().find(is_it) {
            return (Some(contact.id), used);
        }
    }
    (None, 0)
}

fn titled(word: &str) -> Option<&str> {
    let family = TITLES.iter().find_map(|title| word.strip_suffix(title))?;
    (!family.is_empty()).then_some(family)
}

/// A word without a sign is a contact only where it can hardly be anything else: the whole name, a part of it that stands alone, or a
/// family name with a title.
fn bare_contact(word: &str, lexicon: &ActivityLexicon) -> Option<u64> {
    let wanted = fold(word);
    let stands = |name: &str| {
        name == wanted
            || (wanted.chars().count() > 1 && name.split_whitespace().any(|part| part == wanted))
    };
    let whole = lexicon
        .contacts
        .iter()
        .any(|contact| stands(&fold(&contact.name)));
    if whole || titled(&wanted).is_some() {
        contact(word, lexicon)
    } else {
        None
    }
}

/// The day that a word is or begins with (下周二回访), and its bytes; only days to come, so that 今天 stays part of the text.
fn bare_date(word: &str, today: Date) -> Option<(usize, Date)> {
    let letters: Vec<usize> = word
        .char_indices()
        .map(|(offset, letter)| offset + letter.len_utf8())
        .collect();
    let latin = word.is_ascii();
    for end in letters.iter().rev().copied() {
        let part = &word[..end];
        if latin && end < word.len() || part.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        // One letter is no day, and `3.5` in a text is a figure.
        if part.chars().count() < 2 || (part.contains('.') && !part.contains('-')) {
            continue;
        }
        if let Ok(day) = parse_date(part, today)
            && day > today
        {
            return Some((end, day));
        }
    }
    None
}

/// A site by the start of its name, or coordinates; with how many further words its name takes.
fn site(
    name: &str,
    line: &str,
    more: &[Range<usize>],
    lexicon: &ActivityLexicon,
) -> (Option<CheckInPlace>, usize) {
    if let Some(coordinates) = coordinates(name) {
        return (Some(CheckInPlace::Typed(coordinates)), 0);
    }
    let begins = |wanted: &str| {
        let wanted = fold(wanted);
        let mut sites = lexicon
            .sites
            .iter()
            .filter(move |site| fold(&site.name).starts_with(&wanted));
        let first = sites.next();
        first.map(|site| site.name.clone())
    };
    let Some(mut found) = begins(name) else {
        return (None, 0);
    };
    let mut wanted = name.to_owned();
    let mut used = 0;
    for span in more {
        wanted.push(' ');
        wanted.push_str(&line[span.clone()]);
        match begins(&wanted) {
            Some(longer) => {
                found = longer;
                used += 1;
            }
            None => break,
        }
    }
    (Some(CheckInPlace::Named(found)), used)
}

/// `39.9042,116.4074`: degrees north and east.
fn coordinates(text: &str) -> Option<Coordinates> {
    let (north, east) = text.split_once([',', '，'])?;
    let latitude_e7 = degrees(north, 90)?;
    let longitude_e7 = degrees(east, 180)?;
    Some(Coordinates {
        latitude_e7,
        longitude_e7,
    })
}

/// A decimal number of degrees as ten-millionths, without any float.
fn degrees(text: &str, most: i64) -> Option<i32> {
    let text = text.trim();
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || !digits(whole) || !digits(part) {
        return None;
    }
    let part: String = part.chars().take(DEGREE_DIGITS).collect();
    let part: i64 = format!("{part:0<DEGREE_DIGITS$}").parse().ok()?;
    let value = whole.parse::<i64>().ok()? * E7 + part;
    if value > most * E7 {
        return None;
    }
    i32::try_from(if negative { -value } else { value }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// A Wednesday.
    const TODAY: Date = date(2026, 3, 4);

    fn lexicon() -> ActivityLexicon {
        let contact = |id, name: &str| KnownContact {
            id,
            name: name.to_owned(),
        };
        let site = |name: &str| Site {
            name: name.to_owned(),
            coordinates: None,
        };
        ActivityLexicon {
            contacts: vec![
                contact(1, "张三"),
                contact(2, "Lee Park"),
                contact(3, "李文"),
            ],
            sites: vec![site("Main works"), site("总部"), site("Main office")],
        }
    }

    fn read(line: &str) -> ActivityEntry {
        parse(line, &lexicon(), TODAY)
    }

    #[test]
    fn a_name_of_several_words_behind_its_sign_is_taken_whole() {
        let lexicon = ActivityLexicon {
            contacts: vec![
                KnownContact {
                    id: 1,
                    name: "Lee Park".to_owned(),
                },
                KnownContact {
                    id: 2,
                    name: "Lee Kim".to_owned(),
                },
            ],
            sites: Vec::new(),
        };
        let entry = parse("call #lee park quote sent", &lexicon, date(2026, 3, 4));
        assert_eq!(
            (entry.contact_id, entry.text.as_str()),
            (Some(1), "quote sent")
        );
        assert_eq!(entry.marks.last(), Some(&(5..14)));
    }

    #[test]
    fn the_line_of_a_chinese_seller_is_understood() {
        let entry = read("张总 报价已发 下周二回访");
        assert_eq!(entry.kind, ActivityKind::Call);
        assert_eq!(entry.contact_id, Some(1));
        assert_eq!(entry.follow_up, Some(date(2026, 3, 10)));
        assert_eq!(entry.text, "报价已发 下周二回访");
        assert!(entry.is_complete());
    }

    #[test]
    fn the_line_of_an_english_seller_is_understood() {
        let entry = read("visit Lee saw the plant ^fri @main w");
        assert_eq!(entry.kind, ActivityKind::Visit);
        assert_eq!(entry.contact_id, Some(2));
        assert_eq!(entry.follow_up, Some(date(2026, 3, 6)));
        assert_eq!(
            entry.place,
            Some(CheckInPlace::Named("Main works".to_owned()))
        );
        assert_eq!(entry.text, "saw the plant");
    }

    #[test]
    fn what_only_looks_like_a_date_or_a_person_stays_text() {
        let entry = read("sent 3.5 of 12 boxes today, 今天 done");
        assert_eq!((entry.follow_up, entry.contact_id), (None, None));
        assert_eq!(entry.kind, ActivityKind::Note);
        assert_eq!(entry.text, "sent 3.5 of 12 boxes today, 今天 done");
    }

    #[test]
    fn typed_coordinates_are_exact_and_make_it_a_visit() {
        let entry = read("@39.9042,-116.40739999 looked at the roof");
        assert_eq!(entry.kind, ActivityKind::Visit);
        let expected = Coordinates {
            latitude_e7: 399_042_000,
            longitude_e7: -1_164_073_999,
        };
        assert_eq!(entry.place, Some(CheckInPlace::Typed(expected)));
        for wrong in ["@91,0", "@1,181", "@1.x,2", "@nowhere"] {
            assert!(
                matches!(read(wrong).problems[..], [ActivityProblem::Place(_)]),
                "{wrong}"
            );
        }
    }

    #[test]
    fn wrong_signs_are_named_and_an_empty_line_is_not_complete() {
        let entry = read("call #nobody ^yesterday");
        assert_eq!(
            entry.problems,
            [
                ActivityProblem::Contact("nobody".into()),
                ActivityProblem::Date("yesterday".into())
            ]
        );
        assert!(!read("").is_complete());
        assert!(!read("call").is_complete());
    }

    proptest::proptest! {
        /// Whatever is typed: no panic, and every mark lies within the line.
        #[test]
        fn any_line_can_be_read(line in "[a-z #@^,.0-9张总下周二回访+-]{0,40}") {
            let entry = read(&line);
            for mark in entry.marks {
                proptest::prop_assert!(line.get(mark).is_some());
            }
        }
    }
}
