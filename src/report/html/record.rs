//! What ran, and what was measured: one chapter for each record.

use super::figures::pictures;
use crate::bench::record::{Measured, Record};
use crate::compare::Ablation;
use crate::market::Date;
use crate::report::svg;
use crate::report::words::{j_per_th, rate};
use crate::units::{grouped, significant};
use maud::{Markup, html};

/// The chapter.
pub fn section(record: &Record, index: usize) -> Markup {
    html! {
        section #(format!("record-{}", index + 1)) {
            h2 { "What was measured" @if let Some(label) = &record.label { ": " (label) } }
            @if record.interrupted { p { "The run was interrupted: fewer rounds than planned." } }
            (machine(record))
            h3 { "Rates" }
            div.scroll role="region" tabindex="0" aria-label="Rates" { (results(record)) }
            @if svg::threads(record, svg::Size::Wide).is_some() {
                figure {
                    (pictures(|size| svg::threads(record, size)))
                    figcaption { "The dashed line is one thread times their number." }
                }
            }
            h3 { "Joules" }
            (energy(record))
            @if !record.warnings.is_empty() {
                h3 { "Before you believe a figure" }
                ul { @for warning in &record.warnings { li { (warning.message) @if !warning.advice.is_empty() { " " span.soft { "(" (warning.advice) ")" } } } } }
            }
        }
    }
}

fn fact(name: &str, value: Option<impl std::fmt::Display>) -> Markup {
    html! { @if let Some(value) = value { dt { (name) } dd { (value.to_string()) } } }
}

fn filled(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

fn machine(record: &Record) -> Markup {
    let (machine, build, method) = (&record.machine, &record.build, &record.method);
    let cpu = &machine.cpu;
    let above_zero = |x: f64| (x > 0.0).then(|| significant(x, 3));
    html! {
        dl.facts {
            (fact("Processor", filled(&cpu.brand)))
            (fact("Cores", (cpu.physical_cores > 0).then(|| format!("{} cores, {} CPUs", cpu.physical_cores, cpu.logical_cpus))))
            (fact("Family, model, stepping", cpu.family.map(|family| format!("{family}, {}, {}", or_unknown(cpu.model), or_unknown(cpu.stepping)))))
            (fact("Microcode", cpu.microcode.as_ref()))
            (fact("Governor", machine.clock.governor.as_ref()))
            (fact("Turbo", machine.clock.turbo.map(|on| if on { "on" } else { "off" })))
            (fact("Hypervisor", machine.hypervisor.as_ref()))
            (fact("Container", machine.container.as_ref()))
            (fact("System", filled(&format!("{} {} {}", machine.os, machine.os_release.as_deref().unwrap_or(""), machine.architecture))))
            (fact("Load when it began", machine.load_average))
            (fact("Date", date(record)))
            (fact("Command", filled(&record.command)))
            (fact("hashjoule", filled(&format!("{} {} {}", build.version, build.profile, build.commit.as_deref().unwrap_or("")))))
            (fact("Compiler", build.rustc.as_ref()))
            (fact("Seconds measured", above_zero(method.seconds)))
            (fact("CPU seconds stolen by the host", method.steal_seconds.map(|x| significant(x, 2))))
        }
    }
}

fn or_unknown(x: Option<u32>) -> String {
    x.map_or_else(|| "unknown".to_owned(), |x| x.to_string())
}

fn date(record: &Record) -> Option<Date> {
    let seconds = u32::try_from(record.started_unix_seconds).ok().filter(|seconds| *seconds > 0);
    seconds.map(Date::from_unix_seconds)
}

fn results(record: &Record) -> Markup {
    let has_joules = record.results.iter().any(|run| run.joules_per_hash.is_some());
    html! {
        table.sortable {
            caption { "Medians; an interval is the " @if record.method.confidence > 0.0 { ((record.method.confidence * 100.0).round()) " % " } "bootstrap interval of the median" }
            thead { tr {
                th scope="col" { "Kernel" } th scope="col" { "Mode" } th.n scope="col" { "Threads" } th.n scope="col" { "Rate" }
                th.n.wide-only scope="col" { "Interval" } th.n.wide-only scope="col" { "Times sha2" }
                @if has_joules { th.n scope="col" { "J/TH" } th.wide-only scope="col" { "How known" } }
                th.n.wide-only scope="col" { "Hits proved" }
            } }
            tbody { @for run in &record.results { (result(run, has_joules)) } }
        }
    }
}

fn result(run: &Measured, has_joules: bool) -> Markup {
    let spread = run.hashes_per_second;
    html! {
        tr {
            th scope="row" { (run.kernel) } td.mode { (run.mode) } td.n { (run.threads) }
            td.n data-sort=(spread.median) { (rate(spread.median)) }
            td.n.wide-only data-sort=(spread.low) { (rate(spread.low)) " to " (rate(spread.high)) }
            td.n.wide-only { @if let Some(ratio) = run.ratio_to_sha2 { (significant(ratio.median, 3)) } }
            @if has_joules {
                td.n { @if let Some(joules) = run.joules_per_hash { (j_per_th(joules.spread.median)) } }
                td.wide-only { @if let Some(j) = run.joules_per_hash { (j.labels.provenance) ", " (j.labels.boundary) ", " (j.labels.quality) } }
            }
            td.n.wide-only { (grouped(&run.hits.to_string())) }
        }
    }
}

fn energy(record: &Record) -> Markup {
    html! {
        @match &record.energy.meter {
            Some(meter) => p { "From " (meter.source) " (" (meter.detail) "): " (meter.labels.provenance) ", boundary: " (meter.labels.boundary) ", quality " (meter.labels.quality) "." },
            None => p { "Energy: not measured here. That is a complete result: the watts at which this machine would equal each device need no meter." },
        }
        @if !record.energy.probed.is_empty() {
            details {
                summary { "Sources that were tried" }
                ul { @for probed in &record.energy.probed { li { (probed.source) ": " (probed.reason) @if let Some(advice) = &probed.advice { " " span.soft { "(" (advice) ")" } } } } }
            }
        }
    }
}

/// What each trick saves, as a picture and a table.
pub fn ablation(ablation: &Ablation) -> Markup {
    let count = |operations: f64| grouped(&format!("{}", (operations * 10.0).round() / 10.0));
    html! {
        section #ablation {
            h2 { "What each trick saves" }
            p { "A search need not hash 80 bytes for every nonce. Each trick stands on those before it; the operations are counted on the source." }
            @if ablation.interrupted { p { "The run was interrupted: fewer rounds than planned." } }
            figure { (pictures(|size| Some(svg::ablation(ablation, size)))) }
            div.scroll role="region" tabindex="0" aria-label="Tricks" {
                table {
                    caption { "Without tricks: " (count(ablation.operations_without_tricks)) " operations" }
                    thead { tr { th.n scope="col" { "No." } th scope="col" { "Trick" } th.n scope="col" { "Saves" } th.n scope="col" { "Left" } th.n.wide-only scope="col" { "Times as fast" } } }
                    tbody { @for (row, number) in ablation.rows.iter().zip(1_u32..) {
                        tr { td.n { (number) } th scope="row" { (row.trick) } td.n { (count(row.operations_saved)) } td.n { (count(row.operations_left)) }
                            td.n.wide-only { @if let Some(times) = row.times_as_fast { (significant(times.median, 3)) } } }
                    } }
                }
            }
        }
    }
}
