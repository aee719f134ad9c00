//! What was typed and is not saved yet: kept for every form and line by what it is about, until the server has it.

use serde::{Deserialize, Serialize};

use crate::layer::{FormPurpose, SchemeBase};
use crate::record::{DAY_US, Micros, SECOND_US};

/// Most drafts kept; the oldest go first.
pub const MAX_DRAFTS: usize = 50;
/// How long a draft is kept that nobody comes back to.
pub const MAX_DRAFT_AGE_US: Micros = 30 * DAY_US;
/// How long after a key what is typed is written down, so that not even a killed program loses more than this.
pub const AUTOSAVE_US: Micros = 2 * SECOND_US;

/// Where something is typed, and about what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The one-line entry.
    Entry,
    /// The line that logs an activity of a deal.
    Activity(u64),
    /// A form.
    Form(FormPurpose),
    /// Deals pasted from a spreadsheet.
    Sheet,
}

impl Place {
    /// Its name in the drafts: by kind and subject, never by what the subject was like when it was opened.
    pub fn key(self) -> String {
        let Self::Form(purpose) = self else {
            return match self {
                Self::Activity(id) => format!("activity/{id}"),
                Self::Sheet => "sheet".to_owned(),
                _ => "entry".to_owned(),
            };
        };
        let (kind, subject) = match purpose {
            FormPurpose::Create => ("create", String::new()),
            FormPurpose::Edit { id, .. } => ("edit", id.to_string()),
            FormPurpose::Lose(id) => ("lose", id.to_string()),
            FormPurpose::Reopen(id) => ("reopen", id.to_string()),
            FormPurpose::Log(id) => ("log", id.to_string()),
            FormPurpose::Snooze(id) => ("snooze", id.to_string()),
            FormPurpose::PutOff(id) => ("put-off", id.to_string()),
            FormPurpose::Refuse(id) => ("refuse", id.to_string()),
            FormPurpose::Override { id, stage_id } => ("override", format!("{id}/{stage_id}")),
            FormPurpose::AskApproval { id, stage_id } => ("ask", format!("{id}/{stage_id}")),
            FormPurpose::SetUp => ("set-up", String::new()),
            FormPurpose::Grant => ("grant", String::new()),
            FormPurpose::Thank => ("thank", String::new()),
            FormPurpose::RefuseReward(id) => ("refuse-reward", id.to_string()),
            FormPurpose::Scheme(SchemeBase::New(system)) => ("new/scheme", format!("{system:?}")),
            FormPurpose::Scheme(SchemeBase::Template(place)) => {
                ("template/scheme", place.to_string())
            }
            FormPurpose::Scheme(SchemeBase::Edit { id, .. }) => ("scheme", id.to_string()),
        };
        format!("form/{kind}/{subject}")
    }
}

/// One draft.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The commit log of the workspace it belongs to: another one has other deals by the same numbers.
    pub workspace: String,
    /// What it is about: [`Place::key`].
    pub key: String,
    /// When it was last changed.
    pub at: Micros,
    /// The id it was sent with, while nobody knows what became of it: sent again with it, nothing is made twice. Empty otherwise.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub request_id: String,
    /// What was typed, by field.
    pub fields: Vec<(String, String)>,
}

impl Kept {
    /// They are the same draft, at two times.
    pub fn is_same(&self, other: &Self) -> bool {
        self.key == other.key
            && self.workspace == other.workspace
            && self.request_id == other.request_id
    }
}

/// What changed about the drafts, for the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DraftChange {
    /// Keep it, in place of the one about the same.
    Keep(Kept),
    /// It is saved, or given up: which, without what was typed.
    Forget(Kept),
}

/// All drafts of the person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drafts {
    /// The oldest first.
    kept: Vec<Kept>,
    /// Not yet handed to the file.
    changes: Vec<DraftChange>,
    /// Since when something typed is not written down.
    unsaved_since: Option<Micros>,
}

impl Drafts {
    /// Those read from the file; too old ones are left out.
    pub fn new(kept: Vec<Kept>, now: Micros) -> Self {
        let mut drafts = Self {
            kept,
            ..Self::default()
        };
        prune(&mut drafts.kept, now);
        drafts
    }

    /// The draft about something: one that was never sent, or else one of which nobody knows whether the server has it. What is on
    /// its way at this moment is none.
    pub fn find(
        &self,
        workspace: &str,
        place: Place,
        on_its_way: impl Fn(&str) -> bool,
    ) -> Option<&Kept> {
        let key = place.key();
        let about = |kept: &&Kept| {
            let sent = !kept.request_id.is_empty() && on_its_way(&kept.request_id);
            kept.key == key && kept.workspace == workspace && !sent
        };
        let mut found = self.kept.iter().filter(about);
        found
            .clone()
            .find(|kept| kept.request_id.is_empty())
            .or_else(|| found.next_back())
    }

    /// Keeps a draft in place of the same one as it was.
    pub fn keep(&mut self, kept: Kept) {
        let unchanged = |other: &Kept| other.is_same(&kept) && other.fields == kept.fields;
        if self.kept.iter().any(unchanged) {
            return;
        }
        self.kept.retain(|other| !other.is_same(&kept));
        self.kept.push(kept.clone());
        prune(&mut self.kept, kept.at);
        self.changes.push(DraftChange::Keep(kept));
    }

