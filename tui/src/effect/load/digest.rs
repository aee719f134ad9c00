//! Reads the supervisor's digest.

use sluice_proto::v1;
use tonic::Status;

use crate::client::{Connection, timed};
use crate::report::Digest;
use crate::report::digest::{Figure, Item, Section, SectionKind};
use crate::wire::{id, number};

/// The digest of a cycle.
pub(super) async fn digest(
    connection: &Connection,
    member_id: Option<u64>,
    cycle: &str,
) -> Result<Digest, Status> {
    let request = v1::GetDigestRequest {
        member_id: member_id.map(id::member).unwrap_or_default(),
        cycle: cycle.to_owned(),
    };
    let answer = connection.digests().get_digest(timed(request)).await?;
    let digest = answer.into_inner().digest.unwrap_or_default();
    Ok(Digest {
        scope: digest.scope,
        sections: digest.sections.into_iter().filter_map(section).collect(),
    })
}

fn section(section: v1::DigestSection) -> Option<Section> {
    use v1::DigestSectionKind as Wire;
    let kind = match section.kind() {
        Wire::Unspecified => return None,
        Wire::New => SectionKind::New,
        Wire::Moved => SectionKind::Moved,
        Wire::Stalled => SectionKind::Stalled,
        Wire::Won => SectionKind::Won,
        Wire::Rewarded => SectionKind::Rewarded,
    };
    let rewarded = kind == SectionKind::Rewarded;
    let top = section.top.into_iter().map(|item| Item {
        deal_id: number(&item.opportunity_id),
        name: item.name,
        amount: amount(item.amount.as_ref()),
    });
    Some(Section {
        kind,
        top: top.collect(),
        now: section.figure.map(figure).unwrap_or_default(),
        before: section.previous.map(figure).unwrap_or_default(),
        // The others have none, and say nothing of them.
        packets_sent: section.packets_sent.filter(|_| rewarded).map(figure),
        packets_received: section.packets_received.filter(|_| rewarded).map(figure),
    })
}

fn figure(figure: v1::DigestFigure) -> Figure {
    Figure {
        count: figure.count,
        amount: amount(figure.amount.as_ref()),
    }
}

fn amount(money: Option<&v1::Money>) -> i128 {
    money.map_or(0, |money| money.amount_minor.into())
}
