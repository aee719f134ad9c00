//! A block pasted from a spreadsheet: seen, corrected, made row by row.
#![allow(clippy::unwrap_used)]

use sluice::layer::Layer;
use sluice::message::{ActionOk, Msg, Refusal, ServerFact};
use sluice::model::{Action, Draft, Effect};
use sluice::sheet::{Column, MAX_ROWS, Sheet};
use sluice::strings::Language::{self, Chinese, English};

use crate::fixture::App;

const BLOCK: &str = "Customer\tOpportunity\tAmount\tStage\tClose date\tOwner\n\
Acme Holding\tZen garden\t1.2m\tProposal\t3/15\tNoor\n\
Globex\tNew roof\t50,000\tNew\tfri\tKim\n\
Initech\tNo date\t7k\tNew\t\tKim\n\
Hooli\tWho is it\t9k\tNew\tfri\tNobody\n";

const CHINESE: &str = "客户\t项目\t预计金额\t阶段\t签约日期\t负责人\n\
华北电力\t三期扩建\t120万\t方案\t3/15\t李小梅\n\
东方钢铁集团\t新屋顶\t50,000\t新建\t周五\t张三\n\
长江航运\t缺日期\t7万\t新建\t\t张三\n\
西部矿业\t是谁\t9万\t新建\t周五\t无名\n";

fn pasted(language: Language, width: u16, height: u16) -> App {
    let mut app = App::full(language, width, height);
    let block = match language {
        English => BLOCK,
        Chinese => CHINESE,
    };
    app.send(Msg::Paste(block.to_owned()));
    app
}

fn app() -> App {
    pasted(English, 120, 30)
}

fn sheet(app: &App) -> &Sheet {
    let Some(Layer::Sheet(sheet)) = app.model.layers.last() else {
        panic!("{:?}", app.model.layers)
    };
    sheet
}

fn drafts(app: &App) -> Vec<(String, Draft)> {
    let sent = app.effects.iter().filter_map(|effect| match effect {
        Effect::Submit {
            request_id,
            action: Action::Create(draft),
        } => Some((request_id.clone(), draft.as_ref().clone())),
        _ => None,
    });
    sent.collect()
}

fn answer(app: &mut App, request_id: &str, good: bool) {
    let result = if good {
        Ok(ActionOk {
            revision: 1,
            subject: None,
        })
    } else {
        Err(Refusal {
            reason: "GATE_NOT_MET".to_owned(),
            message: "the stage wants a contact".to_owned(),
            violations: Vec::new(),
        })
    };
    app.server(ServerFact::ActionDone {
        request_id: request_id.to_owned(),
        result,
    });
}

#[test]
fn a_block_is_understood_in_both_languages_and_the_good_rows_are_made() {
    for language in [English, Chinese] {
        let mut app = pasted(language, 160, 30);
        assert_eq!(
            sheet(&app).columns,
            [
                Column::Customer,
                Column::Name,
                Column::Amount,
                Column::Stage,
                Column::Date,
                Column::Owner
            ]
        );
        let good: Vec<bool> = sheet(&app).rows.iter().map(|row| row.is_good()).collect();
        assert_eq!(good, [true, true, false, false], "{}", app.text());
        app.keys("enter");
        let sent = drafts(&app);
        assert_eq!(sent.len(), 2, "each by a request of its own");
        assert_ne!(sent[0].0, sent[1].0);
        assert_eq!(sent[0].1.owner_id, Some(2));
        assert_eq!(sent[0].1.amount_minor, 120_000_000);
        assert_eq!(sent[1].1.contract_date, Some(jiff::civil::date(2026, 3, 6)));
        assert!(sent.iter().all(|(_, draft)| draft.customer.is_some()));
    }
}

#[test]
fn what_is_refused_stays_to_be_corrected_and_the_report_is_honest() {
    let mut app = app();
    app.keys("enter");
    let sent = drafts(&app);
    assert!(app.text().contains("2 on the way"), "{}", app.text());
    answer(&mut app, &sent[0].0, true);
    answer(&mut app, &sent[1].0, false);
    let text = app.text();
    assert!(text.contains("1 saved, 3 left"), "{text}");
    assert_eq!(sheet(&app).rows.len(), 3);
    app.keys("k k k");
    let text = app.text();
    assert!(
        text.contains("refused") && text.contains("wants a contact"),
        "{text}"
    );
    // Corrected rows go with the next Enter; nothing that was made is made again.
    app.keys("j l l l l e")
        .types("month-end")
        .keys("enter enter");
    let all = drafts(&app);
    assert_eq!(all.len(), 4);
    assert_eq!(all[3].1.contract_date, Some(jiff::civil::date(2026, 3, 31)));
    answer(&mut app, &all[2].0, true);
    answer(&mut app, &all[3].0, true);
    assert_eq!(sheet(&app).rows.len(), 1);
    app.keys("x");
    assert!(app.model.layers.is_empty());
}

