//! The story of a deal or a customer, newest first: what was done, where it moved, what was amended, what was approved.

use ratatui::text::{Line, Span};

use super::opportunity::{hint, title};
use super::report;
use crate::model::{DAY_US, Model, SECOND_US};
use crate::record::{Activity, CheckedIn, MoveKind, StageEntry, Trust};
use crate::text::{self, Align};
use crate::theme::Role;
use crate::timeline::{ApprovalStep, Change, Happening, What};
use crate::update::activity_key;

/// Cells for the time, and for the indent of what belongs to it.
const WHEN_WIDTH: usize = 11;
/// Cells of the sign.
const SIGN_WIDTH: usize = 2;
/// Cells of how long a deal stayed in a stage.
const STAY_WIDTH: usize = 6;

/// The sign of a stage entered once more from itself.
const STAYED: &str = "=";
/// The sign of a deal's making.
const CREATED: &str = "+";
/// The sign of a changed field.
const AMENDED: &str = "~";

/// What happened, under its heading.
pub(super) fn story<'a>(
    model: &'a Model,
    happenings: Option<Result<&'a [Happening], &'a str>>,
    width: u16,
    nothing_key: &'static str,
) -> Vec<Line<'a>> {
    let mut lines = vec![title(model, "section-timeline", width)];
    match happenings {
        None => lines.push(hint(model, "loading")),
        Some(Err(problem)) => lines.push(Line::styled(problem, model.theme.style(Role::Bad))),
        Some(Ok([])) => lines.push(hint(model, nothing_key)),
        Some(Ok(happenings)) => {
            let teller = Teller::new(model, happenings, width);
            for happening in happenings {
                teller.tell(happening, &mut lines);
            }
        }
    }
    lines
}

/// What all lines of one story share.
struct Teller<'a> {
    model: &'a Model,
    width: u16,
    /// Widest name of a stage, so that what follows stands in a column.
    stage_width: usize,
    /// Widest word about credit.
    credit_width: usize,
    /// The story is about several deals: each line names its own.
    names_deals: bool,
}

impl<'a> Teller<'a> {
    fn new(model: &'a Model, happenings: &[Happening], width: u16) -> Self {
        let entries = || {
            happenings
                .iter()
                .filter_map(|happening| match &happening.what {
                    What::Entered(entry) => Some(entry),
                    _ => None,
                })
        };
        let stage_widths = entries()
            .filter_map(|entry| model.picture.stage(entry.stage_id))
            .map(|stage| text::width(&stage.name));
        let credit_widths = entries().map(|entry| text::width(&credit(model, entry).0));
        Self {
            model,
            width,
            stage_width: stage_widths.max().unwrap_or(0),
            credit_width: credit_widths.max().unwrap_or(0),
            names_deals: matches!(model.screen, crate::model::Screen::Customer(_)),
        }
    }

