//! Engines and containers at a glance, and the facts that a finding about them rests on.

use std::fmt::Write as _;
use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use crate::finding::{Finding, Severity};
use crate::live::snapshot::{Port, Process};
use crate::live::words::{bytes, span};
use crate::live::{Container, Engine, Part, SnapshotDocument, Subject};
use crate::report::style::{self, BOLD, DIM, HINT};
use crate::report::view::View;
use crate::report::visible::visible;
use crate::source::{Location, Span};

/// What is told of each container.
pub(in crate::report) const HEADINGS: [&str; 8] =
    ["container", "state", "health", "restarts", "user", "limits", "ports", "image age"];

/// A cell is cut to this many columns.
const WIDEST: usize = 36;

/// Lines of evidence that are shown.
const MAX_EVIDENCE: usize = 8;

/// Each engine with its containers.
pub(super) fn write_tables(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    for document in &view.run.project.documents {
        for engine in document.snapshot().into_iter().flat_map(|snapshot| &snapshot.snapshot.engines) {
            write_table(view, engine, out)?;
        }
    }
    Ok(())
}

fn write_table(view: &View<'_>, engine: &Engine, out: &mut dyn Write) -> io::Result<()> {
    let style = view.run.style;
    writeln!(out, "{}", style.paint(BOLD, visible(&engine.headline())))?;
    let rows: Vec<[String; 8]> = engine.containers.iter().map(|container| row(engine, container)).collect();
    if rows.is_empty() {
        return writeln!(out);
    }
    let widths: [usize; 8] = std::array::from_fn(|column| {
        let cells = rows.iter().map(|row| row[column].width());
        cells.chain([HEADINGS[column].width()]).max().unwrap_or_default()
    });
    let line = |cells: [&str; 8]| {
        let mut line = String::new();
        for (cell, width) in cells.iter().zip(widths) {
            let _ = write!(line, "  {cell}{:1$}", "", width - cell.width());
        }
        line.trim_end().to_owned()
    };
    writeln!(out, "{}", style.paint(DIM, line(HEADINGS)))?;
    for (row, container) in rows.iter().zip(&engine.containers) {
        let text = line(std::array::from_fn(|column| row[column].as_str()));
        let ill = container.health.as_ref().is_some_and(|health| health.status == "unhealthy") || !container.state.is_running();
        match ill {
            true => writeln!(out, "{}", style.paint(style::severity(Severity::Medium), text))?,
            false => writeln!(out, "{text}")?,
        }
    }
    for answer in engine.containers.iter().filter_map(|container| container.answer.as_ref()) {
        let words = match answer.status {
            0 => answer.error.clone(),
            status => format!("{status} in {} ms", answer.milliseconds),
        };
        writeln!(out, "  {} {}", style.paint(DIM, visible(&answer.address)), visible(&words))?;
    }
    writeln!(out)
}

/// A container at a glance, by the columns of [`HEADINGS`].
pub(in crate::report) fn row(engine: &Engine, container: &Container) -> [String; 8] {
    let state = match container.state.running_seconds {
        Some(seconds) if container.state.is_running() => format!("up {}", span(seconds)),
        _ if container.state.status == "exited" => format!("exited ({})", container.state.exit_code),
        _ => container.state.status.clone(),
    };
    let health = container.health.as_ref().map_or("-".to_owned(), |health| match health.failing_streak {
        0 => health.status.clone(),
        streak => format!("{} ({streak})", health.status),
    });
    let limits = match (container.limits.memory, container.limits.processor_thousandths) {
        (0, 0) => "none".to_owned(),
        (memory, 0) => bytes(memory),
        (0, processors) => format!("{} cpu", processors as f64 / 1000.0),
        (memory, processors) => format!("{}, {} cpu", bytes(memory), processors as f64 / 1000.0),
    };
    let age = engine.image_of(container).and_then(|image| image.age_days).map_or("-".to_owned(), |days| format!("{days} d"));
    let cells = [
        container.shown_name(),
        state,
        health,
        container.state.restarts.to_string(),
        user(engine, container),
        limits,
        ports(&container.ports),
        age,
    ];
    cells.map(|cell| cut(&visible(&cell)))
}

