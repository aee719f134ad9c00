//! A verb: one arm each.

use super::{
    activity_line, arrange, arrivals, attention, bulk, entry_line, figures, filter, follow_ups,
    form, funnel, go, goals, jump, layers, leaderboard, lens, memory, moves, navigate, notify,
    open, past, prompt, reward_form, rewards, schemes, themes, undo,
};
use crate::bulk::Act;
use crate::command::{self, Command};
use crate::effect_request::MAX_CLIPBOARD_BYTES;
use crate::input::Input;
use crate::layer::{
    self, Confirm, FilterLine, FormPurpose, Layer, Pick, PickItem, PickPurpose, PromptPurpose,
    Search, ViewList,
};
use crate::model::{
    Action, Card, DetailState, Effect, Exit, MAX_BACK, Model, PipelineTemplate, Screen, Severity,
};
use crate::strings::{Language, Strings};
use crate::text;

/// Does it if it can be done here and now; says so if not.
pub(super) fn run(model: &mut Model, command: Command, count: Option<u32>) -> Vec<Effect> {
    if command.changes_deals() && model.past_on_board().is_some() {
        past::refuse(model);
        return Vec::new();
    }
    if bulk::takes(model, command) {
        return bulk::perform(model, command, steps(count));
    }
    match command::row(command) {
        Some(row) if (row.available)(model) => perform(model, command, count),
        Some(row) => {
            // Esc and the like with nothing to do: old news go instead.
            if matches!(command, Command::Back | Command::ClearFilter) {
                model.notices.clear();
                return Vec::new();
            }
            let what = model.strings.say(row.short_key).to_owned();
            let key = if model.selected().is_none() && model.screen == Screen::Board {
                "notice-select-first"
            } else {
                "notice-not-now"
            };
            let text = model.strings.tell(key, &[("what", what.into())]);
            notify(model, Severity::Info, text);
            Vec::new()
        }
        None => Vec::new(),
    }
}

/// How often; none = once.
fn steps(count: Option<u32>) -> usize {
    usize::try_from(count.unwrap_or(1)).unwrap_or(usize::MAX)
}