    /// Forgets the draft about something that was sent with this id, or never when it is empty.
    pub fn forget(&mut self, workspace: &str, place: Place, request_id: &str) {
        let key = place.key();
        self.drop_where(|kept| {
            kept.key == key && kept.workspace == workspace && kept.request_id == request_id
        });
    }

    /// The server has what was sent with this id.
    pub fn saved(&mut self, request_id: &str) {
        self.drop_where(|kept| !request_id.is_empty() && kept.request_id == request_id);
    }

    /// The server refused what was sent with this id: the next attempt is another request.
    pub fn refused(&mut self, request_id: &str) {
        let sent = |kept: &&Kept| !request_id.is_empty() && kept.request_id == request_id;
        let Some(kept) = self.kept.iter().find(sent).cloned() else {
            return;
        };
        self.saved(request_id);
        let fresh = Kept {
            request_id: String::new(),
            ..kept
        };
        // Something else may have been begun about the same meanwhile: that is newer.
        if !self.kept.iter().any(|other| other.is_same(&fresh)) {
            self.keep(fresh);
        }
    }

    fn drop_where(&mut self, gone: impl Fn(&Kept) -> bool) {
        let changes = &mut self.changes;
        self.kept.retain(|kept| {
            let gone = gone(kept);
            if gone {
                changes.push(DraftChange::Forget(Kept {
                    fields: Vec::new(),
                    ..kept.clone()
                }));
            }
            !gone
        });
    }

    /// What the file does not know yet; none is left.
    pub fn take_changes(&mut self) -> Vec<DraftChange> {
        std::mem::take(&mut self.changes)
    }

    /// A key went into something that is kept.
    pub fn typed(&mut self, now: Micros) {
        self.unsaved_since.get_or_insert(now);
    }

    /// All that is typed is written down.
    pub fn settle(&mut self) {
        self.unsaved_since = None;
    }

    /// When what is typed is to be written down.
    pub fn due(&self) -> Option<Micros> {
        self.unsaved_since.map(|since| since + AUTOSAVE_US)
    }
}

/// Takes out what is too old or too much.
pub fn prune(kept: &mut Vec<Kept>, now: Micros) {
    kept.retain(|draft| now - draft.at <= MAX_DRAFT_AGE_US);
    kept.sort_by_key(|draft| draft.at);
    let over = kept.len().saturating_sub(MAX_DRAFTS);
    kept.drain(..over);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(id: u64, at: Micros) -> Kept {
        Kept {
            workspace: "log".to_owned(),
            key: Place::Activity(id).key(),
            at,
            request_id: String::new(),
            fields: vec![("line".to_owned(), format!("call {id}"))],
        }
    }

    fn find<'a>(drafts: &'a Drafts, workspace: &str, place: Place) -> Option<&'a Kept> {
        drafts.find(workspace, place, |_| false)
    }

    #[test]
    fn a_draft_of_another_workspace_is_not_shown() {
        let mut drafts = Drafts::default();
        drafts.keep(kept(1, 5));
        assert!(find(&drafts, "log", Place::Activity(1)).is_some());
        assert!(find(&drafts, "other", Place::Activity(1)).is_none());
        assert!(find(&drafts, "log", Place::Activity(2)).is_none());
    }

    #[test]
    fn the_oldest_go_when_there_are_too_many_and_all_go_in_time() {
        let mut drafts = Drafts::default();
        for id in 0..MAX_DRAFTS as u64 + 3 {
            drafts.keep(kept(id, id as Micros));
        }
        assert_eq!(drafts.kept.len(), MAX_DRAFTS);
        assert!(find(&drafts, "log", Place::Activity(2)).is_none());
        let later = Drafts::new(drafts.kept, MAX_DRAFT_AGE_US + 10);
        assert!(find(&later, "log", Place::Activity(9)).is_none());
        assert!(find(&later, "log", Place::Activity(10)).is_some());
    }

    #[test]
    fn what_was_sent_goes_when_it_is_saved_and_stays_when_it_is_refused() {
        let mut drafts = Drafts::default();
        let mut sent = kept(1, 5);
        sent.request_id = "s-1".to_owned();
        drafts.keep(sent);
        drafts.refused("s-1");
        let stays = find(&drafts, "log", Place::Activity(1)).cloned();
        assert_eq!(stays.map(|kept| kept.request_id), Some(String::new()));
        let mut again = kept(1, 6);
        again.request_id = "s-2".to_owned();
        drafts.keep(again);
        drafts.saved("s-2");
        drafts.forget("log", Place::Activity(1), "");
        assert!(find(&drafts, "log", Place::Activity(1)).is_none());
    }

    #[test]
    fn what_is_on_its_way_is_not_offered_again_and_what_was_on_its_way_is() {
        let mut drafts = Drafts::default();
        let mut sent = kept(1, 5);
        sent.request_id = "s-1".to_owned();
        drafts.keep(sent);
        assert!(
            drafts
                .find("log", Place::Activity(1), |id| id == "s-1")
                .is_none()
        );
        assert!(find(&drafts, "log", Place::Activity(1)).is_some());
        drafts.keep(kept(1, 6));
        let first = find(&drafts, "log", Place::Activity(1));
        assert_eq!(first.map(|kept| kept.request_id.as_str()), Some(""));
    }
}
