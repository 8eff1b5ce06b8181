//! The command line: everything happens in `hashjoule::cli`.

fn main() -> std::process::ExitCode {
    hashjoule::cli::main()
}
