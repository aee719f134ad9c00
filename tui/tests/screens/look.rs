//! What every screen looks like, in both languages, at every size: text, and below it the look of each cell.

use crate::fixture::{App, NOW};
use sluice::layer::{MovePreview, Unmet};
use sluice::message::{Msg, ServerFact};
use sluice::model::{
    Activity, ActivityKind, CheckedIn, DAY_US, Detail, Effect, MoveKind, NextAction, StageEntry,
    Trust,
};
use sluice::strings::Language::{self, Chinese, English};
use sluice::theme::{Ground, Look, ThemeKind};
use sluice::timeline::{ApprovalStep, Change, Happening, What};

const SIZES: [(u16, u16); 5] = [(200, 50), (80, 24), (40, 12), (20, 5), (1, 1)];

fn each(name: &str, mut prepare: impl FnMut(Language, u16, u16) -> App) {
    for language in [English, Chinese] {
        for (width, height) in SIZES {
            let mut app = prepare(language, width, height);
            let name = format!("{name}-{}-{width}x{height}", language.tag());
            insta::assert_snapshot!(name, app.picture());
        }
    }
}

fn detail(app: &App, id: u64) -> Detail {
    let card = app
        .model
        .picture
        .board
        .card(id)
        .cloned()
        .unwrap_or_default();
    let stay = |stage_id, days: i64, stayed: Option<i64>, kind, credited, why: &str| StageEntry {
        stage_id,
        entered_us: NOW - days * DAY_US,
        left_us: stayed.map(|stayed| NOW - (days - stayed) * DAY_US),
        kind,
        actor: "unix:1000 (kim)".to_owned(),
        credited,
        uncredited_reason: why.to_owned(),
        ..StageEntry::default()
    };
    let entry = |entry: StageEntry| Happening {
        at: entry.entered_us,
        deal_id: Some(id),
        what: What::Entered(entry),
    };
    let did = |activity: Activity| Happening {
        at: activity.happened_us,
        deal_id: Some(id),
        what: What::Did(activity),
    };
    let approval = |days: i64, step, member_id, words: &str| Happening {
        at: NOW - days * DAY_US,
        deal_id: Some(id),
        what: What::Approval {
            step,
            stage_id: 4,
            member_id: Some(member_id),
            words: words.to_owned(),
        },
    };
    let timeline = vec![
        did(Activity {
            id: 2,
            kind: ActivityKind::Visit,
            purpose: "see the plant".to_owned(),
            note: "They want the second phase before the summer shutdown. 下周报价。".to_owned(),
            happened_us: NOW - 3_600_000_000 * 5,
            member_id: Some(1),
            contact_id: Some(1),
            follow_up: Some(jiff::civil::date(2026, 3, 9)),
            check_in: Some(CheckedIn {
                trust: Trust::Verified,
                site: "Power plant 电厂".to_owned(),
                distance_m: Some(120),
                uncredited_reason: String::new(),
            }),
            ..Activity::default()
        }),
        approval(2, ApprovalStep::Refused, 1, "margin too thin"),
        approval(3, ApprovalStep::Asked, 3, "they sign this week"),
        Happening {
            at: NOW - 5 * DAY_US,
            deal_id: Some(id),
            what: What::Amended {
                changes: vec![
                    Change::Amount(98_000_000, 120_000_000),
                    Change::ContractDate(
                        Some(jiff::civil::date(2026, 3, 1)),
                        Some(jiff::civil::date(2026, 4, 1)),
                    ),
                    Change::Owner(None, Some(2)),
                ],
                by: Some(2),
            },
        },
        did(Activity {
            id: 1,
            kind: ActivityKind::Call,
            happened_us: NOW - 9 * DAY_US,
            member_id: Some(2),
            follow_up: Some(jiff::civil::date(2026, 2, 27)),
            ..Activity::default()
        }),
        did(Activity {
            id: 3,
            kind: ActivityKind::Visit,
            happened_us: NOW - 10 * DAY_US,
            member_id: Some(4),
            check_in: Some(CheckedIn {
                trust: Trust::Invalid,
                distance_m: Some(8_200),
                uncredited_reason: "OUTSIDE_RADIUS".to_owned(),
                ..CheckedIn::default()
            }),
            ..Activity::default()
        }),
        entry(stay(
            2,
            25,
            None,
            MoveKind::Forward,
            false,
            "BELOW_HIGH_WATER",
        )),
        entry(stay(1, 28, Some(3), MoveKind::Backward, false, "")),
        entry(StageEntry {
            override_reason: "the board wants it".to_owned(),
            ..stay(2, 48, Some(20), MoveKind::Forward, true, "")
        }),
        entry(stay(1, 60, Some(12), MoveKind::Created, false, "")),
    ];
    Detail {
        card,
        timeline,
        contacts: app.model.picture.contacts.values().cloned().collect(),
        collaborator_ids: vec![2, 3],
    }
}

