//! Lists that are serialised as they are made, so that a large report never lies in memory as a whole.

use serde::{Serialize, Serializer};

use super::view::View;

/// A list of records, each made from its item when it is written.
pub(super) struct Each<'v, 'a, I, R> {
    pub view: &'v View<'a>,
    pub items: &'a [I],
    pub record: fn(&View<'a>, &'a I) -> R,
}

impl<I, R: Serialize> Serialize for Each<'_, '_, I, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.items.iter().map(|item| (self.record)(self.view, item)))
    }
}
