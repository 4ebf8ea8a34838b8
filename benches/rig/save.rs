//! What a bench says, and keeps for the book.

use std::{fs, io};

/// Parts in their order, each under a name.
#[derive(Default)]
pub struct Said(Vec<(String, String)>);

impl Said {
    /// Prints a part at once, under its title.
    pub fn say(&mut self, name: &str, title: &str, text: String) {
        println!("{title}\n\n{text}");
        self.0.push((name.to_owned(), text));
    }

    /// Writes all to a file, from which the book takes each part by its name.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save(&self, file: &str) -> io::Result<()> {
        let part = |(name, text): &(String, String)| {
            format!("ANCHOR: {name}\n{}\nANCHOR_END: {name}\n", text.trim_end())
        };
        fs::write(file, self.0.iter().map(part).collect::<String>())?;
        println!("saved as {file}");
        Ok(())
    }
}
