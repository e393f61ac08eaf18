//! `schemas/compose.schema.json` and the table of shapes say the same of every key.

use serde_json::Value as Json;

use super::shape::{Names, Shape, Written};
use super::shapes::PROJECT;

const SCHEMA: &str = include_str!("../../schemas/compose.schema.json");

struct Walk<'s> {
    root: &'s Json,
    faults: Vec<String>,
}

impl<'s> Walk<'s> {
    fn resolve(&self, node: &'s Json) -> &'s Json {
        let target = node["$ref"].as_str().and_then(|reference| self.root.pointer(reference.strip_prefix('#')?));
        target.map_or(node, |target| self.resolve(target))
    }

    fn expect(&mut self, holds: bool, path: &str, what: &str) {
        if !holds {
            self.faults.push(format!("{path}: {what}"));
        }
    }

    fn shape(&mut self, shape: &Shape, node: &'s Json, path: &str) {
        let node = self.resolve(node);
        match shape {
            Shape::List(item) | Shape::Set(item) => {
                self.expect(takes(node, "array"), path, "is a list");
                if !matches!(item, Shape::Any) {
                    self.shape(item, &node["items"], &format!("{path}[]"));
                }
            }
            Shape::Map(fields) => {
                self.expect(takes(node, "object"), path, "is a mapping");
                self.expect(node["additionalProperties"] == false, path, "takes other keys");
                let extensions = node["patternProperties"].get("^x-").is_some();
                self.expect(extensions == fields.extensions, path, "differs in `x-` keys");
                for required in fields.required {
                    let listed = node["required"].as_array().is_some_and(|list| list.iter().any(|name| name == required));
                    self.expect(listed, path, &format!("does not require `{required}`"));
                }
                let properties = node["properties"].as_object().expect("a mapping has properties");
                for key in properties.keys() {
                    self.expect(fields.get(key).is_some(), path, &format!("`{key}` is not in shapes.rs"));
                }
                for (key, shape) in fields.fields {
                    match properties.get(*key) {
                        None => self.expect(false, path, &format!("`{key}` is not in the schema")),
                        Some(property) => {
                            let below = format!("{path}.{key}");
                            let said = property["description"].as_str().is_some_and(|text| text.len() > 8 && text.ends_with('.'));
                            self.expect(said, &below, "has no description");
                            self.shape(shape, property, &below);
                        }
                    }
                }
            }
            Shape::Named(value, names) => {
                self.expect(takes(node, "object"), path, "is a mapping");
                let checked = node.get("propertyNames").is_some();
                self.expect(checked == (*names == Names::Checked), path, "differs in the names it takes");
                if !matches!(value, Shape::Any) {
                    self.shape(value, &node["additionalProperties"], &format!("{path}.*"));
                }
            }
            Shape::Written(Written { scalar, list, map, null, .. }) => {
                self.expect(takes(node, "string") == scalar.is_some(), path, "differs in text");
                self.expect(takes(node, "array") == list.is_some(), path, "differs in lists");
                self.expect(takes(node, "object") == map.is_some(), path, "differs in mappings");
                self.expect(takes(node, "null") == *null, path, "differs in nothing");
                for shape in [list, map].into_iter().flatten() {
                    self.shape(shape, node, path);
                }
            }
            _ => {}
        }
    }
}

fn takes(node: &Json, kind: &str) -> bool {
    match &node["type"] {
        Json::Array(kinds) => kinds.iter().any(|one| one == kind),
        one => one == kind,
    }
}

#[test]
fn every_key_is_in_both_and_has_a_description() {
    let root: Json = serde_json::from_str(SCHEMA).expect("it is JSON");
    let mut walk = Walk { root: &root, faults: Vec::new() };
    walk.shape(&Shape::Map(&PROJECT), &root, "");
    assert!(walk.faults.is_empty(), "{:#?}", walk.faults);
}
