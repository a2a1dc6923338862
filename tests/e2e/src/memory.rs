//! What a browser takes of this machine's memory, by the kernel's own count.
//!
//! Pages that several processes share are divided among them (PSS), so that sums are true. Where the kernel does not
//! tell that to this user, what is resident is taken.

use std::collections::BTreeMap;
use std::fs;

use crate::browser::Browser;

/// Bytes in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// Of the largest process that shows pages, workers included.
    pub renderer: u64,
    /// Of all processes of the browser together.
    pub all: u64,
}

impl Browser {
    /// What it takes now.
    ///
    /// # Panics
    /// When it has no processes.
    pub fn memory(&self) -> Memory {
        let mut memory = Memory::default();
        for process in family(&self.processes()) {
            let bytes = resident(process);
            memory.all += bytes;
            if is_renderer(process) {
                memory.renderer = memory.renderer.max(bytes);
            }
        }
        assert!(memory.renderer > 0, "there is no renderer");
        memory
    }
}

/// These processes and all that came of them.
fn family(roots: &[u32]) -> Vec<u32> {
    let mut parents = BTreeMap::new();
    for entry in fs::read_dir("/proc").expect("a list of processes").flatten() {
        let Some(process) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let status = fs::read_to_string(entry.path().join("status")).unwrap_or_default();
        let parent = status.lines().find_map(|line| line.strip_prefix("PPid:")?.trim().parse::<u32>().ok());
        parents.extend(parent.map(|parent| (process, parent)));
    }
    let belongs = |process: u32| {
        std::iter::successors(Some(process), |process| parents.get(process).copied().filter(|parent| *parent > 1))
            .any(|process| roots.contains(&process))
    };
    parents.keys().copied().filter(|process| belongs(*process)).collect()
}

fn is_renderer(process: u32) -> bool {
    let line = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&line).contains("--type=renderer")
}

fn resident(process: u32) -> u64 {
    let kilobytes = |file: &str, field: &str| {
        let text = fs::read_to_string(format!("/proc/{process}/{file}")).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix(field))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    kilobytes("smaps_rollup", "Pss:").or_else(|| kilobytes("status", "VmRSS:")).unwrap_or(0) * 1024
}
