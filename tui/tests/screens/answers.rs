//! What a server would answer to the questions of the report screens, for the fixture's sales team.
#![allow(clippy::unwrap_used, dead_code)]

use sluice::message::{Refusal, ServerFact};
use sluice::model::Level;
use sluice::model::{DAY_US, Effect, Model};
use sluice::past::BoardAt;
use sluice::report::changes::{ChangeItem, ChangeKind, ChangeLine, Stock};
use sluice::report::deals::DealRow;
use sluice::report::digest::{Figure, Item, Section, SectionKind};
use sluice::report::forecast::{Bucket, MonthRow, Reason};
use sluice::report::found::{FoundKind, Hit};
use sluice::report::funnel::{Metric, StageFigures};
use sluice::report::goals::Goal;
use sluice::report::outlook::Pace;
use sluice::report::scores::ScoreRow;
use sluice::report::{
    Answer, Ask, Changes, Deals, Digest, Forecast, Found, Funnel, Goals, Metrics, Outcomes,
    Outlook, Progress, SavedView, Scores, Standing, Who,
};

use crate::fixture::{App, NOW};

impl App {
    /// Answers every question asked so far and not yet answered.
    pub fn answer(&mut self) -> &mut Self {
        for (number, ask) in self.questions() {
            let result = Ok(Box::new(answer(&self.model, &ask)));
            self.server(ServerFact::Loaded { number, result });
        }
        for at in self.pasts() {
            let result = Ok(Box::new(board_at(&self.model)));
            self.server(ServerFact::BoardAtLoaded { at, result });
        }
        self
    }

    /// Takes the wishes for boards of the past out of the effects.
    fn pasts(&mut self) -> Vec<i64> {
        let mut pasts = Vec::new();
        self.effects.retain(|effect| match effect {
            Effect::LoadBoardAt(at) => {
                pasts.push(*at);
                false
            }
            _ => true,
        });
        pasts
    }

    /// Refuses every question asked so far.
    pub fn refuse(&mut self, message: &str) -> &mut Self {
        for (number, _) in self.questions() {
            let result = Err(Refusal {
                reason: "UNAVAILABLE".to_owned(),
                message: message.to_owned(),
                violations: Vec::new(),
            });
            self.server(ServerFact::Loaded { number, result });
        }
        self
    }

    /// Takes the questions out of the effects.
    pub fn questions(&mut self) -> Vec<(u64, Ask)> {
        let (loads, rest) = std::mem::take(&mut self.effects)
            .into_iter()
            .partition(|effect| matches!(effect, Effect::Load { .. }));
        self.effects = rest;
        let loads: Vec<Effect> = loads;
        loads
            .into_iter()
            .filter_map(|effect| match effect {
                Effect::Load { number, ask } => Some((number, ask)),
                _ => None,
            })
            .collect()
    }
}

pub fn answer(model: &Model, ask: &Ask) -> Answer {
    match ask {
        Ask::Funnel(_) => Answer::Funnel(funnel(model)),
        Ask::Metrics { other, .. } => Answer::Metrics(metrics(*other)),
        Ask::Stuck(_) => Answer::Deals(stuck(model)),
        Ask::Outlook(_) => Answer::Outlook(Outlook {
            target: Some(500_000_000),
            won: 130_000_000,
            open: 270_000_000,
            weighted: 160_000_000,
            gap: Some(210_000_000),
            coverage_bp: Some(8_000),
        }),
        Ask::Progress { cycles, .. } => Answer::Progress(Standing {
            cycle: cycles.last().copied(),
            rows: progress(),
        }),
        Ask::Deals { .. } => Answer::Deals(Deals {
            rows: deal_rows(model, 9),
            total: 9,
        }),
        Ask::Scores { .. } => Answer::Scores(scores(model)),
        Ask::Forecast(_) => Answer::Forecast(forecast()),
        Ask::Outcomes(_) => Answer::Outcomes(outcomes(model)),
        Ask::Goals { .. } => Answer::Goals(goals()),
        Ask::Leaderboard { contest, scope } => {
            Answer::Leaderboard(Box::new(crate::leaderboards::board(model, *contest, scope)))
        }
        Ask::Digest { .. } => Answer::Digest(digest(model)),
        Ask::Changes { .. } => Answer::Changes(changes(model)),
        Ask::Search(text) => Answer::Found(found(model, text)),
        Ask::Views => Answer::Views(views()),
        Ask::Incentive(ask) => Answer::Incentive(Box::new(crate::rewarded::answer(model, ask))),
    }
}

