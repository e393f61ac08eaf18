//! Connections that HTTP is spoken over: a socket, TCP, or a program's standard input and output. Each read and write is bounded.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, LazyBuffers, NextTimeout, Transport};
use ureq::{Error, config::Config, http::Uri};

use super::endpoint::Address;

/// Connects to one engine, whatever host a request names.
#[derive(Debug)]
pub struct EngineConnector(pub Address);

/// Nothing is looked up: the connector knows where to go.
#[derive(Debug)]
pub struct NoResolver;

impl Resolver for NoResolver {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let mut one = self.empty();
        one.push(([127, 0, 0, 1], 0).into());
        Ok(one)
    }
}

impl Connector for EngineConnector {
    type Out = EngineTransport;

    fn connect(&self, details: &ConnectionDetails<'_>, _: Option<()>) -> Result<Option<EngineTransport>, Error> {
        let limit = remaining(details.timeout)?;
        let stream = match &self.0 {
            Address::Socket(path) => socket(path.clone(), limit)?,
            Address::Tcp { host, port } => tcp(host.clone(), *port, limit)?,
            Address::Program(words) => Stream::Program(Box::new(Program::start(words)?)),
        };
        let buffers = LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        Ok(Some(EngineTransport { stream, buffers, broken: false }))
    }
}

/// How long there is left; no time at all is the error.
fn remaining(timeout: NextTimeout) -> Result<Duration, Error> {
    match timeout.not_zero() {
        _ if !timeout.after.is_not_happening() && timeout.after.is_zero() => Err(Error::Timeout(timeout.reason)),
        Some(limit) => Ok(*limit),
        None => Ok(Duration::from_secs(60)),
    }
}

/// Opens something that cannot be told to give up, and gives up on it.
fn bounded<T: Send + 'static>(limit: Duration, open: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T, Error> {
    let (sender, receiver) = mpsc::channel();
    std::thread::Builder::new().name("connect".into()).spawn(move || sender.send(open()))?;
    match receiver.recv_timeout(limit) {
        Ok(opened) => Ok(opened?),
        Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "no connection in time").into()),
    }
}

#[cfg(unix)]
fn socket(path: std::path::PathBuf, limit: Duration) -> Result<Stream, Error> {
    bounded(limit, move || std::os::unix::net::UnixStream::connect(path)).map(Stream::Socket)
}

#[cfg(not(unix))]
fn socket(_: std::path::PathBuf, _: Duration) -> Result<Stream, Error> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "sockets of this kind are not supported on this system").into())
}

fn tcp(host: String, port: u16, limit: Duration) -> Result<Stream, Error> {
    let stream = bounded(limit, move || TcpStream::connect((host.as_str(), port)))?;
    stream.set_nodelay(true)?;
    Ok(Stream::Tcp(stream))
}

/// A connection to an engine.
pub struct EngineTransport {
    stream: Stream,
    buffers: LazyBuffers,
    broken: bool,
}

enum Stream {
    #[cfg(unix)]
    Socket(std::os::unix::net::UnixStream),
    Tcp(TcpStream),
    Program(Box<Program>),
}

impl Stream {
    fn read(&mut self, buffer: &mut [u8], limit: Duration) -> io::Result<usize> {
        match self {
            #[cfg(unix)]
            Self::Socket(stream) => {
                stream.set_read_timeout(Some(limit))?;
                stream.read(buffer)
            }
            Self::Tcp(stream) => {
                stream.set_read_timeout(Some(limit))?;
                stream.read(buffer)
            }
            Self::Program(program) => program.read(buffer, limit),
        }
    }

    fn write_all(&mut self, bytes: &[u8], limit: Duration) -> io::Result<()> {
        match self {
            #[cfg(unix)]
            Self::Socket(stream) => {
                stream.set_write_timeout(Some(limit))?;
                stream.write_all(bytes)
            }
            Self::Tcp(stream) => {
                stream.set_write_timeout(Some(limit))?;
                stream.write_all(bytes)
            }
            Self::Program(program) => program.write_all(bytes),
        }
    }
}

impl Transport for EngineTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let limit = remaining(timeout)?;
        let written = self.stream.write_all(&self.buffers.output()[..amount], limit);
        self.broken |= written.is_err();
        written.map_err(|error| timed_out(error, timeout))
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let limit = remaining(timeout)?;
        let buffer = self.buffers.input_append_buf();
        let read = loop {
            match self.stream.read(buffer, limit) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        let amount = match read {
            Ok(amount) => amount,
            Err(error) => {
                self.broken = true;
                return Err(timed_out(error, timeout));
            }
        };
        self.broken |= amount == 0;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        !self.broken
    }
}

fn timed_out(error: io::Error, timeout: NextTimeout) -> Error {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Error::Timeout(timeout.reason),
        _ => Error::Io(error),
    }
}

impl fmt::Debug for EngineTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EngineTransport")
    }
}

/// A program between us and the engine. A thread reads what it prints, for a pipe cannot be told to give up.
struct Program {
    child: Child,
    input: Option<ChildStdin>,
    output: Mutex<Receiver<io::Result<Vec<u8>>>>,
    /// What was read and not yet asked for.
    rest: Vec<u8>,
}

impl Program {
    fn start(words: &[String]) -> io::Result<Self> {
        let (name, arguments) = words.split_first().ok_or(io::ErrorKind::InvalidInput)?;
        let mut command = Command::new(name);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| {
            io::Error::new(error.kind(), format!("`{name}`, which makes the connection, cannot be started: {error}"))
        })?;
        let input = child.stdin.take();
        let mut output = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let (sender, receiver) = mpsc::sync_channel(4);
        std::thread::Builder::new().name("engine".into()).spawn(move || {
            loop {
                let mut bytes = vec![0; 1 << 16];
                let read = output.read(&mut bytes).map(|amount| {
                    bytes.truncate(amount);
                    bytes
                });
                let ended = !matches!(&read, Ok(bytes) if !bytes.is_empty());
                if sender.send(read).is_err() || ended {
                    return;
                }
            }
        })?;
        Ok(Self { child, input, output: Mutex::new(receiver), rest: Vec::new() })
    }

    fn read(&mut self, buffer: &mut [u8], limit: Duration) -> io::Result<usize> {
        if self.rest.is_empty() {
            let output = self.output.get_mut().unwrap_or_else(PoisonError::into_inner);
            self.rest = match output.recv_timeout(limit) {
                Ok(read) => read?,
                Err(RecvTimeoutError::Timeout) => return Err(io::ErrorKind::TimedOut.into()),
                Err(RecvTimeoutError::Disconnected) => Vec::new(),
            };
        }
        let amount = self.rest.len().min(buffer.len());
        buffer[..amount].copy_from_slice(&self.rest[..amount]);
        self.rest.drain(..amount);
        Ok(amount)
    }

    /// Requests are shorter than any pipe: this does not wait.
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let input = self.input.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        input.write_all(bytes)?;
        input.flush()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
