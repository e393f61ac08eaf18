//! Which context a block gives to what stands in it, and for which contexts a fragment is meant.

use crate::catalog::nginx_directives::{Context, Contexts, Form, forms};

use super::syntax::{Directive, Terminator, Tree};

/// A fragment is looked at no further than this.
const MOST_DIRECTIVES: usize = 5000;

/// Comments that are looked through for one that names the context.
const MOST_COMMENTS: usize = 20;

/// The contexts of what stands in a block, where the block itself may stand in several; empty for a `map` and its like.
pub(super) fn inside(contexts: Contexts, block: &str) -> Contexts {
    contexts
        .iter()
        .filter_map(|context| context.within(block))
        .fold(Contexts::default(), |all, inner| all.or(Contexts::of(inner)))
}

/// Whether a directive may stand in a context, by its name and its braces.
pub(super) fn allows(form: &Form, context: Context, is_block: bool) -> bool {
    form.contexts.contains(context) && form.is_block == is_block
}

/// Whether the file is one that nginx is started with: it has blocks that can stand nowhere else.
pub(super) fn is_main(text: &str, tree: &Tree) -> bool {
    tree.children(None).any(|id| {
        let directive = tree.directive(id);
        directive.terminator == Terminator::Block
            && tree.arguments(directive).is_empty()
            && matches!(&*tree.name(directive, text), "http" | "events" | "stream" | "mail")
    })
}

