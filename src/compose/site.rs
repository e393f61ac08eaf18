//! What many values share: the alias that they came through, the variables in them.

use std::num::NonZeroU32;

use super::interpolate::Operator;
use super::node::{InterpolationId, Origin, SiteId, Ways};
use crate::source::{Location, Span};

/// A place that brought values from elsewhere: an alias, a merge key, an `extends`, an `include`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Site {
    pub location: Location,
    pub way: Ways,
}

/// One place of a file that names a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariableUse {
    pub name: String,
    pub operator: Option<Operator>,
    /// From the `$` to the end of the name, or of the whole scalar where it cannot be told.
    pub location: Location,
    pub set: SetBy,
    /// The default, or the alternative, of its operator stands in its place.
    pub replaced: bool,
}

/// What sets a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetBy {
    Nothing,
    /// `--env`, or compose itself.
    Given,
    /// The value in an env file.
    File(Location),
}

impl VariableUse {
    /// It is set nowhere, and what stands in its place is empty: compose says that it takes a blank string, or refuses.
    pub fn is_missing(&self) -> bool {
        use Operator::{Default, DefaultIfEmpty};
        let covered =
            matches!(self.operator, Some(DefaultIfEmpty | Default | Operator::Alternative | Operator::AlternativeIfNotEmpty));
        self.set == SetBy::Nothing && !covered
    }
}

/// The tables that [`Origin`] points into.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sites {
    sites: Vec<Site>,
    interpolations: Vec<Vec<VariableUse>>,
}

impl Sites {
    pub(super) fn add(&mut self, site: Site) -> SiteId {
        self.sites.push(site);
        SiteId(number(self.sites.len()))
    }

    pub(super) fn add_interpolation(&mut self, uses: Vec<VariableUse>) -> InterpolationId {
        self.interpolations.push(uses);
        InterpolationId(number(self.interpolations.len()))
    }

    /// The innermost alias, merge key, `extends` or `include` that brought a value where it is.
    pub fn via(&self, origin: &Origin) -> Option<Site> {
        self.sites.get(origin.via?.0.get() as usize - 1).copied()
    }

    /// The variables that stand in a value.
    pub fn variables(&self, origin: &Origin) -> &[VariableUse] {
        origin.interpolation.and_then(|id| self.interpolations.get(id.0.get() as usize - 1)).map_or(&[], Vec::as_slice)
    }

    /// Every variable that the project names, in the order in which the files were read.
    pub fn uses(&self) -> impl Iterator<Item = &VariableUse> {
        self.interpolations.iter().flatten()
    }
}

/// The number of the last of so many, from 1.
fn number(of: usize) -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(of as u32 - 1)
}

/// The `$` of the variable at byte `from` of the text of a scalar, found in the file: the first `$NAME` or `${NAME` there.
pub(super) fn variable_span(text: &str, scalar: Span, name: &str, from: usize) -> Span {
    let start = scalar.start() + from.min(scalar.len());
    let rest = text.get(start..scalar.end()).unwrap_or_default();
    let mut places = memchr::memchr_iter(b'$', rest.as_bytes());
    let found = places.find_map(|dollar| {
        let behind = &rest[dollar + 1..];
        let (braces, named) = behind.strip_prefix('{').map_or((0, behind), |named| (1, named));
        let ends = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
        (named.starts_with(name) && ends(named.as_bytes().get(name.len()))).then_some((dollar, braces))
    });
    match found {
        Some((dollar, braces)) => Span::new(start + dollar, start + dollar + 1 + braces + name.len()),
        None => scalar,
    }
}