/// Does it.
pub(super) fn perform(model: &mut Model, command: Command, count: Option<u32>) -> Vec<Effect> {
    let steps = steps(count);
    let selected = model.selected().map(|card| card.id);
    match (command, selected) {
        (Command::Up, _) => navigate::vertical(model, -1, steps),
        (Command::Down, _) => navigate::vertical(model, 1, steps),
        (Command::Left, _) => navigate::horizontal(model, -1, steps),
        (Command::Right, _) => navigate::horizontal(model, 1, steps),
        (Command::First, _) => {
            navigate::edge(model, count.map(|_| steps.saturating_sub(1)).or(Some(0)))
        }
        (Command::Last, _) => navigate::edge(model, count.map(|_| steps.saturating_sub(1))),
        (Command::HalfPageUp, _) => navigate::half_page(model, -1, steps),
        (Command::HalfPageDown, _) => navigate::half_page(model, 1, steps),
        (Command::Open, _) if model.screen == Screen::Inbox => return attention::open_item(model),
        (Command::Open, _)
            if matches!(
                model.screen,
                Screen::Rewards | Screen::TeamFeed | Screen::RewardList
            ) =>
        {
            return rewards::open_item(model);
        }
        (Command::Open, _) if model.screen == Screen::Schemes => schemes::edit(model),
        (Command::Open, _)
            if matches!(model.screen, Screen::RewardStatistics | Screen::Fairness) =>
        {
            schemes::drill(model);
        }
        (Command::Open, Some(id)) => return open_deal(model, id),
        (Command::Open, None) => return figures::open(model),
        (Command::Back, _) => return back(model),
        (Command::Quick, _) => entry_line::open(model),
        (Command::Paste, _) => super::sheet::open(model),
        (Command::New, _) => form::open(model, FormPurpose::Create),
        (Command::Edit, Some(id)) => {
            let revision = model.selected().map_or(0, |card| card.revision);
            form::open(model, FormPurpose::Edit { id, revision });
        }
        (Command::Forward, Some(id)) => return step(model, id, true, steps),
        (Command::Backward, Some(id)) => return step(model, id, false, steps),
        (Command::Select, Some(_)) => bulk::toggle(model),
        (Command::SelectRange, Some(_)) => bulk::range(model),
        (Command::SelectColumn, _) => bulk::column(model),
        (Command::Repeat, _) => return bulk::repeat(model),
        (Command::Jump, _) => jump::start(model),
        (Command::JumpForward, _) => return ahead(model),
        (Command::MoveTo, Some(id)) => pick_stage(model, id),
        (Command::Lose, Some(id)) => form::open(model, FormPurpose::Lose(id)),
        (Command::Reopen, Some(id)) => form::open(model, FormPurpose::Reopen(id)),
        (Command::Log, Some(id)) => activity_line::open(model, id),
        (Command::Archive, Some(id)) => ask_archive(model, id),
        (Command::Copy, Some(_)) => return copy(model),
        (Command::Filter, _) => open_filter(model),
        // From the past one comes back to the present first.
        (Command::ClearFilter, _) if model.has_selection() => bulk::clear(model),
        (Command::ClearFilter, _) if model.past_on_board().is_some() => model.lens.as_of = None,
        (Command::ClearFilter, _) => filter::clear(model),
        (Command::NextHit, _) => navigate::hit(model, true),
        (Command::PreviousHit, _) => navigate::hit(model, false),
        (Command::Sort, _) => sort(model),
        (Command::Fold, _) => arrange::fold(model),
        (Command::Pin, _) => arrange::pin(model),
        (Command::Density, _) => arrange::next_density(model),
        (Command::Unseen, _) => arrivals::next(model),
        (Command::TeamWins, _) => arrange::toggle_wins(model),
        (Command::Pipelines, _) => pick_pipeline(model),
        (Command::GoBoard, _) => go(model, Screen::Board),
        (Command::GoAlerts, _) => go(model, Screen::Alerts),
        (Command::GoNextActions, _) => {
            // Shown at once as it was, and read anew.
            model.next_actions.asked_us = None;
            model.follow_ups.stale = true;
            go(model, Screen::NextActions);
            if model.queue_of().is_none() {
                lens::pick_queue(model);
            }
        }
        (Command::Undo, _) => return undo::undo(model),
        (Command::Redo, _) => return undo::redo(model),
        (Command::OpenCustomer, Some(_)) => return open_customer(model),
        (Command::GoInbox, _) => go(model, Screen::Inbox),
        (Command::HandOver, Some(id)) => attention::ask_hand_over(model, id),
        (Command::Acknowledge, _) if model.follow_up().is_some() => follow_ups::done(model),
        (Command::Snooze, _) if model.follow_up().is_some() => follow_ups::ask_put_off(model),
        (Command::Acknowledge, _) => return attention::acknowledge(model),
        (Command::Snooze, _) => attention::ask_snooze(model),
        (Command::Approve, _) => return attention::approve(model),
        (Command::Refuse, _) => attention::ask_refuse(model),
        (Command::AlwaysPreview, _) => {
            model.always_preview = !model.always_preview;
            let always = model.always_preview;
            memory::choose(model, |chosen| chosen.always_preview = Some(always));
            let key = if model.always_preview {
                "notice-preview-always"
            } else {
                "notice-preview-needed"
            };
            let text = model.strings.say(key).to_owned();
            notify(model, Severity::Info, text);
        }
        (Command::Read, _) => return attention::read(model),
        (Command::ReadAll, _) => return attention::read_all(model),
        (Command::GoFunnel, _) => go(model, Screen::Funnel),
        (Command::Cycle, _) => lens::pick_cycle(model),
        (Command::CycleBefore, _) => lens::step(model, -1, count),
        (Command::CycleAfter, _) => lens::step(model, 1, count),
        (Command::Versus, _) => lens::versus(model),
        (Command::Whose, _) if model.screen == Screen::NextActions => lens::pick_queue(model),
        (Command::Whose, _) => lens::pick_whose(model),
        (Command::AsOf, _) => prompt::open(model, PromptPurpose::AsOf),
        (Command::Difference, _) => prompt::open(model, PromptPurpose::Between),
        (Command::GoForecast, _) => go(model, Screen::Forecast),
        (Command::GoGoals, _) => go(model, Screen::Goals),
        (Command::GoLeaderboard, _) => go(model, Screen::Leaderboard),
        (Command::GoDigest, _) => go(model, Screen::Digest),
        (Command::GoRewards, _) => go(model, Screen::Rewards),
        (Command::GoFeed, _) => go(model, Screen::TeamFeed),
        (Command::GoSchemes, _) => go(model, Screen::Schemes),
        (Command::GoStatistics, _) => go(model, Screen::RewardStatistics),
        (Command::GoFairness, _) => go(model, Screen::Fairness),
        (Command::Grant, _) => reward_form::open_grant(model),
        (Command::Thank, _) => form::open(model, FormPurpose::Thank),
        (Command::NewScheme, _) => schemes::pick_system(model),
        (Command::Publish, _) => schemes::ask_publish(model),
        (Command::EndScheme, _) => schemes::ask_end(model),
        (Command::Rehearse, _) => schemes::ask_rehearse(model),
        (Command::Grouping, _) => schemes::next_grouping(model),
        (Command::RewardUnit, _) => schemes::next_unit(model),
        (Command::Claim, _) => return rewards::claim(model),
        (Command::Explain, _) => rewards::explain(model),
        (Command::ClaimAll, _) => return rewards::claim_all(model),
        (Command::Find, _) => open(model, Layer::Find(Search::default())),
        (Command::Views, _) => open(model, Layer::Views(ViewList::default())),
        (Command::Why, _) if model.screen == Screen::Leaderboard => {
            return leaderboard::open(model, true);
        }
        (Command::Why, _) => return funnel::why(model),
        (Command::Metric, _) if model.screen == Screen::Leaderboard => {
            leaderboard::step_metric(model, 1);
        }
        (Command::Count, _) if model.screen == Screen::Leaderboard => {
            leaderboard::toggle_count(model);
        }
        (Command::OfTarget, _) => leaderboard::toggle_target(model),
        (Command::Teams, _) => leaderboard::toggle_teams(model),
        (Command::Metric, _) => goals::next_metric(model),
        (Command::Count, _) => goals::toggle_count(model),
        (Command::Strict, _) => goals::strict(model),
        (Command::Divide, _) => goals::pick_division(model),
        (Command::Weight, _) => goals::ask_weight(model),
        (Command::Lock, _) => return goals::lock(model),
        (Command::NextPane, _) => figures::pane(model, true),
        (Command::PreviousPane, _) => figures::pane(model, false),
        (Command::Reload, _) if model.screen == Screen::Board => past::retry(model),
        (Command::Reload, _) => model.reports.retry(model.now),
        (Command::Palette, _) => open(model, Layer::Palette(Search::default())),
        (Command::Help, _) => open(model, Layer::Help(Search::default())),
        (Command::Theme, _) => {
            themes::open(model);
            return vec![Effect::ReadThemes];
        }
        (Command::Language, _) => {
            let language = match model.locale() {
                Language::English => Language::Chinese,
                Language::Chinese => Language::English,
            };
            model.strings = Strings::keyed(language, &model.config.keymap);
            memory::choose(model, |chosen| {
                chosen.language = Some(language.tag().to_owned());
            });
        }
        (Command::Mouse, _) => {
            model.mouse = !model.mouse;
            let mouse = model.mouse;
            memory::choose(model, |chosen| chosen.mouse = Some(mouse));
            let key = if model.mouse {
                "notice-mouse-on"
            } else {
                "notice-mouse-off"
            };
            let text = model.strings.say(key).to_owned();
            notify(model, Severity::Info, text);
            return vec![Effect::CaptureMouse(model.mouse)];
        }
        (Command::Redraw, _) => return vec![Effect::Redraw],
        (Command::Suspend, _) => return vec![Effect::Suspend],
        (Command::Quit, _) => return quit(model),
        (Command::ForceQuit, _) => return interrupt(model),
        (Command::SetUpDefault, _) => return set_up(model, PipelineTemplate::Default),
        (Command::SetUpClassic, _) => return set_up(model, PipelineTemplate::Classic),
        (Command::SetUpImport, _) => {
            model.import_next = true;
            return set_up(model, PipelineTemplate::Default);
        }
        (Command::SetUpDemo, _) => return vec![Effect::Quit(Exit::OpenDemo)],
        (Command::SetUpEdit, _) => form::open(model, FormPurpose::SetUp),
        // A verb about a deal, and no deal is selected.
        (
            Command::Edit
            | Command::Forward
            | Command::Backward
            | Command::Select
            | Command::SelectRange
            | Command::MoveTo
            | Command::Lose
            | Command::Reopen
            | Command::Log
            | Command::Archive
            | Command::HandOver
            | Command::OpenCustomer
            | Command::Copy,
            None,
        ) => {}
    }
    Vec::new()
}

