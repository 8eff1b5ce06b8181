//! The `hashjoule` program. All that it does is in `cli`; the library knows nothing of a command line.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
