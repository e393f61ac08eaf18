//! The values of an env file, with the variables in them replaced.

use rustc_hash::FxHashMap;

use super::{Entry, EnvFile, Quote, Value};
use crate::compose::interpolate::{self, Interpolated, InterpolationError, Lookup, Room};

/// The values of variables take up no more bytes in one file.
const MOST_BYTES: usize = 4 << 20;

/// A variable of an env file with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable<'a> {
    pub entry: &'a Entry,
    /// `None` for a name alone that the environment does not have either.
    pub value: Option<String>,
    /// The value hangs on a variable that is set nowhere.
    pub unknown: bool,
    /// The variables in it.
    pub uses: Vec<interpolate::Use>,
    /// Why compose refuses the value.
    pub error: Option<interpolate::InterpolationError>,
}

/// The values, in the order of the file: duplicates too, so the last one of a name counts. `outside` is asked first, then the
/// entries above.
pub fn resolve<'a>(file: &'a EnvFile, outside: &dyn Fn(&str) -> Lookup) -> Vec<Variable<'a>> {
    let mut above: FxHashMap<&str, (String, bool)> = FxHashMap::default();
    let mut variables = Vec::with_capacity(file.entries.len());
    let mut room = Room::of(MOST_BYTES);
    for entry in &file.entries {
        let variable = match &entry.value {
            Value::Inherited => inherited(entry, outside, &mut room),
            Value::Written { quote, template, .. } => {
                let lookup = |name: &str| match outside(name) {
                    Lookup::Unset => above
                        .get(name)
                        .map_or(Lookup::Unset, |(value, unknown)| Lookup::Set { value: value.clone(), unknown: *unknown }),
                    set => set,
                };
                written(entry, *quote, template, &lookup, &mut room)
            }
        };
        if let Some(value) = &variable.value {
            above.insert(&entry.key, (value.clone(), variable.unknown));
        }
        variables.push(variable);
    }
    variables
}

fn inherited<'a>(entry: &'a Entry, outside: &dyn Fn(&str) -> Lookup, room: &mut Room) -> Variable<'a> {
    let (value, unknown) = match outside(&entry.key) {
        Lookup::Unset => (None, true),
        Lookup::Set { value, .. } if !room.take(&value) => {
            let error = Some(InterpolationError::Size { at: 0 });
            return Variable { entry, value: None, unknown: true, uses: Vec::new(), error };
        }
        Lookup::Set { value, unknown } => (Some(value), unknown),
    };
    Variable { entry, value, unknown, uses: Vec::new(), error: None }
}

fn written<'a>(entry: &'a Entry, quote: Quote, template: &str, lookup: &dyn Fn(&str) -> Lookup, room: &mut Room) -> Variable<'a> {
    let plain = |value: &str| Interpolated { text: value.to_owned(), ..Interpolated::default() };
    let (result, error) = if quote.has_variables() && interpolate::has_variables(template) {
        match interpolate::interpolate_within(template, lookup, room) {
            Ok(result) => (result, None),
            Err(error) => (plain(template), Some(error)),
        }
    } else {
        (plain(template), None)
    };
    Variable { entry, value: Some(result.text), unknown: result.unknown, uses: result.uses, error }
}
