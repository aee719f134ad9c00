//! `sluice packet`: parts of teammates' rewards: list, open, and recompute how they were measured out.

use clap::Subcommand;
use sluice_proto::v1;

use super::{
    failure::{Exit, Failure, Outcome},
    noun::{self, Noun},
    output::{Cell, Column, Sheet, hidden, shown},
    reference::{Kind, short},
    reward,
    session::{ListArgs, Session, WriteArgs},
    unit::{amount_cell, unit_cell},
    value::enum_word,
};
use crate::packet_draw::{self, Draw};

/// Microseconds of a second, and nanoseconds of a microsecond.
const MICROS_PER_SECOND: i64 = 1_000_000;
const NANOS_PER_MICRO: i32 = 1_000;

/// Packets.
#[derive(Debug, Subcommand)]
pub enum PacketCommand {
    /// List packets
    #[command(
        after_help = "Examples:\n  sluice packet list --filter 'state:sent receiver:kim'\n  sluice packet list --filter 'reward:R-7'"
    )]
    List(ListArgs),
    /// Open a packet: what is in it goes into your wallet
    #[command(after_help = "Example:\n  sluice packet open PK-12")]
    Open {
        /// The packet: PK-12, packets/12 or 12
        id: String,
        /// Whose, for the built-in administrator, who is no member
        #[arg(long)]
        receiver: Option<String>,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Recompute a split from its published seed, here and not on the server; fails where it differs
    #[command(after_help = "Example:
  sluice packet verify R-7
The seed is SHA-256 of \"sluice-packet-v1/<reward number>/<granted revision>/<microseconds of the split>\".
For place i of n, with R left and k = n - i + 1 places to go: the last gets R; every other gets 1 + h mod max, where max is
2 * (R / k) - 1, at least 1 and leaving 1 for each later place, and h is the first eight bytes, big-endian, of SHA-256 of
\"<seed>/<i>\".")]
    Verify {
        /// The reward that was split: R-7, rewards/7 or 7
        reward: String,
    },
}

const COLUMNS: &[Column] = &[
    shown("id", "ID"),
    shown("state", "STATE"),
    shown("giver", "FROM"),
    shown("receiver", "TO"),
    shown("amount", "AMOUNT"),
    shown("unit", "IN"),
    shown("reward_id", "PART OF"),
    shown("place", "PLACE"),
    shown("send_time", "SENT"),
    shown("open_until_time", "OPEN UNTIL"),
    hidden("end_time"),
    hidden("scheme_id"),
    hidden("etag"),
];

impl Noun for v1::Packet {
    const NONE_MATCH: &'static str = "No packets match.";

    async fn sheet(items: &[Self], session: &mut Session) -> Outcome<Sheet> {
        let (setting, titles) = (session.setting().await?, session.titles(false).await?);
        let mut sheet = Sheet::new(COLUMNS);
        let rows = items.iter().map(|packet| {
            vec![
                Cell::pair(short(&packet.id), &packet.id),
                Cell::text(enum_word(packet.state().as_str_name(), "PACKET_STATE_")),
                Cell::text(titles.of(&packet.giver_id)),
                Cell::text(titles.of(&packet.receiver_id)),
                amount_cell(&setting, packet.unit, packet.amount),
                unit_cell(packet.unit, &packet.currency_code),
                Cell::pair(short(&packet.reward_id), &packet.reward_id),
                Cell::count(packet.place),
                setting.time_cell(packet.send_time.as_ref()),
                setting.time_cell(packet.open_until_time.as_ref()),
                setting.time_cell(packet.end_time.as_ref()),
                Cell::text(&packet.scheme_id),
                Cell::text(&packet.etag),
            ]
        });
        sheet.rows = rows.collect();
        Ok(sheet)
    }
}

impl PacketCommand {
    /// Runs it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            Self::List(args) => {
                let answer = session.api.list_packets(&args.query()).await?;
                noun::list(session, "ListPacketsResponse", &answer, &answer.packets).await
            }
            Self::Open {
                id,
                receiver,
                write,
            } => {
                let request = v1::OpenPacketRequest {
                    id: Kind::Packet.require(&id)?,
                    receiver_id: match receiver {
                        Some(text) => session.directory.member(&text).await?,
                        None => String::new(),
                    },
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = session.api.packets().open_packet(request).await?;
                let answer = answer.into_inner();
                noun::card(session, "OpenPacketResponse", &answer, &answer.packet).await
            }
            Self::Verify { reward } => verify(session, &reward).await,
        }
    }
}

