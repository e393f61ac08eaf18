//! Messages on a pair of streams. Unlike the reader of `lsp-server`, ours survives what is no message.

use std::io::{self, BufRead, Read, Write};

use lsp_server::{ErrorCode, Message};
use serde_json::json;

/// A longer message is passed over.
const MAX_BYTES: u64 = 512 << 20;

/// A longer line is no header.
const MAX_HEADER: u64 = 8 << 10;

/// What came in.
#[derive(Debug)]
pub enum Incoming {
    Message(Message),
    /// Something that is no message, with the reason.
    Malformed(ErrorCode, String),
}

/// Reads the next message; `None` at the end of the stream, or where no message can be told from another any more.
pub fn read(input: &mut impl BufRead) -> Option<Incoming> {
    let mut length: Option<u64> = None;
    loop {
        let mut line = Vec::new();
        let read = input.by_ref().take(MAX_HEADER).read_until(b'\n', &mut line).ok()?;
        if read == 0 {
            return None;
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        match (line.is_empty(), length) {
            (true, Some(_)) => break,
            // A blank line before any header is noise.
            (true, None) => continue,
            (false, _) => {}
        }
        if let Some((name, value)) = line.split_once(':')
            && name.trim().eq_ignore_ascii_case("content-length")
        {
            match value.trim().parse() {
                Ok(number) => length = Some(number),
                Err(_) => {
                    let message = format!("`{}` is no length of a message", value.trim());
                    return Some(Incoming::Malformed(ErrorCode::ParseError, message));
                }
            }
        }
    }
    let length = length.unwrap_or_default();
    if length > MAX_BYTES {
        io::copy(&mut input.by_ref().take(length), &mut io::sink()).ok()?;
        return Some(Incoming::Malformed(ErrorCode::InvalidRequest, format!("a message of {length} bytes is too long")));
    }
    let mut body = Vec::new();
    input.by_ref().take(length).read_to_end(&mut body).ok()?;
    if (body.len() as u64) < length {
        return None;
    }
    Some(parse(&body))
}

fn parse(body: &[u8]) -> Incoming {
    match serde_json::from_slice::<serde_json::Value>(body) {
        Err(error) => Incoming::Malformed(ErrorCode::ParseError, format!("this is no JSON: {error}")),
        Ok(value) => {
            let has_id = value.get("id").is_some();
            match serde_json::from_value(value) {
                // A request whose id is no id would pass for a notification.
                Ok(message) if !has_id || !matches!(message, Message::Notification(_)) => Incoming::Message(message),
                _ => Incoming::Malformed(
                    ErrorCode::InvalidRequest,
                    "this is neither a request nor a response nor a notification".to_owned(),
                ),
            }
        }
    }
}

/// Says that something was no message: a response to nobody.
pub fn refuse(out: &mut impl Write, code: ErrorCode, message: &str) -> io::Result<()> {
    let body = json!({ "jsonrpc": "2.0", "id": null, "error": { "code": code as i32, "message": message } }).to_string();
    write!(out, "Content-Length: {}\r\n\r\n{body}", body.len())?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> Vec<String> {
        let mut input = io::BufReader::new(bytes);
        std::iter::from_fn(|| read(&mut input))
            .map(|incoming| match incoming {
                Incoming::Message(Message::Notification(notification)) => notification.method,
                Incoming::Message(_) => "other".to_owned(),
                Incoming::Malformed(code, _) => (code as i32).to_string(),
            })
            .collect()
    }

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    #[test]
    fn what_is_no_message_is_passed_over() {
        let good = framed(r#"{"jsonrpc":"2.0","method":"a"}"#);
        let bytes = [
            good.as_str(),
            &framed("{"),
            &framed("[]"),
            &framed("\"a\""),
            &framed("{\"method\":1}"),
            &framed("{\"method\":\"a\",\"id\":1.5}"),
            "Content-Length: x\r\n\r\n",
            "Content-Type: nothing\r\n",
            &good,
            "content-length:30\n\n{\"jsonrpc\":\"2.0\",\"method\":\"b\"}",
        ];
        assert_eq!(all(bytes.concat().as_bytes()), ["a", "-32700", "-32600", "-32600", "-32600", "-32600", "-32700", "a", "b"]);
    }

    #[test]
    fn a_stream_that_breaks_off_ends() {
        assert!(all(b"").is_empty());
        assert!(all(b"Content-Length: 10\r\n\r\n{}").is_empty());
        assert!(all(b"Content-Len").is_empty());
        assert!(all(&[b'x'; 100_000]).is_empty());
        assert_eq!(all(b"Content-Length: 2\r\n\r\n\xff\xff"), ["-32700"]);
    }
}