/// A third of the deals was not there yet, and the others stood a stage earlier.
fn board_at(model: &Model) -> BoardAt {
    let mut cards: Vec<_> = model.picture.board.cards().cloned().collect();
    cards.sort_by_key(|card| card.id);
    cards.retain(|card| !card.id.is_multiple_of(3));
    for card in &mut cards {
        card.stage_id = card.stage_id.min(5).saturating_sub(1).max(1);
        card.stage_entered_us = NOW - (9 + card.id as i64 % 9) * DAY_US;
        card.level = Level::Moving;
    }
    BoardAt {
        pipelines: model.picture.pipelines.values().cloned().collect(),
        cards,
    }
}

fn funnel(model: &Model) -> Funnel {
    let pipeline = model.pipeline().unwrap();
    let mut stages = Vec::new();
    for (place, stage) in pipeline.stages.iter().enumerate() {
        let total = model.picture.board.column(stage.id).unfiltered_total();
        let place = place as i64;
        let stalled = if place < 5 { total.amount_minor / 4 } else { 0 };
        stages.push(StageFigures {
            stage_id: stage.id,
            count: total.count as u64,
            amount: total.amount_minor,
            weighted: total.weighted_minor,
            stalled_count: u64::from(stalled > 0) * 2,
            stalled_amount: stalled,
            median_us: (place < 5).then_some((3 + place) * DAY_US),
            p90_us: (place < 5).then_some((11 + place) * DAY_US),
            entered: 20 - place as u64 * 3,
            conversion_bp: (place < 5).then_some(7_240 - place as u32 * 650),
        });
    }
    Funnel {
        weighted: stages.iter().take(5).map(|stage| stage.weighted).sum(),
        classic: stages.iter().map(|stage| stage.weighted).sum(),
        stages,
    }
}

fn metrics(other: bool) -> Metrics {
    let mut metrics = Metrics::default();
    let rows = [
        (Metric::New, 9, 81_500_000, 7, 93_000_000),
        (Metric::Flow, 14, 152_000_000, 11, 118_000_000),
        (Metric::Won, 3, 24_000_000, 3, 24_000_000),
        (Metric::Revived, 2, 13_700_000, 0, 0),
        (Metric::CheckIn, 31, 0, 40, 0),
    ];
    for (metric, count, amount, before, amount_before) in rows {
        if other {
            metrics.add(metric, before, amount_before);
        } else {
            metrics.add(metric, count, amount);
        }
    }
    metrics
}

pub fn deal_rows(model: &Model, count: usize) -> Vec<DealRow> {
    let mut cards: Vec<_> = model.picture.board.cards().collect();
    cards.sort_by_key(|card| (std::cmp::Reverse(card.amount_minor), card.id));
    cards
        .into_iter()
        .take(count)
        .map(|card| DealRow {
            id: card.id,
            name: card.name.clone(),
            amount: card.amount_minor.into(),
            stage_id: card.stage_id,
            owner_id: card.owner_id,
            customer_id: card.customer_id,
            contract_date: card.contract_date,
            stage_entered_us: NOW - (12 + card.id as i64 % 9) * DAY_US,
            stage_clock_before_us: 0,
            level: if card.id.is_multiple_of(4) {
                Level::Critical
            } else {
                Level::Stalled
            },
        })
        .collect()
}

fn stuck(model: &Model) -> Deals {
    Deals {
        rows: deal_rows(model, 12),
        total: 17,
    }
}

fn progress() -> Vec<Progress> {
    let rows = [
        (
            Who::Member(2),
            Metric::Won,
            60_000_000,
            9_000_000,
            Pace::Behind,
        ),
        (
            Who::Member(4),
            Metric::New,
            90_000_000,
            41_000_000,
            Pace::AtRisk,
        ),
        (
            Who::Member(1),
            Metric::Won,
            80_000_000,
            52_000_000,
            Pace::OnTrack,
        ),
        (Who::Member(3), Metric::CheckIn, 20, 21, Pace::OnTrack),
    ];
    rows.into_iter()
        .map(|(who, metric, target, done, pace)| Progress {
            who,
            metric,
            target,
            done,
            pace,
        })
        .collect()
}

fn scores(model: &Model) -> Scores {
    let rows = deal_rows(model, 8).into_iter().zip(1_i64..);
    let rows: Vec<ScoreRow> = rows
        .map(|(deal, place)| ScoreRow {
            id: deal.id,
            time: NOW - place * 7 * 3_600_000_000,
            deal_id: Some(deal.id),
            member_id: deal.owner_id,
            stage_id: Some(deal.stage_id),
            count: if place == 3 { -1 } else { 1 },
            amount: if place == 3 {
                -deal.amount
            } else {
                deal.amount
            },
            credited: place % 4 != 0,
            uncredited_reason: if place % 4 == 0 {
                "BELOW_HIGH_WATER".to_owned()
            } else {
                String::new()
            },
        })
        .collect();
    Scores { total: 8, rows }
}

