//! Leaderboards of income from rewards: a board that goes on says what the transactions say.

use proptest::prelude::*;
use sluice_domain::command::*;
use sluice_domain::cycle::window_of;
use sluice_domain::leaderboard::*;
use sluice_domain::metric::all_time;
use sluice_domain::*;

use crate::actions::{actions, without_imports};
use crate::incentive_world::{open, opportunity_rule, sellers, split_rule, terms};
use crate::leaderboards::{Plain, is_within};
use crate::world::{date, usd};

/// Everybody by income from rewards on some days, from the transactions alone.
fn plain_income(state: &State, query: &LeaderboardQuery, unit: Unit, to: Date) -> Vec<Plain> {
    let days = query.window.start..to;
    let ids: Vec<u64> = match query.by {
        Contenders::Members => state.members().map(|member| member.id.0).collect(),
        Contenders::Teams => state.teams().map(|team| team.id.0).collect(),
    };
    let mut rows = Vec::new();
    for id in ids {
        let mut row = Plain {
            value: 0,
            at: Timestamp::from_micros(i64::MIN),
            id,
            count: 0,
            amount: 0,
        };
        for transaction in state.ledger_transactions() {
            let whose = match query.by {
                Contenders::Members => transaction.member == Some(MemberId(id)),
                Contenders::Teams => is_within(state, transaction.team, TeamId(id)),
            };
            let day = state.zone().date_of(transaction.at);
            if !whose || transaction.unit != unit || !days.contains(&day) {
                continue;
            }
            let income = transaction.income();
            row.value += income;
            row.count += match (transaction.purpose, transaction.packet) {
                (Purpose::Grant, _) => 1,
                (Purpose::Reverse, None) => -1,
                _ => 0,
            };
            if income != 0 {
                row.at = row.at.max(transaction.at);
            }
        }
        row.amount = row.value;
        if (row.count, row.value) != (0, 0) {
            rows.push(row);
        }
    }
    rows.sort_by_key(|row| (std::cmp::Reverse(row.value), row.at, row.id));
    rows
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_board_of_rewards_says_what_the_transactions_say_at_every_revision(given in actions(60)) {
        let mut world = sellers();
        world.publish(terms(opportunity_rule(Trigger::Created, 100)));
        world.publish(terms(opportunity_rule(Trigger::Won, 300)));
        world.publish(terms(split_rule(2_000, SplitMethod::Equal)));
        let today = world.state.zone().date_of(world.now);
        let unit = Unit::Points;
        let ranked = Ranked::RewardIncome { unit };
        let windows = [
            (window_of(CycleUnit::Week, today), Contenders::Members),
            (window_of(CycleUnit::Month, today), Contenders::Teams),
            (all_time(), Contenders::Members),
        ];
        let mut boards = windows.map(|(window, by)| {
            let query = LeaderboardQuery::new(ranked, window, by);
            Board::of(&world.state, &query, world.now)
        });
        for mut action in given.into_iter().map(without_imports) {
            action.wait_minutes %= 900;
            let seller = MemberId(u64::from(action.picks[2] % 3) + 3);
            world.actor = Some(seller);
            // Others act on what was earned, and time passes over it.
            let _ = match action.picks[3] % 6 {
                0 => world.try_run(&Command::Tick),
                1 => world.try_run(&Command::ClaimRewards(ClaimRewards {
                    ids: Vec::new(),
                    member: None,
                })),
                2 => world.try_run(&open(u64::from(action.picks[1] % 9) + 1)),
                3 => {
                    let mut create = CreateOpportunity::new("deal", usd(900), date("2026-12-31"));
                    create.owner = Some(seller);
                    world.try_run(&Command::CreateOpportunity(Box::new(create)))
                }
                _ => world.act(&action),
            };
            for board in &mut boards {
                board.advance(&world.state, world.now);
                let query = board.query().clone();
                let day = world.state.zone().date_of(world.now);
                let day = day.min(query.window.end.plus_days(-1)).max(query.window.start);
                let now = plain_income(&world.state, &query, unit, query.window.end);
                let before = plain_income(&world.state, &query, unit, day);
                let rank = |rows: &[Plain], value| {
                    1 + rows.iter().filter(|row| row.value > value).count()
                };
                let wanted: Vec<_> = now
                    .iter()
                    .map(|row| {
                        let before_it = before.iter().find(|own| own.id == row.id);
                        let subject = query.by.subject(row.id);
                        let then = before_it.map(|own| rank(&before, own.value));
                        (rank(&now, row.value), subject, row.value, row.count, row.at, then)
                    })
                    .collect();
                let said: Vec<_> = board
                    .rows(0, board.len())
                    .into_iter()
                    .map(|row| {
                        let then = row.previous_rank;
                        (row.rank, row.subject, row.value, row.count, row.reached_at, then)
                    })
                    .collect();
                prop_assert_eq!(said, wanted, "{:?}", query);
            }
        }
    }
}
