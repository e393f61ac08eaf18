//! nginx configurations, from bytes to meaning: the lossless tree of a file as nginx reads it (`syntax`), a configuration with all
//! that it includes (`configuration`), what holds at a place of it (`effective`, `server`, `location`, `variables`).

pub mod access;
mod by_name;
pub mod ciphers;
pub mod configuration;
mod context;
pub mod effective;
pub mod expand;
pub mod facts;
pub mod headers;
pub mod include;
pub mod layout;
pub mod listen;
pub mod location;
mod lua;
pub mod origins;
pub mod problem;
pub mod proxy;
pub mod regex;
pub mod release;
pub mod roots;
pub mod script;
pub mod served;
pub mod server;
pub mod syntax;
pub mod target;
mod template;
pub mod used_variables;
pub mod values;
pub mod variables;
pub mod verify;
pub mod write;
