use crate::finding::Edit;
use crate::project::policy_scope::{PolicyScope, asked_paths};
use crate::rules::check::Reporter;
use crate::source::{Location, Span};

pub fn check(scope: &PolicyScope<'_>, out: &mut Reporter<'_>) {
    for service in &scope.services {
        let Some(health) = service.entry.and_then(|entry| entry.health.as_ref()) else { continue };
        let source = scope.in_config(health.span());
        let wanted = health.get_ref().as_str();
        for probe in service.written_probes() {
            let text = probe.span.slice(scope.project.document(probe.file).source.text());
            let asked = asked_paths(text);
            let Some((path, range)) = asked.first().filter(|_| !asked.iter().any(|(path, _)| *path == wanted)) else { continue };
            let span = Span::new(probe.span.start() + range.start, probe.span.start() + range.end);
            let place = if span.is_empty() { probe } else { Location { file: probe.file, span } };
            out.report_at(place)
                .value("name", &service.name)
                .value("path", *path)
                .value("health", wanted)
                .related_at(source, "source")
                .edit(Edit { file: probe.file, span, replacement: wanted.to_owned() })
                .emit();
        }
        for live in &service.containers {
            let words = live.container.healthcheck.iter().enumerate();
            let asked: Vec<(usize, &str)> =
                words.flat_map(|(index, word)| asked_paths(word).into_iter().map(move |(path, _)| (index, path))).collect();
            let Some((index, path)) = asked.first().filter(|_| !asked.iter().any(|(_, path)| *path == wanted)) else { continue };
            out.report_at(live.fact(&format!("/healthcheck/{index}")))
                .variant("running")
                .value("container", live.container.shown_name())
                .value("name", &service.name)
                .value("path", *path)
                .value("health", wanted)
                .related_at(source, "source")
                .emit();
        }
    }
}
