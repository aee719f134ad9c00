//! The rewards behind a figure, each with what it was for; y says why each is what it is.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::board::message;
use super::{Listing, report, reward_words as words, rewards};
use crate::hits::Hits;
use crate::incentive::Reward;
use crate::list::Line;
use crate::model::Model;
use crate::report::Place;
use crate::theme::Role;
use crate::widgets::list;
use crate::widgets::row::{self, Field, Lead};

/// Cells of an amount.
const AMOUNT_WIDTH: u16 = 14;

fn area(body: Rect) -> Rect {
    row::below_head(body, false)
}

/// The list for the keys.
pub fn listing(model: &Model) -> Listing {
    let rewards = model.reports.reward_list();
    let rewards = rewards.map_or(&[][..], |all| &all.rewards);
    Listing {
        lines: rewards.iter().map(|one| Line::item(one.id, 1)).collect(),
        area: area(model.frame().body),
    }
}

/// The reward under the cursor.
pub fn selected(model: &Model) -> Option<&Reward> {
    let id = model.list().id?;
    let rewards = &model.reports.reward_list()?.rewards;
    rewards.iter().find(|reward| reward.id == id)
}

/// Paints the screen.
pub fn paint(model: &Model, buffer: &mut Buffer, body: Rect, hits: &mut Hits) {
    let name = model.strings.say("reward-list-title");
    let list = model.reports.reward_list();
    let mut title = Vec::new();
    title.extend(model.reward_drill.iter().map(|drill| drill.title.clone()));
    if let Some(list) = list {
        let key = if u64::try_from(list.rewards.len()).unwrap_or(0) < list.total {
            "reward-list-part"
        } else {
            "reward-list-all"
        };
        let shown = list.rewards.len();
        title.push(model.strings.tell(
            key,
            &[("shown", shown.into()), ("count", list.total.into())],
        ));
    }
    let area = report::plain_titled(model, buffer, body, name, &title, Place::RewardList);
    let Some(list) = list else {
        report::absent(model, buffer, area, Place::RewardList);
        return;
    };
    if list.rewards.is_empty() {
        let none = model.strings.say("reward-list-none").to_owned();
        message(model, buffer, area, &[(none, Role::Dim)]);
        return;
    }
    let lines = listing(model).lines;
    list::paint(
        buffer,
        area,
        model.theme,
        &lines,
        &model.list(),
        hits,
        |buffer, line| {
            let reward = &list.rewards[line.place];
            let (sign, sign_role) = rewards::sign(model, reward);
            let who = words::who(model, Some(reward.member_id));
            let name = model.strings.tell(
                "feed-reward",
                &[
                    ("who", who.into()),
                    ("cause", words::cause(model, reward).into()),
                ],
            );
            let lead = Lead {
                sign,
                sign_role,
                name: &name,
                name_role: Role::Text,
            };
            let day = report::day(model, model.date_of(reward.granted_us));
            let amount = words::amount(model, reward.unit, reward.amount);
            let fields = [
                Field::words(words::standing(model, reward), Role::Dim, 34),
                Field::figure(day, Role::Dim, 9),
                Field::figure(amount, Role::Text, AMOUNT_WIDTH),
            ];
            row::paint(buffer, line.area, (model.theme, line.ground), lead, &fields);
        },
    );
}
