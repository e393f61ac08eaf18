use crate::dockerfile::model::{Dockerfile, InstructionScript};
use crate::dockerfile::shell_lint::{is_looked_at, lints};
use crate::rules::check::Reporter;
use crate::shell::{Expansion, ExpansionKind};

pub fn check(dockerfile: &Dockerfile, script: &InstructionScript, out: &mut Reporter<'_>) {
    if !script.script.expansions.iter().any(|expansion| is_arguments(expansion, out.text())) || !is_looked_at(dockerfile, script)
    {
        return;
    }
    let text = out.text();
    for lint in lints(dockerfile, script, text, &[2048, 2068]) {
        let written = lint.span.slice(text);
        let variant = if lint.code == 2068 { "each" } else { "joined" };
        let draft = out.report(lint.span).variant(variant).value("arguments", written);
        let is_whole = lint.code == 2068 && written.starts_with('$');
        if is_whole { draft.replace(lint.span, format!("\"{written}\"")) } else { draft }.emit();
    }
}

fn is_arguments(expansion: &Expansion, text: &str) -> bool {
    matches!(expansion.name.as_str(), "@" | "*")
        || expansion.kind == ExpansionKind::Operation && expansion.span.slice(text).contains('[')
}