fn forecast() -> Forecast {
    let months = (1..=12_i128)
        .map(|month| {
            let number = u64::try_from(month).unwrap();
            MonthRow {
                month: format!("2026-{month:02}"),
                won: if month <= 3 {
                    40_000_000 - month * 6_000_000
                } else {
                    0
                },
                won_count: if month <= 3 { 4 } else { 0 },
                open: if month >= 2 {
                    (14 - month) * 9_000_000
                } else {
                    0
                },
                open_count: 14 - number,
                weighted: if month >= 2 {
                    (14 - month) * 4_100_000
                } else {
                    0
                },
                overdue: if month == 2 { 30_000_000 } else { 0 },
                overdue_count: u64::from(month == 2) * 3,
                pushed_count: number % 4,
                push_count: number % 4 * 2,
                gap: (month < 7).then_some(30_000_000 - month * 7_000_000),
                target: (month < 7).then_some(90_000_000),
            }
        })
        .collect::<Vec<_>>();
    let sum = |of: fn(&MonthRow) -> i128| months.iter().map(of).sum();
    Forecast {
        total: MonthRow {
            won: sum(|month| month.won),
            open: sum(|month| month.open),
            weighted: sum(|month| month.weighted),
            overdue: 30_000_000,
            overdue_count: 3,
            push_count: 34,
            pushed_count: 17,
            gap: Some(210_000_000),
            ..MonthRow::default()
        },
        months,
        weighted: 1_700_000_000,
        classic: 2_220_000_000,
    }
}

fn outcomes(model: &Model) -> Outcomes {
    let chinese = model.locale() == sluice::strings::Language::Chinese;
    let words = |english: &str, mandarin: &str| if chinese { mandarin } else { english }.to_owned();
    Outcomes {
        won_count: 6,
        won: 520_000_000,
        lost_count: 9,
        lost: 470_000_000,
        win_rate_bp: 4_000,
        reasons: vec![
            Reason {
                words: words("price", "价格"),
                count: 5,
                amount: 260_000_000,
            },
            Reason {
                words: words("no budget this year", "今年没有预算"),
                count: 3,
                amount: 150_000_000,
            },
            Reason {
                words: String::new(),
                count: 1,
                amount: 60_000_000,
            },
        ],
        median_us: Some(41 * DAY_US),
        p90_us: Some(88 * DAY_US),
        lengths: vec![
            Bucket {
                from_days: 0,
                to_days: 14,
                count: 1,
            },
            Bucket {
                from_days: 14,
                to_days: 30,
                count: 2,
            },
            Bucket {
                from_days: 30,
                to_days: 60,
                count: 7,
            },
            Bucket {
                from_days: 60,
                to_days: 90,
                count: 4,
            },
            Bucket {
                from_days: 90,
                to_days: 0,
                count: 1,
            },
        ],
    }
}

fn goals() -> Goals {
    let mut rows = Vec::new();
    let subjects = [
        Who::Everyone,
        Who::Member(1),
        Who::Member(2),
        Who::Member(3),
    ];
    for (who, share) in subjects.into_iter().zip([1, 4, 2, 4]) {
        let cycles = ["2026-03", "2026-W10", "2026-W11", "2026-W12", "2026-W13"];
        let whole = rows.len() as u64 + 1;
        for (place, cycle) in (0_i128..).zip(cycles) {
            let target = if place == 0 { 400_000_000 } else { 100_000_000 } / share;
            let target = if cycle == "2026-W12" && share == 2 {
                target - 5_000_000
            } else {
                target
            };
            rows.push(Goal {
                id: rows.len() as u64 + 1,
                who,
                cycle: cycle.to_owned(),
                target,
                parent_id: match (place, who) {
                    (0, Who::Everyone) => None,
                    (0, _) => Some(1),
                    _ => Some(whole),
                },
                weight: 1,
                locked: cycle == "2026-W11",
                done: target * (8 - share * 2 + place) / 10 * i128::from(place < 2),
                expected: target * 4 / 10,
                pace: match (place, share) {
                    (0 | 1, 1) => Pace::OnTrack,
                    (0 | 1, 2) => Pace::AtRisk,
                    (0 | 1, _) => Pace::Behind,
                    _ => Pace::NotStarted,
                },
                previous: Some(target * 9 / 10),
                last_year: None,
                in_time: place == 0,
                by_subject: place == 0 && share == 1,
                revision: 7,
            });
        }
    }
    Goals { rows }
}