const VERIFY_COLUMNS: &[Column] = &[
    shown("place", "PLACE"),
    shown("receiver", "TO"),
    shown("left", "LEFT"),
    shown("most", "AT MOST"),
    shown("drawn", "DRAWN"),
    shown("amount", "RECOMPUTED"),
    shown("sent", "SENT"),
    shown("same", "SAME"),
];

/// One place of a split, recomputed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Line {
    draw: Draw,
    sent: Option<i64>,
}

/// What recomputing a split gives.
#[derive(Debug)]
struct Check {
    lines: Vec<Line>,
    /// What does not fit besides the amounts; nothing when all does.
    wrong: Vec<String>,
}

/// Recomputes a split from the reward and its packets as they were published.
fn check(reward: &v1::Reward, split: &v1::RewardSplit, packets: &[v1::Packet]) -> Check {
    let mut wrong = Vec::new();
    let places = u32::try_from(split.packets).unwrap_or_default();
    let draws = match split.method() {
        v1::SplitMethod::Lucky => {
            let micros = split.time.as_ref().map_or(0, |time| {
                time.seconds * MICROS_PER_SECOND + i64::from(time.nanos / NANOS_PER_MICRO)
            });
            let number = Kind::Reward.number(&reward.id);
            let seed = packet_draw::seed(number, reward.grant_revision, micros);
            if seed != split.seed {
                wrong.push(format!("the seed is {}, it should be {seed}", split.seed));
            }
            packet_draw::lucky(&seed, split.amount, places)
        }
        v1::SplitMethod::Equal | v1::SplitMethod::Unspecified => {
            let mut left = split.amount;
            let amounts = packet_draw::equal(split.amount, places);
            let draws = (1..).zip(amounts).map(|(place, amount)| {
                let draw = Draw {
                    place,
                    left,
                    drawn: None,
                    most: amount,
                    amount,
                };
                left -= amount;
                draw
            });
            draws.collect()
        }
    };
    if packets.len() != usize::try_from(places).unwrap_or_default() {
        wrong.push(format!(
            "{places} packets were sent, {} are there",
            packets.len()
        ));
    }
    if draws.is_empty() {
        wrong.push(format!("{} cannot be divided among {places}", split.amount));
    }
    let sent = |place: u32| {
        let at = |packet: &&v1::Packet| u32::try_from(packet.place) == Ok(place);
        packets.iter().find(at).map(|packet| packet.amount)
    };
    let lines = draws.into_iter().map(|draw| Line {
        draw,
        sent: sent(draw.place),
    });
    let lines: Vec<Line> = lines.collect();
    if lines.iter().any(|line| line.sent != Some(line.draw.amount)) {
        wrong.push("the packets are not what the seed gives".to_owned());
    }
    let mut receivers: Vec<&str> = packets.iter().map(|one| one.receiver_id.as_str()).collect();
    receivers.sort_unstable();
    if receivers.windows(2).any(|pair| pair[0] == pair[1]) {
        wrong.push("somebody has two packets".to_owned());
    }
    if receivers.contains(&reward.member_id.as_str()) {
        wrong.push("the earner has a packet of the own reward".to_owned());
    }
    Check { lines, wrong }
}

