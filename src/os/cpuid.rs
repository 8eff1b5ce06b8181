//! What the processor says of itself, where it has an instruction for that.

#[cfg(not(target_arch = "x86_64"))]
pub use other::{hypervisor, read};
#[cfg(target_arch = "x86_64")]
pub use x86::{hypervisor, read};

/// The processor's own words.
#[derive(Clone, Debug, Default)]
pub struct Cpuid {
    /// Its maker, as `GenuineIntel`.
    pub vendor: String,
    /// Its name on the box; generic under a hypervisor.
    pub brand: String,
    /// Family, model and stepping tell what a generic name hides.
    pub family: Option<u32>,
    /// See `family`.
    pub model: Option<u32>,
    /// See `family`.
    pub stepping: Option<u32>,
    /// Of the instruction sets that a kernel asks for, those that it has and that the system enables.
    pub features: Vec<String>,
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::Cpuid;
    use raw_cpuid::{CpuId, Hypervisor};

    /// Asks the processor.
    pub fn read() -> Cpuid {
        let id = CpuId::new();
        let version = id.get_feature_info();
        Cpuid {
            vendor: id.get_vendor_info().map(|v| v.as_str().to_owned()).unwrap_or_default(),
            brand: id.get_processor_brand_string().map(|b| b.as_str().trim().to_owned()).unwrap_or_default(),
            family: version.as_ref().map(|v| v.family_id().into()),
            model: version.as_ref().map(|v| v.model_id().into()),
            stepping: version.as_ref().map(|v| v.stepping_id().into()),
            features: features(),
        }
    }

    /// Of the sets that a kernel asks for, those that the processor has and the system enables.
    fn features() -> Vec<String> {
        let known = [
            ("sse2", std::is_x86_feature_detected!("sse2")),
            ("ssse3", std::is_x86_feature_detected!("ssse3")),
            ("sse4.1", std::is_x86_feature_detected!("sse4.1")),
            ("sha", std::is_x86_feature_detected!("sha")),
            ("avx2", std::is_x86_feature_detected!("avx2")),
            ("avx512f", std::is_x86_feature_detected!("avx512f")),
            ("avx512bw", std::is_x86_feature_detected!("avx512bw")),
            ("avx512vl", std::is_x86_feature_detected!("avx512vl")),
        ];
        known.into_iter().filter(|(_, has)| *has).map(|(name, _)| name.to_owned()).collect()
    }

    /// The hypervisor that it runs under; `None` on bare metal, and where that cannot be asked.
    pub fn hypervisor() -> Option<String> {
        let id = CpuId::new();
        if !id.get_feature_info().is_some_and(|f| f.has_hypervisor()) {
            return None;
        }
        let name = id.get_hypervisor_info().map(|info| match info.identify() {
            Hypervisor::Unknown(..) => "unknown".to_owned(),
            known => format!("{known:?}"),
        });
        Some(name.unwrap_or_else(|| "unknown".to_owned()))
    }
}

#[cfg(not(target_arch = "x86_64"))]
mod other {
    use super::Cpuid;

    /// Asks the processor.
    pub fn read() -> Cpuid {
        Cpuid::default()
    }
    /// The hypervisor that it runs under; `None` on bare metal, and where that cannot be asked.
    pub fn hypervisor() -> Option<String> {
        None
    }
}
