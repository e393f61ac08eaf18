use super::view::View;
use std::io::{self, Write};
pub(super) fn write(_: &View<'_>, _: &mut dyn Write) -> io::Result<()> {
    Ok(())
}