    fn part(&self, words: impl Into<String>, role: Role) -> Span<'a> {
        Span::styled(words.into(), self.model.theme.style(role))
    }

    /// Time and sign, then the deal where there are several.
    fn head(&self, happening: &Happening, sign: &str, role: Role) -> Vec<Span<'a>> {
        let model = self.model;
        let ago = (model.now - happening.at).max(0);
        let when = if ago < DAY_US {
            text::age(ago / SECOND_US, model.locale())
        } else {
            model.date_of(happening.at).to_string()
        };
        vec![
            self.part(text::fit(&when, WHEN_WIDTH, Align::Left), Role::Dim),
            self.part(text::fit(sign, SIGN_WIDTH, Align::Left), role),
        ]
    }

    /// The deal's name, where the story is about several.
    fn deal(&self, happening: &Happening) -> Option<Span<'a>> {
        let id = happening.deal_id.filter(|_| self.names_deals)?;
        let card = self.model.picture.board.card(id);
        let name = card.map_or_else(|| format!("O-{id}"), |card| card.name.clone());
        Some(self.part(format!("  {name}"), Role::Dim))
    }

    /// A line of its own under another.
    fn below(&self, words: &str, role: Role, lines: &mut Vec<Line<'a>>) {
        let indent = WHEN_WIDTH + SIGN_WIDTH;
        let room = usize::from(self.width).saturating_sub(indent);
        for part in text::wrap(words, room) {
            if !part.is_empty() {
                let line = format!("{}{part}", " ".repeat(indent));
                lines.push(Line::styled(line, self.model.theme.style(role)));
            }
        }
    }

    fn tell(&self, happening: &'a Happening, lines: &mut Vec<Line<'a>>) {
        match &happening.what {
            What::Did(activity) => self.activity(happening, activity, lines),
            What::Entered(entry) => self.entered(happening, entry, lines),
            What::Amended { changes, by } => {
                for change in changes {
                    let mut spans = self.head(happening, AMENDED, Role::Warn);
                    spans.push(self.part(change_words(self.model, change), Role::Text));
                    spans.extend(self.who(self.model.picture.member_name(*by)));
                    spans.extend(self.deal(happening));
                    lines.push(Line::from(spans));
                }
            }
            What::Approval {
                step,
                stage_id,
                member_id,
                words,
            } => {
                let (sign, role, key) = approval_look(self.model, *step);
                let stage = self.stage_name(*stage_id);
                let said = self.model.strings.tell(key, &[("stage", stage.into())]);
                let mut spans = self.head(happening, sign, role);
                spans.push(self.part(said, Role::Text));
                spans.extend(self.who(self.model.picture.member_name(*member_id)));
                spans.extend(self.deal(happening));
                lines.push(Line::from(spans));
                self.below(words, Role::Dim, lines);
            }
        }
    }

    fn stage_name(&self, id: u64) -> &'a str {
        let stage = self.model.picture.stage(id);
        stage.map_or(self.model.strings.say("stage-gone"), |stage| {
            stage.name.as_str()
        })
    }

    fn who(&self, name: &str) -> Option<Span<'a>> {
        (!name.is_empty()).then(|| self.part(format!("  {name}"), Role::Dim))
    }

    /// A stage entered: how long the deal stayed, what credit it earned, who moved it.
    fn entered(&self, happening: &Happening, entry: &StageEntry, lines: &mut Vec<Line<'a>>) {
        let model = self.model;
        let glyphs = model.theme.glyphs();
        let (sign, role) = match entry.kind {
            MoveKind::Created => (CREATED, Role::Accent),
            MoveKind::Forward => (glyphs.forward, Role::Good),
            MoveKind::Backward => (glyphs.backward, Role::Warn),
            MoveKind::Won => (glyphs.done, Role::Good),
            MoveKind::Lost => (glyphs.wrong, Role::Bad),
            MoveKind::Reopened => (glyphs.reopened, Role::Accent),
            MoveKind::Stayed => (STAYED, Role::Dim),
        };
        let name = self.stage_name(entry.stage_id);
        let until = entry.left_us.unwrap_or(model.now);
        let stayed = model.worked_us(entry.stage_id, entry.entered_us, until);
        let stayed = text::age(stayed / SECOND_US, model.locale());
        let stayed_role = if entry.left_us.is_none() {
            Role::Strong
        } else {
            Role::Text
        };
        let (credit, credit_role) = credit(model, entry);
        let mut spans = self.head(happening, sign, role);
        spans.extend([
            self.part(text::fit(name, self.stage_width, Align::Left), Role::Text),
            self.part(text::fit(&stayed, STAY_WIDTH, Align::Right), stayed_role),
            self.part(
                format!("  {}", text::fit(&credit, self.credit_width, Align::Left)),
                credit_role,
            ),
        ]);
        spans.extend(self.who(match model.picture.member_name(entry.actor_id) {
            "" => &entry.actor,
            name => name,
        }));
        spans.extend(self.deal(happening));
        lines.push(Line::from(spans));
        self.below(&entry.reason, Role::Dim, lines);
        if !entry.override_reason.is_empty() {
            let reason = entry.override_reason.as_str().into();
            let words = model
                .strings
                .tell("timeline-override", &[("reason", reason)]);
            self.below(&words, Role::Warn, lines);
        }
    }

    /// An activity: what, what for, with whom, by whom; below it the check-in, what was said, and what follows.
    fn activity(&self, happening: &Happening, activity: &Activity, lines: &mut Vec<Line<'a>>) {
        let model = self.model;
        let strings = &model.strings;
        let mut spans = self.head(happening, model.theme.glyphs().dot, Role::Accent);
        spans.push(self.part(strings.say(activity_key(activity.kind)), Role::Accent));
        if !activity.purpose.is_empty() {
            spans.push(self.part(format!("  {}", activity.purpose), Role::Text));
        }
        let contact = activity
            .contact_id
            .and_then(|id| model.picture.contacts.get(&id));
        if let Some(contact) = contact {
            let name = contact.name.as_str().into();
            let words = strings.tell("timeline-with", &[("name", name)]);
            spans.push(self.part(format!("  {words}"), Role::Text));
        }
        spans.extend(self.who(model.picture.member_name(activity.member_id)));
        spans.extend(self.deal(happening));
        lines.push(Line::from(spans));
        if let Some(check_in) = &activity.check_in {
            let (words, role) = check_in_words(model, check_in);
            self.below(&words, role, lines);
        }
        self.below(&activity.note, Role::Text, lines);
        if let Some(day) = activity.follow_up {
            let words = strings.tell("timeline-follow-up", &[("date", day.to_string().into())]);
            let role = if day < model.today() {
                Role::Dim
            } else {
                Role::Warn
            };
            self.below(&words, role, lines);
        }
    }
}

