//! What the machine says about itself: its name and its time zone, as defaults of a fresh workspace.

use std::{env, fs, path::Path};

use sluice_domain::Zone;

use crate::server::SetUpDefaults;

/// Where Linux tells its name.
const HOST_NAME: &str = "/proc/sys/kernel/hostname";
/// A link to the rules of the local time zone.
const LOCAL_TIME: &str = "/etc/localtime";
/// Folder in paths of time zone rules, before the zone's name.
const ZONE_FOLDER: &str = "zoneinfo/";
/// Name of a workspace on a machine without one.
const FALLBACK_NAME: &str = "Sluice";
/// Currency of a workspace when nobody says another.
const DEFAULT_CURRENCY: &str = "USD";

impl SetUpDefaults {
    /// The machine's name, its time zone (or UTC), US dollars.
    pub fn from_host() -> Self {
        let name = fs::read_to_string(HOST_NAME).unwrap_or_default();
        let name = if name.trim().is_empty() {
            FALLBACK_NAME
        } else {
            name.trim()
        };
        Self {
            workspace_name: name.to_owned(),
            time_zone: time_zone(),
            currency_code: DEFAULT_CURRENCY.to_owned(),
        }
    }
}

/// The IANA name of the machine's time zone: from `TZ`, else from the link `/etc/localtime`, else UTC.
pub fn time_zone() -> String {
    let from_variable = env::var("TZ").ok().and_then(|text| zone_named(&text));
    from_variable
        .or_else(|| zone_of_link(Path::new(LOCAL_TIME)))
        .unwrap_or_else(|| "UTC".to_owned())
}

/// A zone as `TZ` names it: `Asia/Shanghai`, `:Asia/Shanghai`, or a path to its rules.
fn zone_named(text: &str) -> Option<String> {
    let text = text.trim_start_matches(':');
    let name = text.split_once(ZONE_FOLDER).map_or(text, |(_, name)| name);
    Zone::parse(name).map(|zone| zone.name().to_owned())
}

fn zone_of_link(link: &Path) -> Option<String> {
    zone_named(fs::read_link(link).ok()?.to_str()?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn a_zone_is_known_by_name_by_path_and_by_link() {
        for text in [
            "Asia/Shanghai",
            ":Asia/Shanghai",
            "/usr/share/zoneinfo/Asia/Shanghai",
        ] {
            assert_eq!(zone_named(text).as_deref(), Some("Asia/Shanghai"), "{text}");
        }
        assert_eq!(zone_named("Mars/Olympus"), None);
        assert_eq!(zone_named(""), None);
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("localtime");
        std::os::unix::fs::symlink("../usr/share/zoneinfo/Europe/Berlin", &link).unwrap();
        assert_eq!(zone_of_link(&link).as_deref(), Some("Europe/Berlin"));
    }
}
