//! Schemes to begin with: one of each system at least, and each can be published as it is.

use sluice_domain::command::*;
use sluice_domain::scheme::*;
use sluice_domain::scheme_template::templates;
use sluice_domain::workspace::Language;
use sluice_domain::*;

use crate::schemes::{publish, world};

#[test]
fn templates_cover_every_system_and_can_be_published_as_they_are() {
    let english = templates(Language::En);
    let chinese = templates(Language::Zh);
    let mut world = world();
    for (place, template) in english.iter().enumerate() {
        assert!(!chinese[place].name.is_ascii());
        assert_eq!(chinese[place].terms, template.terms);
        world.run(Command::CreateScheme(Box::new(CreateScheme {
            name: template.name.to_owned(),
            note: None,
            unit: template.unit,
            terms: template.terms.clone(),
        })));
        let id = SchemeId(place as u64 + 1);
        let kept = world.state.scheme(id).unwrap().draft.as_deref();
        assert_eq!(
            kept,
            Some(&template.terms),
            "nothing in it is without meaning"
        );
        world.run(publish(id));
    }
    for system in System::ALL {
        let found = english
            .iter()
            .any(|template| template.terms.rule.system() == system);
        assert!(found, "{system:?}");
    }
    let mut keys: Vec<_> = english.iter().map(|template| template.key).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), english.len());
}
