//! Our library and our kernels as what is tested.

use super::{Args, Stop};
use crate::cli::engine::{kernel_failure, placement_failure};
use crate::cli::{Failure, Output};
use hashjoule::kernel::{Absent, Kernel, KernelError};
use hashjoule::vectors::Case;
use hashjoule::verify::functions::Plain;
use hashjoule::verify::kernels::KernelUnderTest;
use hashjoule::verify::{self, Implementation, Report, Suite, Verdict, deep};

/// Our library and kernels: those that are named, or all, the missing ones as skips or failures.
pub(super) fn ours(args: &Args, cases: &[&Case], output: &Output, stop: &Stop) -> Result<Report, Failure> {
    let mut report = Report::default();
    let mut test = |implementation: &mut dyn Implementation| {
        if !stop.is_told() {
            report.suites.push(verify::run(implementation, cases, &stop.cases));
        }
    };
    let wanted: Vec<Kernel> =
        args.kernel.iter().map(|name| Kernel::named(name).map_err(kernel_failure)).collect::<Result<_, _>>()?;
    if let Some(name) = args.require.iter().find(|name| !Kernel::NAMES.contains(&name.as_str())) {
        return Err(kernel_failure(KernelError::Unknown(name.clone())));
    }
    if wanted.is_empty() {
        test(&mut Plain::library());
    }
    let kernels = if wanted.is_empty() { Kernel::available().collect() } else { wanted.clone() };
    for kernel in &kernels {
        output.detail(format_args!("kernel {}", kernel.name()));
        test(&mut KernelUnderTest(*kernel));
    }
    let missing = Kernel::listing().filter_map(|listing| Some((listing.name, listing.kernel.err()?)));
    let is_named = |name: &str| wanted.is_empty() || args.require.iter().any(|required| required == name);
    report
        .suites
        .extend(missing.filter(|(name, _)| is_named(name)).map(|(name, why)| absent(name, why, &args.require)));
    if args.deep {
        let kernels = if wanted.is_empty() { deep::independent_kernels() } else { wanted };
        deep(&kernels, &mut report, output, stop)?;
    }
    Ok(report)
}

fn absent(name: &str, why: Absent, required: &[String]) -> Suite {
    let is_required = required.iter().any(|required| required == name);
    let verdict = if is_required {
        Verdict::Failed(format!("required, but {why}"))
    } else {
        Verdict::Skipped(format!("not here: {why}"))
    };
    let outcome = verify::Outcome { id: format!("kernel/{name}"), verdict };
    Suite { implementation: name.into(), seconds: 0.0, outcomes: vec![outcome] }
}

fn deep(kernels: &[Kernel], report: &mut Report, output: &Output, stop: &Stop) -> Result<(), Failure> {
    for kernel in kernels {
        output.note(format_args!("deep: kernel {} searches 4,294,967,296 nonces of the genesis header", kernel.name()));
        let suite = deep::search(*kernel, &stop.search).map_err(placement_failure)?;
        report.suites.push(suite);
    }
    Ok(())
}
