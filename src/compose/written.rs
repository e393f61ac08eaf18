//! Where in its file a text of a project stands, for those who change a part of it.

use super::image;
use super::node::{Origin, Ways};
use super::service::{Mount, Port};
use super::volume::written_options;
use crate::dockerfile::image::ImageReference;
use crate::source::Span;

/// Ways on which a value is written elsewhere, or nowhere.
const ELSEWHERE: Ways =
    Ways::ALIAS.with(Ways::MERGE_KEY).with(Ways::EXTENDS).with(Ways::UNKNOWN).with(Ways::IMPLIED).with(Ways::ENV_FILE);

impl Origin {
    /// Whether the value, or the short form that it is a part of, is written where it holds, perhaps with variables in it.
    pub const fn is_here(&self) -> bool {
        !self.ways.has_any(ELSEWHERE)
    }
}

/// The bytes of a scalar within its quotes; `None` for a block scalar, and for what spans lines.
pub fn content(text: &str, scalar: Span) -> Option<Span> {
    let raw = scalar.slice(text);
    if raw.is_empty() || raw.contains('\n') {
        return None;
    }
    let quoted = raw.len() >= 2 && ['"', '\''].into_iter().any(|quote| raw.starts_with(quote) && raw.ends_with(quote));
    Some(if quoted { Span::new(scalar.start() + 1, scalar.end() - 1) } else { scalar })
}

/// The edit that gives an image another tag; `None` where the text of the file is not that of the image.
pub fn retag(text: &str, origin: &Origin, reference: &ImageReference, tag: &str) -> Option<(Span, String)> {
    let span = content(text, origin.span).filter(|span| origin.is_own() && span.slice(text) == reference.text)?;
    if reference.digest.is_some() {
        return None;
    }
    match &reference.tag {
        None => Some((Span::empty(span.end()), format!(":{tag}"))),
        Some(old) => Some((Span::new(span.end() - old.len(), span.end()), tag.to_owned())),
    }
}

/// The image of a service that compose pulls, where it is known.
pub fn pulled_image(service: &super::Service<'_>) -> Option<(ImageReference, Origin)> {
    let image = service.image().filter(|image| !image.is_unknown() && service.build().is_none())?;
    image::reference(image.text).map(|reference| (reference, image.origin))
}

/// The edit that makes the short form of a mount read-only.
pub fn read_only(text: &str, mount: &Mount<'_>) -> Option<(Span, &'static str)> {
    let origin = mount.node.origin;
    let span = content(text, origin.span).filter(|_| origin.without_forms().is_own())?;
    let (options, at) = written_options(span.slice(text))?;
    match options {
        "" => Some((Span::empty(span.end()), ":ro")),
        "rw" => Some((Span::new(span.start() + at, span.end()), "ro")),
        _ if options.split(',').any(|option| option == "rw") => None,
        _ => Some((Span::empty(span.end()), ",ro")),
    }
}

/// Where an option of the short form of a mount stands, and what to take out for it to go.
pub fn written_option(text: &str, form: Span, option: &str) -> Option<(Span, Span)> {
    let (options, at) = written_options(form.slice(text))?;
    let mut start = form.start() + at;
    let count = options.split(',').count();
    for (index, written) in options.split(',').enumerate() {
        let place = Span::new(start, start + written.len());
        if written == option {
            let behind = index == 0 && count > 1;
            let removed =
                if behind { Span::new(place.start(), place.end() + 1) } else { Span::new(place.start() - 1, place.end()) };
            return Some((place, removed));
        }
        start = place.end() + 1;
    }
    None
}

/// The edit that binds a short form to the loopback address.
pub fn loopback(text: &str, port: &Port<'_>) -> Option<(Span, &'static str)> {
    let origin = port.node.origin;
    let span = content(text, origin.span).filter(|_| origin.is_here())?;
    let raw = span.slice(text);
    let written = ["0.0.0.0:", "[::]:"].into_iter().find(|address| raw.starts_with(address));
    match (written, port.host_ip) {
        (Some(address), _) => Some((Span::new(span.start(), span.start() + address.len()), "127.0.0.1:")),
        (None, None) => {
            let address = if port.published.is_some() || raw.starts_with(':') { "127.0.0.1:" } else { "127.0.0.1::" };
            Some((Span::empty(span.start()), address))
        }
        (None, Some(_)) => None,
    }
}
