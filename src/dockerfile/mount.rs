//! `--mount` of RUN: a line of CSV with `key=value` fields, as `commands_runmount.go` reads it.

use std::borrow::Cow;

use super::expand::{ExpandError, Expanded};
use super::instruction::{Flag, Mount, Word};
use super::problem::nearest;
use super::syntax::Problem;

const KINDS: [&str; 5] = ["bind", "cache", "tmpfs", "secret", "ssh"];
const SHARING: [&str; 3] = ["shared", "private", "locked"];
const KEYS: [&str; 19] = [
    "type",
    "from",
    "source",
    "target",
    "readonly",
    "id",
    "sharing",
    "required",
    "size",
    "mode",
    "uid",
    "gid",
    "src",
    "dst",
    "destination",
    "ro",
    "rw",
    "readwrite",
    "env",
];

/// The fields of one line of CSV; `None` for a stray or open quote, and for nothing at all.
fn fields(line: &str) -> Option<Vec<Cow<'_, str>>> {
    let mut fields = Vec::new();
    let mut rest = line;
    if rest.is_empty() {
        return None;
    }
    loop {
        let behind = match rest.strip_prefix('"') {
            None => {
                let (field, behind) = match rest.find(',') {
                    Some(comma) => (&rest[..comma], &rest[comma..]),
                    None => (rest, ""),
                };
                if field.contains('"') {
                    return None;
                }
                fields.push(Cow::Borrowed(field));
                behind
            }
            Some(quoted) => {
                let mut field = String::new();
                let mut quoted = quoted;
                loop {
                    let close = quoted.find('"')?;
                    field.push_str(&quoted[..close]);
                    quoted = &quoted[close + 1..];
                    match quoted.strip_prefix('"') {
                        Some(behind) => {
                            field.push('"');
                            quoted = behind;
                        }
                        None => break,
                    }
                }
                fields.push(Cow::Owned(field));
                quoted
            }
        };
        if behind.is_empty() {
            return Some(fields);
        }
        rest = behind.strip_prefix(',')?;
    }
}

/// The mount as written; `None` when the flag has no value or is not CSV.
pub(super) fn parse(text: &str, flag: &Flag, problems: &mut Vec<Problem>) -> Option<Mount> {
    let value = flag.value.as_deref()?;
    let Some(fields) = fields(value) else {
        problems.push(Problem::build("mount-syntax", flag.value_span));
        return None;
    };
    let mut mount = Mount { kind: "bind".to_owned(), span: flag.span, ..Mount::default() };
    for field in fields {
        let (key, value) = match field.split_once('=') {
            Some((key, value)) => (key.to_lowercase(), Some(value.to_owned())),
            None => (field.to_lowercase(), None),
        };
        if let Some(value) = &value {
            match key.as_str() {
                "type" => mount.kind = value.to_lowercase(),
                "id" => mount.id = Some(value.clone()),
                "source" | "src" => mount.source = Some(value.clone()),
                "target" | "dst" | "destination" => mount.target = Some(value.clone()),
                "env" => mount.env = Some(value.clone()),
                "from" => {
                    let place = flag.value_span.slice(text).find(&*field).map(|at| {
                        let start = flag.value_span.start() + at + field.len() - value.len();
                        (start..start + value.len()).into()
                    });
                    let span = place.unwrap_or(flag.value_span);
                    // The stage must be known before any variable is.
                    if value.find('$').is_some_and(|at| at + 1 < value.len()) {
                        problems.push(Problem::build("mount-from-variable", span).with("from", value));
                    }
                    mount.from = Some(Word { text: value.clone(), span });
                }
                _ => {}
            }
        }
        mount.fields.push((key, value));
    }
    Some(mount)
}

/// What BuildKit makes of a mount once variables have values.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// `None` when it hangs on an unknown variable.
    pub kind: Option<String>,
    /// `None` when it hangs on an unknown variable; empty when there is none.
    pub target: Option<String>,
}

