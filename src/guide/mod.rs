//! Guides in Markdown that teams keep of their services: tables with name, port, release, reason and health, whatever the columns are called
//! and in whichever order; and lists that say which services were assessed. Each fact with its place.

mod cells;
mod headers;

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::config::Runtime;
use crate::source::Span;
use headers::Column;

/// Rows and list items beyond this are not read.
const MOST: usize = 5000;

/// What a guide says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guide {
    /// The rows of its tables of services, in their order.
    pub services: Vec<GuideService>,
    /// The tables with rows about services, each with the place of its head.
    pub tables: Vec<Span>,
    /// What its lists on readiness name, where it has such lists: the heading that they stand under, and their items.
    pub assessment: Option<Assessment>,
    /// Words in code font, which may be names of dependencies.
    pub code: Vec<String>,
}

/// A row about one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuideService {
    pub name: Cell,
    pub ports: Vec<u16>,
    pub port_span: Option<Span>,
    /// The releases, each with its place.
    pub releases: Vec<(Runtime, Cell)>,
    pub reason: Option<Cell>,
    /// A path.
    pub health: Option<Cell>,
}

/// A text of the guide and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    pub text: String,
    pub span: Span,
}

/// Which services somebody has looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    pub heading: Cell,
    pub items: Vec<String>,
}

impl Guide {
    /// Reads a guide. What is no table of services is passed over.
    pub fn read(text: &str) -> Self {
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
        let mut reader = Reader::default();
        for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
            reader.take(text, event, range);
        }
        reader.guide
    }

    /// The row of a service.
    pub fn service(&self, is_named: impl Fn(&str) -> bool) -> Option<&GuideService> {
        self.services.iter().find(|service| is_named(&service.name.text))
    }
}

impl Assessment {
    /// Whether some item names a service: by all words of its name that are not said of any service.
    pub fn names(&self, service: &str) -> bool {
        let telling = |word: &&str| !["service", "app", "application", "server", "api", "microservice"].contains(word);
        let lower = service.to_lowercase();
        let words: Vec<&str> = lower.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let few: Vec<&str> = words.iter().copied().filter(telling).collect();
        let wanted = if few.is_empty() { words } else { few };
        self.items.iter().any(|item| {
            let item = item.to_lowercase();
            let said: Vec<&str> = item.split(|char: char| !char.is_alphanumeric()).collect();
            wanted.iter().all(|word| said.contains(word))
        })
    }
}

/// One cell of a table in the making.
#[derive(Debug, Clone, Default)]
struct RawCell {
    /// Without what is struck out.
    text: String,
    /// What stands in code font.
    code: Vec<String>,
    span: Span,
}

/// Follows the events of the parser.
#[derive(Default)]
struct Reader {
    guide: Guide,
    /// The headings that what follows stands under, the outermost first.
    headings: Vec<(HeadingLevel, Cell)>,
    heading: Option<(HeadingLevel, String, Span)>,
    columns: Vec<Column>,
    in_head: bool,
    head: Span,
    row: Vec<RawCell>,
    cell: Option<RawCell>,
    struck: usize,
    item: Option<String>,
    rows: usize,
}

