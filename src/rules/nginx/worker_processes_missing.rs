use crate::nginx::configuration::Configuration;
use crate::nginx::write;
use crate::rules::check::Reporter;

pub fn check(configuration: &Configuration, out: &mut Reporter<'_>) {
    if !configuration.is_whole_at_top() || configuration.all("worker_processes").next().is_some() {
        return;
    }
    let block = configuration.top().find(|directive| directive.is_block());
    if let Some(block) = block {
        out.report_at(block.location()).edit(write::add_before(block, &["worker_processes auto;"])).emit();
    }
}
