//! Sluice in a terminal.
//!
//! # Where everything is
//!
//! The screen is one loop over one state: facts go in, effects and a picture come out.
//! ```text
//!  terminal/ ─keys─▶ session ─Msg─▶ update ─Effect─▶ effect ─gRPC─▶ client ─▶ server
//!                       ▲              │                                        │
//!  terminal/ ◀─bytes─ view ◀─────── model ◀────────── feed ◀────────watch───────┘
//! ```
//! | module | the one thing it is for |
//! |---|---|
//! | [`session`] | the loop: await a message, drain the rest, draw once |
//! | [`model`], [`screen`], [`picture`] | all state; plain data |
//! | [`message`] | what can happen |
//! | [`effect_request`] | what can be asked of the world |
//! | [`record`] | what the server keeps, in plain types |
//! | [`report`] | what the server computes: questions, answers, when to ask again |
//! | [`config`] | the settings file |
//! | [`command`] | every verb a person can give, in one table |
//! | [`keymap`] | keys to commands: a trie with contexts and counts |
//! | [`update`] | messages to new state and effects; pure |
//! | [`timeline`] | what happened to a deal or a customer |
//! | [`queue`], [`follow_up`] | what to do next; what was promised |
//! | [`incentive`] | schemes, rewards, packets, badges; what of them is the person's own |
//! | [`undo`] | own acts: to be taken back, or done again |
//! | [`bulk`] | several deals at once: selected, acted on, told of |
//! | [`pending`] | what is not confirmed yet |
//! | [`attention`], [`mine`] | alerts, requests for approval, notices; what of it is the person's |
//! | [`board`], [`order`] | cards by id, order per stage, totals; never rescanned |
//! | [`board_view`] | how the board is arranged: folded and pinned columns, lines of a card |
//! | [`live`] | what changed lately, what came unseen |
//! | [`mod@pointer`] | what the mouse is doing |
//! | [`herald`] | what makes itself heard beyond the screen |
//! | [`wall`] | what the wall board shows in turn |
//! | [`name_text`] | all names in one text, for the filter |
//! | [`layer`], [`input`], [`hits`], [`list`] | what lies above a screen, a line being edited, what can be clicked, a list's selection: data |
//! | [`layout`] | sizes to rectangles; total, down to 0x0 |
//! | [`workdays`] | stage clocks that run on working days only |
//! | [`past`] | the board as it was at a past instant |
//! | [`theme`] | semantic roles to styles; palettes, and themes of one's own |
//! | [`window`] | what the terminal's window does: focus, title, speed |
//! | [`memory`] | what a session remembers of the one before |
//! | [`strings`] | the words, in English and Chinese |
//! | [`screens`], [`layers`], [`widgets`] | painting only |
//! | [`text`] | width, truncation, money, numbers, ages |
//! | [`scheme_text`] | a scheme's terms as one plain sentence |
//! | [`entry`], [`query`] | the one-line entry's and the filter's grammars |
//! | [`drafts`], [`recent`] | what was typed and is not saved yet; lines entered before |
//! | [`sheet`] | deals pasted from a spreadsheet, before they are made |
//! | [`terminal`] | bytes out, capabilities, restoring |
//! | [`client`], [`wire`], [`embedded`], [`feed`], [`effect`] | the server side of the client |
//! | [`demo`] | a simulated sales team |
//! | [`cli`], [`import`] | the scripting commands; no screen code |

pub mod effect_request;
pub mod follow_up;
pub mod hits;
pub mod incentive;
pub mod input;
pub mod layer;
pub mod list;
pub mod memory;
pub mod message;
pub mod model;
pub mod record;
pub mod report;
pub mod strings;
pub mod timeline;

pub mod attention;
pub mod board;
pub mod board_view;
pub mod bulk;
pub mod command;
pub mod config;
pub mod herald;
pub mod keymap;
pub mod layers;
pub mod layout;
pub mod live;
pub mod mine;
pub mod name_text;
pub mod order;
pub mod packet_draw;
pub mod past;
pub mod pending;
pub mod picture;
pub mod pointer;
pub mod queue;
pub mod scheme_text;
pub mod screen;
pub mod screens;
pub mod session;
pub mod theme;
pub mod undo;
pub mod update;
mod wakeup;
pub mod wall;
pub mod widgets;
pub mod window;
pub mod workdays;

pub mod client;
pub mod demo;
pub mod drafts;
pub mod effect;
pub mod embedded;
pub mod entry;
pub mod feed;
pub mod query;
pub mod recent;
pub mod sheet;
pub mod terminal;
pub mod text;
pub mod wire;

pub mod cli;
pub mod import;
