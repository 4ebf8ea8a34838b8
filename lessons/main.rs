//! The `lesson` command.

mod book;
mod check;
mod cli;
mod hangup;
mod serve;

use std::{error::Error, io, process::ExitCode};

use clap::{CommandFactory, Parser};
use hop_by_hop::{
    course::{Ended, Folder, Lesson, Options, Ports, Practised, Progress, Terminal, practice, run},
    lessons::{self, LESSONS},
};

use self::cli::{Cli, Command, LessonOptions, Place};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let terminal = Terminal::new();
    match dispatch(cli, &terminal).await {
        Ok(code) => code,
        // `lesson list | head -1` is no error.
        Err(error) if is_broken_pipe(&*error) => ExitCode::SUCCESS,
        Err(error) => {
            Terminal::complain(&format!("lesson: {error}"));
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(cli: Cli, terminal: &Terminal) -> Result<ExitCode, Box<dyn Error>> {
    match (cli.command, cli.lesson) {
        (Some(Command::List { dir }), _) => list(&Folder::new(dir), terminal),
        (Some(Command::Practice { lesson, place }), _) => {
            let first = || first_to_practise(&Folder::new(&place.dir).progress());
            practise(lesson.as_deref().map_or_else(|| Ok(first()), find)?, &place, terminal).await
        }
        (Some(Command::Check(options)), _) => check::lessons(options, terminal).await,
        (Some(Command::Book(options)), _) => book::book(options, terminal).await,
        (Some(Command::Serve { site }), _) => serve::serve(&site).await,
        (Some(Command::Configtest { site }), _) => serve::configtest(&site, terminal),
        (None, Some(name)) => guided(find(&name)?, &cli.options, terminal).await,
        (None, None) if terminal.is_interactive() => menu(&cli.options, terminal).await,
        (None, None) => list(&Folder::new(cli.options.place.dir), terminal),
    }
}

async fn guided(
    (number, lesson): (usize, Lesson),
    options: &LessonOptions,
    terminal: &Terminal,
) -> Result<ExitCode, Box<dyn Error>> {
    let LessonOptions { solved, place: Place { ports, dir } } = options;
    let done = || match terminal.is_interactive() {
        true => Folder::new(dir).done(lesson.stem),
        false => Ok(()),
    };
    let options = Options { ports: *ports, folder: Folder::new(dir), solved: *solved };
    match run(&lesson, (number, LESSONS.len()), options, terminal, done).await? {
        Ended::Red => {
            terminal
                .say(format!("\nSome steps are red that should be green. Start it anew: lesson {number}"))?;
            Ok(ExitCode::FAILURE)
        }
        Ended::Stopped => Ok(ExitCode::SUCCESS),
        Ended::Green => {
            let next = LESSONS.get(number).map_or("check".to_owned(), |_| (number + 1).to_string());
            terminal.say(format!("\nNext: {}", terminal.command(&next)))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The first lesson that is not done and has a site file to edit.
fn first_to_practise(progress: &Progress) -> (usize, Lesson) {
    let editable = |lesson: &Lesson| (lesson.after)(&Ports::GUIDE).site.is_some();
    let to_do = |lesson: &Lesson| editable(lesson) && !progress.has(lesson.stem);
    let at = LESSONS.iter().position(to_do).or(LESSONS.iter().position(editable)).unwrap_or(0);
    (at + 1, LESSONS[at])
}

/// Practises a lesson, and the next ones as long as the learner goes on.
async fn practise(
    (mut number, mut lesson): (usize, Lesson),
    place: &Place,
    terminal: &Terminal,
) -> Result<ExitCode, Box<dyn Error>> {
    let folder = Folder::new(&place.dir);
    loop {
        match practice(&lesson, (number, LESSONS.len()), place.ports, &folder, terminal).await? {
            Practised::Next => match LESSONS.get(number) {
                Some(next) => (number, lesson) = (number + 1, *next),
                None => {
                    terminal
                        .say(format!("\nThat was the last lesson. Next: {}", terminal.command("check")))?;
                    return Ok(ExitCode::SUCCESS);
                }
            },
            Practised::Left { green } => {
                let code =
                    if green || terminal.is_interactive() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
                return Ok(code);
            }
        }
    }
}

/// Lets the learner choose, beginning at the first lesson that is not done.
async fn menu(options: &LessonOptions, terminal: &Terminal) -> Result<ExitCode, Box<dyn Error>> {
    let progress = progress(&Folder::new(&options.place.dir), terminal)?;
    let items: Vec<_> =
        LESSONS.iter().enumerate().map(|(at, lesson)| entry(at + 1, lesson, &progress)).collect();
    let next = LESSONS.iter().position(|lesson| !progress.has(lesson.stem)).unwrap_or(0);
    terminal.say("Hop by Hop: how a reverse proxy works, one Apache directive at a time.")?;
    match terminal.select("Which lesson? (arrows and Enter; Escape leaves)", &items, next) {
        Ok(Some(at)) => guided((at + 1, LESSONS[at]), options, terminal).await,
        Ok(None) => Ok(ExitCode::SUCCESS),
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(ExitCode::SUCCESS),
        Err(error) => Err(error.into()),
    }
}

fn list(folder: &Folder, terminal: &Terminal) -> Result<ExitCode, Box<dyn Error>> {
    let progress = progress(folder, terminal)?;
    for (at, lesson) in LESSONS.iter().enumerate() {
        terminal.say(entry(at + 1, lesson, &progress))?;
    }
    let next = LESSONS.iter().position(|lesson| !progress.has(lesson.stem));
    let next = next.map_or("check".to_owned(), |at| (at + 1).to_string());
    terminal.say(format!("\nNext: {}", terminal.command(&next)))?;
    Ok(ExitCode::SUCCESS)
}

fn progress(folder: &Folder, terminal: &Terminal) -> io::Result<Progress> {
    let progress = folder.progress();
    if let Some(aside) = &progress.kept_aside {
        terminal.prose(
            &format!("Your progress could not be read; it begins anew, the old file is {}.", aside.display()),
            "",
        )?;
    }
    Ok(progress)
}

fn entry(number: usize, lesson: &Lesson, progress: &Progress) -> String {
    let done = if progress.has(lesson.stem) { "✓ done" } else { " to do" };
    format!("{done}  {number}  {:<13}  {}", lesson.stem, lesson.title)
}

fn find(name: &str) -> Result<(usize, Lesson), String> {
    lessons::find(name).ok_or_else(|| {
        let commands = Cli::command().get_subcommands().map(|c| c.get_name().to_owned()).collect::<Vec<_>>();
        let words = LESSONS.iter().map(|lesson| lesson.stem.to_owned()).chain(commands);
        let near = words.map(|word| (strsim::damerau_levenshtein(&word, name), word)).min();
        let terminal = Terminal::new();
        match near {
            Some((distance, word)) if distance <= 3 && distance < name.len() => {
                format!("there is no lesson '{name}'; did you mean: {}", terminal.command(&word))
            }
            _ => format!("there is no lesson '{name}'; to see what there is: {}", terminal.command("list")),
        }
    })
}

fn exit(passed: bool) -> ExitCode {
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    let mut error = Some(error);
    std::iter::from_fn(|| {
        let current = error?;
        error = current.source();
        Some(current)
    })
    .filter_map(|error| error.downcast_ref::<io::Error>())
    .any(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
