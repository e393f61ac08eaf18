//! Which files of a run stand for themselves, and which are there for others to include.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::source::{FileId, SourceFile, Sources};

use super::configuration::{Configuration, Kind};
use super::expand::{expand, kind};
use super::syntax::{self, Tree};

/// The files that a configuration begins with: main files, and fragments that none of the others includes. `sources` need not
/// know more than these files.
pub fn roots(files: &[(FileId, Arc<SourceFile>, Arc<Tree>)], sources: &dyn Sources) -> Vec<FileId> {
    let trees: FxHashMap<FileId, &Arc<Tree>> = files.iter().map(|(file, _, tree)| (*file, tree)).collect();
    let tree = |file: FileId, source: &SourceFile| {
        trees.get(&file).map_or_else(|| Arc::new(syntax::parse(source.text())), |tree| Arc::clone(tree))
    };
    let (mains, fragments): (Vec<_>, Vec<_>) = files.iter().partition(|(_, source, tree)| kind(source, tree) == Kind::Main);
    let mut roots = Vec::new();
    let mut included: FxHashMap<FileId, ()> = FxHashMap::default();
    let has_include = |tree: &Tree, text: &str| tree.directives.iter().any(|directive| tree.name(directive, text) == "include");
    let read = |file: FileId| -> Vec<FileId> {
        let configuration: Configuration = expand(file, sources, &tree);
        configuration.files.iter().skip(1).map(|read| read.file).collect()
    };
    for (file, source, tree) in &mains {
        roots.push(*file);
        if has_include(tree, source.text()) {
            included.extend(read(*file).into_iter().map(|file| (file, ())));
        }
    }
    // A main file that another one includes is part of that one.
    roots.retain(|file| !included.contains_key(file));
    // Fragments that include come before those that are included, wherever the names stand in the order.
    let open: Vec<_> = fragments.iter().filter(|(file, ..)| !included.contains_key(file)).collect();
    let mut claimed: FxHashMap<FileId, FileId> = FxHashMap::default();
    for (file, source, tree) in &open {
        if has_include(tree, source.text()) {
            for part in read(*file) {
                claimed.entry(part).or_insert(*file);
            }
        }
    }
    for (file, ..) in &open {
        // Of fragments that include each other the first stands for all.
        let by = claimed.get(file);
        let is_mutual = by.is_some_and(|by| claimed.get(by) == Some(file) && file < by);
        if by.is_none() || is_mutual {
            roots.push(*file);
        }
    }
    roots.sort_unstable();
    roots
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Kind as FileKind;
    use crate::source::sources::Memory;

    fn root_paths(files: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<_> = files
            .iter()
            .map(|(path, text)| Arc::new(SourceFile::new(*path, FileKind::Nginx, text.as_bytes().to_vec())))
            .collect();
        let read: Vec<_> = sources
            .iter()
            .enumerate()
            .map(|(index, source)| (FileId(index as u32), Arc::clone(source), Arc::new(syntax::parse(source.text()))))
            .collect();
        let found = roots(&read, &Memory::new(sources.clone()));
        found.iter().map(|file| sources[file.index()].path.clone()).collect()
    }

    #[test]
    fn what_others_include_is_no_root() {
        let found = root_paths(&[
            ("nginx/conf.d/a.conf", "server { include snippets/tls.conf; }"),
            ("nginx/nginx.conf", "events {} http { include /etc/nginx/conf.d/*.conf; }"),
            ("nginx/snippets/tls.conf", "ssl_protocols TLSv1.2;"),
            ("nginx/snippets/unused.conf", "gzip on;"),
            ("other/site.conf", "server { include common.conf; }"),
            ("other/common.conf", "gzip on;"),
        ]);
        assert_eq!(found, ["nginx/nginx.conf", "nginx/snippets/unused.conf", "other/site.conf"]);
    }

    #[test]
    fn fragments_that_include_each_other_have_one_root() {
        assert_eq!(root_paths(&[("a.conf", "include b.conf;"), ("b.conf", "include a.conf;")]), ["a.conf"]);
    }
}
