//! Asks the server for what the screen shows, and asks again when it may have changed.

use super::leaderboard;
use crate::layer::{Form, FormPurpose, Layer};
use crate::model::{Effect, Model, Screen};
use crate::report::goals::cycles;
use crate::report::incentives::{IncentiveAsk, RehearsalAsked, RewardDrill, team_of};
use crate::report::lens::{Cycle, CycleKind};
use crate::report::{Ask, Numbered, Scope, Who};

/// Says what the screen needs now; gives what has to be sent for it.
pub(super) fn settle(model: &mut Model) -> Vec<Effect> {
    let asks = if model.loaded {
        asks(model)
    } else {
        Vec::new()
    };
    let sent = model.reports.want(asks, model.now);
    loads(sent)
}

/// Gives what has to be sent while the screen needs what it needed before.
pub(super) fn due(model: &mut Model) -> Vec<Effect> {
    let sent = model.reports.due(model.now);
    loads(sent)
}

fn loads(sent: Vec<Numbered>) -> Vec<Effect> {
    sent.into_iter()
        .map(|(number, ask)| Effect::Load { number, ask })
        .collect()
}

/// What the screen and the layer above it show.
fn asks(model: &Model) -> Vec<Ask> {
    let mut asks = match model.screen {
        Screen::Funnel => funnel(model),
        Screen::Drill => model.drill.iter().map(|drill| drill.ask.clone()).collect(),
        Screen::Forecast => {
            let scope = Scope {
                cycle: forecast_cycle(model).text(),
                ..scope(model)
            };
            let closed = self::scope(model);
            vec![Ask::Forecast(scope), Ask::Outcomes(closed)]
        }
        Screen::Goals => {
            let cycle = cycles(&model.lens, model.today()).first().copied();
            let cycle = cycle.map(Cycle::text).unwrap_or_default();
            vec![Ask::Goals {
                of: model.goals.of,
                cycle,
            }]
        }
        Screen::Leaderboard => vec![leaderboard::ask(model)],
        Screen::Digest => {
            let member_id = match model.lens.who {
                Who::Member(id) => Some(id),
                _ => None,
            };
            let cycle = model.lens.cycle(model.today()).text();
            vec![Ask::Digest { member_id, cycle }]
        }
        Screen::Changes => vec![Ask::Changes {
            from: model.between.from,
            to: model.between.to,
            scope: Scope {
                cycle: String::new(),
                as_of: None,
                ..scope(model)
            },
        }],
        Screen::Rewards => {
            let mut asks = vec![IncentiveAsk::Mine(model.me).into()];
            asks.push(IncentiveAsk::Feed.into());
            asks
        }
        Screen::TeamFeed => vec![IncentiveAsk::Feed.into()],
        Screen::Schemes => vec![IncentiveAsk::Templates.into()],
        Screen::RewardStatistics => vec![
            IncentiveAsk::Statistics {
                cycle: model.lens.cycle(model.today()).text(),
                by: model.reward_lens.by,
                unit: model.reward_lens.unit,
                team: team_of(model.lens.who),
            }
            .into(),
        ],
        Screen::Fairness => vec![
            IncentiveAsk::Fairness {
                cycle: model.lens.cycle(model.today()).text(),
                unit: model.reward_lens.unit,
                team: team_of(model.lens.who),
            }
            .into(),
        ],
        Screen::Rehearsal => {
            let asked = model.rehearsal.iter();
            let ask = |asked: &RehearsalAsked| IncentiveAsk::Rehearsal {
                scheme_id: asked.scheme_id,
                cycle: asked.cycle.clone(),
            };
            asked.map(ask).map(Ask::from).collect()
        }
        Screen::RewardList => {
            let drill = model.reward_drill.iter();
            let ask = |drill: &RewardDrill| IncentiveAsk::Rewards(drill.filter.clone());
            drill.map(ask).map(Ask::from).collect()
        }
        _ => Vec::new(),
    };
    match model.layers.last() {
        Some(Layer::Find(search)) if !search.input.text().trim().is_empty() => {
            asks.push(Ask::Search(search.input.text().trim().to_owned()));
        }
        Some(Layer::Views(_)) => asks.push(Ask::Views),
        Some(Layer::Form(Form {
            purpose: FormPurpose::Grant,
            ..
        })) => {
            let month = Cycle::of(CycleKind::Month, model.today()).text();
            let granted = model.me.map(|giver| IncentiveAsk::Granted { giver, month });
            asks.extend(granted.map(Ask::from));
        }
        Some(Layer::Why(why)) => asks.push(IncentiveAsk::Explain(why.reward_id).into()),
        _ => {}
    }
    asks
}

/// The months shown: those of the year, unless a longer stretch was chosen.
pub(crate) fn forecast_cycle(model: &Model) -> Cycle {
    let cycle = model.lens.cycle(model.today());
    match cycle.kind {
        CycleKind::Custom => cycle,
        _ => Cycle::of(CycleKind::Year, cycle.window.start),
    }
}

/// The quarter that the cycle looked at lies in.
pub(super) fn quarter(model: &Model) -> Cycle {
    let cycle = model.lens.cycle(model.today());
    Cycle::of(CycleKind::Quarter, cycle.window.start)
}

/// What the lens shows of the pipeline on the board. Goals know no pipelines: where there is but one, it is not named, so that
/// they are told beside its figures.
pub(super) fn scope(model: &Model) -> Scope {
    Scope {
        pipeline: model
            .pipeline_id
            .filter(|_| model.picture.pipelines.len() > 1),
        who: model.lens.who,
        cycle: model.lens.cycle(model.today()).text(),
        as_of: model.lens.as_of,
    }
}

/// The cycle looked at, then the longer ones around it: goals are often set for those only.
fn goal_cycles(model: &Model) -> Vec<Cycle> {
    let cycle = model.lens.cycle(model.today());
    let longer = CycleKind::NAMED
        .into_iter()
        .filter(|kind| *kind > cycle.kind && cycle.kind != CycleKind::Custom)
        .map(|kind| Cycle::of(kind, cycle.window.start));
    std::iter::once(cycle).chain(longer).collect()
}

fn funnel(model: &Model) -> Vec<Ask> {
    let scope = scope(model);
    let other = Scope {
        cycle: model.lens.other(model.today()).text(),
        ..scope.clone()
    };
    let quarter = Scope {
        cycle: quarter(model).text(),
        // As the goal that it is measured by.
        pipeline: None,
        ..scope.clone()
    };
    vec![
        Ask::Funnel(scope.clone()),
        Ask::Metrics {
            scope: scope.clone(),
            other: false,
        },
        Ask::Metrics {
            scope: other,
            other: true,
        },
        Ask::Stuck(scope.clone()),
        Ask::Outlook(quarter),
        Ask::Progress {
            scope: Scope {
                cycle: String::new(),
                ..scope
            },
            cycles: goal_cycles(model),
        },
    ]
}
