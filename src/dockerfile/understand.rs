//! From the tree to its meaning, as BuildKit's `dockerfile2llb/convert.go` dispatches instructions.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::expand::{self, Expanded, Lookup, VariableUse};
use super::image::{ImageReference, InvalidReference};
use super::instruction::{Body, Instruction, Keyword, Pair, Transfer, Word};
use super::model::{
    Base, Dockerfile, Inherited, Stage, Tool, Variable, expand_with_defaults, undeclared_in_stage, undeclared_outside,
};
use super::secrets::{is_plain, is_reference, is_secret_name, url_passwords};
use super::syntax::Tree;
use super::variables::{Family, Variables, is_platform_argument};
use super::{installed, scripts, windows};

/// A longer value of a variable counts as unknown.
const LONGEST_VALUE: usize = 8 << 10;

/// All values together may take this much more than the file has: a few lines that double a variable fill any memory.
const VALUES_BEYOND_FILE: usize = 16 << 20;

/// How many triggers of parent stages are applied: real files have a handful.
const MOST_TRIGGERS: usize = 10_000;

/// Reads the meaning of a tree; never fails. `text` is what the tree was parsed from.
pub fn understand(text: &str, tree: Tree) -> Dockerfile {
    let mut values = Values { left: text.len() + VALUES_BEYOND_FILE, escape: tree.escape };
    let first_from = tree.instructions.iter().position(|instruction| instruction.keyword == Keyword::From);
    let outside = &tree.instructions[..first_from.unwrap_or(tree.instructions.len())];
    let global = global_arguments(outside, first_from.is_none(), &mut values);
    let (stages, stage_names) = stages(&tree, &global);
    let parents = stages.iter().map(|stage| match stage.base {
        Base::Stage(parent) => Some(parent),
        _ => None,
    });
    let family = Family::new(parents.collect());
    let declared = stages.iter().map(|stage| {
        let own = stage.instructions.clone();
        own.flat_map(|index| declarations(index, &tree.instructions[index], tree.escape)).collect()
    });
    let variables = Variables::new(family, declared.collect());
    let triggers = Vec::with_capacity(stages.len());
    let mut builder = Builder { tree: &tree, global: &global, stages, variables, values, triggers, triggers_left: MOST_TRIGGERS };
    for stage in 0..builder.stages.len() {
        builder.stage(stage);
    }
    let Builder { stages, variables, .. } = builder;
    let mut dockerfile = Dockerfile {
        tree,
        stages,
        scripts: Vec::new(),
        private_beside: Vec::new(),
        global,
        variables,
        stage_names,
        caches: Default::default(),
    };
    dockerfile.scripts = scripts::read(text, &dockerfile);
    installed::note(&mut dockerfile);
    dockerfile
}

/// Expands values, with an eye on the memory that they take.
struct Values {
    left: usize,
    escape: char,
}

impl Values {
    /// `None` for a value that hangs on a variable without one, or on one that is set nowhere; and the variables that it names.
    fn expand(
        &mut self,
        word: &str,
        known: &dyn Fn(&str) -> Option<Lookup>,
        unknown: &dyn Fn(&str) -> Lookup,
    ) -> (Option<String>, Vec<VariableUse>) {
        let mut lookup = |name: &str| match known(name).unwrap_or_else(|| unknown(name)) {
            Lookup::Value(value) if value.len() > self.left => Lookup::Unknown,
            found => found,
        };
        let expanded = expand_with_defaults(word, self.escape, &|name| known(name).is_some(), &mut lookup).unwrap_or_default();
        let text = complete(&expanded).filter(|text| text.len() <= LONGEST_VALUE && text.len() <= self.left).map(str::to_owned);
        self.left -= text.as_ref().map_or(0, String::len);
        (text, expanded.uses)
    }

    /// Gives a variable the value of its pair; `end` is as in [`Variables::before`].
    fn assign(
        &mut self,
        variables: &mut Variables,
        (stage, end): (usize, usize),
        index: usize,
        word: &Word,
        unknown: &dyn Fn(&str) -> Lookup,
    ) {
        let known = |name: &str| variables.before(stage, end, name);
        let (value, uses) = self.expand(&word.text, &|name| known(name).map(held), unknown);
        let is_secret = |name: &str| known(name).is_some_and(|variable| variable.secret);
        let name_is_secret = is_secret_name(&variables.get(index).name) && !is_plain(&word.text);
        let secret = name_is_secret
            || uses.iter().any(|usage| is_secret(&usage.name))
            || value.as_ref().is_some_and(|value| !url_passwords(value).is_empty());
        // What a secret is a copy of is one too.
        if name_is_secret
            && is_reference(&word.text)
            && let Some(source) = uses.first().and_then(|usage| variables.index_before(stage, end, &usage.name))
        {
            variables.get_mut(source).secret = true;
        }
        let variable = variables.get_mut(index);
        variable.value = value;
        variable.secret = secret;
    }

