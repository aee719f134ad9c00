//! The ids of the API, written from numbers: `opportunities/1042`.

/// A deal.
pub fn opportunity(number: u64) -> String {
    format!("opportunities/{number}")
}
/// A stage.
pub fn stage(number: u64) -> String {
    format!("stages/{number}")
}
/// A pipeline.
pub fn pipeline(number: u64) -> String {
    format!("pipelines/{number}")
}
/// A team.
pub fn team(number: u64) -> String {
    format!("teams/{number}")
}
/// A member.
pub fn member(number: u64) -> String {
    format!("members/{number}")
}
/// A customer.
pub fn customer(number: u64) -> String {
    format!("customers/{number}")
}
/// A request for approval.
pub fn approval(number: u64) -> String {
    format!("approvals/{number}")
}
/// An alert.
pub fn alert(number: u64) -> String {
    format!("alerts/{number}")
}
/// A message in an inbox.
pub fn notice(number: u64) -> String {
    format!("notices/{number}")
}
/// A contact.
pub fn contact(number: u64) -> String {
    format!("contacts/{number}")
}
/// An incentive scheme.
pub fn scheme(number: u64) -> String {
    format!("schemes/{number}")
}
/// A reward.
pub fn reward(number: u64) -> String {
    format!("rewards/{number}")
}
/// A packet.
pub fn packet(number: u64) -> String {
    format!("packets/{number}")
}
