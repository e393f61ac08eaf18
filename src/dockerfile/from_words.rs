//! The words of FROM, whose variables are the ARGs before the first FROM.

use rustc_hash::FxHashMap;

use super::expand::{self, Lookup};
use super::instruction::{Body, Keyword, Word};
use super::model::{Dockerfile, Stage};
use super::variables::is_platform_argument;

/// With a longer default, or more of them together, nothing is known: a few lines that double a variable fill any memory.
const LONGEST_DEFAULT: usize = 8 << 10;
const MOST_DEFAULTS: usize = 1 << 20;

impl Dockerfile {
    /// The image of the FROM of a stage; `None` when there is none.
    pub fn image_word(&self, stage: &Stage) -> Option<&Word> {
        match &self.instruction(stage.from).body {
            Body::From { image, .. } => Some(image),
            _ => None,
        }
    }

    /// The name of a stage as FROM writes it.
    pub fn name_word(&self, stage: &Stage) -> Option<&Word> {
        match &self.instruction(stage.from).body {
            Body::From { name, .. } => name.as_ref(),
            _ => None,
        }
    }

    /// The value of `--platform` of a stage.
    pub fn platform_word(&self, stage: &Stage) -> Option<Word> {
        let flag = self.instruction(stage.from).flag("platform")?;
        Some(Word { text: flag.value.clone()?, span: flag.value_span })
    }

    /// What the ARGs before the first FROM hold when nobody passes a build argument (`buildMetaArgs`). `None` when BuildKit
    /// would refuse one of them.
    pub fn default_arguments(&self) -> Option<DefaultArguments> {
        let mut defaults = DefaultArguments { values: FxHashMap::default(), escape: self.tree.escape };
        let mut left = MOST_DEFAULTS;
        for instruction in self.tree.instructions.iter().take_while(|instruction| instruction.keyword != Keyword::From) {
            let Body::Arg(pairs) = &instruction.body else { continue };
            for pair in pairs {
                let Some(word) = &pair.value else { continue };
                let value = defaults.expand(&word.text).filter(|value| value.len() <= LONGEST_DEFAULT)?;
                left = left.checked_sub(value.len())?;
                defaults.values.insert(pair.key.text.clone(), value);
            }
        }
        Some(defaults)
    }
}

/// See [`Dockerfile::default_arguments`].
#[derive(Debug)]
pub struct DefaultArguments {
    values: FxHashMap<String, String>,
    escape: char,
}

impl DefaultArguments {
    /// A word of FROM in which an ARG without a default is as if it were not there (`validateBaseImagesWithDefaultArgs`).
    /// `None` when BuildKit would refuse the word.
    pub fn expand(&self, word: &str) -> Option<String> {
        let mut lookup = |name: &str| match self.values.get(name) {
            Some(value) => Lookup::Value(value.clone()),
            None if is_platform_argument(name) => Lookup::Value(platform_value(name).to_owned()),
            None => Lookup::Unset,
        };
        expand::expand(word, self.escape, &mut lookup).ok()?.text
    }
}

/// What a platform argument holds on the commonest machine.
fn platform_value(name: &str) -> &'static str {
    match name {
        "BUILDPLATFORM" | "TARGETPLATFORM" => "linux/amd64",
        "BUILDOS" | "TARGETOS" => "linux",
        "BUILDARCH" | "TARGETARCH" => "amd64",
        "TARGETSTAGE" => "default",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use crate::dockerfile::model::understand;
    use crate::dockerfile::syntax::parse;

    #[test]
    fn an_argument_without_default_is_not_there() {
        let text = "ARG A\nARG B=1 C=$A-x D=\"q r\"\nFROM x\nARG E=1\n";
        let dockerfile = understand(text, parse(text));
        let defaults = dockerfile.default_arguments().unwrap();
        let expand = |word| defaults.expand(word);
        assert_eq!(expand("i:$A$B").as_deref(), Some("i:1"));
        assert_eq!(expand("i:${A:-9}$C").as_deref(), Some("i:9-x"));
        assert_eq!(expand("i:$TARGETARCH$E$D").as_deref(), Some("i:amd64q r"));
        assert_eq!(expand("${A:?}"), None);
    }

    #[test]
    fn values_that_double_end_somewhere() {
        let mut text = "ARG A0=0123456789\n".to_owned();
        for index in 1..60 {
            text.push_str(&format!("ARG A{index}=$A{0}$A{0}\n", index - 1));
        }
        text.push_str("FROM x:$A59$B\n");
        let dockerfile = understand(&text, parse(&text));
        assert!(dockerfile.default_arguments().is_none());
    }
}
