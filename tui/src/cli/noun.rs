//! What the commands of every noun share: turning a server's answer into a list or a card.

use prost::Message;

use super::{failure::Outcome, output::Sheet, session::Session};

/// A kind of resource as commands print it.
pub(super) trait Noun: Sized {
    /// What stands in place of a list without rows.
    const NONE_MATCH: &'static str;

    /// Resources as a table, with whatever names it needs fetched.
    async fn sheet(items: &[Self], session: &mut Session) -> Outcome<Sheet>;
}

/// Prints the answer of a list call, a row a resource.
pub(super) async fn list<T: Noun>(
    session: &mut Session,
    name: &str,
    answer: &impl Message,
    items: &[T],
) -> Outcome {
    let sheet = T::sheet(items, session).await?;
    session.output.list(name, answer, &sheet, T::NONE_MATCH)
}

/// Prints an answer that holds one resource.
pub(super) async fn card<T: Noun>(
    session: &mut Session,
    name: &str,
    answer: &impl Message,
    one: &Option<T>,
) -> Outcome {
    let sheet = T::sheet(one.as_slice(), session).await?;
    session.output.card(name, answer, &sheet)
}
