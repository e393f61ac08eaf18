//! What the client can do, as it says when it begins.

use lsp_types::{ClientCapabilities, DiagnosticTag};
use serde_json::Value;

use super::positions::Encoding;

#[derive(Debug, Clone, Default)]
pub struct Client {
    pub encoding: Encoding,
    /// It shows places beside that of a diagnostic.
    pub related_information: bool,
    /// It draws these.
    pub tags: Vec<DiagnosticTag>,
    pub code_description: bool,
    /// It gives the data of a diagnostic back.
    pub diagnostic_data: bool,
    /// It takes edits with the version that they are for.
    pub document_changes: bool,
    /// It asks for the edit of a code action when that is chosen.
    pub resolves_edits: bool,
    pub preferred_actions: bool,
    /// It asks for diagnostics and can be told to ask again. One that cannot be told would show what another file has mended, so
    /// diagnostics are sent to it.
    pub pulls: bool,
    /// It tells when files on disk change, if asked to.
    pub watches: bool,
    pub markdown: bool,
}

impl Client {
    /// Reads what the client says. `raw` is the same as it came in.
    pub fn of(capabilities: &ClientCapabilities, raw: &Value) -> Self {
        let text = capabilities.text_document.as_ref();
        let workspace = capabilities.workspace.as_ref();
        let published = text.and_then(|text| text.publish_diagnostics.as_ref());
        let action = text.and_then(|text| text.code_action.as_ref());
        let offered = capabilities.general.as_ref().and_then(|general| general.position_encodings.as_deref());
        let pulls = text.is_some_and(|text| text.diagnostic.is_some());
        // lsp-types 0.97 knows it under another name than the protocol.
        let refreshes = raw.pointer("/workspace/diagnostics/refreshSupport").and_then(Value::as_bool);
        let watched = workspace.and_then(|workspace| workspace.did_change_watched_files.as_ref());
        let hover = text.and_then(|text| text.hover.as_ref()).and_then(|hover| hover.content_format.as_ref());
        let resolved = action.and_then(|action| action.resolve_support.as_ref());
        let data = action.and_then(|action| action.data_support).unwrap_or_default();
        // A client that says nothing of what it publishes passes over what it does not know.
        let published_or = |say: fn(&lsp_types::PublishDiagnosticsClientCapabilities) -> Option<bool>| {
            published.is_none_or(|published| say(published).unwrap_or_default())
        };
        Self {
            encoding: Encoding::negotiate(offered),
            related_information: published_or(|published| published.related_information),
            tags: published
                .and_then(|published| published.tag_support.as_ref())
                .map_or_else(Vec::new, |tags| tags.value_set.clone()),
            code_description: published_or(|published| published.code_description_support),
            diagnostic_data: published_or(|published| published.data_support),
            document_changes: workspace
                .and_then(|workspace| workspace.workspace_edit.as_ref()?.document_changes)
                .unwrap_or_default(),
            resolves_edits: data && resolved.is_some_and(|resolved| resolved.properties.iter().any(|name| name == "edit")),
            preferred_actions: action.and_then(|action| action.is_preferred_support).unwrap_or_default(),
            pulls: pulls && refreshes.unwrap_or_default(),
            watches: watched.and_then(|watched| watched.dynamic_registration).unwrap_or_default(),
            markdown: hover.is_none_or(|formats| formats.contains(&lsp_types::MarkupKind::Markdown)),
        }
    }
}
