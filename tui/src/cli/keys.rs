//! `sluice keys`: the keys that are in force, with what they do.

use clap::Args;
use serde::Serialize;

use super::{
    arguments::GlobalArgs,
    config,
    failure::{Failure, Outcome},
    output::{Cell, Column, Format, Output, Sheet, shown},
    system_locale,
};
use crate::{
    command::row,
    config::problem::Unknown,
    keymap::{Binding, Context},
    strings::Strings,
};

/// Options of `keys`.
#[derive(Clone, Debug, Args)]
pub struct KeysArgs {
    /// Only those of a screen and the global ones: board, opportunity, alerts …
    #[arg(long)]
    context: Option<String>,
}

const COLUMNS: &[Column] = &[
    shown("context", "SCREEN"),
    shown("keys", "KEYS"),
    shown("command", "VERB"),
    shown("category", "ABOUT"),
    shown("help", "WHAT IT DOES"),
    shown("destructive", "ASKS"),
    shown("undoable", "UNDO"),
    shown("from", "FROM"),
];

#[derive(Serialize)]
struct Line<'a> {
    context: &'static str,
    keys: &'a str,
    command: &'static str,
    category: &'a str,
    help: &'a str,
    destructive: bool,
    undoable: bool,
    /// `vim`, `plain`, or the line of the settings file.
    from: String,
}

#[derive(Serialize)]
struct Document<'a> {
    preset: &'static str,
    keys: Vec<Line<'a>>,
}

/// Prints the table; no server is needed.
pub fn keys(args: &KeysArgs, global: &GlobalArgs, output: &mut Output) -> Outcome {
    let wanted = args.context.as_deref().map(context).transpose()?;
    let settings = config::load(global)?;
    let config = &settings.config;
    let language = config
        .look
        .language
        .language()
        .unwrap_or_else(system_locale);
    let strings = Strings::new(language);
    let preset = config.keys.preset.name();
    let keymap = &config.keymap;
    let bindings: Vec<&Binding> = match wanted {
        Some(context) => crate::command::TABLE
            .iter()
            .flat_map(|row| keymap.keys(context, row.command))
            .collect(),
        None => keymap.bindings().collect(),
    };
    let lines: Vec<Line<'_>> = bindings
        .into_iter()
        .filter_map(|binding| {
            let row = row(binding.command)?;
            Some(Line {
                context: binding.context.name(),
                keys: &binding.text,
                command: row.name,
                category: strings.say(row.category.name_key()),
                help: strings.say(row.help_key),
                destructive: row.destructive,
                undoable: row.undoable,
                from: binding
                    .place
                    .map_or_else(|| preset.to_owned(), |place| place.line.to_string()),
            })
        })
        .collect();
    if global.output == Format::Json {
        output.json(&Document {
            preset,
            keys: lines,
        })?;
        return output.flush();
    }
    let sign = |yes: bool| Cell::pair(if yes { "✓" } else { "" }, yes.to_string());
    let mut sheet = Sheet::new(COLUMNS);
    for line in lines {
        let from = match line.from.parse::<usize>() {
            Ok(number) => Cell::pair(format!("line {number}"), line.from),
            Err(_) => Cell::text(line.from),
        };
        sheet.rows.push(vec![
            Cell::text(line.context),
            Cell::text(line.keys),
            Cell::text(line.command),
            Cell::text(line.category),
            Cell::text(line.help),
            sign(line.destructive),
            sign(line.undoable),
            from,
        ]);
    }
    output.sheet(&sheet)?;
    output.flush()
}

fn context(name: &str) -> Outcome<Context> {
    Context::named(name).ok_or_else(|| {
        let unknown = Unknown::new(name, Context::ALL.iter().map(|context| context.name()));
        let meant = unknown
            .nearest
            .map_or(unknown.known, |nearest| format!("did you mean {nearest}?"));
        Failure::usage(format!("--context: there is no screen {name}")).with_hint(meant)
    })
}
