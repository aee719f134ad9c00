//! Judges commands about notices.

use std::collections::BTreeSet;

use super::judge::Judge;
use crate::command::MarkNoticesRead;
use crate::event::Event;
use crate::limits::MAX_COMMIT_CHANGES;
use crate::rejection::{Reason, Rejection};

pub(super) fn mark_read(
    mut judge: Judge,
    command: &MarkNoticesRead,
) -> Result<Vec<Event>, Rejection> {
    if command.notices.is_empty() && command.all_of.is_none() {
        let text = "name notices, or the member whose notices are all read";
        judge.violations.invalid("ids", text);
    }
    let mut ids = BTreeSet::new();
    for (index, id) in command.notices.iter().enumerate() {
        match judge.state.notice(*id) {
            None => {
                let text = format!("there is no notice {}", id.long());
                judge
                    .violations
                    .add(Reason::NoticeNotFound, format!("ids[{index}]"), text);
            }
            Some(notice) if notice.read_at.is_none() => drop(ids.insert(notice.id)),
            Some(_) => {}
        }
    }
    if let Some(member) = command.all_of
        && judge.member("recipient_id", member).is_some()
    {
        let room = MAX_COMMIT_CHANGES.saturating_sub(ids.len());
        let unread = judge
            .state
            .notices_of(member)
            .filter(|notice| notice.read_at.is_none())
            .map(|notice| notice.id);
        ids.extend(unread.take(room));
    }
    let at = judge.now();
    let events = ids
        .into_iter()
        .map(|notice| Event::NoticeRead { notice, at })
        .collect();
    judge.conclude(events)
}