pub(super) fn open_deal(model: &mut Model, id: u64) -> Vec<Effect> {
    if model.past_is_shown() {
        let text = model.strings.say("notice-deal-now").to_owned();
        notify(model, Severity::Info, text);
    }
    go(model, Screen::Opportunity(id));
    model.detail = DetailState::default();
    if model.selected().is_some_and(crate::record::Card::is_local) {
        return Vec::new();
    }
    vec![Effect::LoadDetail(id)]
}

fn open_customer(model: &mut Model) -> Vec<Effect> {
    let Some(id) = model.selected().and_then(|card| card.customer_id) else {
        return Vec::new();
    };
    go(model, Screen::Customer(id));
    model.detail = DetailState::default();
    vec![Effect::LoadCustomer(id)]
}

fn back(model: &mut Model) -> Vec<Effect> {
    // From the past one comes back to the present first.
    if model.screen.is_report() && model.lens.as_of.take().is_some() {
        return Vec::new();
    }
    let Some(screen) = model.back.pop() else {
        return Vec::new();
    };
    if model.ahead.len() >= MAX_BACK {
        model.ahead.remove(0);
    }
    model.ahead.push(model.screen);
    arrive(model, screen)
}

/// On again to where one came back from.
fn ahead(model: &mut Model) -> Vec<Effect> {
    let Some(screen) = model.ahead.pop() else {
        return Vec::new();
    };
    if model.back.len() >= MAX_BACK {
        model.back.remove(0);
    }
    model.back.push(model.screen);
    arrive(model, screen)
}

