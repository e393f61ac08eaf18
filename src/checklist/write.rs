//! Sign-offs and waivers written into their file; its comments and its layout stay.

use jiff::civil::Date;
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, Value};

use super::records::{Record, RecordKind};

/// The text of the file with a record more; one of the same kind for the same control gives way to it.
pub fn write_record(text: &str, record: &Record) -> Result<String, String> {
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| error.to_string())?;
    let key = match record.kind {
        RecordKind::SignOff => "sign-off",
        RecordKind::Waiver => "waiver",
    };
    let tables = document.entry(key).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    let tables = tables.as_array_of_tables_mut().ok_or_else(|| format!("`{key}` is no list of tables"))?;
    let target = if record.is_rule { "rule" } else { "control" };
    let is_same = |table: &Table| {
        let files: Vec<&str> =
            table.get("files").and_then(Item::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        table.get(target).and_then(Item::as_str) == Some(&record.target) && (!record.is_rule || files == record.files)
    };
    let known = tables.iter().position(is_same);
    match known.and_then(|known| tables.get_mut(known)) {
        Some(table) => fill(table, record, target),
        None => {
            let mut table = Table::new();
            // Behind what is there, with a line between.
            if !text.trim().is_empty() {
                table.decor_mut().set_prefix("\n");
            }
            fill(&mut table, record, target);
            tables.push(table);
        }
    }
    let written = document.to_string();
    Ok(if newline == "\r\n" { written.replace("\r\n", "\n").replace('\n', "\r\n") } else { written })
}

fn fill(table: &mut Table, record: &Record, target: &str) {
    let date = |date: Date| -> Value {
        let text = date.to_string();
        text.parse::<toml_edit::Datetime>().map_or_else(|_| Value::from(text), Value::from)
    };
    let words = match record.kind {
        RecordKind::SignOff => "statement",
        RecordKind::Waiver => "reason",
    };
    let mut set = |key: &str, value: Option<Value>| match value {
        Some(value) => match table.get_mut(key).and_then(Item::as_value_mut) {
            // The comment behind an old value stays.
            Some(old) => {
                let decor = old.decor().clone();
                *old = value;
                *old.decor_mut() = decor;
            }
            None => {
                table.insert(key, Item::Value(value));
            }
        },
        None => {
            table.remove(key);
        }
    };
    let text = |text: &Option<String>| text.as_deref().map(Value::from);
    let list = |items: &[String], lines: bool| {
        let mut array: Array = items.iter().map(String::as_str).collect();
        if lines && items.len() > 4 {
            array.iter_mut().for_each(|item| item.decor_mut().set_prefix("\n    "));
            array.set_trailing("\n");
            array.set_trailing_comma(true);
        }
        (!items.is_empty()).then_some(Value::Array(array))
    };
    set(target, Some(Value::from(record.target.as_str())));
    set("by", Some(Value::from(record.by.as_str())));
    set("on", Some(date(record.on)));
    set(words, Some(Value::from(record.words.as_str())));
    set("until", record.until.map(date));
    set("ticket", text(&record.ticket));
    set("evidence", text(&record.evidence));
    set("files", list(&record.files, false));
    set("findings", list(&record.findings, true));
    set("digest", text(&record.digest));
}

#[cfg(test)]
mod tests {
    use super::super::records::read;
    use super::*;

    fn record() -> Record {
        Record {
            kind: RecordKind::SignOff,
            target: "pre-production/alerts".into(),
            is_rule: false,
            by: "Ada \"A\" Lovelace".into(),
            on: Date::constant(2026, 11, 20),
            words: "It was tried".into(),
            until: Some(Date::constant(2027, 1, 1)),
            ticket: None,
            evidence: Some("https://example.org/1".into()),
            files: Vec::new(),
            digest: Some("sha256:00".into()),
            findings: Vec::new(),
            line: 0,
        }
    }

    #[test]
    fn a_file_begins_with_its_first_record() {
        let text = write_record("", &record()).unwrap();
        assert!(text.starts_with("[[sign-off]]\ncontrol = \"pre-production/alerts\"\n"), "{text}");
        let read = read("s.toml", &text).unwrap();
        assert_eq!((read[0].by.as_str(), read[0].until), ("Ada \"A\" Lovelace", record().until));
    }

    #[test]
    fn comments_and_layout_stay() {
        let before = "# kept by operations\r\n\r\n[[sign-off]]   # the first\r\ncontrol = 'pre-production/alerts'\r\nby =   \"Bo\" # who left\r\non = 2026-01-01\r\nstatement = \"x\"\r\n";
        let after = write_record(before, &record()).unwrap();
        assert!(
            after.contains("# kept by operations\r\n")
                && after.contains("[[sign-off]]   # the first\r\n")
                && after.contains("# who left\r\n"),
            "{after}"
        );
        assert!(!after.replace("\r\n", "").contains('\n'), "{after:?}");
        assert_eq!(read("s.toml", &after).unwrap().len(), 1, "signing again replaces");
        let waiver = Record { kind: RecordKind::Waiver, findings: vec!["abc".into(), "def".into()], evidence: None, ..record() };
        let both = write_record(&after, &waiver).unwrap();
        assert!(both.starts_with(&after), "{both}");
        assert_eq!(read("s.toml", &both).unwrap()[1].findings, ["abc", "def"]);
    }

    #[test]
    fn what_is_no_toml_is_left_alone() {
        assert!(write_record("[[sign-off", &record()).is_err());
        assert!(write_record("sign-off = 1\n", &record()).is_err());
    }
}