    /// An ARG without default holds what the name holds already.
    fn copy(&mut self, variable: &mut Variable, source: Option<Variable>) {
        variable.secret = source.as_ref().map_or_else(|| is_secret_name(&variable.name), |source| source.secret);
        variable.value = source.and_then(|source| source.value).filter(|value| value.len() <= self.left);
        self.left -= variable.value.as_ref().map_or(0, String::len);
    }
}

/// The text of a word all of whose variables are set or have a default.
fn complete(expanded: &Expanded) -> Option<&str> {
    let is_complete = expanded.uses.iter().all(|usage| usage.set || usage.defaulted);
    expanded.text.as_deref().filter(|_| is_complete)
}

/// What a declared variable holds.
fn held(variable: &Variable) -> Lookup {
    variable.value.clone().map_or(Lookup::Unknown, Lookup::Value)
}

/// The pairs of an ARG or ENV as variables without values.
fn declarations(index: usize, instruction: &Instruction, escape: char) -> Vec<Variable> {
    let (pairs, environment) = match &instruction.body {
        Body::Arg(pairs) => (pairs.as_slice(), false),
        Body::Env(pairs) => (pairs.as_slice(), true),
        _ => (&[][..], false),
    };
    let declare = |pair: &Pair| Variable {
        name: plain_key(&pair.key.text, escape),
        value: None,
        environment,
        secret: false,
        instruction: index,
        span: pair.span,
        value_span: pair.value.as_ref().map(|value| value.span),
    };
    pairs.iter().map(declare).collect()
}

/// A key without its quotes; one that is built on variables stays as written.
fn plain_key(key: &str, escape: char) -> String {
    match expand::expand(key, escape, &mut |_| Lookup::Unset) {
        Ok(Expanded { text: Some(text), uses }) if uses.is_empty() => text,
        _ => key.to_owned(),
    }
}

/// `buildMetaArgs`: each default sees the arguments before it. In a fragment without any FROM an ENV counts too, as if it were one stage.
fn global_arguments(instructions: &[Instruction], fragment: bool, values: &mut Values) -> Variables {
    let mut declared = Vec::new();
    let mut pairs = Vec::new();
    for (index, instruction) in instructions.iter().enumerate() {
        let own = match &instruction.body {
            Body::Arg(own) => Some(own),
            Body::Env(own) if fragment => Some(own),
            _ => None,
        };
        if let Some(own) = own {
            declared.extend(declarations(index, instruction, values.escape));
            pairs.extend(own);
        }
    }
    let mut global = Variables::new(Family::new(vec![None]), vec![declared]);
    for (index, pair) in pairs.into_iter().enumerate() {
        match &pair.value {
            Some(word) => values.assign(&mut global, (0, index), index, word, &undeclared_outside),
            // Without a default it changes nothing.
            None => {
                let before = global.before(0, index, &global.get(index).name).cloned();
                values.copy(global.get_mut(index), before);
            }
        }
    }
    global
}

/// Every FROM with its base. What a name means depends on the stages before (`dispatchStates.addState`).
fn stages(tree: &Tree, global: &Variables) -> (Vec<Stage>, FxHashMap<String, Vec<usize>>) {
    let mut stages: Vec<Stage> = Vec::new();
    let mut names: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    let end = tree.instructions.len();
    for (from, instruction) in tree.instructions.iter().enumerate() {
        if instruction.keyword != Keyword::From {
            continue;
        }
        if let Some(before) = stages.last_mut() {
            before.instructions.end = from;
        }
        let index = stages.len();
        let (word, name) = match &instruction.body {
            Body::From { image, name, .. } => (image.text.as_str(), name.as_ref().map(|name| name.text.to_lowercase())),
            _ => ("", None),
        };
        let base = if word.is_empty() { Base::Unknown } else { base(word, tree.escape, global, &names) };
        let parent = match base {
            Base::Stage(parent) => stages.get(parent),
            _ => None,
        };
        let platform = instruction.flags.iter().find(|flag| flag.name == "platform").and_then(|flag| flag.value.clone());
        let image = match (&base, parent) {
            (Base::Image(image), _) => Some(Arc::new(image.clone())),
            (_, Some(parent)) => parent.image.clone(),
            _ => None,
        };
        let windows = match parent {
            Some(parent) => parent.windows,
            None => windows::is_base(image.as_deref().map_or(word, |image| &image.text), platform.as_deref()),
        };
        let root = parent.map_or(index, |parent| parent.root);
        if let Some(name) = &name {
            names.entry(name.clone()).or_default().push(index);
        }
        stages.push(Stage {
            index,
            from,
            name,
            base,
            root,
            platform,
            instructions: from + 1..end,
            user: None,
            working_directory: None,
            shell: None,
            command: None,
            entrypoint: None,
            healthcheck: None,
            image,
            windows,
            system: None,
            packages: Vec::new(),
            tools: Vec::new(),
        });
    }
    (stages, names)
}