#[test]
fn board() {
    each("board", |language, width, height| {
        let mut app = App::full(language, width, height);
        app.keys("l j");
        app
    });
}

#[test]
fn alerts() {
    each("alerts", |language, width, height| {
        let mut app = App::busy(language, width, height);
        app.keys("g a j");
        app
    });
}

#[test]
fn next_actions() {
    each("next", |language, width, height| {
        let mut app = App::busy(language, width, height);
        app.keys("g q");
        let actions = [(2, 1), (4, 1), (15, 2), (23, 3), (31, 4), (35, 5)];
        let actions = actions.map(|(deal, stage_id)| NextAction {
            opportunity_id: deal,
            stage_id,
            next_stage_id: stage_id + 1,
            gain_bp: 2_000,
            idle_days: u32::try_from(deal).unwrap_or(0),
        });
        app.server(ServerFact::NextActionsLoaded {
            member: None,
            result: Ok(actions.to_vec()),
        });
        app.keys("j");
        app
    });
}

#[test]
fn customer() {
    each("customer", |language, width, height| {
        let mut app = App::busy(language, width, height);
        app.keys("l j C");
        let Some(Effect::LoadCustomer(id)) = app.effects.last().cloned() else {
            panic!("not asked");
        };
        let timeline = detail(&app, 1).timeline;
        app.server(ServerFact::CustomerLoaded {
            id,
            result: Ok(timeline),
        });
        app
    });
}

#[test]
fn inbox() {
    each("inbox", |language, width, height| {
        let mut app = App::busy(language, width, height);
        app.keys("g i j");
        app
    });
}

#[test]
fn opportunity() {
    each("opportunity", |language, width, height| {
        let mut app = App::full(language, width, height);
        app.keys("l j enter");
        let id = app.model.selected().map_or(0, |card| card.id);
        let detail = detail(&app, id);
        app.server(ServerFact::DetailLoaded {
            id,
            result: Ok(Box::new(detail)),
        });
        app
    });
}

