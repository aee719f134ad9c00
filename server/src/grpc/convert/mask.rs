//! Field masks: which fields of an update count.

use prost_types::FieldMask;
use sluice_domain::Patch;

use super::Fields;

/// The fields an update names. An empty mask names every field that has a value; `*` names all (AIP-134).
#[derive(Debug)]
pub struct Mask {
    paths: Vec<String>,
    all: bool,
}

impl Mask {
    /// Reads a mask; unknown fields are noted with those that are allowed.
    pub fn read(fields: &mut Fields, mask: Option<FieldMask>, allowed: &[&str]) -> Self {
        let paths = mask.unwrap_or_default().paths;
        let all = paths.iter().any(|path| path == "*");
        for path in paths
            .iter()
            .filter(|path| *path != "*" && !allowed.contains(&path.as_str()))
        {
            let description = format!(
                "'{path}' is not a field that can be changed: use {}",
                allowed.join(", ")
            );
            fields.invalid_mask(description);
        }
        Self { paths, all }
    }

    /// Whether a field counts, given whether it has a value.
    pub fn names(&self, field: &str, has_value: bool) -> bool {
        self.all
            || self.paths.iter().any(|path| path == field)
            || (self.paths.is_empty() && has_value)
    }

    /// A field that cannot be emptied.
    pub fn field<T: Default + PartialEq>(&self, field: &str, value: T) -> Option<T> {
        self.names(field, value != T::default()).then_some(value)
    }

    /// A field that can be emptied.
    pub fn patch<T>(&self, field: &str, value: Option<T>) -> Patch<T> {
        if self.names(field, value.is_some()) {
            Patch::from_option(value)
        } else {
            Patch::Keep
        }
    }

    /// A text that can be emptied.
    pub fn text(&self, field: &str, value: String) -> Patch<String> {
        self.patch(field, super::value::text(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_mask_names_what_has_a_value_and_a_star_names_all() {
        let mask = |paths: &[&str]| {
            let paths = paths.iter().map(|path| (*path).to_owned()).collect();
            Mask::read(
                &mut Fields::under("team."),
                Some(FieldMask { paths }),
                &["name", "parent_id"],
            )
        };
        assert_eq!(mask(&[]).field("name", String::new()), None);
        assert_eq!(
            mask(&[]).field("name", "a".to_owned()),
            Some("a".to_owned())
        );
        assert_eq!(
            mask(&["name"]).field("name", String::new()),
            Some(String::new())
        );
        assert_eq!(
            mask(&["name"]).text("parent_id", "x".to_owned()),
            Patch::Keep
        );
        assert_eq!(mask(&["*"]).text("parent_id", String::new()), Patch::Clear);
        assert_eq!(
            mask(&["parent_id"]).text("parent_id", "x".to_owned()),
            Patch::Set("x".to_owned())
        );
    }
}
