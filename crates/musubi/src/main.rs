//! The program. Everything is in the library beside it.

fn main() -> std::process::ExitCode {
    musubi_program::main()
}
