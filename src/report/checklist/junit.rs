//! The checklist as JUnit XML: what stops the release is a failure, what does not apply or is let through is skipped.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::Checklist;
use crate::checklist::{ControlResult, State};
use crate::report::visible;

pub(super) fn text(checklist: &Checklist<'_>) -> io::Result<String> {
    let audit = checklist.audit;
    let gate = &audit.summary.gate;
    let fails = |control: &&ControlResult| control.state.stops(gate);
    let is_skipped =
        |control: &&ControlResult| !control.state.stops(gate) && !matches!(control.state, State::Pass | State::ManualSigned);
    let mut bytes = Vec::new();
    let mut xml = Writer::new_with_indent(&mut bytes, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let tests = (audit.controls().count() + checklist.errors.len()).to_string();
    let failures = audit.controls().filter(fails).count().to_string();
    let errors = checklist.errors.len().to_string();
    let root = xml.create_element("testsuites").with_attribute(("name", "shipworthy checklist"));
    root.with_attributes([("tests", &*tests), ("failures", &*failures), ("errors", &*errors)]).write_inner_content(|xml| {
        for list in &audit.lists {
            let count = |of: &dyn Fn(&&ControlResult) -> bool| list.controls.iter().filter(of).count().to_string();
            let (tests, failures, skipped) = (list.controls.len().to_string(), count(&fails), count(&is_skipped));
            xml.create_element("testsuite")
                .with_attributes([("name", &*visible(&list.id)), ("tests", &*tests), ("failures", &*failures)])
                .with_attributes([("errors", "0"), ("skipped", &*skipped)])
                .write_inner_content(|xml| list.controls.iter().try_for_each(|control| case(control, gate, xml)))?;
        }
        if !checklist.errors.is_empty() {
            let suite = xml.create_element("testsuite").with_attributes([("name", "errors"), ("tests", &*errors)]);
            suite.with_attributes([("failures", "0"), ("errors", &*errors), ("skipped", "0")]).write_inner_content(|xml| {
                for error in checklist.errors {
                    let (path, message) = (visible(&error.path), visible(&error.message));
                    xml.create_element("testcase")
                        .with_attributes([("name", "error"), ("classname", &*path)])
                        .write_inner_content(|xml| {
                            xml.create_element("error")
                                .with_attributes([("message", &*message), ("type", "error")])
                                .write_empty()?;
                            Ok(())
                        })?;
                }
                Ok(())
            })?;
        }
        Ok(())
    })?;
    let mut text = String::from_utf8(bytes).map_err(io::Error::other)?;
    text.push('\n');
    Ok(text)
}

fn case(control: &ControlResult, gate: &[crate::config::Stopping], xml: &mut Writer<&mut Vec<u8>>) -> io::Result<()> {
    let (list, own) = control.id.split_once('/').unwrap_or(("", &control.id));
    let name = format!("{own}: {}", control.title);
    let case = xml.create_element("testcase").with_attributes([("name", &*visible(&name)), ("classname", &*visible(list))]);
    let (reason, state) = (visible(&control.reason), control.state.name());
    match control.state {
        State::Pass | State::ManualSigned => case.write_empty().map(drop),
        _ if control.state.stops(gate) => case
            .write_inner_content(|xml| {
                let places: Vec<String> = control
                    .evidence
                    .iter()
                    .filter(|evidence| evidence.path.is_some())
                    .map(|evidence| format!("{} {} {}", evidence.place(), evidence.rule.unwrap_or_default(), evidence.text))
                    .map(|line| visible(&line).into_owned())
                    .collect();
                xml.create_element("failure")
                    .with_attributes([("message", &*reason), ("type", state)])
                    .write_text_content(BytesText::new(&places.join("\n")))?;
                Ok(())
            })
            .map(drop),
        _ => case
            .write_inner_content(|xml| {
                let message = format!("{state}: {reason}");
                xml.create_element("skipped").with_attribute(("message", &*message)).write_empty()?;
                Ok(())
            })
            .map(drop),
    }
}