fn base(word: &str, escape: char, global: &Variables, names: &FxHashMap<String, Vec<usize>>) -> Base {
    let known = |name: &str| global.before(0, usize::MAX, name);
    let mut lookup = |name: &str| known(name).map_or_else(|| undeclared_outside(name), held);
    let expanded = expand_with_defaults(word, escape, &|name| known(name).is_some(), &mut lookup).unwrap_or_default();
    let Some(text) = complete(&expanded) else {
        return Base::Unknown;
    };
    if let Some(last) = names.get(text).and_then(|stages| stages.last()) {
        return Base::Stage(*last);
    }
    match text {
        "scratch" => Base::Scratch,
        "" => Base::Invalid(InvalidReference::Empty),
        text => ImageReference::parse(text).map_or_else(Base::Invalid, Base::Image),
    }
}

/// Goes over the stages in order; a parent is always done before its children.
struct Builder<'a> {
    tree: &'a Tree,
    global: &'a Variables,
    stages: Vec<Stage>,
    variables: Variables,
    values: Values,
    /// The ONBUILD instructions of each stage.
    triggers: Vec<Vec<usize>>,
    triggers_left: usize,
}

/// Where the builder stands in a stage.
struct Place {
    stage: usize,
    /// Variables from this one on are not declared yet.
    visible: usize,
    /// The stage itself has a CMD.
    has_command: bool,
}

impl<'a> Builder<'a> {
    fn stage(&mut self, index: usize) {
        let tree: &'a Tree = self.tree;
        let mut place = Place { stage: index, visible: self.variables.range(index).start, has_command: false };
        if let Base::Stage(parent) = self.stages[index].base {
            self.inherit(index, parent);
            self.run_triggers(parent, &mut place);
        }
        let mut triggers = Vec::new();
        for at in self.stages[index].instructions.clone() {
            match &tree.instructions[at].body {
                Body::Env(pairs) => self.environment(pairs, &mut place),
                Body::Arg(pairs) => self.arguments(pairs, &mut place),
                Body::Onbuild(_) => triggers.push(at),
                body => self.apply(at, body, &mut place),
            }
        }
        self.triggers.push(triggers);
    }

    /// `dispatchState.init`
    fn inherit(&mut self, index: usize, parent: usize) {
        let (before, rest) = self.stages.split_at_mut(index);
        let (parent, stage) = (&before[parent], &mut rest[0]);
        stage.user.clone_from(&parent.user);
        stage.working_directory.clone_from(&parent.working_directory);
        stage.shell.clone_from(&parent.shell);
        stage.command.clone_from(&parent.command);
        stage.entrypoint.clone_from(&parent.entrypoint);
        stage.healthcheck.clone_from(&parent.healthcheck);
    }

    /// `initOnBuildTriggers`: the triggers of the parent stage come before the instructions of the stage; its own are not handed
    /// on further.
    fn run_triggers(&mut self, parent: usize, place: &mut Place) {
        let tree: &'a Tree = self.tree;
        let count = self.triggers[parent].len().min(self.triggers_left);
        self.triggers_left -= count;
        for trigger in 0..count {
            let at = self.triggers[parent][trigger];
            if let Body::Onbuild(instruction) = &tree.instructions[at].body {
                self.apply(at, &instruction.body, place);
            }
        }
    }

    /// All of one ENV see the variables before it.
    fn environment(&mut self, pairs: &[Pair], place: &mut Place) {
        let end = place.visible;
        for pair in pairs {
            if let Some(word) = &pair.value {
                self.assign(word, end, place);
            }
            place.visible += 1;
        }
    }

    /// `dispatchArg`: one after the other; without a default, the value of outside, else it changes nothing.
    fn arguments(&mut self, pairs: &[Pair], place: &mut Place) {
        for pair in pairs {
            match &pair.value {
                Some(word) => self.assign(word, place.visible, place),
                None => {
                    let name = &self.variables.get(place.visible).name;
                    let source = match self.global.before(0, usize::MAX, name) {
                        None if is_platform_argument(name) => None,
                        None => self.variables.before(place.stage, place.visible, name),
                        global => global,
                    };
                    let source = source.cloned();
                    self.values.copy(self.variables.get_mut(place.visible), source);
                }
            }
            place.visible += 1;
        }
    }

