//! Files that describe systems and that no rule reads: they are told from their content, so that a report can list them as not judged.

use super::lines;

/// Groups of programs that write `apiVersion:` and `kind:` as Kubernetes does, into files that no cluster gets.
const OTHER_GROUPS: &[&[u8]] = &[b"backstage.io/", b"skaffold/", b"kind.x-k8s.io/", b"audit.gatekeeper.sh/"];

/// Blocks of Terraform and OpenTofu at the beginning of a line.
const BLOCKS: &[&[u8]] = &[
    b"resource \"",
    b"module \"",
    b"provider \"",
    b"variable \"",
    b"output \"",
    b"data \"",
    b"terraform {",
    b"locals {",
    b"import {",
    b"moved {",
    b"removed {",
    b"check \"",
    b"ephemeral \"",
];

/// Whether YAML is an object of Kubernetes: `apiVersion:` and `kind:` as keys of a document, in either order.
pub(super) fn is_kubernetes(head: &[u8]) -> bool {
    let (mut version, mut kind) = (false, false);
    for line in lines(head) {
        if line.starts_with(b"---") {
            (version, kind) = (false, false);
        } else if let Some(group) = line.strip_prefix(b"apiVersion:") {
            let group = group.trim_ascii();
            let group = group.strip_prefix(b"\"").or_else(|| group.strip_prefix(b"'")).unwrap_or(group);
            version = !group.is_empty() && !OTHER_GROUPS.iter().any(|other| group.starts_with(other));
        } else if let Some(name) = line.strip_prefix(b"kind:") {
            kind = !name.trim_ascii().is_empty();
        }
        if version && kind {
            return true;
        }
    }
    false
}

/// Whether a file of this name is Terraform's: other programs end theirs in `.tf` too.
pub(super) fn is_terraform(head: &[u8]) -> bool {
    // The JSON form has the same blocks as keys of one object.
    let is_json = head.trim_ascii_start().starts_with(b"{");
    lines(head).any(|line| BLOCKS.iter().any(|block| line.starts_with(block)))
        || is_json
            && [&b"\"resource\""[..], b"\"provider\"", b"\"module\"", b"\"terraform\"", b"\"variable\""]
                .iter()
                .any(|key| memchr::memmem::find(head, key).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_of_kubernetes() {
        assert!(is_kubernetes(b"apiVersion: apps/v1\r\nkind: Deployment\r\n"));
        assert!(is_kubernetes(b"# made by hand\n---\nkind: Service\napiVersion: \"v1\"\n"));
        assert!(is_kubernetes(b"{{- if .Values.on }}\napiVersion: v1\nkind: Secret\n"));
        assert!(!is_kubernetes(b"apiVersion: v1\n---\nkind: Service\n"), "each document for itself");
        assert!(!is_kubernetes(b"apiVersion: v2\nname: a-chart\n"));
        assert!(!is_kubernetes(b"spec:\n  apiVersion: v1\n  kind: Pod\n"));
        assert!(!is_kubernetes(b"apiVersion: backstage.io/v1alpha1\nkind: Component\n"));
    }

    #[test]
    fn blocks_of_terraform() {
        assert!(is_terraform(b"# network\n\nresource \"aws_vpc\" \"main\" {\n"));
        assert!(is_terraform(b"terraform {\n  required_version = \">= 1.6\"\n}\n"));
        assert!(is_terraform(b"{\n  \"resource\": {}\n}\n"));
        assert!(!is_terraform(b"\\section{Tables}\n"));
    }
}
