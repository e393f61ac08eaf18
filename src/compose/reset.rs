//! `!reset` and `!override`: what a document takes from those before it (compose-go, `loader/reset.go`).

use super::node::{Node, Value};

/// One step into a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Key(Box<str>),
    Index(usize),
}

/// A place whose value is taken from the base before the merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reset {
    pub path: Vec<Step>,
    /// `!override`: the document has another value for it.
    pub replaced: bool,
}

/// Takes from `base` what `resets` name. A single item of a list cannot be taken: compose keeps it too.
pub(super) fn apply(base: &mut Node, resets: &[Reset]) {
    for reset in resets {
        let Some((Step::Key(last), folders)) = reset.path.split_last() else { continue };
        let holder = folders.iter().try_fold(&mut *base, |node, step| match (step, &mut node.value) {
            (Step::Key(key), Value::Map(map)) => map.get_mut(&**key),
            (Step::Index(index), Value::List(items)) => items.get_mut(*index),
            _ => None,
        });
        if let Some(map) = holder.and_then(Node::as_map_mut) {
            map.shift_remove(&**last);
        }
    }
}

/// The resets below a service, as they hold for a base of that service: their paths without `services` and its name.
pub(super) fn of_service(resets: &[Reset], service: &str) -> Vec<Reset> {
    let of_service = resets.iter().filter_map(|reset| match reset.path.as_slice() {
        [Step::Key(services), Step::Key(name), rest @ ..]
            if &**services == "services" && &**name == service && !rest.is_empty() =>
        {
            Some(Reset { path: rest.to_vec(), replaced: reset.replaced })
        }
        _ => None,
    });
    of_service.collect()
}
