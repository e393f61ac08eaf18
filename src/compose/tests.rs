//! Behaviours of compose-go, as tables of our own.
