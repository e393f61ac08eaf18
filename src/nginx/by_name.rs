//! Directives by name and block: asking each of many blocks what holds in it then takes no look at all the others.

use rustc_hash::FxHashMap;

use super::configuration::{Configuration, Directive, NodeId};

/// Among fewer directives a look at each is quicker than the table.
const FEW: usize = 256;

/// For each name the directives, by the block that they stand in, in order.
#[derive(Debug, Default)]
pub(super) struct ByName(FxHashMap<Box<str>, FxHashMap<Option<NodeId>, Vec<NodeId>>>);

impl ByName {
    fn of(configuration: &Configuration) -> Self {
        let mut table = Self::default();
        for directive in configuration.directives() {
            if !table.0.contains_key(directive.name()) {
                table.0.insert(directive.name().into(), FxHashMap::default());
            }
            let blocks = table.0.get_mut(directive.name());
            blocks.into_iter().for_each(|blocks| {
                blocks.entry(directive.parent().map(Directive::id)).or_default().push(directive.id());
            });
        }
        table
    }
}

impl Configuration {
    /// The directives of a name right inside a block, or at the top, in order.
    pub fn children_of(&self, block: Option<NodeId>, name: &str) -> Vec<Directive<'_>> {
        if self.nodes.len() > FEW {
            let table = self.by_name.get_or_init(|| ByName::of(self));
            let found = table.0.get(name).and_then(|blocks| blocks.get(&block));
            return found.into_iter().flatten().map(|id| self.directive(*id)).collect();
        }
        self.inside(block).filter(|child| child.is(name)).collect()
    }

    /// The first `upstream` that a name takes.
    pub fn upstream(&self, is_it: impl Fn(&str) -> bool) -> Option<Directive<'_>> {
        let is_it = |block: &Directive<'_>| block.is("upstream") && block.is_block() && is_it(block.text(0));
        if self.nodes.len() <= FEW {
            return self.directives().find(is_it);
        }
        let table = self.by_name.get_or_init(|| ByName::of(self));
        let blocks = table.0.get("upstream").into_iter().flat_map(FxHashMap::values).flatten();
        blocks.map(|id| self.directive(*id)).filter(is_it).min_by_key(|block| block.id())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::nginx::expand::{Trees, expand};
    use crate::nginx::syntax::parse;
    use crate::source::sources::Memory;
    use crate::source::{FileId, Kind, SourceFile};

    #[test]
    fn a_table_finds_what_a_look_at_each_does() {
        let servers: String = (0..200).map(|at| format!("server {{ root /{at}; location / {{ root /x; }} }}\n")).collect();
        let text = format!("root /top;\nhttp {{\nupstream a {{}}\n{servers}upstream b {{}}\n}}\n");
        let memory = Memory::new([Arc::new(SourceFile::new("nginx.conf", Kind::Nginx, text.into_bytes()))]);
        let trees: Trees<'_> = &|_, source| Arc::new(parse(source.text()));
        let configuration = expand(FileId(0), &memory, trees);
        for block in configuration.directives().filter(|directive| directive.is_block()) {
            let found = configuration.children_of(Some(block.id()), "root");
            assert_eq!(found, block.children().filter(|child| child.is("root")).collect::<Vec<_>>());
        }
        assert_eq!(configuration.children_of(None, "root").len(), 1);
        assert_eq!(configuration.upstream(|name| name == "b").unwrap().text(0), "b");
        assert!(configuration.upstream(|name| name == "c").is_none());
    }
}
