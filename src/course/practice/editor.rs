//! The learner's editor.

use std::{io, path::Path, process::Command};

use crate::course::terminal::Terminal;

/// Opens the learner's editor on the file, and waits for it.
pub(super) fn edit(terminal: &Terminal, file: &Path) -> io::Result<()> {
    let editor = ["VISUAL", "EDITOR"].iter().find_map(|name| std::env::var(name).ok());
    let words = editor.and_then(|editor| shell_words::split(&editor).ok()).unwrap_or_default();
    let Some((program, arguments)) = words.split_first() else {
        return terminal
            .say(format!("  EDITOR names no program; open {} in your editor yourself", file.display()));
    };
    match Command::new(program).args(arguments).arg(file).status() {
        Ok(_) => Ok(()),
        Err(error) => terminal.say(format!(
            "  {program} does not start ({error}); open {} in your editor yourself",
            file.display()
        )),
    }
}
