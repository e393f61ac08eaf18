//! Identifiers of peers as selectors of ours.

use crate::finding::Profile;
use crate::rules::{Registry, Rule, Selector, UnknownSelector};

/// An identifier of a peer that names findings of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// As it is written in `shipworthy.toml`.
    pub name: String,
    /// The rules behind it, for people.
    pub rules: String,
}

/// What stands behind an identifier.
pub(super) enum Found {
    /// `extra`: some of the rules are not in the default profile.
    Rules { named: Named, extra: bool },
    /// Nothing reports it.
    Nothing,
    /// It cannot be silenced or ranked: what does not parse is always said.
    Mandatory,
}

/// Identifiers that no finding carries, because the peer reports them only where it is told to, and the rule that is meant.
const MEANT: [(&str, &str); 1] = [("DL3057", "dockerfile/healthcheck-missing")];

/// Looks an identifier of an alias family up.
pub(super) fn find(registry: &Registry, family: &str, id: &str) -> Found {
    let meant = MEANT.iter().find(|(theirs, _)| *theirs == id).and_then(|(_, ours)| registry.get(ours));
    if let Some(rule) = meant {
        let named = Named { name: rule.id.to_owned(), rules: id.to_owned() };
        return Found::Rules { named, extra: rule.profile > Profile::Default };
    }
    let qualified = format!("{family}:{id}");
    let Ok(selector @ Selector::Alias { id, .. }) = registry.selector(&qualified) else { return Found::Nothing };
    let rules: Vec<&Rule> = registry.iter().filter(|rule| selector.names(rule)).collect();
    if rules.iter().all(|rule| rule.mandatory) {
        return Found::Mandatory;
    }
    // The short name where it says as much.
    let name = match registry.selector(id) {
        Err(UnknownSelector::Ambiguous { .. }) => qualified,
        _ => id.to_owned(),
    };
    let extra = rules.iter().any(|rule| rule.profile > Profile::Default);
    Found::Rules { named: Named { name, rules: list(&rules) }, extra }
}

fn list(rules: &[&Rule]) -> String {
    const SHOWN: usize = 2;
    let ids: Vec<&str> = rules.iter().take(SHOWN).map(|rule| rule.id).collect();
    match rules.len().saturating_sub(SHOWN) {
        0 => ids.join(", "),
        more => format!("{} and {more} more", ids.join(", ")),
    }
}
