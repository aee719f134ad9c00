//! The line that says what a leaderboard ranks by, of all there is to choose from.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::command::Command;
use crate::hits::{Hits, Target};
use crate::model::Model;
use crate::report::funnel::Metric;
use crate::report::leaderboard::RankedValue;
use crate::theme::Role;
use crate::widgets::{cells, put};

/// A word, whether it is what is chosen, and what a click on it does.
type Choice = (String, bool, Target);

/// What is ranked by, of all there is to choose from; of what there is no room for only what is chosen.
pub(super) fn paint(model: &Model, buffer: &mut Buffer, line: Rect, hits: &mut Hits) {
    let theme = model.theme;
    let say = |key: &str| model.strings.say(key).to_owned();
    let contest = model.contest;
    let of = contest.of;
    let rewards = contest.ranked == RankedValue::RewardIncome;
    // A click on a metric goes so many metrics on; one on any other word does what its key does, if that is not so already.
    let here = Metric::ALL.iter().position(|metric| *metric == of.metric);
    let here = if rewards {
        Metric::ALL.len()
    } else {
        here.unwrap_or(0)
    };
    let step = |place: usize| {
        let by = isize::try_from(place).unwrap_or(0) - isize::try_from(here).unwrap_or(0);
        Target::Step(by)
    };
    let metrics = Metric::ALL.into_iter().enumerate().map(|(place, metric)| {
        let chosen = metric == of.metric && !rewards;
        (say(metric.name_key()), chosen, step(place))
    });
    let mut metrics: Vec<Choice> = metrics.collect();
    metrics.push((say("rank-rewards"), rewards, step(Metric::ALL.len())));
    let share = contest.ranked == RankedValue::TargetShare;
    let word = |key: &str, chosen: bool, command: Command| -> Choice {
        (say(key), chosen, Target::Command(command))
    };
    let mut measures = vec![word("rank-by-count", of.is_count(), Command::Count)];
    if rewards {
        measures = vec![
            word("rank-in-points", !contest.money, Command::Count),
            word("rank-in-money", contest.money, Command::Count),
        ];
    } else if of.metric != Metric::CheckIn {
        measures.insert(0, word("rank-by-amount", !of.is_count(), Command::Count));
    }
    let shares = vec![word("rank-of-target", share, Command::OfTarget)];
    let subjects = vec![
        word("rank-members", !contest.teams, Command::Teams),
        word("rank-teams", contest.teams, Command::Teams),
    ];
    let mut groups = [metrics, measures, shares, subjects];
    // Each word stands between brackets or spaces, each group behind a bar.
    let width = |groups: &[Vec<Choice>]| -> u16 {
        let words = groups.iter().flatten().map(|(word, ..)| cells(word) + 2);
        let bars = groups.iter().filter(|group| !group.is_empty()).count();
        words.sum::<u16>() + u16::try_from(bars).unwrap_or(0) * 3
    };
    // The metrics give way last.
    for place in [1, 3, 2, 0] {
        if width(&groups) > line.width {
            groups[place].retain(|(_, chosen, _)| *chosen);
        }
    }
    let mut x = 1;
    for group in groups.iter().filter(|group| !group.is_empty()) {
        if x > 1 {
            let bar = theme.glyphs().bar;
            x += 1 + put(buffer, line, x + 1, 0, bar, theme.style(Role::Faint)) + 1;
        }
        for (word, chosen, target) in group {
            let (words, role) = if *chosen {
                (format!("[{word}]"), Role::Strong)
            } else {
                (format!(" {word} "), Role::Dim)
            };
            let style = if *chosen {
                theme.style(Role::Accent).patch(theme.style(role))
            } else {
                theme.style(role)
            };
            let used = put(buffer, line, x, 0, &words, style);
            let place = Rect {
                x: line.x.saturating_add(x),
                width: used,
                ..line
            };
            // Of two choices the one that stands has no key; the one that can be left out, has.
            if !*chosen || *target == Target::Command(Command::OfTarget) {
                hits.add(place.intersection(line), *target);
            }
            x += used;
        }
    }
}