#[test]
fn a_stage_entered_once_more_says_so() {
    for (language, words) in [(English, "stayed in the stage"), (Chinese, "留在本阶段")] {
        let mut app = App::full(language, 200, 50);
        app.keys("l j enter");
        let id = app.model.selected().map_or(0, |card| card.id);
        let mut detail = detail(&app, id);
        let happening = detail
            .timeline
            .iter_mut()
            .find(|happening| matches!(&happening.what, What::Entered(entry) if entry.credited));
        let Some(What::Entered(entry)) = happening.map(|happening| &mut happening.what) else {
            panic!("no move");
        };
        entry.kind = MoveKind::Stayed;
        entry.credited = false;
        app.server(ServerFact::DetailLoaded {
            id,
            result: Ok(Box::new(detail)),
        });
        let text = app.text();
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn help() {
    each("help", |language, width, height| {
        let mut app = App::full(language, width, height);
        app.keys("?");
        app
    });
}

#[test]
fn entry() {
    each("entry", |language, width, height| {
        let mut app = App::full(language, width, height);
        app.keys("a").types("Acme Holding renewal 1.2m @4 ^fri");
        app
    });
}

#[test]
fn activity() {
    each("activity", |language, width, height| {
        let mut app = App::full(language, width, height);
        app.keys("l c").types(match language {
            English => "called about the price, wants 5% off next-tue @39.9042,116.4074",
            Chinese => "电话 报价已发 下周二回访 @39.9042,116.4074",
        });
        app
    });
}

#[test]
fn preview() {
    each("preview", |language, width, height| {
        let mut app = App::full(language, width, height);
        app.keys("P >");
        let unmet = |code: &str, description: &str| Unmet {
            code: code.to_owned(),
            field: "customer_id".to_owned(),
            description: description.to_owned(),
        };
        let Some(Effect::PreviewMove { id, stage_id }) = app.effects.last() else {
            panic!("not asked");
        };
        let (id, stage_id) = (*id, *stage_id);
        app.server(ServerFact::Previewed {
            id,
            stage_id,
            result: Ok(Box::new(MovePreview {
                unmet: vec![
                    unmet(
                        "REQUIRED_FIELD_MISSING",
                        "customer_id must be set to enter Qualified",
                    ),
                    unmet(
                        "APPROVAL_REQUIRED",
                        "ask a manager of the owner with RequestApproval",
                    ),
                ],
                override_allowed: true,
                needs_approval: true,
                chance_bp: (1_000, 3_000),
                weighted_minor: (136_000, 408_000),
                gap_minor: Some((900_000_000, 890_000_000)),
                metrics: vec!["FLOW".to_owned(), "REVIVED".to_owned()],
                ..MovePreview::default()
            })),
        });
        app
    });
}

#[test]
fn first_run() {
    each("first-run", |language, width, height| {
        let mut app = App::empty(language, width, height);
        app.server(ServerFact::SetUpNeeded);
        app
    });
}

#[test]
fn a_newcomers_empty_board_tells_the_next_key() {
    let mut app = App::set_up(English, 80, 24);
    let text = app.text();
    assert!(text.contains("Press  a  and type"), "{text}");
    insta::assert_snapshot!("empty-en-80x24", app.picture());
}

#[test]
fn layers() {
    for (name, keys) in [
        ("palette", ":"),
        ("pick", "m"),
        ("lose", "x"),
        ("form", "A"),
        ("quit", "ctrl-c"),
        ("which-key", "g"),
    ] {
        let mut app = App::full(English, 80, 24);
        app.keys(keys).wait(400_000);
        insta::assert_snapshot!(format!("{name}-en-80x24"), app.picture());
    }
}

#[test]
fn a_lost_link_says_since_when_and_why() {
    let mut app = App::full(English, 120, 24);
    app.server(ServerFact::Lost {
        since: NOW - 42_000_000,
        reason: "connection refused".to_owned(),
    });
    let text = app.text();
    assert!(
        text.contains("Offline for 42s (connection refused)"),
        "{text}"
    );
    insta::assert_snapshot!("offline-en-120x24", app.picture());
}

#[test]
fn themes() {
    for (name, kind) in [
        ("light", ThemeKind::Light),
        ("contrast", ThemeKind::HighContrast),
        ("colour-blind", ThemeKind::ColourBlind),
        ("mono", ThemeKind::Mono),
    ] {
        // On the background it is for.
        let ground = match kind {
            ThemeKind::Light => Ground::Light,
            _ => Ground::Dark,
        };
        let look = Look {
            ground,
            ..Look::of(kind)
        };
        let mut app = App::themed(English, look, 80, 12);
        app.snapshot(English, crate::fixture::cards(English));
        insta::assert_snapshot!(format!("theme-{name}-80x12"), app.picture());
    }
}

#[test]
fn without_colour_every_status_still_has_its_sign() {
    let mut app = App::themed(English, Look::of(ThemeKind::Mono), 200, 50);
    app.snapshot(English, crate::fixture::cards(English));
    let buffer = app.buffer();
    assert!(
        buffer
            .content()
            .iter()
            .all(|cell| cell.fg == ratatui::style::Color::Reset
                && cell.bg == ratatui::style::Color::Reset)
    );
    let text = app.text();
    for sign in ["▲", "◔", "▌", "late", "✓", "✗"] {
        assert!(text.contains(sign), "{sign} is missing");
    }
}

#[test]
fn a_terminal_with_wide_ambiguous_signs_gets_plain_ones() {
    let mut app = App::full(English, 200, 50);
    app.send(Msg::Terminal(sluice::message::TerminalFact::WideAmbiguous(
        true,
    )));
    app.keys("?");
    let text = app.text();
    for sign in ["│", "─", "▌", "▲", "●", "╭"] {
        assert!(!text.contains(sign), "{sign} is ambiguous:\n{text}");
    }
}

/// Paints what `KEYS` leads to, for people, with `REWARDED=1` in a world of incentives: `SIZE=80x24 KEYS='a|type:Acme 1m' cargo test … look::by_hand -- --nocapture`.
#[test]
fn by_hand() {
    let Ok(size) = std::env::var("SIZE") else {
        return;
    };
    let language = Language::from_tag(&std::env::var("TONGUE").unwrap_or_default());
    let (width, height) = size.split_once('x').unwrap_or(("80", "24"));
    let world = if std::env::var_os("REWARDED").is_some() {
        App::rewarded
    } else {
        App::busy
    };
    let mut app = world(
        language,
        width.parse().unwrap_or(80),
        height.parse().unwrap_or(24),
    );
    for part in std::env::var("KEYS")
        .unwrap_or_default()
        .split('|')
        .filter(|part| !part.is_empty())
    {
        match part.strip_prefix("type:") {
            Some(text) => app.types(text),
            None => app.keys(part),
        };
        app.answer();
    }
    app.wait(500_000);
    app.answer();
    println!("{}", app.text());
}
