//! Painting of what lies above a screen.

mod activity;
mod completion;
mod confirm;
mod entry;
pub mod filter;
mod find;
mod form;
mod jump;
mod pick;
mod preview;
mod prompt;
mod report;
mod search;
mod sheet;
mod themes;
mod unfolding;
mod views;
pub mod which_key;
pub(crate) mod why;

pub(crate) use entry::date_words;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::hits::Hits;
use crate::layer::Layer;
use crate::model::Model;

/// Paints one layer; what is below it can no longer be clicked.
pub fn paint(model: &Model, buffer: &mut Buffer, area: Rect, layer: &Layer, hits: &mut Hits) {
    match layer {
        // It stands in the footer, and the board below stays in reach.
        Layer::Filter(_) => return,
        // It lies on what is below, and leads to it.
        Layer::Jump(labels) => return jump::paint(model, buffer, labels, hits),
        _ => hits.cover(),
    }
    match layer {
        Layer::Entry(line) => entry::paint(model, buffer, area, line, hits),
        Layer::Activity(line) => activity::paint(model, buffer, area, line, hits),
        Layer::Sheet(block) => sheet::paint(model, buffer, area, block, hits),
        Layer::Form(form) => form::paint(model, buffer, area, form, hits),
        Layer::Pick(pick) => pick::paint(model, buffer, area, pick, hits),
        Layer::Palette(search) => search::palette(model, buffer, area, search, hits),
        Layer::Help(search) => search::help(model, buffer, area, search, hits),
        Layer::Prompt(prompt) => prompt::paint(model, buffer, area, prompt, hits),
        Layer::Find(search) => find::paint(model, buffer, area, search, hits),
        Layer::Views(list) => views::paint(model, buffer, area, list, hits),
        Layer::Themes(list) => themes::paint(model, buffer, area, list, hits),
        Layer::Confirm(question) => confirm::paint(model, buffer, area, question, hits),
        Layer::Preview(question) => preview::paint(model, buffer, area, question, hits),
        Layer::Why(question) => why::paint(model, buffer, area, question, hits),
        Layer::Unfolding(packet) => unfolding::paint(model, buffer, area, packet, hits),
        Layer::Report(report) => report::paint(model, buffer, area, report),
        Layer::Filter(_) | Layer::Jump(_) => {}
    }
}
