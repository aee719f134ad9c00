//! `sluice payout`: wallets paid out together: prepared, exported for payroll, marked paid once, or called off.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use clap::Subcommand;
use sluice_proto::v1;

use super::{
    failure::{Failure, Outcome},
    noun::{self, Noun},
    output::{Cell, Column, Sheet, hidden, shown},
    reference::{Kind, short},
    scheme_terms::UnitArg,
    session::{ListArgs, Session, WriteArgs},
    unit::{amount_cell, unit_cell},
    value::enum_word,
};

/// Payouts.
#[derive(Debug, Subcommand)]
pub enum PayoutCommand {
    /// Charge wallets for a payout: all that are above zero, or those named
    #[command(
        after_help = "Examples:\n  sluice payout create --unit money --note 'March'\n  sluice payout create --unit points --member kim --member noor"
    )]
    Create {
        /// What is paid out
        #[arg(long, value_enum)]
        unit: UnitArg,
        /// Whose wallet; may be repeated, all when absent
        #[arg(long = "member", value_name = "MEMBER")]
        members: Vec<String>,
        /// Free text
        #[arg(long, default_value = "")]
        note: String,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// List payouts
    #[command(after_help = "Example:\n  sluice payout list --filter state:prepared")]
    List(ListArgs),
    /// Show a payout with its lines
    Show {
        /// The payout: PO-2, payouts/2 or 2
        id: String,
    },
    /// Write the lines of a payout for payroll
    #[command(
        after_help = "Examples:\n  sluice payout export PO-2 --csv march.csv\n  sluice payout export PO-2 --csv - | head
Texts that a spreadsheet would take for a formula have an apostrophe before them."
    )]
    Export {
        /// The payout: PO-2, payouts/2 or 2
        id: String,
        /// The file; standard output when it is '-'
        #[arg(long, value_name = "FILE")]
        csv: PathBuf,
    },
    /// Say that payroll has paid; a repeat with the same reference changes nothing
    Paid {
        /// The payout: PO-2, payouts/2 or 2
        id: String,
        /// What payroll calls it
        #[arg(long, default_value = "")]
        reference: String,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Call a payout off that is not paid: the wallets have it back
    Cancel {
        /// The payout: PO-2, payouts/2 or 2
        id: String,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
}

const COLUMNS: &[Column] = &[
    shown("id", "ID"),
    shown("state", "STATE"),
    shown("total", "TOTAL"),
    shown("unit", "IN"),
    shown("line_count", "MEMBERS"),
    shown("create_time", "MADE"),
    shown("creator", "BY"),
    shown("note", "NOTE"),
    shown("reference", "REFERENCE"),
    shown("end_time", "PAID OR CANCELLED"),
    hidden("etag"),
];

impl Noun for v1::Payout {
    const NONE_MATCH: &'static str = "No payouts match.";

    async fn sheet(items: &[Self], session: &mut Session) -> Outcome<Sheet> {
        let (setting, titles) = (session.setting().await?, session.titles(false).await?);
        let mut sheet = Sheet::new(COLUMNS);
        let rows = items.iter().map(|payout| {
            vec![
                Cell::pair(short(&payout.id), &payout.id),
                Cell::text(enum_word(payout.state().as_str_name(), "PAYOUT_STATE_")),
                amount_cell(&setting, payout.unit, payout.total),
                unit_cell(payout.unit, &payout.currency_code),
                Cell::count(payout.line_count),
                setting.time_cell(payout.create_time.as_ref()),
                Cell::text(titles.of(&payout.creator_id)),
                Cell::text(&payout.note),
                Cell::text(&payout.reference),
                setting.time_cell(payout.end_time.as_ref()),
                Cell::text(&payout.etag),
            ]
        });
        sheet.rows = rows.collect();
        Ok(sheet)
    }
}

const LINE_COLUMNS: &[Column] = &[
    hidden("member_id"),
    shown("member", "MEMBER"),
    shown("external_id", "PERSONNEL NUMBER"),
    shown("amount", "AMOUNT"),
    shown("unit", "IN"),
];

impl PayoutCommand {
    /// Runs it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let mut client = session.api.payouts();
        match self {
            Self::Create {
                unit,
                members,
                note,
                write,
            } => {
                let mut member_ids = Vec::with_capacity(members.len());
                for text in &members {
                    member_ids.push(session.directory.member(text).await?);
                }
                let request = v1::CreatePayoutRequest {
                    unit: unit.to_proto().into(),
                    member_ids,
                    note,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.create_payout(request).await?.into_inner();
                noun::card(session, "CreatePayoutResponse", &answer, &answer.payout).await
            }
            Self::List(args) => {
                let answer = session.api.list_payouts(&args.query()).await?;
                noun::list(session, "ListPayoutsResponse", &answer, &answer.payouts).await
            }
            Self::Show { id } => show(session, &id).await,
            Self::Export { id, csv } => export(session, &id, &csv).await,
            Self::Paid {
                id,
                reference,
                write,
            } => {
                let request = v1::MarkPayoutPaidRequest {
                    id: Kind::Payout.require(&id)?,
                    reference,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.mark_payout_paid(request).await?.into_inner();
                noun::card(session, "MarkPayoutPaidResponse", &answer, &answer.payout).await
            }
            Self::Cancel { id, write } => {
                let request = v1::CancelPayoutRequest {
                    id: Kind::Payout.require(&id)?,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.cancel_payout(request).await?.into_inner();
                noun::card(session, "CancelPayoutResponse", &answer, &answer.payout).await
            }
        }
    }
}

async fn lines(session: &mut Session, id: String) -> Outcome<(v1::ListPayoutLinesResponse, Sheet)> {
    let request = v1::ListPayoutLinesRequest { id };
    let answer = session.api.payouts().list_payout_lines(request).await?;
    let answer = answer.into_inner();
    let setting = session.setting().await?;
    let unit: i32 = if answer.currency_code.is_empty() {
        v1::RewardUnit::Points.into()
    } else {
        v1::RewardUnit::Money.into()
    };
    let mut sheet = Sheet::new(LINE_COLUMNS);
    for line in &answer.lines {
        sheet.rows.push(vec![
            Cell::text(&line.member_id),
            Cell::pair(&line.member, spreadsheet_safe(&line.member)),
            Cell::pair(&line.external_id, spreadsheet_safe(&line.external_id)),
            amount_cell(&setting, unit, line.amount),
            unit_cell(unit, &answer.currency_code),
        ]);
    }
    Ok((answer, sheet))
}

async fn show(session: &mut Session, id: &str) -> Outcome {
    let id = Kind::Payout.require(id)?;
    let request = v1::GetPayoutRequest { id: id.clone() };
    let answer = session.api.payouts().get_payout(request).await?;
    let answer = answer.into_inner();
    noun::card(session, "GetPayoutResponse", &answer, &answer.payout).await?;
    if session.is_json() {
        return Ok(());
    }
    let (_, sheet) = lines(session, id).await?;
    session.output.more(&sheet)
}

/// Writes the lines of a payout as CSV. A file appears whole or not at all.
async fn export(session: &mut Session, id: &str, path: &Path) -> Outcome {
    let (_, sheet) = lines(session, Kind::Payout.require(id)?).await?;
    if path.as_os_str() == "-" {
        sheet.write_csv(session.output.writer(), true)?;
        return session.output.flush();
    }
    let failed = |error| Failure::from(error).about(path.display());
    let partial = path.with_extension("csv.partial");
    let mut file = BufWriter::new(File::create(&partial).map_err(failed)?);
    let written = sheet
        .write_csv(&mut file, true)
        .and_then(|()| file.flush().map_err(failed));
    if written.is_err() {
        // The half-written file is of no use; that it cannot be removed matters less than why it is half.
        let _ = std::fs::remove_file(&partial);
    }
    written?;
    std::fs::rename(&partial, path).map_err(failed)?;
    let (file, rows) = (path.display(), sheet.rows.len());
    session.output.say(&format!("{file}: {rows} rows"))?;
    session.output.flush()
}

/// A text that no spreadsheet takes for a formula: an apostrophe before it where its first character begins one.
fn spreadsheet_safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_has_an_apostrophe_before_it() {
        for text in [
            "=HYPERLINK(\"http://x\")",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
        ] {
            assert_eq!(spreadsheet_safe(text), format!("'{text}"));
        }
        for text in ["Kim", "E-17", "", "1=1", "李雷"] {
            assert_eq!(spreadsheet_safe(text), text);
        }
    }
}