fn digest(model: &Model) -> Digest {
    let kinds = [
        (SectionKind::New, 9, 81_500_000, 7, 93_000_000),
        (SectionKind::Moved, 14, 152_000_000, 11, 118_000_000),
        (SectionKind::Stalled, 17, 310_000_000, 12, 240_000_000),
        (SectionKind::Won, 3, 24_000_000, 3, 24_000_000),
        (SectionKind::Rewarded, 0, 0, 0, 0),
    ];
    let sections = kinds
        .into_iter()
        .zip(0_usize..)
        .map(
            |((kind, count, amount, count_before, amount_before), place)| Section {
                kind,
                now: Figure { count, amount },
                before: Figure {
                    count: count_before,
                    amount: amount_before,
                },
                top: deal_rows(model, 20)
                    .into_iter()
                    .skip(place * 3)
                    .take(if kind == SectionKind::Rewarded { 0 } else { 4 })
                    .map(|deal| Item {
                        deal_id: Some(deal.id),
                        name: deal.name,
                        amount: deal.amount,
                    })
                    .collect(),
                packets_sent: (kind == SectionKind::Rewarded).then(Figure::default),
                packets_received: (kind == SectionKind::Rewarded).then(Figure::default),
            },
        )
        .collect();
    Digest {
        scope: model.picture.member_name(Some(1)).to_owned(),
        sections,
    }
}

fn changes(model: &Model) -> Changes {
    let kinds = [
        ChangeKind::Created,
        ChangeKind::Forward,
        ChangeKind::Stalled,
        ChangeKind::Won,
        ChangeKind::Pushed,
        ChangeKind::Owner,
    ];
    let mut items = Vec::new();
    for (kind, deal) in kinds.into_iter().zip(deal_rows(model, 6)) {
        let (before, after) = match kind {
            ChangeKind::Pushed => ("2026-03-10", "2026-04-02"),
            ChangeKind::Owner => ("members/1", "members/2"),
            _ => ("", ""),
        };
        items.push(ChangeItem {
            kind,
            deal_id: deal.id,
            name: deal.name,
            time: Some(NOW - DAY_US),
            amount: deal.amount,
            from_stage: (kind == ChangeKind::Forward).then_some(1),
            to_stage: (kind == ChangeKind::Forward).then_some(deal.stage_id),
            before: before.to_owned(),
            after: after.to_owned(),
        });
    }
    Changes {
        lines: items
            .iter()
            .map(|item| ChangeLine {
                kind: item.kind,
                count: 1,
                amount: item.amount,
            })
            .collect(),
        items,
        before: Stock {
            count: 34,
            amount: 3_900_000_000,
            weighted: 1_500_000_000,
            stalled_count: 12,
            stalled_amount: 240_000_000,
        },
        after: Stock {
            count: 37,
            amount: 4_230_000_000,
            weighted: 1_700_000_000,
            stalled_count: 17,
            stalled_amount: 310_000_000,
        },
    }
}

fn found(model: &Model, text: &str) -> Found {
    let mut hits: Vec<Hit> = deal_rows(model, 3)
        .into_iter()
        .map(|deal| Hit {
            kind: FoundKind::Deal,
            id: deal.id,
            title: deal.name,
            subtitle: model.picture.customer_name(deal.customer_id).to_owned(),
            text: String::new(),
            deal_id: None,
        })
        .collect();
    let other = |kind, title: &str, subtitle: &str, text: &str, deal_id| Hit {
        kind,
        id: 1,
        title: title.to_owned(),
        subtitle: subtitle.to_owned(),
        text: text.to_owned(),
        deal_id,
    };
    let customer = model.picture.customer_name(Some(1)).to_owned();
    let contact = model.picture.contacts[&1].name.clone();
    hits.push(other(FoundKind::Customer, &customer, "", "", None));
    hits.push(other(
        FoundKind::Contact,
        &contact,
        &customer,
        "lee@acme.test",
        None,
    ));
    hits.push(other(FoundKind::Activity, text, &customer, "…", Some(3)));
    Found { hits, total: 6 }
}

fn views() -> Vec<SavedView> {
    let view = |id, name: &str, shared, filter: &str, order_by: &str| SavedView {
        id,
        name: name.to_owned(),
        owner_id: Some(1),
        shared,
        filter: filter.to_owned(),
        order_by: order_by.to_owned(),
        revision: id,
    };
    vec![
        view(
            1,
            "Big and stuck",
            true,
            "stale:yes amount>1m",
            "amount desc",
        ),
        view(
            2,
            "Mine this month",
            false,
            "owner:kim date<=month-end",
            "date",
        ),
        view(3, "By source", false, "score>9", "source"),
    ]
}
