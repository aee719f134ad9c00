//! How one field is made of a row's columns: a column's name, or a text with `{columns}` and `[parts that may be absent]`.

use serde::Deserialize;

use super::reading::Header;

/// A field's recipe as the mapping writes it.
///
/// `close_value` is a column. `{product} for {account}` joins columns and text. A part in brackets is left out when any
/// column in it is empty: `{product}[ for {account}]`. `\{`, `\[` and `\\` stand for the characters themselves.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Column(String),
    Optional(Vec<Part>),
}

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl Template {
    /// Reads a recipe; the error says what is wrong with it, for people.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Err("a field needs the name of a column; leave the line out instead".into());
        }
        if !text.contains(['{', '[', '}', ']', '\\']) {
            return Ok(Self {
                parts: vec![Part::Column(text.trim().to_owned())],
            });
        }
        let mut rest = text;
        let parts = parse_parts(&mut rest, false, text)?;
        Ok(Self { parts })
    }

    /// Finds the columns in a header; the error names the one that is missing and lists those there are.
    pub fn bind(&self, header: &Header) -> Result<Bound, String> {
        Ok(Bound {
            parts: bind_parts(&self.parts, header)?,
        })
    }
}

fn parse_parts(rest: &mut &str, inside: bool, whole: &str) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut text = String::new();
    while let Some(character) = rest.chars().next() {
        *rest = &rest[character.len_utf8()..];
        match character {
            '\\' => {
                let escaped = rest
                    .chars()
                    .next()
                    .ok_or_else(|| format!("'{whole}' ends in a lone '\\'"))?;
                *rest = &rest[escaped.len_utf8()..];
                text.push(escaped);
            }
            '{' => {
                let end = rest
                    .find('}')
                    .ok_or_else(|| format!("'{whole}' has a '{{' without its '}}'"))?;
                let column = rest[..end].trim();
                if column.is_empty() {
                    return Err(format!("'{whole}' has braces without a column's name"));
                }
                flush(&mut text, &mut parts);
                parts.push(Part::Column(column.to_owned()));
                *rest = &rest[end + 1..];
            }
            '[' if inside => return Err(format!("'{whole}' has brackets within brackets")),
            '[' => {
                flush(&mut text, &mut parts);
                parts.push(Part::Optional(parse_parts(rest, true, whole)?));
            }
            ']' if inside => {
                flush(&mut text, &mut parts);
                return Ok(parts);
            }
            '}' | ']' => {
                return Err(format!(
                    "'{whole}' has a '{character}' that nothing opened; write '\\{character}' for the character itself"
                ));
            }
            other => text.push(other),
        }
    }
    if inside {
        return Err(format!("'{whole}' has a '[' without its ']'"));
    }
    flush(&mut text, &mut parts);
    Ok(parts)
}

fn flush(text: &mut String, parts: &mut Vec<Part>) {
    if !text.is_empty() {
        parts.push(Part::Text(std::mem::take(text)));
    }
}

/// A recipe with its columns found in a file.
#[derive(Clone, Debug)]
pub struct Bound {
    parts: Vec<BoundPart>,
}

#[derive(Clone, Debug)]
enum BoundPart {
    Text(String),
    Column(usize),
    Optional(Vec<BoundPart>),
}

fn bind_parts(parts: &[Part], header: &Header) -> Result<Vec<BoundPart>, String> {
    parts
        .iter()
        .map(|part| {
            Ok(match part {
                Part::Text(text) => BoundPart::Text(text.clone()),
                Part::Column(name) => BoundPart::Column(header.find(name)?),
                Part::Optional(inner) => BoundPart::Optional(bind_parts(inner, header)?),
            })
        })
        .collect()
}

impl Bound {
    /// The field of a row; `cell` gives a column's text, already trimmed and translated.
    pub fn fill<'a>(&self, cell: &impl Fn(usize) -> &'a str) -> String {
        let mut field = String::new();
        fill_parts(&self.parts, cell, &mut field);
        field.trim().to_owned()
    }

    /// The column to blame for a bad value: the first one it is made of.
    pub fn column(&self) -> Option<usize> {
        first_column(&self.parts)
    }
}

fn first_column(parts: &[BoundPart]) -> Option<usize> {
    parts.iter().find_map(|part| match part {
        BoundPart::Text(_) => None,
        BoundPart::Column(index) => Some(*index),
        BoundPart::Optional(inner) => first_column(inner),
    })
}

fn fill_parts<'a>(parts: &[BoundPart], cell: &impl Fn(usize) -> &'a str, field: &mut String) {
    for part in parts {
        match part {
            BoundPart::Text(text) => field.push_str(text),
            BoundPart::Column(index) => field.push_str(cell(*index)),
            BoundPart::Optional(inner) => {
                let complete = inner.iter().all(|part| match part {
                    BoundPart::Column(index) => !cell(*index).is_empty(),
                    _ => true,
                });
                if complete {
                    fill_parts(inner, cell, field);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn fill(template: &str, cells: [&'static str; 2]) -> String {
        let header = Header::new(["product", "account"].map(str::to_owned).to_vec());
        let bound = Template::parse(template).unwrap().bind(&header).unwrap();
        bound.fill(&|index| cells[index])
    }

    #[test]
    fn columns_and_text_make_a_field() {
        for (template, cells, field) in [
            ("account", ["GTX", "Acme"], "Acme"),
            ("{product} for {account}", ["GTX", "Acme"], "GTX for Acme"),
            ("{product}[ for {account}]", ["GTX", "Acme"], "GTX for Acme"),
            ("{product}[ for {account}]", ["GTX", ""], "GTX"),
            (r"\[{product}\]", ["GTX", ""], "[GTX]"),
        ] {
            assert_eq!(fill(template, cells), field, "{template}");
        }
    }

    #[test]
    fn a_broken_template_says_what_is_wrong_with_it() {
        for (template, part) in [
            ("", "needs the name"),
            ("{product", "without its '}'"),
            ("[{product}", "without its ']'"),
            ("product}", "nothing opened"),
            ("{}", "without a column's name"),
            ("[a [b]]", "within brackets"),
            ("a\\", "lone"),
        ] {
            let error = Template::parse(template).unwrap_err();
            assert!(error.contains(part), "{template}: {error}");
        }
    }

    #[test]
    fn a_missing_column_is_named_beside_those_there_are() {
        let header = Header::new(vec!["product".into(), "account".into()]);
        let error = Template::parse("Product ")
            .unwrap()
            .bind(&header)
            .unwrap_err();
        assert!(
            error.contains("'Product'") && error.contains("product, account"),
            "{error}"
        );
    }
}
