//! The saved view (保存的视图): a list as somebody wants to see it again, kept by a name.
//!
//! It keeps texts, not what they meant on the day they were saved: a view that names a stage which is retired or a member
//! who has left stays as it is, lists what still matches, and says on demand what is missing ([`SavedView::problems`]).

use serde::{Deserialize, Serialize};

use crate::entity::EntityKind;
use crate::id::{MemberId, SavedViewId};
use crate::state::State;
use crate::time::Timestamp;
use crate::view::{Filter, GroupBy, OrderBy};

/// A list as somebody wants to see it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// Its id: the revision that made it, so that none is given twice although views can be deleted.
    pub id: SavedViewId,
    /// What people call it; unique among the shared ones, and among the personal ones of one owner.
    pub name: Box<str>,
    /// Who saved it; none = the built-in administrator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<MemberId>,
    /// Whether it is everybody's to use; else it is its owner's.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shared: bool,
    /// What it lists: opportunities, customers, contacts or activities.
    pub kind: EntityKind,
    /// Which of them.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub filter: Box<str>,
    /// In which order.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub order_by: Box<str>,
    /// By what to group and add up.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub group_by: Box<str>,
    /// Which columns to show; the client's business, kept as a list of names.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub columns: Box<str>,
    /// When it was saved first.
    pub created_at: Timestamp,
    /// Revision of the last commit that changed it.
    pub revision: u64,
}

/// The kinds a view can list.
pub const SAVED_VIEW_KINDS: [EntityKind; 4] = [
    EntityKind::Opportunity,
    EntityKind::Customer,
    EntityKind::Contact,
    EntityKind::Activity,
];

/// Something a view names that is not there any more, or cannot be read any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedViewProblem {
    /// `filter`, `order_by` or `group_by`.
    pub field: &'static str,
    /// Byte in it at which the trouble begins.
    pub position: usize,
    /// What is missing and what to do.
    pub description: String,
}

impl SavedView {
    /// What it names that is gone. The view still works: what is gone matches nothing.
    pub fn problems(&self, state: &State) -> Vec<SavedViewProblem> {
        let mut problems = Vec::new();
        let mut tell = |field, position, description| {
            problems.push(SavedViewProblem {
                field,
                position,
                description,
            });
        };
        match Filter::parse(&self.filter).and_then(|it| it.check_kind(self.kind).map(|()| it)) {
            Ok(filter) => {
                for missing in filter.missing(state) {
                    tell("filter", missing.position, missing.problem);
                }
            }
            Err(error) => tell("filter", error.position, error.problem),
        }
        if let Err(error) = OrderBy::parse(&self.order_by).and_then(|it| it.check_kind(self.kind)) {
            tell("order_by", error.position, error.problem);
        }
        if let Err(error) = GroupBy::parse(&self.group_by) {
            tell("group_by", error.position, error.problem);
        }
        problems
    }

    /// Bytes of its texts.
    pub(crate) fn text_bytes(&self) -> usize {
        [
            &self.name,
            &self.filter,
            &self.order_by,
            &self.group_by,
            &self.columns,
        ]
        .iter()
        .map(|text| text.len())
        .sum()
    }
}
