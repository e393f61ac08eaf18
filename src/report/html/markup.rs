//! Texts that are markup already, and how they come to be: each of these functions escapes what it is given.

use std::fmt;

use askama::filters::{Escaper, Html, HtmlSafe};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd};

use crate::report::visible;

/// Text that goes into the page as it stands.
pub(super) struct Markup(String);

impl HtmlSafe for Markup {}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Markup {
    /// Text of this program.
    pub fn trusted(text: &'static str) -> Self {
        Self(text.to_owned())
    }

    /// JSON for a script element, which ends at the first `</script` whatever is around it.
    pub fn data(json: &str) -> Self {
        Self(json.trim_end().replace('<', "\\u003c"))
    }
}

/// A sentence in which `code` stands in backquotes.
pub(super) fn code(text: &str) -> Markup {
    let text = visible(text);
    let mut markup = String::with_capacity(text.len() + 16);
    let parts: Vec<&str> = text.split('`').collect();
    for (index, part) in parts.iter().enumerate() {
        match index {
            // The last one opens nothing where nothing closes it.
            index if index % 2 == 1 && index + 1 < parts.len() => {
                markup.push_str("<code>");
                escape(part, &mut markup);
                markup.push_str("</code>");
            }
            index => {
                if index % 2 == 1 {
                    markup.push('`');
                }
                escape(part, &mut markup);
            }
        }
    }
    Markup(markup)
}

/// The Markdown of a rule. Markup in it is text, links go to the web or nowhere, headings are paragraphs.
pub(super) fn markdown(text: &str) -> Markup {
    let mut kept_links: Vec<bool> = Vec::new();
    let events = Parser::new_ext(text, Options::empty()).filter_map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        Event::Start(Tag::Heading { .. }) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::Heading(_)) => Some(Event::End(TagEnd::Paragraph)),
        Event::Start(Tag::HtmlBlock) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::Link { ref dest_url, .. }) => {
            let web = is_web(dest_url);
            kept_links.push(web);
            web.then_some(event)
        }
        Event::End(TagEnd::Link) => kept_links.pop().unwrap_or_default().then_some(event),
        Event::Text(text) => Some(Event::Text(CowStr::from(shown(&text)))),
        Event::Code(text) => Some(Event::Code(CowStr::from(shown(&text)))),
        event => Some(event),
    });
    let mut markup = String::new();
    pulldown_cmark::html::push_html(&mut markup, events);
    Markup(markup)
}

fn is_web(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

/// Without what would act on who sees it; line breaks stay.
fn shown(text: &str) -> String {
    text.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

/// An address as a link to it, where it is one of the web.
pub(super) fn link(address: &str) -> Markup {
    let mut text = String::new();
    escape(&visible(address), &mut text);
    Markup(if is_web(address) { format!("<a href=\"{text}\">{text}</a>") } else { text })
}

/// A string of CSS.
pub(super) fn style_string(text: &str) -> Markup {
    let mut string = String::from("\"");
    for char in text.chars() {
        if char.is_alphanumeric() || " ·.,:_/-".contains(char) {
            string.push(char);
        } else {
            string.push_str(&format!("\\{:x} ", u32::from(char)));
        }
    }
    string.push('"');
    Markup(string)
}

fn escape(text: &str, into: &mut String) {
    let _ = Html.write_escaped_str(into, text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(code("a <b> `x<y` & `open").to_string(), "a &#60;b&#62; <code>x&#60;y</code> &#38; `open");
        assert_eq!(code("`").to_string(), "`");
        assert_eq!(code("\u{202e}").to_string(), "\\u{202e}");
        let text =
            markdown("# h\n\n<script>x</script>\n\n[a](javascript:x) [b](https://b/?a=1&b=2) `<i>`\n\n<div>\n").to_string();
        assert!(
            !text.contains("<script") && !text.contains("javascript") && !text.contains("<h1") && !text.contains("<div"),
            "{text}"
        );
        assert!(text.contains("<a href=\"https://b/?a=1&amp;b=2\">b</a>") && text.contains("<code>&lt;i&gt;</code>"), "{text}");
    }

    #[test]
    fn data_and_strings_stay_inside() {
        assert_eq!(Markup::data("{\"a\":\"</script><!--\"}\n").to_string(), "{\"a\":\"\\u003c/script>\\u003c!--\"}");
        assert_eq!(style_string("a\"}\\</style>").to_string(), "\"a\\22 \\7d \\5c \\3c /style\\3e \"");
    }
}
