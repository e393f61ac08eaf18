//! What holds for the tree of any nginx configuration, whatever is wrong with it.

use shipworthy::nginx::syntax::{Terminator, parse};
use shipworthy::source::Span;

/// Words, comments, marks and what ends directives tile the text, up to blanks: so the text can be put together again from the tree.
pub fn check_tree(text: &str) {
    let tree = parse(text);
    let mut known: Vec<Span> = tree.comments.iter().chain(&tree.marks).copied().collect();
    known.extend(tree.problems.iter().map(|problem| problem.span).filter(|span| !span.is_empty()));
    let mut last = 0;
    for id in tree.ids() {
        let directive = tree.directive(id);
        assert!(directive.span.start() >= last && directive.span.end() <= text.len(), "{directive:?} is out of order");
        assert!(directive.end().index() > id.index() && directive.end().index() <= tree.directives.len(), "{directive:?}");
        last = directive.span.start();
        known.extend(tree.words(directive).iter().map(|word| word.span));
        match directive.terminator {
            Terminator::Semicolon => known.push(Span::new(directive.span.end() - 1, directive.span.end())),
            Terminator::Missing => {}
            Terminator::Block | Terminator::Lua => {
                known.push(Span::new(directive.body.start() - 1, directive.body.start()));
                known.push(Span::new(directive.body.end(), directive.span.end()));
                if directive.terminator == Terminator::Lua {
                    known.push(directive.body);
                }
            }
        }
        for word in tree.words(directive) {
            assert!(word.value(text).len() <= word.span.end() - word.span.start(), "{word:?}");
        }
    }
    for span in &known {
        assert!(text.get(span.start()..span.end()).is_some(), "{span:?} does not lie on characters");
    }
    // Put together again: what is known in its order, with the blanks between.
    known.sort_unstable_by_key(|span| (span.start(), span.end()));
    let mut at = 0;
    for span in known.into_iter().filter(|_| tree.sections.is_empty()) {
        let between = text.get(at..span.start()).unwrap_or_default();
        assert!(between.bytes().all(|byte| b" \t\r\n".contains(&byte)), "{between:?} before {span:?} is in nothing");
        at = at.max(span.end());
    }
    let rest = if tree.sections.is_empty() { &text[at..] } else { "" };
    assert!(rest.bytes().all(|byte| b" \t\r\n".contains(&byte)), "{rest:?} is in nothing");
}
