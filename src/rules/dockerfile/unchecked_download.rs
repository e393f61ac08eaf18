use crate::dockerfile::model::Dockerfile;
use crate::dockerfile::pipefail::unguarded;
use crate::rules::check::Reporter;

/// A download into a program that is content with nothing.
pub fn check(dockerfile: &Dockerfile, out: &mut Reporter<'_>) {
    for pipe in unguarded(dockerfile, out.text()).into_iter().filter(|pipe| pipe.hides_download) {
        let mut draft = out.report(pipe.operator()).value("command", pipe.first().name()).value("reader", pipe.last().name());
        for silent in pipe.silent_peers(dockerfile) {
            draft = draft.without(silent);
        }
        if let Some(remedy) = pipe.remedy {
            draft = draft.replace(remedy.span, remedy.replacement);
        }
        draft.emit();
    }
}