/// Checks keys and values, the latter with their variables expanded. Stops at the first fault, as BuildKit does.
pub(super) fn check(mount: &Mount, expand: &mut dyn FnMut(&str) -> Result<Expanded, ExpandError>) -> Result<Facts, Problem> {
    let problem = |reason| Problem::build(reason, mount.span);
    let mut kind = Some("bind".to_owned());
    let mut target = Some(String::new());
    let mut source = Some(String::new());
    let mut id = Some(String::new());
    let mut has_from = false;
    let mut sharing = false;
    let mut owner_key = None;
    for (key, value) in &mount.fields {
        let of_kind = |allowed: &[&str]| match kind.as_deref() {
            Some(kind) if !allowed.contains(&kind) => Err(problem("mount-key-not-allowed").with("key", key).with("kind", kind)),
            _ => Ok(()),
        };
        let Some(value) = value else {
            match key.as_str() {
                "readonly" | "ro" | "readwrite" | "rw" => {}
                "required" => of_kind(&["secret", "ssh"])?,
                _ => return Err(problem("mount-key-without-value").with("key", key)),
            }
            continue;
        };
        let value = expand(value).map_err(|error| problem(error.reason))?.text;
        let wrong = |value: &str| problem("mount-value").with("key", key).with("value", value);
        // An unknown value passes, whatever it is.
        let accept = |accepts: fn(&str) -> bool| match value.as_deref() {
            Some(value) if !accepts(value) => Err(wrong(value)),
            _ => Ok(()),
        };
        match key.as_str() {
            "type" => {
                kind = value.map(|value| value.to_lowercase());
                if let Some(kind) = kind.as_deref().filter(|kind| !KINDS.contains(kind)) {
                    return Err(match nearest(kind, KINDS) {
                        Some(near) => problem("misspelled-mount-type").with("kind", kind).with("suggestion", near),
                        None => problem("unknown-mount-type").with("kind", kind),
                    });
                }
            }
            "from" => has_from = value.as_deref() != Some(""),
            "source" | "src" => source = value,
            "target" | "dst" | "destination" => target = value,
            "id" => id = value,
            "readonly" | "ro" | "readwrite" | "rw" => accept(is_boolean)?,
            "required" => {
                of_kind(&["secret", "ssh"])?;
                accept(is_boolean)?;
            }
            "size" => {
                of_kind(&["tmpfs"])?;
                accept(is_size)?;
            }
            "sharing" => {
                accept(|value| SHARING.contains(&value.to_lowercase().as_str()))?;
                sharing = value.as_deref() != Some("");
            }
            "mode" => {
                accept(|value| is_number(value, 8))?;
                owner_key = owner_key.or(Some("mode"));
            }
            "uid" | "gid" => {
                accept(|value| is_number(value, 10))?;
                owner_key = owner_key.or(Some(if key == "uid" { "uid" } else { "gid" }));
            }
            "env" => {}
            _ => {
                return Err(match nearest(key, KEYS) {
                    Some(near) => problem("misspelled-mount-key").with("key", key).with("suggestion", near),
                    None => problem("unknown-mount-key").with("key", key),
                });
            }
        }
    }
    let not_allowed = |key: &str, kind: &str| Err(problem("mount-key-not-allowed").with("key", key).with("kind", kind));
    let empty = |value: &Option<String>| value.as_deref() == Some("");
    let given = |value: &Option<String>| value.as_deref().is_some_and(|value| !value.is_empty());
    if let Some(kind) = kind.as_deref() {
        if let Some(key) = owner_key.filter(|_| !matches!(kind, "secret" | "ssh" | "cache")) {
            return not_allowed(key, kind);
        }
        if kind == "secret" {
            if has_from {
                return not_allowed("from", kind);
            }
            if empty(&source) && empty(&target) && empty(&id) {
                return Err(problem("secret-mount-without-id"));
            }
            if given(&source) && given(&id) {
                return Err(problem("secret-mount-with-source-and-id"));
            }
        }
        if sharing && kind != "cache" {
            return not_allowed("sharing", kind);
        }
        if kind == "ssh" && given(&source) {
            return not_allowed("source", kind);
        }
    }
    Ok(Facts { kind, target })
}

/// `strconv.ParseBool`
pub(super) fn is_boolean(text: &str) -> bool {
    matches!(text, "1" | "t" | "T" | "true" | "TRUE" | "True" | "0" | "f" | "F" | "false" | "FALSE" | "False")
}

/// `strconv.ParseUint` with 32 bits
fn is_number(text: &str, radix: u32) -> bool {
    !text.starts_with('+') && u32::from_str_radix(text, radix).is_ok()
}

