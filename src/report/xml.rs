//! The two XML formats, `junit` and `checkstyle`, which differ in names only.

use std::collections::BTreeMap;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::triage::{FileError, Judged};

use super::severity::mapped;
use super::view::View;
use super::visible;

/// What there is to say about a file.
#[derive(Default)]
struct InFile<'a> {
    findings: Vec<&'a Judged>,
    errors: Vec<&'a FileError>,
}

/// Every file of the run by its path, those without findings too.
fn by_file<'a>(view: &View<'a>) -> BTreeMap<&'a str, InFile<'a>> {
    let mut files: BTreeMap<&str, InFile<'_>> =
        view.run.project.documents.iter().map(|document| (document.source.path.as_str(), InFile::default())).collect();
    for judged in &view.run.outcome.findings {
        files.entry(view.place(judged.finding.primary).path).or_default().findings.push(judged);
    }
    for error in &view.run.outcome.errors {
        files.entry(&error.path).or_default().errors.push(error);
    }
    files
}

/// `checkstyle`: as Checkstyle 4.3 and all that reads it.
pub(super) fn write_checkstyle(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut text = Vec::new();
    let mut xml = Writer::new_with_indent(&mut text, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("checkstyle").with_attribute(("version", "4.3")).write_inner_content(|xml| {
        for (path, here) in by_file(view).into_iter().filter(|(_, here)| !here.findings.is_empty() || !here.errors.is_empty()) {
            xml.create_element("file").with_attribute(("name", &*visible(path))).write_inner_content(|xml| {
                for error in here.errors {
                    xml.create_element("error")
                        .with_attributes([("line", "1"), ("severity", "error"), ("message", &*visible(&error.message))])
                        .with_attribute(("source", "shipworthy.error"))
                        .write_empty()?;
                }
                for judged in here.findings {
                    let finding = &judged.finding;
                    let place = view.place(finding.primary);
                    let source = format!("shipworthy.{}", finding.rule.replace('/', "."));
                    xml.create_element("error")
                        .with_attribute(("line", place.line.to_string().as_str()))
                        .with_attribute(("column", place.column.to_string().as_str()))
                        .with_attribute(("severity", mapped(finding.severity).checkstyle))
                        .with_attribute(("message", &*visible(&finding.message)))
                        .with_attribute(("source", source.as_str()))
                        .write_empty()?;
                }
                Ok(())
            })?;
        }
        Ok(())
    })?;
    text.push(b'\n');
    out.write_all(&text)
}

/// `junit`: a suite for each file, a case for each finding. What fails the run is a failure, what does not is skipped with its
/// message, and a file without findings is one case that passes: a viewer of tests then shows the verdict of the gate.
pub(super) fn write_junit(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let files = by_file(view);
    let counts = |here: &InFile<'_>| {
        let failures = here.findings.iter().filter(|judged| judged.fails).count();
        let cases = (here.findings.len() + here.errors.len()).max(1);
        [cases, failures, here.errors.len(), here.findings.len() - failures]
    };
    let total = files.values().map(counts).fold([0; 4], |sum, one| std::array::from_fn(|at| sum[at] + one[at]));
    let mut text = Vec::new();
    let mut xml = Writer::new_with_indent(&mut text, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let root = xml.create_element("testsuites").with_attribute(("name", "shipworthy"));
    let [tests, failures, errors, _] = total.map(|count| count.to_string());
    root.with_attributes([("tests", &*tests), ("failures", &*failures), ("errors", &*errors)]).write_inner_content(|xml| {
        for (path, here) in &files {
            let [tests, failures, errors, skipped] = counts(here).map(|count| count.to_string());
            xml.create_element("testsuite")
                .with_attributes([("name", &*visible(path)), ("tests", &*tests), ("failures", &*failures)])
                .with_attributes([("errors", &*errors), ("skipped", &*skipped)])
                .write_inner_content(|xml| cases(view, path, here, xml))?;
        }
        Ok(())
    })?;
    text.push(b'\n');
    out.write_all(&text)
}

fn cases(view: &View<'_>, path: &str, here: &InFile<'_>, xml: &mut Writer<&mut Vec<u8>>) -> io::Result<()> {
    let path = visible(path);
    if here.findings.is_empty() && here.errors.is_empty() {
        xml.create_element("testcase").with_attributes([("name", "shipworthy"), ("classname", &*path)]).write_empty()?;
    }
    for error in &here.errors {
        xml.create_element("testcase").with_attributes([("name", "error"), ("classname", &*path)]).write_inner_content(
            |xml| {
                xml.create_element("error")
                    .with_attributes([("message", &*visible(&error.message)), ("type", "error")])
                    .write_empty()
                    .map(|_| ())
            },
        )?;
    }
    for judged in &here.findings {
        let finding = &judged.finding;
        let place = view.place(finding.primary);
        let name = format!("{} ({}:{})", finding.rule, place.line, place.column);
        let message = visible(&finding.message).into_owned();
        let case = xml.create_element("testcase").with_attributes([("name", name.as_str()), ("classname", &*path)]);
        case.write_inner_content(|xml| {
            if !judged.fails {
                return xml.create_element("skipped").with_attribute(("message", message.as_str())).write_empty().map(|_| ());
            }
            let place = format!("{path}:{}:{}: {}[{}] {message}", place.line, place.column, finding.severity, finding.rule);
            xml.create_element("failure")
                .with_attributes([("message", message.as_str()), ("type", finding.severity.name())])
                .write_text_content(BytesText::new(&place))
                .map(|_| ())
        })?;
    }
    Ok(())
}
