//! What messages say: JSON for programs, text in the workspace's language for people. The one place that writes either.

use serde_json::{Value, json};
use sluice_domain::{
    Currency, Delivery, DeliveryPayload, Digest, Entity, Figure, Language, MemberId, OpportunityId,
    SectionKind, State,
    digest::{DigestItem, Section},
};

use crate::grpc::convert::digest::scope_name;

/// A mail.
#[derive(Debug)]
pub(super) struct Mail {
    /// Its subject.
    pub(super) subject: String,
    /// Its text.
    pub(super) text: String,
}

/// The body of a webhook's message. Amounts are integers of minor units of `currency`.
pub(super) fn json(state: &State, delivery: &Delivery) -> Value {
    let workspace = state.workspace();
    json!({
        "id": delivery.id.long(),
        "event": delivery.payload.name(),
        "time": delivery.created_at.to_string(),
        "workspace": workspace.map(|workspace| &workspace.name),
        "currency": currency(state).code(),
        "data": data(state, &delivery.payload),
    })
}

fn data(state: &State, payload: &DeliveryPayload) -> Value {
    match payload {
        DeliveryPayload::Digest(digest) => digest_json(state, digest),
        DeliveryPayload::AlertRaised { alert } => match state.entity(*alert) {
            Some(Entity::Alert(found)) => json!({
                "alert": alert.long(),
                "level": found.level.name(),
                "opportunity": opportunity_json(state, found.opportunity),
                "stage": found.stage.long(),
                "recipient": member_json(state, Some(found.recipient)),
                "since": found.since.to_string(),
            }),
            _ => json!({ "alert": alert.long() }),
        },
        DeliveryPayload::OpportunityWon {
            opportunity,
            owner,
            amount_minor,
            at,
        } => json!({
            "opportunity": opportunity_json(state, *opportunity),
            "owner": member_json(state, *owner),
            "amount_minor": amount_minor,
            "won_time": at.to_string(),
        }),
        DeliveryPayload::ApprovalRequested { approval } => match state.entity(*approval) {
            Some(Entity::Approval(found)) => json!({
                "approval": approval.long(),
                "opportunity": opportunity_json(state, found.opportunity),
                "stage": found.stage.long(),
                "amount_minor": found.amount_minor,
                "requester": member_json(state, found.requester),
                "note": found.note,
            }),
            _ => json!({ "approval": approval.long() }),
        },
        DeliveryPayload::Test => json!({}),
    }
}

fn opportunity_json(state: &State, id: OpportunityId) -> Value {
    let found = state.opportunity(id);
    json!({ "id": id.long(), "name": found.map(|found| &found.name) })
}

fn member_json(state: &State, id: Option<MemberId>) -> Value {
    match id {
        Some(id) => {
            json!({ "id": id.long(), "name": state.member(id).map(|member| &member.name) })
        }
        None => Value::Null,
    }
}

fn digest_json(state: &State, digest: &Digest) -> Value {
    let figure =
        |figure: Figure| json!({ "count": figure.count, "amount_minor": figure.amount_minor });
    let item = |item: &DigestItem| {
        json!({
            "opportunity": opportunity_json(state, item.opportunity),
            "amount_minor": item.amount_minor,
        })
    };
    let section = |section: &Section| {
        json!({
            "kind": section.kind.name(),
            "figure": figure(section.figure),
            "previous": figure(section.previous),
            "change": figure(section.change()),
            "top": section.top.iter().map(item).collect::<Vec<_>>(),
            "packets_sent": figure(section.packets_sent),
            "packets_received": figure(section.packets_received),
        })
    };
    json!({
        "member": member_json(state, digest.member),
        "scope": scope_name(digest, state),
        "cycle": digest.window.to_string(),
        "previous_cycle": digest.previous.to_string(),
        "sections": digest.sections.iter().map(section).collect::<Vec<_>>(),
    })
}

