//! Judges commands about members.

use std::sync::Arc;

use super::judge::Judge;
use crate::command::{CreateMember, Patch, UpdateMember};
use crate::event::Event;
use crate::id::MemberId;
use crate::limits::{MAX_ADDRESS_CHARS, MAX_MEMBERS, MAX_NAME_CHARS, MAX_SHORT_TEXT_CHARS};
use crate::member::Member;
use crate::rejection::{Reason, Rejection};
use crate::text;

pub(super) fn create(mut judge: Judge, command: &CreateMember) -> Result<Vec<Event>, Rejection> {
    if judge.state.member_count() >= MAX_MEMBERS {
        let text = format!("a workspace has at most {MAX_MEMBERS} members");
        judge.violations.add(Reason::LimitReached, "", text);
    }
    let id = judge.state.next_member();
    if let Some(team) = command.team {
        judge.team("team_id", team);
    }
    let member = Member {
        id,
        name: text::required("name", &command.name, MAX_NAME_CHARS, &mut judge.violations),
        role: command.role,
        team: command.team,
        unix_user: unix_user(&mut judge, id, command.unix_user.as_deref()),
        email: email(&mut judge, &command.email),
        external_id: external_id(&mut judge, id, command.external_id.as_deref()),
        active: true,
        created_at: judge.now(),
        revision: 0,
    };
    judge.conclude(vec![Event::MemberCreated { member }])
}

pub(super) fn update(mut judge: Judge, command: &UpdateMember) -> Result<Vec<Event>, Rejection> {
    let Some(current) = judge.member("id", command.id) else {
        return judge.conclude(Vec::new());
    };
    let mut member = Member::clone(current);
    let id = member.id;
    if let Some(name) = &command.name {
        member.name = text::required("name", name, MAX_NAME_CHARS, &mut judge.violations);
    }
    if let Some(role) = command.role {
        member.role = role;
    }
    if let Patch::Set(team) = command.team {
        judge.team("team_id", team);
    }
    member.team = command.team.clone().resolve(member.team);
    if !command.unix_user.is_keep() {
        let given = command.unix_user.clone().resolve(None);
        member.unix_user = unix_user(&mut judge, id, given.as_deref());
    }
    if !command.email.is_keep() {
        member.email = email(&mut judge, &command.email.clone().resolve(None));
    }
    if !command.external_id.is_keep() {
        let given = command.external_id.clone().resolve(None);
        member.external_id = external_id(&mut judge, id, given.as_deref());
    }
    if let Some(active) = command.active {
        member.active = active;
    }
    let events = if member == **current {
        Vec::new()
    } else {
        vec![Event::MemberUpdated {
            member,
            at: judge.now(),
        }]
    };
    judge.conclude(events)
}

fn unix_user(judge: &mut Judge, id: MemberId, given: Option<&str>) -> Option<Arc<str>> {
    judge.unique(
        "unix_user",
        given,
        MAX_SHORT_TEXT_CHARS,
        id,
        |state, user| Some(state.member_by_unix_user(user)?.id),
    )
}

fn external_id(judge: &mut Judge, id: MemberId, given: Option<&str>) -> Option<Arc<str>> {
    judge.external_id(id, given, |state, key| {
        Some(state.member_by_external_id(key)?.id)
    })
}

/// An e-mail address: something on both sides of an @ and no spaces. More than that only a letter can tell.
pub(super) fn email(judge: &mut Judge, given: &Option<String>) -> Option<Box<str>> {
    let cleaned = text::optional("email", given, MAX_ADDRESS_CHARS, &mut judge.violations)?;
    let plausible = cleaned.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !cleaned.contains(char::is_whitespace)
    });
    if !plausible {
        let text = format!("'{cleaned}' is not an e-mail address such as kim@example.com");
        judge.violations.invalid("email", text);
    }
    Some(cleaned)
}
