//! Translates the timeline of a deal or a customer.

use sluice_proto::v1::{self, timeline_item::Item};

use super::{activity, date, micros, number, stage_entry};
use crate::timeline::{ApprovalStep, Change, Happening, What};

/// Something that happened; none for a kind this client does not know yet.
pub fn happening(wire: v1::TimelineItem) -> Option<Happening> {
    let at = micros(wire.time.as_ref());
    let (deal_id, what) = match wire.item? {
        Item::Activity(wire) => (number(&wire.opportunity_id), What::Did(activity(wire)?)),
        Item::StageEntry(wire) => (
            number(&wire.opportunity_id),
            What::Entered(stage_entry(wire.stage_entry?)?),
        ),
        Item::Amendment(wire) => {
            let changes: Vec<Change> = wire.changes.iter().filter_map(change).collect();
            if changes.is_empty() {
                return None;
            }
            let by = number(&wire.actor_id);
            (number(&wire.opportunity_id), What::Amended { changes, by })
        }
        Item::Approval(wire) => approval(wire)?,
    };
    Some(Happening { at, deal_id, what })
}

fn approval(wire: v1::TimelineApproval) -> Option<(Option<u64>, What)> {
    let step = match wire.state() {
        v1::ApprovalState::Pending | v1::ApprovalState::Unspecified => ApprovalStep::Asked,
        v1::ApprovalState::Approved => ApprovalStep::Approved,
        v1::ApprovalState::Refused => ApprovalStep::Refused,
        v1::ApprovalState::Used => ApprovalStep::Used,
        v1::ApprovalState::Void => ApprovalStep::Void,
    };
    let approval = wire.approval?;
    let (member_id, words) = match step {
        ApprovalStep::Asked => (&approval.requester_id, approval.note.clone()),
        ApprovalStep::Approved | ApprovalStep::Refused => {
            (&approval.decider_id, approval.decision_reason.clone())
        }
        // The server's own doing.
        ApprovalStep::Used | ApprovalStep::Void => (&String::new(), String::new()),
    };
    let what = What::Approval {
        step,
        stage_id: number(&approval.stage_id)?,
        member_id: number(member_id),
        words,
    };
    Some((number(&approval.opportunity_id), what))
}

/// A changed field; none for one this client does not know yet.
fn change(wire: &v1::TimelineChange) -> Option<Change> {
    let (before, after) = (wire.before.as_str(), wire.after.as_str());
    Some(match wire.field.as_str() {
        "name" => Change::Name(before.to_owned(), after.to_owned()),
        "amount" => Change::Amount(before.parse().ok()?, after.parse().ok()?),
        "expected_contract_date" => Change::ContractDate(date(before), date(after)),
        "owner_id" => Change::Owner(number(before), number(after)),
        "customer_id" => Change::Customer(number(before), number(after)),
        "win_probability_override_bp" => {
            Change::WinProbability(before.parse().ok(), after.parse().ok())
        }
        "archived" => Change::Archived(after == "true"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amendment_keeps_what_each_field_was_and_became_and_who_did_it() {
        let change = |field: &str, before: &str, after: &str| v1::TimelineChange {
            field: field.into(),
            before: before.into(),
            after: after.into(),
        };
        let item = v1::TimelineItem {
            time: None,
            item: Some(Item::Amendment(v1::TimelineAmendment {
                opportunity_id: "opportunities/7".into(),
                changes: vec![
                    change("amount", "100", "250"),
                    change("owner_id", "", "members/3"),
                    change("expected_contract_date", "2026-03-01", ""),
                    change("colour", "red", "blue"),
                ],
                actor_id: "members/2".into(),
                ..Default::default()
            })),
        };
        let happening = happening(item).unwrap();
        assert_eq!(happening.deal_id, Some(7));
        let What::Amended { changes, by } = happening.what else {
            panic!("{happening:?}");
        };
        assert_eq!(
            changes,
            [
                Change::Amount(100, 250),
                Change::Owner(None, Some(3)),
                Change::ContractDate(Some(jiff::civil::date(2026, 3, 1)), None),
            ]
        );
        assert_eq!(by, Some(2));
    }

    #[test]
    fn each_step_of_a_request_names_who_took_it() {
        let step = |state: v1::ApprovalState| {
            let item = v1::TimelineItem {
                time: None,
                item: Some(Item::Approval(v1::TimelineApproval {
                    approval: Some(v1::Approval {
                        stage_id: "stages/4".into(),
                        requester_id: "members/5".into(),
                        decider_id: "members/1".into(),
                        note: "please".into(),
                        decision_reason: "fine".into(),
                        ..Default::default()
                    }),
                    state: state.into(),
                })),
            };
            match happening(item).unwrap().what {
                What::Approval {
                    step,
                    member_id,
                    words,
                    ..
                } => (step, member_id, words),
                other => panic!("{other:?}"),
            }
        };
        let words = |words: &str| words.to_owned();
        assert_eq!(
            step(v1::ApprovalState::Pending),
            (ApprovalStep::Asked, Some(5), words("please"))
        );
        assert_eq!(
            step(v1::ApprovalState::Approved),
            (ApprovalStep::Approved, Some(1), words("fine"))
        );
        assert_eq!(
            step(v1::ApprovalState::Used),
            (ApprovalStep::Used, None, String::new())
        );
    }
}