/// The words of a mail in one language.
struct Words {
    digest: &'static str,
    test: &'static str,
    against: &'static str,
    largest: &'static str,
    packets: (&'static str, &'static str),
    sections: [&'static str; 5],
    colon: &'static str,
}

const ENGLISH: Words = Words {
    digest: "Digest",
    test: "This is a test.",
    against: "against the cycle before",
    largest: "Largest",
    packets: ("packets sent", "received"),
    sections: ["New", "Moved forward", "Stalled", "Won", "Rewarded"],
    colon: ": ",
};

const CHINESE: Words = Words {
    digest: "简报",
    test: "这是一封测试邮件。",
    against: "较上一周期",
    largest: "金额最大",
    packets: ("发出红包", "收到"),
    sections: ["新增", "流动", "停滞", "成交", "激励"],
    colon: "：",
};

/// A mail in the workspace's language.
pub(super) fn mail(state: &State, delivery: &Delivery) -> Mail {
    let language = state.workspace().map(|workspace| workspace.language);
    let words = match language.unwrap_or_default() {
        Language::En => &ENGLISH,
        Language::Zh => &CHINESE,
    };
    match &delivery.payload {
        DeliveryPayload::Digest(digest) => digest_mail(state, digest, words),
        // Only digests are mailed; what else came here would still be readable.
        other => Mail {
            subject: format!("Sluice {}", other.name()),
            text: words.test.to_owned(),
        },
    }
}

fn digest_mail(state: &State, digest: &Digest, words: &Words) -> Mail {
    let scope = scope_name(digest, state);
    let last_day = digest.window.end.plus_days(-1);
    let days = if last_day == digest.window.start {
        last_day.to_string()
    } else {
        format!("{} – {last_day}", digest.window.start)
    };
    let subject = format!("{}{}{scope}, {days}", words.digest, words.colon);
    let mut text = format!("{subject}\n");
    let currency = currency(state);
    for section in &digest.sections {
        let name = words.sections[place(section.kind)];
        let change = section.change();
        text += &format!(
            "\n{name}{}{}  {}  ({} {:+}, {})\n",
            words.colon,
            section.figure.count,
            amount(section.figure.amount_minor, currency),
            words.against,
            change.count,
            signed(change.amount_minor, currency),
        );
        if section.kind == SectionKind::Rewarded {
            let (sent, received) = words.packets;
            text += &format!(
                "  {sent} {}, {received} {}\n",
                section.packets_sent.count, section.packets_received.count
            );
        }
        if !section.top.is_empty() {
            text += &format!("  {}{}\n", words.largest, words.colon.trim_end());
        }
        for item in &section.top {
            let name = state
                .opportunity(item.opportunity)
                .map(|found| &*found.name);
            text += &format!(
                "    {}  {}  {}\n",
                item.opportunity.short(),
                amount(item.amount_minor, currency),
                name.unwrap_or_default(),
            );
        }
    }
    Mail { subject, text }
}

const fn place(kind: SectionKind) -> usize {
    match kind {
        SectionKind::New => 0,
        SectionKind::Moved => 1,
        SectionKind::Stalled => 2,
        SectionKind::Won => 3,
        SectionKind::Rewarded => 4,
    }
}

fn currency(state: &State) -> Currency {
    state
        .workspace()
        .map_or(Currency::USD, |workspace| workspace.currency)
}

fn signed(minor: i64, currency: Currency) -> String {
    let plus = if minor > 0 { "+" } else { "" };
    format!("{plus}{}", amount(minor, currency))
}

/// `1,234,567.89 USD`.
fn amount(minor: i64, currency: Currency) -> String {
    let digits = usize::try_from(currency.minor_digits()).unwrap_or(2);
    let plain = format!("{:0>width$}", minor.unsigned_abs(), width = digits + 1);
    let (whole, part) = plain.split_at(plain.len() - digits);
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if minor < 0 { "-" } else { "" };
    let point = if digits > 0 { "." } else { "" };
    format!("{sign}{grouped}{point}{part} {}", currency.code())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn amounts_are_written_in_whole_units_with_groups() {
        let jpy = Currency::parse("JPY").unwrap();
        for (minor, currency, written) in [
            (0, Currency::USD, "0.00 USD"),
            (5, Currency::USD, "0.05 USD"),
            (123_456_789, Currency::USD, "1,234,567.89 USD"),
            (-100_000, Currency::USD, "-1,000.00 USD"),
            (1_234, jpy, "1,234 JPY"),
        ] {
            assert_eq!(amount(minor, currency), written);
        }
    }
}
