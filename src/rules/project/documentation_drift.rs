use crate::config::agree;
use crate::guide::{Cell, Guide, GuideService};
use crate::project::policy_scope::{GovernedService, PolicyScope, asked_paths};
use crate::rules::check::Reporter;
use crate::service_name::same_name;
use crate::source::{FileId, Location, Span};

/// The spelling of a guide counts as that of the files as long as it means the same service.
pub fn check(scope: &PolicyScope<'_>, out: &mut Reporter<'_>) {
    for missing in scope.missing_guides() {
        out.report_at(scope.in_config(missing.span())).variant("missing").value("path", missing.get_ref()).emit();
    }
    for (file, guide) in scope.guides() {
        for row in &guide.services {
            match scope.service_named(&row.name.text) {
                Some(service) => compare(scope, file, row, service, out),
                None if scope.is_whole() && !scope.services.is_empty() => {
                    let place = Location { file, span: row.name.span };
                    out.report_at(place).variant("absent").value("name", &row.name.text).emit();
                }
                None => {}
            }
        }
        forgotten(scope, file, &guide, out);
    }
}

fn compare(scope: &PolicyScope<'_>, file: FileId, row: &GuideService, service: &GovernedService<'_>, out: &mut Reporter<'_>) {
    let at = |cell: &Cell| Location { file, span: cell.span };
    for (runtime, cell) in &row.releases {
        let draft = |out: &mut Reporter<'_>, found: &str, by: &str, place: Location, variant: Option<&str>| {
            let draft = out.report_at(at(cell)).value("runtime", runtime.name()).value("name", &service.name);
            let draft = draft.value("said", &cell.text).value("found", found).value("by", by).related_at(place, "place");
            variant.into_iter().fold(draft, |draft, variant| draft.variant(variant)).emit();
        };
        let promised = service.entry.and_then(|entry| entry.runtime(*runtime));
        match service.running(*runtime) {
            Some(stated) if !stated.admits(&cell.text) => {
                draft(out, stated.exactly().unwrap_or_default(), stated.by, stated.place, None)
            }
            Some(_) => {}
            None => {
                if let Some(promised) = promised.filter(|promised| !agree(promised.get_ref(), &cell.text)) {
                    draft(out, promised.get_ref(), "", scope.in_config(promised.span()), Some("promise"));
                }
            }
        }
    }
    ports(file, row, service, out);
    if let Some(cell) = &row.health {
        let probes = service.written_probes();
        let asked = probes.iter().filter_map(|probe| {
            let text = scope.project.document(probe.file).source.text();
            Some((asked_paths(probe.span.slice(text)).first()?.0, *probe))
        });
        let asked: Vec<(&str, Location)> = asked.collect();
        if let Some((path, probe)) = asked.first().filter(|_| !asked.iter().any(|(path, _)| *path == cell.text)) {
            let draft = out.report_at(at(cell)).variant("health").value("name", &service.name).value("said", &cell.text);
            draft.value("found", *path).related_at(*probe, "place").emit();
        }
    }
}

/// What is published counts before what images say.
fn ports(file: FileId, row: &GuideService, service: &GovernedService<'_>, out: &mut Reporter<'_>) {
    let Some(span) = row.port_span.filter(|_| !row.ports.is_empty()) else { return };
    let published = service.published_ports();
    let published =
        published.iter().flat_map(|(outside, inside, place)| outside.iter().chain([inside]).map(|port| (*port, *place)));
    let mut known: Vec<(u16, Location)> = published.collect();
    if known.is_empty() {
        known = service.exposed_ports();
    }
    let Some((_, place)) = known.first().copied() else { return };
    if known.iter().any(|(port, _)| row.ports.contains(port)) {
        return;
    }
    let words = |ports: &mut dyn Iterator<Item = u16>| {
        let mut ports: Vec<u16> = ports.collect();
        ports.dedup();
        ports.iter().map(u16::to_string).collect::<Vec<_>>().join(" and ")
    };
    let draft = out.report_at(Location { file, span }).variant("port").value("name", &service.name);
    let draft = draft.value("said", words(&mut row.ports.iter().copied()));
    draft.value("found", words(&mut known.iter().map(|(port, _)| *port))).related_at(place, "place").emit();
}

/// Services that are built here and that the guide does not speak of.
fn forgotten(scope: &PolicyScope<'_>, file: FileId, guide: &Guide, out: &mut Reporter<'_>) {
    let built = || scope.services.iter().filter(|service| !service.dockerfiles.is_empty());
    if let Some(table) = guide.tables.first() {
        let has_row = |service: &GovernedService<'_>| guide.services.iter().any(|row| service.is_named(&row.name.text));
        let left_out: Vec<&str> = built().filter(|service| !has_row(service)).map(|service| service.name.as_str()).collect();
        tell(Location { file, span: *table }, "unlisted", "", &left_out, out);
    }
    if let Some(assessment) = &guide.assessment {
        // A list that names none of them is about something else.
        let is_named = |service: &&GovernedService<'_>| {
            assessment.names(&service.name) || assessment.items.iter().any(|item| same_name(item, &service.name))
        };
        let left_out: Vec<&str> = built().filter(|service| !is_named(service)).map(|service| service.name.as_str()).collect();
        if built().any(|service| is_named(&service)) {
            tell(Location { file, span: assessment.heading.span }, "unassessed", &assessment.heading.text, &left_out, out);
        }
    }
}

fn tell(place: Location, variant: &str, heading: &str, names: &[&str], out: &mut Reporter<'_>) {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let names = match quoted.split_last() {
        None => return,
        Some((last, [])) => last.clone(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
    };
    let first_line = first_line(place.span, out.text_of(place.file));
    let place = Location { file: place.file, span: first_line };
    out.report_at(place).variant(variant).value("names", names).value("heading", heading).emit();
}

fn first_line(span: Span, text: &str) -> Span {
    let line = span.slice(text).lines().next().unwrap_or_default();
    Span::new(span.start(), span.start() + line.len())
}