impl Reader {
    fn take(&mut self, text: &str, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => self.heading = Some((level, String::new(), trimmed(text, range))),
            Event::End(TagEnd::Heading(_)) => self.end_heading(),
            Event::Start(Tag::TableHead) => {
                self.in_head = true;
                self.head = trimmed(text, range);
                self.row.clear();
            }
            Event::End(TagEnd::TableHead) => {
                self.in_head = false;
                let row = std::mem::take(&mut self.row);
                let around: Vec<&str> = self.headings.iter().map(|(_, heading)| heading.text.as_str()).collect();
                self.columns = headers::columns(row.iter().map(|cell| cell.text.as_str()), &around);
            }
            Event::Start(Tag::TableRow) => self.row.clear(),
            Event::End(TagEnd::TableRow) => self.end_row(),
            Event::End(TagEnd::Table) => self.columns.clear(),
            Event::Start(Tag::TableCell) => self.cell = Some(RawCell { span: cell_span(text, range), ..RawCell::default() }),
            Event::End(TagEnd::TableCell) => self.row.extend(self.cell.take()),
            Event::Start(Tag::Strikethrough) => self.struck += 1,
            Event::End(TagEnd::Strikethrough) => self.struck = self.struck.saturating_sub(1),
            Event::Start(Tag::Item) => self.item = Some(String::new()),
            Event::End(TagEnd::Item) => self.end_item(),
            Event::Text(words) => self.words(&words),
            Event::Code(words) => {
                if let Some(cell) = self.cell.as_mut().filter(|_| self.struck == 0) {
                    cell.code.push(words.to_string());
                }
                if self.guide.code.len() < MOST {
                    self.guide.code.push(words.to_string());
                }
                self.words(&words);
            }
            Event::SoftBreak | Event::HardBreak | Event::InlineHtml(_) => self.words(" "),
            _ => {}
        }
    }

    fn words(&mut self, words: &str) {
        if self.struck > 0 {
            return;
        }
        if let Some(cell) = &mut self.cell {
            cell.text.push_str(words);
        } else if let Some((_, heading, _)) = &mut self.heading {
            heading.push_str(words);
        } else if let Some(item) = &mut self.item {
            item.push_str(words);
        }
    }

    fn end_heading(&mut self) {
        let Some((level, text, span)) = self.heading.take() else { return };
        self.headings.retain(|(above, _)| *above < level);
        self.headings.push((level, Cell { text, span }));
    }

    fn end_item(&mut self) {
        let Some(item) = self.item.take().filter(|item| !item.trim().is_empty()) else { return };
        let Some((_, heading)) = self.headings.iter().find(|(_, heading)| is_about_readiness(&heading.text)) else { return };
        let assessment = self.guide.assessment.get_or_insert_with(|| Assessment { heading: heading.clone(), items: Vec::new() });
        // A list of what is still to be done assesses nothing.
        let is_checklist = self.headings.iter().any(|(_, heading)| heading.text.to_lowercase().contains("checklist"));
        if assessment.items.len() < MOST && !is_checklist {
            assessment.items.push(item);
        }
    }

    fn end_row(&mut self) {
        let row = std::mem::take(&mut self.row);
        if self.columns.is_empty() || self.rows >= MOST {
            return;
        }
        self.rows += 1;
        let find = |column: Column| self.columns.iter().position(|known| *known == column).and_then(|index| row.get(index));
        let Some(name) = find(Column::Name).and_then(|cell| cells::name(&cell.text, &cell.code).map(|text| (text, cell.span)))
        else {
            return;
        };
        let mut service = GuideService {
            name: Cell { text: name.0, span: name.1 },
            ports: Vec::new(),
            port_span: None,
            releases: Vec::new(),
            reason: None,
            health: None,
        };
        for (column, cell) in self.columns.iter().zip(&row) {
            match column {
                Column::Port => {
                    service.ports = cells::ports(&cell.text);
                    service.port_span = Some(cell.span);
                }
                Column::Release(runtime) => {
                    let found = cells::releases(&cell.text, *runtime);
                    let cell = |text: String| Cell { text, span: cell.span };
                    for (runtime, version) in found {
                        if !service.releases.iter().any(|(known, _)| *known == runtime) {
                            service.releases.push((runtime, cell(version)));
                        }
                    }
                }
                Column::Reason => service.reason = cells::said(&cell.text).map(|text| Cell { text, span: cell.span }),
                Column::Health => service.health = cells::path(&cell.text, &cell.code).map(|text| Cell { text, span: cell.span }),
                Column::Name | Column::Other => {}
            }
        }
        // A column of versions alone may be about anything: databases, libraries.
        let is_of_services = |column: &Column| matches!(column, Column::Port | Column::Health | Column::Release(Some(_)));
        if !service.releases.is_empty() || self.columns.iter().any(is_of_services) {
            self.guide.services.push(service);
            if self.guide.tables.last() != Some(&self.head) {
                self.guide.tables.push(self.head);
            }
        }
    }
}

/// Whether what stands below says which services may go to production.
fn is_about_readiness(heading: &str) -> bool {
    let heading = heading.to_lowercase();
    ["readiness", "production ready", "production-ready", "ready for production", "assessment", "deployment status"]
        .iter()
        .any(|words| heading.contains(words))
}

/// A span without the blanks and line ends around it.
fn trimmed(text: &str, range: Range<usize>) -> Span {
    let slice = text.get(range.clone()).unwrap_or_default();
    let before = slice.len() - slice.trim_start().len();
    Span::new(range.start + before, range.start + before + slice.trim().len())
}

