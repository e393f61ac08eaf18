use crate::catalog::nginx_directives::Version;
use crate::nginx::server::Server;
use crate::nginx::write;
use crate::rules::check::Reporter;

const SINCE: Version = Version(1, 25, 1);

pub fn check(server: &Server<'_>, out: &mut Reporter<'_>) {
    let release = server.directive.configuration().release;
    if release.is_before(SINCE) {
        return;
    }
    let listens: Vec<_> = server.listens.iter().filter(|listen| listen.is_http2).filter_map(|listen| listen.directive).collect();
    let words: Vec<_> = listens
        .iter()
        .filter_map(|listen| Some((*listen, listen.arguments().find(|argument| argument.text == "http2")?)))
        .collect();
    let (Some((first, word)), Some(last)) = (words.first(), server.directive.children_named("listen").last()) else { return };
    let draft = out.report_at(first.at(word.span));
    // An older release would not start with the directive.
    if !release.is_at_least(SINCE) {
        return draft.emit();
    }
    let number = release.lowest.map_or(String::new(), |lowest| lowest.to_string());
    let draft = draft.variant("known").value("release", number);
    let draft = words.iter().fold(draft, |draft, (listen, word)| draft.edit(write::without(*listen, *word)));
    match server.directive.child("http2") {
        Some(_) => draft.emit(),
        None => draft.edit(write::add_after(last, &["http2 on;"])).emit(),
    }
}
