//! Which port the program that a container starts listens on, where its own words say so, and which port a probe asks.

use super::startup::base_name;
use crate::shell::Word;

/// Flags of servers that take a port, alone or behind an address.
const FLAGS: &[(&str, &[&str])] = &[
    ("uvicorn", &["--port"]),
    ("gunicorn", &["--bind", "-b"]),
    ("hypercorn", &["--bind", "-b"]),
    ("granian", &["--port"]),
    ("daphne", &["--port", "-p"]),
    ("waitress-serve", &["--port"]),
    ("flask", &["--port", "-p"]),
    ("fastapi", &["--port"]),
    ("streamlit", &["--server.port"]),
    ("puma", &["--port", "-p"]),
    ("rails", &["--port", "-p"]),
    ("next", &["--port", "-p"]),
    ("vite", &["--port"]),
    ("serve", &["--listen", "-l", "-p"]),
    ("http-server", &["--port", "-p"]),
    ("redis-server", &["--port"]),
    ("php", &["-S"]),
];

/// A port that the words of a program name, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port<'w> {
    pub number: u16,
    pub word: &'w Word,
}

/// The port that a server is told by its words (those of a [`super::startup::program`]); `None` when it is told none, several, or one
/// that hangs on a variable.
pub fn of_program(words: &[Word]) -> Option<Port<'_>> {
    let (first, arguments) = words.split_first()?;
    let name = base_name(&first.text);
    if let Some(at) = words.iter().position(|word| base_name(&word.text) == "manage.py") {
        let is_server = words.get(at + 1).is_some_and(|word| word.text == "runserver");
        let word = words.get(at + 2).filter(|word| is_server && !word.is_flag())?;
        return port_of(word, &word.text);
    }
    if name == "http.server" {
        return arguments.first().and_then(|word| port_of(word, &word.text));
    }
    let (_, flags) = FLAGS.iter().find(|(known, _)| *known == name)?;
    let mut ports = Vec::new();
    for (at, word) in arguments.iter().enumerate() {
        let joined = word.text.split_once('=').filter(|(flag, _)| flags.contains(flag));
        let given = match joined {
            Some((_, value)) => Some((word, value)),
            None if flags.contains(&word.text.as_str()) => arguments.get(at + 1).map(|value| (value, value.text.as_str())),
            None => None,
        };
        if let Some((word, value)) = given {
            ports.push(port_of(word, value)?);
        }
    }
    ports.pop().filter(|_| ports.is_empty())
}

/// `8000`, `:8000`, `0.0.0.0:8000`, `[::]:8000`, `tcp://0.0.0.0:8000`
fn port_of<'w>(word: &'w Word, value: &str) -> Option<Port<'w>> {
    let number = value.rsplit(':').next()?.parse().ok().filter(|number| *number > 0)?;
    (word.literal && !value.starts_with("unix:")).then_some(Port { number, word })
}

/// The ports of this very container that a text asks for by address, each with its place in the text: `http://localhost:8000/`. A URL
/// without a port asks for that of its scheme and is left out.
pub fn asked(text: &str) -> Vec<(u16, std::ops::Range<usize>)> {
    let mut found = Vec::new();
    for host in ["localhost:", "127.0.0.1:", "0.0.0.0:", "[::1]:"] {
        for (at, _) in text.match_indices(host) {
            let start = at + host.len();
            let digits = text[start..].bytes().take_while(u8::is_ascii_digit).count();
            // `127.0.0.1:` stands in `10.127.0.0.1:` too.
            let begins = !text[..at].ends_with(|char: char| char.is_ascii_alphanumeric() || char == '.' || char == '-');
            if let (Ok(number), true) = (text[start..start + digits].parse(), begins) {
                found.push((number, start..start + digits));
            }
        }
    }
    found.sort_by_key(|(_, range)| range.start);
    found
}

#[cfg(test)]
mod tests {
    use super::super::model::Dockerfile;
    use super::super::startup::{program, started};
    use super::*;

    fn port(line: &str) -> Option<u16> {
        let dockerfile = Dockerfile::parse(&format!("FROM x\n{line}\n"));
        let commands = started(&dockerfile, dockerfile.final_stage().unwrap());
        commands.last().and_then(|command| of_program(program(command)).map(|port| port.number))
    }

    #[test]
    fn servers_are_told_their_port() {
        for (line, want) in [
            ("CMD [\"uvicorn\", \"app:app\", \"--port\", \"8000\"]", Some(8000)),
            ("CMD uvicorn app:app --host 0.0.0.0 --port=80", Some(80)),
            ("CMD [\"gunicorn\", \"-b\", \"0.0.0.0:5000\", \"app:app\"]", Some(5000)),
            ("CMD [\"gunicorn\", \"--bind=:5000\", \"app:app\"]", Some(5000)),
            ("CMD [\"python\", \"-m\", \"http.server\", \"9000\"]", Some(9000)),
            ("CMD python manage.py runserver 0.0.0.0:8080", Some(8080)),
            ("CMD [\"gunicorn\", \"-b\", \":80\", \"-b\", \":81\", \"app\"]", None),
            ("CMD gunicorn --bind 0.0.0.0:$PORT app", None),
            ("CMD [\"gunicorn\", \"--bind\", \"unix:/run/a.sock\", \"app\"]", None),
            ("CMD [\"uvicorn\", \"app:app\"]", None),
            ("CMD [\"node\", \"server.js\", \"--port\", \"1\"]", None),
        ] {
            assert_eq!(port(line), want, "{line}");
        }
    }

    #[test]
    fn probes_ask_for_ports() {
        let numbers = |text: &str| asked(text).into_iter().map(|(number, _)| number).collect::<Vec<_>>();
        assert_eq!(numbers("http://localhost:8000/a http://127.0.0.1:81"), [8000, 81]);
        assert_eq!(numbers("http://localhost/ http://10.127.0.0.1:5 http://web:80 localhost:$PORT"), Vec::<u16>::new());
    }
}
