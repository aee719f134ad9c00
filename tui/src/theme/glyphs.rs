//! Signs that go with colours, so that colour is never alone; and plain ones for terminals that lack them.

/// Signs that go with colours, so that colour is never alone.
#[derive(Clone, Copy, Debug)]
pub struct Glyphs {
    /// The selected card.
    pub selected: &'static str,
    /// Approaching stagnation.
    pub approaching: &'static str,
    /// Stalled.
    pub stalled: &'static str,
    /// Far over the period.
    pub critical: &'static str,
    /// Not yet confirmed.
    pub pending: &'static str,
    /// Just changed.
    pub fresh: &'static str,
    /// The link lives.
    pub live: &'static str,
    /// The link is gone.
    pub lost: &'static str,
    /// A horizontal rule.
    pub rule: &'static str,
    /// Between columns.
    pub bar: &'static str,
    /// Between words.
    pub dot: &'static str,
    /// More above.
    pub above: &'static str,
    /// More below.
    pub below: &'static str,
    /// Done.
    pub done: &'static str,
    /// Wrong.
    pub wrong: &'static str,
    /// Moved to a later stage.
    pub forward: &'static str,
    /// Moved to an earlier one.
    pub backward: &'static str,
    /// Brought back.
    pub reopened: &'static str,
    /// Something in the inbox.
    pub message: &'static str,
    /// Among the first three.
    pub medal: &'static str,
    /// The end of a line within a text shown in one.
    pub line_break: &'static str,
    /// Rewards.
    pub reward: &'static str,
    /// A packet to be opened.
    pub packet: &'static str,
    /// A badge.
    pub badge: &'static str,
    /// Selected with others.
    pub marked: &'static str,
    /// A column that stays while others page.
    pub pinned: &'static str,
}

/// For terminals with a full font.
pub(super) const FULL: Glyphs = Glyphs {
    selected: "▌",
    approaching: "◔",
    stalled: "▲",
    critical: "▲▲",
    pending: "◌",
    fresh: "∗",
    live: "●",
    lost: "○",
    rule: "─",
    bar: "│",
    dot: "·",
    above: "↑",
    below: "↓",
    done: "✓",
    wrong: "✗",
    forward: "→",
    backward: "←",
    reopened: "↺",
    message: "✉",
    medal: "★",
    line_break: "↵",
    reward: "◆",
    packet: "▣",
    badge: "★",
    marked: "■",
    pinned: "⚑",
};

/// Of ASCII only: never wider than a cell, in every font.
pub(super) const PLAIN: Glyphs = Glyphs {
    selected: "|",
    approaching: "~",
    stalled: "!",
    critical: "!!",
    pending: "?",
    fresh: "*",
    live: "*",
    lost: "o",
    rule: "-",
    bar: "|",
    dot: "-",
    above: "^",
    below: "v",
    done: "+",
    wrong: "x",
    forward: ">",
    backward: "<",
    reopened: "^",
    message: "@",
    medal: "*",
    line_break: "/",
    reward: "$",
    packet: "#",
    badge: "+",
    marked: "#",
    pinned: "=",
};
