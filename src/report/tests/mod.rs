mod sample;
mod schemas;
mod secrets;
mod snapshots;
mod terminal;