#[test]
fn columns_are_assigned_by_a_letter_and_names_of_columns_may_be_data() {
    let mut app = App::full(English, 120, 30);
    app.send(Msg::Paste(
        "alpha\tbeta\t5k\t3/15\ngamma\tdelta\t6k\t3/16".to_owned(),
    ));
    assert_eq!(sheet(&app).columns[..2], [Column::Name, Column::Nothing]);
    app.keys("l n");
    assert_eq!(sheet(&app).columns[..2], [Column::Nothing, Column::Name]);
    assert_eq!(sheet(&app).rows[0].reading.draft.name, "beta");
    app.keys("h c");
    assert!(sheet(&app).rows[0].reading.draft.customer.is_some());
    app.keys("t");
    assert_eq!(sheet(&app).rows.len(), 1);
    app.keys("t");
    assert_eq!(sheet(&app).rows.len(), 2);
}

#[test]
fn rows_that_are_there_already_are_off_until_they_are_wanted() {
    let mut app = App::full(English, 120, 30);
    let name = app.selected().to_owned();
    app.send(Msg::Paste(format!(
        "{name}\t5k\tfri\nZen\t6k\tfri\nZen\t6k\tfri"
    )));
    let on: Vec<bool> = sheet(&app).rows.iter().map(|row| row.on).collect();
    assert_eq!(on, [false, true, false], "{}", app.text());
    assert!(app.text().contains("≈ looks like"), "{}", app.text());
    app.keys("space enter");
    assert_eq!(drafts(&app).len(), 2);
}

#[test]
fn lines_without_tabs_are_whole_deals_each() {
    let mut app = App::full(English, 120, 30);
    app.keys("a").send(Msg::Paste(
        "Zen garden 1.2m @proposal ^fri\rRoof 5k ^3/15 &noor\r".to_owned(),
    ));
    assert_eq!(sheet(&app).columns, [Column::Line]);
    app.keys("enter");
    let sent = drafts(&app);
    assert_eq!((sent[0].1.stage_id, sent[1].1.owner_id), (4, Some(2)));
}

#[test]
fn one_line_pasted_on_the_board_becomes_an_entry_and_nothing_is_run_as_keys() {
    let mut app = App::full(English, 120, 30);
    app.send(Msg::Paste("X Zen 5k ^fri".to_owned()));
    assert!(app.text().contains("› X Zen 5k ^fri"), "{}", app.text());
    assert!(drafts(&app).is_empty());
}

#[test]
fn a_block_left_with_escape_is_there_again_and_what_was_made_meanwhile_is_not() {
    let mut app = app();
    app.keys("enter esc");
    let sent = drafts(&app);
    answer(&mut app, &sent[0].0, true);
    answer(&mut app, &sent[1].0, false);
    assert!(app.text().contains("Its row is kept"), "{}", app.text());
    app.keys("g P");
    let names: Vec<&str> = sheet(&app)
        .rows
        .iter()
        .map(|row| row.cells[1].as_str())
        .collect();
    assert_eq!(names, ["New roof", "No date", "Who is it"]);
}

#[test]
fn nothing_is_sent_while_the_link_is_lost() {
    let mut app = app();
    app.server(ServerFact::Lost {
        since: 0,
        reason: "gone".to_owned(),
    });
    app.keys("enter");
    assert!(drafts(&app).is_empty());
    assert!(app.text().contains("cannot be reached"), "{}", app.text());
    assert_eq!(sheet(&app).rows.len(), 4);
}

#[test]
fn a_block_that_is_too_large_says_what_was_left_out() {
    let mut app = App::full(English, 120, 30);
    app.send(Msg::Paste("Zen\t5k\tfri\n".repeat(MAX_ROWS + 20)));
    assert!(
        app.text().contains("20 more rows left out"),
        "{}",
        app.text()
    );
    assert_eq!(sheet(&app).rows.len(), MAX_ROWS);
}

#[test]
fn escape_leaves_the_cell_first_and_the_block_then() {
    let mut app = app();
    app.keys("e").types("zzz").keys("esc");
    assert_eq!(sheet(&app).rows[0].cells[0], "Acme Holding");
    app.keys("esc");
    assert!(app.model.layers.is_empty());
}

#[test]
fn a_block_looks_so() {
    for language in [English, Chinese] {
        for (width, height) in [(200, 50), (80, 24), (40, 12)] {
            let mut app = pasted(language, width, height);
            app.keys("j j l l l l");
            let name = format!("sheet-{}-{width}x{height}", language.tag());
            insta::assert_snapshot!(name, app.picture());
        }
    }
}