/// `units.RAMInBytes`: a number, perhaps with a fraction, and a unit such as `m`, `MB`, `MiB`.
fn is_size(text: &str) -> bool {
    let number_length = text.bytes().position(|byte| byte != b'.' && !byte.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(number_length);
    if number.parse::<f64>().is_err() {
        return false;
    }
    let unit = unit.strip_prefix(' ').unwrap_or(unit).to_ascii_lowercase();
    let unit = unit.strip_prefix(['k', 'm', 'g', 't', 'p']).map_or(unit.as_str(), |rest| rest.strip_prefix('i').unwrap_or(rest));
    matches!(unit, "" | "b")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dockerfile::expand::{Lookup, expand};

    fn verdict(value: &str) -> Option<&'static str> {
        let flag = Flag {
            name: "mount".into(),
            value: Some(value.into()),
            span: crate::source::Span::new(0, value.len()),
            name_span: crate::source::Span::empty(0),
            value_span: crate::source::Span::new(0, value.len()),
        };
        let mut problems = Vec::new();
        let mount = parse(value, &flag, &mut problems);
        if let Some(problem) = problems.first() {
            return Some(problem.reason);
        }
        let mut lookup = |name: &str| if name == "KNOWN" { Lookup::Value("cache".into()) } else { Lookup::Unknown };
        check(&mount?, &mut |word| expand(word, '\\', &mut lookup)).err().map(|problem| problem.reason)
    }

    #[test]
    fn csv_fields() {
        assert_eq!(fields("a,\"b,c\"\"d\",e").unwrap(), ["a", "b,c\"d", "e"]);
        assert_eq!(fields("a,").unwrap(), ["a", ""]);
        for wrong in ["", "a\"b", "\"a", "\"a\"b"] {
            assert_eq!(fields(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn mounts_that_are_fine() {
        for fine in [
            "type=cache,target=/a,sharing=LOCKED,uid=1,mode=0700",
            "TYPE=Bind,SRC=.,DST=/x,rw",
            "type=secret,id=x,required",
            "type=secret,id=x,env=X,required=true",
            "type=ssh,id=default,mode=0600",
            "type=tmpfs,target=/t,size=1.5GiB",
            "type=$KNOWN,target=/a,sharing=shared",
            "type=$OTHER,size=x$OTHER,target=/a",
            "target=/a,readonly=false,from=base",
            "target=/a,from=$",
        ] {
            assert_eq!(verdict(fine), None, "{fine}");
        }
    }

    #[test]
    fn mounts_that_buildkit_refuses() {
        for (wrong, reason) in [
            ("", "mount-syntax"),
            ("a=\"b", "mount-syntax"),
            ("from=$X,target=/a", "mount-from-variable"),
            ("type=bnd", "misspelled-mount-type"),
            ("type=volume", "unknown-mount-type"),
            ("target=/a,tagret=/b", "misspelled-mount-key"),
            ("target=/a,selinux=z", "unknown-mount-key"),
            ("target", "mount-key-without-value"),
            ("type=bind,target=/a,", "mount-key-without-value"),
            ("type=cache,target=/a,required", "mount-key-not-allowed"),
            ("type=bind,target=/a,mode=0700", "mount-key-not-allowed"),
            ("type=cache,target=/a,size=1", "mount-key-not-allowed"),
            ("type=bind,target=/a,sharing=shared", "mount-key-not-allowed"),
            ("type=secret,id=a,from=b", "mount-key-not-allowed"),
            ("type=ssh,source=a", "mount-key-not-allowed"),
            ("type=secret", "secret-mount-without-id"),
            ("type=secret,id=a,source=b", "secret-mount-with-source-and-id"),
            ("type=cache,target=/a,sharing=x", "mount-value"),
            ("type=cache,target=/a,uid=-1", "mount-value"),
            ("type=cache,target=/a,mode=8", "mount-value"),
            ("type=tmpfs,target=/a,size=x", "mount-value"),
            ("target=/a,ro=yes", "mount-value"),
            ("target=${", "unclosed-brace"),
        ] {
            assert_eq!(verdict(wrong), Some(reason), "{wrong}");
        }
    }

    #[test]
    fn the_place_of_the_stage() {
        let text = "type=bind,from=base,target=/a";
        let flag = Flag {
            name: "mount".into(),
            value: Some(text.into()),
            span: crate::source::Span::new(0, text.len()),
            name_span: crate::source::Span::empty(0),
            value_span: crate::source::Span::new(0, text.len()),
        };
        let mount = parse(text, &flag, &mut Vec::new()).unwrap();
        assert_eq!(mount.from.unwrap().span.slice(text), "base");
    }
}