async fn verify(session: &mut Session, id: &str) -> Outcome {
    let reward = reward::get(session, id).await?;
    let request = v1::GetSplitRequest {
        reward_id: reward.id.clone(),
    };
    let answer = session.api.packets().get_split(request).await?.into_inner();
    let Some(split) = &answer.split else {
        return Err(Failure::new(
            Exit::Failed,
            format!("{} was not split", short(&reward.id)),
        ));
    };
    let Check { lines, wrong } = check(&reward, split, &answer.packets);
    let (setting, titles) = (session.setting().await?, session.titles(false).await?);
    let cell = |amount| amount_cell(&setting, reward.unit, amount);
    let mut sheet = Sheet::new(VERIFY_COLUMNS);
    for Line { draw, sent } in lines {
        let packets = answer.packets.iter();
        let mut here = packets.filter(|packet| u32::try_from(packet.place) == Ok(draw.place));
        let receiver = here.next().map(|packet| titles.of(&packet.receiver_id));
        let same = sent == Some(draw.amount);
        sheet.rows.push(vec![
            Cell::count(draw.place),
            Cell::text(receiver.unwrap_or_default()),
            cell(draw.left),
            cell(draw.most),
            Cell::text(
                draw.drawn
                    .map(|drawn| format!("{drawn:016x}"))
                    .unwrap_or_default(),
            ),
            cell(draw.amount),
            sent.map(cell).unwrap_or_default(),
            Cell::pair(if same { "yes" } else { "NO" }, same.to_string()),
        ]);
    }
    if !split.seed.is_empty() {
        session.output.say(&format!("Seed {}", split.seed))?;
    }
    session
        .output
        .list("GetSplitResponse", &answer, &sheet, "No packets.")?;
    if wrong.is_empty() {
        session.output.say(&format!(
            "{} packets, all as recomputed; {} in all.",
            split.packets,
            cell(split.amount).human()
        ))?;
        return session.output.flush();
    }
    let what = wrong.join("; ");
    Err(Failure::new(
        Exit::Failed,
        format!("{}: {what}", short(&reward.id)),
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn lucky() -> (v1::Reward, v1::RewardSplit, Vec<v1::Packet>) {
        let seed = packet_draw::seed(7, 120, 1_790_000_000_000_000);
        let reward = v1::Reward {
            id: "rewards/7".into(),
            member_id: "members/99".into(),
            grant_revision: 120,
            amount: 5_000,
            ..Default::default()
        };
        let draws = packet_draw::lucky(&seed, 1_000, 6);
        let packets = draws.iter().map(|draw| v1::Packet {
            place: i32::try_from(draw.place).unwrap(),
            receiver_id: format!("members/{}", draw.place),
            amount: draw.amount,
            ..Default::default()
        });
        let packets = packets.collect();
        let split = v1::RewardSplit {
            method: v1::SplitMethod::Lucky.into(),
            amount: 1_000,
            packets: 6,
            time: Some(prost_types::Timestamp {
                seconds: 1_790_000_000,
                nanos: 0,
            }),
            seed,
            ..Default::default()
        };
        (reward, split, packets)
    }

    #[test]
    fn a_split_as_published_is_confirmed() {
        let (reward, split, packets) = lucky();
        let check = check(&reward, &split, &packets);
        assert!(check.wrong.is_empty(), "{:?}", check.wrong);
        assert_eq!(check.lines.len(), 6);
    }

    #[test]
    fn whatever_is_tampered_with_is_told() {
        let (reward, split, packets) = lucky();
        let told = |reward: &v1::Reward, split: &v1::RewardSplit, packets: &[v1::Packet]| {
            check(reward, split, packets).wrong.join("; ")
        };
        let mut swapped = packets.clone();
        let (first, second) = (packets[0].amount, packets[1].amount);
        (swapped[0].amount, swapped[1].amount) = (second, first);
        assert!(told(&reward, &split, &swapped).contains("not what the seed gives"));
        let mut seed = split.clone();
        seed.seed.replace_range(0..1, "f");
        assert!(told(&reward, &seed, &packets).contains("the seed is f"));
        assert!(told(&reward, &split, &packets[1..]).contains("5 are there"));
        let mut twice = packets.clone();
        twice[1].receiver_id = twice[0].receiver_id.clone();
        assert!(told(&reward, &split, &twice).contains("two packets"));
        let mut own = packets;
        own[0].receiver_id = reward.member_id.clone();
        assert!(told(&reward, &split, &own).contains("own reward"));
    }

    #[test]
    fn an_equal_split_is_recomputed_too() {
        let (reward, mut split, mut packets) = lucky();
        split.method = v1::SplitMethod::Equal.into();
        split.seed.clear();
        for (place, packet) in packets.iter_mut().enumerate() {
            packet.amount = if place < 4 { 167 } else { 166 };
        }
        let check = check(&reward, &split, &packets);
        assert!(check.wrong.is_empty(), "{:?}", check.wrong);
    }
}
