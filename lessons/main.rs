//! The `lesson` command.

mod serve;

use std::{error::Error, io, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use hop_by_hop::{
    course::{
        Ended, Folder, Lesson, Options, Pasted, Ports, Practised, Progress, Terminal, ask, check,
        check_target, explain, judge, junit, practice, run,
    },
    lessons::{self, LESSONS},
    proxy::Url,
};

/// Learn how a reverse proxy works: run a real one, break it and repair it, one Apache directive at a time.
#[derive(Parser)]
#[command(name = "lesson", version, args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,

    /// The lesson to run: its number or its name; none opens the menu.
    lesson: Option<String>,

    #[command(flatten)]
    options: LessonOptions,
}

#[derive(clap::Args)]
struct LessonOptions {
    /// Start in the finished state and ask nothing.
    #[arg(long)]
    solved: bool,

    /// The ports of the proxy and the two backends; 0 is any free one.
    #[arg(long, value_name = "A,B,C", value_parser = ports, default_value = "8000,8080,8081")]
    ports: Ports,

    /// The folder where your progress is kept.
    #[arg(long, value_name = "FOLDER", default_value = "my")]
    dir: PathBuf,
}

#[derive(clap::Args)]
struct PracticeOptions {
    /// The ports of the proxy and the two backends; 0 is any free one.
    #[arg(long, value_name = "A,B,C", value_parser = ports, default_value = "8000,8080,8081")]
    ports: Ports,

    /// The folder where your site files and your progress are kept.
    #[arg(long, value_name = "FOLDER", default_value = "my")]
    dir: PathBuf,
}

#[derive(clap::Args)]
struct CheckOptions {
    /// The lesson: its number or its name; none is all of them.
    lesson: Option<String>,

    /// Print one JSON document.
    #[arg(long)]
    json: bool,

    /// Write the verdict as JUnit XML, for CI.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,

    /// Judge a proxy of your own that runs on this machine in front of the lab's backends.
    #[arg(long, value_name = "URL", value_parser = target, conflicts_with = "step")]
    target: Option<u16>,

    /// Judge what your own curl printed for this step: pass - and pipe it in.
    #[arg(long, value_name = "K", requires_all = ["lesson", "output"])]
    step: Option<usize>,

    /// -: read the output of curl from standard input.
    #[arg(value_name = "-", requires = "step", value_parser = ["-"])]
    output: Option<String>,

    #[command(flatten)]
    place: PracticeOptions,
}