    fn assign(&mut self, word: &Word, end: usize, place: &Place) {
        let root = &self.stages[self.stages[place.stage].root].base;
        let unknown = |name: &str| undeclared_in_stage(root, name);
        self.values.assign(&mut self.variables, (place.stage, end), place.visible, word, &unknown);
    }

    fn expand(&mut self, word: &str, place: &Place) -> Option<String> {
        let root = &self.stages[self.stages[place.stage].root].base;
        let known = |name: &str| self.variables.before(place.stage, place.visible, name).map(held);
        self.values.expand(word, &known, &|name| undeclared_in_stage(root, name)).0
    }

    fn apply(&mut self, instruction: usize, body: &Body, place: &mut Place) {
        match body {
            Body::User(word) => {
                let value = self.expand(&word.text, place).map(Arc::from);
                self.stages[place.stage].user = Some(Inherited { value, instruction });
            }
            Body::Workdir(word) => {
                let path = self.expand(&word.text, place);
                let stage = &self.stages[place.stage];
                let from_scratch = self.stages[stage.root].base == Base::Scratch;
                let before =
                    stage.working_directory.as_ref().map_or(from_scratch.then_some("/"), |before| before.value.as_deref());
                let value = path.and_then(|path| working_directory(before, &path, stage.windows)).map(Arc::from);
                self.stages[place.stage].working_directory = Some(Inherited { value, instruction });
            }
            Body::Shell(words) => {
                let value = words.iter().map(|word| word.text.clone()).collect();
                self.stages[place.stage].shell = Some(Inherited { value, instruction });
            }
            Body::Cmd(_) => {
                place.has_command = true;
                self.stages[place.stage].command = Some(Inherited { value: (), instruction });
            }
            Body::Entrypoint(_) => {
                let stage = &mut self.stages[place.stage];
                stage.entrypoint = Some(Inherited { value: (), instruction });
                // `dispatchEntrypoint`: an inherited CMD was for another program.
                if !place.has_command {
                    stage.command = None;
                }
            }
            Body::Healthcheck(check) => {
                let value = check.command.is_some();
                self.stages[place.stage].healthcheck = Some(Inherited { value, instruction });
            }
            Body::Copy(transfer) | Body::Add(transfer) => self.copied_tools(instruction, transfer, place),
            _ => {}
        }
    }

    /// What lands in a `bin` folder is a program, as far as can be told.
    fn copied_tools(&mut self, instruction: usize, transfer: &Transfer, place: &Place) {
        let path = transfer.destination.text.trim_matches(['"', '\'']);
        let folder = path.strip_suffix('/').unwrap_or(path);
        let is_bin = |folder: &str| matches!(folder.rsplit('/').next(), Some("bin" | "sbin"));
        let sources: Vec<(&str, &Word)> = if is_bin(folder) {
            transfer.sources.iter().map(|source| (source.text.as_str(), source)).collect()
        } else if !path.ends_with('/') && folder.rsplit_once('/').is_some_and(|(parent, _)| is_bin(parent)) {
            vec![(folder, &transfer.destination)]
        } else {
            return;
        };
        for (path, word) in sources {
            let path = path.trim_matches(['"', '\'']).trim_end_matches('/');
            let name = path.rsplit('/').next().unwrap_or_default();
            if !name.is_empty() && !name.contains(['*', '?', '[', '$']) {
                self.stages[place.stage].tools.push(Tool { name: name.to_owned(), span: word.span, instruction });
            }
        }
    }
}

/// The folder that WORKDIR leads to, joined to the one before, which an image may have set (`system.NormalizeWorkdir`).
pub fn working_directory(before: Option<&str>, path: &str, windows: bool) -> Option<String> {
    let has_drive = path.as_bytes().get(1) == Some(&b':');
    if windows || has_drive {
        let path = path.replace('\\', "/");
        return if has_drive || path.starts_with('/') { Some(path) } else { before.map(|before| format!("{before}/{path}")) };
    }
    if path.starts_with('/') { Some(clean(path)) } else { before.map(|before| clean(&format!("{before}/{path}"))) }
}

/// An absolute path without `.`, `..` and empty components (Go's `path.Clean`).
fn clean(path: &str) -> String {
    let mut components = Vec::new();
    for component in path.split('/') {
        match component {
            "" | "." => {}
            ".." => {
                components.pop();
            }
            _ => components.push(component),
        }
    }
    format!("/{}", components.join("/"))
}

#[cfg(test)]
mod tests;