/// Who the main process and those that it started run as; else who it was told to start as.
fn user(engine: &Engine, container: &Container) -> String {
    let name = |process: &Process| match process.user_id {
        Some(host) => match engine.user_in_container(host) {
            0 => "root".to_owned(),
            user => user.to_string(),
        },
        None => process.user.clone(),
    };
    match container.processes.as_deref() {
        Some([main, others @ ..]) => {
            let mut names = vec![name(main)];
            for name in others.iter().map(name) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            names.join(", ")
        }
        _ if container.user.is_empty() => "(root)".to_owned(),
        _ => format!("({})", container.user),
    }
}

fn ports(ports: &[Port]) -> String {
    let one = |port: &Port| match port.address.as_str() {
        "" => format!("{}:{}", port.published, port.target),
        address => format!("{address}:{}:{}", port.published, port.target),
    };
    if ports.is_empty() { "-".to_owned() } else { ports.iter().map(one).collect::<Vec<_>>().join(" ") }
}

fn cut(text: &str) -> String {
    if text.width() <= WIDEST {
        return text.to_owned();
    }
    let mut cut = String::new();
    for char in text.chars() {
        if cut.width() + 2 > WIDEST {
            break;
        }
        cut.push(char);
    }
    cut + "…"
}

/// What a finding rests on: whose fact it is, and the fact itself.
pub(super) fn draw_evidence(view: &View<'_>, finding: &Finding, page: &mut String) -> std::fmt::Result {
    let style = view.run.style;
    let Some(snapshot) = view.document(finding.primary.file).snapshot() else { return Ok(()) };
    let arrow = if style.unicode { "╰─" } else { "-->" };
    let place = place(snapshot, finding.primary.span);
    writeln!(page, "  {arrow} {}", visible(&place))?;
    let related = finding.related.iter().map(|related| (related.location, Some(&*related.label)));
    for (location, label) in [(finding.primary, None)].into_iter().chain(related).take(MAX_EVIDENCE) {
        if location.file == finding.primary.file {
            let label = label.map_or(String::new(), |label| format!("  {label}"));
            writeln!(
                page,
                "     {}{}",
                style.paint(DIM, visible(&evidence(view, location))),
                style.paint(HINT, visible(&label))
            )?;
        }
    }
    Ok(())
}

/// The same as lines: whose fact it is, then the facts, each with its label.
pub(in crate::report) fn evidence_lines(view: &View<'_>, finding: &Finding) -> Vec<String> {
    let Some(snapshot) = view.document(finding.primary.file).snapshot() else { return Vec::new() };
    let mut lines = vec![place(snapshot, finding.primary.span)];
    let related = finding.related.iter().map(|related| (related.location, &*related.label));
    for (location, label) in [(finding.primary, "")].into_iter().chain(related).take(MAX_EVIDENCE) {
        if location.file == finding.primary.file {
            let comma = if label.is_empty() { "" } else { "  " };
            lines.push(format!("{}{comma}{label}", evidence(view, location)));
        }
    }
    lines
}

/// `container web (shop-web-1) on host, unix:///var/run/docker.sock`
fn place(document: &SnapshotDocument, span: Span) -> String {
    let Some(Subject { engine, part }) = document.subject_at(span) else { return "snapshot".to_owned() };
    let on = match (engine.name.as_str(), engine.endpoint.as_str()) {
        ("", "") => String::new(),
        (name, "") => format!(" on {name}"),
        ("", endpoint) => format!(" on {endpoint}"),
        (name, endpoint) => format!(" on {name}, {endpoint}"),
    };
    match part {
        Part::Container(container) => format!("container {}{on}", container.shown_name()),
        Part::Image(image) => format!("image {}{on}", image.shown_name()),
        Part::Engine => format!("engine{on}"),
    }
}

/// The line of a fact, as the snapshot has it.
fn evidence(view: &View<'_>, location: Location) -> String {
    let source = &view.document(location.file).source;
    let line = source.line_span(source.line(location.span.start()));
    let text = line.slice(view.text(location.file)).trim().trim_end_matches(',').to_owned();
    let limit = view.run.style.width.saturating_sub(8).max(40);
    if text.width() <= limit { text } else { text.chars().take(limit - 1).collect::<String>() + view.run.style.ellipsis() }
}