/// Whether the move earned credit, and why not.
fn credit(model: &Model, entry: &StageEntry) -> (String, Role) {
    let say = |key: &str| model.strings.say(key).to_owned();
    if entry.credited {
        return (say("credited"), Role::Good);
    }
    let moved = matches!(entry.kind, MoveKind::Forward | MoveKind::Won);
    let words = match entry.uncredited_reason.as_str() {
        "BELOW_HIGH_WATER" => say("uncredited-below"),
        "IMPORTED_WITHOUT_TIME" => say("uncredited-imported"),
        "ALREADY_WON" => say("uncredited-won"),
        "" if moved => say("uncredited"),
        "" if entry.kind == MoveKind::Stayed => say("stayed"),
        "" => String::new(),
        other => format!("{} ({other})", say("uncredited")),
    };
    (words, Role::Dim)
}

/// How far a check-in can be trusted, where it was, and why it does not count.
fn check_in_words(model: &Model, check_in: &CheckedIn) -> (String, Role) {
    let strings = &model.strings;
    let glyphs = model.theme.glyphs();
    let (sign, key, role) = match check_in.trust {
        Trust::Verified => (glyphs.done, "trust-verified", Role::Good),
        Trust::Unverified => (glyphs.lost, "trust-unverified", Role::Dim),
        Trust::Invalid => (glyphs.wrong, "trust-invalid", Role::Bad),
    };
    let mut words = vec![format!("{sign} {}", strings.say(key))];
    if !check_in.site.is_empty() {
        words.push(check_in.site.clone());
    }
    if let Some(metres) = check_in.distance_m {
        words.push(strings.tell("check-in-metres", &[("metres", metres.into())]));
    }
    let uncounted = match check_in.uncredited_reason.as_str() {
        "" => None,
        "OUTSIDE_RADIUS" => Some("check-in-outside"),
        "TOO_SOON" => Some("check-in-too-soon"),
        "DAILY_CAP" => Some("check-in-daily-cap"),
        _ => Some("uncredited"),
    };
    words.extend(uncounted.map(|key| strings.say(key).to_owned()));
    (words.join(&format!(" {} ", glyphs.dot)), role)
}

fn approval_look(model: &Model, step: ApprovalStep) -> (&'static str, Role, &'static str) {
    let glyphs = model.theme.glyphs();
    match step {
        ApprovalStep::Asked => (glyphs.pending, Role::Warn, "timeline-asked"),
        ApprovalStep::Approved => (glyphs.done, Role::Good, "timeline-approved"),
        ApprovalStep::Refused => (glyphs.wrong, Role::Bad, "timeline-refused"),
        ApprovalStep::Used => (glyphs.dot, Role::Dim, "timeline-used"),
        ApprovalStep::Void => (glyphs.dot, Role::Dim, "timeline-void"),
    }
}

/// A changed field: `Amount 1,000 → 1,200`.
fn change_words(model: &Model, change: &Change) -> String {
    let none = || model.strings.say("value-none").to_owned();
    let money = |minor: &i64| text::money_full((*minor).into(), model.minor_digits());
    let named = |name: &str| {
        if name.is_empty() {
            none()
        } else {
            name.to_owned()
        }
    };
    let day =
        |day: &Option<jiff::civil::Date>| day.map_or_else(none, |day| report::day(model, day));
    let member = |id: &Option<u64>| match model.picture.member_name(*id) {
        "" => model.strings.say("unassigned").to_owned(),
        name => name.to_owned(),
    };
    let customer = |id: &Option<u64>| named(model.picture.customer_name(*id));
    let chance = |bp: &Option<u32>| bp.map_or_else(none, |bp| text::percent(bp.into()));
    let (key, before, after) = match change {
        Change::Archived(archived) => {
            let key = if *archived {
                "change-archived"
            } else {
                "change-restored"
            };
            return model.strings.say(key).to_owned();
        }
        Change::Name(before, after) => ("field-name", named(before), named(after)),
        Change::Amount(before, after) => ("field-amount", money(before), money(after)),
        Change::ContractDate(before, after) => ("field-contract-date", day(before), day(after)),
        Change::Owner(before, after) => ("field-owner", member(before), member(after)),
        Change::Customer(before, after) => ("field-customer", customer(before), customer(after)),
        Change::WinProbability(before, after) => {
            ("field-probability", chance(before), chance(after))
        }
    };
    let arrow = model.theme.glyphs().forward;
    format!("{} {before} {arrow} {after}", model.strings.say(key))
}