/// One or more stages on or back, and so again with `.`.
fn step(model: &mut Model, id: u64, forward: bool, steps: usize) -> Vec<Effect> {
    let effects = moves::step(model, id, if forward { 1 } else { -1 }, steps);
    model.last_act = Some(Act::Step { forward, steps });
    effects
}

fn arrive(model: &mut Model, screen: Screen) -> Vec<Effect> {
    model.screen = screen;
    match screen {
        Screen::Opportunity(id) => {
            model.detail = DetailState::default();
            vec![Effect::LoadDetail(id)]
        }
        Screen::Customer(id) => {
            model.detail = DetailState::default();
            vec![Effect::LoadCustomer(id)]
        }
        _ => Vec::new(),
    }
}

fn copy(model: &mut Model) -> Vec<Effect> {
    let Some(card) = model.selected() else {
        return Vec::new();
    };
    let line = line(model, card);
    put_on_clipboard(model, line)
}

/// Hands text to the terminal's clipboard, unless it would not take so much.
pub(super) fn put_on_clipboard(model: &mut Model, text: String) -> Vec<Effect> {
    if text.len() > MAX_CLIPBOARD_BYTES {
        let kib = [("kib", (MAX_CLIPBOARD_BYTES / 1_024).into())];
        let told = model.strings.tell("notice-copy-too-long", &kib);
        notify(model, Severity::Problem, told);
        return Vec::new();
    }
    let said = model.strings.say("notice-copied").to_owned();
    notify(model, Severity::Good, said);
    vec![Effect::Copy(text)]
}

/// A deal in a line, for the clipboard.
pub(super) fn line(model: &Model, card: &Card) -> String {
    let amount = text::money_full(card.amount_minor.into(), model.minor_digits());
    format!(
        "{} {} {amount} {}",
        Model::short_id(card),
        card.name,
        model.currency()
    )
}

fn sort(model: &mut Model) {
    let next = model.picture.board.sort().next();
    model.picture.board.set_sort(next);
    filter::apply(model);
    let key = match next {
        crate::board::Sort::ContractDate => "sort-contract-date",
        crate::board::Sort::Amount => "sort-amount",
        crate::board::Sort::StageAge => "sort-stage-age",
    };
    let text = model.strings.say(key).to_owned();
    notify(model, Severity::Info, text);
}

