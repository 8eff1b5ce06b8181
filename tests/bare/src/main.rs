//! Finds the nonce of the genesis block without std. A second panic handler does not compile, so a core that brings std
//! along fails here. The exit code is 0 when the nonce is right.

#![no_std]
#![no_main]

extern crate alloc;

use alloc::vec::Vec;
use core::alloc::{GlobalAlloc, Layout};
use core::ffi::{c_int, c_void};
use hashjoule::{header::Header, job::Job, kernel::Kernel, target::Target};

#[link(name = "c")]
unsafe extern "C" {
    fn aligned_alloc(align: usize, size: usize) -> *mut c_void;
    fn free(at: *mut c_void);
    fn abort() -> !;
}

// The precompiled `core` names its unwinder, which nothing here calls.
#[link(name = "gcc_s")]
unsafe extern "C" {}
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

struct CAllocator;

#[global_allocator]
static ALLOCATOR: CAllocator = CAllocator;

// SAFETY: C's allocator keeps the same promises; its alignment must be at least a pointer's, and the size a multiple of it.
unsafe impl GlobalAlloc for CAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let align = layout.align().max(size_of::<usize>());
        unsafe { aligned_alloc(align, layout.size().next_multiple_of(align)) }.cast()
    }
    unsafe fn dealloc(&self, at: *mut u8, _: Layout) {
        unsafe { free(at.cast()) }
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    unsafe { abort() }
}

#[unsafe(no_mangle)]
extern "C" fn main(_: c_int, _: *const *const u8) -> c_int {
    let job = Job::new(&Header::GENESIS, Target::DIFFICULTY_1);
    let mut kernels = 0;
    for kernel in Kernel::available() {
        let mut nonces = Vec::new();
        kernel.search(&job, 2_083_236_000..2_083_237_000, &mut nonces);
        if nonces != [2_083_236_893] {
            return 1;
        }
        kernels += 1;
    }
    c_int::from(kernels < 2) // the two that any CPU runs, at least
}