#[derive(Subcommand)]
enum Command {
    /// List the lessons and which of them you have done.
    List {
        /// The folder where your progress is kept.
        #[arg(long, value_name = "FOLDER", default_value = "my")]
        dir: PathBuf,
    },
    /// Edit a site file of your own; every save is tried at once.
    Practice {
        /// The lesson: its number or its name.
        lesson: String,
        #[command(flatten)]
        options: PracticeOptions,
    },
    /// Check the steps of one lesson, or of all.
    Check(CheckOptions),
    /// Run the proxy on a site file until Ctrl-C.
    Serve {
        /// The site file, written as for Apache.
        site: PathBuf,
    },
    /// Say whether a site file is right, as `apachectl configtest` does.
    Configtest {
        /// The site file, written as for Apache.
        site: PathBuf,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let terminal = Terminal::new();
    match dispatch(cli, &terminal).await {
        Ok(code) => code,
        // `lesson list | head -1` is no error.
        Err(error) if is_broken_pipe(&*error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("lesson: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(cli: Cli, terminal: &Terminal) -> Result<ExitCode, Box<dyn Error>> {
    match (cli.command, cli.lesson) {
        (Some(Command::List { dir }), _) => list(&Folder::new(dir), terminal),
        (Some(Command::Practice { lesson, options }), _) => {
            practise(find(&lesson)?, &options, terminal).await
        }
        (Some(Command::Check(options)), _) => check_lessons(options, terminal).await,
        (Some(Command::Serve { site }), _) => serve::serve(&site).await,
        (Some(Command::Configtest { site }), _) => serve::configtest(&site),
        (None, Some(name)) => guided(find(&name)?, &cli.options, terminal).await,
        (None, None) if terminal.is_interactive() => menu(&cli.options, terminal).await,
        (None, None) => list(&Folder::new(cli.options.dir), terminal),
    }
}

async fn guided(
    (number, lesson): (usize, Lesson),
    options: &LessonOptions,
    terminal: &Terminal,
) -> Result<ExitCode, Box<dyn Error>> {
    let LessonOptions { solved, ports, dir } = options;
    let done = || match terminal.is_interactive() {
        true => Folder::new(dir).done(lesson.stem),
        false => Ok(()),
    };
    let options = Options { ports: *ports, solved: *solved };
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

/// Practises a lesson, and the next ones as long as the learner goes on.
async fn practise(
    (mut number, mut lesson): (usize, Lesson),
    options: &PracticeOptions,
    terminal: &Terminal,
) -> Result<ExitCode, Box<dyn Error>> {
    let folder = Folder::new(&options.dir);
    loop {
        match practice(&lesson, (number, LESSONS.len()), options.ports, &folder, terminal).await? {
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
    let progress = progress(&Folder::new(&options.dir), terminal)?;
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
    let done = if progress.has(lesson.stem) { "✓ done" } else { "  open" };
    format!("{done}  {number}  {:<13}  {}", lesson.stem, lesson.title)
}

async fn check_lessons(options: CheckOptions, terminal: &Terminal) -> Result<ExitCode, Box<dyn Error>> {
    let one = options.lesson.as_deref().map(find).transpose()?;
    let ports = options.place.ports;
    if let (Some(lesson), Some(step)) = (one, options.step) {
        return check_output(lesson, step, &ports, terminal).await;
    }
    let quiet = options.json || options.junit.is_some();
    if let (Some(lesson), None, false, true) = (one, options.target, quiet, terminal.is_interactive()) {
        return check_together(lesson, &options.place, terminal).await;
    }
    let all = LESSONS.into_iter().enumerate().map(|(at, lesson)| (at + 1, lesson));
    let lessons: Vec<_> = one.map_or_else(|| all.collect(), |lesson| vec![lesson]);
    let report = match options.target {
        Some(front) => check_target(lessons, ports, front).await?,
        None => check(lessons).await?,
    };
    if let Some(file) = &options.junit {
        std::fs::write(file, junit(&report))
            .map_err(|error| format!("{} cannot be written: {error}", file.display()))?;
    }
    if options.json {
        terminal.say(serde_json::to_string_pretty(&report)?)?;
    } else {
        report.print(terminal)?;
    }
    Ok(exit(report.passed))
}

/// Goes through a lesson's steps with the learner.
async fn check_together(
    (number, lesson): (usize, Lesson),
    place: &PracticeOptions,
    terminal: &Terminal,
) -> Result<ExitCode, Box<dyn Error>> {
    let passed = ask(&lesson, (number, LESSONS.len()), place.ports, terminal).await?;
    terminal.say("")?;
    if passed {
        Folder::new(&place.dir).done(lesson.stem)?;
        terminal.prose(lesson.learned, "")?;
        let next = LESSONS.get(number).map_or("list".to_owned(), |_| (number + 1).to_string());
        terminal.say(format!("\nNext: {}", terminal.command(&next)))?;
    } else {
        terminal.say(format!("Next: {}", terminal.command(&format!("practice {number}"))))?;
    }
    Ok(exit(passed))
}

/// Judges the output of a learner's own `curl`, piped in.
async fn check_output(
    (number, lesson): (usize, Lesson),
    step: usize,
    ports: &Ports,
    terminal: &Terminal,
) -> Result<ExitCode, Box<dyn Error>> {
    let steps = (lesson.steps)(ports);
    let wanted = step.checked_sub(1).and_then(|at| Some((at, steps.get(at)?)));
    let (at, wanted) = wanted.ok_or_else(|| {
        format!("lesson {number} has steps 1 to {}; as in: lesson check {number} --step 1 -", steps.len())
    })?;
    let output = io::read_to_string(io::stdin())?;
    let pasted = Pasted::read(&output);
    let differences = judge(wanted, &pasted);
    terminal.judged(step, wanted.claim, &differences)?;
    if !differences.is_empty() {
        explain(&lesson, at, wanted, ports, None, &pasted, terminal).await?;
    }
    Ok(exit(differences.is_empty()))
}

fn exit(passed: bool) -> ExitCode {
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn find(name: &str) -> Result<(usize, Lesson), String> {
    lessons::find(name).ok_or_else(|| {
        let near = LESSONS.iter().map(|lesson| (strsim::damerau_levenshtein(lesson.stem, name), lesson.stem));
        match near.min() {
            Some((distance, stem)) if distance <= 3 => {
                format!("there is no lesson '{name}'; did you mean: lesson {stem}")
            }
            _ => format!("there is no lesson '{name}'; to see what there is: lesson list"),
        }
    })
}

fn ports(text: &str) -> Result<Ports, String> {
    let ports: Result<Vec<u16>, _> = text.split(',').map(|port| port.trim().parse()).collect();
    match ports.as_deref() {
        Ok([front, one, two]) => Ok(Ports { front: *front, one: *one, two: *two }),
        _ => Err("write three ports, as in 8000,8080,8081 (0 is any free one)".to_owned()),
    }
}

/// The port of a proxy on this machine; anything else is never asked.
fn target(text: &str) -> Result<u16, String> {
    let wrong = || "write a proxy on this machine, as in http://127.0.0.1:9000".to_owned();
    let url: Url = text.parse().map_err(|_| wrong())?;
    let here = url.is("http") && ["127.0.0.1", "localhost"].contains(&url.host()) && url.path().len() <= 1;
    url.port().filter(|_| here).ok_or_else(wrong)
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
