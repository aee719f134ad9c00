//! The line that says what a leaderboard ranks by, of all there is to choose from.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::model::Model;
use crate::report::funnel::Metric;
use crate::report::leaderboard::RankedValue;
use crate::theme::Role;
use crate::widgets::{cells, put};

/// What is ranked by, of all there is to choose from; of what there is no room for only what is chosen.
pub(super) fn paint(model: &Model, buffer: &mut Buffer, line: Rect) {
    let theme = model.theme;
    let say = |key: &str| model.strings.say(key).to_owned();
    let contest = model.contest;
    let of = contest.of;
    let rewards = contest.ranked == RankedValue::RewardIncome;
    let metrics = Metric::ALL.map(|metric| {
        let chosen = metric == of.metric && !rewards;
        (say(metric.name_key()), chosen)
    });
    let mut metrics = metrics.to_vec();
    metrics.push((say("rank-rewards"), rewards));
    let share = contest.ranked == RankedValue::TargetShare;
    let mut measures = vec![(say("rank-by-count"), of.is_count())];
    if rewards {
        measures = vec![
            (say("rank-in-points"), !contest.money),
            (say("rank-in-money"), contest.money),
        ];
    } else if of.metric != Metric::CheckIn {
        measures.insert(0, (say("rank-by-amount"), !of.is_count()));
    }
    let shares = vec![(say("rank-of-target"), share)];
    let subjects = vec![
        (say("rank-members"), !contest.teams),
        (say("rank-teams"), contest.teams),
    ];
    let mut groups = [metrics, measures, shares, subjects];
    // Each word stands between brackets or spaces, each group behind a bar.
    let width = |groups: &[Vec<(String, bool)>]| -> u16 {
        let words = groups.iter().flatten().map(|(word, _)| cells(word) + 2);
        let bars = groups.iter().filter(|group| !group.is_empty()).count();
        words.sum::<u16>() + u16::try_from(bars).unwrap_or(0) * 3
    };
    // The metrics give way last.
    for place in [1, 3, 2, 0] {
        if width(&groups) > line.width {
            groups[place].retain(|(_, chosen)| *chosen);
        }
    }
    let mut x = 1;
    for group in groups.iter().filter(|group| !group.is_empty()) {
        if x > 1 {
            let bar = theme.glyphs().bar;
            x += 1 + put(buffer, line, x + 1, 0, bar, theme.style(Role::Faint)) + 1;
        }
        for (word, chosen) in group {
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
            x += put(buffer, line, x, 0, &words, style);
        }
    }
}