/// The content of a cell without the pipes around it.
fn cell_span(text: &str, range: Range<usize>) -> Span {
    let slice = text.get(range.clone()).unwrap_or_default();
    let inner = slice.trim_start_matches('|').trim_end_matches('|');
    let start = range.start + (slice.len() - slice.trim_start_matches('|').len());
    trimmed(text, start..start + inner.len().min(text.len() - start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<String> {
        let guide = Guide::read(text);
        let show = |service: &GuideService| {
            let releases = service.releases.iter().map(|(runtime, cell)| format!("{}={}", runtime.key(), cell.text));
            let releases = releases.collect::<Vec<_>>().join(",");
            let text = |cell: &Option<Cell>| cell.as_ref().map_or("-", |cell| cell.text.as_str()).to_owned();
            format!("{} {:?} {releases} {} {}", service.name.text, service.ports, text(&service.reason), text(&service.health))
        };
        guide.services.iter().map(show).collect()
    }

    #[test]
    fn a_table_of_services_is_read_whatever_its_columns_are() {
        let text = "# Guide\n\n| Service | Technology | Port | Python Version | Reason |\n|---|---|:-:|---|---|\n\
                    | `identity-service` | FastAPI | 8001 | **3.11** | gRPC has no wheels |\n\
                    | [content](./content) | FastAPI | `8003/tcp` | Python 3.11 | - |\n\n\
                    Text.\n\n| Reason | Runtime | App | Health check | Listens on port |\n|---|---|---|---|---|\n\
                    | | Node.js v20 | `frontend` (React) | `GET /healthz` | 3000/5173 |\n";
        assert_eq!(
            rows(text),
            [
                "identity-service [8001] python=3.11 gRPC has no wheels -",
                "content [8003] python=3.11 - -",
                "frontend [3000, 5173] node=20 - /healthz",
            ]
        );
    }

    #[test]
    fn places_are_those_of_the_cells() {
        let text = "| Service | Port | Python |\n|---|---|---|\n|  `a`  | 80 | ~~3.9~~ 3.11 |\n";
        let guide = Guide::read(text);
        let service = &guide.services[0];
        assert_eq!(service.name.span.slice(text), "`a`");
        assert_eq!(service.port_span.unwrap().slice(text), "80");
        assert_eq!((service.releases[0].1.text.as_str(), service.releases[0].1.span.slice(text)), ("3.11", "~~3.9~~ 3.11"));
        assert_eq!(guide.tables[0].slice(text), "| Service | Port | Python |");
    }

    #[test]
    fn a_version_without_a_language_is_that_of_the_headings() {
        let text = "## Python services\n\n| Service | Version |\n|---|---|\n| a | 3.11 |\n\n## Databases\n\n| Service | Version |\n|---|---|\n| db | 17 |\n";
        assert_eq!(rows(text), ["a [] python=3.11 - -"]);
    }

    #[test]
    fn what_is_no_table_of_services_is_passed_over() {
        for text in [
            "",
            "| Service | Status |\n|---|---|\n| a | fine |\n",
            "| Variable | Default |\n|---|---|\n| PORT | 8000 |\n",
            "| Host port | Python |\n|---|---|\n| 80 | 3.11 |\n",
            "```\n| Service | Port |\n|---|---|\n| a | 80 |\n```\n",
            "| Service | Port |\n",
        ] {
            assert_eq!(rows(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn rows_without_facts_say_nothing_of_them() {
        let text = "| Service | Port | Python Version |\n|---|---|---|\n| frontend | n/a | N/A |\n| | 80 | 3.11 |\n| b | 99999 | latest |\n";
        assert_eq!(rows(text), ["frontend []  - -", "b []  - -"]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_odd(text in "([|`*~<\\-: \\n#\\[\\]()]|[a-zé✅0-9. ]|Service|Port|Python 3.11|\\| Service \\| Port \\|\\n\\|---\\|---\\|\\n){0,60}") {
            let guide = Guide::read(&text);
            for service in &guide.services {
                proptest::prop_assert!(text.get(service.name.span.range()).is_some());
            }
        }
    }

    #[test]
    fn lists_on_readiness_assess_services() {
        let text = "## Deployment Readiness\n\n### Ready\n- Backend Django service\n- Frontend\n\n### To be mended\n- Identity service (root)\n\n\
                    ### Deployment Checklist\n- [ ] content service tested\n\n## Other\n- communication\n";
        let assessment = Guide::read(text).assessment.unwrap();
        assert_eq!(assessment.heading.text, "Deployment Readiness");
        assert!(["backend", "frontend", "identity-service"].iter().all(|name| assessment.names(name)));
        assert!(!["content-service", "communication-service"].iter().any(|name| assessment.names(name)));
    }
}
