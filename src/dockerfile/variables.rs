//! ARG and ENV by name and place: what a variable holds where an instruction stands.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::model::Variable;

/// The platform arguments that BuildKit itself declares outside of stages (`platform.go`, defaultArgs).
pub const PLATFORM_ARGUMENTS: &[&str] = &[
    "BUILDARCH",
    "BUILDOS",
    "BUILDOSVERSION",
    "BUILDPLATFORM",
    "BUILDVARIANT",
    "TARGETARCH",
    "TARGETOS",
    "TARGETOSVERSION",
    "TARGETPLATFORM",
    "TARGETSTAGE",
    "TARGETVARIANT",
];

/// What a caller may pass without any ARG.
const PASSED_ARGUMENTS: &[&str] = &["all_proxy", "ftp_proxy", "http_proxy", "https_proxy", "no_proxy"];

/// Whether BuildKit declares the name outside of stages; inside of one, `ARG NAME` brings it in.
pub fn is_platform_argument(name: &str) -> bool {
    PLATFORM_ARGUMENTS.contains(&name)
}

/// Whether a caller may pass the name though no ARG declares it: the proxies, in either case.
pub fn is_proxy_argument(name: &str) -> bool {
    PASSED_ARGUMENTS.iter().any(|proxy| name.eq_ignore_ascii_case(proxy))
}

/// All variables that stages declare, with an index that finds the one in force without walking up the stages: a file may have
/// a hundred thousand of them, each built on the one before.
#[derive(Debug, Default)]
pub(super) struct Variables {
    /// In the order of the file.
    all: Vec<Variable>,
    by_name: FxHashMap<String, Declarations>,
    /// The variables that each stage itself declares.
    of_stage: Vec<Range<usize>>,
    family: Family,
}

/// The declarations of one name, as indexes into [`Variables::all`].
#[derive(Debug, Default)]
struct Declarations {
    /// In the order of the file.
    places: Vec<u32>,
    /// What a stage hands on, as a function of its place in [`Family`]: it holds from its place up to the next one.
    handed_on: Vec<(u32, Option<u32>)>,
}

/// Stages as a forest. Each stage has an interval, and that of a child lies inside that of its parent.
#[derive(Debug, Default)]
pub(super) struct Family {
    parents: Vec<Option<usize>>,
    intervals: Vec<Range<u32>>,
}

impl Family {
    /// `parents` are earlier stages.
    pub(super) fn new(parents: Vec<Option<usize>>) -> Self {
        let mut sizes = vec![1_u32; parents.len()];
        for (stage, parent) in parents.iter().enumerate().rev() {
            if let Some(parent) = parent {
                sizes[*parent] += sizes[stage];
            }
        }
        // Where the next child of each stage begins; the last one is for stages without a parent.
        let mut next = vec![0_u32; parents.len() + 1];
        let mut intervals = Vec::with_capacity(parents.len());
        for (stage, parent) in parents.iter().enumerate() {
            let place = &mut next[parent.unwrap_or(parents.len())];
            let start = *place;
            *place += sizes[stage];
            next[stage] = start + 1;
            intervals.push(start..start + sizes[stage]);
        }
        Self { parents, intervals }
    }

    /// The earlier stage that a stage is built on.
    fn parent(&self, stage: usize) -> Option<usize> {
        self.parents.get(stage).copied().flatten()
    }

    fn has_children(&self, stage: usize) -> bool {
        self.intervals.get(stage).is_some_and(|interval| interval.len() > 1)
    }

    /// Whether a stage is the other one or comes from it.
    fn descends(&self, stage: usize, ancestor: usize) -> bool {
        match (self.intervals.get(stage), self.intervals.get(ancestor)) {
            (Some(own), Some(interval)) => interval.contains(&own.start),
            _ => false,
        }
    }
}

impl Variables {
    /// The declarations of all stages in order; values come later, by [`Variables::set`].
    pub(super) fn new(family: Family, declarations: Vec<Vec<Variable>>) -> Self {
        let mut variables = Self { family, ..Self::default() };
        for own in declarations {
            let start = variables.all.len();
            for variable in own {
                let place = variables.all.len() as u32;
                match variables.by_name.get_mut(&variable.name) {
                    Some(declarations) => declarations.places.push(place),
                    None => {
                        let declarations = Declarations { places: vec![place], handed_on: Vec::new() };
                        variables.by_name.insert(variable.name.clone(), declarations);
                    }
                }
                variables.all.push(variable);
            }
            variables.of_stage.push(start..variables.all.len());
        }
        for declarations in variables.by_name.values_mut() {
            declarations.handed_on = handed_on(&declarations.places, &variables.of_stage, &variables.family);
        }
        variables
    }

    /// Whether a stage is the other one or is built on it.
    pub(super) fn is_built_on(&self, stage: usize, ancestor: usize) -> bool {
        self.family.descends(stage, ancestor)
    }

    /// Whether another stage is built on it.
    pub(super) fn is_base(&self, stage: usize) -> bool {
        self.family.has_children(stage)
    }

    pub(super) fn declared_in(&self, stage: usize) -> &[Variable] {
        self.of_stage.get(stage).map_or(&[], |range| &self.all[range.clone()])
    }

