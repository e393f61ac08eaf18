//! Where an instruction works: the folder that the WORKDIRs in front of it lead to.

use super::instruction::{Body, Instruction, Keyword};
use super::model::{Base, Dockerfile, working_directory};

/// No longer path exists on Linux; one that grows with each stage would take all memory.
const LONGEST: usize = 4096;

/// What is known of the working directory in front of an instruction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkingDirectory {
    /// A WORKDIR of this file, of the stage or of one that it is built on, decides; else the base image does.
    pub set: bool,
    /// `None` when it hangs on the base image or on a variable without value.
    pub path: Option<String>,
    pub windows: bool,
}

impl WorkingDirectory {
    /// At the FROM of a stage.
    fn at_from(dockerfile: &Dockerfile, from: usize) -> Self {
        let Some(stage) = dockerfile.stage_of(from) else { return Self::default() };
        let inherited = dockerfile.lineage(stage).nth(1).and_then(|parent| parent.working_directory.as_ref());
        let from_scratch = dockerfile.stages.get(stage.root).is_some_and(|root| root.base == Base::Scratch);
        let path = match inherited {
            Some(inherited) => inherited.value.as_deref().filter(|path| path.len() <= LONGEST).map(str::to_owned),
            None => (from_scratch && !stage.windows).then(|| "/".to_owned()),
        };
        Self { set: inherited.is_some(), path, windows: stage.windows }
    }

    /// After a WORKDIR.
    fn moved(&self, dockerfile: &Dockerfile, index: usize, path: &str) -> Self {
        let expanded = dockerfile.expand(index, path).ok().and_then(|expanded| expanded.text);
        let path = expanded.and_then(|path| working_directory(self.path.as_deref(), &path, self.windows));
        Self { set: true, path: path.filter(|path| path.len() <= LONGEST), windows: self.windows }
    }

    /// Whether a path does not depend on the working directory: `/a`, `C:\a`.
    pub fn is_absolute(&self, path: &str) -> bool {
        let bytes = path.as_bytes();
        let has_drive = bytes.first().is_some_and(u8::is_ascii_alphabetic) && bytes.get(1) == Some(&b':');
        path.starts_with('/') || has_drive || (self.windows && path.starts_with('\\'))
    }
}

/// Goes over all instructions, the triggers of ONBUILD in the place of these, each with the working directory in front of it.
/// Triggers see the WORKDIRs of their stage, which the image keeps, and those of triggers before them.
pub fn visit(dockerfile: &Dockerfile, visitor: &mut dyn FnMut(usize, &Instruction, &WorkingDirectory)) {
    let mut own = WorkingDirectory::default();
    let mut of_triggers: Option<WorkingDirectory> = None;
    for (index, instruction) in dockerfile.tree.instructions.iter().enumerate() {
        if instruction.keyword == Keyword::From {
            own = WorkingDirectory::at_from(dockerfile, index);
            of_triggers = None;
        }
        match &instruction.body {
            Body::Onbuild(trigger) => {
                let before = of_triggers.as_ref().unwrap_or(&own);
                visitor(index, trigger, before);
                if let Body::Workdir(path) = &trigger.body {
                    of_triggers = Some(before.moved(dockerfile, index, &path.text));
                }
            }
            body => {
                visitor(index, instruction, &own);
                if let Body::Workdir(path) = body {
                    own = own.moved(dockerfile, index, &path.text);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dockerfile::model::understand;
    use crate::dockerfile::syntax::parse;

    /// Where each COPY works, `!` for a folder that a WORKDIR set.
    fn copies(text: &str) -> Vec<String> {
        let dockerfile = understand(text, parse(text));
        let mut found = Vec::new();
        visit(&dockerfile, &mut |_, instruction, directory| {
            if instruction.keyword == Keyword::Copy {
                found.push(format!("{}{}", if directory.set { "!" } else { "" }, directory.path.as_deref().unwrap_or("?")));
            }
        });
        found
    }

    #[test]
    fn folders_in_front_of_instructions() {
        assert_eq!(copies("FROM scratch\nCOPY a b\nWORKDIR x\nCOPY a b\nWORKDIR y\nCOPY a b\n"), ["/", "!/x", "!/x/y"]);
        assert_eq!(copies("FROM alpine\nCOPY a b\nWORKDIR x\nCOPY a b\nWORKDIR /y\nCOPY a b\n"), ["?", "!?", "!/y"]);
        assert_eq!(copies("FROM a AS b\nWORKDIR /x\nFROM b\nCOPY a b\nFROM a\nCOPY a b\n"), ["!/x", "?"]);
        assert_eq!(copies("WORKDIR /x\nCOPY a b\n"), ["!/x"]);
        assert_eq!(copies("COPY a b\n"), ["?"]);
        assert_eq!(copies("FROM a\nONBUILD COPY a b\nONBUILD WORKDIR /x\nONBUILD COPY a b\nCOPY a b\n"), ["?", "!/x", "?"]);
        assert_eq!(copies("FROM a\nARG D\nWORKDIR $D\nCOPY a b\n"), ["!?"]);
    }

    #[test]
    fn absolute_paths() {
        let linux = WorkingDirectory::default();
        let windows = WorkingDirectory { windows: true, ..WorkingDirectory::default() };
        assert!(linux.is_absolute("/a") && linux.is_absolute(r"C:\a") && linux.is_absolute("c:/a") && windows.is_absolute(r"\a"));
        assert!(!linux.is_absolute("a") && !linux.is_absolute(r"\a") && !linux.is_absolute("") && !linux.is_absolute("1:/a"));
    }
}
