//! Which files git keeps: its index, read without git (gitformat-index, versions 2 to 4).

/// A larger index is not read.
pub const MAX_BYTES: u64 = 256 << 20;

/// The bytes of an entry before its flags: times, device, inode, mode, owner, size, and the name of the content by SHA-1.
const BEFORE_FLAGS: usize = 60;

/// Calls `visit` with the path of each entry, from the top of the work tree. `None` where the bytes are no index of a version that is
/// known; what came before was visited.
pub fn each_path(index: &[u8], visit: &mut dyn FnMut(&[u8])) -> Option<()> {
    let header = index.get(..12).filter(|header| header.starts_with(b"DIRC"))?;
    let version = number(&header[4..8])?;
    if !(2..=4).contains(&version) {
        return None;
    }
    let mut at = 12;
    let mut path: Vec<u8> = Vec::new();
    for _ in 0..number(&header[8..12])? {
        let start = at;
        let flags = index.get(start + BEFORE_FLAGS)?;
        let extended = version > 2 && flags & 0x40 != 0;
        at = start + BEFORE_FLAGS + if extended { 4 } else { 2 };
        if version == 4 {
            let (dropped, behind) = offset(index, at)?;
            path.truncate(path.len().checked_sub(dropped)?);
            at = behind;
        } else {
            path.clear();
        }
        let length = memchr::memchr(0, index.get(at..)?)?;
        path.extend_from_slice(&index[at..at + length]);
        at += length;
        // Before version 4 an entry ends with one to eight zeros, so that its length is a multiple of eight.
        at = if version == 4 { at + 1 } else { start + ((at - start) / 8 + 1) * 8 };
        visit(&path);
    }
    Some(())
}

fn number(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}

/// A number as packs write offsets: seven bits a byte, each but the last with its high bit set. And the place behind it.
fn offset(bytes: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let mut byte = *bytes.get(at)?;
    let mut value = usize::from(byte & 0x7f);
    while byte & 0x80 != 0 {
        at += 1;
        byte = *bytes.get(at)?;
        value = value.checked_add(1)?.checked_mul(128)? | usize::from(byte & 0x7f);
    }
    Some((value, at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(index: &[u8]) -> Vec<String> {
        let mut paths = Vec::new();
        each_path(index, &mut |path| paths.push(String::from_utf8_lossy(path).into_owned()));
        paths
    }

    fn index(version: u32, entries: &[(&[u8], &[u8])]) -> Vec<u8> {
        let mut bytes = b"DIRC".to_vec();
        bytes.extend(version.to_be_bytes());
        bytes.extend((entries.len() as u32).to_be_bytes());
        for (flags, path) in entries {
            let start = bytes.len();
            bytes.extend([0; BEFORE_FLAGS]);
            bytes.extend(*flags);
            bytes.extend(*path);
            bytes.push(0);
            while version < 4 && !(bytes.len() - start).is_multiple_of(8) {
                bytes.push(0);
            }
        }
        bytes
    }

    #[test]
    fn each_version_gives_its_paths() {
        let two = index(2, &[(&[0, 4], b".env"), (&[0, 9], b"a/b/c.env"), (&[0, 2], b"zz")]);
        assert_eq!(paths(&two), [".env", "a/b/c.env", "zz"]);
        let three = index(3, &[(&[0x40, 4, 0x20, 0], b".env"), (&[0, 2], b"zz")]);
        assert_eq!(paths(&three), [".env", "zz"]);
        let four = index(4, &[(&[0, 9], b"\x00a/app.env"), (&[0, 9], b"\x07db.env")]);
        assert_eq!(paths(&four), ["a/app.env", "a/db.env"]);
    }

    #[test]
    fn broken_bytes_end_it() {
        assert_eq!(paths(b""), [""; 0]);
        assert_eq!(paths(b"DIRC\0\0\0\x02\xff\xff\xff\xff"), [""; 0]);
        let mut cut = index(2, &[(&[0, 4], b".env"), (&[0, 2], b"zz")]);
        cut.truncate(90);
        assert_eq!(paths(&cut), [".env"]);
        assert_eq!(paths(&index(4, &[(&[0, 9], b"\x09a")])), [""; 0]);
        assert_eq!(paths(&index(9, &[(&[0, 9], b"a")])), [""; 0]);
    }
}
