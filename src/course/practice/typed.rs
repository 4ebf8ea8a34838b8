//! A `curl` command that the learner types.

use std::{
    io::{self, Read},
    process::{Command, Stdio},
};

/// How long a typed `curl` may take, in seconds.
const PATIENCE: &str = "5";

/// How much is read of what it prints, in bytes.
const MOST: u64 = 1 << 20;

/// Runs a command line if it is one of `curl`; returns its words and what it printed.
pub(super) fn run_curl(line: &str) -> Result<(Vec<String>, String), String> {
    let words = shell_words::split(line).map_err(|_| "a quote is not closed; close it".to_owned())?;
    let Some((program, arguments)) = words.split_first().filter(|(program, _)| *program == "curl") else {
        return Err("type a command that begins with curl, or press Enter".to_owned());
    };
    if let Some(other) = words.iter().find(|word| ["|", ">", "<", "&&", ";", "&"].contains(&word.as_str())) {
        return Err(format!("type the curl command alone, without {other}"));
    }
    let quiet = ["--silent", "--show-error", "--max-time", PATIENCE];
    let output = printed(Command::new(program).args(quiet).args(arguments))
        .map_err(|error| format!("curl does not start ({error}); press Enter instead"))?;
    Ok((words.clone(), String::from_utf8_lossy(&output).into_owned()))
}

/// What a command prints, the complaints last, until it ends or has printed more than anybody reads.
fn printed(command: &mut Command) -> io::Result<Vec<u8>> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let mut printed = Vec::new();
    let outputs: [Option<Box<dyn Read>>; 2] = [
        child.stdout.take().map(|out| Box::new(out) as _),
        child.stderr.take().map(|out| Box::new(out) as _),
    ];
    for out in outputs.into_iter().flatten() {
        out.take(MOST).read_to_end(&mut printed)?;
    }
    // What it would still say goes to nobody, and so it ends.
    child.wait()?;
    Ok(printed)
}
