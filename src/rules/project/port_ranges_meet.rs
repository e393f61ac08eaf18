use std::collections::BTreeMap;

use crate::compose::Node;
use crate::project::fleet::Fleet;
use crate::rules::check::Reporter;
use crate::source::Location;

/// A fleet is looked at as far as this many tenants, or four times what it has.
const AS_FAR_AS: usize = 1_000;

/// The ports that tenants have for one service, one after the other.
struct Range<'p> {
    service: &'p str,
    first: u16,
    last: u16,
    /// From one tenant to the next.
    step: u16,
    first_place: Location,
    last_place: Location,
}

/// Ranges of host ports that grow into each other when tenants are added.
pub fn check(fleet: &Fleet<'_>, out: &mut Reporter<'_>) {
    if !fleet.one_host {
        return;
    }
    let ranges = ranges(fleet);
    for pair in ranges.windows(2) {
        let [lower, upper] = pair else { continue };
        // Blocks (3001, 3002, 3003, then 3011, …) never meet.
        let is_block = lower.step == upper.step && !(upper.first - lower.first).is_multiple_of(lower.step);
        if lower.last >= upper.first || is_block {
            continue;
        }
        let before = usize::from((upper.first - lower.first).div_ceil(lower.step));
        if before < AS_FAR_AS.max(fleet.tenants.len() * 4) {
            out.report_at(lower.last_place)
                .value("service", lower.service)
                .value("first", lower.first.to_string())
                .value("other", upper.service)
                .value("port", upper.first.to_string())
                .value("number", (before + 1).to_string())
                .related_at(upper.first_place, "other")
                .emit();
        }
    }
}

/// The tenants by the port of the host that each takes, with the service and the place.
type Taken<'p> = BTreeMap<u16, (usize, &'p str, &'p Node)>;

fn ranges<'p>(fleet: &Fleet<'p>) -> Vec<Range<'p>> {
    let mut taken: BTreeMap<(u16, &str), Taken<'p>> = BTreeMap::new();
    for port in fleet.host_ports() {
        taken.entry((port.target, port.protocol)).or_default().entry(port.port).or_insert((port.tenant, port.service, port.node));
    }
    let range = |ports: Taken<'p>| {
        let (first, low) = ports.first_key_value()?;
        let (last, high) = ports.last_key_value()?;
        let gaps = u16::try_from(ports.len() - 1).ok().filter(|gaps| *gaps > 1)?;
        let step = ((last - first) / gaps).max(1);
        // Ports that are strewn about are in no order that would go on.
        let is_row = ports.keys().zip(ports.keys().skip(1)).all(|(one, next)| next - one <= step.saturating_mul(3));
        let place = |(tenant, _, node): &(usize, &'p str, &'p Node)| fleet.place(&fleet.tenants[*tenant], node);
        is_row.then(|| Range {
            service: low.1,
            first: *first,
            last: *last,
            step,
            first_place: place(low),
            last_place: place(high),
        })
    };
    let mut ranges: Vec<Range<'p>> = taken.into_values().filter_map(range).collect();
    ranges.sort_by_key(|range| range.first);
    ranges
}