    pub(super) fn range(&self, stage: usize) -> Range<usize> {
        self.of_stage.get(stage).cloned().unwrap_or_default()
    }

    pub(super) fn get(&self, index: usize) -> &Variable {
        &self.all[index]
    }

    pub(super) fn get_mut(&mut self, index: usize) -> &mut Variable {
        &mut self.all[index]
    }

    /// The last declaration of a name in force in a stage in front of an instruction.
    pub(super) fn before_instruction(&self, stage: usize, instruction: usize, name: &str) -> Option<&Variable> {
        let own = self.range(stage);
        let end = own.start + self.all[own].partition_point(|variable| variable.instruction < instruction);
        self.before(stage, end, name)
    }

    /// The last declaration of a name in force in a stage, of those in front of the one at `end`.
    pub(super) fn before(&self, stage: usize, end: usize, name: &str) -> Option<&Variable> {
        self.index_before(stage, end, name).map(|index| &self.all[index])
    }

    pub(super) fn index_before(&self, stage: usize, end: usize, name: &str) -> Option<usize> {
        let declarations = self.by_name.get(name)?;
        let start = self.range(stage).start as u32;
        let visible = declarations.places.partition_point(|place| (*place as usize) < end);
        if let Some(last) = declarations.places[..visible].last().filter(|place| **place >= start) {
            return Some(*last as usize);
        }
        let parent = self.family.parent(stage)?;
        let place = self.family.intervals[parent].start;
        let at = declarations.handed_on.partition_point(|(from, _)| *from <= place).checked_sub(1)?;
        declarations.handed_on[at].1.map(|last| last as usize)
    }
}

/// The last declaration that reaches each place of the family: intervals laid over one another, the inner one on top.
fn handed_on(places: &[u32], of_stage: &[Range<usize>], family: &Family) -> Vec<(u32, Option<u32>)> {
    let mut layers: Vec<(Range<u32>, u32)> = Vec::new();
    let mut last_stage = None;
    for place in places {
        let stage = of_stage.partition_point(|range| range.end <= *place as usize);
        if !family.has_children(stage) {
            continue;
        }
        if last_stage == Some(stage) {
            layers.pop();
        }
        layers.push((family.intervals[stage].clone(), *place));
        last_stage = Some(stage);
    }
    layers.sort_by_key(|(interval, _)| interval.start);
    let mut steps = Vec::with_capacity(2 * layers.len());
    let mut open: Vec<(u32, u32)> = Vec::new();
    for (interval, place) in layers {
        close(&mut open, interval.start, &mut steps);
        steps.push((interval.start, Some(place)));
        open.push((interval.end, place));
    }
    close(&mut open, u32::MAX, &mut steps);
    steps
}

/// Ends the layers that end at `place` or before: what lies below shows again.
fn close(open: &mut Vec<(u32, u32)>, place: u32, steps: &mut Vec<(u32, Option<u32>)>) {
    while let Some((end, _)) = open.pop_if(|(end, _)| *end <= place) {
        steps.push((end, open.last().map(|(_, below)| *below)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    fn variable(name: &str, instruction: usize) -> Variable {
        Variable {
            name: name.to_owned(),
            value: None,
            environment: true,
            secret: false,
            instruction,
            span: Span::default(),
            value_span: None,
        }
    }

    /// Walks up the stages, as the index must not.
    fn slowly(variables: &Variables, stage: usize, instruction: usize, name: &str) -> Option<usize> {
        let mut before = instruction;
        let mut at = Some(stage);
        while let Some(stage) = at {
            let own = variables.declared_in(stage).iter().rev();
            if let Some(found) = own.filter(|variable| variable.instruction < before).find(|variable| variable.name == name) {
                return Some(found.instruction);
            }
            before = usize::MAX;
            at = variables.family.parent(stage);
        }
        None
    }

    #[test]
    fn the_index_finds_what_a_walk_finds() {
        // A small generator of forests: each stage has an earlier parent or none, and declares some of three names.
        let mut seed = 7_u32;
        let mut random = |below: usize| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as usize % below
        };
        for _ in 0..200 {
            let stages = 1 + random(9);
            let parents = (0..stages).map(|stage| random(stage + 1).checked_sub(1)).collect();
            let mut instruction = 0;
            let mut declarations = Vec::new();
            for _ in 0..stages {
                instruction += 1;
                let mut own = Vec::new();
                for _ in 0..random(4) {
                    instruction += 1;
                    own.push(variable(["A", "B", "C"][random(3)], instruction));
                }
                declarations.push(own);
            }
            let variables = Variables::new(Family::new(parents), declarations);
            for stage in 0..stages {
                for name in ["A", "B", "C", "D"] {
                    for instruction in 0..=instruction + 1 {
                        let found = variables.before_instruction(stage, instruction, name).map(|found| found.instruction);
                        assert_eq!(
                            found,
                            slowly(&variables, stage, instruction, name),
                            "{variables:?} {stage} {instruction} {name}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn names_that_come_from_outside() {
        assert!(is_platform_argument("TARGETARCH") && !is_platform_argument("targetarch"));
        assert!(is_proxy_argument("HTTP_PROXY") && is_proxy_argument("no_proxy") && !is_proxy_argument("PROXY"));
    }
}
