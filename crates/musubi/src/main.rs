//! The program. Everything is in the library beside it.

/// A fifth to a third less processor time per page than the allocator of glibc, and a third less memory for a large hub,
/// because threads give memory back that others took. `override` puts SQLite on it too; `no_thp` keeps huge pages away, which
/// make a small hub twice as large.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    musubi_program::main()
}