/// The contexts that a fragment is meant for: those in which the most of it is allowed. All of them when nothing tells; none when
/// it holds the entries of a `map` or the like.
pub(super) fn of_fragment(path: &str, text: &str, tree: &Tree) -> Contexts {
    if let Some(stated) = stated(text, tree) {
        return stated;
    }
    let tops: Vec<_> = tree.children(None).map(|id| tree.directive(id)).take(MOST_DIRECTIVES).collect();
    let known: Vec<(&Directive, &'static [Form])> = tops
        .iter()
        .map(|directive| (*directive, forms(&tree.name(directive, text))))
        // `include` is allowed everywhere and says nothing.
        .filter(|(_, forms)| forms.iter().any(|form| form.contexts != Contexts::all()))
        .collect();
    if known.is_empty() {
        let is_name = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let is_data = tops.iter().any(|directive| !is_name(&tree.name(directive, text)));
        return if is_data { Contexts::default() } else { by_path(path, Contexts::all()) };
    }
    let at_top = |context: Context| {
        known.iter().filter(|(directive, forms)| !forms.iter().any(|form| allows(form, context, directive.is_block()))).count()
    };
    let best = fewest(Contexts::all(), at_top);
    let best = if best.iter().nth(1).is_some() && tops.iter().any(|directive| directive.is_block()) {
        fewest(best, |context| violations(text, tree, context))
    } else {
        best
    };
    by_path(path, best)
}

/// The contexts with the fewest faults.
fn fewest(contexts: Contexts, faults: impl Fn(Context) -> usize) -> Contexts {
    let counted: Vec<(Context, usize)> = contexts.iter().map(|context| (context, faults(context))).collect();
    let least = counted.iter().map(|(_, faults)| *faults).min().unwrap_or_default();
    let best = counted.iter().filter(|(_, faults)| *faults == least);
    best.fold(Contexts::default(), |all, (context, _)| all.or(Contexts::of(*context)))
}

/// How many directives, at any depth, are not allowed where they stand when the file is read in a context.
fn violations(text: &str, tree: &Tree, context: Context) -> usize {
    let mut contexts: Vec<Option<Context>> = Vec::new();
    let mut faults = 0;
    for directive in tree.directives.iter().take(MOST_DIRECTIVES) {
        let name = tree.name(directive, text);
        let here = directive.parent.map_or(Some(context), |parent| contexts[parent.index()]);
        let forms = forms(&name);
        if let Some(here) = here
            && !forms.is_empty()
            && !forms.iter().any(|form| allows(form, here, directive.is_block()))
        {
            faults += 1;
        }
        contexts.push(here.and_then(|here| here.within(&name)));
    }
    faults
}

/// Between the web and other protocols the path decides, and without its word it is the web.
fn by_path(path: &str, contexts: Contexts) -> Contexts {
    let words = |name: &str| {
        path.rsplit_once('/')
            .map_or("", |(folder, _)| folder)
            .split(['/', '.', '-', '_'])
            .any(|word| word.eq_ignore_ascii_case(name))
    };
    let set = |contexts: &[Context]| contexts.iter().fold(Contexts::default(), |all, one| all.or(Contexts::of(*one)));
    let web = set(&[
        Context::Http,
        Context::Server,
        Context::Location,
        Context::IfInServer,
        Context::IfInLocation,
        Context::LimitExcept,
        Context::Upstream,
    ]);
    let stream = set(&[Context::Stream, Context::StreamServer, Context::StreamUpstream]);
    let mail = set(&[Context::Mail, Context::MailServer]);
    let preferred = if words("stream") || words("streams") {
        stream
    } else if words("mail") {
        mail
    } else {
        web
    };
    let kept = contexts.and(preferred);
    let kept = if kept.is_empty() { contexts } else { kept };
    // Files of these folders are included in http.
    let in_http = ["conf.d", "sites-enabled", "sites-available", "vhosts", "vhost.d"]
        .iter()
        .any(|folder| path.rsplit('/').nth(1).is_some_and(|last| last == *folder));
    if in_http && kept.contains(Context::Http) && *folder_name(path) != *"vhost.d" { Contexts::of(Context::Http) } else { kept }
}

fn folder_name(path: &str) -> &str {
    path.rsplit('/').nth(1).unwrap_or_default()
}

/// What a comment `# context: http, server` at the head of the file says.
fn stated(text: &str, tree: &Tree) -> Option<Contexts> {
    tree.comments.iter().take(MOST_COMMENTS).find_map(|comment| {
        let names = comment.slice(text).trim_start_matches('#').trim().strip_prefix("context:")?;
        let mut found = Contexts::default();
        for name in names.split(',').map(str::trim) {
            let context = Context::ALL
                .into_iter()
                .find(|context| context.name() == name || (name == "main" && *context == Context::Main))?;
            found = found.or(Contexts::of(context));
        }
        Some(found)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nginx::syntax::parse;

    fn contexts(path: &str, text: &str) -> String {
        of_fragment(path, text, &parse(text)).describe()
    }

    #[test]
    fn what_a_fragment_holds_tells_where_it_belongs() {
        for (text, expected) in [
            ("server { listen 80; location / { root /a; } }", "http"),
            ("upstream a { server b:1; }", "http"),
            ("map $a $b { default x; }", "http"),
            ("server { listen 53 udp; proxy_pass dns; }", "server in stream or stream"),
            ("location / { proxy_pass http://a; }", "server or location"),
            ("ssl_certificate a;", "http or server"),
            ("listen 80;", "server"),
            ("proxy_pass http://a;", "location, if in location or limit_except"),
            ("user nginx;", "the main level"),
            ("worker_connections 10;", "events"),
            ("add_header A b;", "http, server, location or if in location"),
            ("~^/a b;\n/c d;", ""),
            ("types { a b; }", "http, server or location"),
            ("# context: http\nadd_header A b;", "http"),
        ] {
            let expected = if expected == "server in stream or stream" { "stream" } else { expected };
            assert_eq!(contexts("snippets/a.conf", text), expected, "{text}");
        }
        assert_eq!(contexts("conf.d/a.conf", "add_header A b;"), "http");
        assert_eq!(contexts("stream.d/a.conf", "upstream a { server b:1; }"), "stream");
    }

    #[test]
    fn a_main_file_is_known_by_its_blocks() {
        let main = |text: &str| is_main(text, &parse(text));
        assert!(main("events {}\nhttp {}") && main("http { }") && main("stream {}"));
        assert!(!main("server { }") && !main("http x;") && !main("user a;"));
    }
}