fn open_filter(model: &mut Model) {
    let text = model
        .filter
        .as_ref()
        .map(|filter| filter.text.clone())
        .unwrap_or_default();
    open(
        model,
        Layer::Filter(FilterLine {
            input: Input::new(text),
            problem: None,
        }),
    );
}

fn pick_stage(model: &mut Model, id: u64) {
    let Some(card) = model.picture.board.card(id) else {
        return;
    };
    let Some(pipeline) = model.picture.pipeline_of(card.stage_id) else {
        return;
    };
    let here = card.stage_id;
    let stages = pipeline.stages.iter().filter(|stage| !stage.retired);
    let mut letters = Vec::new();
    let items: Vec<PickItem> = stages
        .map(|stage| PickItem {
            label: stage.name.clone(),
            note: if stage.id == here {
                model.strings.say("pick-here").to_owned()
            } else {
                text::percent(stage.win_probability_bp.into())
            },
            letter: layers::own_letter(&stage.name, &mut letters),
            value: stage.id,
        })
        .collect();
    let selected = items
        .iter()
        .position(|item| item.value == here)
        .unwrap_or(0);
    open(
        model,
        Layer::Pick(Pick {
            purpose: PickPurpose::Move(id),
            items,
            selected,
        }),
    );
}

fn pick_pipeline(model: &mut Model) {
    let mut letters = Vec::new();
    let pipelines = model
        .picture
        .pipelines
        .values()
        .filter(|pipeline| !pipeline.retired);
    let items: Vec<PickItem> = pipelines
        .map(|pipeline| {
            let total = model.picture.open_total(pipeline);
            PickItem {
                label: pipeline.name.clone(),
                note: model
                    .strings
                    .tell("count-deals", &[("count", total.count.into())]),
                letter: layers::own_letter(&pipeline.name, &mut letters),
                value: pipeline.id,
            }
        })
        .collect();
    let here = model.pipeline_id;
    let selected = items
        .iter()
        .position(|item| Some(item.value) == here)
        .unwrap_or(0);
    open(
        model,
        Layer::Pick(Pick {
            purpose: PickPurpose::Pipeline,
            items,
            selected,
        }),
    );
}

fn ask_archive(model: &mut Model, id: u64) {
    let Some(card) = model.picture.board.card(id) else {
        return;
    };
    let question = model
        .strings
        .tell("confirm-archive", &[("name", card.name.as_str().into())]);
    let consequence = model.strings.say("confirm-archive-consequence").to_owned();
    open(
        model,
        Layer::Confirm(Confirm {
            question,
            consequence,
            act: layer::Act::Archive(id),
        }),
    );
}

fn ask_quit(model: &mut Model) {
    let question = model.strings.say("confirm-quit").to_owned();
    let consequence = match model.pending.len() {
        0 => String::new(),
        count => model
            .strings
            .tell("confirm-quit-pending", &[("count", count.into())]),
    };
    open(
        model,
        Layer::Confirm(Confirm {
            question,
            consequence,
            act: layer::Act::Quit,
        }),
    );
}

fn quit(model: &mut Model) -> Vec<Effect> {
    if model.pending.is_empty() {
        return vec![Effect::Quit(Exit::Leave)];
    }
    ask_quit(model);
    Vec::new()
}

/// ctrl-c asks; a second one leaves.
fn interrupt(model: &mut Model) -> Vec<Effect> {
    let asked = |layer: &Layer| {
        matches!(
            layer,
            Layer::Confirm(Confirm {
                act: layer::Act::Quit,
                ..
            })
        )
    };
    if model.layers.last().is_some_and(asked) {
        return vec![Effect::Quit(Exit::Leave)];
    }
    ask_quit(model);
    Vec::new()
}

fn set_up(model: &mut Model, template: PipelineTemplate) -> Vec<Effect> {
    model.setting_up = true;
    let action = Action::SetUpWorkspace {
        name: model.set_up.name.clone(),
        time_zone: model.set_up.time_zone.clone(),
        currency: model.set_up.currency.clone(),
        template,
        chinese: model.locale() == Language::Chinese,
    };
    super::optimistic::submit(model, action, None)
}
