mod sample;
mod snapshots;
